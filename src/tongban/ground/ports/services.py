"""Asking every port how it is."""

from __future__ import annotations

import logging

from django.db import DatabaseError

from tongban.ground import moment
from tongban.ground.errors import TongbanError
from tongban.ground.ports.models import PortCheck
from tongban.ground.ports.registry import WELL, Port, all_ports

logger = logging.getLogger(__name__)


def check_all() -> int:
    """Ask every port and keep the answers; returns how many are not well. Repeatable."""
    return sum(not check(port) for port in all_ports())


def check(port: Port) -> bool:
    """Ask one port and keep its answer; whether it is well. A check that breaks counts as not well."""
    sentence = _ask(port)
    well, now = sentence == WELL, moment.now()
    before = PortCheck.objects.filter(pk=port.name).first()
    same = before is not None and before.well == well
    PortCheck.objects.update_or_create(
        port=port.name,
        defaults={
            "well": well,
            "sentence": "" if well else sentence[:500],
            "checked_at": now,
            "changed_at": before.changed_at if before is not None and same else now,
            "last_well_at": now if well else (before.last_well_at if before else None),
        },
    )
    return well


def _ask(port: Port) -> str:
    try:
        return port.check()
    except (TongbanError, OSError, ValueError, DatabaseError) as error:
        logger.warning("port %s: its check broke (%s)", port.name, type(error).__name__)
        return f"检查没有做成（{type(error).__name__}）"
