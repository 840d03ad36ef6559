"""Submission and receipt by legal regime, and the void of a wrong entry. Pure.

行政许可法 art. 29 (application), 31 (nothing irrelevant), 32 (acceptance); 电子签名法 art. 11 (entry into the system is
receipt). Acceptance is a clock only where the regime knows it: a registration is decided from its receipt, a filing is
recorded (C7).
"""

from __future__ import annotations

from datetime import date
from typing import Any

from tongban.ground import moment
from tongban.ground.changes import Change, Delete, Insert, Outcome, Update
from tongban.ground.errors import Refusal
from tongban.ground.ledger.chain import EventDraft
from tongban.procedures.cases.rules import acceptance, clocking, parts, prerequisites, proceedings
from tongban.procedures.cases.rules.clocking import ClockStep
from tongban.procedures.cases.rules.commands import AskedAgain, Given, Receive, Submit, VoidEntry
from tongban.procedures.cases.rules.state import CaseState, Setting
from tongban.registry.catalog.version import TimeLimit, VersionContent

TASK_NAMES = {"licensing": "收件和受理", "registration": "收件和核对", "filing": "收件和备案"}


def begin(command: Submit, setting: Setting) -> CaseState:
    """The case as it will stand before its first event."""
    content = setting.content
    return CaseState(
        id=command.case_id,
        number=command.number,
        seq=0,
        head=b"",
        state="received" if command.at_window else "submitted",
        outcome="",
        version_id=command.version_id,
        title=content.name,
        region_no=content.region_no,
        department_id=content.authority.id,
        applicant_person_id=command.applicant_person_id,
        applicant_organisation_id=command.applicant_organisation_id,
        applicant_label=command.applicant_label,
        channel=command.channel,
        submitted_at=setting.at,
        received_at=setting.at if command.at_window else None,
        accepted_at=None,
        accepted_by=None,
        acceptance_mode="",
        decided_at=None,
        delivery_mode=command.delivery_mode,
        corrections=0,
        round=1,
    )


def application(
    state: CaseState, round_: int, answers: str, content_hash: str, account_id: object, setting: Setting
) -> Insert:
    """One round of the applicant's answers."""
    return Insert(
        "cases.Application",
        {
            "case_id": state.id,
            "round": round_,
            "answers": answers,
            "content_hash": content_hash,
            "submitted_at": setting.at,
            "submitted_by": account_id,
        },
    )


def material(state: CaseState, given: Given, round_: int, standing: str = "given") -> Insert:
    """What is given for one material."""
    return Insert(
        "cases.CaseMaterial",
        {
            "case_id": state.id,
            "code": given.code,
            "name": given.name,
            "source": given.source,
            "evidence_grade": given.evidence_grade,
            "files": [str(f) for f in given.files],
            "round": round_,
            "state": standing,
        },
    )


def _case_row(state: CaseState, command: Submit, setting: Setting) -> Insert:
    return Insert(
        "cases.Case",
        {
            "id": state.id,
            "number": command.number,
            "query_password": command.query_password,
            "submission_key": command.submission_key,
            "version_id": command.version_id,
            "version_hash": command.version_hash,
            "title": state.title,
            "region_id": command.region_id,
            "region_no": state.region_no,
            "department_id": state.department_id,
            "applicant_person_id": state.applicant_person_id,
            "applicant_organisation_id": state.applicant_organisation_id,
            "applicant_label": state.applicant_label,
            "agent_person_id": command.agent_person_id,
            "contact_mobile_index": command.contact_mobile_index,
            "channel": state.channel,
            "state": state.state,
            "submitted_at": setting.at,
            "received_at": state.received_at,
            "delivery_mode": state.delivery_mode,
            **({"delivery_address": command.delivery_address} if command.delivery_address else {}),
        },
    )


def record_limit(content: VersionContent) -> TimeLimit:
    """Within which a filing is recorded; on the spot when the version names nothing."""
    return content.record_limit or TimeLimit(0, "at_once", content.promised_limit.basis)


def arrival_clocks(setting: Setting) -> tuple[ClockStep, ...]:
    """The clocks that an arrival starts, by regime (C7): acceptance, the decision itself, or the record of a filing."""
    content, on = setting.content, setting.received_on
    if content.law.positive == "recorded":
        return (clocking.start("record", record_limit(content), on, at=setting.at),)
    if not content.law.separate_acceptance:
        return acceptance.decision_clocks(on, setting)
    deems = content.law.deemed_acceptance
    return (clocking.start("acceptance", content.acceptance_limit, on, at=setting.at, deems=deems),)


def notice_clock(setting: Setting) -> tuple[ClockStep, ...]:
    """The local promise to answer, where the version has one (C18)."""
    limit = setting.content.notice_limit
    return (clocking.start("notice", limit, setting.received_on, at=setting.at),) if limit else ()


def accepts_on_receipt(command: Submit, setting: Setting) -> bool:
    """Whether receipt is acceptance: the version says so, the acceptance post acts, nothing is missing (WIN-08)."""
    content = setting.content
    lawful = content.accept_on_receipt and content.law.separate_acceptance
    authorised = setting.principal.post_id == content.flow.acceptance_post_id
    return command.accepts and command.at_window and lawful and authorised and not command.missing


