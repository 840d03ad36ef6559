"""The calendar of working days: Monday to Friday, the days off and the make-up workdays of the State Council's notices.

Pure and immutable. A year without a notice is *unconfirmed*: Monday to Friday count, except the public holidays that
the regulation fixes by solar date; dates that touch such a year are provisional. The very last days of a confirmed
year may still be moved by the next year's New Year notice, as in December 2018. Source: 行政许可法 art. 82,
全国年节及纪念日放假办法, clock conventions C1.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, time, timedelta
from functools import lru_cache
from importlib import resources
from itertools import islice
from typing import Any, Literal

from tongban.ground.errors import Refusal

_DAY = timedelta(days=1)
_MOST_DAYS = 20_000


@dataclass(frozen=True, slots=True)
class FixedHoliday:
    """A public holiday that the regulation fixes by month and day, from a year on."""

    month: int
    day: int
    name: str
    since: int


@dataclass(frozen=True, slots=True)
class Closure:
    """Days that a place decided about: a typhoon stops the offices, a hall moves, a lost day is worked later.

    :param first: first day, included.
    :param last: last day, included.
    :param effect: ``day_off`` = the days do not count, ``make_up`` = they are worked, ``none`` = closed, but counted.
    :param name: what an explanation calls the days.
    :param basis: the decision that carries it.
    """

    first: date
    last: date
    effect: Literal["day_off", "make_up", "none"]
    name: str
    basis: str

    def days(self) -> tuple[date, ...]:
        """Every day of it."""
        return tuple(self.first + _DAY * offset for offset in range((self.last - self.first).days + 1))


@dataclass(frozen=True)
class WorkingCalendar:
    """Which day is a working day, and why.

    :param version: names the content; a concluded clock keeps the version it was computed with.
    :param days_off: date -> holiday name, as arranged by the notices (weekends inside a holiday included).
    :param make_up_workdays: date -> holiday name, Saturdays and Sundays that are worked.
    :param notices: year -> numbers of its notices; a year that is absent is unconfirmed.
    :param local: date -> the local decision that made the day what it is (:class:`Closure`).
    """

    version: str
    days_off: Mapping[date, str]
    make_up_workdays: Mapping[date, str]
    notices: Mapping[int, tuple[str, ...]]
    fixed: tuple[FixedHoliday, ...] = field(default=())
    local: Mapping[date, str] = field(default_factory=dict)

    def is_confirmed(self, year: int) -> bool:
        """Whether the State Council has arranged this year."""
        return year in self.notices

    def is_working_day(self, day: date) -> bool:
        """Whether ``day`` counts as a working day."""
        if day in self.make_up_workdays:
            return True
        return day.weekday() < 5 and self.public_holiday(day) is None

    def public_holiday(self, day: date) -> str | None:
        """The name of the holiday on which ``day`` is off, or None (an ordinary weekend has no name)."""
        name = self.days_off.get(day)
        if name is None and not self.is_confirmed(day.year):
            for holiday in self.fixed:
                if (day.month, day.day) == (holiday.month, holiday.day) and day.year >= holiday.since:
                    return holiday.name
        return name

    def basis(self, year: int) -> str:
        """What makes the days of ``year`` what they are, for an explanation."""
        return "、".join(self.notices.get(year, ())) or f"{year} 年放假通知尚未公布，按周一至周五和固定节日暂计"

    def basis_of_day(self, day: date) -> str:
        """What makes ``day`` what it is: the local decision, else the notices of its year."""
        return self.local.get(day) or self.basis(day.year)

    def with_closures(self, closures: Sequence[Closure], version: str = "") -> WorkingCalendar:
        """The calendar of a place: days off are added, make-up days worked; a closed day is off whatever else it was.

        :param version: its name; default the name of this calendar with a digest of the closures.
        """
        off = {day: one for one in closures if one.effect == "day_off" for day in one.days()}
        worked = {day: one for one in closures if one.effect == "make_up" for day in one.days() if day not in off}
        if not off and not worked:
            return self
        own_off = {day: name for day, name in self.days_off.items() if day not in worked}
        own_worked = {day: name for day, name in self.make_up_workdays.items() if day not in off}
        off = {day: one for day, one in off.items() if day not in own_off}
        told = repr(sorted((day, one.name, one.basis) for day, one in (off | worked).items()))
        return replace(
            self,
            version=version or f"{self.version}+{hashlib.sha256(told.encode()).hexdigest()[:8]}",
            days_off=own_off | {day: one.name for day, one in off.items()},
            make_up_workdays=own_worked | {day: one.name for day, one in worked.items()},
            local=dict(self.local) | {day: one.basis for day, one in (off | worked).items()},
        )

    def days(self, start: date, step: int = 1) -> Iterator[date]:
        """The days after ``start`` (before it when ``step`` is -1), one by one.

        :raises Refusal: ``calendar.out_of_range`` when the calendar of the machine ends.
        """
        day = start
        while True:
            try:
                day += step * _DAY
            except OverflowError:
                raise _out_of_range() from None
            yield day

    def add_working_days(self, day: date, n: int) -> date:
        """The n-th working day after ``day``; before it when ``n`` is negative. ``day`` itself never counts (C3, C9).

        :raises Refusal: ``calendar.out_of_range``.
        """
        if abs(n) > _MOST_DAYS:
            raise _out_of_range()
        if n == 0:
            return day
        working = filter(self.is_working_day, self.days(day, 1 if n > 0 else -1))
        return next(islice(working, abs(n) - 1, None))

    def working_days_between(self, start: date, end: date) -> int:
        """Working days after ``start`` up to and including ``end``; negative when ``end`` lies before ``start``.

        So ``working_days_between(d, add_working_days(d, n)) == n`` for every n >= 0.
        """
        if end < start:
            return -self.working_days_between(end, start)
        if (end - start).days > 3 * _MOST_DAYS:
            raise _out_of_range()
        return sum(self.is_working_day(start + _DAY * offset) for offset in range(1, (end - start).days + 1))

    def next_working_day(self, day: date) -> date:
        """``day`` itself if it is a working day, else the first one after it."""
        return day if self.is_working_day(day) else self.add_working_days(day, 1)


@dataclass(frozen=True, slots=True)
class Circumstances:
    """By what a place reckons on a day.

    :param region_no: the place.
    :param calendar: its working days, local closures included.
    :param receipt_rule: how the day of receipt is found (C2).
    :param office_close: when its offices close on that day of the week; meant by ``office_hours`` only.
    :param closures: the local decisions that are in force for it.
    """

    region_no: int
    calendar: WorkingCalendar
    receipt_rule: Literal["as_received", "office_hours"]
    office_close: time
    closures: tuple[Closure, ...] = ()


def _out_of_range() -> Refusal:
    return Refusal("calendar.out_of_range", "天数或日期超出了日历能算的范围", remedy="请核对时限的天数和起算日期")


@lru_cache(maxsize=1)
def load() -> WorkingCalendar:
    """The calendar that ships with the house (2018-2026)."""
    return from_json(shipped())


def from_json(content: Mapping[str, Any]) -> WorkingCalendar:
    """A calendar from the layout of ``data/calendar_cn.json`` (a steward imports a new year in the same layout).

    :raises Refusal: ``calendar.malformed``.
    """
    days_off: dict[date, str] = {}
    worked: dict[date, str] = {}
    try:
        for holiday in (holiday for year in content["years"] for holiday in year["holidays"]):
            first, last = date.fromisoformat(holiday["from"]), date.fromisoformat(holiday["to"])
            if not 0 <= (last - first).days < 31:
                raise ValueError(holiday["name"])
            days_off |= {first + _DAY * offset: str(holiday["name"]) for offset in range((last - first).days + 1)}
            worked |= {date.fromisoformat(day): str(holiday["name"]) for day in holiday["work"]}
        notices = {int(year["year"]): tuple(str(notice) for notice in year["notices"]) for year in content["years"]}
        fixed = tuple(
            FixedHoliday(int(day["month"]), int(day["day"]), str(day["name"]), int(day["since"]))
            for day in content["fixed_by_regulation"]["days"]
        )
    except (KeyError, TypeError, ValueError, AttributeError) as problem:
        raise Refusal(
            "calendar.malformed", "放假安排的数据格式不对", remedy="请核对每个假期的名称、起止日期和上班日期"
        ) from problem
    if days_off.keys() & worked.keys():
        raise Refusal("calendar.malformed", "同一天既是放假又是上班", remedy="请对照国务院办公厅的通知核对")
    return WorkingCalendar(f"{max(notices, default=0)}-{hash_of(content)[:12]}", days_off, worked, notices, fixed)


def hash_of(content: Mapping[str, Any]) -> str:
    """SHA-256 of the content, whatever the order of its keys."""
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def shipped() -> dict[str, Any]:
    """The content of the calendar that ships with the house."""
    text = resources.files("tongban.ground").joinpath("data/calendar_cn.json").read_text(encoding="utf-8")
    content: dict[str, Any] = json.loads(text)
    return content
