"""Reports of the desk: what they show, how it is defined, down to the cases, on paper and in files."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tongban.faces.access import staff
from tongban.faces.desk import reports as layout
from tongban.ground import moment
from tongban.ground.errors import Refusal
from tongban.ground.policy import Principal, may_ever
from tongban.insight.indicators import reports as house
from tongban.insight.indicators import selectors
from tongban.insight.indicators.reports.report import MOST_IN_A_FILE, MOST_ROWS, Asked


@staff(selectors.PERMISSION)
@require_safe
def reports(request: HttpRequest) -> HttpResponse:
    """Every report, with one line of what it answers."""
    selectors.scope_of(request.principal)  # type: ignore[attr-defined]
    return render(request, "desk/reports.html", {"reports": house.REPORTS.values(), "as_of": selectors.as_of()})


@staff(selectors.PERMISSION)
@require_safe
def report(request: HttpRequest, code: str) -> HttpResponse:
    """One report. ``?first=&last=&department=``; ``format=csv`` gives the file."""
    principal: Principal = request.principal  # type: ignore[attr-defined]
    whole = selectors.scope_of(principal)
    problem: Refusal | None = None
    try:
        period = selectors.Period.of(request.GET.get("first", ""), request.GET.get("last", ""), moment.today())
    except Refusal as refusal:
        problem, period = refusal, selectors.Period.of("", "", moment.today())
    department = layout.department_of(request.GET.get("department", ""))
    scope = whole.narrowed(department)
    choices = layout.departments(whole)
    names = dict(choices)
    words = names.get(str(scope.department_id), principal.department_name) if scope.department_id else ""
    wants_file = request.GET.get("format") == "csv" and problem is None
    limit = MOST_IN_A_FILE if wants_file else MOST_ROWS
    kept, built = house.build(code, Asked(scope, period, request.GET.get("after", ""), limit))
    if wants_file:
        response = HttpResponse(layout.as_csv(kept, built, period, words), content_type="text/csv; charset=utf-8")
        name = f"{kept.code}-{period.first}-{period.last}.csv"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        return response
    laid = layout.Layout(principal, kept, request.GET if problem is None else {})
    values = {
        "kept": kept,
        "note": built.note,
        "definitions": built.definitions,
        "tiles": laid.tiles(built),
        "tables": laid.tables(built),
        "period": period,
        "periods": layout.periods(period, moment.today()),
        "departments": choices,
        "department": str(department or ""),
        "scope_words": words,
        "typed_first": request.GET.get("first", "") or period.first.isoformat(),
        "typed_last": request.GET.get("last", "") or period.last.isoformat(),
        "problem": problem,
        "as_of": selectors.as_of(),
    }
    return render(request, "desk/report.html", values, status=problem.status if problem else 200)


@staff(selectors.PERMISSION)
@require_safe
def report_cases(request: HttpRequest, code: str) -> HttpResponse:
    """The cases behind a figure of a report: ``?list=&first=&last=&department=&option=&after=``. Two queries."""
    principal: Principal = request.principal  # type: ignore[attr-defined]
    kept = house.kept_of(code)
    period = selectors.Period.of(request.GET.get("first", ""), request.GET.get("last", ""), moment.today())
    department = layout.department_of(request.GET.get("department", ""))
    scope = selectors.scope_of(principal).narrowed(department)
    option = layout.department_of(request.GET.get("option", ""))
    drill = request.GET.get("list", "")
    page = selectors.cases_of(scope, period, drill, option_id=option, after=request.GET.get("after", ""))
    values = {
        "kept": kept,
        "title": selectors.DRILLS[drill][0],
        "page": page,
        "period": period,
        "opens_cases": may_ever(principal, "cases.case.view"),
        "back": layout.Layout(principal, kept, request.GET).query,
    }
    return render(request, "desk/report_cases.html", values)
