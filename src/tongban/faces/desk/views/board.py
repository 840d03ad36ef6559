"""The supervisors' board: cards by department, the nearest due, the oldest overdue."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from tongban.faces.access import staff
from tongban.faces.desk import deadlines, selectors
from tongban.ground.policy import Principal
from tongban.procedures.cases import wording
from tongban.procedures.work import selectors as work

LEVEL_WORDS = {"warning": ("info", "预警"), "yellow": ("warn", "黄牌"), "red": ("bad", "红牌")}
SHOWN, MOST_DIGITS = 10, 18


@dataclass(frozen=True)
class Line:
    """A clock of the board with its case."""

    number: str
    title: str
    department: str
    clock: str
    tone: str
    level: str
    badge: deadlines.Badge | None


@staff("work.board.view")
def board(request: HttpRequest) -> HttpResponse:
    """``?department=`` and ``?level=`` narrow both lists, over every running clock of the region. Three queries."""
    principal: Principal = request.principal  # type: ignore[attr-defined]
    department, level = request.GET.get("department", ""), request.GET.get("level", "")
    key = int(department) if department.isdecimal() and len(department) < MOST_DIGITS else None
    found = work.board(principal, department=key, level=level if level in LEVEL_WORDS else "", limit=SHOWN)
    names = {str(row.department_id): row.name for row in found.departments}
    if key is not None and department not in names:
        names |= selectors.department_names({key})
    nearest, oldest = found.nearest, found.oldest
    cases = selectors.cases_on_board({c.subject_id for c in (*nearest, *oldest) if c.subject_kind == "case"})
    values = {
        "board": found,
        "nearest": [_line(c, cases) for c in nearest],
        "oldest": [_line(c, cases) for c in oldest],
        "levels": [(code, words) for code, (_tone, words) in LEVEL_WORDS.items()],
        "level": level if level in LEVEL_WORDS else "",
        "department": department if department in names else "",
        "department_name": names.get(department, ""),
    }
    return render(request, "desk/board.html", values)


def _line(clock: work.BoardClock, cases: dict[uuid.UUID, selectors.BoardCase]) -> Line:
    case = cases.get(clock.subject_id)
    tone, words = LEVEL_WORDS.get(clock.told, ("", ""))
    return Line(
        case.number if case else "",
        case.title if case else clock.subject_kind,
        case.department if case else "",
        wording.CLOCKS.get(clock.kind, clock.kind),
        tone,
        words,
        deadlines.of_task(clock.due_at),
    )


@staff("work.board.view")
def board_channels(request: HttpRequest) -> HttpResponse:
    """Where decisions came in is a report now (WIN-29); the old address leads there."""
    return HttpResponseRedirect(reverse("desk:report", args=["channels"]))
