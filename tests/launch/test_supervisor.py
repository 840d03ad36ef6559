"""Child processes: back at once after kill -9, patient with those who keep dying, gone at the end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.launch.conftest import environment
from tongban.launch.outcome import Missing
from tongban.launch.supervisor import Supervisor

STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(60)"


def _python(code: str) -> Callable[[], int]:
    """Work that becomes another program at once."""
    return lambda: os.execv(sys.executable, [sys.executable, "-S", "-c", code])


SLEEPER = _python("import time; time.sleep(60)")


def _watch_until(supervisor: Supervisor, condition: Callable[[], bool], seconds: float = 5.0) -> float:
    begun = time.monotonic()
    while not condition():
        assert time.monotonic() - begun < seconds, "waited too long"
        supervisor.watch_once()
        time.sleep(0.01)
    return time.monotonic() - begun


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_killed_child_is_back_within_a_second_under_a_new_number(tmp_path: Path) -> None:
    seen: list[dict[str, int]] = []
    supervisor = Supervisor(seen.append)
    supervisor.add("web", SLEEPER, tmp_path / "web.log")
    first = seen[-1]["web"]
    os.kill(first, signal.SIGKILL)
    assert _watch_until(supervisor, lambda: seen[-1]["web"] != first) < 1
    supervisor.stop_all()
    assert not _alive(seen[-1]["web"])


def test_grandchildren_die_with_a_killed_child(tmp_path: Path) -> None:
    code = (
        "import subprocess, sys, time; p = subprocess.Popen(['sleep', '60']); print(p.pid, flush=True); time.sleep(60)"
    )
    seen: list[dict[str, int]] = []
    supervisor = Supervisor(seen.append)
    log = tmp_path / "web.log"
    supervisor.add("web", _python(code), log)
    _watch_until(supervisor, lambda: log.read_text().strip() != "")
    grandchild = int(log.read_text().split()[0])
    os.kill(seen[-1]["web"], signal.SIGKILL)
    _watch_until(supervisor, lambda: len(seen) == 2)
    state = Path(f"/proc/{grandchild}/stat")
    _watch_until(supervisor, lambda: not state.exists() or ") Z " in state.read_text())
    supervisor.stop_all()


def test_a_child_that_keeps_dying_waits_longer_each_time_and_its_log_is_told(tmp_path: Path) -> None:
    supervisor = Supervisor(lambda _pids: None)
    supervisor.add("web", _python("import sys; sys.exit('no such setting')"), tmp_path / "web.log")
    child = supervisor.children[0]
    _watch_until(supervisor, lambda: child.deaths == 3, seconds=10)
    assert child.next_start - time.monotonic() > 0.5
    with pytest.raises(Missing, match="no such setting"):
        supervisor.refuse_crash_loop()
    supervisor.stop_all()


def test_a_second_signal_ends_a_child_that_does_not_listen(tmp_path: Path) -> None:
    seen: list[dict[str, int]] = []
    supervisor = Supervisor(seen.append)
    log = tmp_path / "jobs.log"
    supervisor.add("jobs", _python(STUBBORN), log)
    _watch_until(supervisor, lambda: "up" in log.read_text())
    supervisor.signals_seen = 2
    begun = time.monotonic()
    supervisor.stop_all()
    assert time.monotonic() - begun < 3
    assert not _alive(seen[-1]["jobs"])


def test_children_end_with_a_parent_that_was_killed(tmp_path: Path) -> None:
    code = (
        "import time; from pathlib import Path; from tongban.launch.supervisor import Supervisor\n"
        f"s = Supervisor(lambda pids: print(pids['jobs'], flush=True)); s.add('jobs', lambda: time.sleep(60), "
        f"Path({str(tmp_path / 'jobs.log')!r}))\ns.run()"
    )
    parent = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, env=environment())
    assert parent.stdout
    child = int(parent.stdout.readline())
    parent.kill()
    parent.wait()
    stat = Path(f"/proc/{child}/stat")
    deadline = time.monotonic() + 5
    while stat.exists() and ") Z " not in stat.read_text():
        assert time.monotonic() < deadline, "the child outlived its parent"
        time.sleep(0.02)
