"""``./tongban db ...``: start, stop, look, open a shell, dump, restore."""

from __future__ import annotations

import argparse
import os
import shutil
from pathlib import Path
from typing import Any

import psycopg

from tongban.launch import backup, restore
from tongban.launch import cluster as clusters
from tongban.launch.binaries import find_binaries
from tongban.launch.demo import running_demo
from tongban.launch.environment import replace_process
from tongban.launch.local_postgres import DATABASE, Database, cluster_of, database_of, locked, url_of
from tongban.launch.outcome import GOOD, MISSING, BadInput, Missing, print_json, say
from tongban.launch.places import state_directory


def run(arguments: list[str]) -> int:
    """Read the subcommand and do it; returns the exit code."""
    options = _parser().parse_args(arguments)
    if options.verb == "restore":
        return restore.restore(Path(options.file), options.dir, as_json=options.json)
    state = state_directory(options.dir)
    if options.verb == "dump":
        return backup.dump(state, Path(options.file), keys=not options.without_keys, as_json=options.json)
    if options.verb == "shell":
        return shell(state, options.rest)
    verbs = {"start": start, "stop": stop, "status": status}
    result = verbs[options.verb](state)
    if options.json:
        print_json(result)
    else:
        for name, value in result.items():
            print(f"{name}: {value}")
    return GOOD if result["running"] or options.verb == "stop" else MISSING


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="tongban db")
    verbs = parser.add_subparsers(dest="verb", required=True)
    for verb in ("start", "stop", "status", "shell", "dump", "restore"):
        sub = verbs.add_parser(verb)
        if verb in {"dump", "restore"}:
            sub.add_argument("file")
        if verb == "dump":
            sub.add_argument("--without-keys", action="store_true", help="leave the keys out; only their ids are named")
        if verb == "shell":
            sub.add_argument("rest", nargs="*", help="arguments of psql, after --")
        sub.add_argument("--dir", required=verb == "restore", help="state directory (default: TONGBAN_DIR or var/)")
        sub.add_argument("--json", action="store_true")
    return parser


def start(state: Path) -> dict[str, Any]:
    """Start the database (or greet the one of DATABASE_URL) and describe it."""
    return _described(database_of(state))


def stop(state: Path) -> dict[str, Any]:
    """Stop the local server; nothing to do is good too."""
    if os.environ.get("DATABASE_URL"):
        raise BadInput("DATABASE_URL names a server that we did not start", "stop it where it runs")
    if running_demo(state):
        raise BadInput("a running demo uses this database", "end the demo first (Ctrl-C)")
    with locked(state):
        stopped = clusters.stop(cluster_of(state))
    say("PostgreSQL stopped" if stopped else "PostgreSQL was not running", "数据库已停止")
    return {"running": False, "stopped": stopped}


def status(state: Path) -> dict[str, Any]:
    """What runs for this state directory, without starting anything."""
    if os.environ.get("DATABASE_URL"):
        return _described(database_of(state))
    cluster = cluster_of(state)
    pid = clusters.running_pid(cluster.data)
    if pid is None:
        return {"running": False, "data": str(cluster.data), "version": cluster.binaries.version, "remedy": "db start"}
    socket = clusters.socket_of_running(cluster.data) or cluster.sockets
    return _described(Database(url_of(socket, DATABASE), cluster))


def _described(database: Database) -> dict[str, Any]:
    with psycopg.connect(database.url, connect_timeout=10) as connection:
        row = connection.execute(
            "select current_setting('server_version'), pg_database_size(current_database()),"
            " (select count(*) from pg_stat_activity where backend_type = 'client backend'),"
            " current_setting('fsync')"
        ).fetchone()
    if row is None:
        raise Missing("PostgreSQL answered nothing")
    cluster = database.cluster
    return {
        "running": True,
        "url": _without_password(database.url),
        "version": row[0],
        "bytes": row[1],
        "connections": row[2],
        "fsync": row[3],
        "source": cluster.binaries.source if cluster else "DATABASE_URL",
        "data": str(cluster.data) if cluster else "",
        "pid": clusters.running_pid(cluster.data) if cluster else None,
        "log": str(cluster.log) if cluster else "",
    }


def _without_password(url: str) -> str:
    facts = psycopg.conninfo.conninfo_to_dict(url)
    if "password" not in facts:
        return url
    return " ".join(f"{name}={value}" for name, value in facts.items() if name != "password")


def shell(state: Path, rest: list[str]) -> int:
    """psql on the database, in place of this process."""
    database = database_of(state)
    binaries = database.cluster.binaries if database.cluster else find_binaries()
    program = shutil.which("psql") or binaries.program("psql")
    environment = clusters.clean_environment() if database.cluster else dict(os.environ)
    return replace_process([program, "-d", database.url, *rest], environment)
