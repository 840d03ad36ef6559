"""The supervisors' board: cards by department, the nearest due, the oldest overdue; where decisions were made."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from tongban.faces.access import staff
from tongban.faces.desk import deadlines, selectors
from tongban.ground import moment
from tongban.ground.policy import Principal
from tongban.procedures.cases import wording
from tongban.procedures.work import selectors as work

LEVEL_WORDS = {"warning": ("info", "预警"), "yellow": ("warn", "黄牌"), "red": ("bad", "红牌")}
SHOWN, SEARCHED = 10, 100
LOOK_BACK = timedelta(days=30)


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
    """``?department=`` and ``?level=`` narrow both lists, among the first 100 of each. Three queries."""
    principal: Principal = request.principal  # type: ignore[attr-defined]
    department, level = request.GET.get("department", ""), request.GET.get("level", "")
    found = work.board(principal, limit=SEARCHED if department or level else SHOWN)
    names = {str(row.department_id): row.name for row in found.departments}

    def fits(clock: work.BoardClock) -> bool:
        return department in ("", str(clock.department_id)) and level in ("", clock.told)

    nearest = [c for c in found.nearest if fits(c)][:SHOWN]
    oldest = [c for c in found.oldest if fits(c)][:SHOWN]
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
    """Where the decisions of the last thirty days came in, by department (WIN-29). One query.

    A decision without a case of a window or of the network cannot exist here: the last column shows it.
    """
    principal: Principal = request.principal  # type: ignore[attr-defined]
    since = moment.now() - LOOK_BACK
    values = {"rows": selectors.decisions_by_channel(principal, since), "since": since}
    return render(request, "desk/board_channels.html", values)
