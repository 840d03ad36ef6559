"""Eight acts of a case life through the services, beside the same rows by raw psycopg, in alternating rounds.

``./tongban bench cases [--lives N] [--rounds N]`` prints one JSON object last: CPU milliseconds a life of this process
(``cpu_ms_per_case``) and of PostgreSQL's backend (``postgres_ms_per_case``), and ``ratio_to_psycopg`` = ours divided by
the floor, both summed over the two processes. Acts: submit, accept, three steps of two departments with the join,
decide, issue, deliver: permission, clocks, tasks, papers' rows, chain and notification included; sealing is not an act.

It works on a throw-away copy of the demo database and never touches the demo itself.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import random
import statistics
import sys
import time
import uuid
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

WARM = 5
TICKS = os.sysconf("SC_CLK_TCK")


def backend_cpu(pid: int) -> float:
    """CPU seconds of a PostgreSQL backend (Linux /proc); 0 when the server is on another machine."""
    try:
        parts = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(parts[11]) + int(parts[12])) / TICKS


class Meter:
    """CPU of this process and of one backend between two readings."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.own, self.server = 0.0, 0.0

    def __enter__(self) -> Meter:
        self._server = backend_cpu(self.pid)
        self._own = time.process_time()
        return self

    def __exit__(self, *_: object) -> None:
        self.own += time.process_time() - self._own
        self.server += backend_cpu(self.pid) - self._server


class Lives:
    """Lives through the product's services."""

    def __init__(self) -> None:
        from tests.support import builders

        from tongban.demo import history, names, samples, stories
        from tongban.ground import moment

        self.builders, self.slug = builders, names.ROAD_SLUG
        self.who, self.clerk = builders.resident(), builders.clerk()
        facts = history.person_facts(self.who, None)
        self.answers = stories.answers(self.slug, random.Random(5), facts, moment.today())
        wanted = samples.wanted(self.slug, self.answers)
        self.files = {c: [str(samples.file_for(c, self.answers, self.who.account_id))] for c in wanted}
        self.holders: dict[int, Any] = {}

    def holder(self, post_id: int) -> Any:
        """Who holds a post: looked up once, as a session holds its principal."""
        if post_id not in self.holders:
            self.holders[post_id] = self.builders.holder_of(post_id)
        return self.holders[post_id]

    def draft(self) -> uuid.UUID:
        """A complete draft (not an act)."""
        from tongban.procedures.cases import drafts
        from tongban.procedures.cases.models import Draft

        made = drafts.start_draft(self.who, self.slug)
        drafts.save_draft(self.who, made.id, made.revision, self.answers)
        Draft.objects.filter(id=made.id).update(files=self.files)
        return made.id

    def live(self, meter: Meter) -> None:
        """One life; only the eight acts are metered."""
        from tongban.ground.documents.models import Document
        from tongban.procedures.cases import services
        from tongban.procedures.cases.loading import load

        draft_id = self.draft()
        with meter:
            case_id = services.submit(self.who, draft_id).id
        with meter:
            services.accept(self.clerk, case_id, points=("材料齐全",))
        while tasks := load(case_id).open_tasks("handle", "examine"):
            holder = self.holder(tasks[0].post_id)
            with meter:
                services.complete_step(holder, case_id, task_id=tasks[0].id, verdict="pass", text="符合条件,同意")
        approver = self.holder(load(case_id).open_tasks("decide")[0].post_id)
        with meter:
            services.decide(approver, case_id, outcome="granted")
        file_id = self.files[next(iter(self.files))][0]
        Document.objects.filter(subject_id=case_id).update(
            state="sealed", file_id=file_id, content_hash="0" * 64, sealed_at="2026-01-01T00:00:00Z"
        )
        with meter:
            services.issue(case_id)
        with meter:
            services.deliver(self.who, case_id, mode="portal")


