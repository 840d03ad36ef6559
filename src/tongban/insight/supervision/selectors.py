"""Readers of the supervisors' board: every running clock of both engines, and open cases, within what one oversees.

Numbers and lists share their conditions, so that a number is always the length of its list. Levels are those that the
sweep has recorded: at most a minute behind.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any, Final, Generic, TypeVar

from django.db import connection, models

from tongban.ground import calendar, moment
from tongban.ground.errors import NotFound
from tongban.ground.paging import Page
from tongban.ground.policy import Principal, may_ever
from tongban.insight.indicators.models import OPEN, CaseFigure
from tongban.insight.indicators.selectors import Scope
from tongban.insight.supervision.rules import LEVELS, SOON, URGENCIES, WEEK
from tongban.registry.parties.models import Region
from tongban.registry.parties.selectors import regions_within

PERMISSION: Final = "work.board.view"
AREA_LEVELS: Final = (Region.Level.PROVINCE, Region.Level.CITY, Region.Level.COUNTY)


@dataclass(frozen=True, slots=True)
class Area:
    """A part of what one oversees: a county with everything in it, or a city's own level."""

    no: int
    name: str
    first: int
    last: int


def scope_of(principal: Principal) -> Scope:
    """The regions that the principal oversees.

    :raises NotFound: none.
    """
    if not may_ever(principal, PERMISSION):
        raise NotFound
    return Scope(principal.region_no, principal.region_end_no)


def areas(scope: Scope) -> tuple[Area, ...]:
    """The parts of a scope, each case in exactly one of them unless its region is below no county; one query."""
    regions = [one for one in regions_within(scope.first_region, scope.last_region) if one.level in AREA_LEVELS]
    found = []
    for one in regions:
        holds = any(one.no < other.no <= one.end_no for other in regions)
        found.append(Area(one.no, f"{one.name}本级" if holds else one.name, one.no, one.no if holds else one.end_no))
    return tuple(found)


def narrowed(scope: Scope, among: Sequence[Area], area_no: int | None, department_id: int | None) -> Scope:
    """The scope of one area and department.

    :raises NotFound: an area outside the scope: it does not exist for this person.
    """
    if area_no is not None:
        area = next((one for one in among if one.no == area_no), None)
        if area is None:
            raise NotFound
        scope = replace(scope, first_region=area.first, last_region=area.last)
    return scope.narrowed(department_id)


# ---- numbers by place ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Cards:
    """How many subjects stand at each level; each counts once a department, at its highest."""

    warning: int = 0
    yellow: int = 0
    red: int = 0

    def __add__(self, other: Cards) -> Cards:
        return Cards(self.warning + other.warning, self.yellow + other.yellow, self.red + other.red)


Count = TypeVar("Count", int, Cards)


@dataclass(frozen=True, slots=True)
class Tally(Generic[Count]):
    """The same things counted twice over, by region and by department: the two ways in which the board tells them."""

    nothing: Count
    regions: Mapping[int, Count]
    departments: Mapping[int, Count]

    @property
    def whole(self) -> Count:
        """All of them."""
        return sum(self.regions.values(), self.nothing)

    def of_department(self, department_id: int) -> Count:
        """Those of a department."""
        return self.departments.get(department_id, self.nothing)

    def within(self, area: Area) -> Count:
        """Those of an area."""
        return sum((n for no, n in self.regions.items() if area.first <= no <= area.last), self.nothing)


def open_cases(scope: Scope, option_id: int | None = None) -> Tally[int]:
    """Open cases; one query over the index of open ones only."""
    rows = CaseFigure.objects.filter(OPEN, **scope.where)
    if option_id is not None:
        rows = rows.filter(option_id=option_id)
    regions: Counter[int] = Counter()
    departments: Counter[int] = Counter()
    counted = rows.values_list("region_no", "department_id").annotate(n=models.Count("*")).order_by()
    for region, department, n in counted:
        regions[region] += n
        departments[department] += n
    return Tally(0, regions, departments)


# ---- cards ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Line:
    """A clock, or a subject by its worst clock, with its case; ``number`` is empty of what is no case."""

    subject_kind: str
    subject_id: uuid.UUID
    key: uuid.UUID
    clock: str
    due_at: datetime
    level: str
    department: str
    number: str
    title: str


_BY_RANK: Final = {rank: level for level, rank in LEVELS.items()}
# The index ``clock_card_subject`` holds all of it in this order.
_CARDS = """
SELECT s.region_no, s.department_id, s.level, count(*)
FROM (
  SELECT c.region_no, c.department_id, max(CASE c.told WHEN 'red' THEN 3 WHEN 'yellow' THEN 2 ELSE 1 END) AS level
  FROM work_clockrow c {join}
  WHERE c.state = 'running' AND c.told <> '' AND c.region_no BETWEEN %(first)s AND %(last)s {narrowed}
  GROUP BY c.region_no, c.department_id, c.subject_kind, c.subject_id) s
GROUP BY GROUPING SETS ((1, 3), (2, 3))
"""


