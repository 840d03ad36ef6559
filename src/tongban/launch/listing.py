"""``./tongban import items FILE`` and ``./tongban export items FILE``: lists of items in and out of the catalogue."""

from __future__ import annotations

import argparse
import json
import sys
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tongban.launch.environment import child_environment, enter
from tongban.launch.local_postgres import database_of
from tongban.launch.outcome import BAD_INPUT, FINDING, GOOD, BadInput, print_json, say
from tongban.launch.places import state_directory

if TYPE_CHECKING:
    from tongban.ground.errors import TongbanError
    from tongban.registry.catalog.imports.runs import Order, Outcome
    from tongban.registry.parties.models import Region

SHOWN = 40
FORMATS = (".xlsx", ".csv")


def add_import(parser: argparse.ArgumentParser) -> None:
    """The arguments of ``import items``."""
    parser.add_argument("file", type=Path, nargs="?", help="a workbook or text file of items")
    parser.add_argument("--region", default="", help="code of the region that the list belongs to")
    parser.add_argument("--map", type=Path, help="JSON: columns, left_out, departments, source")
    parser.add_argument("--dry-run", action="store_true", help="check every row, write nothing")
    parser.add_argument("--undo", metavar="ID", help="take a whole import back")
    parser.add_argument("--dir")
    parser.add_argument("--json", action="store_true")


def import_items(options: argparse.Namespace) -> int:
    """Exit 0 imported or nothing to do, 1 rows are wrong (nothing was imported) or cannot be undone, 2 no such file,
    region or map, 3 no database."""
    if not options.undo and (options.file is None or not options.file.is_file()):
        raise BadInput(f"{options.file}: there is no such file", "give a workbook (.xlsx, .xls, .ods) or a text file")
    chosen = _map_of(options.map)
    _open_database(options.dir)
    from tongban.ground.errors import TongbanError

    try:
        return _undo(options) if options.undo else _import(options, chosen)
    except TongbanError as error:
        return _refused(error, as_json=options.json)


def _map_of(path: Path | None) -> dict[str, Any]:
    """The choices of a map file: {columns: {field: heading}, left_out: [heading], departments: {name: short name or
    "make"} or "make" for all, source: words}."""
    if path is None:
        return {}
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BadInput(f"{path}: {error}", "give a JSON file, see docs/how-to/import-items.md") from error
    unknown = set(found) - {"columns", "left_out", "departments", "source"} if isinstance(found, dict) else {"?"}
    if unknown:
        raise BadInput(
            f"{path}: not understood: {', '.join(sorted(unknown))}", "keys: columns, left_out, departments, source"
        )
    return dict(found)


def _open_database(directory: str | None) -> None:
    state = state_directory(directory)
    enter(child_environment(state, database_of(state)))
    import django

    django.setup()


def _import(options: argparse.Namespace, chosen: dict[str, Any]) -> int:
    from tongban.ground.ledger.chain import Actor
    from tongban.registry.catalog.imports import services

    order = _order(options, chosen)
    actor = Actor(kind="system", role="operator", channel="command")
    outcome, import_id = services.run(options.file, order, actor, _progress, dry_run=options.dry_run)
    print(file=sys.stderr)
    return _done(outcome, import_id, options)


def _order(options: argparse.Namespace, chosen: dict[str, Any]) -> Order:
    from tongban.registry.catalog.imports.runs import Order

    region = _region(options.region)
    named = chosen.get("departments", {})
    return Order(
        region,
        options.file.name,
        source=str(chosen.get("source", ""))[:100],
        mapping=dict(chosen.get("columns", {})),
        left_out=tuple(chosen.get("left_out", ())),
        departments={} if named == "make" else {name: _department(one, region) for name, one in named.items()},
        make_all=named == "make",
    )


def _region(code: str) -> Region:
    """The region of a code; without one the highest that there is."""
    from tongban.registry.parties.models import Region

    rows = Region.objects.order_by("no")
    found = rows.filter(code=code).first() if code else rows.first()
    if found is None:
        known = ", ".join(f"{key} {name}" for key, name in rows.values_list("code", "name")[:12])
        raise BadInput(f"there is no region {code!r}", f"one of: {known or 'none yet, load the regions first'}")
    return found


def _department(told: str, region: Region) -> int | str:
    from tongban.registry.catalog.imports.units import MAKE
    from tongban.registry.parties.models import Department

    if told == MAKE:
        return MAKE
    rows = Department.objects.all()
    found = rows.filter(uscc=told).first() or rows.filter(name=told).first()
    found = found or rows.filter(short_name=told, region__no__range=(region.no, region.end_no)).first()
    if found is None:
        raise BadInput(f"map: there is no department {told!r}", 'give its name, short name or credit code, or "make"')
    return int(found.pk)


