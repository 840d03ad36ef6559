"""Issue, notice "ready", delivery with its proof, close. Pure.

行政许可法 art. 39 (papers carry the seal), 44 (delivery within ten working days). While the applicant's deferred
material is awaited, or the result waits at the counter, the delivery clock stands still (C16).
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from datetime import date
from typing import Any

from tongban.ground.changes import Change, Insert, Outcome, Update
from tongban.ground.clock import Step
from tongban.ground.errors import Refusal
from tongban.ground.ids import uuid7
from tongban.ground.ledger.chain import EventDraft
from tongban.procedures.cases.rules import clocking, parts, proceedings
from tongban.procedures.cases.rules.clocking import ClockStep
from tongban.procedures.cases.rules.commands import Close, Deliver, Issue, NotifyReady
from tongban.procedures.cases.rules.paper_kinds import RESULT_PAPERS
from tongban.procedures.cases.rules.state import CaseState, ProceedingView, Setting

ENDED = ("delivered", "not_accepted", "withdrawn", "terminated", "transferred", "void")
MODES = {"portal": "网上送达", "counter": "窗口领取", "post": "邮寄送达", "left_behind": "留置送达"}
RESULT_KINDS = {*RESULT_PAPERS.values(), "change_decision", "renewal_decision", "cancellation_decision", "licence"}
AWAITING = "awaiting_applicant"


def stand_still(matter_id: uuid.UUID, on: date) -> ClockStep:
    """The delivery clock waits for the applicant; the side matter's id names the pause (C16)."""
    return ClockStep("delivery", Step("suspend", on, kind=AWAITING, key=str(matter_id), basis="等待申请人"))


def holds_issue(state: CaseState) -> bool:
    """Whether a deferral holds the result back already before it is issued: due by a date, or lapsed."""
    return any(p.state == "lapsed" or p.data.get("due_rule") != "at_pickup" for p in _withheld(state))


def _withheld(state: CaseState) -> tuple[ProceedingView, ...]:
    """Deferrals that are not settled: still open, or lapsed."""
    return tuple(p for p in state.proceedings if p.kind == "deferral" and p.state in ("open", "lapsed"))


def issue(state: CaseState, command: Issue, setting: Setting) -> Outcome:
    """Every paper of the decision is sealed: the result is out, and waits to be delivered.

    A deferral holds it back, unless what is deferred is due at pick-up. At a counter the notice "ready" goes out.
    """
    parts.require_state(state, "decided")
    parts.require(setting.principal, "cases.case.issue", state)
    handing = next(iter(state.open_proceedings("handing")), None)
    if waiting := [p for p in state.papers if p.state != "sealed"]:
        raise Refusal(
            "issue.papers_waiting", f"还有 {len(waiting)} 份文书没有盖章", remedy="等文书制作完成后会自动出证"
        )
    if holds_issue(state):
        raise Refusal("issue.deferral", "容缺的材料还没有补交，暂不出证", remedy="请申请人补交材料，补齐后自动出证")
    body = {"outcome": state.outcome, "documents_sealed": [p.id for p in state.papers]}
    if handing is not None and command.handed_to and not _withheld(state):
        return _issued_and_handed_over(state, command, handing, body, setting)
    clock = state.clock("delivery")
    task = parts.new_task(
        state,
        setting,
        kind="deliver",
        name="送达结果",
        post_id=setting.content.flow.delivery_post_id,
        department_id=state.department_id,
        due_at=parts.end_of(clock.due_on if clock and clock.due_on else setting.today),
    )
    changes: tuple[Change, ...] = (Update("cases.Case", {"id": state.id}, {"state": "issued"}), task)
    issued = Outcome((EventDraft("case.result_issued", body),), changes)
    return issued + ready(state, setting) if state.delivery_mode == "counter" else issued


def _issued_and_handed_over(
    state: CaseState, command: Issue, handing: ProceedingView, body: dict[str, Any], setting: Setting
) -> Outcome:
    """Instant handling, the person waits: what is sealed is handed over at once, issue and delivery are one act.

    The clerk who decided named who waits and signs; that clerk serves the paper (glossary 即办).
    """
    server = uuid.UUID(str(handing.data.get("account_id", uuid.UUID(int=0))))
    served = Deliver("counter", command.handed_to, account_id=server)
    document, proof = parts.paper("service_proof", state.id, setting), _proof(state, served, setting)
    steps = clocking.stop(state, setting, "delivery")
    told = {"mode": "counter", "proof_id": proof.values["id"], "documents": [document.values["id"]], "waited": True}
    changes: tuple[Change, ...] = (
        Update("cases.Case", {"id": state.id}, {"state": "delivered"}),
        proof,
        document,
        proceedings.closed(handing, setting, result="counter"),
        *clocking.react(state, steps, setting),
    )
    return Outcome((EventDraft("case.result_issued", body), clocking.event("case.delivered", told, steps)), changes)


