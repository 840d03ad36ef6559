"""Answers kept under the key of the request that made them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from tongban.ground.crypto.fields import EncryptedTextField


class Idempotency(models.Model):
    """A write that a client may repeat, and the answer it got (shapes 10).

    ``principal`` is whoever the key belongs to (``account:<uuid>``, ``api_client:<id>``): keys of two never meet.
    """

    principal = models.TextField()
    key = models.TextField()
    request_hash = models.TextField()
    status = models.IntegerField(null=True)
    body = EncryptedTextField(default="")
    media_type = models.TextField(default="")
    expires = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "idempotency"
        verbose_name = "幂等键"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["principal", "key"], name="idempotency_once"),
        ]

    def __str__(self) -> str:
        return f"{self.principal} {self.key}"
