"""Telling people. Inbox messages are there at once; SMS and e-mail go out by a job and are tried again on failure."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction

from tongban.ground import moment
from tongban.ground.errors import TongbanError
from tongban.ground.ledger.subjects import SubjectRef
from tongban.ground.notifications import sms
from tongban.ground.notifications.links import short_link
from tongban.ground.notifications.models import Channel, Notification
from tongban.ground.notifications.texts import Text, fill, register_text

__all__ = ["mark_read", "notify", "register_text", "send"]

NOT_CONFIGURED: Final = "email.not_configured"


def notify(
    *,
    key: str,
    template: str,
    context: Mapping[str, Any],
    subject: SubjectRef | tuple[str, uuid.UUID] | None = None,
    account_id: uuid.UUID | None = None,
    address: str = "",
    channel: str = "",
    path: str = "",
) -> list[Notification]:
    """Tell somebody; idempotent by ``key`` (make it from the event: ``f"{row.id}:applicant"``).

    :param account_id: puts the message into the account's inbox, at once.
    :param address: also (or only) sends it there: an e-mail address when it holds ``@``, else a mobile number.
    :param channel: ``sms`` or ``email`` when the address alone should not decide.
    :param subject: what it is about, for the link from the inbox.
    :param path: page of this site that the message is about; a short message ends with a short link to it.
    Returns the messages that are new; none when the key was used before. Raises ``LookupError`` for an unknown
    template.
    """
    if account_id is None and not address:
        raise ValueError("a notification needs an account or an address")
    text = fill(template, context)
    kind, subject_id = (subject.kind, subject.id) if isinstance(subject, SubjectRef) else subject or ("", None)
    common = {
        "recipient_account": account_id,
        "template": template,
        "subject_kind": kind,
        "subject_id": subject_id,
    }
    channels: list[tuple[str, str]] = [(Channel.INBOX, "")] if account_id else []
    if address:
        guessed = Channel.EMAIL if "@" in address else Channel.SMS
        channels.append((Channel(channel) if channel else guessed, address))
    with transaction.atomic():
        made = [_create(f"{key}:{by}", by, to, _linked(text, path, by), common) for by, to in channels]
    return [notification for notification in made if notification is not None]


def _linked(text: Text, path: str, channel: str) -> Text:
    """The text with a short link at its end, where it leaves the site."""
    if not path or channel == Channel.INBOX:
        return text
    return Text(text.title, f"{text.text} {short_link(path)}")


def _create(key: str, channel: str, address: str, text: Text, common: Mapping[str, Any]) -> Notification | None:
    now = moment.now()
    inbox = channel == Channel.INBOX
    notification, created = Notification.objects.get_or_create(
        key=key,
        defaults={
            **common,
            "channel": channel,
            "address": address,
            "title": text.title,
            "text": text.text,
            "created_at": now,
            "sent_at": now if inbox else None,
        },
    )
    if not created:
        return None
    if not inbox:
        from tongban.ground.jobs import defer
        from tongban.ground.notifications.jobs import send_notification

        defer(send_notification, key=str(notification.id), notification_id=notification.id)
    return notification


def send(notification_id: uuid.UUID) -> None:
    """Hand an SMS or e-mail over; done once. A failure is noted on the message and raised, so that the job retries.

    A city without e-mail (``TONGBAN_EMAIL`` empty) keeps the message marked ``email.not_configured``.
    """
    with transaction.atomic():
        notification = Notification.objects.select_for_update().filter(pk=notification_id, sent_at=None).first()
        if notification is None or notification.failed_reason == NOT_CONFIGURED:
            return
        failure = _hand_over(notification)
        if failure is None:
            notification.sent_at, notification.failed_reason = moment.now(), ""
        else:
            notification.failed_reason = failure.code if isinstance(failure, TongbanError) else type(failure).__name__
        if notification.channel == Channel.EMAIL and not settings.EMAIL_URL:
            notification.sent_at, notification.failed_reason = None, NOT_CONFIGURED
        notification.save(update_fields=["sent_at", "failed_reason"])
    if failure is not None:
        raise failure


def _hand_over(notification: Notification) -> Exception | None:
    """Send; gives back the trouble of the neighbour (gateway, mail server), raises anything else."""
    try:
        if notification.channel == Channel.SMS:
            sms.port().send(notification.id, notification.address, notification.text)
        elif settings.EMAIL_URL:
            EmailMessage(notification.title, notification.text, to=[notification.address]).send()
    except (TongbanError, OSError) as error:
        return error
    return None


def mark_read(account_id: uuid.UUID, ids: Sequence[uuid.UUID]) -> int:
    """Mark messages of an account's inbox as read; messages of others are left alone. Returns how many changed."""
    unread = Notification.objects.filter(
        recipient_account=account_id, channel=Channel.INBOX, id__in=list(ids), read_at=None
    )
    return unread.update(read_at=moment.now())
