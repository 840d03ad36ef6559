"""Deadlines as staff read them: days left by the working calendar, never counted by the browser (ui.md 4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from tongban.ground import calendar, clock, moment
from tongban.procedures.cases import wording

KIND_WORDS = wording.CLOCKS
_OVER_WORDS: dict[str, str] = {
    "statutory": "已超法定",
    "joint": "已超联合办理",
    "promised": "已超承诺",
    "step": "已超环节",
}
FAR = date.max
SOON = 2
"""Working days left, today not counted, from which a deadline is near."""


@dataclass(frozen=True)
class Badge:
    """One deadline: ``tone`` is ``ok``, ``soon``, ``over``, ``paused`` or ``done``; ``words`` say the days left."""

    kind: str
    name: str
    words: str
    tone: str
    due_on: date | None
    basis: str = ""
    provisional: bool = False


def due_day(due_at: datetime) -> date:
    """The legal day that a stored due moment ends."""
    return moment.local(due_at - timedelta(seconds=1)).date()


def words_left(due_on: date, kind: str = "") -> tuple[str, str]:
    """(words, tone) of a running deadline; an overdue one says which limit is exceeded."""
    left = clock.remaining(due_on, moment.today(), calendar.load()).after_today
    if due_on < moment.today():
        return f"{_OVER_WORDS.get(kind, '已超期')} {max(1, -left)} 个工作日", "over"
    if left == 0:
        return "今天到期", "soon"
    return f"剩 {left} 个工作日", "soon" if left <= SOON else "ok"


def of_task(due_at: datetime | None) -> Badge | None:
    """The badge of a row in the work list."""
    if due_at is None:
        return None
    due_on = due_day(due_at)
    words, tone = words_left(due_on)
    return Badge("task", "到期", words, tone, due_on)


def of_clock(kind: str, state: str, due_on: date | None, basis: str, *, provisional: bool = False) -> Badge:
    """The badge of a clock row; a stopped clock is paused, a finished one says so."""
    name = KIND_WORDS.get(kind, kind)
    if state == "running" and due_on is not None:
        words, tone = words_left(due_on, kind)
    elif state == "stopped":
        words, tone = "已暂停", "paused"
    else:
        words, tone = "已结束", "done"
    return Badge(kind, name, words, tone, due_on, basis, provisional)
