"""The supervisors' board laid out: figures with their targets and counter-figures, tables, links down to the cases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse

from tongban.faces import charts
from tongban.faces.desk.reports import department_of, departments, text_of
from tongban.ground.errors import NotFound, Refusal
from tongban.ground.policy import Principal
from tongban.insight.indicators import selectors as indicators
from tongban.insight.indicators.definitions import Indicator, indicator, measures_of
from tongban.insight.indicators.definitions import indicators as indicators_by_code
from tongban.insight.indicators.reports.report import added, kind_of
from tongban.insight.indicators.selectors import Line, Period, Scope
from tongban.insight.supervision import rules, selectors
from tongban.insight.supervision.selectors import Area, Cards, Tally
from tongban.registry.catalog.selectors import configured_options

EVER = date(2000, 1, 1)
"""Before every case: a list of what is so now has no first day."""
WEEKS = 12
WORST = 5
LEVEL_WORDS = {"red": "红牌", "yellow": "黄牌", "warning": "预警"}
URGENCY_WORDS = {"overdue": "已经超期", "today": "今天到期", "soon": "3 个工作日内到期", "week": "7 个工作日内到期"}
_CODES = (
    "submitted",
    "online_share",
    "accepted",
    "accept_in_time",
    "deemed_accepted",
    "decided",
    "refused",
    "on_time",
    "overdue_promised",
    "overdue_statutory",
    "red_rate",
    "mean_used",
    "closed",
    "at_most_one",
    "more_than_told",
    "data_late",
)
MEASURES = (*measures_of(*_CODES), "from_portal")


@dataclass(frozen=True)
class Asked:
    """What the address asks for, checked against what the person oversees."""

    scope: Scope
    areas: tuple[Area, ...]
    area: Area | None
    departments: list[tuple[str, str]]
    department: int | None
    options: tuple[tuple[int, str, str], ...]
    option: int | None
    item: str
    span: str
    day: date
    period: Period
    problem: Refusal | None

    def href(self, code: str, **changes: Any) -> str:
        """The list of cases behind a figure, under the same filters."""
        values = {
            "list": code,
            "area": self.area.no if self.area else None,
            "department": self.department,
            "item": self.item,
            "first": self.period.first.isoformat(),
            "last": self.period.last.isoformat(),
            **changes,
        }
        kept = {name: value for name, value in values.items() if value not in (None, "")}
        return f"{reverse('desk:board_cases')}?{urlencode(kept)}"


def asked_of(principal: Principal, query: QueryDict, today: date) -> Asked:
    """The filters of an address; three queries.

    :raises NotFound: an area or an item that the person does not oversee or that does not exist.
    """
    whole = selectors.scope_of(principal)
    areas = selectors.areas(whole)
    no, department = department_of(query.get("area", "")), department_of(query.get("department", ""))
    scope = selectors.narrowed(whole, areas, no, department)
    options, item = configured_options(), query.get("item", "")[:80]
    option = next((key for key, slug, _name in options if slug == item), None)
    if item and option is None:
        raise NotFound
    day, problem = _day(query.get("day", ""), today)
    span = query.get("span", "")
    span = span if span in rules.SPANS else "month"
    area = next((one for one in areas if one.no == no), None)
    period = Period(*rules.span(span, day))
    return Asked(scope, areas, area, departments(whole), department, options, option, item, span, day, period, problem)


def _day(typed: str, today: date) -> tuple[date, Refusal | None]:
    if not typed:
        return today, None
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        return today, Refusal("board.day", "日期写得不对", field="day", remedy="例如 2026-11-01")
    if not today - timedelta(days=rules.LONGEST_BACK) <= day <= today:
        return today, Refusal("board.day", "只能看今天和以前的日子", field="day", remedy="换一个日期")
    return day, None


# ---- what is read --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Read:
    """Everything that the board shows, as numbers."""

    whole: Line
    before: Line
    day: Line
    departments: tuple[Line, ...]
    areas: tuple[Line, ...]
    options: tuple[Line, ...]
    weeks: tuple[Line, ...]
    first_week: date
    spread: Mapping[str, int]
    open: Tally[int]
    cards: Tally[Cards]


def read(asked: Asked) -> Read:
    """The numbers of the board; nine queries, whatever the number of cases and clocks."""
    scope, option = asked.scope, asked.option
    total = indicators.totals
    lines = indicators.by_department(scope, asked.period, MEASURES, option)
    first, last = rules.weeks_before(asked.day, WEEKS)
    earlier = Period(*rules.before(asked.period.first, asked.period.last))
    return Read(
        added(lines),
        Line(None, "", total(scope, earlier, MEASURES, option)),
        Line(None, "", total(scope, Period(asked.day, asked.day), MEASURES, option)),
        lines,
        indicators.by_region(scope, asked.period, MEASURES, option),
        indicators.by_option(scope, asked.period, MEASURES, option),
        indicators.series(scope, Period(first, last), MEASURES, "week", option),
        first,
        indicators.split(scope, asked.period, "used_bucket", option_id=option)["used_bucket"],
        selectors.open_cases(scope, option),
        selectors.cards(scope, option),
    )


# ---- figures that stand alone --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Counter:
    """A figure that would betray gaming: words, number, its list."""

    words: str
    text: str
    href: str


@dataclass(frozen=True)
class Tile:
    """A figure with its list, its target as places of a bar from 0 to 100, its change, its counter-figures."""

    definition: Indicator
    text: str
    unit: str
    href: str
    counters: tuple[Counter, ...]
    target: str = ""
    filled: float = 0.0
    mark: float = 0.0
    met: bool = True
    change: str = ""
    better: bool = True


def tiles(asked: Asked, told: Read) -> tuple[Tile, ...]:
    """The work of the period first, its last day in it, then the shares of the period beside their targets."""
    day: dict[str, Any] = {"first": asked.day.isoformat(), "last": asked.day.isoformat()}
    now: dict[str, Any] = {"first": None, "last": None}
    whole, day_line = told.whole, told.day
    cards = told.cards.whole

    def count(words: str, code: str, value: Any, **changes: Any) -> Counter:
        return Counter(words, text_of(value, "count"), asked.href(code, **changes) if value else "")

    def plain(code: str, value: Any, counters: tuple[Counter, ...], drill: str = "", **changes: Any) -> Tile:
        href = asked.href(drill or code, **changes) if value else ""
        return Tile(indicator(code), text_of(value, "count"), indicator(code).unit, href, counters)

    def of_the_day(code: str) -> tuple[Counter, ...]:
        return () if asked.period.first == asked.day else (count("当天", code, day_line.of(code) or 0, **day),)

    online = Counter("网上申请", text_of(whole.of("online_share"), "share"), "")
    opened = told.open.whole
    return (
        plain("submitted", whole.of("submitted"), (*of_the_day("submitted"), online)),
        plain(
            "decided", whole.of("decided"), (*of_the_day("decided"), count("其中不予", "refused", whole.of("refused")))
        ),
        plain(
            "open",
            opened,
            tuple(count(LEVEL_WORDS[level], level, getattr(cards, level), **now) for level in LEVEL_WORDS),
            **now,
        ),
        _share(asked, told, "accept_in_time", (count("视为受理", "deemed_accepted", whole.of("deemed_accepted")),)),
        _share(asked, told, "on_time", (count("超承诺", "overdue_promised", whole.of("overdue_promised")),)),
        _share(asked, told, "red_rate", (count("超法定", "overdue_statutory", whole.of("overdue_statutory")),)),
        _share(asked, told, "at_most_one", (count("比指南多跑", "more_than_told", whole.of("more_than_told")),)),
        plain("data_late", whole.of("data_late"), (Counter("另列", "不算办件超期", ""),)),
    )


_BASES = {"accept_in_time": "accepted", "on_time": "decided", "red_rate": "decided", "at_most_one": "closed"}
"""What a share is a share of: the list behind it."""


def _share(asked: Asked, told: Read, code: str, counters: tuple[Counter, ...]) -> Tile:
    """A share with its target; it leads to the cases that it is a share of."""
    value, earlier, target = told.whole.of(code), told.before.of(code), rules.targets()[code]
    base = told.whole.of(_BASES[code])
    counters = (*counters, Counter("分母", f"{base or 0:,} 件", asked.href(_BASES[code]) if base else ""))
    words = f"{'上限' if target.most else '目标'} {target.target * 100:g}%"
    if value is None:
        return Tile(indicator(code), "—", "", "", counters, words, 0.0, target.target * 100)
    scale = 0.16 if target.most else 1.0
    change, better = "", True
    if earlier is not None and round(value - earlier, 4):
        change = f"{'▲' if value > earlier else '▼'} {abs(value - earlier) * 100:.1f}"
        better = (value > earlier) != target.most
    return Tile(
        indicator(code),
        f"{value * 100:.1f}",
        "%",
        "",
        counters,
        words,
        charts.percent(value, scale),
        charts.percent(target.target, scale),
        target.met(value),
        change,
        better,
    )


# ---- tables --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Cell:
    """A number and its list."""

    text: str
    href: str
    words: str


@dataclass(frozen=True)
class Row:
    """A department, area or item: its name, where pressing it leads, its numbers."""

    name: str
    href: str
    cells: tuple[Cell, ...]


_TABLE: tuple[tuple[str, str, str], ...] = (
    ("submitted", "收到", "submitted"),
    ("decided", "办结", "decided"),
    ("on_time", "按期", ""),
    ("overdue_promised", "超承诺", "overdue_promised"),
    ("overdue_statutory", "超法定", "overdue_statutory"),
    ("mean_used", "平均用时", ""),
)
HEADS = (*(words for _code, words, _drill in _TABLE), "正在办", "红牌", "黄牌", "预警")


def _cells(asked: Asked, line: Line, opened: int, cards: Cards, **own: Any) -> tuple[Cell, ...]:
    cells = []
    for code, words, drill in _TABLE:
        value = line.of(code)
        href = asked.href(drill, **own) if drill and value else ""
        cells.append(Cell(text_of(value, kind_of(indicator(code))), href, words))
    now = {"first": None, "last": None, **own}
    cells.append(Cell(f"{opened:,}", asked.href("open", **now) if opened else "", "正在办"))
    for level, words in LEVEL_WORDS.items():
        n = getattr(cards, level)
        cells.append(Cell(f"{n:,}", asked.href(level, **now) if n else "", words))
    return tuple(cells)


def department_rows(asked: Asked, told: Read) -> tuple[Row, ...]:
    """Every department with something to tell, those that keep their promises least first, and the sum."""
    names = {int(key): name for key, name in asked.departments}
    lines = {line.key: line for line in told.departments}
    keys = {*lines, *told.open.departments, *told.cards.departments}
    found = [lines.get(key) or Line(key, names.get(key, ""), nothing()) for key in keys]

    def row(line: Line) -> Row:
        opened = told.open.of_department(line.key)
        cards = told.cards.of_department(line.key)
        return Row(
            line.name, _narrow(asked, department=line.key), _cells(asked, line, opened, cards, department=line.key)
        )

    rows = tuple(row(line) for line in sorted(found, key=_worst_first))
    return (*rows, _sum(asked, told)) if len(rows) > 1 else rows


def area_rows(asked: Asked, told: Read) -> tuple[Row, ...]:
    """Every area with something to tell, in the order of the division tree; nothing where there is one only."""
    rows = []
    for area in asked.areas:
        lines = [line for line in told.areas if area.first <= line.key <= area.last]
        opened = told.open.within(area)
        cards = told.cards.within(area)
        if lines or opened or cards != Cards():
            line = added(lines) if lines else Line(None, "", nothing())
            rows.append(Row(area.name, _narrow(asked, area=area.no), _cells(asked, line, opened, cards, area=area.no)))
    return (*rows, _sum(asked, told)) if len(rows) > 1 else tuple(rows)


def worst_items(asked: Asked, told: Read) -> tuple[Row, ...]:
    """The items with the most decisions beyond what was promised or what the law allows."""
    late = [line for line in told.options if line.of("overdue_promised") or line.of("overdue_statutory")]
    worst = sorted(late, key=lambda one: (-one.sums["overdue_statutory"], -one.sums["overdue_promised"], one.name))
    slugs = {key: slug for key, slug, _name in asked.options}
    rows = []
    for line in worst[:WORST]:
        own = {"item": slugs.get(line.key, "")}
        cells = [
            Cell(text_of(line.of(code), kind_of(indicator(code))), asked.href(drill, **own) if drill else "", words)
            for code, words, drill in _TABLE[1:5]
        ]
        rows.append(Row(line.name, _narrow(asked, **own), tuple(cells)))
    return tuple(rows)


def _sum(asked: Asked, told: Read) -> Row:
    opened, cards = told.open.whole, told.cards.whole
    return Row("合计", "", _cells(asked, told.whole, opened, cards))


def nothing() -> dict[str, int]:
    """Every measure, none of it."""
    return dict.fromkeys(MEASURES, 0)


def _worst_first(line: Line) -> tuple[float, float, str]:
    on_time = line.of("on_time")
    return (2.0 if on_time is None else float(on_time), -float(line.of("decided") or 0), line.name)


def _narrow(asked: Asked, **changes: Any) -> str:
    """The board itself, narrowed."""
    values = {
        "area": asked.area.no if asked.area else None,
        "department": asked.department,
        "item": asked.item,
        "span": asked.span,
        "day": asked.day.isoformat(),
        **changes,
    }
    kept = {name: value for name, value in values.items() if value not in (None, "")}
    return f"{reverse('desk:board')}?{urlencode(kept)}"


_LISTED = {
    "red": "red_cards",
    "yellow": "yellow_cards",
    "warning": "warnings",
    "timed": "decided",
    "deferred": "deferrals",
}


def definition_of(code: str) -> Indicator | None:
    """The figure that a list stands behind; None of clocks by their due day."""
    found = _LISTED.get(code, code)
    return indicator(found) if found in indicators_by_code() else None


def definitions() -> Sequence[Indicator]:
    """Every definition that the board follows."""
    shown = ("submitted", "decided", "open", "accept_in_time", "deemed_accepted", "on_time", "overdue_promised")
    more = ("overdue_statutory", "red_rate", "at_most_one", "mean_used", "data_late")
    return [indicator(code) for code in (*shown, *more, "red_cards", "yellow_cards", "warnings")]
