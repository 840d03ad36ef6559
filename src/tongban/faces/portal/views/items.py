"""The public list of all items with its filters, themes, open data, and the guide of what is handled elsewhere."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tongban.faces.access import public
from tongban.faces.context import site
from tongban.faces.limits import Limit, address_of
from tongban.faces.portal import directory as shown
from tongban.faces.portal import listed, opendata
from tongban.faces.ready import current_stamp, marker_of, ready_page
from tongban.ground import moment
from tongban.ground.errors import NotFound
from tongban.registry.catalog import directory
from tongban.registry.catalog.directory import Filters
from tongban.registry.catalog.themes import THEMES

_EXPORTS = Limit("open_data", 30, timedelta(hours=1), "下载得太频繁，请过一会儿再下载")


@public
@require_safe
@ready_page
def items(request: HttpRequest) -> HttpResponse:
    """Everything that stands in the list, by filters of the address; what can be done here comes first."""
    return _list(request, shown.filters_of(request.GET), {})


@public
@require_safe
@ready_page
def theme(request: HttpRequest, key: str) -> HttpResponse:
    """The list of one theme."""
    found = THEMES.get(key)
    filters = Filters(theme=key)
    if found is None or not directory.counts(filters, current_stamp()).total:
        raise NotFound("catalog.theme", "没有找到这个主题，或者这个主题下还没有事项")
    return _list(request, filters, {"theme": found})


def _list(request: HttpRequest, filters: Filters, values: dict[str, object]) -> HttpResponse:
    stamp = current_stamp()
    counts = directory.counts(filters, stamp)
    page = directory.page(filters, request.GET.get("after", ""))
    context = {
        "account_marker": marker_of(request),
        "filters": shown.views(filters, counts),
        "chosen": () if "theme" in values else shown.chosen(filters, counts, request.GET),
        "rows": shown.rows(page.items),
        "page": page,
        "total": counts.total,
        "here": counts.by["standing"].get(directory.CONFIGURED, 0) if filters.standing != directory.LISTED else 0,
        "data_query": _query(request, filters),
        "licence": opendata.LICENCE,
        **values,
    }
    return render(request, "portal/items.html", context)


def _query(request: HttpRequest, filters: Filters) -> str:
    """The query string under which the same items are downloaded."""
    values = request.GET.copy()
    for name in list(values):
        if name not in shown.PARAMETERS:
            del values[name]
    if filters.theme:
        values["theme"] = filters.theme
    return f"?{values.urlencode()}" if values else ""


@public
@require_safe
def items_csv(request: HttpRequest) -> StreamingHttpResponse:
    """The filtered list as a table, row by row."""
    _EXPORTS.spend(address_of(request))
    found = directory.entries(shown.filters_of(request.GET))
    answer = StreamingHttpResponse(opendata.as_csv(found, _host(request)), content_type="text/csv; charset=utf-8")
    return _download(answer, "csv")


@public
@require_safe
def items_json(request: HttpRequest) -> StreamingHttpResponse:
    """The filtered list as JSON, item by item."""
    _EXPORTS.spend(address_of(request))
    names = site(request)["site"]
    found = directory.entries(shown.filters_of(request.GET))
    text = opendata.as_json(found, _host(request), f"{names.city}政务服务事项清单", names.owner)
    return _download(StreamingHttpResponse(text, content_type="application/json; charset=utf-8"), "json")


def _host(request: HttpRequest) -> str:
    return f"{request.scheme}://{request.get_host()}"


def _download(answer: StreamingHttpResponse, ending: str) -> StreamingHttpResponse:
    day = moment.today().strftime("%Y%m%d")
    answer["Content-Disposition"] = f'attachment; filename="items-{day}.{ending}"'
    answer["Link"] = f'<{opendata.LICENCE_URL}>; rel="license"'
    answer["Cache-Control"] = "no-cache"
    return answer


def listed_guide(request: HttpRequest, slug: str, *, applying: bool = False) -> HttpResponse | None:
    """The honest guide of a listed option under the address of every guide; None when the slug is no such option.

    :param applying: somebody wanted to apply: the page says first that it cannot be done here, and where it can.
    """
    item = directory.listed_option(slug)
    if item is None:
        return None
    names = site(request)["site"]
    values = {
        "account_marker": marker_of(request),
        "guide": listed.guide_of(item, names.hall, names.hours),
        "applying": applying,
    }
    return render(request, "portal/guide_listed.html", values)
