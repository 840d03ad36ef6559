"""Messages about facts, to people. A notice in law is a document, not one of these (glossary 2)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from tongban.ground.crypto.fields import EncryptedTextField
from tongban.ground.ids import uuid7


class Channel(models.TextChoices):
    """How a message travels."""

    INBOX = "inbox", "站内消息"
    SMS = "sms", "短信"
    EMAIL = "email", "电子邮件"


class Notification(models.Model):
    """One message to one person on one channel; ``key`` makes a repeated order the same message."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    key = models.TextField(unique=True)
    recipient_account = models.UUIDField(null=True)
    channel = models.TextField(choices=Channel.choices)
    address = EncryptedTextField(default="")
    template = models.TextField()
    title = models.TextField()
    text = EncryptedTextField()
    subject_kind = models.TextField(default="")
    subject_id = models.UUIDField(null=True)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)
    failed_reason = models.TextField(default="")

    class Meta:
        db_table = "notifications_notification"
        verbose_name = "通知"
        indexes: ClassVar = [
            models.Index(
                fields=["recipient_account", "-created_at", "-id"],
                name="notifications_inbox",
                condition=models.Q(channel="inbox"),
            ),
            models.Index(
                fields=["recipient_account"],
                name="notifications_unread",
                condition=models.Q(channel="inbox", read_at=None),
            ),
            models.Index(fields=["created_at"], name="notifications_unsent", condition=models.Q(sent_at=None)),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="notifications_has_recipient",
                condition=models.Q(channel="inbox", recipient_account__isnull=False)
                | models.Q(channel__in=["sms", "email"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.template}"


class SandboxMessage(models.Model):
    """A short message that the sandbox gateway took: shown in the demo, sent to nobody."""

    message_id = models.UUIDField(primary_key=True, help_text="the notification; sent twice, kept once")
    mobile = EncryptedTextField()
    text = EncryptedTextField()
    taken_at = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "notifications_sandbox_message"
        verbose_name = "演练短信"

    def __str__(self) -> str:
        return f"sandbox {self.message_id}"


class ShortLink(models.Model):
    """Eight characters that stand for one path of this site in a short message."""

    code = models.TextField(primary_key=True)
    path = models.TextField(db_index=True)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "notifications_short_link"
        verbose_name = "短链接"
        constraints: ClassVar = [
            models.CheckConstraint(name="short_link_inside", condition=models.Q(path__startswith="/"))
        ]

    def __str__(self) -> str:
        return self.code
