"""Notices and policies for the public: the list, one article, its files, the feed (CMS-01, MOB-04)."""

from __future__ import annotations

import functools
from datetime import datetime, time
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from tongban.faces.access import public
from tongban.faces.context import site
from tongban.faces.portal import readership
from tongban.faces.portal.answers import file_answer
from tongban.faces.portal.page_meta import PageMeta, category_words, industry_words
from tongban.faces.ready import View, marker_of, ready_for, ready_page
from tongban.ground import moment
from tongban.ground.storage.selectors import open_file
from tongban.registry.articles import selectors, writing
from tongban.registry.articles.selectors import Sought
from tongban.registry.articles.taxonomy import COLUMNS, KINDS
from tongban.registry.catalog.selectors import option_called
from tongban.registry.catalog.taxonomy import INDUSTRIES

VIEWS_SECONDS = 600.0
"""How old the number of views on an article's page may be."""
AUDIENCES = {"person": gettext_lazy("个人"), "organisation": gettext_lazy("企业和单位")}


def _counted(view: View) -> View:
    """Count who opens an article, also when its page is ready and the view itself is not asked."""

    @functools.wraps(view)
    def answer(request: HttpRequest, slug: str) -> HttpResponse:
        if request.method == "GET":
            readership.note(slug)
        return view(request, slug)

    return answer


@public
@require_safe
@ready_page
def notices(request: HttpRequest) -> HttpResponse:
    """The list, newest first, narrowed by the address."""
    sought = _sought(request)
    page = selectors.public_list(sought, request.GET.get("after", ""))
    title = KINDS[sought.kind] if sought.kind else _("公告和政策")
    values = {
        "account_marker": marker_of(request),
        "page_meta": PageMeta(title, _("通知公告、惠企惠民政策，按发布日期排列。"), request.path),
        "title": title,
        "page": page,
        "sought": sought,
        "kinds": KINDS,
        "columns": [one for one in COLUMNS.values() if sought.kind in ("", one.kind)],
        "audiences": AUDIENCES,
        "industries": INDUSTRIES,
        "section": "notices",
    }
    return render(request, "portal/notices.html", values)


def _sought(request: HttpRequest) -> Sought:
    """The filters of the address; whatever nobody could have chosen is nothing."""
    given = request.GET.get
    closed = {"kind": KINDS, "column": COLUMNS, "audience": AUDIENCES, "industry": INDUSTRIES}
    found = {name: value for name, of in closed.items() if (value := given(name, "")) in of}
    return Sought(**found, words=given("q", "").replace("\x00", "").strip()[:60])


@public
@require_safe
@_counted
@ready_for(VIEWS_SECONDS)
def notice(request: HttpRequest, slug: str) -> HttpResponse:
    """One article; a withdrawn one says when and why."""
    found = selectors.public_article(slug)
    readership.know(slug, found.article.pk)
    version = found.version
    if version is None or found.column is None:
        gone = {"article": found.article, "section": "notices"}
        return render(request, "portal/notice_withdrawn.html", gone, status=410)
    summary = version.summary or writing.plain(version.body)
    names = site(request)["site"]
    values = {
        "account_marker": marker_of(request),
        "page_meta": PageMeta(
            version.title,
            summary,
            request.path,
            "article",
            found.article.region.name if found.article.region else names.city,
            category_words(*found.column.path),
            industry_words(version.industries),
        ),
        "article": found.article,
        "version": version,
        "column": found.column,
        "blocks": writing.parse(version.body),
        "audience": "、".join(str(AUDIENCES[one]) for one in version.audience),
        "industry": industry_words(version.industries),
        "options": [option for one in version.options if (option := option_called(one)) is not None],
        "views": found.views,
        "counted_at": moment.now(),
        "over": version.valid_until is not None and version.valid_until < moment.today(),
        "earlier": found.earlier,
        "section": "notices",
    }
    return render(request, "portal/notice.html", values)


@public
@require_safe
def notice_file(request: HttpRequest, slug: str, file: UUID) -> HttpResponse:
    """An attachment; ``?save=1`` saves it instead of showing it."""
    stored, name = selectors.attachment_of(slug, file)
    answer = file_answer(open_file(stored), stored.media_type, name, save=request.GET.get("save") == "1")
    answer["Cache-Control"] = "public, max-age=3600"
    return answer


@public
@require_safe
def notices_feed(request: HttpRequest) -> HttpResponse:
    """The newest articles as an Atom feed."""
    names = site(request)["site"]
    address = f"{settings.PUBLIC_URL}{reverse('portal:notices_feed')}"
    feed = Atom1Feed(
        title=f"{names.name} · {_('公告和政策')}",
        link=f"{settings.PUBLIC_URL}{reverse('portal:notices')}",
        description=_("通知公告、惠企惠民政策"),
        language="zh-CN",
        feed_url=address,
        author_name=names.owner,
    )
    for version in selectors.feed():
        link = f"{settings.PUBLIC_URL}{reverse('portal:notice', args=[version.article.slug])}"
        feed.add_item(
            title=version.title,
            link=link,
            description=version.summary or writing.plain(version.body),
            unique_id=link,
            pubdate=datetime.combine(version.published_on, time(9), moment.SHANGHAI),
            updateddate=version.published_at,
            author_name=version.source,
            categories=list(COLUMNS[version.column].path),
        )
    response = HttpResponse(feed.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8")
    response["Cache-Control"] = "public, max-age=300"
    return response
