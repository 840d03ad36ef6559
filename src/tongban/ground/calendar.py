"""The calendar of working days: Monday to Friday, the days off and the make-up workdays of the State Council's notices.

Pure and immutable. A year without a notice is *unconfirmed*: Monday to Friday count, except the public holidays that
the regulation fixes by solar date; dates that touch such a year are provisional. The very last days of a confirmed
year may still be moved by the next year's New Year notice, as in December 2018. Source: 行政许可法 art. 82,
全国年节及纪念日放假办法, clock conventions C1.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from importlib import resources
from itertools import islice
from typing import Any

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


@dataclass(frozen=True)
class WorkingCalendar:
    """Which day is a working day, and why.

    :param version: names the content; a concluded clock keeps the version it was computed with.
    :param days_off: date -> holiday name, as arranged by the notices (weekends inside a holiday included).
    :param make_up_workdays: date -> holiday name, Saturdays and Sundays that are worked.
    :param notices: year -> numbers of its notices; a year that is absent is unconfirmed.
    """

    version: str
    days_off: Mapping[date, str]
    make_up_workdays: Mapping[date, str]
    notices: Mapping[int, tuple[str, ...]]
    fixed: tuple[FixedHoliday, ...] = field(default=())

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


def _out_of_range() -> Refusal:
    return Refusal("calendar.out_of_range", "天数或日期超出了日历能算的范围", remedy="请核对时限的天数和起算日期")


@lru_cache(maxsize=1)
def load() -> WorkingCalendar:
    """The calendar that ships with the house (2018-2026)."""
    text = resources.files("tongban.ground").joinpath("data/calendar_cn.json").read_text(encoding="utf-8")
    return from_json(json.loads(text))


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
    digest = hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
    return WorkingCalendar(f"{max(notices, default=0)}-{digest[:12]}", days_off, worked, notices, fixed)
