"""A whole site on a copy of the template: granian and the job process, as the demo runs them."""

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

START_SECONDS = 60


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
        port = self.url.rsplit(":", 1)[1]
        web = ["-m", "granian", "--interface", "wsgi", "--port", port, "--blocking-threads", "4", "--no-ws"]
        jobs = ["-c", JOBS]
        for arguments in ([*web, "--log-level", "warning", "tongban.config.wsgi:application"], jobs):
            log = (self.folder / f"{'web' if 'granian' in arguments else 'jobs'}.log").open("ab")
            process = subprocess.Popen([sys.executable, *arguments], env=self.environment, stdout=log, stderr=log)
            self.processes.append(process)
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
        for process in self.processes:
            process.send_signal(signal.SIGTERM)
        for process in self.processes:
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
        databases.drop(self.name)
        shutil.rmtree(self.folder, ignore_errors=True)


JOBS = """
import django, signal, threading
django.setup()
from tongban.ground.jobs import run_worker
from tongban.ground.ledger.consumers import run_forever
stop = threading.Event()
signal.signal(signal.SIGTERM, lambda *_: stop.set())
threads = [threading.Thread(target=work, args=(stop,)) for work in (run_worker, run_forever)]
[t.start() for t in threads]
stop.wait()
[t.join(10) for t in threads]
"""


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
