"""Versions of the calendar, local closures, office hours. All three are subjects of the ledger.

A place is an interval ``[region_no, region_end_no]`` of the division tree, so that what a county decides holds for its
townships. The database refuses to change what was decided (triggers of the first migration); only the ledger's ``seq``
and ``head``, a revocation, and the end of office hours may be written later.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField, DateRangeField
from django.db import models
from django.db.models import F, Q

from tongban.ground.ids import uuid7


class CalendarVersion(models.Model):
    """One immutable state of the whole calendar; the one with the highest number is in force.

    ``content`` has the layout of ``ground/data/calendar_cn.json``; ``name`` is what concluded clocks keep.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.IntegerField("序号", unique=True)
    name = models.CharField(
        "版本名", max_length=40, db_index=True, help_text="of its content: the same days, the same name"
    )
    content = models.JSONField()
    content_hash = models.CharField(max_length=64)
    notices = models.JSONField("通知文号", help_text="{year: [number, ...]}")
    source = models.TextField("来源", help_text="shipped, or the name of the imported file")
    imported_at = models.DateTimeField()
    imported_by = models.UUIDField(null=True, help_text="staff id; empty = the operator's command")
    seq = models.IntegerField(default=0)
    head = models.BinaryField(default=b"")

    class Meta:
        verbose_name = "日历版本"

    def __str__(self) -> str:
        return f"{self.number} {self.name}"


class LocalClosure(models.Model):
    """Days that a place decided about, by an act with a basis; whether they count is part of the decision.

    ``decided_no`` and ``revoked_no`` number all decisions in one row, so that the closures as of any of them can be
    found again: the calendar of a place is named after the last decision that touches it.
    """

    class Effect(models.TextChoices):
        DAY_OFF = "day_off", "停止办公，不计入工作日"
        NONE = "none", "暂停对外服务，照常计入工作日"
        MAKE_UP = "make_up", "补班，计入工作日"

    class Kind(models.TextChoices):
        TYPHOON = "typhoon", "台风"
        FLOOD = "flood", "暴雨洪水"
        SNOW = "snow", "冰雪"
        EARTHQUAKE = "earthquake", "地震"
        EPIDEMIC = "epidemic", "疫情防控"
        RELOCATION = "relocation", "大厅搬迁"
        LOCAL_HOLIDAY = "local_holiday", "民族自治地方放假"
        MAKE_UP = "make_up", "补班"
        OTHER = "other", "其他"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    region_no = models.IntegerField()
    region_end_no = models.IntegerField()
    place = models.CharField("地点", max_length=100)
    first = models.DateField("第一日")
    last = models.DateField("最后一日")
    kind = models.CharField("情形", max_length=16, choices=Kind.choices)
    effect = models.CharField("效力", max_length=8, choices=Effect.choices)
    basis = models.CharField("依据", max_length=300)
    reason = models.CharField("理由", max_length=300)
    decided_by = models.UUIDField()
    decided_at = models.DateTimeField()
    decided_no = models.IntegerField(unique=True)
    revoked_by = models.UUIDField(null=True)
    revoked_at = models.DateTimeField(null=True)
    revoked_no = models.IntegerField(null=True, unique=True)
    revocation_basis = models.CharField("撤销依据", max_length=300, blank=True, default="")
    seq = models.IntegerField(default=0)
    head = models.BinaryField(default=b"")

    class Meta:
        verbose_name = "局部停办"
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(condition=Q(region_end_no__gte=F("region_no")), name="closure_region_interval"),
            models.CheckConstraint(condition=Q(last__gte=F("first")), name="closure_days_in_order"),
            models.CheckConstraint(condition=~Q(basis="") & ~Q(reason=""), name="closure_has_basis"),
            models.CheckConstraint(
                condition=Q(revoked_no=None, revoked_at=None)
                | Q(revoked_no__gt=F("decided_no"), revoked_at__isnull=False),
                name="closure_revoked_after_decided",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.place} {self.first} {self.kind}"

    def decisions(self) -> list[tuple[int, datetime]]:
        """Its decision and, when it was revoked, the revocation: number and moment."""
        told = [(self.decided_no, self.decided_at)]
        if self.revoked_no is not None and self.revoked_at is not None:
            told.append((self.revoked_no, self.revoked_at))
        return told


class OfficeHours(models.Model):
    """When the offices of a place are open on some days of the week; 1 is Monday, 7 is Sunday."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    region_no = models.IntegerField()
    region_end_no = models.IntegerField()
    valid = DateRangeField(help_text="first day included, last day excluded")
    weekdays = ArrayField(models.SmallIntegerField(), verbose_name="星期")
    opens = models.TimeField("开门")
    closes = models.TimeField("关门")
    basis = models.CharField("依据", max_length=300)
    seq = models.IntegerField(default=0)
    head = models.BinaryField(default=b"")

    class Meta:
        verbose_name = "办公时间"
        verbose_name_plural = "办公时间"
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(condition=Q(region_end_no__gte=F("region_no")), name="hours_region_interval"),
            models.CheckConstraint(condition=Q(closes__gt=F("opens")), name="hours_in_order"),
            models.CheckConstraint(
                condition=Q(weekdays__contained_by=[1, 2, 3, 4, 5, 6, 7], weekdays__len__gt=0), name="hours_weekdays"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.region_no} {self.opens}-{self.closes}"
