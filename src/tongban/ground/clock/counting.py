"""From a start and a limit to a due date, with an explanation line by line.

A due date is derived, never counted down: a pure function of dates and a calendar. The deltas of the lines are
calendar days and sum up to the way from the start to the due date. Readings C2-C13 of the clock conventions;
民法典 arts 200-204, 行政许可法 art. 82.
"""

from __future__ import annotations

import calendar as month_table
from datetime import UTC, date, datetime, timedelta

from tongban.ground import moment
from tongban.ground.calendar import WorkingCalendar
from tongban.ground.clock.course import Axis, DayAxis, ElapsedAxis, follow
from tongban.ground.clock.index import index_of, out_of_range
from tongban.ground.clock.limits import Due, Limit, Remaining
from tongban.ground.clock.telling import Telling
from tongban.ground.errors import Refusal

_MICROSECOND = timedelta(microseconds=1)


def due_date(start: date, limit: Limit, calendar: WorkingCalendar) -> Due:
    """When a matter that started on ``start`` is due at the latest.

    :raises Refusal: ``clock.needs_moment`` for hours and minutes (use :func:`due_moment`), ``calendar.out_of_range``.
    """
    if limit.unit in ("hour", "minute"):
        raise needs_moment()
    begin, units = start.toordinal(), units_of(limit, start, limit.n)
    axis = axis_of(limit, calendar)
    course = follow(axis, begin, day_zero(limit, begin, calendar), units, ())
    telling = Telling(begin, limit, axis, index_of(calendar))
    telling.tell(course, units, units)
    due = begin if course.due is None else course.due
    return Due(date.fromordinal(due), provisional(limit, begin, course.last, due, calendar), tuple(telling.lines))


def due_moment(start: datetime, limit: Limit, calendar: WorkingCalendar) -> datetime:
    """The first moment at which the matter is overdue, aware UTC.

    Hours and minutes are elapsed time, day and night (C13); for every other unit it is the midnight in Shanghai that
    ends the due day (C8). ``start`` must be aware.
    """
    if limit.unit in ("hour", "minute"):
        return start.astimezone(UTC) + timedelta(microseconds=units_of(limit, start.date(), limit.n))
    return last_moment(due_date(moment.local(start).date(), limit, calendar).due).astimezone(UTC) + _MICROSECOND


def remaining(due: date, today: date, calendar: WorkingCalendar) -> Remaining:
    """Working days from ``today`` to ``due`` (C10)."""
    index = index_of(calendar)
    day, last = today.toordinal(), due.toordinal()
    if last < day:
        overdue = -index.count(last, day)
        return Remaining(overdue, overdue)
    after = index.count(day, last)
    return Remaining(after, after + index.count(day - 1, day))


def needs_moment() -> Refusal:
    """The refusal of a clock of hours or minutes that knows days only."""
    return Refusal("clock.needs_moment", "按小时或分钟计算的时限要有起算的具体时刻", remedy="请提供起算时刻")


def axis_of(limit: Limit, calendar: WorkingCalendar) -> Axis:
    """On what a limit counts."""
    if limit.unit in ("hour", "minute"):
        return ElapsedAxis()
    if limit.unit == "working_day":
        return index_of(calendar)
    return DayAxis(index_of(calendar), limit.roll_forward or limit.unit == "at_once")


def units_of(limit: Limit, start: date, n: int) -> int:
    """How much ``n`` units of the limit are on its axis: working days, calendar days or microseconds.

    Months and years end on the corresponding day of the last month, or on that month's last day (民法典 art. 202).
    """
    if limit.unit in ("working_day", "calendar_day"):
        return n
    if limit.unit in ("hour", "minute"):
        return n * (3_600_000_000 if limit.unit == "hour" else 60_000_000)
    if limit.unit == "at_once":
        return 0
    return months_later(start, n * (12 if limit.unit == "year" else 1)).toordinal() - start.toordinal()


def months_later(start: date, n: int) -> date:
    """The corresponding day ``n`` months later (earlier when negative), or that month's last day."""
    months = start.month - 1 + n
    year, month = start.year + months // 12, months % 12 + 1
    try:
        return date(year, month, min(start.day, month_table.monthrange(year, month)[1]))
    except (OverflowError, ValueError):
        raise out_of_range() from None


def day_zero(limit: Limit, start: int, calendar: WorkingCalendar) -> int:
    """1 when the start day counts itself (local rule, C3), else 0."""
    if limit.counts_day_zero and limit.unit == "working_day" and limit.n > 0:
        return index_of(calendar).count(start - 1, start)
    return 0


def provisional(limit: Limit, start: int, last: int, due: int, calendar: WorkingCalendar) -> bool:
    """Whether a year without a notice had a say: every year on the way of working days, the roll of other units."""
    if limit.unit in ("hour", "minute", "at_once") or limit.n == 0:
        return False
    if limit.unit == "working_day":
        return not index_of(calendar).confirmed(start, due)
    return limit.roll_forward and not index_of(calendar).confirmed(last, due)


def last_moment(day: date) -> datetime:
    """The last moment of a day in Shanghai: the whole due day is in time (C8)."""
    return datetime(day.year, day.month, day.day, 23, 59, 59, 999_999, moment.SHANGHAI)
