"""Readers of the supervisors' board: every running clock of both engines, and open cases, within what one oversees.

Numbers and lists share their conditions, so that a number is always the length of its list. Levels are those that the
sweep has recorded: at most a minute behind.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from django.db import connection
from django.db.models import Count

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


# ---- open cases ----------------------------------------------------------------------------------------------------


def open_cases(scope: Scope, option_id: int | None = None) -> dict[tuple[int, int], int]:
    """Open cases by (region, department); one query over the index of open ones only."""
    rows = CaseFigure.objects.filter(OPEN, **scope.where)
    if option_id is not None:
        rows = rows.filter(option_id=option_id)
    counted = rows.values_list("region_no", "department_id").annotate(n=Count("case_id")).order_by()
    return {(region, department): n for region, department, n in counted}


# ---- cards ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Cards:
    """How many subjects stand at each level; each counts once a department, at its highest."""

    warning: int = 0
    yellow: int = 0
    red: int = 0

    def __add__(self, other: Cards) -> Cards:
        return Cards(self.warning + other.warning, self.yellow + other.yellow, self.red + other.red)


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


_SUBJECTS = """
SELECT c.region_no, c.department_id, c.subject_kind, c.subject_id, max({rank}) AS level
FROM work_clockrow c {join}
WHERE c.state = 'running' AND c.told <> '' AND c.region_no BETWEEN %(first)s AND %(last)s {narrowed}
GROUP BY 1, 2, 3, 4
"""
_RANK = "CASE c.told WHEN 'red' THEN 3 WHEN 'yellow' THEN 2 ELSE 1 END"
_CARDS = """
SELECT s.region_no, s.department_id, count(*) FILTER (WHERE s.level = 1), count(*) FILTER (WHERE s.level = 2),
  count(*) FILTER (WHERE s.level = 3)
FROM ({subjects}) s GROUP BY 1, 2
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
    return values, {"join": join, "narrowed": words, "rank": _RANK}


def cards(scope: Scope, option_id: int | None = None) -> dict[tuple[int, int], Cards]:
    """Warnings and cards by (region, department); one query over the index of the clocks that have reached a level."""
    values, pieces = _asked(scope, option_id)
    with connection.cursor() as cursor:
        cursor.execute(_CARDS.format(subjects=_SUBJECTS.format(**pieces)), values)
        return {(region, department): Cards(*counts) for region, department, *counts in cursor.fetchall()}


def carded(scope: Scope, level: str, *, option_id: int | None = None, after: str = "", limit: int = 50) -> Page[Line]:
    """The subjects whose highest level this is, by their clock at that level that is longest due; one query."""
    values, pieces = _asked(scope, option_id)
    values |= {"level": level, "above": [name for name, rank in LEVELS.items() if rank > LEVELS[level]]}
    return _page(pieces | {"among": _HIGHEST}, values, (_BEGINNING, _NEVER), after, limit)


def worst(scope: Scope, *, option_id: int | None = None, limit: int = 6) -> tuple[Line, ...]:
    """The first subjects of all levels, red cards before yellow ones before warnings; three queries at most."""
    found: tuple[Line, ...] = ()
    for level in sorted(LEVELS, key=LEVELS.__getitem__, reverse=True):
        if len(found) < limit:
            found += carded(scope, level, option_id=option_id, limit=limit - len(found)).items
    return found


# ---- running clocks by their due day -------------------------------------------------------------------------------

# From each region only its first few by the index (region_no, due_at), then the first of them all.
_CLOCKS = """
SELECT x.subject_kind, x.subject_id, x.id, x.kind, x.due_at, x.told, d.name, k.number, k.title
FROM (
  SELECT y.* FROM parties_region r CROSS JOIN LATERAL (
    SELECT c.subject_kind, c.subject_id, c.id, c.kind, c.due_at, c.told, c.department_id FROM work_clockrow c {join}
    WHERE c.state = 'running' AND c.region_no = r.no AND c.due_at >= %(from)s AND c.due_at < %(until)s
      {narrowed} {among} {behind} ORDER BY {order} LIMIT %(limit)s) y
  WHERE r.no BETWEEN %(first)s AND %(last)s ORDER BY y.due_at, y.id LIMIT %(limit)s) x
JOIN parties_department d ON d.id = x.department_id
LEFT JOIN cases_case k ON x.subject_kind = 'case' AND k.id = x.subject_id
ORDER BY x.due_at, x.id
"""
_HIGHEST = """AND c.told = %(level)s AND NOT EXISTS (
  SELECT FROM work_clockrow o WHERE o.subject_id = c.subject_id AND o.subject_kind = c.subject_kind
    AND o.department_id = c.department_id AND o.region_no = c.region_no AND o.state = 'running'
    AND (o.told = ANY(%(above)s) OR (o.told = c.told AND (o.due_at, o.id) < (c.due_at, c.id))))"""
