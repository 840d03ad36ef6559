"""The way of a case as people see it: what happened, what goes on, what comes. Pure reading of a ``CaseDetail``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from tongban.procedures.cases import wording
from tongban.procedures.cases.papers_data.reliefs import relief_words
from tongban.procedures.cases.rules import crediting, prerequisites
from tongban.procedures.cases.rules.ending import SYSTEM_STAFF
from tongban.procedures.cases.rules.paper_kinds import result_paper, title_of
from tongban.procedures.cases.selectors import CaseDetail

DONE, CURRENT, FUTURE = "done", "current", "future"
_ENDED = {
    "not_accepted": ("不予受理", "决定书写明了理由和您可以怎么办。"),
    "withdrawn": ("已撤回申请", "您撤回了申请，办理已经停止。"),
    "terminated": ("终止办理", "决定书写明了原因和您可以怎么办。"),
    "transferred": ("已移送", "已经移送有权办理的机关，通知书写明了移送给谁。"),
    "void": ("已作废", "这次录入有误，已经作废，编号不再使用。"),
}
_LAST_PAPER = {
    "withdrawal_receipt": "withdrawn",
    "termination_decision": "terminated",
    "transfer_notice": "transferred",
    "void_record": "void",
}
"""Kind of paper -> how a closed case without outcome ended."""


@dataclass(frozen=True)
class BranchLine:
    """One department's part inside the review step."""

    name: str
    department: str
    state: str
    """``active``, ``done``, ``stopped``, ``waiting``."""
    words: str
    finished_at: datetime | None


@dataclass(frozen=True)
class TimelineStep:
    """One node: title, what it says, when, and its standing (done, current, future)."""

    key: str
    title: str
    text: str
    standing: str
    at: datetime | None = None
    due_on: date | None = None
    branches: tuple[BranchLine, ...] = ()


def timeline(detail: CaseDetail) -> list[TimelineStep]:
    """Submit, acceptance, review, decision, delivery; an early end closes the list."""
    case, content = detail.case, detail.content
    steps = [_submitted(detail)]
    if case.state in _ENDED or (case.state == "closed" and not case.outcome):  # ended without a decision
        steps.append(_early_end(detail))
        return steps
    steps.append(_acceptance(detail))
    steps.append(_review(detail))
    steps.append(_decision(detail))
    steps.append(_delivery(detail))
    return [s for s in steps if s.key != "review" or content.flow.branches]


def _submitted(detail: CaseDetail) -> TimelineStep:
    case = detail.case
    words = {"window": "在窗口提交", "api": "通过单位系统提交"}.get(case.channel, "在网上提交")
    count = len(detail.state.materials)
    return TimelineStep("submitted", "提交申请", f"{words}，交了 {count} 份材料。", DONE, case.submitted_at)


def _early_end(detail: CaseDetail) -> TimelineStep:
    title, text = _ENDED[ended_as(detail)]
    return TimelineStep("ended", title, text, DONE, detail.case.concluded_at)


def ended_as(detail: CaseDetail) -> str:
    """How a case without decision ended: its state, or after it was closed the kind of its last paper."""
    if detail.case.state in _ENDED:
        return detail.case.state
    kinds = (_LAST_PAPER[d.kind] for d in detail.documents if d.kind in _LAST_PAPER)
    return next(kinds, "not_accepted")


def _acceptance(detail: CaseDetail) -> TimelineStep:
    case, clock = detail.case, detail.clock("acceptance")
    place = detail.content.flow.acceptance_post_name
    if case.accepted_at:
        text = f"{place}{_ACCEPTED.get(case.acceptance_mode, '核对了材料，已受理。')}{_spared(detail)}"
        return TimelineStep("acceptance", "受理", text, DONE, case.accepted_at)
    if case.decided_at or case.state in ("in_review", "suspended"):  # registration and filing know no acceptance
        return TimelineStep("acceptance", "核对材料", f"{place}核对了材料，符合形式。", DONE, case.received_at)
    if case.state == "correction_requested":
        notice = detail.open_notice
        count = len(notice.items) if notice else 0
        text = f"有 {count} 处要您补正，补齐后重新核对。"
        return TimelineStep("acceptance", "等您补正", text, CURRENT, None, notice.due_on if notice else None)
    text = f"{place}正在核对材料。" + ("这是补正后的核对。" if case.corrections else "")
    return TimelineStep("acceptance", "核对材料", text, CURRENT, None, clock.due_on if clock else None)


_ACCEPTED = {
    "deemed": "没有在期限内答复，依法自收到申请之日起视为受理。",
    "deferred": "核对了材料，已容缺受理。欠缺的材料要在期限内补交。",
    "commitment": "按您的书面承诺受理，作出决定后会核查。",
    "on_receipt": "收件当场受理。",
    "instant": "当场受理、当场办结。",
}
"""Mode of acceptance -> what the applicant reads."""


