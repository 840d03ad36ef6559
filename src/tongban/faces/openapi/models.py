"""Access tokens of machines, the file of each caller (channel), and webhooks with what was sent."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from tongban.ground.crypto.fields import EncryptedTextField
from tongban.ground.ids import uuid7
from tongban.registry.parties.models import ApiClient


class AccessToken(models.Model):
    """An opaque bearer token, kept as its digest; it dies with its hour or with its client."""

    digest = models.CharField(primary_key=True, max_length=64, help_text="sha256, hex")
    client = models.ForeignKey(ApiClient, models.CASCADE, related_name="tokens")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = "访问令牌"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("created_at")), name="openapi_token_has_life"
            )
        ]

    def __str__(self) -> str:
        return f"{self.client_id} until {self.expires_at}"


class Channel(models.Model):
    """The file of a caller (渠道登记): what it is for, who asked for it, who let it in (MOB-04).

    Asked for by one administrator and let in by another one; what happens to it stands in its ledger.
    """

    class Kind(models.TextChoices):
        DEPARTMENT = "department", "部门业务系统"
        THIRD_PARTY = "third_party", "第三方平台"
        TERMINAL = "terminal", "自助终端"

    class State(models.TextChoices):
        REQUESTED = "requested", "待审核"
        ACTIVE = "active", "启用"
        REFUSED = "refused", "没有通过"
        SUSPENDED = "suspended", "停用"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    client = models.OneToOneField(ApiClient, models.PROTECT, related_name="channel")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    purpose = models.TextField("用途", help_text="为什么要这些权限，用在哪里")
    contact = models.CharField("联系人", max_length=100, default="", help_text="单位、姓名、办公电话")
    state = models.CharField(max_length=10, choices=State.choices, default=State.REQUESTED)
    requested_by = models.UUIDField(null=True, help_text="a staff member; null for those of the installation")
    requested_at = models.DateTimeField()
    reviewed_by = models.UUIDField(null=True)
    reviewed_at = models.DateTimeField(null=True)
    reason = models.TextField(default="", help_text="why it was refused or suspended")
    last_used_at = models.DateTimeField(null=True)
    seq = models.IntegerField(default=0)
    head = models.BinaryField(default=b"")

    class Meta:
        verbose_name = "渠道"
        constraints: ClassVar = [
            models.CheckConstraint(
                name="openapi_channel_other_reviews",
                condition=models.Q(reviewed_by=None) | ~models.Q(reviewed_by=models.F("requested_by")),
            )
        ]

    def __str__(self) -> str:
        return f"{self.client_id} {self.state}"


class Webhook(models.Model):
    """An address of a caller that is told of cases its post may see."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    client = models.ForeignKey(ApiClient, models.PROTECT, related_name="webhooks")
    url = models.CharField("推送地址", max_length=500)
    kinds = ArrayField(models.CharField(max_length=60))
    secret = EncryptedTextField()
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    failing_since = models.DateTimeField(null=True)
    off_reason = models.TextField(default="")

    class Meta:
        verbose_name = "事件推送"
        constraints: ClassVar = [models.UniqueConstraint(fields=["client", "url"], name="openapi_webhook_once")]

    def __str__(self) -> str:
        return f"{self.client_id} {self.url}"


class WebhookMessage(models.Model):
    """One event for one webhook; the body is kept as it was signed."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False, help_text="the header webhook-id")
    webhook = models.ForeignKey(Webhook, models.CASCADE, related_name="messages")
    event_id = models.UUIDField(help_text="the ledger's event; one message an event and webhook")
    kind = models.CharField(max_length=60)
    body = models.TextField()
    created_at = models.DateTimeField()
    attempts = models.SmallIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    given_up_at = models.DateTimeField(null=True)
    status = models.SmallIntegerField(null=True, help_text="HTTP status of the newest answer")
    trouble = models.TextField(default="", help_text="what went wrong last, in plain Chinese")

    class Meta:
        verbose_name = "推送消息"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["webhook", "event_id"], name="openapi_message_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["webhook", "-id"], name="openapi_message_newest"),
            models.Index(
                fields=["created_at"],
                name="openapi_message_waiting",
                condition=models.Q(delivered_at=None, given_up_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} to {self.webhook_id}"


class SandboxPush(models.Model):
    """What the sandbox receiver took: the other side of a webhook, for the demo and for training."""

    message_id = models.UUIDField(primary_key=True)
    receiver = models.CharField(max_length=60)
    genuine = models.BooleanField(help_text="the signature was right")
    body = models.TextField()
    taken_at = models.DateTimeField(db_index=True)
    times = models.IntegerField(default=1, help_text="how often it came; it is one message all the same")

    class Meta:
        verbose_name = "沙箱收到的推送"

    def __str__(self) -> str:
        return f"{self.receiver} {self.message_id}"
