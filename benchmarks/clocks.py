"""Open clocks by the million: read again after a calendar import, and the board over them.

``./tongban bench clocks [--rows N]`` prints one JSON object last. ``all_written_seconds`` is the worst case, in which
every clock has moved and is written anew; its floor is a bare UPDATE of as many rows and columns in the same table.
``import_seconds`` is the ordinary case, a new year over the same clocks. ``board_ms`` is the median wall time of the
cards and first lines of the board of the whole city; its floor is one bare count over the rows that it groups.
``urgency_ms`` counts the running clocks by their due day; its floor is one bare count of those due within the week.
``department_ms`` is all of that for one department, ``list_ms`` the slowest of the lists behind the numbers.

Works on a throw-away copy of the demo database; the clocks are invented: kinds, limits and days mixed, one in eight
with a pause of its own (so that its history is like no other), 3 of 100 overdue.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

SEED = 20261122
MIX: tuple[tuple[str, int, str, int], ...] = (
    ("promised", 5, "working_day", 14),
    ("promised", 10, "working_day", 16),
    ("promised", 18, "working_day", 10),
    ("statutory", 20, "working_day", 25),
    ("statutory", 30, "working_day", 8),
    ("statutory", 60, "calendar_day", 4),
    ("joint", 45, "working_day", 4),
    ("acceptance", 5, "working_day", 6),
    ("step", 3, "working_day", 7),
    ("delivery", 10, "working_day", 4),
    ("correction", 30, "calendar_day", 2),
)
"""Kind, limit, unit, share."""
COLUMNS = (
    "id, subject_kind, subject_id, kind, key, state, started_on, due_on, due_at, provisional, history,"
    " calendar_version, warn_at, yellow_at, red_at, next_at, told, ended_at, region_no, department_id"
)
TOWNSHIPS = 100
SWEPT = 1000


def note(text: str) -> None:
    """A progress line."""
    print(f"· {text}", flush=True)


def places() -> tuple[list[int], list[int]]:
    """Region numbers (a hundred townships added) and department ids."""
    from tongban.registry.parties.models import Department, Region

    county = Region.objects.get(no=1400)
    made = [
        Region(
            code=f"3399229{n:05d}",
            name=f"第{n}镇",
            level="township",
            no=1401 + n // 2,
            end_no=1401 + n // 2,
            parent=county,
        )
        for n in range(0, TOWNSHIPS, 2)
    ]
    Region.objects.bulk_create(made, ignore_conflicts=True)
    return list(Region.objects.values_list("no", flat=True)), list(Department.objects.values_list("id", flat=True))


def histories(chance: random.Random, today: date) -> Iterator[tuple[str, str]]:
    """Kind and history of one invented clock after another; a case has its promise and its statutory clock in turn."""
    kinds = random.Random(SEED).choices(MIX, [share for *_, share in MIX], k=100_000)
    place = 0
    while True:
        kind, n, unit, _ = kinds[place % len(kinds)]
        place += 1
        length = n * 7 / 5 if unit == "working_day" else n
        start = today - timedelta(days=int(chance.random() * 1.03 * length))
        steps: list[list[Any]] = [["start", start.isoformat(), "", "", "", 0, ""]]
        if chance.random() < 0.125:
            pause = str(uuid.UUID(int=chance.getrandbits(128)))
            stopped = start + timedelta(days=chance.randint(0, 3))
            steps.append(["suspend", stopped.isoformat(), "", "expert_review", pause, 0, "行政许可法第四十五条"])
            if chance.random() < 0.8:
                resumed = stopped + timedelta(days=chance.randint(1, 20))
                steps.append(["resume", resumed.isoformat(), "", "", pause, 0, ""])
        yield (
            kind,
            json.dumps({"spec": [n, unit, "依据", False, True, None, False], "steps": steps}, ensure_ascii=False),
        )


def in_order(number: int) -> uuid.UUID:
    """Ids that increase, as those of the product do (UUIDv7)."""
    return uuid.UUID(int=(0x019A_0000_0000 + number // 40 << 80) | 0x7 << 76 | number)


def lines(rows: int, regions: list[int], departments: list[int]) -> Iterator[str]:
    """The clocks for COPY, computed with the calendar in force; equal ones once. Asks the database nothing."""
    from tongban.ground import moment
    from tongban.ground.calendars import selectors
    from tongban.procedures.work.cards import Moments, rule_of
    from tongban.procedures.work.clocks import columns, reached

    chance, now, today = random.Random(SEED), moment.now(), moment.today()
    calendar, rule = selectors.current(), rule_of(today)
    known: dict[tuple[str, str], str] = {}
    for number, (kind, history) in enumerate(islice(histories(chance, today), rows)):
        middle = known.get((kind, history))
        if middle is None:
            read = columns(kind, json.loads(history), calendar, rule)
            told = reached(Moments(read.warn_at, read.yellow_at, read.red_at), now)
            started_on, level = json.loads(history)["steps"][0][1], told[-1][0] if told else ""
            values = [read.state, started_on, read.due_on, read.due_at, read.provisional, history]
            values += [read.calendar_version, read.warn_at, read.yellow_at, read.red_at, read.next_at, level]
            middle = known[kind, history] = "\t".join("\\N" if v is None else str(v) for v in values)
        place = f"{regions[number % len(regions)]}\t{departments[number // 7 % len(departments)]}"
        yield f"{in_order(number)}\tbench\t{in_order(number // 2)}\t{kind}\t\t{middle}\t\\N\t{place}\n"


def fill(rows: int) -> None:
    """Write the clocks by COPY."""
    import psycopg
    from django.db import connection

    from tongban.ground.calendars import selectors

    made = lines(rows, *places())
    selectors.current()  # held from here on: nothing may be asked while a COPY runs
    with (
        psycopg.RawCursor(connection.connection) as cursor,
        cursor.copy(f"COPY work_clockrow ({COLUMNS}) FROM STDIN") as copy,
    ):
        while block := "".join(islice(made, 10_000)):
            copy.write(block)
    run("VACUUM (ANALYZE) work_clockrow")


def run(sql: str) -> list[tuple[Any, ...]]:
    """Run plain SQL."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(sql)
        return list(cursor.fetchall()) if cursor.description else []


