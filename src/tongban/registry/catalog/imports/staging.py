"""All rows of a workbook into a temporary table, each checked on the way; nothing of the catalogue is touched.

The tables live in the session and are gone when :func:`staged` ends, however it ends.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from tongban.ground.errors import Refusal
from tongban.registry.catalog import facets
from tongban.registry.catalog.imports import codes
from tongban.registry.catalog.imports.faults import Fault, Faults
from tongban.registry.catalog.imports.grid import Grid
from tongban.registry.catalog.imports.rows import ListedRow, Plan, read_row
from tongban.registry.catalog.imports.units import MAKE, Named, Units

MOST_ROWS = 500_000
BATCH = 1000
Progress = Callable[[int], None]
_COLUMNS: Mapping[str, str] = {
    '"row"': "int NOT NULL",
    "option_code": "text NOT NULL",
    "item_code": "text NOT NULL",
    "entry_code": "text NOT NULL",
    "item_type": "text NOT NULL",
    "domain": "text NOT NULL",
    "item_name": "text NOT NULL",
    "option_name": "text NOT NULL",
    "group_name": "text NOT NULL",
    "unit": "int NOT NULL",
    "region_id": "bigint NOT NULL",
    "slug": "text NOT NULL",
    "marked_slug": "text NOT NULL",
    "listing": "jsonb NOT NULL",
    "facets": "text[] NOT NULL",
}
_TABLES = ("import_verdict", "import_item", "import_unit", "import_stage")
_COPY = f"COPY import_stage ({', '.join(_COLUMNS)}) FROM STDIN"


@dataclass(frozen=True)
class World:
    """What rows are checked against: the region of the import, regions by code, departments, and the choices made.

    ``regions``: code -> (id, number); ``choices``: name as written -> id of a department, or :data:`units.MAKE`.
    """

    region_id: int
    region_no: int
    region_end_no: int
    regions: Mapping[str, tuple[int, int]]
    units: Units
    choices: Mapping[str, int | str] = field(default_factory=dict)
    make_all: bool = False
    """Every department that is not found is made."""


@dataclass
class Staged:
    """What was read: how many rows stand in ``import_stage``, whose they are, and what is wrong.

    ``matched``: name as written -> id of a department, None when it is to be made.
    """

    rows: int = 0
    faults: Faults = field(default_factory=Faults)
    notices: list[Fault] = field(default_factory=list)
    named: dict[str, Named] = field(default_factory=dict)
    matched: dict[str, int | None] = field(default_factory=dict)
    unmatched: list[Named] = field(default_factory=list)


@contextmanager
def staged(grid: Grid, plan: Plan, world: World, progress: Progress) -> Iterator[Staged]:
    """Read and check every row; inside the block the good ones stand in ``import_stage`` and ``import_unit``.

    :param progress: called with the number of rows read, at most once every :data:`BATCH` rows.
    """
    _make_tables()
    try:
        found = Staged()
        _read(grid, plan, world, found, progress)
        found.faults.extend(grid.faults)
        found.notices = list(grid.notices)
        _match(found, world)
        yield found
    finally:
        _drop_tables()


def _make_tables() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {', '.join(f'pg_temp.{name}' for name in _TABLES)}")
        columns = ", ".join(f"{name} {kind}" for name, kind in _COLUMNS.items())
        cursor.execute(f"CREATE TEMP TABLE import_stage ({columns})")
        cursor.execute("CREATE TEMP TABLE import_unit (unit int PRIMARY KEY, id bigint)")


def _drop_tables() -> None:
    """A transaction that failed takes them away itself when it is rolled back."""
    if connection.needs_rollback or not connection.is_usable():
        return
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {', '.join(f'pg_temp.{name}' for name in _TABLES)}")


@dataclass
class _Seen:
    """Rows by code, so that one code is told once, and an item is told alike in all its rows."""

    options: dict[str, int] = field(default_factory=dict)
    items: dict[str, tuple[int, int, int, str]] = field(default_factory=dict)


def _read(grid: Grid, plan: Plan, world: World, found: Staged, progress: Progress) -> None:
    seen, batch = _Seen(), list[tuple[Any, ...]]()
    read = 0
    try:
        for number, given in grid.rows:
            read += 1
            if read > MOST_ROWS:
                raise Refusal("import.rows", f"清单超过 {MOST_ROWS} 行", remedy="按部门或地区分成几个文件再导入")
            row, faults = read_row(plan, number, given)
            found.faults.extend(faults)
            if row is not None and (ready := _ready(row, plan, world, found, seen)):
                batch.append(ready)
            if len(batch) >= BATCH:
                _copy(batch)
                batch.clear()
            if read % BATCH == 0:
                progress(read)
    except Refusal as refusal:
        found.faults.add(Fault(0, "", refusal.sentence, refusal.remedy))
    _copy(batch)
    found.rows = read
    if not read:
        found.faults.add(Fault(0, "", "表头下面没有一行内容", "确认清单在第一张可见的工作表里，再上传"))
    progress(read)


def _ready(row: ListedRow, plan: Plan, world: World, found: Staged, seen: _Seen) -> tuple[Any, ...] | None:
    """The row for the staging table, or None when it disagrees with another row or with the region."""
    region_id, region_no = world.regions.get(row.region_code, (world.region_id, world.region_no))
    if not world.region_no <= region_no <= world.region_end_no:
        remedy = "选上级地区再导入，或删掉这一行"
        found.faults.add(_fault(plan, row, "region_code", f"地区 {row.region_code} 不在所选的地区里", remedy))
        return None
    named = found.named.setdefault(row.department, Named(len(found.named) + 1, row.department))
    named.rows += 1
    if row.department_code:
        named.codes[row.department_code] += 1
    elif hint := codes.department_code_in(row.item_code):
        named.hints[hint] += 1
    key = "option_code" if "option_code" in plan.fields else "item_code"
    if (earlier := seen.options.setdefault(row.option_code, row.row)) != row.row:
        sentence = f"编码 {row.option_code} 和第 {earlier} 行重复"
        found.faults.add(_fault(plan, row, key, sentence, "每个业务办理项一个编码：改正编码，或删掉重复的一行"))
        return None
    item = seen.items.setdefault(row.item_code, (row.row, named.number, region_id, row.entry_code))
    if item[1:] != (named.number, region_id, row.entry_code):
        sentence = f"同一个实施编码，这一行和第 {item[0]} 行的实施主体、地区或基本编码不一样"
        found.faults.add(_fault(plan, row, "item_code", sentence, "把同一事项的各行写成一致"))
        return None
    listing = row.listing
    return (
        row.row, row.option_code, row.item_code, row.entry_code, listing.item_type, listing.domain, row.item_name,
        row.option_name, row.group_name, named.number, region_id, *codes.slugs(row.option_code),
        json.dumps(listing.to_json(), ensure_ascii=False), facets.of_listing(listing),
    )  # fmt: skip


def _fault(plan: Plan, row: ListedRow, key: str, sentence: str, remedy: str) -> Fault:
    index = plan.fields.get(key)
    return Fault(row.row, "" if index is None else plan.headings[index], sentence, remedy)


def _copy(batch: list[tuple[Any, ...]]) -> None:
    if not batch:
        return
    with connection.cursor() as cursor, cursor.cursor.copy(_COPY) as copy:
        for row in batch:
            copy.write_row(row)


def _match(found: Staged, world: World) -> None:
    """Every department that the list names is known, is to be made, or is one fault that names its rows."""
    for named in found.named.values():
        choice = world.choices.get(named.name)
        unit = choice if isinstance(choice, int) else world.units.find(named.name, named.told_code, named.code)
        if choice != MAKE and unit is None and not world.make_all:
            found.unmatched.append(named)
            sentence = f"没有找到“{named.name}”这个部门，共 {named.rows} 行"
            found.faults.add(Fault(0, "", sentence, "在“核对部门”里选它是哪个部门，或新建这个部门"))
            continue
        found.matched[named.name] = unit if choice != MAKE else None
