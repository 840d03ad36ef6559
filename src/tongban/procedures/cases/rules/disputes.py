"""An acceptance dispute: the window accepted, the department says incomplete. Pure.

The hall manager rules within one working day; the applicant is not touched, the case's clocks run on, and the cost is
booked to one side (glossary 8.1, 受理争议).
"""

from __future__ import annotations

from tongban.ground.changes import Outcome
from tongban.ground.errors import Refusal
from tongban.procedures.cases.rules import clocking, parts, proceedings
from tongban.procedures.cases.rules.commands import RaiseDispute, RuleDispute
from tongban.procedures.cases.rules.state import CaseState, Setting
from tongban.registry.catalog.version import TimeLimit

RULING_LIMIT = TimeLimit(1, "working_day", "受理争议由大厅管理岗在1个工作日内裁定（平台规则）")
SIDES = {"window": "窗口", "department": "部门"}


def raise_dispute(state: CaseState, command: RaiseDispute, setting: Setting) -> Outcome:
    """The department names the points of the published list that it holds to be incomplete."""
    parts.require_state(state, "in_review")
    parts.require(setting.principal, "cases.dispute.raise", state, "handle", "examine")
    if state.open_proceedings("dispute"):
        raise Refusal("dispute.open", "这件办件的受理争议正在裁定", remedy="等大厅管理岗裁定")
    if not command.reason.strip():
        raise Refusal("dispute.reason", "请写明为什么认为不应当受理", field="reason")
    known = {m.code for m in setting.content.materials} | {f.path for f in setting.content.all_fields()}
    if not command.points or any(point not in known for point in command.points):
        raise Refusal(
            "dispute.points",
            "请指明公布的清单里哪一项材料或填写项不齐全",
            field="points",
            remedy="清单以外的要求不能作为争议的理由",
        )
    term = clocking.start("dispute", RULING_LIMIT, setting.today, at=setting.at)
    due = clocking.due_of(term, setting).due
    matter = proceedings.opened(
        state,
        setting,
        "dispute",
        basis=RULING_LIMIT.basis,
        reason=command.reason,
        data={"points": list(command.points), "raised_post": setting.principal.post_id},
        due_on=due,
    )
    body = {"proceeding_id": matter.values["id"], "points": list(command.points), "due_on": due}
    changes = (matter, *clocking.react(state, (term,), setting))
    return Outcome((clocking.event("case.dispute_raised", body, (term,)),), changes)


def rule_dispute(state: CaseState, command: RuleDispute, setting: Setting) -> Outcome:
    """The hall manager's ruling: which side bears it. Acceptance stands in any case (the applicant relied on it)."""
    parts.require(setting.principal, "cases.dispute.rule", state)
    matter = proceedings.open_one(state, command.proceeding_id, "dispute")
    if command.fault not in SIDES:
        raise Refusal("dispute.fault", "请选择由窗口还是部门承担", field="fault")
    if not command.words.strip():
        raise Refusal("dispute.words", "请写明裁定的理由", field="words")
    if matter.opened_by is not None and matter.opened_by == setting.principal.actor_id:
        raise Refusal("dispute.own", "这项争议是您提出的，不能由您裁定", remedy="请由另一位大厅管理人员裁定")
    steps = clocking.stop(state, setting, "dispute")
    changes = (
        proceedings.closed(matter, setting, result=command.fault, record={"words": command.words.strip()}),
        *clocking.react(state, steps, setting),
    )
    late = matter.due_on is not None and setting.today > matter.due_on
    body = {"proceeding_id": matter.id, "fault": command.fault, "late": late}
    return Outcome((clocking.event("case.dispute_ruled", body, steps),), changes)
