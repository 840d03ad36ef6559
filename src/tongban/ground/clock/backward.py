"""The latest day before an anchor (C9): notice of a hearing, application for a renewal. Pure.

Reading: n days before the anchor, which does not count itself; the n-th day back is the latest day. Working days are
an authority's period (行政许可法 arts 48, 82); calendar days are not moved when they end on a day off (an applicant's
period that ends before an event cannot run on after it).
"""

from __future__ import annotations

from datetime import date

from tongban.ground.calendar import WorkingCalendar
from tongban.ground.clock.counting import months_later, needs_moment
from tongban.ground.clock.index import index_of, out_of_range
from tongban.ground.clock.limits import Due, Limit, Line
from tongban.ground.clock.telling import START_NOT_COUNTED


def latest_day(anchor: date, limit: Limit, calendar: WorkingCalendar) -> Due:
    """The latest day that still lies ``limit`` before ``anchor``; the deltas of its lines are negative.

    :raises Refusal: ``clock.needs_moment`` for hours and minutes, ``calendar.out_of_range``.
    """
    if limit.unit in ("hour", "minute"):
        raise needs_moment()
    first = Line(anchor, f"{anchor.month}月{anchor.day}日当日不计，往前数", 0, 0, START_NOT_COUNTED)
    if limit.unit == "working_day":
        return _working_days_before(anchor, limit, calendar, first)
    latest = _days_before(anchor, limit)
    delta = (latest - anchor).days
    return Due(latest, False, (first, Line(latest, f"往前数满 {limit.words}", delta, delta, limit.basis)))


def _working_days_before(anchor: date, limit: Limit, calendar: WorkingCalendar, first: Line) -> Due:
    index = index_of(calendar)
    upto = anchor.toordinal()
    day = index.nth_before(upto, limit.n)
    rests = index.breaks(day, upto - 1) if day < upto else []
    named = sum(rest.days for rest in rests)
    weekend = max(0, upto - 1 - day - index.count(day, upto - 1)) - named if day < upto else 0
    told = [rest.words for rest in reversed(rests)]
    told += [f"周末 {weekend} 天"] if weekend else []
    words = f"往前数满 {limit.words}" + (f"，其间{'、'.join(told)}不计" if told else "")
    line = Line(date.fromordinal(day), words, day - upto, day - upto, limit.basis)
    return Due(line.date, not index.confirmed(day, upto), (first, line))


def _days_before(anchor: date, limit: Limit) -> date:
    if limit.unit in ("month", "year"):
        return months_later(anchor, -limit.n * (12 if limit.unit == "year" else 1))
    if limit.n >= anchor.toordinal():
        raise out_of_range()
    return date.fromordinal(anchor.toordinal() - limit.n)
