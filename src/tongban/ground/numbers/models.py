"""One counter row a scope."""

from __future__ import annotations

from django.db import models


class Counter(models.Model):
    """The last number given in a scope, e.g. ``case:530199:2026`` or ``document:12:2026``."""

    scope = models.TextField(primary_key=True)
    value = models.BigIntegerField(default=0)

    class Meta:
        db_table = "numbers_counter"
        verbose_name = "编号计数"

    def __str__(self) -> str:
        return f"{self.scope}: {self.value}"
