"""``./tongban import``: a year of the State Council's arrangement, or a list of items (``listing``).

Reads our own layout, holiday-cn's JSON and CSV. Nothing is loaded by half; the same file again changes nothing.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tongban.launch import listing
from tongban.launch.environment import child_environment, enter
from tongban.launch.local_postgres import database_of
from tongban.launch.outcome import BAD_INPUT, FINDING, GOOD, BadInput, print_json, say
from tongban.launch.places import state_directory

if TYPE_CHECKING:
    from tongban.ground.calendars.services import Imported
    from tongban.ground.errors import Refusal


def run(arguments: list[str]) -> int:
    """Exit 0 imported or nothing to do, 1 a confirmed year would change, 2 faults in the file, 3 no database."""
    options = _parser().parse_args(arguments)
    if options.subject == "items":
        return listing.import_items(options)
    try:
        raw = options.file.read_bytes()
    except OSError as error:
        raise BadInput(f"{options.file}: {error.strerror}", "give a JSON or CSV file") from error
    state = state_directory(options.dir)
    enter(child_environment(state, database_of(state)))
    import django

    django.setup()
    from tongban.ground.errors import Refusal

    try:
        found = _import(options, raw)
    except Refusal as refusal:
        return _refused(refusal, as_json=options.json)
    return _done(found, options.dry_run, as_json=options.json)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="tongban import")
    subjects = parser.add_subparsers(dest="subject", required=True)
    sub = subjects.add_parser("calendar")
    sub.add_argument("file", type=Path)
    sub.add_argument("--notice", default="", help="number of the notice, when the file gives only its address")
    sub.add_argument("--replace", action="store_true", help="a confirmed year may change")
    sub.add_argument("--dry-run", action="store_true", help="say what would change, write nothing")
    sub.add_argument("--dir")
    sub.add_argument("--json", action="store_true")
    listing.add_import(subjects.add_parser("items"))
    return parser


def _import(options: argparse.Namespace, raw: bytes) -> Imported:
    from tongban.ground.calendars import services
    from tongban.ground.ledger.chain import Actor

    return services.import_calendar(
        raw,
        source=options.file.name,
        actor=Actor(kind="system", role="operator", channel="command"),
        notice=options.notice,
        replace=options.replace,
        dry_run=options.dry_run,
    )


def _refused(refusal: Refusal, *, as_json: bool) -> int:
    from tongban.ground.errors import Refusals

    items = refusal.items if isinstance(refusal, Refusals) else (refusal,)
    for item in items:
        print(item.sentence + (f"。{item.remedy}" if item.remedy else ""), file=sys.stderr)
    if as_json:
        faults = [
            {"code": item.code, "place": item.field, "sentence": item.sentence, "remedy": item.remedy} for item in items
        ]
        print_json({"ok": False, "faults": faults})
    return FINDING if refusal.code == "calendar.year_confirmed" else BAD_INPUT


def _done(found: Imported, dry_run: bool, *, as_json: bool) -> int:
    plan, version = found.plan, found.version
    for remark in plan.remarks:
        say(remark)
    if as_json:
        print_json(_told(found, dry_run))
    elif plan.empty:
        print("nothing to do: these years are in the calendar already  没有变化")
    else:
        print("years 年份:", *(*plan.added, *plan.changed))
        for moved in plan.moved:
            print(moved.words)
        print("dry run: nothing was written  只是试算，没有写入" if version is None else f"version 版本 {version}")
    return GOOD


def _told(found: Imported, dry_run: bool) -> dict[str, Any]:
    plan, version = found.plan, found.version
    return {
        "ok": True,
        "changed": not plan.empty,
        "dry_run": dry_run,
        "number": version.number if version else None,
        "version": version.name if version else None,
        "added": list(plan.added),
        "replaced": list(plan.changed),
        "moved": [{"day": one.day, "works": one.works, "name": one.name} for one in plan.moved],
        "remarks": list(plan.remarks),
    }
