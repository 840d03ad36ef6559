"""Work in the background: tokens that died, webhooks that go out."""

from __future__ import annotations

import uuid

from tongban.faces.openapi import services
from tongban.faces.openapi.webhooks import services as webhooks
from tongban.ground.jobs import Retry, job, periodic


@periodic("20 * * * *", name="openapi.delete_expired_tokens", queue="housekeeping")
def delete_expired_tokens() -> None:
    """Every hour: tokens whose time is over go."""
    services.delete_expired()


@job("openapi.send_webhook", queue="notifications", retry=Retry(attempts=3))
def send_webhook(message_id: str) -> None:
    """One try; the message itself says when the next one is."""
    webhooks.send(uuid.UUID(message_id))


@periodic("50 19 * * *", name="openapi.forget_messages", queue="housekeeping")
def forget_messages() -> None:
    """Ten to four in Shanghai: messages older than a month go."""
    webhooks.forget_old()