def _spared(detail: CaseDetail) -> str:
    """What good credit has spared the applicant, as one sentence; empty for nothing."""
    told = relief_words(detail.content, detail.proceedings)
    return f"{told[0].rstrip('：')}：{''.join(told[1:])}" if told else ""


def _review(detail: CaseDetail) -> TimelineStep:
    case, content = detail.case, detail.content
    names = {b.key: b.department_name for b in content.flow.branches}
    if not case.accepted_at and case.state not in ("in_review", "suspended") and not case.decided_at:
        who = "、".join(dict.fromkeys(names.values()))
        return TimelineStep("review", "审查", f"受理后由{who}审查。", FUTURE)
    rows = {b.key: b for b in case.branches.all()}
    lines = tuple(
        BranchLine(b.name, names[b.key], row.state, _branch_words(row.state), row.finished_at)
        for b in content.flow.branches
        if (row := rows.get(b.key))
    )
    if not lines and crediting.taken_of(detail.state):  # the review was spared, or follows the decision
        later = bool(crediting.postponed(detail.state))
        text = "凭信用先作决定，作出决定后再核查。" if later else "凭信用豁免书面审查。"
        return TimelineStep("review", "审查", text, DONE, case.accepted_at)
    done = all(line.state == "done" for line in lines)
    title = "各部门同时审查" if len(lines) > 1 else "审查"
    finished = max((line.finished_at for line in lines if line.finished_at), default=None) if done else None
    clock = detail.clock("promised")
    text = "审查已完成。" if done else f"{sum(line.state == 'done' for line in lines)} 个完成，共 {len(lines)} 个。"
    return TimelineStep(
        "review", title, text, DONE if done else CURRENT, finished, clock.due_on if clock and not done else None, lines
    )


_BRANCHES = {
    "active": "办理中",
    "done": "已完成",
    "stopped": "已停止",
    "waiting": "等待",
    "suspended": "特殊环节中",
}


def _branch_words(state: str) -> str:
    return _BRANCHES[state]


def _decision(detail: CaseDetail) -> TimelineStep:
    case, clock = detail.case, detail.clock("promised")
    who = detail.content.authority.name
    if case.decided_at:
        words = wording.outcome(detail.content.legal_regime, case.outcome)
        text = _RENEWED_BY_LAW if _renewed_by_law(detail) else f"{who}作出了决定。"
        return TimelineStep("decision", words, text, DONE, case.decided_at)
    reviewed = bool(detail.state.open_tasks("decide"))
    waiting = prerequisites.names(detail.state)
    held = f"等「{'、'.join(waiting)}」办好后作出决定，其他审查照常进行。" if waiting else ""
    return TimelineStep(
        "decision",
        "决定",
        f"由{who}作出决定。{held}",
        CURRENT if reviewed else FUTURE,
        None,
        clock.due_on if clock else None,
    )


_RENEWED_BY_LAW = "许可有效期届满前没有作出决定，依法视为准予延续。"


def _renewed_by_law(detail: CaseDetail) -> bool:
    """Whether nobody decided a renewal before the licence expired (行政许可法 art. 50(2)): the system signed."""
    renewal = detail.content.kind in ("renew", "renewal")
    return renewal and detail.decision is not None and detail.decision.staff_id == SYSTEM_STAFF


_DELIVERED = {"portal": "您已在网上收到。", "post": "已邮寄给您。", "left_behind": "已留置送达。"}


def _result_name(detail: CaseDetail) -> str:
    """What the applicant gets: the result that the item names, or the paper of a negative decision."""
    content, outcome = detail.content, detail.case.outcome
    if not outcome or outcome == content.law.positive:
        return content.result.name
    return title_of(result_paper(content.legal_regime, outcome, content.kind))


def _delivery(detail: CaseDetail) -> TimelineStep:
    case, clock = detail.case, detail.clock("delivery")
    due = clock.due_on if clock else None
    result = _result_name(detail)
    if case.state in ("delivered", "closed"):
        proof = next(iter(detail.proofs), None)
        words = _DELIVERED.get(proof.mode if proof else "", "已在窗口领取。")
        return TimelineStep("delivery", "领取结果", words, DONE, proof.at if proof else None)
    if case.state == "issued":
        words = (
            "已经可以在网上查看和下载。"
            if case.delivery_mode == "download"
            else "已经可以到窗口领取，也可以先在网上查看。"
        )
        return TimelineStep("delivery", "领取结果", f"《{result}》{words}", CURRENT, None, due)
    if case.state == "decided":
        return TimelineStep("delivery", "领取结果", "文书正在盖章，好了会通知您。", CURRENT, None, due)
    return TimelineStep("delivery", "领取结果", f"办好后可拿到《{result}》。", FUTURE)
