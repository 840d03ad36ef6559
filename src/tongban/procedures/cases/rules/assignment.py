"""Which person of a post does a task: claimed, given back, or dispatched with a reason (办件调度, WIN-24). Pure.

The post answers for the task, the person works at it: a claim tells colleagues that somebody is at it and fills the
load view. It takes no power from the post, so a colleague may still act when the claimer falls ill. Who may not decide
a case because they accepted or handled it (受审分离) is not given its decision either.
"""

from __future__ import annotations

import uuid

from tongban.ground.changes import Outcome, Update
from tongban.ground.errors import Refusal
from tongban.ground.ledger.chain import EventDraft
from tongban.procedures.cases.rules import parts, proceedings
from tongban.procedures.cases.rules.commands import AssignTask, ClaimTask, ReleaseTask
from tongban.procedures.cases.rules.handover import REASONS as HAND_OVER_REASONS
from tongban.procedures.cases.rules.state import CaseState, Setting, TaskView

REASONS = {"dispatch": "派件", **HAND_OVER_REASONS}
"""Why a task is given to a person."""


def claim(state: CaseState, command: ClaimTask, setting: Setting) -> Outcome:
    """A holder of the post takes an unclaimed task of the post."""
    task = _task(state, command.task_id)
    staff_id = _acting_person(state, task, setting)
    if task.assigned_to == staff_id:
        raise Refusal("claim.own", "这项任务已经在您名下")
    if task.assigned_to is not None:
        raise Refusal("claim.taken", "这项任务已经由同岗位的同事承办", remedy="请同事退回，或请有调度权的人改派给您")
    _require_apart(state, task, staff_id, setting)
    return _given(task, staff_id, setting, "case.task_claimed")


def release(state: CaseState, command: ReleaseTask, setting: Setting) -> Outcome:
    """Whose task it is gives it back to the post."""
    task = _task(state, command.task_id)
    if task.assigned_to is None or task.assigned_to != _acting_person(state, task, setting):
        raise Refusal("release.not_own", "这项任务不在您名下，不用退回")
    return _given(task, None, setting, "case.task_released")


def assign(state: CaseState, command: AssignTask, setting: Setting) -> Outcome:
    """Who dispatches gives the task to a person who holds its post today, with a coded reason and words."""
    principal = setting.principal
    task = _task(state, command.task_id)
    parts.require(principal, "work.task.assign", state)
    if "hall_manager" not in principal.roles and command.department_id != principal.department_id:
        raise Refusal("assign.department", "这项任务由别的部门承担，不能由您调度")
    if command.reason_code not in REASONS:
        raise Refusal("assign.kind", "请选择调度的原因", field="reason_code")
    if not command.reason.strip():
        raise Refusal("assign.reason", "请写明为什么这样派", field="reason")
    if not command.holds_post:
        raise Refusal("assign.post", "这位同事今天不在这项任务的岗位上", field="staff_id", remedy="换岗位要用移交任务")
    if task.assigned_to == command.staff_id:
        raise Refusal("assign.same", "这项任务已经在这位同事名下", field="staff_id")
    _require_apart(state, task, command.staff_id, setting)
    matter = proceedings.opened(
        state,
        setting,
        "assignment",
        key=str(task.id),
        branch_key=task.branch_key,
        reason=command.reason,
        data={"task_kind": task.kind, "to_staff": str(command.staff_id), "reason_code": command.reason_code},
        done=True,
        result=command.reason_code,
    )
    told = {"proceeding_id": matter.values["id"], "from_staff": task.assigned_to}
    given = _given(task, command.staff_id, setting, "case.task_assigned", told, command.reason_code)
    return Outcome(given.events, (matter, *given.changes))


def _task(state: CaseState, task_id: uuid.UUID) -> TaskView:
    task = next((t for t in state.open_tasks() if t.id == task_id), None)
    if task is None:
        raise Refusal("task.done", "没有找到这项任务，或者已经办完", remedy="刷新页面，看最新状态")
    return task


def _acting_person(state: CaseState, task: TaskView, setting: Setting) -> uuid.UUID:
    """The person at the post of the task; anybody else is refused."""
    principal = setting.principal
    parts.require(principal, "work.task.claim", state, task.kind)
    if principal.post_id != task.post_id or principal.staff_id is None:
        raise Refusal("claim.other_post", "这项任务由别的岗位承担")
    return principal.staff_id


def _require_apart(state: CaseState, task: TaskView, staff_id: uuid.UUID, setting: Setting) -> None:
    """The strict level never lets who accepted or handled a case decide it; the other levels look at the outcome."""
    if task.kind != "decide" or setting.content.separation_level != "strict":
        return
    before = {t.done_by for t in state.tasks if t.done and t.kind in ("accept", "handle")} | {state.accepted_by}
    if staff_id in before:
        raise Refusal(
            "assign.apart",
            "受理或承办过这件办件的人不能作决定",
            field="staff_id",
            remedy="请派给没有受理、没有承办过的同事",
        )


def _given(
    task: TaskView,
    staff_id: uuid.UUID | None,
    setting: Setting,
    kind: str,
    told: dict[str, object] | None = None,
    reason_code: str = "",
) -> Outcome:
    body = {"task_id": task.id, "task_kind": task.kind, "post": task.post_id, "to_staff": staff_id, **(told or {})}
    values = {"assigned_to": staff_id, "assigned_at": setting.at if staff_id else None}
    return Outcome((EventDraft(kind, body, reason_code=reason_code),), (Update("work.Task", {"id": task.id}, values),))
