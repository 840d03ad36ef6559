"""Keep forked child processes alive, forward the end, leave nothing behind."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from tongban.launch.forked import Forked, fork
from tongban.launch.outcome import Missing, say

TICK = 0.05
STOP_SECONDS = 12.0
CHORE_SECONDS = 0.5
CALM_SECONDS = 2.0
LONGEST_PAUSE = 15.0
LOG_BYTES = 5_000_000


@dataclass
class Child:
    """One kept process: its work, its log file, when it last started and how often it died soon after a start."""

    name: str
    work: Callable[[], int]
    log: Path
    process: Forked | None = None
    started: float = 0.0
    deaths: int = 0
    next_start: float = 0.0


@dataclass
class Supervisor:
    """Starts children in process groups of their own, restarts whoever dies, and does ``chore`` twice a second.

    Whoever lived for two seconds is restarted at once; deaths soon after a start wait 0, 0.5, 1, 2 ... 15 s.
    ``on_change`` is called with {name: pid} after each start.
    """

    on_change: Callable[[dict[str, int]], None]
    chore: Callable[[], None] = lambda: None
    children: list[Child] = field(default_factory=list)
    stopping: bool = False
    signals_seen: int = 0

    def add(self, name: str, work: Callable[[], int], log: Path) -> None:
        """Start one more child."""
        child = Child(name, work, log)
        self.children.append(child)
        self._start(child)

    def listen(self) -> None:
        """SIGINT and SIGTERM end the children; a second one ends them at once."""
        signal.signal(signal.SIGINT, self._told)
        signal.signal(signal.SIGTERM, self._told)

    def run(self) -> None:
        """Watch until told to stop, then stop everybody."""
        next_chore = 0.0
        while not self.stopping:
            self.watch_once()
            if time.monotonic() >= next_chore:
                self.chore()
                next_chore = time.monotonic() + CHORE_SECONDS
            time.sleep(TICK)
        self.stop_all()

    def watch_once(self) -> None:
        """Look once: note deaths, start who is due."""
        now = time.monotonic()
        for child in self.children:
            if child.process is None:
                if now >= child.next_start:
                    self._start(child)
                continue
            code = child.process.poll()
            if code is not None:
                self._bury(child, child.process, code, now)

    def stop_all(self) -> None:
        """SIGTERM to every group, SIGKILL to those who do not listen."""
        running = [child.process for child in self.children if child.process]
        for process in running:
            process.signal_group(signal.SIGTERM)
        deadline = time.monotonic() + STOP_SECONDS
        for process in running:
            while process.poll() is None and time.monotonic() < deadline and self.signals_seen < 2:
                time.sleep(TICK)
            process.signal_group(signal.SIGKILL)
            process.wait()

    def refuse_crash_loop(self) -> None:
        """While starting up: three deaths in a row of one child are a failure to tell, not to hide."""
        for child in self.children:
            if child.deaths >= 3:
                raise Missing(f"{child.name} does not start: {last_lines(child.log)}", f"read {child.log}")

    def _told(self, _number: int, _frame: FrameType | None) -> None:
        self.stopping = True
        self.signals_seen += 1

    def _start(self, child: Child) -> None:
        if child.log.exists() and child.log.stat().st_size > LOG_BYTES:
            child.log.replace(child.log.with_suffix(".old.log"))
        child.log.touch(mode=0o600)
        child.process = fork(child.work, child.log)
        child.started = time.monotonic()
        self.on_change({c.name: c.process.pid for c in self.children if c.process})

    def _bury(self, child: Child, process: Forked, code: int, now: float) -> None:
        process.signal_group(signal.SIGKILL)
        child.process = None
        child.deaths = 1 if now - child.started > CALM_SECONDS else child.deaths + 1
        child.next_start = now if child.deaths == 1 else now + min(0.5 * 2 ** (child.deaths - 2), LONGEST_PAUSE)
        if not self.stopping:
            say(f"{child.name} ended ({_described(code)}) and is started again", "进程已重启")


def last_lines(log: Path, count: int = 4) -> str:
    """The end of a log file, for an error message."""
    return " | ".join(log.read_text(errors="replace").splitlines()[-count:])[-800:] if log.exists() else ""


def _described(code: int) -> str:
    return f"signal {-code}" if code < 0 else f"exit {code}"
