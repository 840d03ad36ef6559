"""What a supervisor may ask of the board, and the targets that its figures stand beside. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Final

LEVELS: Final[Mapping[str, int]] = {"warning": 1, "yellow": 2, "red": 3}
"""Levels of a card in their order; a warning is no card and has no consequence."""
URGENCIES: Final = ("overdue", "today", "soon", "week")
"""Running clocks by their due day: past it, today, within three working days, within seven."""
SOON, WEEK = 3, 7
SPANS: Final[Mapping[str, str]] = {"day": "当天", "week": "本周", "month": "本月", "year": "本年"}
LONGEST_BACK: Final = 3653
"""Days back that may be asked for."""


@dataclass(frozen=True, slots=True)
class Target:
    """What a share should reach, or stay below (``most``), and who says so."""

    code: str
    target: float
    most: bool
    source: str

    def met(self, value: float) -> bool:
        """Whether the figure is as it should be."""
        return value <= self.target if self.most else value >= self.target


@cache
def targets() -> Mapping[str, Target]:
    """Every target by the indicator that it belongs to."""
    rows = json.loads((Path(__file__).parent / "data" / "targets.json").read_text(encoding="utf-8"))
    return {row["code"]: Target(row["code"], row["target"], row["most"], row["source"]) for row in rows}


def span(key: str, last: date) -> tuple[date, date]:
    """The days of a span that ends on ``last``: the day itself, its week from Monday, its month, its year."""
    match key:
        case "day":
            return last, last
        case "week":
            return last - timedelta(days=last.weekday()), last
        case "year":
            return last.replace(month=1, day=1), last
        case _:
            return last.replace(day=1), last


def before(first: date, last: date) -> tuple[date, date]:
    """As many days, just before."""
    return first - (last - first) - timedelta(days=1), first - timedelta(days=1)


def weeks_before(last: date, count: int) -> tuple[date, date]:
    """So many whole weeks that were over before the week of ``last``: first Monday, last Sunday."""
    monday = last - timedelta(days=last.weekday())
    return monday - timedelta(weeks=count), monday - timedelta(days=1)