def _asked(scope: Scope, option_id: int | None) -> tuple[dict[str, Any], dict[str, str]]:
    """Parameters and pieces of a statement about running clocks."""
    values: dict[str, Any] = {"first": scope.first_region, "last": scope.last_region}
    join, words = "", ""
    if scope.department_id is not None:
        values["department"], words = scope.department_id, " AND c.department_id = %(department)s"
    if option_id is not None:
        values["option"] = option_id
        join = "JOIN indicators_casefigure f ON f.case_id = c.subject_id AND f.option_id = %(option)s"
    return values, {"join": join, "narrowed": words}


def cards(scope: Scope, option_id: int | None = None) -> Tally[Cards]:
    """Warnings and cards; one query over the index of the clocks that have reached a level."""
    values, pieces = _asked(scope, option_id)
    regions: dict[int, Cards] = {}
    departments: dict[int, Cards] = {}
    with connection.cursor() as cursor:
        cursor.execute(_CARDS.format(**pieces), values)
        for region, department, rank, n in cursor.fetchall():
            found, key = (departments, department) if region is None else (regions, region)
            found[key] = found.get(key, Cards()) + Cards(**{_BY_RANK[rank]: n})
    return Tally(Cards(), regions, departments)


def carded(scope: Scope, level: str, *, option_id: int | None = None, after: str = "", limit: int = 50) -> Page[Line]:
    """The subjects whose highest level this is, by their clock at that level that is longest due; one query."""
    values, pieces = _asked(scope, option_id)
    values |= {"level": level, "above": [name for name, rank in LEVELS.items() if rank > LEVELS[level]]}
    return _page(_CARDED, pieces, values, after, limit)


def worst(scope: Scope, *, option_id: int | None = None, limit: int = 6) -> tuple[Line, ...]:
    """The first subjects of all levels, red cards before yellow ones before warnings; three queries at most."""
    found: tuple[Line, ...] = ()
    for level in sorted(LEVELS, key=LEVELS.__getitem__, reverse=True):
        if len(found) < limit:
            found += carded(scope, level, option_id=option_id, limit=limit - len(found)).items
    return found


# ---- lists of clocks -----------------------------------------------------------------------------------------------

_LINES = """
SELECT x.subject_kind, x.subject_id, x.id, x.kind, x.due_at, x.told, x.department_id, d.name, k.number, k.title
FROM ({clocks}) x
JOIN parties_department d ON d.id = x.department_id
LEFT JOIN cases_case k ON x.subject_kind = 'case' AND k.id = x.subject_id
ORDER BY x.due_at, x.department_id, x.id
"""
# From each region only its first few by the index ``clock_running``, then the first of them all.
_RUNNING = """
SELECT y.* FROM parties_region r CROSS JOIN LATERAL (
  SELECT c.subject_kind, c.subject_id, c.id, c.kind, c.due_at, c.told, c.department_id FROM work_clockrow c
  WHERE c.state = 'running' AND c.region_no = r.no AND c.due_at >= %(from)s AND c.due_at < %(until)s
    {narrowed} {behind} ORDER BY c.due_at, c.department_id, c.id LIMIT %(limit)s) y
WHERE r.no BETWEEN %(first)s AND %(last)s ORDER BY y.due_at, y.department_id, y.id LIMIT %(limit)s
"""
# Those of one item are few, and found by its cases.
_RUNNING_OF_ITEM = """
SELECT c.subject_kind, c.subject_id, c.id, c.kind, c.due_at, c.told, c.department_id FROM work_clockrow c {join}
WHERE c.state = 'running' AND c.region_no BETWEEN %(first)s AND %(last)s AND c.due_at >= %(from)s
  AND c.due_at < %(until)s {narrowed} {behind} ORDER BY c.due_at, c.department_id, c.id LIMIT %(limit)s
"""
# Few clocks have a level: they are read in order, by the index ``clock_card_due``, until enough are of the scope.
_CARDED = """
SELECT c.subject_kind, c.subject_id, c.id, c.kind, c.due_at, c.told, c.department_id FROM work_clockrow c {join}
WHERE c.state = 'running' AND c.told <> '' AND c.told = %(level)s AND c.region_no BETWEEN %(first)s AND %(last)s
  {narrowed} {behind} AND NOT EXISTS (
  SELECT FROM work_clockrow o WHERE o.subject_id = c.subject_id AND o.subject_kind = c.subject_kind
    AND o.department_id = c.department_id AND o.region_no = c.region_no AND o.state = 'running' AND o.told <> ''
    AND (o.told = ANY(%(above)s) OR (o.told = c.told AND (o.due_at, o.id) < (c.due_at, c.id))))
ORDER BY c.due_at, c.department_id, c.id LIMIT %(limit)s
"""
# Counted by due moment first, of which a region has few: the index is in that order, so that a clock costs little.
_URGENCY = """
SELECT coalesce(sum(y.n) FILTER (WHERE y.due_at < %(now)s), 0),
  coalesce(sum(y.n) FILTER (WHERE y.due_at >= %(now)s AND y.due_at < %(today)s), 0),
  coalesce(sum(y.n) FILTER (WHERE y.due_at >= %(today)s AND y.due_at < %(soon)s), 0),
  coalesce(sum(y.n) FILTER (WHERE y.due_at >= %(soon)s), 0)
FROM ({counted}) y
"""
_COUNTED = """
SELECT z.* FROM parties_region r CROSS JOIN LATERAL (
  SELECT c.due_at, count(*) AS n FROM work_clockrow c
  WHERE c.state = 'running' AND c.region_no = r.no AND c.due_at < %(week)s {narrowed} GROUP BY c.due_at) z
WHERE r.no BETWEEN %(first)s AND %(last)s
"""
_COUNTED_OF_ITEM = """
SELECT c.due_at, count(*) AS n FROM work_clockrow c {join}
WHERE c.state = 'running' AND c.region_no BETWEEN %(first)s AND %(last)s AND c.due_at < %(week)s {narrowed}
GROUP BY c.due_at
"""
_BEGINNING, _NEVER = (datetime(year, 1, 1, tzinfo=moment.SHANGHAI) for year in (2000, 9000))


