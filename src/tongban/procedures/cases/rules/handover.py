"""A task goes to another post: who answers for it changes, on record (APR-18, WIN-14). Pure.

Nobody hands over what is another department's: a branch stays with its department, a decision with the deciding one.
"""

from __future__ import annotations

from tongban.ground.changes import Outcome, Update
from tongban.ground.errors import Refusal
from tongban.procedures.cases.rules import clocking, parts, proceedings
from tongban.procedures.cases.rules.commands import HandOver
from tongban.procedures.cases.rules.state import CaseState, Setting, TaskView

REASONS = {"roster": "轮班", "leave": "请假", "conflict": "回避", "workload": "工作量调整"}
"""Why a task goes to another post."""

ANYWHERE = ("accept", "deliver", "opinion")
"""Kinds whose post may belong to another unit (a hall, an entrusted window, the asked unit)."""


def hand_over(state: CaseState, command: HandOver, setting: Setting) -> Outcome:
    """Who holds the task, or oversees the hall, gives it to another post with a coded reason and words."""
    principal = setting.principal
    task = _task(state, command)
    parts.require(principal, "cases.task.hand_over", state, task.kind)
    if principal.post_id != task.post_id and "hall_manager" not in principal.roles:
        raise Refusal("hand_over.other_post", "这项任务由别的岗位承担，不能由您移交")
    if command.reason_code not in REASONS:
        raise Refusal("hand_over.kind", "请选择移交的原因", field="reason_code")
    if not command.reason.strip():
        raise Refusal("hand_over.reason", "请写明为什么移交", field="reason")
    if command.post_id == task.post_id:
        raise Refusal("hand_over.same_post", "这项任务已经在这个岗位", field="post_id")
    if task.kind not in ANYWHERE and command.department_id != _department(state, task):
        raise Refusal(
            "hand_over.department",
            "任务只能在承担部门内移交",
            field="post_id",
            remedy="换部门要走移送，或由对方部门自己的分支办理",
        )
    return _handed_over(state, command, task, setting)


def _task(state: CaseState, command: HandOver) -> TaskView:
    task = next((t for t in state.open_tasks() if t.id == command.task_id), None)
    if task is None:
        raise Refusal("hand_over.done", "没有找到这项任务，或者已经办完", remedy="刷新页面，看最新状态")
    return task


def _department(state: CaseState, task: TaskView) -> int:
    return next((b.department_id for b in state.branches if b.key == task.branch_key), state.department_id)


def _handed_over(state: CaseState, command: HandOver, task: TaskView, setting: Setting) -> Outcome:
    """The task goes on to the other post, with the reason; limits run on."""
    posts = {"from_post": task.post_id, "to_post": command.post_id}
    matter = proceedings.opened(
        state,
        setting,
        "hand_over",
        key=str(task.id),
        branch_key=task.branch_key,
        reason=command.reason,
        data={**posts, "task_kind": task.kind, "reason_code": command.reason_code},
        done=True,
        result=command.reason_code,
    )
    values = {"post_id": command.post_id, "department_id": command.department_id}
    moved = Update("work.Task", {"id": task.id}, {**values, "assigned_to": None, "assigned_at": None})
    body = {
        "proceeding_id": matter.values["id"],
        "task_id": task.id,
        "task_kind": task.kind,
        "by_post": setting.principal.post_id,
        **posts,
    }
    return Outcome((clocking.event("case.handed_over", body, (), command.reason_code),), (matter, moved))