_URGENCY = """
SELECT coalesce(sum(y.overdue), 0), coalesce(sum(y.today), 0), coalesce(sum(y.soon), 0), coalesce(sum(y.week), 0)
FROM parties_region r CROSS JOIN LATERAL (
  SELECT count(*) FILTER (WHERE c.due_at < %(now)s) AS overdue,
    count(*) FILTER (WHERE c.due_at >= %(now)s AND c.due_at < %(today)s) AS today,
    count(*) FILTER (WHERE c.due_at >= %(today)s AND c.due_at < %(soon)s) AS soon,
    count(*) FILTER (WHERE c.due_at >= %(soon)s) AS week
  FROM work_clockrow c {join}
  WHERE c.state = 'running' AND c.region_no = r.no AND c.due_at < %(week)s {narrowed}) y
WHERE r.no BETWEEN %(first)s AND %(last)s
"""
_BY_KEY = "c.due_at, c.id"
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
        cursor.execute(_URGENCY.format(**pieces), values)
        return dict(zip(URGENCIES, map(int, cursor.fetchone()), strict=True))


def clocks(
    scope: Scope, which: str, now: datetime, *, option_id: int | None = None, after: str = "", limit: int = 50
) -> Page[Line]:
    """The clocks of an urgency, the nearest due day first; one query.

    :param which: one of ``URGENCIES``, or ``ahead``: everything that is due from now on.
    """
    values, pieces = _asked(scope, option_id)
    return _page(pieces | {"among": ""}, values, bounds(now).get(which, (now, _NEVER)), after, limit)


def nearest(scope: Scope, now: datetime, *, option_id: int | None = None, limit: int = 6) -> tuple[Line, ...]:
    """The first clocks that are due from now on; one query. Which of a day's come first is not said: all of a day's
    would have to be sorted for it."""
    values, pieces = _asked(scope, option_id)
    return _page(pieces | {"among": "", "order": "c.due_at"}, values, (now, _NEVER), "", limit).items


def _page(
    pieces: dict[str, str], values: dict[str, Any], due: tuple[datetime, datetime], after: str, limit: int
) -> Page[Line]:
    """A page of clocks that are due within two moments, behind the one that ``after`` names."""
    begins, ends = due
    values |= {"from": begins, "until": ends, "limit": limit + 1}
    behind = ""
    pieces = {"order": _BY_KEY, **pieces}
    if place := _place(after):
        behind = "AND (c.due_at, c.id) > (%(at)s, %(key)s)"
        values |= {"from": max(begins, place[0]), "at": place[0], "key": place[1]}
    with connection.cursor() as cursor:
        cursor.execute(_CLOCKS.format(behind=behind, **pieces), values)
        rows = cursor.fetchall()
    lines = tuple(_line(row) for row in rows[:limit])
    return Page(lines, f"{lines[-1].due_at.isoformat()}_{lines[-1].key}" if len(rows) > limit else "")


def _line(row: Sequence[Any]) -> Line:
    kind, subject, key, clock, due_at, level, department, number, title = row
    return Line(kind, subject, key, clock, due_at, level, department, number or "", title or "")


def summed(counted: Mapping[tuple[int, int], Any], start: Any, *, area: Area | None = None, department: int = 0) -> Any:
    """The sum of what is counted by (region, department), of an area or a department only."""
    for (region, own), n in counted.items():
        if (area is None or area.first <= region <= area.last) and department in (0, own):
            start = start + n
    return start


def _place(after: str) -> tuple[datetime, uuid.UUID] | None:
    """Where a page begins; :raises NotFound: no such place."""
    if not after:
        return None
    at, _, key = after.rpartition("_")
    try:
        found = datetime.fromisoformat(at), uuid.UUID(key)
    except ValueError:
        raise NotFound from None
    if found[0].tzinfo is None:
        raise NotFound
    return found
