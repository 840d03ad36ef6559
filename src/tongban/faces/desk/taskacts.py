"""What can be done to several tasks of a list at once (WIN-24). Each case is its own act, with its own answer.

Not among them, on purpose: accepting, opinions and decisions. The rules know no decision without the facts of its own
case, and at-once grants (即办件) are decided with the applicant at the counter; so lists do not offer them.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from tongban.faces.desk import worklist
from tongban.ground.errors import Conflict, NotFound, Refusal
from tongban.ground.policy import Principal, may_ever
from tongban.procedures.cases import services as cases
from tongban.procedures.cases.rules.assignment import REASONS as ASSIGN_REASONS
from tongban.procedures.cases.rules.handover import REASONS as HAND_OVER_REASONS
from tongban.procedures.work.models import Task

MOST = 50
"""Tasks of one go: what fits on a screen and in a few seconds."""


@dataclass(frozen=True)
class TaskAct:
    """An act on several tasks. ``asks``: a second page asks to whom and why. ``kinds``: of these tasks only."""

    code: str
    title: str
    permission: str
    done: str
    asks: bool = False
    kinds: tuple[str, ...] = ()
    reasons: Mapping[str, str] | None = None


ACTS: tuple[TaskAct, ...] = (
    TaskAct("claim", "认领", "work.task.claim", "已认领"),
    TaskAct("release", "退回岗位", "work.task.claim", "已退回，同岗位的同事可以认领"),
    TaskAct("ready", "通知来领取", "cases.case.deliver", "已通知申请人来领取", kinds=("deliver",)),
    TaskAct("hand_over", "移交别的岗位", "cases.task.hand_over", "已移交", asks=True, reasons=HAND_OVER_REASONS),
    TaskAct("assign", "派给同事", "work.task.assign", "已派给", asks=True, reasons=ASSIGN_REASONS),
)
BY_CODE: dict[str, TaskAct] = {act.code: act for act in ACTS}


@dataclass(frozen=True)
class Form:
    """To whom and why, as typed."""

    post_id: str = ""
    staff_id: str = ""
    reason_code: str = ""
    reason: str = ""

    def problems(self, act: TaskAct) -> dict[str, str]:
        """What is missing: name of the control -> sentence."""
        found: dict[str, str] = {}
        if act.code == "hand_over" and not _whole(self.post_id):
            found["post_id"] = "请选择交给哪个岗位"
        if act.code == "assign" and _key(self.staff_id) is None:
            found["staff_id"] = "请选择派给哪位同事"
        if self.reason_code not in (act.reasons or {}):
            found["reason_code"] = "请选择原因"
        if not self.reason:
            found["reason"] = "请写明为什么"
        return found


@dataclass(frozen=True)
class Went:
    """What became of one task: ``why`` is empty when it went."""

    row: worklist.Row
    why: str = ""


def offered(principal: Principal, listing: worklist.Listing) -> tuple[TaskAct, ...]:
    """The acts that the post may ever do to tasks of this list; none for an empty one."""
    if not listing.rows:
        return ()
    kinds = {row.kind_code for row in listing.rows}
    return tuple(
        act for act in ACTS if may_ever(principal, act.permission) and (not act.kinds or kinds & set(act.kinds))
    )


def read_form(post: QueryDict) -> Form:
    """The second page as typed."""
    text = {name: post.get(name, "").replace("\x00", "").strip() for name in Form.__dataclass_fields__}
    return Form(text["post_id"], text["staff_id"], text["reason_code"], text["reason"][:500])


def ids_of(post: QueryDict) -> list[uuid.UUID]:
    """The ticked tasks, each once, in their order.

    :raises Refusal: none, or too many.
    """
    found = list(dict.fromkeys(key for key in map(_key, post.getlist("task")) if key))
    if not found:
        raise Refusal("tasks.none", "还没有选任务", remedy="在列表里勾选，再按要做的")
    if len(found) > MOST:
        raise Refusal("tasks.many", f"一次最多 {MOST} 件", remedy="分几次办")
    return found


def carry_out(principal: Principal, act: TaskAct, tasks: Iterable[Task], form: Form) -> tuple[Went, ...]:
    """Every task by its own act; one that is refused says why and holds up no other."""
    return tuple(_one(principal, act, task, form) for task in tasks)


def _one(principal: Principal, act: TaskAct, task: Task, form: Form) -> Went:
    row = worklist.row_of(task, principal.staff_id)
    if act.kinds and task.kind not in act.kinds:
        return Went(row, f"「{act.title}」只用于送达的任务")
    try:
        _DOING[act.code](principal, task, form)
    except (Refusal, Conflict, NotFound) as error:
        return Went(row, f"{error.sentence}。{error.remedy}" if error.remedy else error.sentence)
    return Went(row)


def _hand_over(principal: Principal, task: Task, form: Form) -> Any:
    to, code = int(form.post_id), form.reason_code
    return cases.hand_over(
        principal, task.subject_id, task_id=task.id, post_id=to, reason_code=code, reason=form.reason
    )


def _assign(principal: Principal, task: Task, form: Form) -> Any:
    to, code = uuid.UUID(form.staff_id), form.reason_code
    return cases.assign_task(
        principal, task.subject_id, task_id=task.id, staff_id=to, reason_code=code, reason=form.reason
    )


_DOING: dict[str, Callable[[Principal, Task, Form], Any]] = {
    "claim": lambda who, task, form: cases.claim_task(who, task.subject_id, task_id=task.id),
    "release": lambda who, task, form: cases.release_task(who, task.subject_id, task_id=task.id),
    "ready": lambda who, task, form: cases.notify_ready(who, task.subject_id),
    "hand_over": _hand_over,
    "assign": _assign,
}


def _key(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def _whole(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 10
