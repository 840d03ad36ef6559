"""Turns of a web process: few work at a time, in the order of arrival; who uploads slowly keeps nobody waiting."""

from __future__ import annotations

import io
import socket
import threading
import time
import urllib.request
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.support.site import Site
from tongban.launch.turns import IN_MEMORY, InTurn, Turns, Upload

SECONDS = 10
SLOW = 24
"""Uploads under way that do not go on: more than a worker works on, fewer than it takes in."""


def waiting(turns: Turns, many: int) -> None:
    """Until so many wait for their turn."""
    end = time.monotonic() + SECONDS
    while len(turns._waiting) < many:
        assert time.monotonic() < end
        time.sleep(0.001)


def queue(turns: Turns, names: Iterable[str], served: list[str], *, ahead: str = "") -> list[threading.Thread]:
    """Everybody comes, one after the other, while no turn is free."""

    def come(name: str) -> None:
        turns.take(ahead=name == ahead)
        served.append(name)
        turns.give()

    threads = []
    for place, name in enumerate(names, 1):
        threads.append(threading.Thread(target=come, args=(name,)))
        threads[-1].start()
        waiting(turns, place)
    return threads


@pytest.mark.parametrize(("ahead", "order"), [("", "甲乙丙"), ("丙", "丙甲乙")])
def test_who_came_first_is_served_first_and_who_had_a_turn_before_them(ahead: str, order: str) -> None:
    turns, served = Turns(1), []  # type: tuple[Turns, list[str]]
    turns.take()
    threads = queue(turns, "甲乙丙", served, ahead=ahead)
    assert served == []
    turns.give()
    for thread in threads:
        thread.join(SECONDS)
    assert served == list(order)


def test_no_more_than_the_turns_work_at_the_same_time() -> None:
    at_work, most, lock = 0, 0, threading.Lock()

    def work(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        nonlocal at_work, most
        with lock:
            at_work += 1
            most = max(most, at_work)
        time.sleep(0.002)
        with lock:
            at_work -= 1
        return [b"done"]

    application = InTurn(work, Turns(2))

    def ask() -> None:
        for _ in range(5):
            application({"wsgi.input": io.BytesIO()}, lambda *_: None)

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(SECONDS)
    assert (at_work, most) == (0, 2)


def test_a_call_that_fails_gives_its_turn_back() -> None:
    def fail(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        raise RuntimeError

    application = InTurn(fail, Turns(1))
    for _ in range(3):
        with pytest.raises(RuntimeError):
            application({"wsgi.input": io.BytesIO()}, lambda *_: None)


@pytest.mark.parametrize("size", [0, 10, IN_MEMORY + 10])
def test_an_upload_is_read_as_it_was_sent(size: int) -> None:
    sent = bytes(range(251)) * (size // 251 + 1)
    turns = Turns(1)
    turns.take()
    upload = Upload(io.BytesIO(sent[:size]), turns)
    assert upload.read(7) + upload.readline() + upload.read() == sent[:size]
    upload.close()
    turns.give()


class Halting(io.RawIOBase):
    """An upload whose rest comes when it is let go."""

    def __init__(self) -> None:
        self.rest = threading.Event()

    def read(self, size: int = -1) -> bytes:
        self.rest.wait(SECONDS)
        return b""


def test_while_somebody_uploads_others_are_served() -> None:
    def read(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        return [environ["wsgi.input"].read()]

    application, halting = InTurn(read, Turns(1)), Halting()
    slow = threading.Thread(target=application, args=({"wsgi.input": halting}, lambda *_: None))
    slow.start()
    assert application({"wsgi.input": io.BytesIO(b"quick")}, lambda *_: None) == [b"quick"]
    assert slow.is_alive()
    halting.rest.set()
    slow.join(SECONDS)
    assert not slow.is_alive()


@pytest.mark.slow
def test_many_on_a_slow_network_do_not_keep_the_site_from_anybody(site: Site) -> None:
    place = urlsplit(site.url)
    body = b"code=ABCD-EFGH-JKLM"
    head = (
        f"POST /verify/ HTTP/1.1\r\nHost: {place.netloc}\r\nConnection: close\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    halted = [socket.create_connection((place.hostname or "", place.port or 0), timeout=SECONDS) for _ in range(SLOW)]
    for one in halted:
        one.sendall(head.encode() + body[:4])
    time.sleep(0.5)  # they are all being received
    with urllib.request.urlopen(site.url, timeout=SECONDS) as answer:
        assert answer.status == 200
    halted[0].sendall(body[4:])
    answered = halted[0].recv(100).split()[1]
    for one in halted:
        one.close()
    assert answered == b"303", "what came slowly is answered when it is there"
