"""Signs of work outside the platform, each rule named with its numbers and its cases (WIN-09).

Times are read from the ledger and from tasks, whose ids are ordered by time; so a period is one range of ids.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, Final

from django.db import connection
from django.db.models import F

from tongban.ground import moment
from tongban.ground.calendars.regions import lineage
from tongban.ground.calendars.selectors import calendar_of
from tongban.ground.ids import least_of
from tongban.ground.parameters import selectors as parameters
from tongban.insight.indicators import outside
from tongban.insight.indicators.outside import MOST, RULE, Act, OutsideRule, Sign
from tongban.insight.indicators.reports.report import Asked, Cell, Head, Report, Table
from tongban.procedures.work.models import Task
from tongban.registry.parties.models import Post, StaffPost

STEPS: Final = ("handle", "examine", "decide")
_NOTHING = "这段时间没有发现。"


def rule_for(region_no: int, on: date) -> OutsideRule:
    """The numbers of a place on a day: the parameter of the region or its nearest ancestor, else the shipped ones."""
    own = parameters.find([RULE], lineage(region_no), on).get(RULE)
    return outside.rule_in_force(outside.shipped(), on) if own is None else outside.rule_of(own.value)


def build(asked: Asked) -> Report:
    """Five kinds of signs, at most :data:`MOST` of each; seven queries."""
    rule = rule_for(asked.scope.first_region, asked.period.last)
    by_code = {sign.code: sign for sign in outside.signs(rule)}
    made = {
        outside.STEP: _steps,
        outside.BULK: _bulk,
        outside.SILENT: _silent,
        outside.LATE: _late,
        outside.NO_WORK: _no_work,
    }
    return Report(
        (),
        tuple(make(asked, rule, by_code[code]) for code, make in made.items()),
        note=f"规则版本 {rule.version}。这里列的是线索，不是结论：请逐件看了办理过程再判断。",
    )


def _table(sign: Sign, heads: Sequence[str | Head], rows: Sequence[tuple[Cell, ...]]) -> Table:
    note = sign.words + (f"只列前 {MOST} 条，缩短时间范围可以看到其余的。" if len(rows) >= MOST else "")
    columns = tuple(head if isinstance(head, Head) else Head(head) for head in heads)
    return Table(sign.code, sign.name, columns, tuple(rows), empty=_NOTHING, note=note)


def _tasks(asked: Asked) -> Any:
    """Steps of the period that people completed soon after they arrived."""
    begins, ends = asked.period.moments
    return Task.objects.filter(
        id__gte=least_of(begins - timedelta(days=1)),
        id__lt=least_of(ends),
        subject_kind="case",
        kind__in=STEPS,
        done_by__isnull=False,
        done_at__gte=begins,
        done_at__lt=ends,
        **asked.scope.where,
    )


def _steps(asked: Asked, rule: OutsideRule, sign: Sign) -> Table:
    quick = _tasks(asked).filter(done_at__lt=F("created_at") + timedelta(seconds=rule.step_seconds))
    found = quick.order_by("-done_at").values_list(
        "number", "title", "department__name", "name", "done_by_name", "done_at", "created_at"
    )[:MOST]
    rows = [
        (
            Cell(number, "case"),
            Cell(title),
            Cell(department),
            Cell(name),
            Cell(who),
            Cell(done, "time"),
            Cell(int((done - begun).total_seconds()), "count"),
        )
        for number, title, department, name, who, done, begun in found
    ]
    heads = ("办件", "事项", "部门", "步骤", "办理人", "办完时间", Head("用了几秒", True))
    return _table(sign, heads, rows)


_BULK: Final = """
SELECT done_by, done_by_name, number, done_at, department_id FROM (
  SELECT t.*, count(*) OVER near AS close_by FROM (
    SELECT done_by, done_by_name, number, done_at, department_id FROM work_task
    WHERE subject_kind = 'case' AND kind = ANY(%(kinds)s) AND done_by IS NOT NULL
      AND done_at >= %(begins)s AND done_at < %(ends)s AND region_no BETWEEN %(first)s AND %(last)s
      AND (%(department)s::bigint IS NULL OR department_id = %(department)s)
      AND (done_at AT TIME ZONE 'Asia/Shanghai')::time >= %(after)s
  ) t
  WINDOW near AS (PARTITION BY done_by ORDER BY done_at
    RANGE BETWEEN make_interval(secs => %(seconds)s) PRECEDING AND make_interval(secs => %(seconds)s) FOLLOWING)
) counted WHERE close_by >= %(acts)s ORDER BY done_at LIMIT 5000
"""
"""Steps that have enough of the same person's around them; ``outside.runs`` says which make a run."""


