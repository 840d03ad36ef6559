"""Readers of figures: sums over a period for those who may see them, always as the definitions say."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final, Literal

from django.db.models import F, Q, QuerySet, Sum
from django.db.models.functions import TruncMonth, TruncWeek

from tongban.ground import moment
from tongban.ground.errors import NotFound, Refusal
from tongban.ground.ledger.models import Position
from tongban.ground.paging import Page
from tongban.ground.policy import DEPARTMENT, PERMISSIONS, Principal
from tongban.insight.indicators import rules
from tongban.insight.indicators.definitions import indicator, measures_of
from tongban.insight.indicators.models import OPEN, CaseFigure, DayFigure, SplitFigure
from tongban.insight.indicators.reactions import NAME
from tongban.registry.parties.selectors import region_names

LONGEST: Final = timedelta(days=366)
PERMISSION: Final = "indicators.report.view"
Step = Literal["day", "week", "month"]


@dataclass(frozen=True, slots=True)
class Scope:
    """Which cases a person sees in reports: those of a range of regions, or of one department there."""

    first_region: int
    last_region: int
    department_id: int | None = None

    def narrowed(self, department_id: int | None) -> Scope:
        """Only one department of it; :raises NotFound: another than one's own."""
        if department_id is None or department_id == self.department_id:
            return self
        if self.department_id is not None:
            raise NotFound
        return Scope(self.first_region, self.last_region, department_id)

    @property
    def where(self) -> dict[str, Any]:
        """The filter of rows that carry region and department."""
        found: dict[str, Any] = {"region_no__range": (self.first_region, self.last_region)}
        return found if self.department_id is None else {**found, "department_id": self.department_id}


EVERYWHERE: Final = Scope(0, 2**31 - 1)
"""The whole city, for what everybody may know."""


def scope_of(principal: Principal) -> Scope:
    """What the principal may see in reports.

    :raises NotFound: nothing.
    """
    grants = {PERMISSIONS[PERMISSION][role] for role in principal.roles if role in PERMISSIONS[PERMISSION]}
    if not grants:
        raise NotFound
    own = principal.department_id if grants == {DEPARTMENT} else None
    return Scope(principal.region_no, principal.region_end_no, own)


@dataclass(frozen=True, slots=True)
class Period:
    """Days, both included."""

    first: date
    last: date

    @classmethod
    def of(cls, first: str, last: str, today: date) -> Period:
        """The period of two typed days; the month up to today where nothing is typed.

        :raises Refusal: no such days, in the wrong order, or more than a year.
        """
        try:
            begins = date.fromisoformat(first) if first else today.replace(day=1)
            ends = date.fromisoformat(last) if last else max(today, begins)
        except ValueError:
            raise Refusal("report.period", "日期写得不对", field="first", remedy="例如 2026-11-01") from None
        if ends < begins:
            raise Refusal("report.period", "结束日期早于开始日期", field="last", remedy="把两个日期换过来")
        if ends - begins > LONGEST:
            raise Refusal("report.period", "一次最多看一年", field="last", remedy="缩短时间范围，或分几次导出")
        return cls(begins, ends)

    @property
    def days(self) -> tuple[date, date]:
        """For ``__range``."""
        return (self.first, self.last)

    @property
    def moments(self) -> tuple[datetime, datetime]:
        """When it begins, and when it is over."""
        after = self.last + timedelta(days=1)
        return tuple(datetime.combine(day, time(), moment.SHANGHAI) for day in (self.first, after))  # type: ignore[return-value]


@dataclass(frozen=True, slots=True)
class Line:
    """Sums of one department, option or step of time."""

    key: Any
    name: str
    sums: Mapping[str, int]

    def of(self, code: str) -> float | int | None:
        """A figure of this line."""
        return indicator(code).of(self.sums)


def as_of() -> datetime | None:
    """When the reader of the ledger last moved: the figures hold everything up to there."""
    return Position.objects.filter(name=NAME).values_list("moved_at", flat=True).first()


def _days(scope: Scope, period: Period, option_id: int | None = None) -> QuerySet[DayFigure]:
    rows = DayFigure.objects.filter(day__range=period.days, **scope.where)
    return rows if option_id is None else rows.filter(option_id=option_id)


def _sums(measures: Iterable[str]) -> dict[str, Sum]:
    return {f"sum_{measure}": Sum(measure) for measure in measures}


def _read(row: Mapping[str, Any], measures: Iterable[str]) -> dict[str, int]:
    return {measure: row[f"sum_{measure}"] or 0 for measure in measures}


def totals(
    scope: Scope, period: Period, measures: Sequence[str] = rules.MEASURES, option_id: int | None = None
) -> dict[str, int]:
    """Sums of everything in the period; one query."""
    return _read(_days(scope, period, option_id).aggregate(**_sums(measures)), measures)


