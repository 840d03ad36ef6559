"""Instant handling: accept and decide in one act, at a post that is authorised for it; and a filing on the spot. Pure.

WIN-10: a chief representative grants simple matters at the window, under a written, published and dated authorisation;
grants only, sampled afterwards. A filing is recorded after a check of form only (备案), by the window itself.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tongban.ground.changes import Change, Outcome, Update
from tongban.ground.errors import Refusal
from tongban.ground.ledger.chain import EventDraft
from tongban.procedures.cases.rules import acceptance, decisions, gaps, parts, proceedings, separation
from tongban.procedures.cases.rules.commands import DecideInstantly, Record
from tongban.procedures.cases.rules.state import CaseState, Setting


def decide_instantly(state: CaseState, command: DecideInstantly, setting: Setting) -> Outcome:
    """Accepted and granted at once: one statement, one result paper; whatever is refused needs the ordinary road."""
    parts.require_state(state, "submitted", "received")
    parts.require(setting.principal, "cases.case.decide_instantly", state, "accept")
    gaps.require_complete(state, setting)
    content = setting.content
    if content.case_type != "instant":
        raise Refusal("instant.not_instant", "本事项不是即办件，不能当场办结", remedy="请先受理，再由审批岗位作出决定")
    _authorised(setting)
    own = content.law.separate_acceptance
    values: dict[str, Any] = {
        "accepted_by": setting.principal.staff_id,
        "acceptance_mode": "instant",
        "received_at": state.received_at or setting.at,
    } | ({"accepted_at": setting.at} if own else {})
    body = {"mode": "instant", "accepted_on": setting.today, "points": list(command.points), "due": {}}
    accepted = (EventDraft("case.accepted", body),) if own else ()
    ruling = decisions.Ruling(
        content.law.positive, basis=command.basis, licence=command.licence, sampled=separation.sampled(state)
    )
    entered = (*_entered(state, values, setting, "instant"), *_waiting(state, command, setting))
    return Outcome(accepted, entered) + _concluded(state, ruling, setting)


def _waiting(state: CaseState, command: DecideInstantly, setting: Setting) -> tuple[Change, ...]:
    """The person waits at the counter: the paper is handed over as soon as it is sealed, without another click."""
    if not command.received_by.strip():
        return ()
    record = {"received_by": command.received_by.strip()}
    data = {"account_id": str(setting.principal.account_id)}
    return (proceedings.opened(state, setting, "handing", record=record, data=data),)


def _authorised(setting: Setting) -> None:
    """Single post under its authorisation in force; or one person who holds both posts of the window (WIN-02)."""
    content, principal = setting.content, setting.principal
    if content.separation_level == "single_post":
        separation.require_single_post(content.law.positive, setting)
        return
    posts = {post for post, _ in principal.posts}
    both = {content.flow.acceptance_post_id, content.flow.decision_post_id}
    if content.separation_level != "two_posts_one_window" or not both <= posts:
        raise Refusal(
            "instant.separation",
            "本事项受理和审批要分开，您不能当场办结",
            remedy="请先受理，再由另一位审批人作出决定",
        )


def record(state: CaseState, command: Record, setting: Setting) -> Outcome:
    """A filing is recorded: everything is there and in form; nothing is examined, nothing is granted."""
    content = setting.content
    if content.law.positive != "recorded":
        raise Refusal("record.regime", "只有备案可以当场备案", remedy="请按本事项的程序办理")
    parts.require_state(state, "submitted", "received")
    parts.require(setting.principal, "cases.case.record", state, "accept")
    gaps.require_complete(state, setting)
    values = {"received_at": state.received_at or setting.at}
    ruling = decisions.Ruling("recorded", basis=command.basis, licence=command.licence)
    return Outcome((), _entered(state, values, setting, "recorded")) + _concluded(state, ruling, setting)


def _entered(state: CaseState, values: dict[str, Any], setting: Setting, verdict: str) -> tuple[Change, ...]:
    return (
        Update("cases.Case", {"id": state.id}, values),
        *acceptance.intake_ended(state, setting, verdict),
        *acceptance.qualified(state, setting),
    )


def _concluded(state: CaseState, ruling: decisions.Ruling, setting: Setting) -> Outcome:
    """The decision of the same act: the window's task is ended already, so the decision must not touch it again."""
    rest = tuple(task for task in state.tasks if task.done or task.kind != "accept")
    return decisions.conclude(replace(state, tasks=rest), ruling, setting)
