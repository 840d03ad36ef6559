"""Branches, steps and their join. Pure. 行政许可法 art. 34 (examination), 42(2) (several departments at the same time).

A step with a limit of its own has a ``step`` clock (key = branch); the last branch that is done opens the decision.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from tongban.ground.changes import Change, Insert, Outcome, Update
from tongban.ground.errors import Refusal
from tongban.ground.ids import uuid7
from tongban.procedures.cases.rules import clocking, parts, specials
from tongban.procedures.cases.rules.clocking import ClockStep
from tongban.procedures.cases.rules.commands import CompleteStep
from tongban.procedures.cases.rules.state import BranchView, CaseState, Setting, TaskView
from tongban.registry.catalog.version import Branch, Step

VERDICTS = {"pass": "通过", "object": "不通过"}


def _step_task(state: CaseState, branch: Branch, step: Step, setting: Setting, due_at: datetime | None) -> Insert:
    if step.limit:
        due_at = parts.end_of(parts.due_on(step.limit, setting.today, setting))
    return parts.new_task(
        state,
        setting,
        kind=step.kind,
        name=step.name,
        post_id=step.post_id,
        department_id=branch.department_id,
        due_at=due_at,
        branch_key=branch.key,
        step_key=step.key,
    )


def _step_clock(branch: Branch, step: Step, setting: Setting) -> tuple[ClockStep, ...]:
    """The step's own clock, when the version gives it a limit."""
    if step.limit is None:
        return ()
    return (clocking.start("step", step.limit, setting.today, key=branch.key, at=setting.at),)


def decision_task(state: CaseState, setting: Setting, due_at: datetime | None) -> Insert:
    """The decision waits at its post."""
    return parts.new_task(
        state,
        setting,
        kind="decide",
        name="作出决定",
        post_id=setting.content.flow.decision_post_id,
        department_id=state.department_id,
        due_at=due_at,
    )


def first_clocks(setting: Setting, branches: Sequence[Branch] | None = None) -> tuple[ClockStep, ...]:
    """The step clocks that run when the review starts; they stand in the body of ``case.review_started``.

    :param branches: those that review now; all of the version when left out.
    """
    reviewing = setting.content.flow.branches if branches is None else branches
    return tuple(clock for b in reviewing for clock in _step_clock(b, b.steps[0], setting))


def open_branches(
    state: CaseState, setting: Setting, due_at: datetime | None, branches: Sequence[Branch] | None = None
) -> tuple[Change, ...]:
    """Every department begins at once: an active branch each, with its first step; none = straight to the decision.

    Includes the rows of :func:`first_clocks`, which the event must tell.
    """
    reviewing = setting.content.flow.branches if branches is None else tuple(branches)
    changes: list[Change] = []
    for branch in reviewing:
        changes.append(
            Insert(
                "cases.CaseBranch",
                {
                    "id": uuid7(setting.at),
                    "case_id": state.id,
                    "key": branch.key,
                    "name": branch.name,
                    "department_id": branch.department_id,
                    "state": "active",
                },
            )
        )
        changes.append(_step_task(state, branch, branch.steps[0], setting, due_at))
    if not reviewing:
        changes.append(decision_task(state, setting, due_at))
    return (*changes, *clocking.react(state, first_clocks(setting, reviewing), setting))


def _task_of(state: CaseState, command: CompleteStep, setting: Setting) -> TaskView:
    task = next((t for t in state.tasks if t.id == command.task_id and t.kind in ("handle", "examine")), None)
    if task is None:
        raise Refusal("step.unknown", "没有找到这项任务", remedy="回到待办列表重新打开")
    if task.done:
        raise Refusal("step.done", "这一步已经办完了", remedy="刷新页面，看最新状态")
    if task.post_id != setting.principal.post_id:
        raise Refusal("step.other_post", "这一步由别的岗位办理", remedy="请切换到承担这项任务的岗位")
    return task


