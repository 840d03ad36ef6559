"""Tables of the accounts face: counted attempts and one-time codes. Both are short-lived and hold no clear values."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from tongban.ground.ids import uuid7


class Attempt(models.Model):
    """How often a key was used for a purpose in one window of time: rate limits live in the database."""

    purpose = models.CharField(max_length=40)
    key = models.CharField(max_length=64, help_text="盲索引：账号、地址或编号，不存明文")
    window_start = models.DateTimeField(db_index=True)
    count = models.IntegerField(default=1)

    class Meta:
        verbose_name = "尝试次数"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["purpose", "key", "window_start"], name="accounts_attempt_once")
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.count}"


class OneTimeCode(models.Model):
    """A code sent by short message; kept as a keyed hash, valid for minutes, for one use and few tries."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    mobile_index = models.CharField(max_length=64)
    purpose = models.CharField(max_length=20)
    code_hash = models.CharField(max_length=64)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    tries = models.IntegerField(default=0)
    used_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "短信验证码"
        indexes: ClassVar = [
            models.Index(fields=["mobile_index", "purpose", "-created_at"], name="accounts_code_newest")
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.id}"
