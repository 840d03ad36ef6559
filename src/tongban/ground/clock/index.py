"""The working days of one calendar as arrays of day numbers, so that counting is a look-up and never a walk.

Days are proleptic ordinals (``date.toordinal``). The index covers the years that were asked for, grows by whole years,
and lives and dies with its calendar. Readings C1 and C10 of the clock conventions.
"""

from __future__ import annotations

from bisect import bisect_right
from datetime import MAXYEAR, MINYEAR, date
from typing import NamedTuple

from tongban.ground.calendar import WorkingCalendar
from tongban.ground.errors import Refusal

_KEY = "_clock_index"
_FAR = 170
"""Years between two days that nobody counts over; an index never grows over such a gap."""


def out_of_range() -> Refusal:
    """The refusal of every date that the calendar of the machine cannot hold."""
    return Refusal("calendar.out_of_range", "到期日超出了日历能算的范围", remedy="请核对时限的天数和起算日期")


class Break(NamedTuple):
    """Days off in a row with a public holiday among them; ``words`` tell it, ``basis`` is the notice."""

    first: int
    last: int
    days: int
    words: str
    basis: str


class Window(NamedTuple):
    """Whole years, ready for look-ups.

    :param base: first day; ``top``: last day.
    :param rank: for each day from ``base`` on, how many working days there are up to and including it.
    :param working: the working days.
    :param breaks: in order, the last one may go on into the year after; ``ends`` are their last days.
    """

    base: int
    top: int
    rank: list[int]
    working: list[int]
    breaks: list[Break]
    ends: list[int]


