"""The one Django process before the web and jobs processes: migrate, collect static files, load the demo city.

Called by the launcher with the steps whose hash changed; each step writes its mark only after it succeeded.
"""

from __future__ import annotations

import argparse
import json
import os
from pathlib import Path

from tongban.launch import marks
from tongban.launch.outcome import GOOD, say

STATIC_MARK = ".hash"


def steps_needed(url: str, state: Path, *, cases: int) -> list[str]:
    """Which steps have work to do, judged without Django by three hashes (``cases=0``: no demo city is wanted)."""
    known = marks.read(url)
    steps = []
    if known.get("migrations") != marks.migrations_hash():
        steps.append("migrate")
    static = state / "static" / STATIC_MARK
    if not static.exists() or static.read_text() != marks.static_hash():
        steps.append("static")
    if cases and int(known.get("seed", "-1")) < cases:
        steps.append("seed")
    return steps


def run(arguments: list[str]) -> int:
    """``prepare STEP... [--cases N]`` in an environment that the launcher has set."""
    parser = argparse.ArgumentParser(prog="tongban prepare")
    parser.add_argument("steps", nargs="+", choices=("schema", "migrate", "static", "seed", "rebase", "furnish"))
    parser.add_argument("--cases", type=int, default=0)
    options = parser.parse_args(arguments)
    import django

    django.setup()
    url, state = os.environ["DATABASE_URL"], Path(os.environ["TONGBAN_DIR"])
    if "schema" in options.steps:
        _make_tables()
    if "furnish" in options.steps:  # the ledger's first event comes before that of the calendar
        _furnish_rehearsal(url, state)
    if "migrate" in options.steps:
        _migrate(url)
    if "rebase" in options.steps:
        _rebase_ledger()
    if "static" in options.steps:
        _collect_static(state)
    if "seed" in options.steps:
        _load_demo(url, options.cases)
    return GOOD


def _make_tables() -> None:
    from django.core.management import call_command

    say("bringing the database up to date", "升级数据库结构")
    call_command("migrate", interactive=False, verbosity=0)


def _migrate(url: str) -> None:
    _make_tables()
    _adopt_calendar()
    marks.write(url, "migrations", marks.migrations_hash())


def _adopt_calendar() -> None:
    """The calendar that ships with the house is stored, unless the city has imported one of its own."""
    from tongban.ground.calendars.services import adopt_shipped

    adopt_shipped()


def _rebase_ledger() -> None:
    """After a restore the server counts its transactions anew; the ledger's readers keep their places."""
    from tongban.ground.ledger.restore import rebase

    rebase()


def _collect_static(state: Path) -> None:
    from django.core.management import call_command

    say("collecting style sheets and scripts", "收集静态文件")
    call_command("collectstatic", interactive=False, verbosity=0, clear=True)
    (state / "static").mkdir(exist_ok=True)
    (state / "static" / STATIC_MARK).write_text(marks.static_hash())


def _load_demo(url: str, cases: int) -> None:
    from tongban.demo.load import load

    say(f"building 云溪市 with {cases} cases of history", "生成演示数据")
    load(cases=cases)
    marks.write(url, "seed", str(cases))


def _furnish_rehearsal(url: str, state: Path) -> None:
    from tongban.demo.rehearsal import furnish
    from tongban.launch.rehearsal.copying import SEALS

    say("making seals, trainees and the search index of the rehearsal", "制作演练用印章和学员")
    furnish(json.loads(marks.read(url)[SEALS]), state / "rehearsal.json")
