"""Housekeeping of the accounts face."""

from __future__ import annotations

from tongban.faces.accounts import services
from tongban.ground.jobs import periodic


@periodic("35 * * * *", name="accounts.forget_old", queue="housekeeping")
def forget_old() -> None:
    """Hourly: attempts, codes and sessions that have had their day."""
    services.forget_old()
