"""From a start and a limit to a due date, with an explanation line by line.

A due date is derived, never counted down: a pure function of dates and a calendar. The deltas of the lines are
calendar days and sum up to the way from the start to the due date. Readings C2-C13 of the clock conventions;
民法典 arts 200-204, 行政许可法 art. 82.
"""

from __future__ import annotations

import calendar as month_table
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal, get_args

from tongban.ground import moment
from tongban.ground.calendar import WorkingCalendar
from tongban.ground.errors import Refusal

Unit = Literal["working_day", "calendar_day", "month", "year", "hour", "minute", "at_once"]
UNIT_WORDS: dict[Unit, str] = {
    "working_day": "个工作日",
    "calendar_day": "日",
    "month": "个月",
    "year": "年",
    "hour": "小时",
    "minute": "分钟",
    "at_once": "当场",
}
_CEILING: dict[Unit, int] = {
    "working_day": 5_000,
    "calendar_day": 10_000,
    "month": 600,
    "year": 50,
    "hour": 100_000,
    "minute": 1_000_000,
    "at_once": 0,
}
_START_NOT_COUNTED = "民法典第二百零一条"
_ROLL = "民法典第二百零三条"


@dataclass(frozen=True, slots=True)
class Limit:
    """A time limit.

    :param n: how many units, not negative; 0 means the same day.
    :param unit: see :data:`UNIT_WORDS`.
    :param basis: law article or published promise, quoted in the explanation.
    :param counts_day_zero: working days only: the start day counts if it is a working day (local rule, C3).
    :param roll_forward: calendar days, months, years: a due day off moves to the next working day (C4).
    :raises Refusal: ``clock.limit``.
    """

    n: int
    unit: Unit
    basis: str = ""
    counts_day_zero: bool = False
    roll_forward: bool = True

    def __post_init__(self) -> None:
        if self.unit not in get_args(Unit):
            raise Refusal("clock.limit", "时限的单位不存在", remedy="请选择工作日、日、月、年、小时、分钟或当场")
        whole = isinstance(self.n, int) and not isinstance(self.n, bool)
        if not whole or not 0 <= self.n <= _CEILING[self.unit]:
            raise Refusal(
                "clock.limit",
                f"时限的数值应在 0 到 {_CEILING[self.unit]} 之间",
                remedy="请填写整数，当场办结的不填天数",
            )

    @property
    def words(self) -> str:
        """``20 个工作日``, ``当场``."""
        return "当场" if self.unit == "at_once" else f"{self.n} {UNIT_WORDS[self.unit]}"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an explanation.

    :param date: the day up to which the line leads.
    :param words: plain Chinese.
    :param delta: calendar days that the line adds.
    :param total: sum of the deltas so far.
    :param basis: law article or notice.
    """

    date: date
    words: str
    delta: int
    total: int
    basis: str


@dataclass(frozen=True, slots=True)
class Due:
    """A due date. The whole day is in time (C8); ``provisional`` when a year on the way has no notice yet."""

    due: date
    provisional: bool
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Remaining:
    """Working days left, in both conventions (C10): last day = 0, or last day = 1. Overdue: negative, both the same."""

    after_today: int
    including_today: int


def due_date(start: date, limit: Limit, calendar: WorkingCalendar) -> Due:
    """When a matter that started on ``start`` is due at the latest.

    :raises Refusal: ``clock.needs_moment`` for hours and minutes (use :func:`due_moment`), ``calendar.out_of_range``.
    """
    if limit.unit in ("hour", "minute"):
        raise Refusal("clock.needs_moment", "按小时或分钟计算的时限要有起算的具体时刻", remedy="请提供起算时刻")
    if limit.unit == "at_once" or limit.n == 0:
        return Due(start, False, (Line(start, "当场办结，当日到期", 0, 0, limit.basis),))
    book = _Lines(start, calendar)
    if limit.unit == "working_day":
        _count_working_days(book, limit)
    else:
        book.add("起算当日不计，从次日开始", 0, _START_NOT_COUNTED)
        book.add(f"期限 {limit.words}", (_nominal_end(start, limit) - start).days, limit.basis)
        if limit.roll_forward:
            book.roll()
    return book.due()


def due_moment(start: datetime, limit: Limit, calendar: WorkingCalendar) -> datetime:
    """The first moment at which the matter is overdue, aware UTC.

    Hours and minutes are elapsed time, day and night (C13); for every other unit it is the midnight in Shanghai that
    ends the due day (C8). ``start`` must be aware.
    """
    if limit.unit in ("hour", "minute"):
        elapsed = timedelta(hours=limit.n) if limit.unit == "hour" else timedelta(minutes=limit.n)
        return start.astimezone(UTC) + elapsed
    day = due_date(moment.local(start).date(), limit, calendar).due + timedelta(days=1)
    return datetime.combine(day, time(), moment.SHANGHAI).astimezone(UTC)


def remaining(due: date, today: date, calendar: WorkingCalendar) -> Remaining:
    """Working days from ``today`` to ``due``."""
    after = calendar.working_days_between(today, due)
    return Remaining(after, after + (calendar.is_working_day(today) if due >= today else 0))


class _Lines:
    """Lines under construction; the end is always the start plus the sum of the deltas."""

    def __init__(self, start: date, calendar: WorkingCalendar) -> None:
        self.start = self.end = start
        self.calendar = calendar
        self.lines: list[Line] = []

    def add(self, words: str, delta: int, basis: str) -> None:
        try:
            self.end += timedelta(days=delta)
        except OverflowError:
            raise Refusal("calendar.out_of_range", "到期日超出了日历能算的范围", remedy="请核对时限") from None
        self.lines.append(Line(self.end, words, delta, (self.end - self.start).days, basis))

    def roll(self) -> None:
        """A last day off moves to the next working day."""
        target = self.calendar.next_working_day(self.end)
        if target != self.end:
            why = self.calendar.public_holiday(self.end) or "周末"
            self.add(f"最后一日是{why}，顺延到下一个工作日", (target - self.end).days, _ROLL)

    def due(self) -> Due:
        years = range(self.start.year, self.end.year + 1)
        return Due(self.end, not all(self.calendar.is_confirmed(year) for year in years), tuple(self.lines))


def _nominal_end(start: date, limit: Limit) -> date:
    """The corresponding day of the last month, or that month's last day (民法典 art. 202)."""
    try:
        if limit.unit == "calendar_day":
            return start + timedelta(days=limit.n)
        months = start.month - 1 + limit.n * (12 if limit.unit == "year" else 1)
        year, month = start.year + months // 12, months % 12 + 1
        return date(year, month, min(start.day, month_table.monthrange(year, month)[1]))
    except (OverflowError, ValueError):
        raise Refusal("calendar.out_of_range", "到期日超出了日历能算的范围", remedy="请核对时限") from None


