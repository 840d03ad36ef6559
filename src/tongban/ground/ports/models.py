"""How a port was when it was last asked."""

from __future__ import annotations

from django.db import models


class PortCheck(models.Model):
    """The newest check of one port: one row a port."""

    port = models.CharField(primary_key=True, max_length=60)
    well = models.BooleanField()
    sentence = models.TextField(default="", help_text="what is wrong, in plain Chinese; empty when well")
    checked_at = models.DateTimeField()
    changed_at = models.DateTimeField(help_text="since when it has been as it is")
    last_well_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "ports_check"
        verbose_name = "连接检查"

    def __str__(self) -> str:
        return f"{self.port}: {'well' if self.well else self.sentence}"
