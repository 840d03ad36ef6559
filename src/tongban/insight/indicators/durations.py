"""How long things really took, for everybody: the middle and the slowest tenth beside promise and law (办理用时).

Everything comes from the roll-ups. Under :data:`FEWEST` cases no time is told: it would say nothing of the item, and
might say something of a person.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from tongban.insight.indicators import rules, selectors
from tongban.insight.indicators.definitions import measures_of
from tongban.insight.indicators.selectors import Line, Period, Scope

FEWEST: Final = 5
CODES: Final = ("decided", "used_middle", "used_slow", "mean_promised", "mean_statutory", "on_time")
_MEASURES: Final = measures_of("decided", "mean_promised", "mean_statutory", "on_time")


@dataclass(frozen=True, slots=True)
class Duration:
    """One item or department in a period.

    ``middle`` and ``slow`` are lower ends of buckets of working days (``rules.BUCKETS``), ``promised`` and
    ``statutory`` means of working days, ``on_time`` a share; all None where ``few``, or where nothing is known.
    """

    key: int
    name: str
    decided: int
    middle: int | None = None
    slow: int | None = None
    promised: float | None = None
    statutory: float | None = None
    on_time: float | None = None

    @property
    def few(self) -> bool:
        """Too few cases for telling their times."""
        return self.decided < FEWEST


@dataclass(frozen=True, slots=True)
class Durations:
    """Everything in a period: the whole, by department, by item (the most decided first)."""

    whole: Duration
    departments: tuple[Duration, ...]
    items: tuple[Duration, ...]
    spread: Mapping[str, int]
    """Decisions with a limit, by bucket."""


def durations(scope: Scope, period: Period) -> Durations:
    """The times of a period; four queries, whatever the number of cases."""
    departments = selectors.by_department(scope, period, _MEASURES)
    items = selectors.by_option(scope, period, _MEASURES)
    of_departments = selectors.split_by("department_id", scope, period, "used_bucket")
    of_items = selectors.split_by("option_id", scope, period, "used_bucket")
    spread: dict[str, int] = {}
    for buckets in of_items.values():
        for key, n in buckets.items():
            spread[key] = spread.get(key, 0) + n
    sums: dict[str, int] = {}
    for line in items:
        for measure, n in line.sums.items():
            sums[measure] = sums.get(measure, 0) + n
    return Durations(
        _duration(Line(0, "全部", sums), spread),
        _durations(departments, of_departments),
        _durations(items, of_items),
        spread,
    )


def _durations(lines: Sequence[Line], buckets: Mapping[int, Mapping[str, int]]) -> tuple[Duration, ...]:
    found = (_duration(line, buckets.get(line.key, {})) for line in lines)
    return tuple(sorted((one for one in found if one.decided), key=lambda one: (-one.decided, one.name)))


def _duration(line: Line, buckets: Mapping[str, int]) -> Duration:
    decided = int(line.of("decided") or 0)
    if decided < FEWEST:
        return Duration(line.key, line.name, decided)
    timed = sum(buckets.values()) >= FEWEST
    return Duration(
        line.key,
        line.name,
        decided,
        rules.quantile(buckets, 0.5) if timed else None,
        rules.quantile(buckets, 0.9) if timed else None,
        line.of("mean_promised"),
        line.of("mean_statutory"),
        line.of("on_time"),
    )
