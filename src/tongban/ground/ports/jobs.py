"""Scheduled work."""

from __future__ import annotations

from tongban.ground.jobs import periodic
from tongban.ground.ports import services


@periodic("*/5 * * * *", name="ports.check", queue="housekeeping")
def check_ports() -> None:
    """Every five minutes: how is every neighbour?"""
    services.check_all()
