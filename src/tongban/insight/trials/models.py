"""The old system's list of cases of a trial run: the newest upload of a region is the list, whole."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from tongban.ground.crypto.fields import EncryptedTextField
from tongban.ground.ids import uuid7
from tongban.insight.trials.rules import OUTCOMES
from tongban.registry.catalog.models import Item
from tongban.registry.parties.models import Department, Region


class TrialList(models.Model):
    """One upload that was loaded whole; the rows of those before it are gone. Subject of the ledger."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    region = models.ForeignKey(Region, models.PROTECT, related_name="+")
    file_name = models.CharField("文件名", max_length=200)
    file_hash = models.CharField("文件指纹", max_length=64, help_text="sha256, hex")
    rows = models.IntegerField("行数")
    loaded_by = models.UUIDField("上传人", null=True, help_text="staff id")
    loaded_at = models.DateTimeField("上传时间")
    seq = models.IntegerField(default=0)
    head = models.BinaryField(default=b"")

    class Meta:
        verbose_name = "旧系统办件清单"
        indexes: ClassVar = [models.Index(fields=["region", "-id"], name="trial_list_of_region")]

    def __str__(self) -> str:
        return f"{self.file_name} ({self.rows})"


class TrialCase(models.Model):
    """One case as the old system tells it. Of an ID number or credit code only what a mask shows is kept."""

    id = models.BigAutoField(primary_key=True)
    old_list = models.ForeignKey(TrialList, models.CASCADE, related_name="cases", db_index=False)
    old_number = models.CharField("旧系统编号", max_length=60)
    item = models.ForeignKey(Item, models.PROTECT, related_name="+", db_index=False)
    department = models.ForeignKey(Department, models.PROTECT, related_name="+", db_index=False)
    applicant = EncryptedTextField("申请人", blank=True, default="")
    mark = models.CharField("证件号的头尾", max_length=8, blank=True, default="", help_text="rules.mark_of")
    accepted_on = models.DateField("受理日期")
    decided_on = models.DateField("办结日期", null=True)
    outcome = models.CharField("结果", max_length=12, choices=list(OUTCOMES.items()))

    class Meta:
        verbose_name = "旧系统办件"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["old_list", "old_number"], name="trial_case_number_once"),
            models.CheckConstraint(
                condition=models.Q(decided_on=None) | models.Q(decided_on__gte=models.F("accepted_on")),
                name="trial_case_in_order",
            ),
        ]

    def __str__(self) -> str:
        return self.old_number
