"""The service guide and what belongs to it: sample form, promise texts, versions. Rendered from the published version,
never written twice (PRT-04, PRT-05, PRT-06)."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from itertools import pairwise
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tongban.faces.access import public
from tongban.faces.fields import FieldView, view_of
from tongban.faces.pictures import page_picture, possible
from tongban.faces.portal import cards, guides
from tongban.faces.portal.answers import file_answer
from tongban.faces.portal.page_meta import PageMeta, category_words, industry_words
from tongban.faces.portal.views.items import listed_guide
from tongban.faces.ready import marker_of, ready_page
from tongban.ground import moment
from tongban.ground.documents.typesetting import qr_svg
from tongban.ground.elements import display
from tongban.ground.errors import NotFound
from tongban.ground.storage.pdfs import check_pdf
from tongban.procedures.cases.papers_data.filled import (
    filled_sections,
    sample_answers,
    sample_pdf,
    sections_of,
)
from tongban.registry.articles.selectors import about_option
from tongban.registry.catalog import forms, neighbours, selectors
from tongban.registry.catalog.differences import Change, differences
from tongban.registry.catalog.taxonomy import DOMAINS, LIFE_STAGES
from tongban.registry.catalog.themes import THEMES
from tongban.registry.catalog.version import VersionContent
from tongban.registry.places.selectors import PlaceFor, places_for_slug

WAY = "way"
MOST_SAMPLE_PAGES = 10
MOST_CHANGES = 60


@public
@require_safe
@ready_page
def guide(request: HttpRequest, slug: str) -> HttpResponse:
    """The guide of one item. Answers to the questions (GET) change materials, steps and situation; others are ignored.

    An item that is only listed has its honest guide under the same address.
    """
    try:
        version_id, content = selectors.version_in_force(slug)
    except NotFound:
        if (listed := listed_guide(request, slug)) is not None:
            return listed
        raise
    raw = {f.path: request.GET[f.path] for f in content.questions if request.GET.get(f.path)}
    answers, _wrong = forms.parse_step(content, forms.QUESTIONS, raw) if content.questions else ({}, ())
    way = request.GET.get(WAY, "")
    parts = guides.guide_parts(content, answers, way)
    values = {
        **_common(request, content),
        "page_meta": _meta(request, content, content.plain),
        "version": selectors.published_version(version_id),
        "card": cards.service_card(content),
        "guide": parts,
        "words": guides.ELEMENTS,
        "questions": [view_of(f, content.elements[f.path], answers.get(f.path)) for f in content.questions],
        "ways": _ways(content, parts.way),
        "answered": bool(answers or parts.way),
        "result_sample": _result_sample(content),
        "before": neighbours.before(content),
        "after": neighbours.after(content),
        "beside": neighbours.beside(content),
        "notices": about_option(slug),
        **_halls(slug),
        "domain": DOMAINS[content.domain].name if content.domain in DOMAINS else "",
        "stages": [LIFE_STAGES[key] for key in content.life_stages if key in LIFE_STAGES],
        "industry": industry_words(content.industries),
        "qr": _qr(slug),
    }
    return render(request, "portal/guide.html", values)


def _common(request: HttpRequest, content: VersionContent) -> dict[str, Any]:
    """What every page about an item shows of where it stands: its side, its first theme."""
    person = "person" in content.audience
    theme = next((THEMES[key] for key in content.themes if key in THEMES), None)
    return {
        "account_marker": marker_of(request),
        "content": content,
        "about": content.slug,
        "section": "person" if person else "organisation",
        "side": _("个人办事") if person else _("企业办事"),
        "side_url": reverse("portal:personal" if person else "portal:business"),
        "theme": theme,
    }


def _meta(request: HttpRequest, content: VersionContent, words: str, title: str = "") -> PageMeta:
    where = _common(request, content)
    theme = where["theme"]
    path = category_words(_("办事大厅"), where["side"], theme.name if theme else "")
    return PageMeta(
        title or content.name,
        words,
        request.path,
        "article",
        content.region_name,
        path,
        industry_words(content.industries),
    )


def _halls(slug: str) -> dict[str, Any]:
    """Halls where it is done, and where it is not: those with the same reason and the same other place together."""
    apart: dict[tuple[str, str], list[PlaceFor]] = {}
    halls = []
    for one in places_for_slug(slug):
        if one.stationing.standing == "stationed":
            halls.append(one)
        else:
            apart.setdefault((one.stationing.words, one.stationing.elsewhere), []).append(one)
    return {"halls": halls, "apart": [(words, where, found) for (words, where), found in apart.items()]}


def _ways(content: VersionContent, chosen: str) -> FieldView | None:
    """How somebody wants to do it, where there is a choice: the usual way, or a written promise."""
    if content.commitment is None:
        return None
    options = (("", _("一般办理：先审查，再决定")), ("commitment", _("告知承诺：签承诺书，先办，之后核查")))
    return FieldView(WAY, _("您想怎么办"), "code", chosen, options=options)


def _result_sample(content: VersionContent) -> tuple[tuple[str, str], ...]:
    """What would stand on the licence of the filled-in sample; empty without a sample."""
    answers = sample_answers(content)
    found = ((label, path) for label, path in content.result.attributes.items() if path in answers)
    return tuple((label, display(content.elements[path], answers[path])) for label, path in found)


def _qr(slug: str) -> SafeString:
    """The address of the guide for the printed page; made of black squares alone, nothing typed stands in it."""
    return mark_safe(qr_svg(f"{settings.PUBLIC_URL}{reverse('portal:guide', args=[slug])}"))  # noqa: S308


@public
@require_safe
@ready_page
def guide_sample(request: HttpRequest, slug: str) -> HttpResponse:
    """The filled-in sample form (示范文本) and what a good copy of each material looks like; without a sample, what the
    form asks for."""
    version_id, content = selectors.version_in_force(slug)
    answers = sample_answers(content)
    title = _("%(name)s 样表") % {"name": content.name}
    words = _("照着填：申请表填好的样子，材料合格的样子。")
    values = {
        **_common(request, content),
        "page_meta": _meta(request, content, words, title),
        "title": title,
        "sections": filled_sections(content, answers) if answers else (),
        "asked": _asked(content, answers),
        "materials": [one for one in content.materials if one.source == "uploaded"],
        "pictures": range(1, _pages(version_id) + 1) if answers and possible() else (),
        "typeset": bool(answers),
    }
    return render(request, "portal/guide_sample.html", values)


def _asked(content: VersionContent, answers: dict[str, Any]) -> list[tuple[str, list[tuple[str, str, bool]]]]:
    """Every field by section: label, hint, whether it may stay empty."""
    found = [
        (title, [(one.label or content.elements[one.path].name, one.hint, one.optional) for one in shown])
        for title, shown in sections_of(content, answers)
    ]
    return [(title, rows) for title, rows in found if rows]


@public
@require_safe
def guide_sample_form(request: HttpRequest, slug: str) -> HttpResponse:
    """The sample as the form is printed; ``?page=1`` is the picture of one page, ``?save=1`` saves it."""
    version_id, content = selectors.version_in_force(slug)
    if not content.sample:
        raise NotFound("guide.no_sample", "这个事项还没有填好的样表")
    wanted = request.GET.get("page", "")
    if wanted:
        answer = file_answer(_sample_picture(version_id, moment.today(), wanted), "image/png", f"{slug}-{wanted}.png")
    else:
        name = _("%(name)s 样表") % {"name": content.name}
        pdf = _sample_pdf(version_id, moment.today())
        answer = file_answer(pdf, "application/pdf", f"{name}.pdf", save=request.GET.get("save") == "1")
    answer["Cache-Control"] = "public, max-age=3600"
    return answer


@lru_cache(maxsize=64)
def _sample_pdf(version_id: UUID, day: date) -> bytes:
    """The form of a version as of a day; a version never changes, so it is made once a day."""
    return sample_pdf(selectors.content(version_id))


@lru_cache(maxsize=64)
def _sample_picture(version_id: UUID, day: date, wanted: str) -> bytes:
    return page_picture(_sample_pdf(version_id, day), wanted, _pages(version_id))


def _pages(version_id: UUID) -> int:
    if not selectors.content(version_id).sample:
        return 0
    return check_pdf(_sample_pdf(version_id, moment.today()), "sample.pdf", MOST_SAMPLE_PAGES)


@public
@require_safe
@ready_page
def guide_promise(request: HttpRequest, slug: str) -> HttpResponse:
    """The statement and the letter of a commitment, readable before anything is signed (告知书、承诺书)."""
    _version_id, content = selectors.version_in_force(slug)
    if content.commitment is None:
        raise NotFound("guide.no_promise", "这个事项不用告知承诺")
    title = _("%(name)s 告知书和承诺书") % {"name": content.name}
    names = {one.code: one.name for one in content.materials}
    values = {
        **_common(request, content),
        "page_meta": _meta(request, content, _("签之前先看：要符合哪些条件，做不到会怎样。"), title),
        "title": title,
        "rule": content.commitment,
        "replaced": [names.get(code, code) for code in content.commitment.materials],
    }
    return render(request, "portal/guide_promise.html", values)


@public
@require_safe
@ready_page
def guide_changes(request: HttpRequest, slug: str) -> HttpResponse:
    """Every version, and what each changed for whoever applies (CAT-32)."""
    _version_id, content = selectors.version_in_force(slug)
    title = _("%(name)s 改了什么") % {"name": content.name}
    rows = neighbours.public_versions(slug)
    pairs = {new.number: differences(old.data, new.data)[:MOST_CHANGES] for new, old in pairwise(rows)}
    values = {
        **_common(request, content),
        "page_meta": _meta(request, content, _("办事指南每一版的日期和改动。"), title),
        "title": title,
        "versions": [(row, _shown(pairs.get(row.number, ()))) for row in rows],
    }
    return render(request, "portal/guide_changes.html", values)


def _shown(changes: tuple[Change, ...]) -> tuple[Change, ...]:
    """Changes in words that people know; codes of the house are left out."""
    return tuple(one for one in changes if not one.place.isascii() and (one.before or one.after))
