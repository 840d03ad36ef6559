"""What follows a deed, in the same simulated moment: papers are sealed, messages written, the system's own acts done.

Sealing is most of a history's work, so helpers do it beside the one who acts: a case belongs to the helper of its
authority, so a seal is in one hand and its uses stand in order. Who acts waits for a case only when it is its turn.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import uuid
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from django.db import connection

from tongban.ground import moment
from tongban.ground.jobs import inline
from tongban.ground.ledger.consumers import handle_now
from tongban.ground.ledger.selectors import events_of

READERS = ("cases.papers", "cases.messages", "cases.licences")
"""The readers of cases' events that act at once; every other reader is drained day by day."""
PROGRAM = "import django; django.setup(); from tongban.demo.lives.following import serve; serve()"


@dataclass
class Follower:
    """Lets the readers handle what is new in a case, here."""

    seen: dict[uuid.UUID, int] = field(default_factory=dict)

    def follow(self, case_id: uuid.UUID, at: datetime, after: int) -> None:
        """Handle every event behind ``after`` and behind those handled before, and what comes of them."""
        seq = self.seen.get(case_id, after)
        with moment.at(at), inline():
            while rows := events_of("case", case_id, after_seq=seq):
                for row in rows:
                    handle_now(row, READERS)
                seq = rows[-1].seq
        self.seen[case_id] = seq


class Hands(Protocol):
    """Whoever lets the readers of a case's events act."""

    def tell(self, case_id: uuid.UUID, authority: int, at: datetime, after: int) -> None:
        """Something happened in a case at ``at``; ``after`` is the case's ``seq`` before it."""

    def wait(self, *case_ids: uuid.UUID) -> None:
        """Until everything that was told of these cases is done; of all of them when none is named."""

    def close(self) -> None:
        """Everything is done, and nobody helps any more."""


class Alone:
    """Everything is done at once, in this process: for a small history."""

    def __init__(self) -> None:
        self._follower = Follower()

    def tell(self, case_id: uuid.UUID, authority: int, at: datetime, after: int) -> None:
        """See :class:`Hands`."""
        self._follower.follow(case_id, at, after)

    def wait(self, *case_ids: uuid.UUID) -> None:
        """Nothing waits."""

    def close(self) -> None:
        """Nothing is left."""


class Helpers:
    """Processes of their own, one for each core; each has its authorities."""

    def __init__(self, shares: dict[int, int], count: int) -> None:
        """:param shares: authority -> how many cases of it are expected; the work is split evenly by them."""
        self._mine: dict[int, int] = {}
        loads = [0] * count
        for authority, share in sorted(shares.items(), key=lambda pair: -pair[1]):
            lightest = loads.index(min(loads))
            self._mine[authority] = lightest
            loads[lightest] += share
        command = [sys.executable, "-c", PROGRAM]
        self._processes = [
            subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(count)
        ]
        self._open: list[Counter[uuid.UUID]] = [Counter() for _ in range(count)]
        self._helper: dict[uuid.UUID, int] = {}

    def tell(self, case_id: uuid.UUID, authority: int, at: datetime, after: int) -> None:
        """See :class:`Hands`."""
        number = self._helper.setdefault(case_id, self._mine.get(authority, 0))
        line = json.dumps({"case": str(case_id), "at": at.isoformat(), "after": after})
        pipe = self._processes[number].stdin
        assert pipe is not None  # opened above
        self._open[number][case_id] += 1
        try:
            pipe.write(f"{line}\n")
            pipe.flush()
        except BrokenPipeError:
            self._read(number)  # says why it has ended

    def wait(self, *case_ids: uuid.UUID) -> None:
        """See :class:`Hands`."""
        for number in range(len(self._processes)):
            wanted = self._open[number]
            while any(wanted[key] > 0 for key in case_ids) if case_ids else wanted.total() > 0:
                self._read(number)

    def _read(self, number: int) -> None:
        """One answer of a helper. Raises ``RuntimeError`` with what it said when it has ended."""
        process = self._processes[number]
        assert process.stdout is not None  # opened above
        line = process.stdout.readline()
        if not line:
            raise RuntimeError(f"a helper of the history ended with exit {process.wait()}; its lines above say why")
        self._open[number][uuid.UUID(line.strip())] -= 1

    def close(self) -> None:
        """See :class:`Hands`."""
        try:
            self.wait()
        finally:
            for process in self._processes:
                if any(held.total() for held in self._open):
                    process.terminate()
                else:
                    self._dismiss(process)

    @staticmethod
    def _dismiss(process: subprocess.Popen[str]) -> None:
        assert process.stdin is not None  # opened by the maker
        process.stdin.close()
        process.wait()


def hands(shares: dict[int, int], cases: int) -> Hands:
    """Helpers for a history worth it, else nobody."""
    return Helpers(shares, min(2, os.cpu_count() or 1)) if cases >= FEW else Alone()


FEW = 12
"""Up to so many cases a helper takes longer to start than it saves."""


def write_quickly() -> None:
    """A history may be lost with the power: its marks come last, behind everything in the same log."""
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit TO off")


def serve() -> None:
    """Follow what standard input tells until it ends; say each case when it is done."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who acts stops first, and the end of input stops the helper
    write_quickly()
    follower = Follower()
    for line in sys.stdin:
        told = json.loads(line)
        case_id = uuid.UUID(told["case"])
        follower.follow(case_id, datetime.fromisoformat(told["at"]), int(told["after"]))
        print(case_id, flush=True)
