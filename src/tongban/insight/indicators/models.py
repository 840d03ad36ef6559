"""Figures of cases: one row a case for drilling down, and roll-ups by day, exact to the reader's place in the ledger.

Nothing here is the truth: everything can be folded anew out of the ledger (``recount``). Rows are written by
``services`` only.
"""

from __future__ import annotations

from django.db import models

from tongban.procedures.cases.models import Case
from tongban.registry.catalog.models import HandlingOption
from tongban.registry.parties.models import Department

OPEN = models.Q(submitted_on__isnull=False, outcome="", ended="", closed_on__isnull=True)
"""A case on which nothing has been decided and that has not ended otherwise."""


class CaseFigure(models.Model):
    """What is known of a case after its event ``seq``; ``memory`` is what the fold needs for the next one."""

    case = models.OneToOneField(Case, models.PROTECT, primary_key=True, related_name="figure")
    seq = models.IntegerField()
    region_no = models.IntegerField()
    department = models.ForeignKey(Department, models.PROTECT, related_name="+", db_index=False)
    option = models.ForeignKey(HandlingOption, models.PROTECT, related_name="+", db_index=False)
    channel = models.CharField(max_length=16)
    submitted_on = models.DateField(null=True)
    accepted_on = models.DateField(null=True)
    acceptance_on = models.DateField("受理那天", null=True)
    deemed = models.BooleanField("视为受理", default=False)
    decided_on = models.DateField(null=True)
    closed_on = models.DateField(null=True)
    outcome = models.CharField(max_length=16, blank=True, default="")
    ended = models.CharField("没有决定的结束", max_length=16, blank=True, default="")
    used_days = models.IntegerField("用了几个工作日", null=True)
    promised_days = models.IntegerField("承诺工作日", null=True)
    statutory_days = models.IntegerField("法定工作日", null=True)
    overdue_promised = models.BooleanField("超承诺", default=False)
    overdue_statutory = models.BooleanField("超法定", default=False)
    corrections = models.IntegerField("补正次数", default=0)
    deferred = models.IntegerField("容缺材料", default=0)
    lapsed = models.IntegerField("逾期未补", default=0)
    visits_told = models.IntegerField("告知跑几次", default=0)
    visits_made = models.IntegerField("实际跑几次", default=0)
    data_late_on = models.DateField("最早哪天收到迟到的数据", null=True)
    memory = models.JSONField(default=dict)

    class Meta:
        verbose_name = "办件指标"
        indexes = [
            models.Index(
                fields=["decided_on", "region_no"], name="figure_decided", condition=models.Q(decided_on__isnull=False)
            ),
            models.Index(
                fields=["closed_on", "region_no", "department"],
                name="figure_closed_by",
                condition=models.Q(closed_on__isnull=False),
            ),
            models.Index(
                fields=["accepted_on", "region_no"], name="figure_deferred", condition=models.Q(deferred__gt=0)
            ),
            models.Index(fields=["submitted_on", "region_no", "department"], name="figure_submitted_by"),
            models.Index(
                fields=["acceptance_on", "region_no", "department"],
                name="figure_accepted_by",
                condition=models.Q(acceptance_on__isnull=False),
            ),
            models.Index(
                fields=["region_no", "department", "option", "submitted_on"], name="figure_open", condition=OPEN
            ),
            models.Index(fields=["submitted_on", "region_no", "department"], name="figure_open_by_day", condition=OPEN),
            models.Index(
                fields=["decided_on", "case"],
                name="figure_overdue",
                condition=models.Q(overdue_promised=True) | models.Q(overdue_statutory=True),
            ),
            models.Index(fields=["acceptance_on", "case"], name="figure_deemed", condition=models.Q(deemed=True)),
            models.Index(
                fields=["closed_on", "case"],
                name="figure_visits",
                condition=models.Q(visits_made__gt=models.F("visits_told")) | models.Q(visits_made__gte=2),
            ),
            models.Index(fields=["option", "case"], name="figure_option"),
            models.Index(
                fields=["option", "decided_on", "case"],
                name="figure_of_option",
                condition=models.Q(decided_on__isnull=False),
            ),
            models.Index(
                fields=["department", "decided_on", "case"],
                name="figure_of_department",
                condition=models.Q(decided_on__isnull=False),
            ),
            models.Index(
                fields=["data_late_on", "region_no"],
                name="figure_late",
                condition=models.Q(data_late_on__isnull=False),
            ),
        ]


