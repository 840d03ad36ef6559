"""What waits for whom, for both engines (shapes 7). Subjects are (kind, uuid)."""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from tongban.ground.crypto.fields import EncryptedTextField
from tongban.ground.ids import uuid7
from tongban.registry.parties.models import Department, Post

CHARACTERS = models.Func(models.F("applicant_label"), template="string_to_array(%(expressions)s::text, NULL)")
"""The characters of a name: most that are looked for have two or three, one is enough to look for."""


class Task(models.Model):
    """One thing that one post must do now. ``number``, ``title`` and ``applicant_label`` are copies for the list."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    subject_kind = models.CharField(max_length=12)
    subject_id = models.UUIDField(db_index=True)
    kind = models.CharField(max_length=20, help_text="accept, handle, examine, decide, deliver")
    branch_key = models.CharField(max_length=40, blank=True)
    step_key = models.CharField(max_length=40, blank=True)
    name = models.CharField("任务", max_length=60)
    post = models.ForeignKey(Post, models.PROTECT, related_name="+", db_index=False)
    department = models.ForeignKey(Department, models.PROTECT, related_name="+", db_index=False)
    region_no = models.IntegerField()
    number = models.CharField("办件编号", max_length=40)
    title = models.CharField("事项", max_length=200)
    applicant_label = models.CharField("申请人", max_length=200)
    created_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    assigned_to = models.UUIDField("派给谁", null=True, help_text="staff id; empty: whoever holds the post")
    assigned_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    done_by = models.UUIDField(null=True, help_text="staff id")
    done_by_name = models.CharField(max_length=40, blank=True)
    verdict = models.CharField(max_length=20, blank=True)

    class Meta:
        verbose_name = "任务"
        indexes = [
            models.Index(fields=["post", "due_at", "id"], name="task_open_by_post", condition=Q(done_at=None)),
            models.Index(fields=["due_at", "id"], name="task_open_by_due", condition=Q(done_at=None)),
            models.Index(
                fields=["assigned_to", "due_at", "id"],
                name="task_open_by_staff",
                condition=Q(done_at=None, assigned_to__isnull=False),
            ),
            models.Index(
                fields=["department", "post", "assigned_to"],
                include=["due_at", "region_no"],
                name="task_open_load",
                condition=Q(done_at=None),
            ),
            models.Index(fields=["done_by", "-done_at"], name="task_done_by", condition=~Q(done_at=None)),
            GinIndex(CHARACTERS, name="task_open_names", condition=Q(done_at=None)),
        ]


CARDED = Q(state="running") & ~Q(told="")
"""A running clock that has reached a level."""


class ClockRow(models.Model):
    """A clock of a subject: a cache that lists read, and the sweep's alarm. The ledger's steps are the truth.

    ``history`` is ``{"spec": [...], "steps": [[...], ...]}`` (``ground.clock``): everything needed to read it again.
    ``due_on`` and ``due_at`` are empty while it is stopped. ``next_at`` is the next moment at which the sweep has
    something to do: warn, record a card, act.
    """

    class State(models.TextChoices):
        RUNNING = "running", "计时中"
        STOPPED = "stopped", "已停止"
        DONE = "done", "已结束"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    subject_kind = models.CharField(max_length=12)
    subject_id = models.UUIDField(db_index=True)
    kind = models.CharField(
        max_length=20,
        help_text="acceptance, notice, correction, statutory, promised, joint, step, special, delivery, deferral, "
        "dispute, commitment_check, rectification, hearing_apply, hearing_hold, supplement, opinion",
    )
    key = models.CharField(max_length=40, blank=True, default="", help_text="branch key or id of the proceeding")
    state = models.CharField(max_length=8, choices=State.choices)
    started_on = models.DateField()
    due_on = models.DateField(null=True)
    due_at = models.DateTimeField("到期时刻（当日结束）", null=True)
    provisional = models.BooleanField(default=False)
    history = models.JSONField()
    calendar_version = models.CharField(max_length=40)
    warn_at = models.DateTimeField(null=True)
    yellow_at = models.DateTimeField(null=True)
    red_at = models.DateTimeField(null=True)
    next_at = models.DateTimeField(null=True)
    told = models.CharField("已记录的最高等级", max_length=8, blank=True, default="")
    ended_at = models.DateTimeField(null=True)
    region_no = models.IntegerField()
    department = models.ForeignKey(Department, models.PROTECT, related_name="+", db_index=False)

    class Meta:
        verbose_name = "时钟"
        indexes = [
            models.Index(
                fields=["region_no", "due_at", "department"], name="clock_running", condition=Q(state="running")
            ),
            models.Index(fields=["next_at"], name="clock_alarm", condition=Q(next_at__isnull=False)),
            models.Index(
                fields=["region_no", "department", "subject_kind", "subject_id", "told"],
                include=["due_at", "id"],
                name="clock_card_subject",
                condition=CARDED,
            ),
            models.Index(
                fields=["told", "due_at", "department", "id"],
                include=["region_no"],
                name="clock_card_due",
                condition=CARDED,
            ),
        ]


class DueMove(models.Model):
    """A decision clock whose due day a recomputation moved, until the applicant has been told; then the row goes."""

    clock = models.OneToOneField(ClockRow, models.CASCADE, primary_key=True, related_name="+")
    subject_kind = models.CharField(max_length=12)
    subject_id = models.UUIDField(db_index=True)
    due_on = models.DateField("原到期日", null=True)

    class Meta:
        verbose_name = "到期日变动"


class TaskDraft(models.Model):
    """What one person has begun to write at a task: an opinion or a decision that is not given yet. No ledger.

    ``content`` is JSON {field: [typed values]}; it goes when the task is done by that person.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    task = models.ForeignKey(Task, models.CASCADE, related_name="drafts")
    staff_id = models.UUIDField()
    content = EncryptedTextField("草稿", default="{}")
    saved_at = models.DateTimeField()

    class Meta:
        verbose_name = "任务草稿"
        constraints = [models.UniqueConstraint(fields=["task", "staff_id"], name="task_draft_once")]


class Phrase(models.Model):
    """A sentence that one person keeps for opinions (常用语); those of the house ship with it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    staff_id = models.UUIDField(db_index=True)
    text = models.CharField("常用语", max_length=300)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = "常用语"
        constraints = [models.UniqueConstraint(fields=["staff_id", "text"], name="phrase_once")]
