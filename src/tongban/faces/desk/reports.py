"""Reports laid out for pages and files: cells as words, links down to cases, comma-separated values."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from tongban.ground import moment
from tongban.ground.policy import Principal, may_ever
from tongban.insight.indicators.definitions import Indicator
from tongban.insight.indicators.reports.report import Cell, Kept, Kind, Report, Table, Tile
from tongban.insight.indicators.selectors import Period, Scope
from tongban.registry.parties.models import Department

NOTHING = "—"
MOST_DIGITS = 18
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Shown:
    """A cell as it stands on the page; ``words`` is its column for narrow screens."""

    text: str
    href: str
    numeric: bool
    words: str


@dataclass(frozen=True)
class ShownTable:
    """A table as it stands on the page; ``rows`` are (first cell, the others)."""

    key: str
    caption: str
    note: str
    empty: str
    heads: tuple[tuple[str, bool], ...]
    rows: tuple[tuple[Shown, tuple[Shown, ...]], ...]
    next: str


@dataclass(frozen=True)
class ShownTile:
    """A figure with what it means."""

    definition: Indicator
    text: str
    unit: str
    href: str


@dataclass(frozen=True)
class Choice:
    """A period that one press chooses."""

    words: str
    first: str
    last: str
    current: bool


def text_of(value: Any, kind: Kind) -> str:
    """A value in words: shares with one decimal, times in Shanghai, a dash for nothing known."""
    if value is None or value == "":
        return NOTHING
    match kind:
        case "share":
            return f"{value * 100:.1f}%"
        case "mean":
            return f"{value:,.1f}"
        case "count":
            return f"{value:,}"
        case "day":
            return f"{value:%Y-%m-%d}"
        case "time":
            return f"{moment.local(value):%Y-%m-%d %H:%M:%S}"
        case _:
            return str(value)


class Layout:
    """Lays out one report for one person: where links lead depends on what is asked and on what one may open."""

    def __init__(self, principal: Principal, kept: Kept, query: Mapping[str, str]) -> None:
        self.opens_cases = may_ever(principal, "cases.case.view")
        self.kept = kept
        self.query = {name: query[name] for name in ("first", "last", "department") if query.get(name)}

    def tiles(self, report: Report) -> tuple[ShownTile, ...]:
        """The figures that stand alone."""
        return tuple(self._tile(one) for one in report.tiles)

    def _tile(self, one: Tile) -> ShownTile:
        text = text_of(one.value, one.kind)
        unit = one.indicator.unit if text != NOTHING else ""
        return ShownTile(one.indicator, text.rstrip("%"), unit, self._cases(one.drill, None, None, one.value))

    def tables(self, report: Report) -> tuple[ShownTable, ...]:
        """The tables."""
        return tuple(self._table(table) for table in report.tables)

    def _table(self, table: Table) -> ShownTable:
        rows = []
        for row in table.rows:
            cells = tuple(
                Shown(text_of(cell.value, cell.kind), self._href(cell), head.numeric, head.words)
                for cell, head in zip(row, table.heads, strict=True)
            )
            rows.append((cells[0], cells[1:]))
        heads = tuple((head.words, head.numeric) for head in table.heads)
        return ShownTable(table.key, table.caption, table.note, table.empty, heads, tuple(rows), table.next)

    def _href(self, cell: Cell) -> str:
        if cell.kind == "case" and cell.value and self.opens_cases:
            return f"{reverse('desk:case_find')}?{urlencode({'number': cell.value})}"
        return self._cases(cell.drill, cell.department, cell.option, cell.value)

    def _cases(self, drill: str, department: int | None, option: int | None, value: Any) -> str:
        if not drill or not value:
            return ""
        narrowed = {"list": drill, "department": department, "option": option}
        own = {name: one for name, one in narrowed.items() if one}
        return f"{reverse('desk:report_cases', args=[self.kept.code])}?{urlencode({**self.query, **own})}"


def periods(chosen: Period, today: date) -> tuple[Choice, ...]:
    """This month, the one before, this year."""
    first = today.replace(day=1)
    before = first - timedelta(days=1)
    known = (
        ("本月", Period(first, today)),
        ("上个月", Period(before.replace(day=1), before)),
        ("今年", Period(today.replace(month=1, day=1), today)),
    )
    return tuple(Choice(words, p.first.isoformat(), p.last.isoformat(), p == chosen) for words, p in known)


def department_of(asked: str) -> int | None:
    """A department of the address; None of anything else."""
    return int(asked) if asked.isdecimal() and len(asked) < MOST_DIGITS else None


def departments(scope: Scope) -> list[tuple[str, str]]:
    """The departments that may be chosen; one query."""
    if scope.department_id is not None:
        return []
    rows = Department.objects.filter(region__no__range=(scope.first_region, scope.last_region))
    return [(str(key), name) for key, name in rows.order_by("name").values_list("id", "name")]


def as_csv(kept: Kept, report: Report, period: Period, scope_words: str) -> bytes:
    """The whole report for a spreadsheet, with its definitions; UTF-8 with the mark that office programs want."""
    out = io.StringIO()
    lines = csv.writer(out)
    lines.writerow([kept.title, scope_words, f"{period.first} 至 {period.last}"])
    for one in report.tiles:
        lines.writerow([one.indicator.name, _plain(one.value, one.kind), one.indicator.unit])
    for table in report.tables:
        lines.writerow([])
        lines.writerow([table.caption])
        lines.writerow([head.words for head in table.heads])
        lines.writerows([_plain(cell.value, cell.kind) for cell in row] for row in table.rows)
    lines.writerow([])
    lines.writerow(["口径", report.note])
    for told in report.definitions:
        lines.writerow([told.name, told.unit, told.words, told.denominator, "；".join(told.source)])
    return out.getvalue().encode("utf-8-sig")


def _plain(value: Any, kind: Kind) -> Any:
    """A number stays a number; words that a spreadsheet would take for a formula are told to be words."""
    if value is None:
        return ""
    if kind in ("share", "mean"):
        return round(value, 4)
    if kind == "count":
        return value
    text = text_of(value, kind)
    return f"'{text}" if text.startswith(_FORMULA) else text