def _bulk(asked: Asked, rule: OutsideRule, sign: Sign) -> Table:
    begins, ends = asked.period.moments
    values: dict[str, Any] = {
        "kinds": list(STEPS),
        "begins": begins,
        "ends": ends,
        "first": asked.scope.first_region,
        "last": asked.scope.last_region,
        "department": asked.scope.department_id,
        "after": rule.bulk_after,
        "seconds": rule.bulk_seconds,
        "acts": rule.bulk_acts,
    }
    with connection.cursor() as cursor:
        cursor.execute(_BULK, values)
        acts = [Act((who, name), at, number) for who, name, number, at, _department in cursor.fetchall()]
    rows = [
        (
            Cell(run.who[1]),
            Cell(run.acts[0].at, "time"),
            Cell(int((run.acts[-1].at - run.acts[0].at).total_seconds()), "count"),
            Cell(len(run.acts), "count"),
            Cell("、".join(dict.fromkeys(act.number for act in run.acts))),
        )
        for run in outside.runs(acts, rule)[:MOST]
    ]
    return _table(sign, ("办理人", "从", Head("共几秒", True), Head("步骤", True), "办件"), rows)


def _silent(asked: Asked, rule: OutsideRule, sign: Sign) -> Table:
    scope = asked.scope
    posts = Post.objects.filter(
        roles__contains=["window_clerk"], region__no__range=(scope.first_region, scope.last_region)
    )
    if scope.department_id is not None:
        posts = posts.filter(department_id=scope.department_id)
    held = StaffPost.objects.filter(post__in=posts).values_list("post_id", flat=True)
    known = list(posts.filter(id__in=held).select_related("department", "region").order_by("department__name", "name"))
    active = _active_days(asked, [post.pk for post in known])
    first, last = asked.period.days
    last = min(last, moment.today())
    rows = []
    for post in known:
        calendar = calendar_of(post.region.no)
        for begun, ended, days in outside.silences(active.get(post.pk, ()), first, last, calendar, rule):
            rows.append(
                (
                    Cell(post.name),
                    Cell(post.department.name),
                    Cell(begun, "day"),
                    Cell(ended, "day"),
                    Cell(days, "count"),
                )
            )
    return _table(sign, ("窗口岗位", "部门", "从", "到", Head("工作日", True)), rows[:MOST])


_ACTIVE: Final = """
SELECT DISTINCT post_id, (recorded_at AT TIME ZONE 'Asia/Shanghai')::date FROM ledger_event
WHERE id >= %s AND id < %s AND actor_kind = 'staff' AND post_id = ANY(%s)
"""


def _active_days(asked: Asked, posts: list[int]) -> dict[int, set[date]]:
    begins, ends = asked.period.moments
    found: dict[int, set[date]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_ACTIVE, [least_of(begins), least_of(ends), posts])
        for post, day in cursor.fetchall():
            found.setdefault(post, set()).add(day)
    return found