class WorkingDays:
    """Counting on one calendar, and the axis of working days (``course.Axis``).

    Every method raises ``calendar.out_of_range`` where the calendar of the machine ends.
    """

    __slots__ = ("_calendar", "_cuts", "_notes", "_window", "_worked")

    def __init__(self, calendar: WorkingCalendar) -> None:
        self._calendar = calendar
        self._notes: dict[int, str] = {}
        self._cuts: dict[tuple[int, int], list[Break]] = {}
        self._window = Window(1, 0, [], [], [], [])
        self._worked = sorted(day.toordinal() for day in calendar.make_up_workdays)

    def count(self, after: int, upto: int) -> int:
        """Working days after ``after`` up to and including ``upto``; negative when ``upto`` is earlier."""
        window = self._window
        if not (window.base <= after <= window.top and window.base <= upto <= window.top):
            window = self._cover(after, upto)
        return window.rank[upto - window.base] - window.rank[after - window.base]

    def reach(self, day: int, n: int) -> int:
        """The n-th working day after ``day``, which never counts itself; ``day`` for n = 0."""
        if n == 0:
            return day
        window = self._window
        if not window.base <= day <= window.top:
            window = self._cover(day, day)
        place = window.rank[day - window.base] + n - 1
        while place >= len(window.working):
            window = self._cover(window.base, window.top + 1 + (place - len(window.working)))
            place = window.rank[day - window.base] + n - 1
        return window.working[place]

    def nth_before(self, day: int, n: int) -> int:
        """The n-th working day before ``day``, which never counts itself; ``day`` for n = 0."""
        if n == 0:
            return day
        window = self._cover(day - 1, day)
        while (place := window.rank[day - 1 - window.base] - n) < 0:
            window = self._cover(window.base - 1 + place, window.top)
        return window.working[place]

    def roll(self, day: int) -> int:
        """``day`` if it is a working day, else the first one after it."""
        return day if self.count(day - 1, day) else self.reach(day, 1)

    def breaks(self, after: int, upto: int) -> list[Break]:
        """The public holidays after ``after`` up to and including ``upto``, cut to these days."""
        window = self._window
        if not (window.base <= after and upto <= window.top):
            window = self._cover(after, upto)
        breaks = window.breaks
        found: list[Break] = []
        for place in range(bisect_right(window.ends, after), len(breaks)):
            rest = breaks[place]
            if rest.first > upto:
                break
            if after < rest.first and rest.last <= upto:
                found.append(rest)
            else:
                found += self._cut(max(rest.first, after + 1), min(rest.last, upto))
        return found

    def stretch(self, after: int, upto: int) -> tuple[int, list[int], str]:
        """Of the days after ``after`` up to ``upto``: how many are working days, which weekend days are, by what."""
        window = self._window
        if not (window.base <= after and upto <= window.top):
            window = self._cover(after, upto)
        worked = self._worked
        place = bisect_right(worked, after)
        made_up = [] if place == len(worked) or worked[place] > upto else worked[place : bisect_right(worked, upto)]
        basis = self._notes.get(upto) or self.basis(upto)
        return window.rank[upto - window.base] - window.rank[after - window.base], made_up, basis

    def name_of(self, day: int) -> str:
        """Why a day is off: the holiday, or 周末."""
        return self._calendar.public_holiday(date.fromordinal(day)) or "周末"

    def confirmed(self, first: int, last: int) -> bool:
        """Whether every year from ``first`` to ``last`` has its notice."""
        known = self._calendar.is_confirmed
        year, upto = date.fromordinal(first).year, date.fromordinal(last).year
        while year < upto and known(year):
            year += 1
        return known(year)

    def basis(self, day: int) -> str:
        """What makes ``day`` what it is: the local decision, else the notices of its year."""
        found = self._notes.get(day)
        if found is None:
            found = self._notes[day] = self._calendar.basis_of_day(date.fromordinal(day))
        return found

    def _cover(self, first: int, last: int) -> Window:
        """A window with both days; it replaces the former one, unless that has them already."""
        window = self._window
        if window.base <= first <= window.top and window.base <= last <= window.top:
            return window
        first, last = min(first, last), max(first, last)
        if not (first >= 1 and last <= date.max.toordinal()):
            raise out_of_range()
        years = date.fromordinal(first).year, date.fromordinal(last).year
        if years[1] - years[0] > _FAR:
            raise out_of_range()
        if window.top:
            known = date.fromordinal(window.base).year, date.fromordinal(window.top).year
            together = min(years[0], known[0]), max(years[1], known[1])
            if together[1] - together[0] <= _FAR:
                years = together
        # a year to spare on both sides: counting starts on the eve and often ends in the year after
        self._window = window = self._read(max(years[0] - 1, MINYEAR), min(years[1] + 1, MAXYEAR))
        return window

    def _read(self, first_year: int, last_year: int) -> Window:
        base, top = date(first_year, 1, 1).toordinal(), date(last_year, 12, 31).toordinal()
        rank: list[int] = []
        working: list[int] = []
        breaks: list[Break] = []
        free = base
        for day in range(base, top + 1):
            if self._calendar.is_working_day(date.fromordinal(day)):
                working.append(day)
                breaks += self._break(free, day - 1)
                free = day + 1
            rank.append(len(working))
        breaks += self._break(free, top)
        return Window(base, top, rank, working, breaks, [rest.last for rest in breaks])

    def _cut(self, first: int, last: int) -> list[Break]:
        """A part of a break (there are few, so they are remembered)."""
        found = self._cuts.get((first, last))
        if found is None:
            found = self._cuts[(first, last)] = self._break(first, last)
        return found

    def _break(self, first: int, last: int) -> list[Break]:
        """The break on these days off; none when they are a plain weekend (or no days at all)."""
        days = [date.fromordinal(day) for day in range(first, last + 1)]
        names = [self._calendar.public_holiday(day) for day in days]
        if not any(names):
            return []
        told = "、".join(dict.fromkeys(name or "周末" for name in names))
        named = max(day.toordinal() for day, name in zip(days, names, strict=True) if name)
        return [Break(first, last, len(days), f"{told} {len(days)} 天", self.basis(named))]


def index_of(calendar: WorkingCalendar) -> WorkingDays:
    """The index of a calendar, made on first use and kept with the calendar (which is immutable)."""
    kept = vars(calendar)
    found: WorkingDays | None = kept.get(_KEY)
    if found is None:
        found = kept[_KEY] = WorkingDays(calendar)
    return found
