"""Scheduled work."""

from __future__ import annotations

from tongban.faces.openapi import services
from tongban.ground.jobs import periodic


@periodic("20 * * * *", name="openapi.delete_expired_tokens", queue="housekeeping")
def delete_expired_tokens() -> None:
    """Every hour: tokens whose time is over go."""
    services.delete_expired()