def _progress(rows: int) -> None:
    if sys.stderr.isatty():
        print(f"\r· {rows} rows 行", end="", file=sys.stderr, flush=True)


def _done(found: Outcome, import_id: uuid.UUID | None, options: argparse.Namespace) -> int:
    for notice in found.notices[:SHOWN]:
        say(notice.words)
    if len(found.notices) > SHOWN:
        say(f"{len(found.notices) - SHOWN} more remarks", "还有其他说明")
    for fault in found.faults[:SHOWN]:
        print(fault.words, file=sys.stderr)
    if found.faults_total > SHOWN:
        print(f"一共 {found.faults_total} 处错误，这里是前 {SHOWN} 处", file=sys.stderr)
    if options.json:
        print_json(_told(found, import_id, dry_run=options.dry_run))
    elif found.good:
        print(_summary(found, import_id, dry_run=options.dry_run))
    else:
        print(f"nothing was imported: {found.faults_total} faults  有错，没有导入")
    return GOOD if found.good else FINDING


def _summary(found: Outcome, import_id: uuid.UUID | None, *, dry_run: bool) -> str:
    counts = found.counts
    numbers = (
        f"rows {found.rows}: new 新增 {counts.created}, changed 更新 {counts.changed},"
        f" unchanged 未变 {counts.unchanged}, skipped 跳过 {counts.skipped}"
    )
    if dry_run:
        return f"{numbers}\ndry run: nothing was written  只是核对，没有写入"
    if import_id is None:
        return f"{numbers}\nnothing to do: the catalogue says the same  没有变化"
    return f"{numbers}\nimport {import_id}  to undo 撤销: ./tongban import items --undo {import_id}"


def _told(found: Outcome, import_id: uuid.UUID | None, *, dry_run: bool) -> dict[str, Any]:
    return {
        "ok": found.good,
        "import": str(import_id) if import_id else None,
        "dry_run": dry_run,
        "rows": found.rows,
        "created": found.counts.created,
        "changed": found.counts.changed,
        "unchanged": found.counts.unchanged,
        "skipped": found.counts.skipped,
        "departments_made": len(found.departments),
        "unmatched": list(found.unmatched),
        "faults_total": found.faults_total,
        "faults": [fault.to_json() for fault in found.faults],
        "notices": [notice.to_json() for notice in found.notices],
    }


def _undo(options: argparse.Namespace) -> int:
    from tongban.ground.ledger.chain import Actor
    from tongban.registry.catalog.imports import services

    try:
        key = uuid.UUID(options.undo)
    except ValueError as error:
        raise BadInput(
            f"{options.undo!r} is no id of an import", "it was printed when the list was imported"
        ) from error
    done = services.take_back(key, Actor(kind="system", role="operator", channel="command"))
    if options.json:
        print_json({"ok": True, "import": str(key), "restored": done.restored, "retired": done.retired})
    else:
        print(f"undone 已撤销: restored 恢复 {done.restored}, taken out 移出 {done.retired}")
    return GOOD


def _refused(error: TongbanError, *, as_json: bool) -> int:
    from tongban.ground.errors import NotFound, Refusals

    items = error.items if isinstance(error, Refusals) else (error,)
    for item in items:
        print(item.sentence + (f"。{item.remedy}" if item.remedy else ""), file=sys.stderr)
    if as_json:
        faults = [{"code": item.code, "sentence": item.sentence, "remedy": item.remedy} for item in items]
        print_json({"ok": False, "faults": faults})
    return BAD_INPUT if isinstance(error, NotFound) else FINDING


def export(arguments: list[str]) -> int:
    """``./tongban export items FILE``: exit 0 written, 2 no such format, folder or region, 3 no database."""
    parser = argparse.ArgumentParser(prog="tongban export")
    subjects = parser.add_subparsers(dest="subject", required=True)
    sub = subjects.add_parser("items")
    sub.add_argument("file", type=Path, help=".xlsx or .csv")
    sub.add_argument("--region", default="", help="code of a region; everything when left out")
    sub.add_argument("--listed", action="store_true", help="leave out what is handled on this platform")
    sub.add_argument("--dir")
    sub.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    if options.file.suffix.lower() not in FORMATS:
        raise BadInput(f"{options.file}: unknown format", "end the name with .xlsx or .csv")
    if not options.file.absolute().parent.is_dir():
        raise BadInput(f"{options.file.parent}: there is no such folder")
    _open_database(options.dir)
    from tongban.registry.catalog.imports import exporting

    region = _region(options.region) if options.region else None
    interval = (region.no, region.end_no) if region else None
    count = exporting.write(options.file, interval, listed_only=options.listed)
    if options.json:
        print_json({"ok": True, "rows": count, "file": str(options.file)})
    else:
        print(f"{count} items 项 → {options.file}")
    return GOOD
