"""The charts of the supervisors' board: weeks, how long decisions took, clocks by their due day."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from tongban.faces import charts
from tongban.faces.desk.supervision import URGENCY_WORDS, WEEKS, Asked, Read, nothing
from tongban.insight.indicators.definitions import indicator


@dataclass(frozen=True)
class Week:
    """A week as the table beside the chart tells it."""

    label: str
    first: date
    online: int
    other: int
    decided: int
    intake_href: str
    decided_href: str


def weeks(asked: Asked, told: Read) -> tuple[charts.Stacked, tuple[Week, ...]]:
    """Intake and decisions of whole weeks: the picture and its numbers."""
    known = {line.key: line for line in told.weeks}
    found = []
    for place in range(WEEKS):
        first = told.first_week + timedelta(weeks=place)
        sums: Mapping[str, int] = known[first].sums if first in known else nothing()
        days = {"first": first.isoformat(), "last": (first + timedelta(days=6)).isoformat()}
        decided = sums["granted"] + sums["refused"]
        found.append(
            Week(
                f"{first.month}/{first.day}",
                first,
                sums["from_portal"],
                sums["submitted"] - sums["from_portal"],
                decided,
                asked.href("submitted", **days) if sums["submitted"] else "",
                asked.href("decided", **days) if decided else "",
            )
        )
    return charts.stacked([(one.label, one.online, one.other, one.decided) for one in found]), tuple(found)


@dataclass(frozen=True)
class Bar:
    """A line of a bar list."""

    words: str
    text: str
    filled: float
    href: str = ""
    bad: bool = False


_STEPS: tuple[tuple[str, Callable[[int], bool]], ...] = (
    ("当天", lambda low: low == 0),
    ("1 天", lambda low: low == 1),
    ("2—3 天", lambda low: low in (2, 3)),
    ("4—5 天", lambda low: low in (4, 5)),
    ("6—9 天", lambda low: 6 <= low < 10),
    ("10 天以上", lambda low: low >= 10),
)


def spread(asked: Asked, told: Read) -> tuple[Bar, ...]:
    """How long the decisions of the period took, in few steps, and how many were beyond their limits."""
    counts = [sum(n for key, n in told.spread.items() if belongs(int(key))) for _words, belongs in _STEPS]
    late = {code: int(told.whole.of(code) or 0) for code in ("overdue_promised", "overdue_statutory")}
    most = max((*counts, *late.values(), 1))
    bars = [Bar(words, f"{n:,}", charts.percent(n, most)) for (words, _belongs), n in zip(_STEPS, counts, strict=True)]
    for code, n in late.items():
        bars.append(Bar(indicator(code).name, f"{n:,}", charts.percent(n, most), asked.href(code) if n else "", True))
    return tuple(bars)


def urgent(asked: Asked, counted: Mapping[str, int]) -> tuple[Bar, ...]:
    """Running clocks by their due day."""
    most = max((*counted.values(), 1))
    return tuple(
        Bar(
            URGENCY_WORDS[name],
            f"{n:,}",
            charts.percent(n, most),
            asked.href(name, first=None, last=None) if n else "",
            name == "overdue",
        )
        for name, n in counted.items()
    )
