"""Scheduled work."""

from __future__ import annotations

from tongban.ground.idempotency import services
from tongban.ground.jobs import periodic


@periodic("50 * * * *", name="idempotency.delete_expired", queue="housekeeping")
def delete_expired() -> None:
    """Every hour: keys whose time is over go."""
    services.delete_expired()
