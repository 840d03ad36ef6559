"""Checks after the decision: drawn by risk and credit, at a single post, or postponed for good credit. Pure. NTC-15.

003 方案二(二)2: who is trusted is checked afterwards, by the regulator and not by who decided; what is found goes back
into the credit record, and what does not fit opens the way of a breach (order, defence, annulment; art. 69).
"""

from __future__ import annotations

from typing import Any

from tongban.ground.changes import Change, Insert, Outcome
from tongban.ground.errors import Refusal
from tongban.procedures.cases.rules import clocking, crediting, parts, proceedings
from tongban.procedures.cases.rules.clocking import ClockStep
from tongban.procedures.cases.rules.commands import DrawForCheck, RecordAfterCheck
from tongban.procedures.cases.rules.state import CaseState, Setting
from tongban.registry.catalog.version import TimeLimit

KIND = "after_check"
AFTER_DECISION = ("decided", "issued", "delivered", "closed")
REASONS = {
    "draw": "按风险和信用抽取",
    "single_post": "单岗办结，事后抽查",
    "postponed": "审查后置",
}
"""Why a decided case is checked."""
RESULTS = {"passed": "合格", "failed": "不合格"}
GRAVITIES = ("minor", "general", "serious")
DEFAULT_LIMIT = TimeLimit(20, "working_day", "平台事后核查规则（演示参数）")


def limit_of(setting: Setting) -> TimeLimit:
    """Within which such a case is checked."""
    rule = setting.content.credit
    return rule.check_limit if rule and rule.check_limit else DEFAULT_LIMIT


def _place(state: CaseState, setting: Setting) -> tuple[int, int]:
    """(post, department) that checks: the regulator's, else who examines such items, else who decides."""
    content = setting.content
    if content.credit and content.credit.check_post_id:
        return content.credit.check_post_id, content.credit.check_department_id
    branch = next(iter(content.flow.branches), None)
    if branch is not None:
        return branch.steps[0].post_id, branch.department_id
    return content.flow.decision_post_id, state.department_id


def opened(
    state: CaseState, setting: Setting, reason: str, **data: Any
) -> tuple[Insert, tuple[Insert, ...], tuple[ClockStep, ...]]:
    """The matter, the task at the post that checks, and the clock of the check."""
    limit = limit_of(setting)
    due = parts.due_on(limit, setting.today, setting)
    row = proceedings.opened(state, setting, KIND, key=reason, basis=limit.basis, data=dict(data), due_on=due)
    post_id, department_id = _place(state, setting)
    task = parts.new_task(
        state,
        setting,
        kind=KIND,
        name=f"事后核查：{REASONS[reason]}",
        post_id=post_id,
        department_id=department_id,
        due_at=parts.end_of(due),
    )
    step = clocking.start(KIND, limit, setting.today, key=str(row.values["id"]), at=setting.at)
    return row, (task,), (step,)


def postponed(state: CaseState, setting: Setting) -> tuple[tuple[Insert, ...], tuple[ClockStep, ...]]:
    """With a positive decision: the review that good credit postponed is done now. Rows, and the clock's start."""
    keys = crediting.postponed(state)
    if not keys:
        return (), ()
    row, tasks, steps = opened(state, setting, "postponed", branches=list(keys))
    return (row, *tasks), steps


def draw_for_check(state: CaseState, command: DrawForCheck, setting: Setting) -> Outcome:
    """The draw wants this decided case checked; once a case."""
    parts.require_state(state, *AFTER_DECISION)
    parts.require(setting.principal, "cases.after_check.draw", state)
    if command.reason not in REASONS:
        raise Refusal("after_check.reason", "核查的来由不对", field="reason")
    if state.outcome != setting.content.law.positive:
        raise Refusal("after_check.not_granted", "没有准予的办件不用事后核查")
    if any(p.kind == KIND for p in state.proceedings):
        raise Refusal("after_check.drawn", "这件办件已经列入事后核查")
    row, tasks, steps = opened(state, setting, command.reason, drawn_on=command.drawn_on)
    body = {
        "proceeding_id": row.values["id"],
        "reason": command.reason,
        "drawn_on": command.drawn_on,
        "due_on": row.values["due_on"],
    }
    changes = (row, *tasks, *clocking.react(state, steps, setting))
    return Outcome((clocking.event("case.drawn_for_check", body, steps, command.reason),), changes)


def record_after_check(state: CaseState, command: RecordAfterCheck, setting: Setting) -> Outcome:
    """What the check found; what does not fit opens a breach. Nobody checks what they decided themselves."""
    parts.require_state(state, *AFTER_DECISION)
    parts.require(setting.principal, "cases.after_check.record", state)
    matter = proceedings.open_one(state, command.proceeding_id, KIND)
    if any(t.kind == "decide" and t.done_by == setting.principal.staff_id for t in state.tasks if t.done):
        raise Refusal("after_check.own_decision", "这件办件是您决定的，不能由您核查", remedy="请交给另一位同事核查")
    if command.result not in RESULTS:
        raise Refusal("after_check.result", "请选择核查结果：合格，或者不合格", field="result")
    if not command.facts.strip():
        raise Refusal(
            "after_check.facts", "请写明核查的事实", field="facts", remedy="写清什么时候、看了什么、结论是什么"
        )
    failed = command.result == "failed"
    if failed and command.gravity not in GRAVITIES:
        raise Refusal("after_check.gravity", "请选择问题的轻重", field="gravity")
    facts = {"facts": command.facts.strip()}
    body: dict[str, Any] = {"proceeding_id": matter.id, "reason": matter.key, "result": command.result}
    steps = clocking.stop(state, setting, KIND, key=str(matter.id))
    changes: list[Change] = [
        proceedings.closed(matter, setting, result=command.result, record=facts),
        *clocking.react(state, steps, setting),
        *(parts.finish_task(t, setting, command.result) for t in state.open_tasks(KIND)),
    ]
    if failed:
        data = {"check_id": str(matter.id), "checked_on": setting.today.isoformat(), "gravity": command.gravity}
        breach = proceedings.opened(state, setting, "breach", key=str(matter.id), record=facts, data=data)
        changes.append(breach)
        body |= {"breach_id": breach.values["id"], "gravity": command.gravity}
    return Outcome((clocking.event("case.after_checked", body, steps),), tuple(changes))
