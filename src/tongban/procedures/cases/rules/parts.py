"""Parts that several rules share: clock rows, tasks, papers, refusals of a wrong state. Pure."""

from __future__ import annotations

import uuid
from datetime import date, datetime, time, timedelta

from tongban.ground import moment
from tongban.ground.calendar import WorkingCalendar
from tongban.ground.changes import Change, Insert, NextNumber, Update
from tongban.ground.clock import Limit, due_date
from tongban.ground.errors import Refusal
from tongban.ground.ids import uuid7
from tongban.ground.policy import Principal, allowed
from tongban.procedures.cases.rules.state import CaseState, ClockView, Setting, TaskView
from tongban.registry.catalog.version import TimeLimit

STATE_WORDS = {
    "submitted": "已提交",
    "received": "已收件",
    "correction_requested": "待补正",
    "accepted": "已受理",
    "in_review": "审查中",
    "decided": "已决定",
    "issued": "已出证",
    "delivered": "已送达",
    "closed": "已归档关闭",
    "not_accepted": "不予受理",
    "withdrawn": "已撤回",
}

PAPERS: dict[str, tuple[str, str]] = {
    "receipt": ("申请材料接收凭证", "收"),
    "correction_notice": ("一次性补正告知书", "补"),
    "acceptance_notice": ("受理通知书", "受"),
    "refusal_of_acceptance": ("不予受理决定书", "不受"),
    "decision_grant": ("准予行政许可决定书", "准"),
    "decision_refuse": ("不予行政许可决定书", "不准"),
    "withdrawal_receipt": ("撤回申请凭证", "撤"),
    "licence": ("许可证件", "证"),
}
"""Kind -> (title, word in the document number)."""


def require_state(state: CaseState, *states: str) -> None:
    """Raise ``case.wrong_state`` unless the case is in one of the states."""
    if state.state not in states:
        raise Refusal(
            "case.wrong_state",
            f"这件办件现在是「{STATE_WORDS[state.state]}」，不能做这一步",
            remedy="刷新页面，按最新状态办理",
        )


def require(principal: Principal, permission: str, state: CaseState, *task_kinds: str) -> None:
    """Raise ``case.not_allowed`` unless the policy allows it on this case (on its open tasks of these kinds)."""
    if not allowed(principal, permission, state.target(*task_kinds)):
        raise Refusal(
            "case.not_allowed",
            "您当前的岗位不能做这一步",
            remedy="请切换到承担这项任务的岗位，或把办件转给有权限的同事",
        )


def end_of(day: date) -> datetime:
    """The last moment of a due day: the whole day is in time (C8)."""
    return datetime.combine(day + timedelta(days=1), time(), moment.SHANGHAI) - timedelta(microseconds=1)


def due_on(limit: TimeLimit, start: date, setting: Setting) -> tuple[date, bool]:
    """Due date of a limit that starts on ``start``, and whether it is provisional (unconfirmed year)."""
    return _due(limit, start, setting.calendar.version, setting.calendar)


_known: dict[tuple[TimeLimit, date, str], tuple[date, bool]] = {}
MOST_KNOWN = 10_000


def _due(limit: TimeLimit, start: date, version: str, calendar: WorkingCalendar) -> tuple[date, bool]:
    """Pure, so remembered: a city starts many clocks of few limits on one day."""
    key = (limit, start, version)
    found = _known.get(key)
    if found is None:
        due = due_date(start, Limit(limit.n, limit.unit, limit.basis), calendar)  # type: ignore[arg-type]
        if len(_known) >= MOST_KNOWN:
            _known.clear()
        found = _known[key] = (due.due, due.provisional)
    return found


def start_clock(
    state: CaseState, kind: str, limit: TimeLimit, start: date, setting: Setting, not_after: date | None = None
) -> Insert:
    """A running clock row; ``not_after`` caps the due date (a promise is never later than the law)."""
    due, provisional = due_on(limit, start, setting)
    if not_after is not None and due > not_after:
        due = not_after
    return Insert(
        "work.ClockRow",
        {
            "id": uuid7(setting.at),
            "subject_kind": "case",
            "subject_id": state.id,
            "kind": kind,
            "state": "running",
            "started_on": start,
            "due_on": due,
            "due_at": end_of(due),
            "provisional": provisional,
            "limit_n": limit.n,
            "limit_unit": limit.unit,
            "basis": limit.basis,
            "ended_at": None,
            "region_no": state.region_no,
            "department_id": state.department_id,
        },
    )


def end_clock(clock: ClockView | None, setting: Setting, state: str = "done") -> tuple[Change, ...]:
    """End (or stop) a running clock."""
    if clock is None:
        return ()
    return (Update("work.ClockRow", {"id": clock.id}, {"state": state, "ended_at": setting.at}),)


def end_clocks(state: CaseState, setting: Setting, *kinds: str) -> tuple[Change, ...]:
    """End every running clock of these kinds."""
    return tuple(change for kind in kinds for change in end_clock(state.clock(kind), setting))


def new_task(
    state: CaseState,
    setting: Setting,
    *,
    kind: str,
    name: str,
    post_id: int,
    department_id: int,
    due_at: datetime | None,
    branch_key: str = "",
    step_key: str = "",
) -> Insert:
    """A task for a post."""
    return Insert(
        "work.Task",
        {
            "id": uuid7(setting.at),
            "subject_kind": "case",
            "subject_id": state.id,
            "kind": kind,
            "branch_key": branch_key,
            "step_key": step_key,
            "name": name,
            "post_id": post_id,
            "department_id": department_id,
            "region_no": state.region_no,
            "number": state.number,
            "title": state.title,
            "applicant_label": state.applicant_label,
            "created_at": setting.at,
            "due_at": due_at,
        },
    )


def finish_task(task: TaskView, setting: Setting, verdict: str = "") -> Update:
    """The acting staff member has done the task."""
    principal = setting.principal
    return Update(
        "work.Task",
        {"id": task.id},
        {"done_at": setting.at, "done_by": principal.staff_id, "done_by_name": principal.name, "verdict": verdict},
    )


def drop_tasks(tasks: tuple[TaskView, ...], setting: Setting, verdict: str) -> tuple[Update, ...]:
    """Tasks that nobody needs to do any more (``verdict`` says why)."""
    return tuple(
        Update("work.Task", {"id": t.id}, {"done_at": setting.at, "done_by_name": "系统", "verdict": verdict})
        for t in tasks
    )


def paper(kind: str, case_id: uuid.UUID, setting: Setting, title: str = "") -> Insert:
    """A pending official document with its gapless number (per authority, kind and year)."""
    default_title, word = PAPERS[kind]
    authority = setting.content.authority
    year = setting.today.year
    return Insert(
        "documents.Document",
        {
            "id": uuid7(setting.at),
            "kind": kind,
            "number": NextNumber(
                scope=f"document:{authority.uscc}:{kind}:{year}",
                prefix=f"{authority.document_word}{word}〔{year}〕",
                suffix="号",
            ),
            "subject_kind": "case",
            "subject_id": case_id,
            "authority_id": authority.id,
            "title": title or default_title,
            "state": "pending",
            "created_at": setting.at,
        },
    )