def wall(function: Callable[[], object]) -> float:
    """Seconds that a call takes."""
    start = time.perf_counter()
    function()
    return time.perf_counter() - start


def cpu(function: Callable[[], object]) -> float:
    """Seconds of CPU that a call takes here and in the backend of our connection; other loads do not count."""
    from django.db import connection

    from benchmarks.cases import Meter

    connection.ensure_connection()
    with Meter(connection.connection.info.backend_pid) as meter:
        function()
    return meter.own + meter.server


def board_figures() -> dict[str, Any]:
    """The board's readers of clocks and bare counts of what they read, in turn; medians in milliseconds."""
    from tongban.ground import moment
    from tongban.ground.policy import Principal
    from tongban.insight.supervision import selectors
    from tongban.insight.supervision.rules import LEVELS, URGENCIES
    from tongban.registry.parties.models import Department

    head = Principal(kind="staff", roles=frozenset({"supervisor"}), region_no=1000, region_end_no=1999)
    scope, now = selectors.scope_of(head), moment.now()
    narrow = scope.narrowed(Department.objects.order_by("id").values_list("id", flat=True)[0])
    week = selectors.bounds(now)["week"][1].isoformat()
    carded = "SELECT count(*) FROM work_clockrow WHERE state = 'running' AND told <> ''"
    within = f"SELECT count(*) FROM work_clockrow WHERE state = 'running' AND due_at < '{week}'"

    def board(of: selectors.Scope) -> None:
        _ = selectors.cards(of).whole
        selectors.worst(of)
        selectors.nearest(of, now)

    def department() -> None:
        board(narrow)
        selectors.urgency(narrow, now)

    readers: dict[str, Callable[[], object]] = {
        "board": lambda: board(scope),
        "bare_count": lambda: run(carded),
        "urgency": lambda: selectors.urgency(scope, now),
        "bare_due_count": lambda: run(within),
        "department": department,
        **{f"list_{level}": partial(selectors.carded, scope, level) for level in LEVELS},
        **{f"list_{which}": partial(selectors.clocks, scope, which, now) for which in (*URGENCIES, "ahead")},
    }
    taken: dict[str, list[float]] = {name: [] for name in readers}
    for _ in range(21):
        for name, reader in readers.items():
            taken[name].append(wall(reader))
    medians = {name: round(1000 * statistics.median(seconds), 2) for name, seconds in taken.items()}
    note(f"board, milliseconds: {json.dumps(medians)}")
    return {
        **{f"{name}_ms": ms for name, ms in medians.items() if not name.startswith("list_")},
        "list_ms": max(ms for name, ms in medians.items() if name.startswith("list_")),
        "board_to_bare_count": round(medians["board"] / medians["bare_count"], 2),
        "carded": run(carded)[0][0],
        "due_within_the_week": run(within)[0][0],
    }


