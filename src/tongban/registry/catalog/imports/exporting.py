"""The list as a workbook that imports again identically: one column for each field, and for what no field holds.

A text file guards cells that a spreadsheet would take for a formula; a workbook holds them as text anyway.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from tongban.registry.catalog.directory import Filters, ListedItem, entries
from tongban.registry.catalog.imports import codes, values
from tongban.registry.catalog.imports.cells import guarded
from tongban.registry.catalog.imports.headings import BY_KEY, other_heading
from tongban.registry.catalog.taxonomy import APPLICATION_MODES, DOMAINS, ITEM_TYPES, LIFE_STAGES, SCOPES
from tongban.registry.catalog.themes import THEMES

SHEET = "事项清单"
_Write = Callable[[ListedItem], str]


def _named(keys: tuple[str, ...], names: Mapping[str, str]) -> str:
    return "、".join(names.get(key, key) for key in keys)


def _number(n: int | None, unit: str) -> str:
    if n is None:
        return ""
    return "当场" if unit == "at_once" else str(n)


def _unit(n: int | None, unit: str) -> str:
    return "" if n is None or unit == "at_once" else values.UNITS.get(unit, unit)


_THEMES = {key: one.name for key, one in THEMES.items()}
_STAGES = {key: one.name for key, one in LIFE_STAGES.items()}
_COLUMNS: Mapping[str, _Write] = {
    "item_code": lambda one: one.item_code,
    "option_code": lambda one: one.option_code,
    "entry_code": lambda one: "" if one.entry_code.startswith(codes.LOCAL) else one.entry_code,
    "group_name": lambda one: one.group_name,
    "item_name": lambda one: one.item_name,
    "option_name": lambda one: one.name,
    "item_type": lambda one: ITEM_TYPES.get(one.listing.item_type, one.listing.item_type),
    "department": lambda one: one.department,
    "department_code": lambda one: "" if one.department_code.startswith(codes.WITHOUT_CODE) else one.department_code,
    "region_code": lambda one: one.region_code,
    "exercising_level": lambda one: one.listing.exercising_level,
    "domain": lambda one: DOMAINS[one.listing.domain].name if one.listing.domain in DOMAINS else one.listing.domain,
    "case_type": lambda one: values.CASE_TYPES.get(one.listing.case_type, one.listing.case_type),
    "audience": lambda one: _named(one.listing.audience, values.AUDIENCES),
    "statutory": lambda one: _number(one.listing.statutory_n, one.listing.statutory_unit),
    "statutory_unit": lambda one: _unit(one.listing.statutory_n, one.listing.statutory_unit),
    "promised": lambda one: _number(one.listing.promised_n, one.listing.promised_unit),
    "promised_unit": lambda one: _unit(one.listing.promised_n, one.listing.promised_unit),
    "limit_words": lambda one: one.listing.limit_words,
    "visits": lambda one: "" if one.listing.visits is None else str(one.listing.visits),
    "application_modes": lambda one: _named(one.listing.application_modes, APPLICATION_MODES),
    "online_depth": lambda one: _named(one.listing.online_depth, values.ONLINE_DEPTH),
    "service_scope": lambda one: SCOPES.get(one.listing.service_scope, one.listing.service_scope),
    "legal_basis": lambda one: "\n".join(one.listing.legal_basis),
    "conditions": lambda one: "\n".join(one.listing.conditions),
    "materials": lambda one: "\n".join(one.listing.materials),
    "flow": lambda one: "\n".join(one.listing.flow),
    "special_steps": lambda one: "、".join(one.listing.special_steps),
    "result": lambda one: one.listing.result,
    "fee": lambda one: one.listing.fee,
    "fee_basis": lambda one: one.listing.fee_basis,
    "address": lambda one: one.listing.address,
    "hours": lambda one: one.listing.hours,
    "phone": lambda one: one.listing.phone,
    "complaint": lambda one: one.listing.complaint,
    "online_url": lambda one: one.listing.online_url,
    "themes": lambda one: _named(one.listing.themes, _THEMES),
    "life_stages": lambda one: _named(one.listing.life_stages, _STAGES),
    "industries": lambda one: "、".join(one.listing.industries),
    "aliases": lambda one: "、".join(one.listing.aliases),
    "plain": lambda one: one.listing.plain,
    "system_of_record": lambda one: one.listing.system_of_record,
    "source": lambda one: one.listing.source,
}
"""Every field that an import fills, in the order of the workbook; read by ``rows`` it gives the same listing."""

HEADINGS: tuple[str, ...] = tuple(BY_KEY[key].label for key in _COLUMNS)


def record(one: ListedItem) -> dict[str, str]:
    """One row: heading -> text, without what no field holds."""
    return dict(zip(HEADINGS, (write(one) for write in _COLUMNS.values()), strict=True))


def full_record(one: ListedItem) -> dict[str, str]:
    """The same with the columns that no field holds."""
    return record(one) | {other_heading(heading): words for heading, words in one.listing.other}


def write(path: Path, region: tuple[int, int] | None, *, listed_only: bool = False) -> int:
    """Write the list of a region (an interval of numbers) to a ``.xlsx`` or ``.csv`` file; returns how many rows.

    :param listed_only: leave out what is handled on this platform.
    """
    filters = Filters(standing="listed" if listed_only else "")
    others = _other_headings(filters, region)
    headings = [*HEADINGS, *others]
    rows = (_full(full_record(one), headings) for one in entries(filters, region))
    return _write_text(path, headings, rows) if path.suffix.lower() == ".csv" else _write_workbook(path, headings, rows)


def _other_headings(filters: Filters, region: tuple[int, int] | None) -> list[str]:
    """Headings of columns that no field holds, in the order in which they first occur."""
    found: dict[str, None] = {}
    for one in entries(filters, region):
        found.update((other_heading(heading), None) for heading, _ in one.listing.other)
    return list(found)


def _full(row: Mapping[str, str], headings: list[str]) -> dict[str, str]:
    return {heading: row.get(heading, "") for heading in headings}


def _write_text(path: Path, headings: list[str], rows: Iterator[dict[str, str]]) -> int:
    count = 0
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(headings)
        for row in rows:
            writer.writerow([guarded(text) for text in row.values()])
            count += 1
    return count


def _write_workbook(path: Path, headings: list[str], rows: Iterator[dict[str, str]]) -> int:
    count = 0

    def counted() -> Iterator[dict[str, str]]:
        nonlocal count
        for row in rows:
            count += 1
            yield row
        if not count:
            yield dict.fromkeys(headings, "")

    import rustpy_xlsxwriter  # native code that no web process needs

    rustpy_xlsxwriter.write_worksheet(
        counted(), str(path), sheet_name=SHEET, freeze_row=1, bold_headers=True, autofilter=True
    )
    return count
