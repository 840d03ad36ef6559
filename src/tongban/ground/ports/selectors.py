"""Ports with what is known of them."""

from __future__ import annotations

from dataclasses import dataclass

from tongban.ground.ports.models import PortCheck
from tongban.ground.ports.registry import Backlog, Port, all_ports


@dataclass(frozen=True, slots=True)
class PortState:
    """A port, its newest check (none yet right after an installation) and what waits to go out."""

    port: Port
    adapter: str
    check: PortCheck | None
    backlog: Backlog


def states() -> tuple[PortState, ...]:
    """Every port; one query for the checks and one for each port that has a backlog."""
    checks = PortCheck.objects.in_bulk()
    return tuple(PortState(port, port.adapter(), checks.get(port.name), port.backlog()) for port in all_ports())
