"""A whole site on a copy of the template: granian and the job process, as the demo runs them.

To start one takes seconds of both processors, so a worker keeps its own: each module gets it on a fresh copy of the
template, with job processes that were begun for it (``Site.renew``). A site that a test killed is not used again.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.support import databases
from tongban.launch import marks
from tongban.launch.places import REHEARSAL_FILE
from tongban.launch.web import THREADS

START_SECONDS = 60
WEB, JOBS = 0, 1
"""The two processes of a site."""


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Site:
    """A running site: its address, its folder, its database, and its two processes."""

    name: str
    url: str
    folder: Path
    database_url: str
    environment: dict[str, str]
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)
    killed: bool = False

    def people(self) -> dict[str, Any]:
        """The demo's sign-ins (``people.json``)."""
        found: dict[str, Any] = json.loads((self.folder / "people.json").read_text())
        return found

    def run(self, module: str) -> dict[str, Any]:
        """Run a module of the tests in a process on this site's database; its last line is JSON."""
        environment = self.environment | {"PYTHONPATH": f"{databases.ROOT / 'src'}:{databases.ROOT}"}
        made = subprocess.run(
            [sys.executable, "-m", module], env=environment, capture_output=True, text=True, check=False
        )
        if made.returncode:
            raise RuntimeError(made.stderr[-3000:])
        found: dict[str, Any] = json.loads(made.stdout.strip().splitlines()[-1])
        return found

    def start(self) -> None:
        """Start web and jobs, and wait until the site is ready."""
        self.processes = [self._begin(WEB), self._begin(JOBS)]
        self.wait()

    def _begin(self, part: int) -> subprocess.Popen[bytes]:
        port = self.url.rsplit(":", 1)[1]
        granian = [
            "-m",
            "granian",
            "--interface",
            "wsgi",
            "--port",
            port,
            "--blocking-threads",
            str(THREADS),
            "--no-ws",
        ]
        web = [*granian, "--log-level", "warning", "tongban.config.wsgi:application"]
        with (self.folder / f"{('web', 'jobs')[part]}.log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, *(web, ["-c", JOB_PROCESS])[part]],
                env=self.environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE if part == JOBS else log,
                stderr=log,
            )
        if part == JOBS:
            _ordered(process, b"begin")
        return process

    def kill(self, part: int) -> None:
        """Kill web or jobs as a crash would, with its workers."""
        process = self.processes[part]
        subprocess.run(["pkill", "-KILL", "-P", str(process.pid)], check=False)
        process.send_signal(signal.SIGKILL)
        process.wait(10)
        self.killed = True

    def begin_again(self, part: int) -> None:
        """Start what was killed, on the same port."""
        self.processes[part] = self._begin(part)
        self.wait()

    def renew(self) -> None:
        """The same site on a fresh copy of the template; what was under way is cut off."""
        _ordered(self.processes[JOBS], b"cut")
        databases.copy(self.name)
        _ordered(self.processes[JOBS], b"begin")
        self.wait()

    def wait(self) -> None:
        """Until /readyz answers."""
        end = time.perf_counter() + START_SECONDS
        while time.perf_counter() < end:
            try:
                with urllib.request.urlopen(f"{self.url}/readyz", timeout=2) as answer:
                    if answer.status == 200:
                        return
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
        raise RuntimeError(f"the site did not start:\n{(self.folder / 'web.log').read_text()[-3000:]}")

    def stop(self) -> None:
        """Stop both processes, drop the database, remove the folder."""
        self.processes[WEB].send_signal(signal.SIGTERM)
        if stdin := self.processes[JOBS].stdin:
            stdin.close()  # the end of its orders
        for process in self.processes:
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
            for pipe in (process.stdin, process.stdout):
                if pipe:
                    pipe.close()
        databases.drop(self.name)
        shutil.rmtree(self.folder, ignore_errors=True)


# Everything is imported once; each "begin" forks a process that works, "cut" kills it, the end of input ends it well.
JOB_PROCESS = """
import django, os, signal, sys, threading
django.setup()
from tongban.ground.jobs import run_worker
from tongban.ground.ledger.consumers import run_forever

def work():
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    threads = [threading.Thread(target=work, args=(stop,)) for work in (run_worker, run_forever)]
    [t.start() for t in threads]
    stop.wait()
    [t.join(10) for t in threads]

child = 0
for order in iter(sys.stdin.readline, ""):
    if order.strip() == "cut":
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        child = 0
    elif not (child := os.fork()):
        work()
        os._exit(0)
    print("done", flush=True)
if child:
    os.kill(child, signal.SIGTERM)
    os.waitpid(child, 0)
"""


def _ordered(process: subprocess.Popen[bytes], order: bytes) -> None:
    """The job process has done what it was told."""
    assert process.stdin is not None and process.stdout is not None
    process.stdin.write(order + b"\n")
    process.stdin.flush()
    if not process.stdout.readline():
        raise RuntimeError(f"the job process did not {order.decode()}: its log says why")


def make(label: str, *, rehearsal: bool = False) -> Site:
    """A site with its own database and folder (keys copied, because encrypted values need them).

    :param rehearsal: directory and database carry the marks of a rehearsal; the demo city stands in for the city's own.
    """
    name = f"tongban_site_{label}_{os.getpid()}"
    database_url = databases.copy(name)
    folder = Path(tempfile.mkdtemp(prefix="tongban-site-"))
    shutil.copytree(databases.state_dir(), folder, dirs_exist_ok=True)
    url = f"http://127.0.0.1:{free_port()}"
    environment = {
        **os.environ,
        "DATABASE_URL": database_url,
        "TONGBAN_DIR": str(folder),
        "TONGBAN_DEMO": "1",
        "TONGBAN_URL": url,
        "DJANGO_SETTINGS_MODULE": "tongban.config.settings",
        "PYTHONPATH": str(databases.ROOT / "src"),
    }
    if rehearsal:
        del environment["TONGBAN_DEMO"]
        (folder / REHEARSAL_FILE).write_text('{"rehearsal": true, "from": "", "at": ""}')
        marks.write(database_url, "purpose", marks.REHEARSAL)
    site = Site(name, url, folder, database_url, environment)
    site.start()
    return site
