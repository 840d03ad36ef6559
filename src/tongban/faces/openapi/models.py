"""Access tokens of machines."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

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
