"""Housekeeping of uploads."""

from __future__ import annotations

from tongban.ground.jobs import periodic
from tongban.ground.storage import parts


@periodic("20 19 * * *", name="storage.forget_parts", queue="housekeeping")
def forget_parts() -> None:
    """Twenty past three in Shanghai: parts of uploads that nobody completed go."""
    parts.forget_old()
