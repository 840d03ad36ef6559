"""Law and policy as dated data: one table."""

from __future__ import annotations

from django.contrib.postgres.fields import DateRangeField
from django.db import models

from tongban.ground.ids import uuid7


class Parameter(models.Model):
    """A dated value, for the whole city or one region; two values never hold on the same day.

    The database refuses overlapping validity (``parameters_parameter_no_overlap``, an exclusion constraint that needs
    no extension). ``seq`` and ``head`` make it a subject of the ledger.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    code = models.TextField(help_text="dotted identifier, e.g. case.correction_days")
    region_id = models.BigIntegerField(null=True, blank=True, help_text="empty = everywhere")
    valid = DateRangeField(help_text="first day included, last day excluded; open at the right = until further notice")
    value = models.JSONField()
    unit = models.TextField(default="", blank=True, help_text="working_day, calendar_day, fen, m2 ...")
    basis = models.TextField(help_text="law, standard or act that sets it")
    seq = models.IntegerField(default=0)
    head = models.BinaryField(default=b"")

    class Meta:
        db_table = "parameters_parameter"
        verbose_name = "参数"

    def __str__(self) -> str:
        return f"{self.code} {self.valid}"
