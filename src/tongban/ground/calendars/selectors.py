"""The calendar in force, the calendar of a place, and the calendar that a concluded clock was computed with.

What is in force is held in the process. Whether it still is, is asked at most once in :data:`ASK_SECONDS`, by one tiny
statement on a plain cursor; acts in between ask nothing. An act may therefore reckon with a calendar that was replaced
a few seconds ago: the recomputation runs a second time behind it (``procedures.work``).
"""

from __future__ import annotations

import time as clock
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import lru_cache
from typing import Any, Final

import psycopg
from django.db import connection

from tongban.ground import calendar
from tongban.ground.calendar import Circumstances, Closure, WorkingCalendar
from tongban.ground.calendars.models import CalendarVersion, LocalClosure, OfficeHours
from tongban.ground.calendars.regions import lineage
from tongban.ground.errors import NotFound
from tongban.ground.parameters.models import Parameter

ASK_SECONDS: Final = 5.0
RECEIPT_RULE: Final = "clock.receipt_rule"
DEFAULT_OPEN: Final = time(9, 0)
DEFAULT_CLOSE: Final = time(17, 30)
MOST_DAYS: Final = 10_000
_FRIDAY: Final = 5

# Every write of these tables moves the ledger's seq of its row, so the sums tell whether anything changed.
_STAMP: Final = (
    "SELECT (SELECT name FROM calendars_calendarversion ORDER BY number DESC LIMIT 1),"
    " (SELECT sum(seq) FROM calendars_localclosure), (SELECT sum(seq) FROM calendars_officehours),"
    " (SELECT sum(seq) FROM parameters_parameter WHERE code = $1)"
)


@dataclass(frozen=True, slots=True)
class Decided:
    """A local closure with its interval and its numbers among all decisions."""

    region_no: int
    region_end_no: int
    decided_no: int
    revoked_no: int | None
    closure: Closure

    def covers(self, region_no: int) -> bool:
        """Whether the place lies in it."""
        return self.region_no <= region_no <= self.region_end_no

    def stood_at(self, number: int) -> bool:
        """Whether it was in force after decision ``number``."""
        return self.decided_no <= number and (self.revoked_no is None or self.revoked_no > number)


@dataclass(slots=True)
class _InForce:
    stamp: tuple[Any, ...]
    asked_at: float
    base: WorkingCalendar
    decided: tuple[Decided, ...]
    hours: tuple[OfficeHours, ...]
    rules: tuple[Parameter, ...]
    places: dict[int, WorkingCalendar] = field(default_factory=dict)
    lineages: dict[int, tuple[int, ...]] = field(default_factory=dict)
    days: dict[tuple[int, date], Circumstances] = field(default_factory=dict)


_held: dict[str, _InForce] = {}


def forget() -> None:
    """Ask anew at the next use: this process has just written, or a test rolls back."""
    _held.clear()
    version_of.cache_clear()


def _in_force() -> _InForce:
    held = _held.get("")
    if held is not None and clock.monotonic() - held.asked_at < ASK_SECONDS:
        return held
    stamp = _stamp()
    if held is None or held.stamp != stamp:
        held = _load(stamp)
    held.asked_at = clock.monotonic()
    _held[""] = held
    return held


def _stamp() -> tuple[Any, ...]:
    connection.ensure_connection()
    with connection.wrap_database_errors, psycopg.RawCursor(connection.connection) as cursor:
        return tuple(cursor.execute(_STAMP, (RECEIPT_RULE,), prepare=False).fetchone() or ())


def _load(stamp: tuple[Any, ...]) -> _InForce:
    newest = CalendarVersion.objects.order_by("-number").first()
    return _InForce(
        stamp=stamp,
        asked_at=0.0,
        base=calendar.from_json(newest.content) if newest else calendar.load(),
        decided=_decided(),
        hours=tuple(OfficeHours.objects.order_by("id")),
        rules=tuple(Parameter.objects.filter(code=RECEIPT_RULE).order_by("id")),
    )


def _decided() -> tuple[Decided, ...]:
    return tuple(
        Decided(row.region_no, row.region_end_no, row.decided_no, row.revoked_no, _closure(row))
        for row in LocalClosure.objects.order_by("decided_no")
    )


def _closure(row: LocalClosure) -> Closure:
    return Closure(row.first, row.last, row.effect, f"{row.place}{row.get_kind_display()}", row.basis)  # type: ignore[arg-type]


def current() -> WorkingCalendar:
    """The newest calendar, without local closures; the shipped one while no version is stored."""
    return _in_force().base


def calendar_of(region_no: int) -> WorkingCalendar:
    """The newest calendar of a place, with the closures decided for it."""
    held = _in_force()
    found = held.places.get(region_no)
    if found is None:
        found = held.places[region_no] = _of_place(held.base, held.decided, region_no)
    return found


def _of_place(base: WorkingCalendar, decided: Iterable[Decided], region_no: int) -> WorkingCalendar:
    own = [one for one in decided if one.covers(region_no)]
    number = max((one.revoked_no or one.decided_no for one in own), default=0)
    return _at(base, own, number, region_no)


def _at(base: WorkingCalendar, decided: Iterable[Decided], number: int, region_no: int) -> WorkingCalendar:
    standing = [one.closure for one in decided if one.covers(region_no) and one.stood_at(number)]
    return base.with_closures(standing, f"{base.version}+{number}@{region_no}")