def submit(state: CaseState, command: Submit, setting: Setting) -> Outcome:
    """The case begins: a receipt is made, the clocks of its regime start on the day of receipt (C2)."""
    if accepts_on_receipt(command, setting):
        return _accepted_on_receipt(state, command, setting)
    starts = arrival_clocks(setting)
    clocks = (*starts, *notice_clock(setting))
    readings = [clocking.due_of(step, setting) for step in starts]
    answer = min(readings, key=lambda told: told.due or date.max)
    content = setting.content
    task = parts.new_task(
        state,
        setting,
        kind="accept",
        name=TASK_NAMES.get(content.legal_regime, "收件和受理"),
        post_id=content.flow.acceptance_post_id,
        department_id=content.authority.id,
        due_at=answer.due_at,
    )
    receipt = parts.paper("receipt", state.id, setting)
    changes = (*_entered(state, command, setting), *clocking.react(state, clocks, setting), task, receipt)
    due = "acceptance_due" if content.law.separate_acceptance else "answer_due"
    body = _told(command, receipt) | {due: answer.due}
    return Outcome((clocking.event(_kind(command), body, clocks),), changes)


def _kind(command: Submit) -> str:
    return "case.received" if command.at_window else "case.submitted"


def _entered(state: CaseState, command: Submit, setting: Setting, standing: str = "given") -> list[Change]:
    changes: list[Change] = [
        _case_row(state, command, setting),
        application(state, 1, command.answers, command.content_hash, command.account_id, setting),
        *(material(state, given, 1, standing) for given in command.materials),
        *(proceedings.opened(state, setting, "gap", key=code) for code in command.missing),
        *prerequisites.awaited(state, command.awaits, setting),
        *(_asked_again(state, one, setting) for one in command.asked_again),
    ]
    if command.draft_id:
        changes.append(Delete("cases.Draft", {"id": command.draft_id}))
    return changes


def _asked_again(state: CaseState, one: AskedAgain, setting: Setting) -> Insert:
    """A window asked for what was held: a matter that is over at once, for the report (WIN-20)."""
    data = {"held": one.held, "reason": one.reason}
    return proceedings.opened(
        state, setting, "asked_again", key=one.code, reason=one.words, data=data, done=True, result="asked_again"
    )


def _told(command: Submit, receipt: Insert) -> dict[str, Any]:
    body: dict[str, Any] = {
        "version_id": command.version_id,
        "version_hash": command.version_hash,
        "content_hash": command.content_hash,
        "materials": {g.code: [str(f) for f in g.files] for g in command.materials},
        "documents": [receipt.values["id"]],
    }
    if command.missing:
        body["missing"] = list(command.missing)
    if command.awaits:
        body["awaits"] = [[one.kind, one.code] for one in command.awaits]
    if reused := {g.code: g.source for g in command.materials if g.source != "uploaded"}:
        body["reused"] = reused
    if command.asked_again:
        body["asked_again"] = {one.code: one.reason for one in command.asked_again}
    if command.mandate:
        body["mandate"] = command.mandate
    if command.standing:
        body["credit"] = {"grade": command.standing.grade, "rule": command.standing.rule, "on": command.standing.on}
    return body


def _accepted_on_receipt(state: CaseState, command: Submit, setting: Setting) -> Outcome:
    """Receipt and acceptance as one act at an authorised window: two papers, no acceptance clock (收件即受理)."""
    receipt = parts.paper("receipt", state.id, setting)
    received = Outcome(
        (EventDraft(_kind(command), _told(command, receipt)),),
        (*_entered(state, command, setting, "qualified"), receipt),
    )
    return received + acceptance.accepted(state, setting, "on_receipt", setting.received_on)


def receive(state: CaseState, command: Receive, setting: Setting) -> Outcome:
    """A window has looked at it; no clock changes, entry was receipt."""
    parts.require_state(state, "submitted")
    parts.require(setting.principal, "cases.case.receive", state, "accept")
    change = Update("cases.Case", {"id": state.id}, {"state": "received", "received_at": setting.at})
    return Outcome((EventDraft("case.received", {}),), (change,))


def void_entry(state: CaseState, command: VoidEntry, setting: Setting) -> Outcome:
    """A wrong entry at a window is voided the same day, before a paper was served; the number is burned."""
    parts.require_state(state, "submitted", "received")
    parts.require(setting.principal, "cases.case.void_entry", state)
    if state.channel != "window":
        raise Refusal(
            "void.not_entered", "这件是申请人自己提交的，不是窗口录错的", remedy="申请人不想办的，由申请人撤回申请"
        )
    if moment.local(state.submitted_at).date() != setting.today:
        raise Refusal("void.too_late", "录入当天才能作废", remedy="请按正常程序办理：不予受理、撤回或者终止")
    if any(p.kind != "receipt" for p in state.papers):
        raise Refusal("void.served", "已经发出文书，不能作废录入", remedy="请按正常程序办理：不予受理、撤回或者终止")
    if not command.reason.strip():
        raise Refusal("void.reason", "请写明为什么作废", field="reason", remedy="例如：选错了事项，或者录错了申请人")
    document = parts.paper("void_record", state.id, setting)
    steps = clocking.stop(state, setting)
    record = {
        "case_id": state.id,
        "outcome": "void",
        "facts": command.reason.strip(),
        "staff_id": setting.principal.staff_id,
        "staff_name": setting.principal.name,
        "decided_at": setting.at,
    }
    changes: list[Change] = [
        Update("cases.Case", {"id": state.id}, {"state": "void"}),
        Insert("cases.Decision", record),
        document,
        *clocking.react(state, steps, setting),
        *parts.drop_tasks(state.open_tasks(), setting, "void"),
        *(proceedings.closed(p, setting, state="cancelled") for p in state.open_proceedings()),
    ]
    body = {"documents": [document.values["id"]]}
    return Outcome((clocking.event("case.voided", body, steps),), tuple(changes))
