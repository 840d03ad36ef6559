"""Interested parties: whose major interest the decision touches is told and heard (行政许可法 art. 36). Pure.

The law names no term for the statement; ours is the five working days of art. 47, by analogy. When it has passed in
silence, nothing waits any longer.
"""

from __future__ import annotations

from tongban.ground.changes import Outcome
from tongban.ground.errors import Refusal
from tongban.procedures.cases.rules import clocking, parts, proceedings
from tongban.procedures.cases.rules.commands import HearParty, TellInterestedParty
from tongban.procedures.cases.rules.specials import REVIEW
from tongban.procedures.cases.rules.state import CaseState, Setting
from tongban.registry.catalog.version import TimeLimit

STATEMENT_LIMIT = TimeLimit(5, "working_day", "行政许可法第三十六条，期限参照第四十七条")


def tell_interested_party(state: CaseState, command: TellInterestedParty, setting: Setting) -> Outcome:
    """A third person is told in writing; the name stands encrypted in the record, never in the ledger."""
    parts.require_state(state, *REVIEW)
    parts.require(setting.principal, "cases.party.tell", state, "handle", "examine", "decide")
    if not command.name.strip():
        raise Refusal("party.name", "请写明利害关系人", field="name")
    if not command.interest.strip():
        raise Refusal("party.interest", "请写明涉及的重大利益", field="interest")
    due = parts.due_on(STATEMENT_LIMIT, setting.today, setting)
    notice = parts.paper("interested_party_notice", state.id, setting)
    matter = proceedings.opened(
        state,
        setting,
        "interested_party",
        reason=command.interest,
        record={"name": command.name.strip(), "interest": command.interest.strip()},
        data={"hearing": setting.content.law.hearing},
        due_on=due,
        notice_id=notice.values["id"],
    )
    body = {"proceeding_id": matter.values["id"], "due_on": due, "documents": [notice.values["id"]]}
    return Outcome((clocking.event("case.party_told", body),), (matter, notice))


def hear_party(state: CaseState, command: HearParty, setting: Setting) -> Outcome:
    """What the party said; that nothing was said can be recorded only when the term is over."""
    parts.require_state(state, *REVIEW)
    parts.require(setting.principal, "cases.party.hear", state)
    matter = proceedings.open_one(state, command.proceeding_id, "interested_party")
    said = command.statement.strip()
    if not said and matter.due_on is not None and setting.today <= matter.due_on:
        raise Refusal(
            "party.term_runs",
            f"陈述意见的期限到 {matter.due_on.isoformat()}，还没有过",
            field="statement",
            remedy="写明利害关系人的意见，或等期限届满",
        )
    result = "heard" if said else "silent"
    words = {**dict(command.known), "statement": said}
    body = {"proceeding_id": matter.id, "result": result}
    return Outcome(
        (clocking.event("case.party_heard", body),), (proceedings.closed(matter, setting, result=result, record=words),)
    )
