"""Signatures of the Standard Webhooks specification: HMAC-SHA256 over ``id.timestamp.body``. Pure."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

PREFIX: Final = "whsec_"
TOLERANCE: Final = timedelta(minutes=5)


def new_secret() -> str:
    """``whsec_`` and 32 random bytes in base64."""
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def signature(secret: str, message_id: str, at: int, body: str) -> str:
    """``v1,<base64>`` of a message sent at ``at`` (seconds since 1970)."""
    key = base64.b64decode(secret.removeprefix(PREFIX))
    signed = hmac.new(key, f"{message_id}.{at}.{body}".encode(), hashlib.sha256).digest()
    return "v1," + base64.b64encode(signed).decode()


def headers_of(secret: str, message_id: str, at: datetime, body: str) -> dict[str, str]:
    """The headers that a receiver checks."""
    seconds = int(at.timestamp())
    return {
        "Content-Type": "application/json; charset=utf-8",
        "webhook-id": message_id,
        "webhook-timestamp": str(seconds),
        "webhook-signature": signature(secret, message_id, seconds, body),
    }


def is_genuine(secret: str, headers: Mapping[str, str], body: str, now: datetime) -> bool:
    """What a receiver checks: the time is near, and one of the signatures is right."""
    try:
        at = int(headers.get("webhook-timestamp", ""))
        expected = signature(secret, headers.get("webhook-id", ""), at, body)
    except (ValueError, binascii.Error):
        return False
    near = abs(now.timestamp() - at) <= TOLERANCE.total_seconds()
    given = headers.get("webhook-signature", "").split()
    return near and any(hmac.compare_digest(expected.encode(), one.encode()) for one in given)