FLOOR_SCHEMA = """
CREATE TABLE IF NOT EXISTS floor_case (id uuid PRIMARY KEY, number text, state text, seq int, data text);
CREATE TABLE IF NOT EXISTS floor_row (id uuid PRIMARY KEY, case_id uuid, kind text, body text, at timestamptz);
CREATE INDEX IF NOT EXISTS floor_row_case ON floor_row (case_id);
"""
FLOOR_ACTS = ((7, 0), (6, 2), (2, 1), (2, 1), (3, 2), (6, 4), (1, 1), (1, 3))
"""Rows inserted and updated by each of the eight acts of ours (events included)."""


class Floor:
    """The same number of rows by hand-written psycopg: no permission, no rules, no chain, no load."""

    def __init__(self, connection: Any) -> None:
        self.connection = connection
        connection.execute(FLOOR_SCHEMA)

    def live(self, meter: Meter) -> None:
        """One life of eight commits."""
        case_id, first, body = uuid.uuid4(), [], "x" * 300
        with meter:
            for number, (inserts, updates) in enumerate(FLOOR_ACTS):
                with self.connection.transaction():
                    if number == 0:
                        self.connection.execute(
                            "INSERT INTO floor_case VALUES (%s, %s, 'submitted', 1, %s)", (case_id, str(case_id), body)
                        )
                    else:
                        self.connection.execute(
                            "UPDATE floor_case SET state = %s, seq = seq + 1 WHERE id = %s", ("s", case_id)
                        )
                    for _ in range(inserts):
                        key = uuid.uuid4()
                        first.append(key)
                        self.connection.execute(
                            "INSERT INTO floor_row VALUES (%s, %s, 'k', %s, now())", (key, case_id, body)
                        )
                    for index in range(updates):
                        self.connection.execute("UPDATE floor_row SET kind = 'd' WHERE id = %s", (first[index],))


def measure(lives: int, rounds: int) -> dict[str, Any]:
    """Alternate rounds of both ways and report medians."""
    import psycopg
    from django.db import connection

    connection.ensure_connection()
    ours_pid = connection.connection.info.backend_pid
    plain = psycopg.connect(os.environ["DATABASE_URL"], autocommit=True)
    floor, ours = Floor(plain), Lives()
    for _ in range(WARM):  # prepared statements and caches, as in a worker that has served for a minute
        ours.live(Meter(ours_pid))
        floor.live(Meter(plain.info.backend_pid))
    gc.collect()
    gc.freeze()  # as the web process does after its imports
    found: list[tuple[float, float, float, float, float]] = []
    for number in range(rounds):
        mine, least = Meter(ours_pid), Meter(plain.info.backend_pid)
        start = time.perf_counter()
        for _ in range(lives):
            ours.live(mine)
        wall = time.perf_counter() - start
        for _ in range(lives):
            floor.live(least)
        ratio = (mine.own + mine.server) / (least.own + least.server)
        found.append((mine.own, mine.server, least.own, least.server, ratio))
        print(f"round {number + 1}: ours {1000 * mine.own / lives:.2f} + {1000 * mine.server / lives:.2f} ms, "
              f"floor {1000 * least.own / lives:.2f} + {1000 * least.server / lives:.2f} ms, "
              f"{lives / wall:.0f} lives/s with preparation", flush=True)  # fmt: skip
    plain.close()
    middle = [statistics.median(column) for column in zip(*found, strict=True)]
    per_case = [round(1000 * value / lives, 3) for value in middle[:4]]
    return {
        "lives": lives * rounds,
        "acts": 8,
        "cpu_ms_per_case": per_case[0],
        "postgres_ms_per_case": per_case[1],
        "floor_cpu_ms_per_case": per_case[2],
        "floor_postgres_ms_per_case": per_case[3],
        "ratio_to_psycopg": round(middle[4], 2),
    }


def main() -> int:
    """Prepare a throw-away database, measure, print JSON last."""
    parser = argparse.ArgumentParser(prog="tongban bench cases")
    parser.add_argument("--lives", type=int, default=60)
    parser.add_argument("--rounds", type=int, default=5)
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
        result = measure(options.lives, options.rounds)
    finally:
        from django.db import connections

        connections.close_all()
        databases.drop(name)
    print(json.dumps(result))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
