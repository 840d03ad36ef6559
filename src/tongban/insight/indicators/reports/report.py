"""What a report is: figures, tables and the words that define them, as plain data. Pages and files only lay it out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from tongban.insight.indicators.definitions import Indicator, indicator
from tongban.insight.indicators.selectors import Line, Period, Scope

Kind = Literal["text", "count", "share", "mean", "day", "time", "case"]
MOST_ROWS: Final = 50
"""Rows of a list on a page; a file holds up to :data:`MOST_IN_A_FILE`."""
MOST_IN_A_FILE: Final = 20_000
_KINDS: dict[str, Kind] = {"%": "share"}


@dataclass(frozen=True, slots=True)
class Cell:
    """One value, and the list of cases behind it (``selectors.DRILLS``), narrowed to a department or an option."""

    value: Any
    kind: Kind = "text"
    drill: str = ""
    department: int | None = None
    option: int | None = None


@dataclass(frozen=True, slots=True)
class Head:
    """A column: its words, whether it holds numbers, and the indicator that defines it."""

    words: str
    numeric: bool = False
    indicator: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under heads. ``note`` is what one must know to read it, ``empty`` what stands where there is no row."""

    key: str
    caption: str
    heads: tuple[Head, ...]
    rows: tuple[tuple[Cell, ...], ...]
    empty: str = "这段时间没有记录。"
    note: str = ""
    next: str = ""


@dataclass(frozen=True, slots=True)
class Tile:
    """A figure that stands alone."""

    indicator: Indicator
    value: float | int | None
    drill: str = ""

    @property
    def kind(self) -> Kind:
        """How it is written."""
        return kind_of(self.indicator)


@dataclass(frozen=True, slots=True)
class Report:
    """A whole report of a scope and period."""

    tiles: tuple[Tile, ...]
    tables: tuple[Table, ...]
    note: str = ""

    @property
    def definitions(self) -> tuple[Indicator, ...]:
        """Every definition that its figures follow, once."""
        named = [tile.indicator.code for tile in self.tiles]
        named += [head.indicator for table in self.tables for head in table.heads if head.indicator]
        return tuple(indicator(code) for code in dict.fromkeys(named))


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for. ``after``: key of the page before, of lists; ``limit``: rows of lists."""

    scope: Scope
    period: Period
    after: str = ""
    limit: int = MOST_ROWS


Builder = Callable[[Asked], Report]


@dataclass(frozen=True, slots=True)
class Kept:
    """A report of the house.

    :param requirement: what it answers. :param lead: one sentence of what it shows and what it does not.
    """

    code: str
    title: str
    lead: str
    requirement: str
    build: Builder


def kind_of(one: Indicator) -> Kind:
    """How a figure is written: a share, a mean with one decimal, or a whole number."""
    return "share" if one.unit == "%" else ("mean" if one.over else "count")


def tile(code: str, value: float | int | None, drill: str = "") -> Tile:
    """A figure of the definitions."""
    return Tile(indicator(code), value, drill)


def head(code: str) -> Head:
    """The column of a figure."""
    one = indicator(code)
    unit = "" if one.unit in ("件", "%") else f"（{one.unit}）"
    return Head(f"{one.name}{unit}", True, code)


def figures(line: Line, codes: Sequence[str], drills: dict[str, str], **narrowed: int) -> tuple[Cell, ...]:
    """The figures of a line; those with a list behind them lead there unless they are nothing."""
    cells = []
    for code in codes:
        value = line.of(code)
        drill = drills.get(code, "") if value else ""
        cells.append(Cell(value, kind_of(indicator(code)), drill, narrowed.get("department"), narrowed.get("option")))
    return tuple(cells)


def added(lines: Sequence[Line]) -> Line:
    """The sum of lines."""
    sums: dict[str, int] = {}
    for line in lines:
        for measure, n in line.sums.items():
            sums[measure] = sums.get(measure, 0) + n
    return Line(None, "合计", sums)


def by_departments(lines: Sequence[Line], codes: Sequence[str], drills: dict[str, str], caption: str) -> Table:
    """A table by department with the sum below."""
    rows = [(Cell(line.name), *figures(line, codes, drills, department=line.key)) for line in lines]
    if len(rows) > 1:
        rows.append((Cell("合计"), *figures(added(lines), codes, drills)))
    return Table("departments", caption, (Head("部门"), *map(head, codes)), tuple(rows))


def by_options(lines: Sequence[Line], codes: Sequence[str], drills: dict[str, str], caption: str) -> Table:
    """A table by item."""
    rows = tuple((Cell(line.name), *figures(line, codes, drills, option=line.key)) for line in lines)
    return Table("items", caption, (Head("事项"), *map(head, codes)), rows)
