"""Die with the parent: a killed launcher must not leave servers behind."""

from __future__ import annotations

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def follow_parent(parent: int) -> None:
    """Ask the kernel for SIGTERM when the parent ends, in this process and in every process forked from it.

    ``parent`` is the process that must live: if it ended before the kernel could be asked, this one ends at once.
    """
    _ask_for(signal.SIGTERM)
    if os.getppid() != parent:
        os.kill(os.getpid(), signal.SIGTERM)
    os.register_at_fork(after_in_child=lambda: _ask_for(signal.SIGTERM))


def die_with_parent() -> None:
    """For a child that must not survive its parent by a moment (``preexec_fn``): SIGKILL."""
    _ask_for(signal.SIGKILL)


def _ask_for(number: signal.Signals) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, int(number), 0, 0, 0)
