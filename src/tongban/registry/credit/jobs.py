"""Background work of credit: facts go to the platform."""

from __future__ import annotations

from tongban.ground.jobs import periodic
from tongban.registry.credit import pushing


@periodic("*/10 * * * *", name="credit.push", queue="default")
def push_credit() -> None:
    """Every ten minutes: batches of what is pending are sent, receipts are collected."""
    pushing.run()
