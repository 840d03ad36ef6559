"""What the home page tells: the stream of life events, topics, departments, figures. Pure but for few small readers.

Every number comes from the one aggregate of the public list (``registry.catalog.directory``), kept until something is
published; nothing here reads whole versions. Figures of cases come from the roll-ups by day, never a count of cases.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise

from tongban.ground import moment
from tongban.insight.indicators.definitions import Indicator, indicator
from tongban.insight.indicators.rules import bucket_words
from tongban.insight.indicators.selectors import city_today
from tongban.registry.catalog import directory, facets
from tongban.registry.catalog.directory import CONFIGURED, Counts, Filters
from tongban.registry.catalog.taxonomy import LIFE_STAGES
from tongban.registry.catalog.themes import THEMES
from tongban.registry.parties.selectors import departments_by_id

ALL = Filters()
DEPARTMENTS = 10
HOT_WORDS = 5
PENSION_CHECK = "资格认证"
"""The item behind 社保认证, by what every city's list calls it."""
_WIDE, _HIGH, _LOW = 1200.0, 38.0, 102.0


@dataclass(frozen=True)
class Tile:
    """Something that leads to a list: its true number, and how many of it can be done here."""

    key: str
    name: str
    icon: str
    count: int
    here: int


@dataclass(frozen=True)
class Stream:
    """Life events along a current (ui.md): nodes with something behind them, and the line that they lie on."""

    audience: str
    nodes: tuple[Tile, ...]
    line: str
    """The path of the current in a picture 1200 wide and 210 high."""
    coming: tuple[str, ...]
    """Names of stages that nothing stands behind yet."""


@dataclass(frozen=True)
class DepartmentTile:
    """A department with the number of its items; its address is its credit code."""

    uscc: str
    name: str
    short_name: str
    count: int
    here: int


@dataclass(frozen=True)
class Figures:
    """What the catalogue proves of itself (open figures); ``as_of`` is when it was counted."""

    total: int
    here: int
    instant: int
    no_visit: int
    departments: int
    as_of: datetime


@dataclass(frozen=True)
class Works:
    """What the city did on a day that is over, and how well in the thirty days up to it (open figures)."""

    day: date
    submitted: int
    decided: int
    online_share: float | None
    online_percent: str
    median_words: str
    on_time_words: str
    definitions: tuple[Indicator, ...]


_WORKS = ("submitted", "decided", "online_share", "used_middle", "on_time")


def works() -> Works:
    """The figures of yesterday, out of the roll-ups; four queries."""
    told = city_today(moment.today() - timedelta(days=1))
    return Works(
        told.day,
        told.submitted,
        told.decided,
        told.online_share,
        f"{(told.online_share or 0) * 100:.0f}",
        "—" if told.median_days is None else bucket_words(told.median_days),
        "—" if told.on_time is None else f"{told.on_time * 100:.1f}%",
        tuple(map(indicator, _WORKS)),
    )


def stream(audience: str, stamp: str) -> Stream:
    """The stages of persons or of organisations."""
    tiles = stages(audience, stamp)
    found = tuple(tile for tile in tiles if tile.count)
    return Stream(audience, found, current_line(len(found)), tuple(tile.name for tile in tiles if not tile.count))


def stages(audience: str, stamp: str) -> tuple[Tile, ...]:
    """Every stage of an audience in its order, also those with nothing behind them."""
    everything, here = _numbers("stage", stamp)
    return tuple(
        Tile(one.key, one.name, one.icon, everything.get(one.key, 0), here.get(one.key, 0))
        for one in LIFE_STAGES.values()
        if one.audience == audience
    )


def themes(stamp: str, filters: Filters = ALL) -> tuple[Tile, ...]:
    """Themes that hold something, in the portal's order."""
    everything, here = _numbers("theme", stamp, filters)
    return tuple(
        Tile(one.key, one.name, one.icon, everything[one.key], here.get(one.key, 0))
        for one in THEMES.values()
        if everything.get(one.key)
    )


def departments(stamp: str, filters: Filters = ALL) -> tuple[DepartmentTile, ...]:
    """Every department that something stands under, most items first; one query."""
    everything, here = _numbers("department", stamp, filters)
    rows = departments_by_id(int(key) for key in everything)
    found = [
        DepartmentTile(row.uscc, row.name, row.short_name, everything[str(row.pk)], here.get(str(row.pk), 0))
        for row in rows
    ]
    return tuple(sorted(found, key=lambda one: (-one.here, -one.count, one.name)))


def _numbers(dimension: str, stamp: str, filters: Filters = ALL) -> tuple[dict[str, int], dict[str, int]]:
    """How many items stand under each choice of a dimension: all of them, and those that can be done here."""
    counted = directory.counts(filters, stamp)
    only_here = Filters(**{**_asked(filters), "standing": CONFIGURED})
    return dict(counted.by[dimension]), dict(directory.counts(only_here, stamp).by[dimension])


def _asked(filters: Filters) -> dict[str, str]:
    return {name: getattr(filters, name) for name in directory.DIMENSIONS}


def figures(stamp: str) -> Figures:
    """Numbers of the catalogue."""
    counted: Counts = directory.counts(Filters(), stamp)
    how = counted.by["how"]
    return Figures(
        counted.total,
        counted.by["standing"].get(CONFIGURED, 0),
        how.get(facets.INSTANT, 0),
        how.get(facets.NO_VISIT, 0),
        len(counted.by["department"]),
        moment.now(),
    )


def current_line(nodes: int) -> str:
    """The current through ``nodes`` places that lie high and low in turn, as an SVG path; empty without nodes."""
    if not nodes:
        return ""
    step = _WIDE / nodes
    points = [(step * (place + 0.5), _HIGH if place % 2 == 0 else _LOW) for place in range(nodes)]
    line = [f"M0 60C{step * 0.2:.0f} 30 {step * 0.3:.0f} {_HIGH:.0f} {points[0][0]:.0f} {_HIGH:.0f}"]
    for (left, above), (right, below) in pairwise(points):
        middle = (left + right) / 2
        line.append(f"C{middle:.0f} {above:.0f} {middle:.0f} {below:.0f} {right:.0f} {below:.0f}")
    last, height = points[-1]
    line.append(f"C{last + step * 0.2:.0f} {height:.0f} {last + step * 0.3:.0f} {height + 8:.0f} {_WIDE:.0f} 70")
    return "".join(line)