def calendar_at(region_no: int, at: datetime) -> WorkingCalendar:
    """The calendar of a place as it was known at a moment: imported and decided by then."""
    numbered = CalendarVersion.objects.filter(imported_at__lte=at).order_by("-number").values_list("name", flat=True)
    base = numbered.first() or calendar.load().version
    decisions = LocalClosure.objects.filter(decided_at__lte=at, region_no__lte=region_no, region_end_no__gte=region_no)
    numbers = [no for row in decisions for no, when in row.decisions() if when <= at]
    return version_of(f"{base}+{max(numbers, default=0)}@{region_no}")


@lru_cache(maxsize=256)
def version_of(name: str) -> WorkingCalendar:
    """The calendar that a clock names: ``2027-ab12cd34ef56``, or with local closures ``2027-ab12cd34ef56+7@1300``.

    :raises NotFound: ``calendar.version`` for a name that was never in force.
    """
    base, _, local = name.partition("+")
    number, _, region_no = local.partition("@")
    row = CalendarVersion.objects.filter(name=base).only("content").first()
    known = row is not None or base == calendar.load().version
    if not known or (local and not (number.isdigit() and region_no.isdigit())):
        raise NotFound("calendar.version", "没有这个版本的工作日历")
    found = calendar.from_json(row.content) if row else calendar.load()
    return _at(found, _decided(), int(number), int(region_no)) if local else found


def circumstances(region_no: int, day: date) -> Circumstances:
    """By what a place reckons on ``day``; asks the database only when something changed.

    The receipt rule is the parameter ``clock.receipt_rule`` of the region or its nearest ancestor, ``as_received`` when
    none is set (C2). Office hours are those of the smallest place that has any; a make-up weekend has Friday's.
    """
    held = _in_force()
    found = held.days.get((region_no, day))
    if found is None:
        if len(held.days) >= MOST_DAYS:
            held.days.clear()
        found = held.days[region_no, day] = _circumstances(held, region_no, day)
    return found


def _circumstances(held: _InForce, region_no: int, day: date) -> Circumstances:
    return Circumstances(
        region_no=region_no,
        calendar=calendar_of(region_no),
        receipt_rule=_receipt_rule(held, region_no, day),
        office_close=_office_close(held, region_no, day),
        closures=tuple(one.closure for one in held.decided if one.covers(region_no) and one.revoked_no is None),
    )


def _receipt_rule(held: _InForce, region_no: int, day: date) -> Any:
    in_force = {row.region_id: row.value for row in held.rules if day in row.valid}
    if not in_force:
        return "as_received"
    if region_no not in held.lineages:
        held.lineages[region_no] = lineage(region_no)
    near = [*held.lineages[region_no], None]
    return next((in_force[region_id] for region_id in near if region_id in in_force), "as_received")


def _office_close(held: _InForce, region_no: int, day: date) -> time:
    own = [row for row in held.hours if row.region_no <= region_no <= row.region_end_no and day in row.valid]
    for weekday in (day.isoweekday(), _FRIDAY):
        found = [row for row in own if weekday in row.weekdays]
        if found:
            return min(found, key=lambda row: row.region_end_no - row.region_no).closes
    return DEFAULT_CLOSE


@dataclass(frozen=True, slots=True)
class OfficeDay:
    """The offices of a place on one day; no ``opens``: closed. ``why`` tells what is special about it."""

    opens: time | None
    closes: time | None
    why: str
    closed_by_decision: bool
    """A public holiday or a local closure, not merely a weekend."""


def office_day(region_no: int, day: date) -> OfficeDay:
    """When the offices of a place are open on ``day``; asks the database only when something changed.

    A weekend is open when hours are set for that weekday; a holiday and a closed day never are.
    """
    held = _in_force()
    calendar_here = calendar_of(region_no)
    standing = (one for one in held.decided if one.covers(region_no) and one.revoked_no is None)
    decided = next((one.closure for one in standing if one.closure.first <= day <= one.closure.last), None)
    if decided is not None and decided.effect != "make_up":
        return OfficeDay(None, None, decided.name, closed_by_decision=True)
    holiday = calendar_here.public_holiday(day)
    if holiday is not None:
        return OfficeDay(None, None, holiday, closed_by_decision=True)
    own = [row for row in held.hours if row.region_no <= region_no <= row.region_end_no and day in row.valid]
    works = calendar_here.is_working_day(day)
    for weekday in (day.isoweekday(), _FRIDAY) if works else (day.isoweekday(),):
        found = [row for row in own if weekday in row.weekdays]
        if found:
            row = min(found, key=lambda one: one.region_end_no - one.region_no)
            return OfficeDay(row.opens, row.closes, _made_up(works, day), closed_by_decision=False)
    if works:
        return OfficeDay(DEFAULT_OPEN, DEFAULT_CLOSE, _made_up(works, day), closed_by_decision=False)
    return OfficeDay(None, None, "双休日", closed_by_decision=False)


def _made_up(works: bool, day: date) -> str:
    return "调休上班日" if works and day.isoweekday() > _FRIDAY else ""


def closures(region_no: int, region_end_no: int, *, limit: int = 50) -> list[LocalClosure]:
    """Closures that touch an interval of the division tree, the newest first; one query."""
    touching = LocalClosure.objects.filter(region_no__lte=region_end_no, region_end_no__gte=region_no)
    return list(touching.order_by("-decided_no")[:limit])
