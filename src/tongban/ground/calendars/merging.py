"""What an arrangement changes in the calendar that is in force. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from tongban.ground import calendar
from tongban.ground.calendar import WorkingCalendar

STATUTORY = {"元旦": 1, "春节": 3, "清明节": 1, "劳动节": 1, "端午节": 1, "中秋节": 1, "国庆节": 3}
SINCE_2025 = {"春节": 4, "劳动节": 2}
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Moved:
    """A day that counts from now on and did not before, or the other way round."""

    day: date
    works: bool
    name: str

    @property
    def words(self) -> str:
        """``2027-10-09 改为上班（国庆节）``."""
        return f"{self.day.isoformat()} 改为{'上班' if self.works else '放假'}（{self.name}）"


@dataclass(frozen=True, slots=True)
class Plan:
    """What an import would do.

    :param content: the whole calendar after it.
    :param added: years that were unconfirmed until now.
    :param changed: confirmed years whose days or notices change; they need ``replace``.
    :param moved: days that change their kind, in order.
    :param remarks: oddities that are no faults, in plain Chinese.
    """

    content: dict[str, Any]
    added: tuple[int, ...]
    changed: tuple[int, ...]
    moved: tuple[Moved, ...]
    remarks: tuple[str, ...]

    @property
    def empty(self) -> bool:
        """Whether there is nothing to do."""
        return not self.added and not self.changed


def plan(content: Mapping[str, Any], years: Sequence[Mapping[str, Any]]) -> Plan:
    """Lay ``years`` (of :func:`reading.read`) over the content in force."""
    known = {int(year["year"]): year for year in content["years"]}
    added = tuple(year["year"] for year in years if year["year"] not in known)
    changed = tuple(year["year"] for year in years if year["year"] in known and not _same(known[year["year"]], year))
    taken = {year["year"]: dict(year) for year in years if year["year"] in (*added, *changed)}
    merged = dict(content) | {"years": [year for _, year in sorted((known | taken).items())]}
    old, new = calendar.from_json(content), calendar.from_json(merged)
    remarks = tuple(remark for year in taken.values() for remark in _remarks(year))
    return Plan(merged, added, changed, moved(old, new, tuple(taken)), remarks)


def _facts(year: Mapping[str, Any]) -> tuple[dict[date, str], dict[date, str]]:
    alone = {"years": [year], "fixed_by_regulation": {"days": []}}
    read = calendar.from_json(alone)
    return dict(read.days_off), dict(read.make_up_workdays)


def _same(old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    """The same days; an address in place of the number of the same notice is no change."""
    if _facts(old) != _facts(new):
        return False
    numbers = [notice for notice in new["notices"] if not notice.startswith("http")]
    return not numbers or numbers == list(old["notices"])


def moved(old: WorkingCalendar, new: WorkingCalendar, years: Sequence[int]) -> tuple[Moved, ...]:
    """The days of ``years``, and of the Decembers before them, that change their kind."""
    found = []
    for year in sorted(years):
        day = date(year - 1, 12, 1)
        while day.year <= year:
            if old.is_working_day(day) != (works := new.is_working_day(day)):
                named = (new if works else old).make_up_workdays.get(day)
                name = named or new.public_holiday(day) or old.public_holiday(day) or "平日"
                found.append(Moved(day, works, name))
            day += _DAY
    return tuple(dict.fromkeys(found))


def _remarks(year: Mapping[str, Any]) -> list[str]:
    """Holidays whose weekdays off, less the make-up days, are not the days that the regulation gives."""
    statutory = STATUTORY | (SINCE_2025 if year["year"] >= 2025 else {})
    given: dict[str, int] = {}
    for holiday in year["holidays"]:
        first, last = date.fromisoformat(holiday["from"]), date.fromisoformat(holiday["to"])
        weekdays = sum((first + _DAY * n).weekday() < 5 for n in range((last - first).days + 1))
        given[holiday["name"]] = given.get(holiday["name"], 0) + weekdays - len(holiday["work"])
    return [
        f"{year['year']} 年{name}扣除调休后放 {days} 天，办法规定 {due} 天，请对照通知核对"
        for name, days in given.items()
        if days != (due := sum(statutory.get(one, 0) for one in name.split("、")))
    ]
