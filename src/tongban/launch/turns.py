"""Turns of a web process: many requests may be under way in it, a few are worked on at the same time.

Python works on one thing at a time; more threads that compete for it make every answer late (ADR 0015). So a request
waits for its turn in the order of arrival, and gives it back while it receives what is uploaded: somebody on a slow
network occupies a thread that costs nothing, and nobody else's turn.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from tempfile import SpooledTemporaryFile
from typing import Any, Final

from django.db import connections

AT_ONCE: Final = 2
"""While one request waits for the database, another one works."""
IN_MEMORY: Final = 2_000_000
CHUNK: Final = 1 << 16

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class Turns:
    """At most ``at_once`` holders; who waits gets the next free turn in the order in which they came."""

    def __init__(self, at_once: int = AT_ONCE) -> None:
        self._free = at_once
        self._waiting: deque[threading.Lock] = deque()
        self._own = threading.Lock()

    def take(self, *, ahead: bool = False) -> None:
        """Wait for a turn. ``ahead``: before everybody who waits, for somebody who had one already."""
        with self._own:
            if self._free:
                self._free -= 1
                return
            called = threading.Lock()
            called.acquire()
            (self._waiting.appendleft if ahead else self._waiting.append)(called)
        called.acquire()

    def give(self) -> None:
        """End a turn: it goes to whom waits longest."""
        with self._own:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._free += 1

    @contextmanager
    def given_back(self) -> Iterator[None]:
        """Do without the turn for a while; a connection to the database goes back to the pool with it."""
        for connection in connections.all(initialized_only=True):
            if not connection.in_atomic_block:
                connection.close()
        self.give()
        try:
            yield
        finally:
            self.take(ahead=True)


class Upload:
    """``wsgi.input`` that is received whole when the application first reads of it, without a turn."""

    def __init__(self, stream: Any, turns: Turns) -> None:
        self._stream, self._turns = stream, turns
        self._received: SpooledTemporaryFile[bytes] | None = None

    def read(self, size: int = -1) -> bytes:
        """At most ``size`` bytes of it."""
        return self._whole().read(size)

    def readline(self, size: int = -1) -> bytes:
        """The next line of it."""
        return self._whole().readline(size)

    def _whole(self) -> SpooledTemporaryFile[bytes]:
        if self._received is None:
            self._received = SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 - closed with the request
            with self._turns.given_back():
                while part := self._stream.read(CHUNK):
                    self._received.write(part)
            self._received.seek(0)
        return self._received

    def close(self) -> None:
        """Forget what was received."""
        if self._received is not None:
            self._received.close()


class InTurn:
    """A WSGI application whose calls wait for their turn. What it streams afterwards needs none."""

    def __init__(self, application: Application, turns: Turns | None = None) -> None:
        self._application, self._turns = application, turns or Turns()

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        upload = environ["wsgi.input"] = Upload(environ["wsgi.input"], self._turns)
        self._turns.take()
        try:
            return self._application(environ, start_response)
        finally:
            self._turns.give()
            upload.close()
