"""Which ports there are. A room registers its own in ``AppConfig.ready``; nothing is asked at import."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

WELL = "ok"


@dataclass(frozen=True, slots=True)
class Backlog:
    """What waits to go out: how many (counted up to 1000), and since when."""

    count: int = 0
    oldest: datetime | None = None


def _nothing() -> Backlog:
    return Backlog()


@dataclass(frozen=True, slots=True)
class Port:
    """A neighbour system.

    :param name: stable, ``room.neighbour``. :param title: what people call it. :param serves: what stands still
        without it. :param adapter: the adapter in use, in words. :param check: ``ok`` or a plain Chinese sentence that
        says what is wrong; short (seconds), and never raises for a neighbour that is down.
    """

    name: str
    title: str
    serves: str
    adapter: Callable[[], str]
    check: Callable[[], str]
    backlog: Callable[[], Backlog] = _nothing


_ports: dict[str, Port] = {}


def register_port(port: Port) -> None:
    """Add a port, once a name."""
    _ports[port.name] = port


def all_ports() -> tuple[Port, ...]:
    """Registered ports, in the order of registration."""
    return tuple(_ports.values())
