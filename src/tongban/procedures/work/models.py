"""What waits for whom, for both engines (shapes 7). Subjects are (kind, uuid)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from tongban.ground.ids import uuid7
from tongban.registry.parties.models import Department, Post


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
    done_at = models.DateTimeField(null=True)
    done_by = models.UUIDField(null=True, help_text="staff id")
    done_by_name = models.CharField(max_length=40, blank=True)
    verdict = models.CharField(max_length=20, blank=True)

    class Meta:
        verbose_name = "任务"
        indexes = [
            models.Index(fields=["post", "due_at", "id"], name="task_open_by_post", condition=Q(done_at=None)),
            models.Index(fields=["due_at", "id"], name="task_open_by_due", condition=Q(done_at=None)),
            models.Index(fields=["done_by", "-done_at"], name="task_done_by", condition=~Q(done_at=None)),
        ]


class ClockRow(models.Model):
    """A running or stopped clock of a subject. Due dates are derived; this row is the cache that lists read."""

    class State(models.TextChoices):
        RUNNING = "running", "计时中"
        STOPPED = "stopped", "已停止"
        DONE = "done", "已结束"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    subject_kind = models.CharField(max_length=12)
    subject_id = models.UUIDField(db_index=True)
    kind = models.CharField(max_length=20, help_text="acceptance, correction, statutory, promised, step, delivery")
    state = models.CharField(max_length=8, choices=State.choices)
    started_on = models.DateField()
    due_on = models.DateField()
    due_at = models.DateTimeField("到期时刻（当日结束）")
    provisional = models.BooleanField(default=False)
    limit_n = models.IntegerField()
    limit_unit = models.CharField(max_length=12)
    basis = models.CharField(max_length=300)
    ended_at = models.DateTimeField(null=True)
    region_no = models.IntegerField()
    department = models.ForeignKey(Department, models.PROTECT, related_name="+", db_index=False)

    class Meta:
        verbose_name = "时钟"
        indexes = [
            models.Index(fields=["due_at", "id"], name="clock_open", condition=Q(state="running")),
            models.Index(fields=["department", "due_at"], name="clock_open_dept", condition=Q(state="running")),
        ]
