"""Child processes made by fork: they start with everything that the parent has already imported."""

from __future__ import annotations

import os
import signal
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tongban.launch.parental import follow_parent


@dataclass
class Forked:
    """A running or ended child; ``code`` is its exit code, negative for the signal that ended it."""

    pid: int
    code: int | None = None

    def poll(self) -> int | None:
        """The exit code, or None while it runs."""
        if self.code is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.code = os.waitstatus_to_exitcode(status)
        return self.code

    def wait(self) -> int:
        """Wait for its end."""
        if self.code is None:
            _pid, status = os.waitpid(self.pid, 0)
            self.code = os.waitstatus_to_exitcode(status)
        return self.code

    def signal_group(self, number: signal.Signals) -> None:
        """Send a signal to the child and all its descendants (it leads a process group of its own)."""
        try:
            os.killpg(self.pid, number)
        except ProcessLookupError:
            return


def fork(work: Callable[[], int], log: Path) -> Forked:
    """Run ``work`` in a child whose output goes to ``log``; its return value is the exit code."""
    sys.stdout.flush()
    sys.stderr.flush()
    parent = os.getpid()
    pid = os.fork()
    if pid:
        _lead_own_group(pid)
        return Forked(pid)
    code = 1
    try:
        _lead_own_group(0)
        _redirect(log)
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_DFL)
        follow_parent(parent)
        code = work()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
        if isinstance(end.code, str):
            print(end.code, file=sys.stderr)
    except BaseException:
        traceback.print_exc()
        raise
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _lead_own_group(pid: int) -> None:
    """Done by parent and child, whoever comes first: a signal of the terminal must reach the parent only."""
    try:
        os.setpgid(pid, 0)
    except (PermissionError, ProcessLookupError):
        return


def _redirect(log: Path) -> None:
    output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for source, target in ((nothing, 0), (output, 1), (output, 2)):
        os.dup2(source, target)
