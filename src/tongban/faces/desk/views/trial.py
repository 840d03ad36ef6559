"""The trial run at the desk: its dates, the old system's list, the comparison, whether to switch over (WIN-23)."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tongban.faces.access import staff
from tongban.faces.desk import trial_run as layout
from tongban.faces.fields import ErrorLink, FieldView, error_links
from tongban.ground import moment
from tongban.ground.errors import NotFound, Refusal
from tongban.ground.policy import Principal, may_ever
from tongban.insight.trials import selectors, services
from tongban.insight.trials.models import TrialList
from tongban.insight.trials.rules import Comparison
from tongban.insight.trials.selectors import Span
from tongban.insight.trials.services import FaultyList
from tongban.registry.catalog.imports import opening
from tongban.registry.parties.models import Region

_SEES_CASES, _SETS = "work.board.view", "parameters.parameter.configure"
FAULTS = 100


@staff(_SEES_CASES, _SETS)
@require_http_methods(["GET", "HEAD", "POST"])
def trial_run(request: HttpRequest) -> HttpResponse:
    """The report and its two forms; POST takes the dates (``what=span``) or the old system's list (``what=list``)."""
    principal: Principal = request.principal  # type: ignore[attr-defined]
    if request.method != "POST":
        return _page(request, principal)
    try:
        done = _take(request, principal)
    except Refusal as refusal:
        return _page(request, principal, refusal)
    response = HttpResponseRedirect(f"{reverse('desk:trial_run')}?done={done}")
    response.status_code = 303
    return response


@staff(_SEES_CASES)
@require_safe
def trial_run_file(request: HttpRequest) -> HttpResponse:
    """The whole comparison as a table, names masked; the read is on record."""
    principal: Principal = request.principal  # type: ignore[attr-defined]
    region = services.region_of(principal)
    span, read = selectors.span_of(region.pk), selectors.list_of(region.pk)
    if span is None or read is None:
        raise NotFound
    found = selectors.comparison_of(span, read, region.no, region.end_no)
    counts = found.counts
    rows = (
        (_("试运行"), f"{span.start} — {span.last}"),
        (_("旧系统清单"), read.file_name),
        (_("结论"), layout.verdict(counts, over=moment.today() > span.last)[1]),
    )
    services.record_read(principal, read, read.rows, "file")
    response = HttpResponse(layout.as_csv(found, rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="trial-run-{span.start}.csv"'
    return response


def _take(request: HttpRequest, principal: Principal) -> str:
    if request.POST.get("what") == "span":
        start, months = _date(request.POST.get("start", "")), request.POST.get("months", "").strip()
        number = int(months) if months.isdecimal() and len(months) < 4 else None
        services.set_span(principal, start, number, request.POST.get("basis", "").replace("\x00", "")[:300])
        return "span"
    file = request.FILES.get("file")
    if file is None:
        raise Refusal("trial.file", "还没有选文件", "file", "选旧系统导出的办件清单")
    return "list" if services.load(principal, file, file.name or "").new else "same"


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _page(request: HttpRequest, principal: Principal, refusal: Refusal | None = None) -> HttpResponse:
    region = services.region_of(principal)
    span, read = selectors.span_of(region.pk), selectors.list_of(region.pk)
    sees = may_ever(principal, _SEES_CASES)
    compared: dict[str, Any] = {}
    if span is not None and read is not None:
        try:
            compared = _compared(principal, region, span, read, sees=sees)
        except Refusal as too_many:
            refusal = refusal or too_many
    fields, file_error = _fields(request, span, refusal)
    errors = list(error_links(fields))
    if file_error:
        errors.append(ErrorLink("#f-file", file_error))
    faults = refusal.faults.in_order()[:FAULTS] if isinstance(refusal, FaultyList) else []
    values = {
        "span": span,
        "read": read,
        "sees": sees,
        "fields": fields,
        "file_error": file_error,
        "endings": ",".join(opening.ENDINGS),
        "endings_words": "、".join(opening.ENDINGS),
        "most": services.MOST_BYTES // 1024 // 1024,
        "errors": errors,
        "faults": faults,
        "faults_total": refusal.faults.total if isinstance(refusal, FaultyList) else 0,
        "done": request.GET.get("done", "") if refusal is None else "",
        **compared,
    }
    return render(request, "desk/trial_run.html", values, status=refusal.status if refusal else 200)


def _compared(principal: Principal, region: Region, span: Span, read: TrialList, *, sees: bool) -> dict[str, Any]:
    found: Comparison = selectors.comparison_of(span, read, region.no, region.end_no)
    counts = found.counts
    justified, sentence = layout.verdict(counts, over=moment.today() > span.last)
    groups = layout.groups(found) if sees else ()
    if shown := sum(len(group.lines) for group in groups):
        services.record_read(principal, read, shown, "page")
    return {
        "counts": counts,
        "share": None if counts.share is None else f"{counts.share:.1%}",
        "departments": found.by_department(),
        "groups": groups,
        "justified": justified,
        "sentence": sentence,
    }


def _fields(request: HttpRequest, span: Span | None, refusal: Refusal | None) -> tuple[list[FieldView], str]:
    """The controls of the dates with what was typed, and what is wrong with the file."""
    words = ""
    if refusal:
        words = f"{refusal.sentence}。{refusal.remedy}" if refusal.remedy else refusal.sentence
    wrong = refusal.field if refusal else ""
    typed = request.POST if request.method == "POST" and request.POST.get("what") == "span" else {}
    start = typed.get("start", span.start.isoformat() if span else "")
    months = typed.get("months", str(span.months if span else selectors.DEFAULT_MONTHS))
    basis = typed.get("basis", span.basis if span else "")
    own = ("start", "months", "basis")
    fields = [
        FieldView("start", _("从哪天开始"), "date", start, error=words if wrong == "start" else ""),
        FieldView("months", _("试运行几个月"), "integer", months, error=words if wrong == "months" else ""),
        FieldView("basis", _("依据"), value=basis, optional=True, hint=_("方案或通知的名称"), max_length=300,
                  error=words if wrong == "basis" else ""),
    ]  # fmt: skip
    return fields, words if refusal and wrong not in own else ""
