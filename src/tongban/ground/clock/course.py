"""The arithmetic of one clock on an axis of whole numbers: where the count runs, halts, ends. No words, no dates.

An axis says what a unit is: working days and calendar days count day numbers, hours and minutes count microseconds.
Days after the day of suspension up to and including the day of resumption do not count (C5); who is stopped on the
last day has the day of resumption as the last one (C5b); a last day off moves forward once, at the end (C4).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple, Protocol

from tongban.ground.clock.index import WorkingDays, out_of_range

_LAST_DAY = date.max.toordinal()


class Axis(Protocol):
    """What counts on the way; working days are counted by :class:`~tongban.ground.clock.index.WorkingDays` itself."""

    def reach(self, at: int, units: int) -> int:
        """The place where ``units`` after ``at`` are full; ``at`` itself never counts."""
        ...

    def count(self, after: int, upto: int) -> int:
        """Units after ``after`` up to and including ``upto``."""
        ...

    def roll(self, at: int) -> int:
        """The first place from ``at`` on at which a period may end."""
        ...


@dataclass(frozen=True, slots=True)
class DayAxis:
    """Calendar days (months and years too, once they are turned into days); ``rolls`` as ``Limit.roll_forward``."""

    index: WorkingDays
    rolls: bool

    def reach(self, at: int, units: int) -> int:
        """See :class:`Axis`."""
        if at + units > _LAST_DAY:
            raise out_of_range()
        return at + units

    def count(self, after: int, upto: int) -> int:
        """See :class:`Axis`."""
        return upto - after

    def roll(self, at: int) -> int:
        """See :class:`Axis`."""
        return self.index.roll(at) if self.rolls else at


@dataclass(frozen=True, slots=True)
class ElapsedAxis:
    """Microseconds, day and night (C13)."""

    def reach(self, at: int, units: int) -> int:
        """See :class:`Axis`."""
        return at + units

    def count(self, after: int, upto: int) -> int:
        """See :class:`Axis`."""
        return upto - after

    def roll(self, at: int) -> int:
        """See :class:`Axis`."""
        return at


class Halt(NamedTuple):
    """Places after ``start`` up to and including ``end`` do not count; ``end`` None = still stopped."""

    start: int
    end: int | None
    kind: str = ""
    basis: str = ""


class Group(NamedTuple):
    """Halts that overlap, nest or touch, as one."""

    start: int
    end: int | None
    halts: tuple[Halt, ...]


class Run(NamedTuple):
    """The clock ran after ``after`` up to ``upto``; ``before`` and ``counted`` are the units at its two ends."""

    after: int
    upto: int
    before: int
    counted: int


class Course(NamedTuple):
    """The way of one clock.

    :param runs: the stretches in order; each is followed by the group of the same place in ``inner``, if any.
    :param last: where the last unit was counted, or where the clock stopped.
    :param due: the last place in time, None while stopped.
    :param left: units left while stopped.
    :param inner: groups in the middle of the count, the last one still open while stopped.
    :param tail: groups that fell on the last day or on its way forward (C5b).
    """

    runs: tuple[Run, ...]
    last: int
    due: int | None
    left: int | None = None
    inner: tuple[Group, ...] = ()
    tail: tuple[Group, ...] = ()


def union(start: int, halts: Sequence[Halt]) -> list[Group]:
    """The halts (in order of their start) as disjoint groups from ``start`` on; empty ones cost nothing."""
    groups: list[Group] = []
    for halt in halts:
        begin = max(halt.start, start)
        if halt.end is not None and halt.end <= begin:
            continue
        last = groups[-1] if groups else None
        if last is None or (last.end is not None and begin > last.end):
            groups.append(Group(begin, halt.end, (halt,)))
            continue
        end = None if last.end is None or halt.end is None else max(last.end, halt.end)
        groups[-1] = Group(last.start, end, (*last.halts, halt))
    return groups


def follow(axis: Axis, start: int, counted: int, units: int, groups: Sequence[Group]) -> Course:
    """Where a clock of ``units`` goes, of which ``counted`` are counted at ``start`` already (day zero).

    No group begins after the due day that the ones before it give: such a stop has no effect and is sifted out before.
    """
    runs: list[Run] = []
    at = start
    for place, group in enumerate(groups):
        end = axis.reach(at, units - counted)
        if end <= group.start:
            return _end(axis, (*runs, Run(at, end, counted, units)), units, groups, place)
        now = counted + axis.count(at, group.start)
        runs.append(Run(at, group.start, counted, now))
        counted = now
        if group.end is None:
            return Course(tuple(runs), group.start, None, units - counted, tuple(groups[: place + 1]))
        at = group.end
    end = axis.reach(at, units - counted)
    return _end(axis, (*runs, Run(at, end, counted, units)), units, groups, len(groups))


def _end(axis: Axis, runs: tuple[Run, ...], units: int, groups: Sequence[Group], inner: int) -> Course:
    """The last day: a group there hands it on to the day of resumption; on the spot (0 units) nothing rolls."""
    end = runs[-1].upto
    due = axis.roll(end) if units else end
    before = tuple(groups[:inner])
    for place in range(inner, len(groups)):
        group = groups[place]
        if group.end is None:
            return Course(runs, end, None, 0, before, tuple(groups[inner : place + 1]))
        due = max(due, axis.roll(group.end))
    return Course(runs, end, due, None, before, tuple(groups[inner:]))