def bounds(now: datetime) -> dict[str, tuple[datetime, datetime]]:
    """Urgency -> from when until when its clocks are due. A clock is due when its last day is over."""
    today = moment.local(now).date()
    working = calendar.load()
    ends = {name: _end_of(working.add_working_days(today, n)) for name, n in (("soon", SOON), ("week", WEEK))}
    tomorrow = _end_of(today)
    return {
        "overdue": (_BEGINNING, now),
        "today": (now, tomorrow),
        "soon": (tomorrow, ends["soon"]),
        "week": (ends["soon"], ends["week"]),
    }


def _end_of(day: date) -> datetime:
    """A little after the moment that ends the day, which is the due moment of its clocks."""
    return datetime.combine(day + timedelta(days=1), time(), moment.SHANGHAI) + timedelta(seconds=1)


def urgency(scope: Scope, now: datetime, option_id: int | None = None) -> dict[str, int]:
    """How many running clocks are overdue, due today, soon, within the week; one query, none of those due later."""
    values, pieces = _asked(scope, option_id)
    at = bounds(now)
    values |= {"now": now, "today": at["today"][1], "soon": at["soon"][1], "week": at["week"][1]}
    with connection.cursor() as cursor:
        counted = _COUNTED if option_id is None else _COUNTED_OF_ITEM
        cursor.execute(_URGENCY.format(counted=counted.format(**pieces)), values)
        return dict(zip(URGENCIES, map(int, cursor.fetchone()), strict=True))


def clocks(
    scope: Scope, which: str, now: datetime, *, option_id: int | None = None, after: str = "", limit: int = 50
) -> Page[Line]:
    """The clocks of an urgency, the nearest due day first, those of a day by department; one query.

    :param which: one of ``URGENCIES``, or ``ahead``: everything that is due from now on.
    """
    values, pieces = _asked(scope, option_id)
    begins, ends = bounds(now).get(which, (now, _NEVER))
    asked = _RUNNING if option_id is None else _RUNNING_OF_ITEM
    return _page(asked, pieces, values | {"from": begins, "until": ends}, after, limit)


def nearest(scope: Scope, now: datetime, *, option_id: int | None = None, limit: int = 6) -> tuple[Line, ...]:
    """The first clocks that are due from now on; one query."""
    return clocks(scope, "ahead", now, option_id=option_id, limit=limit).items


def _page(asked: str, pieces: dict[str, str], values: dict[str, Any], after: str, limit: int) -> Page[Line]:
    """A page of what a statement asks for, behind the clock that ``after`` names."""
    values |= {"limit": limit + 1}
    behind = ""
    if place := _place(after):
        behind = "AND (c.due_at, c.department_id, c.id) > (%(at)s, %(of)s, %(key)s)"
        values |= dict(zip(("at", "of", "key"), place, strict=True))
    with connection.cursor() as cursor:
        cursor.execute(_LINES.format(clocks=asked.format(behind=behind, **pieces)), values)
        rows = cursor.fetchall()
    page = rows[:limit]
    following = f"{page[-1][4].isoformat()}_{page[-1][6]}_{page[-1][2]}" if len(rows) > limit else ""
    return Page(tuple(_line(row) for row in page), following)


def _line(row: Sequence[Any]) -> Line:
    kind, subject, key, clock, due_at, level, _department, department, number, title = row
    return Line(kind, subject, key, clock, due_at, level, department, number or "", title or "")


def _place(after: str) -> tuple[datetime, int, uuid.UUID] | None:
    """Where a page begins; :raises NotFound: no such place."""
    if not after:
        return None
    try:
        at, department, key = after.split("_")
        found = datetime.fromisoformat(at), int(department), uuid.UUID(key)
    except ValueError:
        raise NotFound from None
    if found[0].tzinfo is None or not 0 <= found[1] < 2**63:
        raise NotFound
    return found