def by_department(
    scope: Scope, period: Period, measures: Sequence[str], option_id: int | None = None
) -> tuple[Line, ...]:
    """Sums by department, by name; one query."""
    rows = _days(scope, period, option_id).values("department_id", "department__name").annotate(**_sums(measures))
    lines = (Line(row["department_id"], row["department__name"], _read(row, measures)) for row in rows.order_by())
    return tuple(sorted((line for line in lines if any(line.sums.values())), key=lambda line: line.name))


def by_region(scope: Scope, period: Period, measures: Sequence[str], option_id: int | None = None) -> tuple[Line, ...]:
    """Sums by the number of the region that a case belongs to, in the order of the tree; one query."""
    rows = _days(scope, period, option_id).values("region_no").annotate(**_sums(measures)).order_by("region_no")
    lines = (Line(row["region_no"], "", _read(row, measures)) for row in rows)
    return tuple(line for line in lines if any(line.sums.values()))


def by_option(scope: Scope, period: Period, measures: Sequence[str], option_id: int | None = None) -> tuple[Line, ...]:
    """Sums by option, by name; one query."""
    rows = _days(scope, period, option_id).values("option_id", "option__name").annotate(**_sums(measures))
    lines = (Line(row["option_id"], row["option__name"], _read(row, measures)) for row in rows.order_by())
    return tuple(sorted((line for line in lines if any(line.sums.values())), key=lambda line: line.name))


@dataclass(frozen=True, slots=True)
class PlaceLine:
    """Sums of one option at one department in one region."""

    region: str
    department: str
    option: str
    sums: Mapping[str, int]

    def of(self, code: str) -> float | int | None:
        """A figure of this line."""
        return indicator(code).of(self.sums)


def by_place(scope: Scope, period: Period, measures: Sequence[str]) -> tuple[PlaceLine, ...]:
    """Sums by region, department and option at once, by their names; two queries."""
    rows = _days(scope, period).values("region_no", "department__name", "option__name").annotate(**_sums(measures))
    found = [(row, _read(row, measures)) for row in rows.order_by("region_no", "department__name", "option__name")]
    names = region_names(row["region_no"] for row, _sums_ in found)
    return tuple(
        PlaceLine(names.get(row["region_no"], ""), row["department__name"], row["option__name"], sums)
        for row, sums in found
        if any(sums.values())
    )


def series(
    scope: Scope, period: Period, measures: Sequence[str], step: Step = "day", option_id: int | None = None
) -> tuple[Line, ...]:
    """Sums by day, week (from Monday) or month, without those of which nothing is known; one query."""
    rows = _days(scope, period, option_id)
    if step == "day":
        grouped = rows.values("day").annotate(**_sums(measures)).order_by("day")
        return tuple(Line(row["day"], row["day"].isoformat(), _read(row, measures)) for row in grouped)
    cut = (TruncWeek if step == "week" else TruncMonth)("day")
    stepped = rows.annotate(step=cut).values("step").annotate(**_sums(measures)).order_by("step")
    return tuple(Line(row["step"], row["step"].isoformat(), _read(row, measures)) for row in stepped)


def split(scope: Scope, period: Period, *measures: str, option_id: int | None = None) -> dict[str, dict[str, int]]:
    """Measures that are split by a key: measure -> key -> n; one query."""
    found: dict[str, dict[str, int]] = {measure: {} for measure in measures}
    rows = SplitFigure.objects.filter(measure__in=measures, day__range=period.days, **scope.where)
    if option_id is not None:
        rows = rows.filter(option_id=option_id)
    for measure, key, n in rows.values_list("measure", "key").annotate(Sum("n")).order_by():
        found[measure][key] = n
    return found


def split_by_option(scope: Scope, period: Period, *measures: str) -> dict[tuple[int, str], dict[str, int]]:
    """The same by option: (option, key) -> measure -> n; one query."""
    found: dict[tuple[int, str], dict[str, int]] = {}
    rows = SplitFigure.objects.filter(measure__in=measures, day__range=period.days, **scope.where)
    for option, measure, key, n in rows.values_list("option_id", "measure", "key").annotate(Sum("n")).order_by():
        found.setdefault((option, key), {})[measure] = n
    return found


def split_by(
    column: Literal["department_id", "option_id", "region_no"], scope: Scope, period: Period, measure: str
) -> dict[int, dict[str, int]]:
    """A split measure by department, option or region: its id -> key -> n; one query."""
    found: dict[int, dict[str, int]] = {}
    rows = SplitFigure.objects.filter(measure=measure, day__range=period.days, **scope.where)
    for own, key, n in rows.values_list(column, "key").annotate(Sum("n")).order_by():
        found.setdefault(own, {})[key] = n
    return found


