"""The last step: everything at a glance with a link to mend it, the declaration, how the result comes, submit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tongban.faces import kept
from tongban.faces.access import signed_in
from tongban.faces.context import principal_of_request as principal_of
from tongban.faces.fields import ErrorLink
from tongban.faces.portal import forms_fields, forms_materials, forms_steps
from tongban.faces.portal.answers import see_other
from tongban.ground.errors import Conflict, NotFound, Refusal, Refusals
from tongban.ground.storage.models import StoredFile
from tongban.procedures.cases import drafts, services
from tongban.procedures.cases.models import Draft
from tongban.procedures.cases.submission import DELIVERY_MODES, LONGEST_ADDRESS
from tongban.registry.catalog import forms
from tongban.registry.catalog import selectors as catalog
from tongban.registry.catalog.version import FormField, Material, VersionContent


@dataclass(frozen=True)
class Line:
    """One answered field: what it is, what was answered (empty: nothing), where to mend it (empty: a checked fact)."""

    label: str
    words: str
    url: str


@dataclass(frozen=True)
class Group:
    """One step of the form with its answers."""

    title: str
    lines: tuple[Line, ...]


@signed_in
@require_http_methods(["GET", "POST"])
def apply_check(request: HttpRequest, draft: UUID) -> HttpResponse:
    """GET shows everything; POST submits. The same draft submitted twice leads to the same receipt."""
    if request.method == "POST":
        return _submit(request, draft)
    found = drafts.draft_of(principal_of(request), draft)
    returned = kept.take(request)
    chosen = returned.get("delivery_mode", "") if returned else ""
    address = returned.get("delivery_address", "") if returned else ""
    return _page(request, found, chosen=chosen or "download", address=address, returned=returned is not None)


def _submit(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    principal = principal_of(request)
    mode = request.POST.get("delivery_mode", "")
    consented = request.POST.get("consent") == "yes"
    address = request.POST.get("delivery_address", "").replace("\x00", "")[: 2 * LONGEST_ADDRESS]
    again = partial(_page, request, chosen=mode, address=address, consented=consented, status=422)
    try:
        draft = drafts.draft_of(principal, draft_id)
    except NotFound:  # submitted a moment ago: the service gives the case of this draft, or says 404 itself
        done = services.submit(principal, draft_id)
        return see_other(reverse("portal:receipt", args=[done.number]))
    without = tuple(request.POST.getlist("without"))
    errors = _errors(draft, consented, mode, without)
    if errors:
        return again(draft, errors=errors, without=without)
    try:
        done = services.submit(principal, draft_id, delivery_mode=mode, delivery_address=address, without=without)
    except Refusals as refusals:
        content = catalog.content(draft.version_id)
        links = [ErrorLink(_where(draft, content, r.field or ""), forms_fields.explain(r)) for r in refusals.items]
        return again(draft, errors=links)
    except Refusal as refusal:
        where = "#delivery_address" if refusal.field == "delivery_address" else "#main"
        links = [ErrorLink(where, forms_fields.explain(refusal))]
        return again(draft, errors=links, without=without)
    except Conflict as conflict:
        fresh = drafts.draft_of(principal, draft_id)
        return _page(request, fresh, chosen=mode, address=address, changed=conflict, status=409)
    return see_other(reverse("portal:receipt", args=[done.number]))


def _followable(draft: Draft, content: VersionContent) -> tuple[tuple[Material, str], ...]:
    """Missing materials that the applicant may leave out, each with what happens then (NTC-06, NTC-10)."""
    missing = [gap.material for gap in forms.missing(content, drafts.answers_of(draft), draft.files) if gap.material]
    promised = content.commitment.materials if content.commitment else ()
    found = []
    for material in (content.material(code) for code in missing):
        if material and material.code in promised:
            found.append((material, _("用书面承诺代替，受理时签承诺书")))
        elif material and material.deferral and not material.essential:
            found.append((material, _("先受理，以后再补交；补齐前拿不到结果")))
    return tuple(found)


def _errors(draft: Draft, consented: bool, mode: str, without: Sequence[str] = ()) -> list[ErrorLink]:
    content = catalog.content(draft.version_id)
    left_out = {material.code for material, _words in _followable(draft, content)} & set(without)
    every = forms.missing(content, drafts.answers_of(draft), draft.files)
    gaps = [gap for gap in every if gap.material not in left_out]
    links = [ErrorLink(_where(draft, content, gap.path or gap.material), gap.sentence) for gap in gaps]
    if mode not in DELIVERY_MODES:
        links.append(ErrorLink("#delivery", _("请选择怎么领取结果")))
    if not consented:
        links.append(ErrorLink("#consent", _("请阅读并勾选确认")))
    return links


def _where(draft: Draft, content: VersionContent, thing: str) -> str:
    """Address of the field or material that must be mended; it returns to this page afterwards."""
    if content.material(thing):
        return f"{forms_steps.step_url(draft.id, forms.MATERIALS)}?back=check#m-{thing}"
    step = forms.step_of(content, thing)
    return _field_url(draft, step, thing) if step else "#main"


def _field_url(draft: Draft, step: str, path: str) -> str:
    anchor = "f-" + "".join(c if c.isalnum() or c in "_-" else "-" for c in path)
    return f"{forms_steps.step_url(draft.id, step)}?back=check#{anchor}"


def _page(
    request: HttpRequest,
    draft: Draft,
    *,
    chosen: str,
    address: str = "",
    errors: list[ErrorLink] | None = None,
    consented: bool = False,
    changed: Conflict | None = None,
    returned: bool = False,
    without: Sequence[str] = (),
    status: int = 200,
) -> HttpResponse:
    content = catalog.content(draft.version_id)
    answers = drafts.answers_of(draft)
    stored = {str(f.id): f for f in StoredFile.objects.filter(id__in=[i for ids in draft.files.values() for i in ids])}
    links = errors or []
    values = {
        "draft": draft,
        "item": content,
        "road": forms_steps.road(content, draft.id, answers, forms_steps.CHECK),
        "groups": _groups(draft, content),
        "materials": forms_materials.material_views(content, answers, draft.files, stored, {}, {}, draft.sources),
        "gaps": [] if links else _errors(draft, True, "download"),
        "followable": _followable(draft, content),
        "without": without,
        "departments": _departments(content),
        "chosen": chosen,
        "address": address or _known_address(draft),
        "address_error": next((link.sentence for link in links if link.href == "#delivery_address"), ""),
        "consented": consented,
        "consent_error": any(link.href == "#consent" for link in links),
        "delivery_error": any(link.href == "#delivery" for link in links),
        "errors": links,
        "changed": changed,
        "returned": returned,
    }
    return render(request, "portal/apply_check.html", values, status=status)


def _known_address(draft: Draft) -> str:
    """What the house holds: the organisation's seat, or the applicant's own address, to be looked at once more."""
    if draft.organisation:
        return draft.organisation.address
    return draft.person.address if draft.person else draft.account.person.address if draft.account.person else ""


def _departments(content: VersionContent) -> tuple[str, ...]:
    """Every unit that will read the application, each once: the authority first."""
    names = [content.authority.name, *(branch.department_name for branch in content.flow.branches)]
    return tuple(dict.fromkeys(names))


def _groups(draft: Draft, content: VersionContent) -> tuple[Group, ...]:
    answers = drafts.answers_of(draft)
    visible = {f.path for f in forms.visible_fields(content, answers)}
    steps: list[tuple[str, str, tuple[FormField, ...]]] = [(forms.QUESTIONS, _("情况"), content.questions)]
    steps += [(section.key, section.title, section.fields) for section in content.form]
    groups = []
    for step, title, fields in steps:
        lines = tuple(_line(draft, content, step, f, answers.get(f.path)) for f in fields if f.path in visible)
        if lines:
            groups.append(Group(title, lines))
    return tuple(groups)


def _line(draft: Draft, content: VersionContent, step: str, field: FormField, value: object) -> Line:
    locked = forms_fields.is_locked(field, drafts.answers_of(draft), draft.sources)
    words = "" if value is None else forms_fields.mask_own(content.elements[field.path], value)
    return Line(field.label, words, "" if locked else _field_url(draft, step, field.path))
