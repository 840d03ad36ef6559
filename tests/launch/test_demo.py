"""The whole demo: READY, back after kill -9 of web, jobs and PostgreSQL, a clean end that leaves the database."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.launch.conftest import discard, environment, last_object, run_tongban
from tongban.launch import cluster as clusters
from tongban.launch.local_postgres import cluster_of

pytestmark = pytest.mark.slow


class Demo:
    """A running demo and what it said."""

    def __init__(self, state: Path) -> None:
        self.state = state
        command = [sys.executable, "-m", "tongban.launch", "demo", "--dir", str(state), "--cases", "1", "--quiet"]
        self.errors = (state.parent / f"{state.name}.err").open("w+")
        self.process = subprocess.Popen(
            command, env=environment(), stdout=subprocess.PIPE, stderr=self.errors, text=True, process_group=0
        )
        assert self.process.stdout
        line = self.process.stdout.readline().split()
        self.errors.seek(0)
        assert line[:1] == ["READY"], self.errors.read()[-2000:]
        self.url, self.seconds = line[1], float(line[2])

    def facts(self) -> dict[str, Any]:
        facts: dict[str, Any] = json.loads((self.state / "run.json").read_text())
        return facts

    def seconds_until(self, pid_name: str, old: int) -> float:
        """Until a new process of this name serves."""
        begun = time.monotonic()
        while time.monotonic() - begun < 30:
            if self.facts()["pids"][pid_name] != old and self.answers():
                return time.monotonic() - begun
            time.sleep(0.01)
        raise AssertionError(f"{pid_name} did not come back")

    def answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/readyz", timeout=5):
                return True
        except OSError:
            return False

    def end(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(timeout=40)
        self.errors.close()
        Path(self.errors.name).unlink()
        return code


@pytest.fixture(scope="module")
def city() -> Iterator[Path]:
    """One state directory for the whole module: the first test prepares it, the others find it."""
    folder = Path(tempfile.mkdtemp(prefix="tongban-demo-", dir="/tmp"))
    yield folder
    discard(folder)


@pytest.fixture
def demo(city: Path) -> Iterator[Demo]:
    """A demo that runs on the city's directory."""
    running = Demo(city)
    yield running
    if running.process.poll() is None:
        running.process.kill()
        running.process.wait()


def _pss_megabytes(pid: int) -> int:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) // 1024


def test_a_demo_comes_back_after_every_kill_and_ends_cleanly(demo: Demo) -> None:
    pids = demo.facts()["pids"]
    worker = int(Path(f"/proc/{pids['web']}/task/{pids['web']}/children").read_text().split()[0])
    assert _pss_megabytes(worker) <= 160

    os.kill(pids["web"], signal.SIGKILL)
    assert demo.seconds_until("web", pids["web"]) < 15, "about 0.5 s on a quiet machine"
    os.kill(pids["jobs"], signal.SIGKILL)
    assert demo.seconds_until("jobs", pids["jobs"]) < 15

    cluster = cluster_of(demo.state)
    postmaster = clusters.running_pid(cluster.data)
    assert postmaster
    os.kill(postmaster, signal.SIGKILL)
    deadline = time.monotonic() + 30
    while clusters.running_pid(cluster.data) in {None, postmaster} or not demo.answers():
        assert time.monotonic() < deadline, "PostgreSQL did not come back"
        time.sleep(0.05)

    refused = run_tongban("demo", "--dir", str(demo.state))
    assert (refused.returncode, refused.stdout) == (3, "")
    assert run_tongban("db", "stop", "--dir", str(demo.state)).returncode == 2

    assert demo.end() == 0
    assert not (demo.state / "run.json").exists()
    assert not demo.answers()
    assert clusters.running_pid(cluster.data), "the database stays"
    verified = run_tongban("verify", "ledger", "--json", "--dir", str(demo.state))
    assert verified.returncode == 0, verified.stderr
    assert last_object(verified)["ok"] is True


def test_a_second_start_has_nothing_to_prepare(demo: Demo) -> None:
    assert demo.end() == 0
    again = Demo(demo.state)
    try:
        again.errors.seek(0)
        words = again.errors.read()
        assert "migrat" not in words
        assert "building" not in words
        assert again.seconds < 60, "about 4 s on a quiet machine"
    finally:
        assert again.end() == 0


def test_a_killed_launcher_takes_its_children_along(demo: Demo) -> None:
    demo.process.kill()
    demo.process.wait()
    deadline = time.monotonic() + 15
    while demo.answers():
        assert time.monotonic() < deadline, "the web process outlived its launcher"
        time.sleep(0.1)
    demo.errors.close()
    Path(demo.errors.name).unlink()


def test_nothing_acknowledged_is_lost_or_doubled_when_web_and_database_are_killed_in_the_middle(demo: Demo) -> None:
    walk = [sys.executable, "-m", "tongban.launch", "walk", "--loop", "--seconds", "25", "--dir", str(demo.state)]
    walking = subprocess.Popen([*walk, "--json"], env=environment(), stdout=subprocess.PIPE, text=True)
    cluster = cluster_of(demo.state)
    kills = 0
    for _ in range(3):
        time.sleep(5)
        os.kill(demo.facts()["pids"]["web"], signal.SIGKILL)
        time.sleep(2)
        postmaster = clusters.running_pid(cluster.data)
        if postmaster:
            os.kill(postmaster, signal.SIGKILL)
            kills += 1
    said, _ = walking.communicate(timeout=120)
    result = json.loads(said.strip().splitlines()[-1])
    assert walking.returncode == 0, result
    assert result["ok"] is True
    assert kills
    assert result["cases"], "at least one matter came to its end between the kills"
    verified = run_tongban("verify", "ledger", "--json", "--dir", str(demo.state))
    assert last_object(verified)["ok"] is True
    assert demo.end() == 0
