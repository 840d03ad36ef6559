"""Parts that several rules share: tasks, papers, refusals of a wrong state. Pure."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from tongban.ground import moment
from tongban.ground.changes import Change, Insert, NextNumber, Update
from tongban.ground.errors import Refusal
from tongban.ground.ids import uuid7
from tongban.ground.policy import Principal, allowed
from tongban.procedures.cases.rules import clocking
from tongban.procedures.cases.rules.clocking import due_of
from tongban.procedures.cases.rules.paper_kinds import KINDS
from tongban.procedures.cases.rules.state import DECISION_CLOCKS, CaseState, Setting, TaskView
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
    "suspended": "特殊环节中",
    "terminated": "已终止",
    "transferred": "已转出",
    "void": "已作废",
}

REVIEW_TASKS = ("handle", "examine", "decide")


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


def require_department(principal: Principal, department_id: int) -> None:
    """Raise ``case.other_department`` unless the principal acts for that department (a branch, or the deciding one)."""
    if principal.department_id != department_id:
        raise Refusal(
            "case.other_department",
            "这一步要由承担这项工作的部门办理",
            remedy="请交给该部门的同事，或切换到该部门的岗位",
        )


def end_of(day: date) -> datetime:
    """The last moment of a due day: the whole day is in time (C8)."""
    return datetime.combine(day + timedelta(days=1), time(), moment.SHANGHAI) - timedelta(microseconds=1)


def due_on(limit: TimeLimit, start: date, setting: Setting) -> date:
    """The last day in time of a limit that starts on ``start``."""
    due = due_of(clocking.start("step", limit, start, at=setting.at), setting).due
    assert due is not None  # nothing stops a clock that has only begun
    return due


def task_due(state: CaseState, setting: Setting) -> datetime | None:
    """When a task of the review is due: with the clock that binds (C14); while all are stopped, with the special step.

    Never empty while something is open: work lists show what has a date.
    """
    due = state.binding_due()
    if due is None:
        due = max((p.due_on for p in state.open_proceedings() if p.due_on), default=None)
    return end_of(due) if due else None


def dues_after(state: CaseState, rows: Iterable[Change]) -> dict[str, date | None]:
    """Due days of the running decision and step clocks after an act: kind (of a step, with its key) -> day."""
    values = {row.key["id"]: row.values for row in rows if isinstance(row, Update)}
    found: dict[str, date | None] = {}
    for view in state.open_clocks(*DECISION_CLOCKS, "step"):
        told = values.get(view.id, {"state": view.state, "due_on": view.due_on})
        if told["state"] == "running":
            found[f"step:{view.key}" if view.kind == "step" else view.kind] = told["due_on"]
    return found


def retimed(state: CaseState, rows: Iterable[Change]) -> tuple[Update, ...]:
    """Open tasks of the review are due with the clock that binds them; while all are stopped they keep their date."""
    dues = dues_after(state, rows)
    binding = min((due for kind, due in dues.items() if due and not kind.startswith("step:")), default=None)
    found = ((task, dues.get(f"step:{task.branch_key}", binding)) for task in state.open_tasks(*REVIEW_TASKS))
    return tuple(Update("work.Task", {"id": task.id}, {"due_at": end_of(due)}) for task, due in found if due)


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
    known = KINDS[kind]
    authority = setting.content.authority
    year = setting.today.year
    return Insert(
        "documents.Document",
        {
            "id": uuid7(setting.at),
            "kind": kind,
            "number": NextNumber(
                scope=f"document:{authority.uscc}:{known.word}:{year}",
                prefix=f"{authority.document_word}{known.word}〔{year}〕",
                suffix="号",
            ),
            "subject_kind": "case",
            "subject_id": case_id,
            "authority_id": authority.id,
            "title": title or known.title,
            "state": "pending",
            "created_at": setting.at,
        },
    )