def recompute_figures() -> dict[str, Any]:
    """Every clock wrong, then an import over right ones; the floor between."""
    from tests.ground.calendars import files

    from tongban.ground.calendars import services
    from tongban.procedures.work import recompute

    bare = wall(
        lambda: run(
            "UPDATE work_clockrow SET state = state, due_on = due_on, due_at = due_at + interval '1 us',"
            " calendar_version = 'floor', warn_at = warn_at, next_at = next_at + interval '1 us', told = told"
        )
    )
    run("VACUUM (ANALYZE) work_clockrow")
    note(f"a bare UPDATE of every row {bare:.1f} s")
    found: list[recompute.Recomputed] = []
    busy: list[float] = []
    every = wall(lambda: busy.append(cpu(lambda: found.append(recompute.recompute()))))
    run("VACUUM (ANALYZE) work_clockrow")
    note(f"all of them written anew in {every:.1f} s: {found[0]}")
    services.import_calendar(files.own(), source="2027.json")
    seconds = wall(lambda: busy.append(cpu(lambda: found.append(recompute.recompute()))))
    note(f"recomputed after an import in {seconds:.1f} s: {found[1]}")
    return {
        "all_written_seconds": round(every, 2),
        "all_written_cpu_seconds": round(busy[0], 2),
        "all_written": found[0].changed,
        "bare_update_seconds": round(bare, 2),
        "all_written_to_bare_update": round(every / bare, 2),
        "import_seconds": round(seconds, 2),
        "import_cpu_seconds": round(busy[1], 2),
        "import_changed": found[1].changed,
        "import_moved": found[1].moved,
        "left": found[0].left + found[1].left,
    }


def measure(rows: int) -> dict[str, Any]:
    """Fill, then the board, the recomputation, the sweep."""
    from tongban.ground.calendars import services

    services.adopt_shipped()
    note(f"{rows} clocks written in {wall(lambda: fill(rows)):.0f} s")
    figures = board_figures() | recompute_figures()
    return {"rows": rows, **figures, "sweep_per_second": round(sweep_rate(SWEPT))}


def sweep_rate(clocks: int) -> float:
    """Clocks a second of a sweep that records a warning for each (a ledger event and a transaction of its own)."""
    from tests.procedures.work.rows import a_clock, a_subject, at

    from tongban.ground import moment
    from tongban.procedures.work import sweep

    run("UPDATE work_clockrow SET next_at = NULL WHERE next_at < '2030-01-01'")
    for _ in range(clocks):
        a_clock(a_subject(), "statutory", date(2026, 6, 1), 4)
    with moment.at(at(date(2026, 6, 5))):
        seconds = wall(lambda: sweep.run(600))
    return clocks / seconds


def main() -> int:
    """Prepare a throw-away database, measure, print JSON last."""
    parser = argparse.ArgumentParser(prog="tongban bench clocks")
    parser.add_argument("--rows", type=int, default=1_000_000)
    options = parser.parse_args()
    from tests.support import databases

    name = f"tongban_bench_{os.getpid()}"
    os.environ["TONGBAN_TEST_SERVER"] = databases.server_url()
    os.environ["DATABASE_URL"] = databases.copy(name)
    os.environ.update(
        TONGBAN_DIR=str(databases.state_dir()), TONGBAN_DEMO="1", DJANGO_SETTINGS_MODULE="tongban.config.settings"
    )
    import django

    django.setup()
    try:
        result = measure(options.rows)
    finally:
        from django.db import connections

        connections.close_all()
        databases.drop(name)
    print(json.dumps(result))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
