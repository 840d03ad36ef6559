"""The ends without a decision: withdrawal, termination, transfer. Pure.

A termination is always a person's written act with its ground; a transfer is never a substitute for the refusal "no
jurisdiction" (行政许可法 art. 32(2)); the applicant may withdraw until the decision (glossary 8.2).
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from tongban.ground.changes import Change, Insert, Outcome, Update
from tongban.ground.errors import Refusal
from tongban.procedures.cases.rules import clocking, parts, proceedings
from tongban.procedures.cases.rules.clocking import ClockStep
from tongban.procedures.cases.rules.commands import Terminate, Transfer, Withdraw
from tongban.procedures.cases.rules.state import CaseState, Setting

BEFORE_DECISION = ("submitted", "received", "correction_requested", "accepted", "in_review", "suspended")
SYSTEM_STAFF = uuid.UUID(int=0)

TERMINATIONS: dict[str, str] = {
    "applicant_gone": "申请人死亡、丧失行为能力或者组织终止，无人承继",
    "object_gone": "申请的对象已经不存在",
    "correction_lapsed": "逾期没有补正，按公布的规则终止",
    "deferral_lapsed": "容缺材料逾期没有补交",
    "law_changed": "依据的法律、法规、规章修改或者废止，不再办理",
    "duplicate": "同一申请重复提交",
}
"""Grounds of a termination (glossary 8.2), with their words."""

TRANSFERS: dict[str, str] = {
    "upward": "转报上级机关",
    "right_authority": "移送有权机关",
    "other_region": "移送其他地区",
}
"""Where a whole file may go, with its words."""


@dataclass(frozen=True, slots=True)
class WindUp:
    """What ends with the case: clock steps for the event, and the rows that follow."""

    steps: tuple[ClockStep, ...]
    changes: tuple[Change, ...]


def wind_up(state: CaseState, setting: Setting, verdict: str) -> WindUp:
    """Every clock ends, every open task is dropped, every branch and side matter stops."""
    steps = clocking.stop(state, setting)
    changes = (
        *clocking.react(state, steps, setting),
        *parts.drop_tasks(state.open_tasks(), setting, verdict),
        *(
            Update("cases.CaseBranch", {"id": b.id}, {"state": "stopped", "finished_at": setting.at})
            for b in state.branches
            if b.state not in ("done", "stopped")
        ),
        *(proceedings.closed(p, setting, state="cancelled", result=verdict) for p in state.open_proceedings()),
    )
    return WindUp(steps, changes)


def withdraw(state: CaseState, command: Withdraw, setting: Setting) -> Outcome:
    """The applicant takes it back, until the decision; every clock ends, every open task is dropped."""
    if state.state not in BEFORE_DECISION:
        raise Refusal(
            "withdraw.too_late",
            f"这件办件已经是「{parts.STATE_WORDS[state.state]}」，不能再撤回申请",
            remedy="对结果有异议的，可以申请行政复议或者提起行政诉讼",
        )
    parts.require(setting.principal, "cases.case.withdraw", state)
    document = parts.paper("withdrawal_receipt", state.id, setting)
    end = wind_up(state, setting, "withdrawn")
    values = {"state": "withdrawn", "concluded_at": setting.at, "withdrawal_reason": command.reason.strip()}
    changes = (Update("cases.Case", {"id": state.id}, values), document, *end.changes)
    body = {"documents": [document.values["id"]]}
    return Outcome((clocking.event("case.withdrawn", body, end.steps, "applicant"),), changes)


def written(
    state: CaseState,
    setting: Setting,
    outcome: str,
    *,
    facts: str = "",
    reasons: str = "",
    basis: tuple[Mapping[str, str], ...] = (),
    kind: str = "",
    ruling: str = "",
) -> Insert:
    """The written act that concludes a case; who signs it stands on it (the system: a fiction of law)."""
    principal = setting.principal
    return Insert(
        "cases.Decision",
        {
            "case_id": state.id,
            "outcome": outcome,
            "kind": kind,
            "facts": facts.strip(),
            "reasons": reasons.strip(),
            "ruling": ruling.strip(),
            "basis": [dict(b) for b in basis],
            "staff_id": principal.staff_id or SYSTEM_STAFF,
            "staff_name": principal.name,
            "decided_at": setting.at,
        },
    )


def require_basis(basis: tuple[Mapping[str, str], ...], code: str, sentence: str) -> None:
    """Raise ``code`` unless at least one article is cited, each with instrument and article."""
    if not basis or any(not b.get("instrument", "").strip() or not b.get("article", "").strip() for b in basis):
        raise Refusal(code, sentence, field="basis", remedy="从本事项的依据中选择，或写明法规名称和条款")


def terminate(state: CaseState, command: Terminate, setting: Setting) -> Outcome:
    """A person ends the case in writing on one of six grounds, with facts, articles and remedies."""
    parts.require_state(state, "correction_requested", "accepted", "in_review", "suspended")
    parts.require(setting.principal, "cases.case.terminate", state)
    parts.require_department(setting.principal, state.department_id)
    _check_ground(state, command.kind, setting)
    if not command.facts.strip():
        raise Refusal(
            "terminate.facts", "请写明终止办理的事实和理由", field="facts", remedy="写清发生了什么，有什么证明"
        )
    require_basis(command.basis, "terminate.basis", "请写明终止办理的依据")
    document = parts.paper("termination_decision", state.id, setting)
    end = wind_up(state, setting, "terminated")
    changes = (
        Update("cases.Case", {"id": state.id}, {"state": "terminated", "concluded_at": setting.at}),
        written(state, setting, "terminated", facts=command.facts, basis=command.basis, kind=command.kind),
        document,
        *end.changes,
    )
    body = {
        "documents": [document.values["id"]],
        "basis": [dict(b) for b in command.basis],
        "remedies": setting.content.law.remedies,
    }
    return Outcome((clocking.event("case.terminated", body, end.steps, command.kind),), changes)


def _check_ground(state: CaseState, kind: str, setting: Setting) -> None:
    if kind not in TERMINATIONS:
        raise Refusal("terminate.kind", "请选择终止办理的情形", field="kind")
    if kind == "correction_lapsed":
        _check_lapsed_correction(state, setting)
    if kind == "deferral_lapsed" and not any(p.kind == "deferral" and p.state == "lapsed" for p in state.proceedings):
        raise Refusal("terminate.no_lapse", "没有逾期未补的容缺材料，不能以此终止", field="kind")


def _check_lapsed_correction(state: CaseState, setting: Setting) -> None:
    if not setting.content.lapsed_correction_terminates:
        raise Refusal(
            "terminate.no_rule",
            "本事项没有公布「逾期不补正即终止」的规则",
            field="kind",
            remedy="逾期没有补正的，作不予受理决定",
        )
    notice = state.open_notice()
    if state.state != "correction_requested" or notice is None or setting.today <= notice.due_on:
        raise Refusal("terminate.term_runs", "补正期限还没有过，不能终止", field="kind")


def transfer(state: CaseState, command: Transfer, setting: Setting) -> Outcome:
    """The whole file goes to another authority; before acceptance only with consent or after our own misrouting."""
    parts.require_state(state, "received", "accepted", "in_review")
    before = state.state == "received"
    parts.require(setting.principal, "cases.case.transfer", state, *(("accept",) if before else ()))
    if not before:
        parts.require_department(setting.principal, state.department_id)
    if command.kind not in TRANSFERS:
        raise Refusal("transfer.kind", "请选择移送的种类", field="kind")
    if not command.authority.strip():
        raise Refusal("transfer.authority", "请写明移送给哪个机关", field="authority")
    if not command.reason.strip():
        raise Refusal("transfer.reason", "请写明移送的理由", field="reason", remedy="写清为什么由对方机关办理")
    if before and not (command.consented or command.own_misrouting):
        raise Refusal(
            "transfer.consent",
            "受理前移送，要有申请人同意，或者是我方分送错误",
            field="consented",
            remedy="不属于本机关职权范围的，应当当场作不予受理决定并告知有权机关",
        )
    if before and command.consented and not command.own_misrouting:
        _require_consent_proven(command)
    return _transferred(state, command, setting)


def _require_consent_proven(command: Transfer) -> None:
    """A consent that nobody signed is none: who consented, and the signed paper or the picture of it."""
    if not command.consent_by.strip():
        raise Refusal("transfer.consent_by", "请写明是谁同意移送的", field="consent_by")
    if not command.consent_files:
        raise Refusal(
            "transfer.consent_proof",
            "请上传申请人签名的同意书",
            field="consent_proof",
            remedy="签了名的纸质同意书拍照也可以",
        )


def _consent(state: CaseState, command: Transfer, setting: Setting) -> tuple[Insert, ...]:
    """Who consented and with which proof, kept with the case."""
    if not command.consented or not command.consent_files:
        return ()
    row = proceedings.opened(
        state,
        setting,
        "consent",
        key="transfer",
        record={"consent_by": command.consent_by.strip()},
        data={"files": [str(file) for file in command.consent_files]},
        done=True,
        result="consented",
    )
    return (row,)


def _transferred(state: CaseState, command: Transfer, setting: Setting) -> Outcome:
    """The whole file goes on to the authority named; the case here ends."""
    consent = _consent(state, command, setting)
    document = parts.paper("transfer_notice", state.id, setting)
    end = wind_up(state, setting, "transferred")
    changes = (
        Update("cases.Case", {"id": state.id}, {"state": "transferred", "concluded_at": setting.at}),
        written(state, setting, "transferred", facts=command.reason, reasons=command.authority, kind=command.kind),
        document,
        *consent,
        *end.changes,
    )
    body = {
        "documents": [document.values["id"]],
        **({"consent_id": consent[0].values["id"]} if consent else {}),
        "consented": command.consented,
        "own_misrouting": command.own_misrouting,
    }
    return Outcome((clocking.event("case.transferred", body, end.steps, command.kind),), changes)
