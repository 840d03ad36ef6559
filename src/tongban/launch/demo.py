"""``./tongban demo``: the demo city in the foreground; Ctrl-C stops web and jobs, the database stays.

The launcher imports the application once and forks web and jobs: they share its memory, and a killed one is back
within a fraction of a second because nothing has to be imported again.
"""

from __future__ import annotations

import argparse
import fcntl
import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tongban.launch import cluster as clusters
from tongban.launch import jobs_process, marks, web
from tongban.launch.environment import child_environment, enter
from tongban.launch.local_postgres import Database, database_of, ensure
from tongban.launch.outcome import GOOD, BadInput, Finding, Missing, say
from tongban.launch.places import is_rehearsal, state_directory
from tongban.launch.prepare import steps_needed
from tongban.launch.roles import application_url
from tongban.launch.supervisor import Supervisor, last_lines

HOST = "127.0.0.1"
FIRST_PORT = 8000
READY_SECONDS = 120
CASES = 400
RUN_FILE = "run.json"


def run(arguments: list[str]) -> int:
    """Prepare, start, say READY, stay. Two demos with different ``--dir`` live side by side."""
    begun = time.monotonic()
    options = _parser().parse_args(arguments)
    if options.cases < 1 or options.workers < 1:
        raise BadInput("--cases and --workers are whole numbers from 1")
    state = state_directory(options.dir)
    with only_one(state):
        say(f"state directory {state}", "数据目录")
        if is_rehearsal(state):  # told before a database is looked for
            raise BadInput(f"{state} is a rehearsal site", f"start it with ./tongban rehearsal --dir {state}")
        database = database_of(state)
        marks.refuse_mixed(state, database.url)
        marks.refuse_demo_beside_real_data(database.url)
        marks.write(database.url, "purpose", "demo")
        port = usable_port(options.port)
        environment = child_environment(state, database, demo=True)
        environment.setdefault("TONGBAN_URL", f"http://{HOST}:{port}")  # printed on the papers of the history too
        _prepare(environment, database, state, options.cases)
        environment["DATABASE_URL"] = application_url(database)
        if not options.quiet:
            environment["TONGBAN_CITY_LIVES_ON"] = "1"
        enter(environment)
        serve(database, state, port, options.workers, begun)
    return GOOD


def usable_port(wanted: int | None) -> int:
    """The port that is asked for, or the next free one."""
    port = wanted or free_port(FIRST_PORT)
    if not port_is_free(port):
        raise Missing(f"port {port} is taken", "leave --port out: the next free one is used")
    return port


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="tongban demo")
    parser.add_argument("--port", type=int, help=f"default: {FIRST_PORT} or the next free one")
    parser.add_argument("--dir", help="state directory (default: TONGBAN_DIR or var/ beside the project)")
    parser.add_argument("--cases", type=int, default=CASES, help=f"cases of history (default {CASES})")
    parser.add_argument("--quiet", action="store_true", help="the city stands still: nobody acts in the background")
    parser.add_argument("--workers", type=int, default=1, help="web worker processes (default 1)")
    return parser


@contextmanager
def only_one(state: Path) -> Iterator[None]:
    """One demo per state directory (a POSIX lock: forked children do not keep it)."""
    with (state / "demo.lock").open("w") as file:
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except (BlockingIOError, PermissionError):
            url = running_demo(state).get("url", "")
            raise Missing(
                f"a demo of {state} runs already {url}".rstrip(), "stop it with Ctrl-C, or use another --dir"
            ) from None
        yield


def running_demo(state: Path) -> dict[str, Any]:
    """What ``run.json`` says of the demo that runs on ``state`` (url, pids, port); empty when none runs."""
    try:
        facts: dict[str, Any] = json.loads((state / RUN_FILE).read_text())
        os.kill(int(facts["pids"]["demo"]), 0)
    except (OSError, ValueError, KeyError):
        return {}
    return facts


def _prepare(environment: dict[str, str], database: Database, state: Path, cases: int) -> None:
    steps = steps_needed(database.url, state, cases=cases)
    if not steps:
        return
    command = [sys.executable, "-m", "tongban.launch", "prepare", *steps, "--cases", str(cases)]
    code = subprocess.run(command, env=environment, stdout=sys.stderr, check=False).returncode
    if code < 0 or code == 130:
        raise KeyboardInterrupt
    if code:
        raise Finding(f"preparing failed ({', '.join(steps)}), exit {code}", "the lines above say why")


def serve(database: Database, state: Path, port: int, workers: int, begun: float, *, demo: bool = True) -> None:
    """Web and jobs of a prepared site until Ctrl-C, in an environment that is entered already; ``begun``: for READY."""
    url = f"http://{HOST}:{port}"
    facts = {"url": url, "port": port, "dir": str(state), "demo": demo, "database_url": os.environ["DATABASE_URL"]}

    def note(pids: dict[str, int]) -> None:
        _write_run_file(state, {**facts, "pids": {"demo": os.getpid(), **pids}})

    web.warm()
    supervisor = Supervisor(note, lambda: _keep_database(database, state))
    supervisor.listen()
    try:
        supervisor.add("web", lambda: web.serve(HOST, port, workers), state / "logs" / "web.log")
        supervisor.add("jobs", jobs_process.work, state / "logs" / "jobs.log")
        if _wait_until_ready(supervisor, url):
            print(f"READY {url} {time.monotonic() - begun:.1f}", flush=True)
            say(f"open {url} · Ctrl-C ends it, the database stays · logs in {state / 'logs'}", "请打开上面的地址")
            supervisor.run()
    finally:
        supervisor.stop_all()
        (state / RUN_FILE).unlink(missing_ok=True)
    say("stopped; the database still runs (./tongban db stop)", "已停止")


def _keep_database(database: Database, state: Path) -> None:
    """A local server that was killed is started again (acknowledged commits survive)."""
    if database.cluster and clusters.running_pid(database.cluster.data) is None:
        say("PostgreSQL ended and is started again", "数据库已重启")
        ensure(state)


def _write_run_file(state: Path, facts: dict[str, Any]) -> None:
    fresh = state / f"{RUN_FILE}.new"
    fresh.touch(mode=0o600)
    fresh.write_text(json.dumps(facts, ensure_ascii=False))
    fresh.replace(state / RUN_FILE)


def _wait_until_ready(supervisor: Supervisor, url: str) -> bool:
    """Poll /readyz; False when the person gave up, Missing when the web process keeps dying or never answers."""
    deadline = time.monotonic() + READY_SECONDS
    reason = ""
    while not supervisor.stopping:
        try:
            with urllib.request.urlopen(f"{url}/readyz", timeout=5):  # noqa: S310 - our own loopback address
                return True
        except urllib.error.HTTPError as error:
            reason = f"/readyz says {error.code}: {error.read()[:300].decode(errors='replace')}"
        except OSError as error:
            reason = str(error)
        supervisor.watch_once()
        supervisor.refuse_crash_loop()
        if time.monotonic() > deadline:
            log = supervisor.children[0].log
            raise Missing(f"the site does not become ready ({reason}): {last_lines(log)}", f"read {log}")
        time.sleep(0.05)
    return False


def port_is_free(port: int) -> bool:
    """Whether nobody listens on this port of the loopback address."""
    if not 0 < port < 65536:
        raise BadInput(f"--port {port}: a port is a number from 1 to 65535")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def free_port(first: int) -> int:
    """The first free port from ``first`` on."""
    for port in range(first, first + 200):
        if port_is_free(port):
            return port
    raise Missing(f"no free port between {first} and {first + 199}", "give one with --port")
