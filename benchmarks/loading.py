"""A load of HTTP requests from processes of its own, and the CPU that the served side spends on it.

``run(url, requests, users, seconds)`` lets that many users ask in turn over kept connections, as fast as they are
answered; latencies are wall times as the user sees them, on a machine that both sides share.
"""

from __future__ import annotations

import http.client
import itertools
import multiprocessing
import os
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Request:
    """A GET with the headers that make it somebody's."""

    path: str
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Load:
    """What came of it: seconds of each answer, statuses, bytes."""

    seconds: list[float]
    statuses: dict[int, int]
    wall: float
    size: int

    def figures(self) -> dict[str, Any]:
        """Milliseconds and rates, rounded."""
        ordered = sorted(self.seconds)
        return {
            "requests": len(ordered),
            "per_second": round(len(ordered) / self.wall, 1),
            "p50_ms": round(1000 * statistics.median(ordered), 2),
            "p95_ms": round(1000 * ordered[int(0.95 * (len(ordered) - 1))], 2),
            "statuses": {str(status): n for status, n in sorted(self.statuses.items())},
            "bytes": self.size,
        }


def _ask(url: str, requests: Sequence[Request], seconds: float, least: int, out: Any) -> None:
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "127.0.0.1", parts.port, timeout=30)
    taken: list[float] = []
    statuses: dict[int, int] = {}
    size = 0
    end = time.perf_counter() + seconds
    for request in itertools.cycle(requests):
        begun = time.perf_counter()
        if begun > end and len(taken) >= least:
            break
        connection.request("GET", request.path, headers=request.headers)
        answer = connection.getresponse()
        size = len(answer.read())
        taken.append(time.perf_counter() - begun)
        statuses[answer.status] = statuses.get(answer.status, 0) + 1
    out.put((taken, statuses, size))


def run(url: str, requests: Sequence[Request], users: int = 1, seconds: float = 3.0, least: int = 20) -> Load:
    """Ask from ``users`` processes for that long, each beginning at another request; each asks at least ``least``."""
    context = multiprocessing.get_context("fork")
    out = context.Queue()
    turned = [[*requests[n % len(requests) :], *requests[: n % len(requests)]] for n in range(users)]
    begun = time.perf_counter()
    asking = [context.Process(target=_ask, args=(url, mine, seconds, least, out)) for mine in turned]
    for one in asking:
        one.start()
    found = [out.get() for _ in asking]
    wall = time.perf_counter() - begun
    for one in asking:
        one.join()
    statuses: dict[int, int] = {}
    for _, mine, _ in found:
        for status, n in mine.items():
            statuses[status] = statuses.get(status, 0) + n
    return Load([s for taken, _, _ in found for s in taken], statuses, wall, max(size for _, _, size in found))


def cpu_of(pid: int) -> float:
    """CPU seconds of a process and all its living descendants (Linux /proc)."""
    total = 0.0
    waiting = [pid]
    while waiting:
        one = waiting.pop()
        try:
            parts = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
            children = Path(f"/proc/{one}/task/{one}/children").read_text().split()
        except OSError:
            continue
        total += (int(parts[11]) + int(parts[12])) / TICKS
        waiting += [int(child) for child in children]
    return total