def _branch_view(state: CaseState, key: str) -> BranchView:
    view = next(b for b in state.branches if b.key == key)
    if view.state == "suspended":
        raise Refusal(
            "step.suspended",
            f"「{view.name}」的特殊环节还没有结束，不能办结这一步",
            remedy="先登记特殊环节的结果，恢复办理",
        )
    return view


def _require_opinion(command: CompleteStep, setting: Setting) -> None:
    if command.verdict not in VERDICTS:
        raise Refusal("step.verdict", "请选择审查意见：通过或不通过", field="verdict")
    if not command.text.strip():
        raise Refusal("step.text", "请写明审查意见", field="text", remedy="写清看了什么、结论是什么；不通过要写明理由")
    if command.verdict == "object" and setting.content.law.positive == "recorded":
        raise Refusal(
            "step.never_refused",
            "备案只核对材料，不能以不通过结束",
            field="verdict",
            remedy="材料有问题的，请发补充材料通知",
        )


def complete_step(state: CaseState, command: CompleteStep, setting: Setting) -> Outcome:
    """A post gives its opinion; the next step of the branch opens, or the branch ends; the last one joins."""
    parts.require_state(state, "in_review")
    task = _task_of(state, command, setting)
    parts.require(setting.principal, f"cases.step.{task.kind}", state, task.kind)
    view = _branch_view(state, task.branch_key)
    _require_opinion(command, setting)
    branch = next(b for b in setting.content.flow.branches if b.key == task.branch_key)
    position = next(i for i, s in enumerate(branch.steps) if s.key == task.step_key)
    step = branch.steps[position]
    opinion = _opinion(state, command, task, step, branch, setting)
    body: dict[str, object] = {
        "branch": branch.key,
        "step": step.key,
        "verdict": command.verdict,
        "opinion_id": opinion.values["id"],
    }
    ended = position + 1 == len(branch.steps) or command.verdict == "object"
    steps = clocking.stop(state, setting, "step", key=branch.key)
    changes: list[Change] = [parts.finish_task(task, setting, command.verdict), opinion]
    if ended:
        joined = all(b.state == "done" for b in state.branches if b.key != branch.key)
        body |= {"branch_done": True, "joined": joined}
        changes += _branch_done(state, view, command.verdict, joined, setting)
        if not joined and _all_held(state, view):
            body["state"] = "suspended"
            changes.append(Update("cases.Case", {"id": state.id}, {"state": "suspended"}))
    else:
        following = branch.steps[position + 1]
        steps = (*steps, *_step_clock(branch, following, setting))
        changes.append(_step_task(state, branch, following, setting, parts.task_due(state, setting)))
    changes += clocking.react(state, steps, setting)
    return Outcome((clocking.event("case.step_completed", body, steps),), tuple(changes))


def _all_held(state: CaseState, done: BranchView) -> bool:
    """Whether special steps hold every branch that is still open, now that this one is done: the case shows it."""
    if all(b.state != "suspended" for b in state.branches):
        return False
    rest = tuple(replace(b, state="done") if b.id == done.id else b for b in state.branches)
    places = specials.places_of(state.proceedings)
    return specials.standing(replace(state, branches=rest), places).state == "suspended"


def _branch_done(
    state: CaseState, view: BranchView, verdict: str, joined: bool, setting: Setting
) -> tuple[Change, ...]:
    values = {"state": "done", "verdict": verdict, "finished_at": setting.at}
    done = Update("cases.CaseBranch", {"id": view.id}, values)
    return (done, decision_task(state, setting, parts.task_due(state, setting))) if joined else (done,)


def _opinion(
    state: CaseState, command: CompleteStep, task: TaskView, step: Step, branch: Branch, setting: Setting
) -> Insert:
    return Insert(
        "cases.Opinion",
        {
            "id": uuid7(setting.at),
            "case_id": state.id,
            "task_id": task.id,
            "branch_key": branch.key,
            "step_key": step.key,
            "step_name": step.name,
            "verdict": command.verdict,
            "text": command.text.strip(),
            "points": [dict(p) for p in command.points],
            "staff_id": setting.principal.staff_id,
            "staff_name": setting.principal.name,
            "department_name": branch.department_name,
            "given_at": setting.at,
        },
    )
