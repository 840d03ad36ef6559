"""``./tongban rehearsal --from DIR --dir D``: make a city's rehearsal site, or start the one that is there.

Every step is repeated until its mark says that it is whole, so a run that was killed is simply run again. The mark of
the directory is written before anything else and never taken away; the city's own directory is only read.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from tongban.launch import marks
from tongban.launch.demo import HOST, only_one, serve, usable_port
from tongban.launch.environment import child_environment, enter
from tongban.launch.local_postgres import DATABASE, Database, cluster_of, database_of, ensure
from tongban.launch.outcome import GOOD, BadInput, Finding, print_json, say
from tongban.launch.places import REHEARSAL_FILE, is_rehearsal, state_directory
from tongban.launch.prepare import steps_needed
from tongban.launch.rehearsal import copying
from tongban.launch.roles import application_url

FURNISHED = "rehearsal_furnished"
LEFT_FROM_BEFORE = ("keys", "files", "anchors", "static", "people.json")


def run(arguments: list[str]) -> int:
    """Make what is missing, then serve until Ctrl-C (with ``--prepare-only``: do not)."""
    begun = time.monotonic()
    options = _parser().parse_args(arguments)
    if options.workers < 1:
        raise BadInput("--workers is a whole number from 1")
    if not options.dir:
        raise BadInput("a rehearsal needs a directory of its own", "./tongban rehearsal --from DIR --dir D")
    folder = Path(options.dir).expanduser().absolute()
    _refuse_foreign(folder)
    source = _source(options.source, folder)
    given = os.environ.pop("DATABASE_URL", None)  # it names the city's database, never the rehearsal's
    if source is None and (options.again or not is_rehearsal(folder)):
        raise BadInput("from which city?", "give its state directory: --from DIR")
    state = state_directory(str(folder))
    with only_one(state):
        if not is_rehearsal(state):
            _mark(state, source)
        if options.again:
            _begin_anew(state)
        database = _database(state)
        port = usable_port(options.port)
        environment = child_environment(state, database, demo=False)
        environment["TONGBAN_URL"] = options.url or f"http://{HOST}:{port}"
        _make(state, database, environment, source, given)
        if options.prepare_only:
            return _told(state, database, as_json=options.json)
        environment["DATABASE_URL"] = application_url(database)
        enter(environment)
        serve(database, state, port, options.workers, begun, demo=False)
    return GOOD


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="tongban rehearsal")
    parser.add_argument("--from", dest="source", help="state directory of the city (with DATABASE_URL: that database)")
    parser.add_argument("--dir", help="state directory of the rehearsal: empty, new, or a rehearsal already")
    parser.add_argument("--port", type=int, help="default: 8000 or the next free one")
    parser.add_argument("--url", help="address printed on papers, when a proxy stands before it")
    parser.add_argument("--again", action="store_true", help="forget everything that was rehearsed and carry over anew")
    parser.add_argument("--workers", type=int, default=1, help="web worker processes (default 1)")
    parser.add_argument("--prepare-only", action="store_true", help="make it and stop: nothing is served")
    parser.add_argument("--json", action="store_true", help="with --prepare-only: one object last")
    return parser


def _refuse_foreign(folder: Path) -> None:
    """Only a new or empty directory becomes a rehearsal; one that holds anything else is somebody's."""
    if folder.exists() and not folder.is_dir():
        raise BadInput(f"{folder} is not a directory")
    if folder.exists() and not is_rehearsal(folder) and any(folder.iterdir()):
        raise BadInput(f"{folder} is not empty and not a rehearsal", "give a new directory: --dir <new directory>")


def _source(given: str | None, folder: Path) -> Path | None:
    if given is None:
        return None
    source = Path(given).expanduser().absolute()
    if not source.is_dir():
        raise BadInput(f"{source} is not a directory", "give the state directory of the city's site: --from DIR")
    if source.resolve() == folder.resolve():
        raise BadInput("a rehearsal cannot be made from itself", "give it a directory of its own: --dir D")
    if is_rehearsal(source):
        raise BadInput(f"{source} is a rehearsal itself", "give the state directory of the city's real site")
    if not os.environ.get("DATABASE_URL") and not cluster_of(source).data.exists():
        raise BadInput(f"{source} holds no database", "give the directory of a site that was started, or DATABASE_URL")
    return source


def _mark(state: Path, source: Path | None) -> None:
    """From now on this directory is a rehearsal, whatever happens to this run; told anew at each carrying over."""
    at = datetime.now(UTC).isoformat(timespec="seconds")
    facts = {"rehearsal": True, "from": str(source) if source else "", "at": at}
    partial = state / f"{REHEARSAL_FILE}.part"
    partial.touch(mode=0o600)
    partial.write_text(json.dumps(facts, ensure_ascii=False))
    partial.replace(state / REHEARSAL_FILE)


def _begin_anew(state: Path) -> None:
    """Drop the rehearsal's database, keys and files. Refused for a database that is not a rehearsal's."""
    say("forgetting what was rehearsed", "清除上一次演练")
    database = ensure(state)
    _refuse_other_database(database)
    with psycopg.connect(database.url.replace(f"/{DATABASE}?", "/postgres?"), autocommit=True) as connection:
        connection.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(DATABASE)))
    for name in LEFT_FROM_BEFORE:
        path = state / name
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    state_directory(str(state))


def _database(state: Path) -> Database:
    database = ensure(state)
    _refuse_other_database(database)
    marks.write(database.url, "purpose", marks.REHEARSAL)
    return database


def _refuse_other_database(database: Database) -> None:
    """The database behind the mark is a rehearsal's, or has no table yet."""
    if marks.is_rehearsal_database(database.url):
        return
    with psycopg.connect(database.url) as connection:
        row = connection.execute("select count(*) from pg_tables where schemaname = 'public'").fetchone()
    if row and row[0]:
        raise BadInput("the database in this directory is not a rehearsal's", "give a new directory: --dir D")


def _make(state: Path, database: Database, environment: dict[str, str], source: Path | None, given: str | None) -> None:
    known = marks.read(database.url)
    if copying.DONE not in known:
        if source is None:
            raise BadInput("the rehearsal is not whole yet", "repeat with --from DIR")
        _mark(state, source)
        _prepare(environment, "schema")
        say(f"carrying over what {source} configured, nothing of its residents", "带入配置，不带任何办事人数据")
        city = Database(given, None) if given else database_of(source)
        rows = copying.carry(city.url, database.url)
        say(f"{rows} rows carried over", "已带入")
    if FURNISHED not in known:
        if source is not None:
            copying.copy_files(database.url, source / "files", state / "files")
        _prepare(environment, "migrate", "static", "furnish")
        marks.write(database.url, FURNISHED, "1")
    elif steps := steps_needed(database.url, state, cases=0):
        _prepare(environment, *steps)


def _prepare(environment: dict[str, str], *steps: str) -> None:
    command = [sys.executable, "-m", "tongban.launch", "prepare", *steps]
    code = subprocess.run(command, env=environment, stdout=sys.stderr, check=False).returncode
    if code < 0 or code == 130:
        raise KeyboardInterrupt
    if code:
        raise Finding(f"preparing failed ({', '.join(steps)}), exit {code}", "the lines above say why; then repeat")


def _told(state: Path, database: Database, *, as_json: bool) -> int:
    rows = int(marks.read(database.url)[copying.DONE])
    result: dict[str, Any] = {"ok": True, "dir": str(state), "rows": rows}
    if as_json:
        print_json(result)
    else:
        print(f"{state}: a rehearsal, {rows} rows carried over; start it with ./tongban rehearsal --dir {state}")
    return GOOD