_CASES = " JOIN cases_case c ON c.id = e.subject_id JOIN parties_department d ON d.id = c.department_id"
_MINE = (
    " AND c.region_no BETWEEN %(first)s AND %(last)s"
    " AND (%(department)s::bigint IS NULL OR c.department_id = %(department)s)"
)
_LATE: Final = f"""
SELECT c.number, c.title, d.name, e.kind, e.recorded_at,
       coalesce(nullif(e.body->>'held_on', '')::date, (e.occurred_at AT TIME ZONE 'Asia/Shanghai')::date) AS on_day
FROM ledger_event e{_CASES}
WHERE e.id >= %(from)s AND e.id < %(upto)s AND e.subject_kind = 'case' AND e.actor_kind = 'staff'
  AND (nullif(e.body->>'held_on', '') IS NOT NULL OR e.occurred_at < e.recorded_at - make_interval(days => %(days)s))
  AND (
    coalesce(nullif(e.body->>'held_on', '')::date, (e.occurred_at AT TIME ZONE 'Asia/Shanghai')::date)
      < (e.recorded_at AT TIME ZONE 'Asia/Shanghai')::date - %(days)s
    OR nullif(e.body->>'held_on', '')::date < (c.submitted_at AT TIME ZONE 'Asia/Shanghai')::date
  ){_MINE}
ORDER BY e.id DESC LIMIT {MOST}
"""  # noqa: S608 - constants of ours


def _values(asked: Asked, **more: Any) -> dict[str, Any]:
    begins, ends = asked.period.moments
    scope = asked.scope
    own = {"first": scope.first_region, "last": scope.last_region, "department": scope.department_id}
    return {"from": least_of(begins), "upto": least_of(ends), **own, **more}


def _late(asked: Asked, rule: OutsideRule, sign: Sign) -> Table:
    with connection.cursor() as cursor:
        cursor.execute(_LATE, _values(asked, days=rule.late_days))
        found = cursor.fetchall()
    rows = [
        (
            Cell(number, "case"),
            Cell(title),
            Cell(department),
            Cell(EVENT_WORDS.get(kind, kind)),
            Cell(day, "day"),
            Cell(entered, "time"),
        )
        for number, title, department, kind, entered, day in found
    ]
    return _table(sign, ("办件", "事项", "部门", "事情", "发生日期", "录入时间"), rows)


EVENT_WORDS = {
    "case.joint_meeting_held": "部门会商",
    "case.hearing_held": "听证",
    "case.party_heard": "听取利害关系人意见",
    "case.delivered": "送达",
}

_NO_WORK: Final = f"""
SELECT c.number, c.title, d.name, told.outcome_by, told.minutes, told.steps FROM (
  SELECT f.case_id, f.promised_days,
    count(*) FILTER (WHERE e.kind = 'case.step_completed') AS steps,
    (extract(epoch FROM max(e.recorded_at) FILTER (WHERE e.kind = 'case.decided') - min(e.recorded_at)) / 60)::int
      AS minutes,
    max(e.actor_id::text) FILTER (WHERE e.kind = 'case.decided' AND e.actor_kind = 'staff') AS outcome_by,
    bool_or(e.kind = 'case.accepted' AND (e.body->>'mode' = 'instant'
      OR coalesce(e.body->'credit'->'reliefs' ? 'waive_review', false))) AS without
  FROM indicators_casefigure f JOIN ledger_event e ON e.subject_id = f.case_id AND e.subject_kind = 'case'
  WHERE f.decided_on BETWEEN %(begins)s AND %(ends)s
  GROUP BY f.case_id
) told JOIN cases_case c ON c.id = told.case_id JOIN parties_department d ON d.id = c.department_id
WHERE told.outcome_by IS NOT NULL AND NOT told.without
  AND (told.steps = 0 OR (told.promised_days >= 1 AND told.minutes < %(minutes)s)){_MINE}
ORDER BY told.case_id DESC LIMIT {MOST}
"""  # noqa: S608 - constants of ours


def _no_work(asked: Asked, rule: OutsideRule, sign: Sign) -> Table:
    first, last = asked.period.days
    with connection.cursor() as cursor:
        cursor.execute(_NO_WORK, _values(asked, begins=first, ends=last, minutes=rule.road_minutes))
        found = cursor.fetchall()
    rows = [
        (Cell(number, "case"), Cell(title), Cell(department), Cell(steps, "count"), Cell(minutes, "count"))
        for number, title, department, _who, minutes, steps in found
    ]
    return _table(sign, ("办件", "事项", "部门", Head("审查步骤", True), Head("从提交到决定（分钟）", True)), rows)
