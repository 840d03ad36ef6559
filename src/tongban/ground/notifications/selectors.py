"""Reading messages."""

from __future__ import annotations

import uuid
from datetime import datetime

from tongban.ground.notifications.models import Channel, Notification, SandboxMessage

MOST_COUNTED = 99
_INBOX = (
    "SELECT id, title, text, subject_kind, subject_id, created_at, read_at FROM notifications_notification"
    " WHERE recipient_account = %s AND channel = 'inbox' {} ORDER BY created_at DESC, id DESC LIMIT %s"
)


def inbox(
    account_id: uuid.UUID, *, limit: int = 20, before: tuple[datetime, uuid.UUID] | None = None
) -> list[Notification]:
    """An account's messages, newest first; one query.

    :param before: ``(created_at, id)`` of the last message of the page before (keyset).
    """
    place = "AND (created_at, id) < (%s, %s)" if before is not None else ""
    return list(Notification.objects.raw(_INBOX.format(place), [account_id, *(before or ()), limit]))


def unread_count(account_id: uuid.UUID) -> int:
    """How many messages are unread, counted to 99 (the badge shows no more)."""
    rows = Notification.objects.filter(recipient_account=account_id, channel=Channel.INBOX, read_at=None)
    return len(rows.values_list("pk")[:MOST_COUNTED])


def unsent(limit: int = 50) -> list[Notification]:
    """SMS and e-mails that have not gone out, oldest first (operations page)."""
    return list(Notification.objects.filter(sent_at=None).order_by("created_at")[:limit])


def sandbox_messages(limit: int = 50) -> list[SandboxMessage]:
    """What the sandbox gateway took, newest first (demo only)."""
    return list(SandboxMessage.objects.order_by("-taken_at")[:limit])