def _count_working_days(book: _Lines, limit: Limit) -> None:
    """Walk to the last day; a holiday becomes a line of its own, plain weekends are told with the days around them."""
    calendar = book.calendar
    counted = int(limit.counts_day_zero and calendar.is_working_day(book.start))
    if counted:
        book.add("起算当日是工作日，计为第 1 个工作日", 0, limit.basis)
    else:
        book.add("起算当日不计，从次日开始", 0, _START_NOT_COUNTED)
    stretch: list[date] = []
    free: list[date] = []
    for day in calendar.days(book.start) if counted < limit.n else ():
        if not calendar.is_working_day(day):
            free.append(day)
            continue
        if any(calendar.public_holiday(other) for other in free):
            _tell_counted(book, stretch, counted)
            _tell_holiday(book, free)
            stretch = []
        else:
            stretch += free
        free = []
        stretch.append(day)
        counted += 1
        if counted == limit.n:
            break
    _tell_counted(book, stretch, counted)
    book.add(f"满 {limit.words}，期限届满", 0, limit.basis)


def _tell_counted(book: _Lines, stretch: list[date], counted: int) -> None:
    if not stretch:
        return
    calendar = book.calendar
    weekend = sum(not calendar.is_working_day(day) for day in stretch)
    worked = [f"{day.month}月{day.day}日" for day in stretch if day in calendar.make_up_workdays]
    words = f"数到第 {counted} 个工作日"
    words += f"，其间周末 {weekend} 天不计" if weekend else ""
    words += f"，{'、'.join(worked)}调休上班要计" if worked else ""
    book.add(words, len(stretch), calendar.basis(stretch[-1].year))


def _tell_holiday(book: _Lines, free: list[date]) -> None:
    names = dict.fromkeys(book.calendar.public_holiday(day) or "周末" for day in free)
    book.add(f"{'、'.join(names)} {len(free)} 天不计", len(free), book.calendar.basis(free[-1].year))
