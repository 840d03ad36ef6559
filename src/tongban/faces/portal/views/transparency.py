"""What the government makes public of its work: results of cases, times, open data. For everybody, without a script."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tongban.faces.access import public
from tongban.faces.context import site
from tongban.faces.limits import Limit, address_of
from tongban.faces.portal import datasets, opendata, transparency
from tongban.faces.portal.page_meta import PageMeta, category_words
from tongban.faces.ready import current_stamp, marker_of, ready_for
from tongban.ground import moment
from tongban.ground.errors import NotFound
from tongban.insight.indicators.definitions import indicator
from tongban.insight.indicators.durations import CODES, FEWEST, durations
from tongban.insight.indicators.selectors import EVERYWHERE, as_of
from tongban.insight.publicity import selectors as publicity
from tongban.registry.catalog.selectors import configured_options

FRESH = 600.0
"""Seconds after which a page that tells figures is made anew."""
ROWS = 20
_EXPORTS = Limit("open_data", 30, timedelta(hours=1), "下载得太频繁，请过一会儿再下载")


@public
@require_safe
@ready_for(FRESH)
def open_cases(request: HttpRequest) -> HttpResponse:
    """办件公示: decided cases, the newest first, by department, item, month and result. Ten queries at most."""
    sought = transparency.sought_of(request.GET)
    stamp = current_stamp()
    values = {
        "account_marker": marker_of(request),
        "page_meta": _meta(request, _("办件公示"), _("哪些事办好了、谁办的、用了多久，依法公开。")),
        "sought": sought,
        "page": publicity.results(sought.asked, after=request.GET.get("after", ""), limit=ROWS),
        "number": publicity.number_of(sought.asked),
        "departments": transparency.departments(stamp),
        "items": transparency.items(),
        "months": transparency.months(moment.today()),
        "results": transparency.RESULTS,
        "rule": publicity.rule_today(),
        "definition": indicator("decided"),
        "as_of": as_of(),
    }
    return render(request, "portal/open_cases.html", values)


@public
@require_safe
def open_case(request: HttpRequest, number: str) -> HttpResponse:
    """One decided case: what the law makes public of it, and nothing else. Four queries."""
    found = publicity.public_case(number.upper()[:40])
    values = {
        "account_marker": marker_of(request),
        "page_meta": _meta(request, _("办理结果公示"), _("依法公开的一件办理结果。")),
        "found": found,
        "result": found.result,
        "rule": publicity.rule_today(),
    }
    return render(request, "portal/open_case.html", values)


@public
@require_safe
@ready_for(FRESH)
def open_times(request: HttpRequest) -> HttpResponse:
    """办理用时: how long each item and department really took, beside promise and law. Nine queries at most."""
    key, period = transparency.span_of(request.GET.get("span", ""), moment.today())
    sought = transparency.sought_of({"department": request.GET.get("department", "")})
    found = durations(EVERYWHERE.narrowed(sought.asked.department_id), period)
    slugs = {option: slug for option, slug, _name in configured_options()}
    values = {
        "account_marker": marker_of(request),
        "page_meta": _meta(request, _("办理用时"), _("每个事项实际用了几天，承诺几天，法律给几天。")),
        "spans": [(code, words) for code, (words, _days) in transparency.SPANS.items()],
        "span": key,
        "period": period,
        "sought": sought,
        "departments": transparency.departments(current_stamp()),
        "whole": transparency.time_row(found.whole),
        "by_department": [transparency.time_row(one) for one in found.departments if not one.few],
        "few_departments": [transparency.time_row(one) for one in found.departments if one.few],
        "by_item": [transparency.time_row(one, slugs.get(one.key, "")) for one in found.items if not one.few],
        "few_items": [transparency.time_row(one, slugs.get(one.key, "")) for one in found.items if one.few],
        "fewest": FEWEST,
        "definitions": [indicator(code) for code in CODES],
        "as_of": as_of(),
    }
    return render(request, "portal/open_times.html", values)


@public
@require_safe
@ready_for(FRESH)
def open_data(request: HttpRequest) -> HttpResponse:
    """公开数据: what can be downloaded, column by column. Three queries at most."""
    values = {
        "account_marker": marker_of(request),
        "page_meta": _meta(request, _("公开数据"), _("事项、办件、用时的数据，下载就能用，每一列都写明口径。")),
        "datasets": datasets.DATASETS,
        "months": transparency.months(moment.today()),
        "licence": opendata.LICENCE,
        "licence_url": opendata.LICENCE_URL,
        "as_of": as_of(),
    }
    return render(request, "portal/open_data.html", values)


@public
@require_safe
def open_data_file(request: HttpRequest, name: str) -> StreamingHttpResponse:
    """A data set as a table, row by row; ``?month=`` of the results."""
    found = datasets.DATASETS_BY_NAME.get(name)
    if found is None or found.rows is None:
        raise NotFound("open_data.name", "没有这份数据，可能网址抄错了")
    _EXPORTS.spend(address_of(request))
    month = publicity.month_of(request.GET.get("month", "")) or publicity.month_of(f"{moment.today():%Y-%m}")
    assert month is not None  # this month is one
    lines: Iterator[str] = opendata.table([column.name for column in found.columns], found.rows(month))
    answer = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    tail = f"{month.first:%Y%m}" if found.monthly else f"{moment.today():%Y%m%d}"
    answer["Content-Disposition"] = f'attachment; filename="{name}-{tail}.csv"'
    answer["Link"] = f'<{opendata.LICENCE_URL}>; rel="license"'
    answer["Cache-Control"] = "no-cache"
    return answer


def _meta(request: HttpRequest, title: str, words: str) -> PageMeta:
    city = site(request)["site"].city
    return PageMeta(title, words, request.path, region=city, category=category_words(_("公开透明"), title))
