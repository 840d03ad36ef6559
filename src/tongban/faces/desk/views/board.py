"""The supervisors' board: what came in, what is open, what is late, by area, department and item, down to the cases."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from tongban.faces.access import staff
from tongban.faces.desk import board_charts, deadlines
from tongban.faces.desk import supervision as shown
from tongban.ground import moment
from tongban.ground.errors import NotFound
from tongban.ground.policy import Principal, may_ever
from tongban.insight.indicators import selectors as indicators
from tongban.insight.indicators.definitions import indicator
from tongban.insight.indicators.selectors import Period
from tongban.insight.supervision import rules, selectors
from tongban.insight.supervision.rules import LEVELS, URGENCIES
from tongban.procedures.cases import wording

SHOWN = 6
_NOW_WORDS = {"ahead": "最近到期的时限", **{name: f"{words}的时限" for name, words in shown.URGENCY_WORDS.items()}}


@dataclass(frozen=True)
class ClockLine:
    """A clock of the board with its case."""

    line: selectors.Line
    clock: str
    level: str
    badge: deadlines.Badge | None


@staff(selectors.PERMISSION)
@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """``?area=&department=&item=&span=&day=``; 19 queries, whatever the number of cases and clocks."""
    principal: Principal = request.principal  # type: ignore[attr-defined]
    now = moment.now()
    asked = shown.asked_of(principal, request.GET, moment.today())
    told = shown.read(asked)
    stacked, weeks = board_charts.weeks(asked, told)
    areas = shown.area_rows(asked, told)
    values = {
        "asked": asked,
        "spans": list(rules.SPANS.items()),
        "tiles": shown.tiles(asked, told),
        "chart": stacked,
        "weeks": weeks,
        "heads": shown.HEADS,
        "departments": shown.department_rows(asked, told),
        "areas": areas if len(areas) > 1 else (),
        "worst": shown.worst_items(asked, told),
        "spread": board_charts.spread(asked, told),
        "urgent": board_charts.urgent(asked, selectors.urgency(asked.scope, now, asked.option)),
        "cards": told.cards.whole,
        "carded": _lines(selectors.worst(asked.scope, option_id=asked.option, limit=SHOWN)),
        "nearest": _lines(selectors.nearest(asked.scope, now, option_id=asked.option, limit=SHOWN)),
        "definitions": shown.definitions(),
        "targets": [(indicator(code), target) for code, target in rules.targets().items()],
        "as_of": indicators.as_of(),
        "now": now,
        "opens_cases": may_ever(principal, "cases.case.view"),
        "opens_reports": may_ever(principal, indicators.PERMISSION),
    }
    return render(request, "desk/board.html", values, status=asked.problem.status if asked.problem else 200)


@staff(selectors.PERMISSION)
@require_safe
def board_cases(request: HttpRequest) -> HttpResponse:
    """Exactly the cases or clocks behind a figure of the board: ``?list=`` and the board's filters. Five queries.

    :raises NotFound: no such list.
    """
    principal: Principal = request.principal  # type: ignore[attr-defined]
    asked = shown.asked_of(principal, request.GET, moment.today())
    code, after = request.GET.get("list", ""), request.GET.get("after", "")
    values = {
        "asked": asked,
        "opens_cases": may_ever(principal, "cases.case.view"),
        "definition": shown.definition_of(code),
    }
    if code in LEVELS or code in URGENCIES or code == "ahead":
        page = (
            selectors.carded(asked.scope, code, option_id=asked.option, after=after)
            if code in LEVELS
            else selectors.clocks(asked.scope, code, moment.now(), option_id=asked.option, after=after)
        )
        title = shown.LEVEL_WORDS.get(code) or _NOW_WORDS[code]
        values |= {"title": title, "clocks": _lines(page.items), "page": page}
        return render(request, "desk/board_cases.html", values)
    if code not in indicators.DRILLS:
        raise NotFound
    period = _period(request, code)
    page_of_cases = indicators.cases_of(asked.scope, period, code, option_id=asked.option, after=after)
    values |= {"title": indicators.DRILLS[code][0], "page": page_of_cases, "period": period if code != "open" else None}
    return render(request, "desk/board_cases.html", values)


def _period(request: HttpRequest, code: str) -> Period:
    """The days of a list; what is open is open now, since whenever."""
    today = moment.today()
    if code == "open":
        return Period(shown.EVER, today)
    return Period.of(request.GET.get("first", ""), request.GET.get("last", ""), today)


def _lines(found: tuple[selectors.Line, ...]) -> list[ClockLine]:
    return [
        ClockLine(
            line,
            wording.CLOCKS.get(line.clock, line.clock),
            shown.LEVEL_WORDS.get(line.level, ""),
            deadlines.of_task(line.due_at),
        )
        for line in found
    ]


@staff(selectors.PERMISSION)
def board_channels(request: HttpRequest) -> HttpResponse:
    """Where decisions came in is a report now (WIN-29); the old address leads there."""
    return HttpResponseRedirect(reverse("desk:report", args=["channels"]))
