"""What is known of somebody's credit: facts with basis and term, objections, batches for the credit platform.

A record is a ledger subject (``credit_record``). Facts are never deleted: a repair or a correction is a record of its
own that ends the effect of the one it is about (glossary 7).
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from tongban.ground.crypto.fields import EncryptedTextField
from tongban.ground.ids import uuid7
from tongban.registry.credit.rules import ABOUT, GRAVE, GRAVITIES, KINDS, LISTS
from tongban.registry.parties.models import Department, Organisation, Person


class CreditRecord(models.Model):
    """One fact about a person or an organisation. ``key`` makes a repeated order the same fact.

    ``effect_until`` is the last day on which it counts (empty: for ever); ``ended_on`` is the day from which it counts
    no more, because the record ``about`` it (repaired, struck) says so.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    key = models.CharField(max_length=120, unique=True)
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="credit_records", db_index=False)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, related_name="credit_records", db_index=False
    )
    label = models.CharField("信用主体（脱敏）", max_length=200)
    kind = models.CharField("种类", max_length=24, choices=list(KINDS.items()))
    gravity = models.CharField("轻重", max_length=8, choices=list(GRAVITIES.items()), blank=True, default="")
    title = models.CharField("事项", max_length=200, blank=True, default="")
    basis = models.CharField("依据", max_length=300)
    department = models.ForeignKey(Department, models.PROTECT, related_name="+", verbose_name="认定机关")
    region_no = models.IntegerField()
    case_id = models.UUIDField("办件", null=True)
    case_number = models.CharField("办件编号", max_length=40, blank=True, default="")
    paper_number = models.CharField("文书文号", max_length=80, blank=True, default="")
    source = models.CharField("来源", max_length=100, default="here", help_text="here, or the name of who told us")
    occurred_on = models.DateField("发生日期")
    recorded_at = models.DateTimeField("记录时间")
    recorded_by = models.UUIDField("记录人", null=True, help_text="staff id; empty: the system")
    effect_until = models.DateField("有效期至", null=True)
    public = models.BooleanField("是否公示", default=False)
    about = models.ForeignKey("self", models.PROTECT, null=True, related_name="notes")
    ended_on = models.DateField("不再计分", null=True)
    words = EncryptedTextField("说明", default="", blank=True)
    seq = models.IntegerField(default=0)
    head = models.BinaryField(default=b"")

    class Meta:
        verbose_name = "信用记录"
        indexes = [
            models.Index(fields=["person", "occurred_on"], name="credit_of_person", condition=Q(person__isnull=False)),
            models.Index(
                fields=["organisation", "occurred_on"],
                name="credit_of_organisation",
                condition=Q(organisation__isnull=False),
            ),
            models.Index(fields=["region_no", "-id"], name="credit_of_region"),
            models.Index(fields=["department", "-id"], name="credit_of_department"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(person__isnull=True) ^ Q(organisation__isnull=True), name="credit_of_one_party"
            ),
            models.CheckConstraint(condition=~Q(basis=""), name="credit_has_basis"),
            models.CheckConstraint(
                condition=~Q(kind__in=LISTS) | Q(effect_until__isnull=False), name="credit_list_has_term"
            ),
            models.CheckConstraint(condition=~Q(kind__in=ABOUT) | Q(about__isnull=False), name="credit_about_another"),
            models.CheckConstraint(condition=~Q(kind__in=GRAVE) | ~Q(gravity=""), name="credit_bad_has_gravity"),
            models.CheckConstraint(
                condition=Q(effect_until__isnull=True) | Q(effect_until__gte=F("occurred_on")),
                name="credit_term_ordered",
            ),
            models.UniqueConstraint(fields=["about"], condition=Q(kind__in=ABOUT), name="credit_ended_once"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.occurred_on}"


class CreditObjection(models.Model):
    """The subject says that a fact is wrong (异议); the credit officer answers in words."""

    class State(models.TextChoices):
        OPEN = "open", "等待答复"
        UPHELD = "upheld", "异议成立，已更正"
        REJECTED = "rejected", "异议不成立"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    record = models.ForeignKey(CreditRecord, models.PROTECT, related_name="objections")
    region_no = models.IntegerField()
    state = models.CharField("状态", max_length=8, choices=State.choices, default=State.OPEN)
    words = EncryptedTextField("异议")
    made_at = models.DateTimeField()
    made_by = models.UUIDField(help_text="account id")
    answer = EncryptedTextField("答复", default="", blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.UUIDField(null=True, help_text="staff id")
    answered_by_name = models.CharField(max_length=40, blank=True, default="")

    class Meta:
        verbose_name = "信用异议"
        indexes = [
            models.Index(fields=["region_no", "made_at"], name="objection_waiting", condition=Q(state="open")),
        ]
        constraints = [
            models.UniqueConstraint(fields=["record"], condition=Q(state="open"), name="one_open_objection_a_record"),
            models.CheckConstraint(
                condition=Q(state="open") | Q(answered_at__isnull=False), name="objection_answered_has_time"
            ),
        ]


class CreditBatch(models.Model):
    """Records on their way to the credit-sharing platform: one signed file, one receipt (NTC-13)."""

    class State(models.TextChoices):
        MADE = "made", "待发送"
        SENT = "sent", "已发送，等回执"
        ACKNOWLEDGED = "acknowledged", "已收到回执"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.CharField("批次号", max_length=40, unique=True)
    state = models.CharField("状态", max_length=12, choices=State.choices, default=State.MADE)
    count = models.IntegerField("条数")
    content = models.BinaryField("内容", help_text="canonical JSON in UTF-8, as it was signed")
    content_hash = models.CharField("指纹", max_length=64)
    key_id = models.CharField(max_length=40)
    signature = models.BinaryField()
    made_at = models.DateTimeField()
    attempts = models.IntegerField("已试次数", default=0)
    next_try_at = models.DateTimeField(null=True)
    error = models.CharField("最近的错误", max_length=200, blank=True, default="")
    sent_at = models.DateTimeField(null=True)
    receipt_number = models.CharField("回执号", max_length=80, blank=True, default="")
    acknowledged_at = models.DateTimeField(null=True)
    accepted = models.IntegerField("对方收下", default=0)
    rejected = models.IntegerField("对方退回", default=0)

    class Meta:
        verbose_name = "信用信息批次"
        indexes = [
            models.Index(fields=["next_try_at"], name="batch_to_try", condition=~Q(state="acknowledged")),
            models.Index(fields=["-made_at"], name="batch_newest"),
        ]


class CreditPush(models.Model):
    """One record's own way to the platform; ``reason`` is what the other side says against it."""

    class State(models.TextChoices):
        PENDING = "pending", "待推送"
        SENT = "sent", "已发送"
        ACKNOWLEDGED = "acknowledged", "对方已收下"
        REJECTED = "rejected", "对方退回"

    record = models.OneToOneField(CreditRecord, models.PROTECT, primary_key=True, related_name="push")
    state = models.CharField("状态", max_length=12, choices=State.choices, default=State.PENDING)
    batch = models.ForeignKey(CreditBatch, models.PROTECT, null=True, related_name="pushes")
    reason = models.CharField("退回原因", max_length=300, blank=True, default="")
    ordered_at = models.DateTimeField()

    class Meta:
        verbose_name = "信用信息推送"
        indexes = [models.Index(fields=["ordered_at"], name="push_pending", condition=Q(state="pending"))]