# ---- the city today ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Today:
    """What the home page tells of the whole city. Shares are fractions of one, None of nothing.

    :param as_of: up to when events are counted. :param median_days: middle of the used working days of a month (lower
      end of its bucket). :param on_time: decisions of a month within what was promised.
    """

    day: date
    as_of: datetime | None
    submitted: int
    decided: int
    online_share: float | None
    on_time: float | None
    median_days: int | None


_MONTH: Final = timedelta(days=29)


def city_today(today: date | None = None) -> Today:
    """A day's counts and the quality of the thirty days up to it, over every region; four queries.

    :param today: the day that it stands for; a day that is over gives figures that change no more.
    """
    day = today or moment.today()
    now, month = Period(day, day), Period(day - _MONTH, day)
    own = totals(EVERYWHERE, now, measures_of("submitted", "decided"))
    wide = totals(EVERYWHERE, month, measures_of("online_share", "on_time"))
    days = split(EVERYWHERE, month, "used_bucket")["used_bucket"]
    return Today(
        day,
        as_of(),
        int(indicator("submitted").of(own) or 0),
        int(indicator("decided").of(own) or 0),
        indicator("online_share").of(wide),
        indicator("on_time").of(wide),
        rules.quantile(days, 0.5),
    )


# ---- down to the cases ---------------------------------------------------------------------------------------------

DRILLS: Final[Mapping[str, tuple[str, str, Q]]] = {
    "decided": ("作出决定的办件", "decided_on", ~Q(outcome="")),
    "overdue_promised": ("超过承诺期限的办件", "decided_on", Q(overdue_promised=True)),
    "overdue_statutory": ("超过法定期限的办件", "decided_on", Q(overdue_statutory=True)),
    "timed": ("有承诺期限（工作日）的决定", "decided_on", Q(promised_days__isnull=False)),
    "closed": ("办完的办件", "closed_on", ~Q(outcome="")),
    "more_than_told": ("比指南多跑的办件", "closed_on", ~Q(outcome="") & Q(visits_made__gt=F("visits_told"))),
    "more_than_once": ("跑了两次以上的办件", "closed_on", ~Q(outcome="") & Q(visits_made__gte=2)),
    "deferred": ("容缺受理的办件", "accepted_on", Q(deferred__gt=0)),
    "submitted": ("收到的申请", "submitted_on", Q()),
    "accepted": ("受理的办件", "acceptance_on", Q()),
    "refused": ("不予的决定", "decided_on", Q(outcome__in=("refused", "not_provided"))),
    "deemed_accepted": ("视为受理的办件", "acceptance_on", Q(deemed=True)),
    "data_late": ("数据迟到的办件", "data_late_on", Q()),
    "open": ("正在办的办件", "submitted_on", OPEN),
}
"""Lists behind figures: their words, the day that places them in a period, and what belongs to them."""


@dataclass(frozen=True, slots=True)
class CaseLine:
    """One case behind a figure."""

    case_id: uuid.UUID
    number: str
    title: str
    department: str
    day: date
    used: int | None
    promised: int | None
    statutory: int | None
    told: int
    made: int
    deferred: int
    lapsed: int


def cases_of(
    scope: Scope, period: Period, drill: str, *, option_id: int | None = None, after: str = "", limit: int = 50
) -> Page[CaseLine]:
    """The cases behind a figure, newest first; one query.

    :param after: ``next`` of the page before. :raises NotFound: no such list.
    """
    if drill not in DRILLS:
        raise NotFound
    _words, column, own = DRILLS[drill]
    rows = CaseFigure.objects.filter(own, **{f"{column}__range": period.days}, **scope.where)
    if option_id is not None:
        rows = rows.filter(option_id=option_id)
    if after:
        day, key = _after(after)
        rows = rows.filter(Q(**{f"{column}__lte": day}), Q(**{f"{column}__lt": day}) | Q(case_id__lt=key))
    found = list(
        rows.select_related("department")
        .order_by(f"-{column}", "-case_id")
        .values_list(
            "case_id",
            "case__number",
            "case__title",
            "department__name",
            column,
            "used_days",
            "promised_days",
            "statutory_days",
            "visits_told",
            "visits_made",
            "deferred",
            "lapsed",
        )[: limit + 1]
    )
    lines = tuple(CaseLine(*row) for row in found[:limit])
    more = len(found) > limit
    return Page(lines, f"{lines[-1].day.isoformat()}_{lines[-1].case_id}" if more else "")


def _after(key: str) -> tuple[date, uuid.UUID]:
    day, _, case = key.partition("_")
    try:
        return date.fromisoformat(day), uuid.UUID(case)
    except ValueError:
        raise NotFound from None
