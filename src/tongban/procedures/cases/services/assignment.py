"""Which person of a post does a task: claim, give back, dispatch (WIN-24)."""

from __future__ import annotations

import uuid

from tongban.ground import moment
from tongban.ground.errors import Refusal
from tongban.ground.policy import Principal
from tongban.procedures.cases.acting import Done
from tongban.procedures.cases.rules import commands
from tongban.procedures.cases.rules.state import CaseState
from tongban.procedures.cases.services.doing import act
from tongban.registry.parties.models import Post, StaffPost


def claim_task(principal: Principal, case_id: uuid.UUID, *, task_id: uuid.UUID, channel: str = "desk") -> Done:
    """Take an unclaimed task of the own post."""
    return act(principal, case_id, commands.ClaimTask(task_id), channel)


def release_task(principal: Principal, case_id: uuid.UUID, *, task_id: uuid.UUID, channel: str = "desk") -> Done:
    """Give an own task back to the post."""
    return act(principal, case_id, commands.ReleaseTask(task_id), channel)


def assign_task(
    principal: Principal,
    case_id: uuid.UUID,
    *,
    task_id: uuid.UUID,
    staff_id: uuid.UUID,
    reason_code: str,
    reason: str,
    channel: str = "desk",
) -> Done:
    """Give a task to a person who holds its post today; ``reason_code`` of ``rules.assignment.REASONS``.

    :raises Refusal: see the rule; ``task.done`` when it is not open any more.
    """

    def command(state: CaseState) -> commands.AssignTask:
        task = next((t for t in state.open_tasks() if t.id == task_id), None)
        if task is None:
            raise Refusal("task.done", "没有找到这项任务，或者已经办完", remedy="刷新页面，看最新状态")
        department_id = Post.objects.values_list("department_id", flat=True).get(pk=task.post_id)
        held = StaffPost.objects.filter(post_id=task.post_id, staff_id=staff_id, valid__contains=moment.today())
        return commands.AssignTask(task_id, staff_id, department_id, held.exists(), reason_code, reason)

    return act(principal, case_id, command, channel)
