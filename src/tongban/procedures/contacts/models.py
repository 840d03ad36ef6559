"""First contacts (首问负责): who was asked, what, and what came of it. No case, no clock, no seal (glossary 8.1).

Rows are written by ``acts.commit`` only. What people said stands encrypted; the ledger holds ids, codes and dates.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from tongban.ground.crypto.fields import EncryptedTextField
from tongban.ground.ids import uuid7
from tongban.registry.catalog.models import ItemVersion
from tongban.registry.parties.models import Department, Person, Post, Region, Staff


class Channel(models.TextChoices):
    """How the person asked."""

    WINDOW = "window", "窗口"
    PHONE = "phone", "电话"
    VISIT = "visit", "来访"
    WEB = "web", "网上"


class Outcome(models.TextChoices):
    """What came of a contact; ``waiting`` is a web question that nobody has answered yet, never an answer."""

    GUIDANCE = "guidance", "一次性告知"
    HANDED_BACK = "handed_back", "材料带回"
    NEGATIVE_ANSWER = "negative_answer", "答复不能办"
    PASSED_ON = "passed_on", "转给别人"
    ANSWERED = "answered", "当场答复"
    WAITING = "waiting", "等答复"


class FirstContact(models.Model):
    """One question of one person; the ledger subject ``contact``.

    ``post`` and ``staff`` were asked first and stay responsible for the record. While somebody else owes the answer,
    ``holder_post`` names them and ``concluded_at`` is empty. ``answers`` is JSON {element path: value} of the
    situation questions. A web question was put to nobody in person: it waits from the beginning, is due on ``due_on``,
    and whoever asked reads the answer with ``query_password``, with the mobile (``phone_index``), or as ``asker``.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.CharField("首问登记号", max_length=40, unique=True)
    submission_key = models.UUIDField(unique=True, help_text="同一次登记只成一条")
    region = models.ForeignKey(Region, models.PROTECT)
    region_no = models.IntegerField()
    department = models.ForeignKey(Department, models.PROTECT)
    post = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+", db_index=False)
    staff = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+", db_index=False)
    asked_at = models.DateTimeField("什么时候问的")
    registered_at = models.DateTimeField("什么时候登记的")
    channel = models.CharField("渠道", max_length=8, choices=Channel.choices)
    question = EncryptedTextField("问什么")
    version = models.ForeignKey(ItemVersion, models.PROTECT, null=True)
    title = models.CharField("事项", max_length=200, blank=True)
    answers = EncryptedTextField(default="{}")
    person_name = EncryptedTextField("姓名", default="", blank=True)
    person_phone = EncryptedTextField("电话", default="", blank=True)
    person_label = models.CharField("来问的人（脱敏）", max_length=60, blank=True)
    phone_index = models.CharField(max_length=64, blank=True, default="")
    asker = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", db_index=False)
    query_password = models.CharField("查询密码", max_length=12, blank=True, default="")
    call_back = models.CharField("什么时候回电话", max_length=10, blank=True, default="", help_text="不要回电话的为空")
    due_on = models.DateField("答应哪天前答复", null=True)
    outcome = models.CharField("结果", max_length=16, choices=Outcome.choices)
    holder_post = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+", db_index=False)
    concluded_at = models.DateTimeField(null=True)
    rounds = models.IntegerField("答复次数", default=1)
    seq = models.IntegerField(default=0)
    head = models.BinaryField(default=b"")

    class Meta:
        verbose_name = "首问登记"
        indexes = [
            models.Index(fields=["region_no", "asked_at"], name="contact_of_region"),
            models.Index(fields=["holder_post", "id"], name="contact_waiting", condition=Q(concluded_at=None)),
            models.Index(fields=["asker", "-id"], name="contact_of_asker", condition=Q(asker__isnull=False)),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(holder_post__isnull=True, concluded_at__isnull=False)
                | Q(holder_post__isnull=False, concluded_at__isnull=True),
                name="contact_held_or_concluded",
            ),
            models.CheckConstraint(
                condition=Q(channel="web", post=None, staff=None, due_on__isnull=False)
                | (~Q(channel="web") & Q(post__isnull=False, staff__isnull=False)),
                name="contact_asked_of_somebody",
            ),
            models.CheckConstraint(
                condition=Q(outcome="waiting", rounds=0) | (~Q(outcome="waiting") & Q(rounds__gt=0)),
                name="contact_waiting_without_answer",
            ),
        ]


class ContactAnswer(models.Model):
    """What one post answered; the first one is that of whoever was asked first.

    ``basis`` is [{instrument, article}]; ``returned`` is JSON [{name, copies, fault, remedy}].
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    contact = models.ForeignKey(FirstContact, models.PROTECT, related_name="given_answers", db_index=False)
    round = models.IntegerField()
    post = models.ForeignKey(Post, models.PROTECT, related_name="+", db_index=False)
    staff = models.ForeignKey(Staff, models.PROTECT, related_name="+", db_index=False)
    given_at = models.DateTimeField()
    outcome = models.CharField(max_length=16, choices=Outcome.choices)
    words = EncryptedTextField(default="", blank=True)
    basis = models.JSONField(default=list)
    returned = EncryptedTextField(default="[]")
    passed_to = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        verbose_name = "首问答复"
        indexes = [models.Index(fields=["post", "-contact"], name="contact_answer_of_post")]
        constraints = [
            models.UniqueConstraint(fields=["contact", "round"], name="contact_answer_once"),
            models.CheckConstraint(
                condition=Q(outcome="passed_on", passed_to__isnull=False)
                | (~Q(outcome="passed_on") & Q(passed_to__isnull=True)),
                name="contact_passed_to_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(outcome="negative_answer") | ~Q(basis=[]), name="contact_negative_has_basis"
            ),
        ]


class NegativeAnswer(models.Model):
    """A "no" of a window or desk, reported to the hall manager, who checks it (否定报备)."""

    class Verdict(models.TextChoices):
        UPHELD = "upheld", "答复正确"
        OVERTURNED = "overturned", "应当重新答复"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    answer = models.OneToOneField(ContactAnswer, models.PROTECT, related_name="report")
    contact = models.ForeignKey(FirstContact, models.PROTECT, related_name="negative_answers")
    region_no = models.IntegerField()
    reported_at = models.DateTimeField()
    checked_at = models.DateTimeField(null=True)
    checked_by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+", db_index=False)
    verdict = models.CharField(max_length=10, choices=Verdict.choices, blank=True, default="")
    words = EncryptedTextField(default="", blank=True)

    class Meta:
        verbose_name = "否定答复报备"
        indexes = [
            models.Index(fields=["region_no", "reported_at"], name="negative_answer_of_region"),
            models.Index(fields=["region_no", "id"], name="negative_answer_open", condition=Q(checked_at=None)),
        ]
