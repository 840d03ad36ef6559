"""Sending in the background."""

from __future__ import annotations

import uuid

from tongban.ground.jobs import Retry, job, periodic
from tongban.ground.notifications import links, services


@job("notifications.send", queue="notifications", retry=Retry(attempts=8, base=4))
def send_notification(notification_id: str) -> None:
    """Hand one SMS or e-mail over; tried eight times over about six hours."""
    services.send(uuid.UUID(notification_id))


@periodic("40 19 * * *", name="notifications.forget_links", queue="housekeeping")
def forget_links() -> None:
    """Twenty to four in Shanghai: short links whose time is over go."""
    links.forget_expired()
