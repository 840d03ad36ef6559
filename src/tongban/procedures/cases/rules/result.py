"""Issue, deliver, close, withdraw. Pure. 行政许可法 art. 39 (papers carry the seal), 44 (delivery within ten days)."""

from __future__ import annotations

from tongban.ground.changes import Change, Insert, Outcome, Update
from tongban.ground.errors import Refusal
from tongban.ground.ids import uuid7
from tongban.ground.ledger.chain import EventDraft
from tongban.procedures.cases.rules import parts
from tongban.procedures.cases.rules.commands import Close, Deliver, Issue, Withdraw
from tongban.procedures.cases.rules.state import CaseState, Setting

_BEFORE_DECISION = ("submitted", "received", "correction_requested", "accepted", "in_review")


def issue(state: CaseState, command: Issue, setting: Setting) -> Outcome:
    """Every paper of the decision is sealed: the result is out, and waits to be delivered."""
    parts.require_state(state, "decided")
    parts.require(setting.principal, "cases.case.issue", state)
    if waiting := [p for p in state.papers if p.state != "sealed"]:
        raise Refusal(
            "issue.papers_waiting", f"还有 {len(waiting)} 份文书没有盖章", remedy="等文书制作完成后会自动出证"
        )
    flow = setting.content.flow
    clock = state.clock("delivery")
    task = parts.new_task(
        state,
        setting,
        kind="deliver",
        name="送达结果",
        post_id=flow.delivery_post_id,
        department_id=state.department_id,
        due_at=parts.end_of(clock.due_on) if clock else None,
    )
    changes: list[Change] = [Update("cases.Case", {"id": state.id}, {"state": "issued"}), task]
    body = {
        "outcome": state.outcome,
        "documents_sealed": [p.id for p in state.papers],
    }
    return Outcome((EventDraft("case.result_issued", body),), tuple(changes))


def deliver(state: CaseState, command: Deliver, setting: Setting) -> Outcome:
    """Proof that the result reached the party: opened in the portal by the applicant, or signed for at a counter."""
    parts.require_state(state, "issued")
    task_kinds = ("deliver",) if setting.principal.is_staff else ()
    parts.require(setting.principal, "cases.case.deliver", state, *task_kinds)
    if command.mode not in ("portal", "counter"):
        raise Refusal("deliver.mode", "请选择送达方式", field="mode")
    if command.mode == "counter" and not command.received_by.strip():
        raise Refusal("deliver.received_by", "请填写签收人姓名", field="received_by")
    if command.mode == "counter" and not setting.principal.is_staff:
        raise Refusal("deliver.counter", "窗口领取由工作人员登记", field="mode")
    proof = Insert(
        "cases.ServiceProof",
        {
            "id": uuid7(setting.at),
            "case_id": state.id,
            "mode": command.mode,
            "received_by": command.received_by.strip(),
            "at": setting.at,
            "by_account": command.account_id,
        },
    )
    done = parts.finish_task if setting.principal.is_staff else None
    tasks = state.open_tasks("deliver")
    changes: list[Change] = [
        Update("cases.Case", {"id": state.id}, {"state": "delivered"}),
        proof,
        *parts.end_clocks(state, setting, "delivery"),
        *((done(t, setting, command.mode) for t in tasks) if done else parts.drop_tasks(tasks, setting, command.mode)),
    ]
    return Outcome(
        (EventDraft("case.delivered", {"mode": command.mode, "proof_id": proof.values["id"]}),), tuple(changes)
    )


def close(state: CaseState, command: Close, setting: Setting) -> Outcome:
    """Nothing is left: the result is delivered, or the papers of a conclusion without decision are sealed."""
    parts.require_state(state, "delivered", "not_accepted", "withdrawn")
    parts.require(setting.principal, "cases.case.close", state)
    if any(p.state != "sealed" for p in state.papers):
        raise Refusal("close.papers_waiting", "还有文书没有盖章", remedy="等文书制作完成后会自动归档")
    change = Update("cases.Case", {"id": state.id}, {"state": "closed"})
    return Outcome((EventDraft("case.closed", {"from": state.state}),), (change,))


def withdraw(state: CaseState, command: Withdraw, setting: Setting) -> Outcome:
    """The applicant takes it back, until the decision; every clock ends, every open task is dropped."""
    if state.state not in _BEFORE_DECISION:
        raise Refusal(
            "withdraw.too_late",
            f"这件办件已经是「{parts.STATE_WORDS[state.state]}」，不能再撤回申请",
            remedy="对结果有异议的，可以申请行政复议或者提起行政诉讼",
        )
    parts.require(setting.principal, "cases.case.withdraw", state)
    document = parts.paper("withdrawal_receipt", state.id, setting)
    running = tuple(c for c in state.clocks if c.state == "running")
    changes: list[Change] = [
        Update(
            "cases.Case",
            {"id": state.id},
            {"state": "withdrawn", "concluded_at": setting.at, "withdrawal_reason": command.reason.strip()},
        ),
        document,
        *(change for clock in running for change in parts.end_clock(clock, setting)),
        *parts.drop_tasks(state.open_tasks(), setting, "withdrawn"),
        *(
            Update("cases.CaseBranch", {"id": b.id}, {"state": "stopped", "finished_at": setting.at})
            for b in state.branches
            if b.state in ("waiting", "active")
        ),
    ]
    body = {"documents": [document.values["id"]]}
    return Outcome((EventDraft("case.withdrawn", body, reason_code="applicant"),), tuple(changes))