class DayFigure(models.Model):
    """The roll-up of one day, region, department and option; every column is a sum (``rules.MEASURES``)."""

    day = models.DateField()
    region_no = models.IntegerField()
    department = models.ForeignKey(Department, models.PROTECT, related_name="+", db_index=False)
    option = models.ForeignKey(HandlingOption, models.PROTECT, related_name="+", db_index=False)
    submitted = models.IntegerField(default=0)
    from_portal = models.IntegerField(default=0)
    from_window = models.IntegerField(default=0)
    from_api = models.IntegerField(default=0)
    from_other = models.IntegerField(default=0)
    accepted = models.IntegerField(default=0)
    deemed_accepted = models.IntegerField(default=0)
    not_accepted = models.IntegerField(default=0)
    corrections = models.IntegerField(default=0)
    second_demands = models.IntegerField(default=0)
    deferrals = models.IntegerField(default=0)
    deferrals_settled = models.IntegerField(default=0)
    deferrals_late = models.IntegerField(default=0)
    deferrals_lapsed = models.IntegerField(default=0)
    deferrals_ended = models.IntegerField(default=0)
    commitments = models.IntegerField(default=0)
    commitments_kept = models.IntegerField(default=0)
    commitments_breached = models.IntegerField(default=0)
    annulled = models.IntegerField(default=0)
    reliefs = models.IntegerField(default=0)
    granted = models.IntegerField(default=0)
    refused = models.IntegerField(default=0)
    decided_portal = models.IntegerField(default=0)
    decided_window = models.IntegerField(default=0)
    decided_api = models.IntegerField(default=0)
    decided_other = models.IntegerField(default=0)
    withdrawn = models.IntegerField(default=0)
    terminated = models.IntegerField(default=0)
    transferred = models.IntegerField(default=0)
    voided = models.IntegerField(default=0)
    overdue_promised = models.IntegerField(default=0)
    overdue_statutory = models.IntegerField(default=0)
    timed = models.IntegerField(default=0)
    used_days = models.IntegerField(default=0)
    promised_days = models.IntegerField(default=0)
    compared = models.IntegerField(default=0)
    compared_used_days = models.IntegerField(default=0)
    statutory_days = models.IntegerField(default=0)
    closed = models.IntegerField(default=0)
    visits_told = models.IntegerField(default=0)
    visits_made = models.IntegerField(default=0)
    visits_at_most_one = models.IntegerField(default=0)
    visits_more_than_told = models.IntegerField(default=0)
    checks_drawn = models.IntegerField(default=0)
    checks_passed = models.IntegerField(default=0)
    checks_failed = models.IntegerField(default=0)
    data_late = models.IntegerField(default=0)

    class Meta:
        verbose_name = "每日指标"
        constraints = [
            models.UniqueConstraint(fields=["day", "region_no", "department", "option"], name="day_figure_once")
        ]
        indexes = [models.Index(fields=["option", "day"], name="day_figure_of_option")]


class SplitFigure(models.Model):
    """A sum that is split by a key: buckets of used days, deferred materials by their code (``rules.SPLIT``)."""

    day = models.DateField()
    region_no = models.IntegerField()
    department = models.ForeignKey(Department, models.PROTECT, related_name="+", db_index=False)
    option = models.ForeignKey(HandlingOption, models.PROTECT, related_name="+", db_index=False)
    measure = models.CharField(max_length=20)
    key = models.CharField(max_length=40)
    n = models.IntegerField(default=0)

    class Meta:
        verbose_name = "每日分项指标"
        constraints = [
            models.UniqueConstraint(
                fields=["measure", "day", "region_no", "department", "option", "key"], name="split_figure_once"
            )
        ]