def notify_ready(state: CaseState, command: NotifyReady, setting: Setting) -> Outcome:
    """The result waits at the counter although another way was chosen (a letter came back, the applicant asked)."""
    parts.require_state(state, "issued")
    parts.require(setting.principal, "cases.case.deliver", state, "deliver")
    if not setting.principal.is_staff:
        raise Refusal("ready.staff", "领取通知由工作人员发出")
    if state.open_proceedings("pickup"):
        raise Refusal("ready.told", "已经通知过领取")
    return ready(state, setting)


def ready(state: CaseState, setting: Setting) -> Outcome:
    """``case.ready_for_pickup``: the applicant is told, and from now on the delivery clock waits for the applicant."""
    matter = proceedings.opened(state, setting, "pickup")
    steps = (stand_still(matter.values["id"], setting.today),) if state.clock("delivery") else ()
    event = clocking.event("case.ready_for_pickup", {"proceeding_id": matter.values["id"]}, steps)
    return Outcome((event,), (matter, *clocking.react(state, steps, setting)))


def deliver(state: CaseState, command: Deliver, setting: Setting) -> Outcome:
    """Proof that the result reached the party: opened in the portal, signed for, sent by post, or left behind."""
    parts.require_state(state, "issued")
    staff = setting.principal.is_staff
    parts.require(setting.principal, "cases.case.deliver", state, *(("deliver",) if staff else ()))
    if _withheld(state):
        raise Refusal("deliver.deferral", "容缺的材料还没有补交，不能送达结果", remedy="请申请人先补交材料")
    _check_proof(command, staff)
    document = parts.paper("service_proof", state.id, setting)
    proof = _proof(state, command, setting)
    steps = (*_ready_ended(state, setting), *clocking.stop(state, setting, "delivery"))
    tasks = state.open_tasks("deliver")
    done = (
        tuple(parts.finish_task(t, setting, command.mode) for t in tasks)
        if staff
        else parts.drop_tasks(tasks, setting, command.mode)
    )
    changes: tuple[Change, ...] = (
        Update("cases.Case", {"id": state.id}, {"state": "delivered"}),
        proof,
        document,
        *clocking.react(state, steps, setting),
        *done,
        *(proceedings.closed(p, setting, result=command.mode) for p in state.open_proceedings("pickup", "handing")),
    )
    body = {"mode": command.mode, "proof_id": proof.values["id"], "documents": [document.values["id"]]}
    return Outcome((clocking.event("case.delivered", body, steps),), changes)


def _check_proof(command: Deliver, staff: bool) -> None:
    if command.mode not in MODES:
        raise Refusal("deliver.mode", "请选择送达方式", field="mode")
    if command.mode != "portal" and not staff:
        raise Refusal(f"deliver.{command.mode}", f"{MODES[command.mode]}由工作人员登记", field="mode")
    if command.mode == "counter" and not command.received_by.strip():
        raise Refusal("deliver.received_by", "请填写签收人姓名", field="received_by")
    if command.mode == "post" and not command.waybill.strip():
        raise Refusal("deliver.waybill", "请填写邮件单号", field="waybill")
    if command.mode == "left_behind" and not _names(command.witnesses):
        raise Refusal("deliver.witnesses", "留置送达要有见证人", field="witnesses", remedy="写明见证人的姓名和单位")


def _names(people: Sequence[str]) -> list[str]:
    return [name.strip() for name in people if name.strip()]


def _proof(state: CaseState, command: Deliver, setting: Setting) -> Insert:
    details = {"waybill": command.waybill.strip(), "witnesses": _names(command.witnesses)}
    return Insert(
        "cases.ServiceProof",
        {
            "id": uuid7(setting.at),
            "case_id": state.id,
            "mode": command.mode,
            "received_by": command.received_by.strip(),
            "details": json.dumps({key: value for key, value in details.items() if value}, ensure_ascii=False),
            "document_ids": [str(p.id) for p in state.papers if p.kind in RESULT_KINDS],
            "at": setting.at,
            "by_account": command.account_id,
        },
    )


def _ready_ended(state: CaseState, setting: Setting) -> tuple[ClockStep, ...]:
    """The pause since the notice "ready" ends with the collection."""
    return tuple(step for p in state.open_proceedings("pickup") for step in clocking.resume(state, setting, str(p.id)))


def close(state: CaseState, command: Close, setting: Setting) -> Outcome:
    """Nothing is left: the result is delivered, or the papers of an end without decision are sealed."""
    parts.require_state(state, *ENDED)
    parts.require(setting.principal, "cases.case.close", state)
    if any(p.state != "sealed" for p in state.papers):
        raise Refusal("close.papers_waiting", "还有文书没有盖章", remedy="等文书制作完成后会自动归档")
    change = Update("cases.Case", {"id": state.id}, {"state": "closed"})
    return Outcome((EventDraft("case.closed", {"from": state.state}),), (change,))
