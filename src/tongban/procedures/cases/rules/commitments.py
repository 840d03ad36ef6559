"""Acceptance on a written commitment, its check afterwards, and the way of a breach. Pure.

国办发〔2020〕42号: the authority states what is required, the applicant promises in writing, the decision follows at
once, the check later; who does not keep the promise is told to put it right, is heard, and may lose the licence
(行政许可法 art. 69). NTC-10, NTC-11. Promise, performance and breach go into the applicant's credit by a reaction; bad
credit keeps from it where the item's published rule says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tongban.ground.changes import Change, Insert, Outcome, Update
from tongban.ground.errors import Refusal
from tongban.ground.ledger.chain import EventDraft
from tongban.procedures.cases.rules import acceptance, clocking, crediting, ending, gaps, parts, proceedings
from tongban.procedures.cases.rules.commands import (
    AcceptWithCommitment,
    CheckCommitment,
    ConcludeBreach,
    Defend,
    OrderRectification,
    TellAnnulment,
)
from tongban.procedures.cases.rules.review import open_branches
from tongban.procedures.cases.rules.state import CaseState, ProceedingView, Setting
from tongban.registry.catalog.version import CommitmentRule, TimeLimit

AFTER_DECISION = ("decided", "issued", "delivered", "closed")
CHECK_RESULTS = ("kept", "breached")
GRAVITIES = {"minor": "轻微", "general": "一般", "serious": "严重"}
DEFENCE_LIMIT = TimeLimit(5, "working_day", "行政许可法第七条，期限为平台规则（演示参数）")
"""For statement and defence before an annulment; the law names no term."""
BREACH_OUTCOMES = ("rectified", "annul")


def rule_of(setting: Setting) -> CommitmentRule:
    """The version's rule; raises ``commitment.not_offered`` when it has none."""
    rule = setting.content.commitment
    if rule is None:
        raise Refusal("commitment.not_offered", "本事项不实行告知承诺", remedy="请按普通程序受理")
    return rule


# ---- the acceptance ------------------------------------------------------------------------------------------------


def accept_with_commitment(state: CaseState, command: AcceptWithCommitment, setting: Setting) -> Outcome:
    """Accepted on the promise. ``approval``: only the decision is left, at once; ``proof``: it replaces materials."""
    parts.require_state(state, "submitted", "received")
    parts.require(setting.principal, "cases.case.accept_with_commitment", state, "accept")
    crediting.require_not_excluded(command.standing, "告知承诺", setting)
    rule = _checked(state, command, setting)
    taken = crediting.take(state, command.standing, (), setting)
    on, mode = acceptance.accepted_on(state, setting)
    what = acceptance.begun(state, setting, "deemed" if mode == "deemed" else "commitment", on)
    papers = [
        parts.paper(kind, state.id, setting)
        for kind in ("acceptance_notice", "requirement_statement", "commitment_letter")
    ]
    matter = _promise(state, command, rule, papers, setting)
    opened = (
        (_decision_at_once(state, setting),) if rule.mode == "approval" else open_branches(state, setting, what.due_at)
    )
    changes: list[Change] = [
        Update("cases.Case", {"id": state.id}, what.values),
        matter,
        *gaps.filled(state, rule.materials, setting, "promised"),
        *clocking.react(state, what.steps, setting),
        *papers,
        *acceptance.intake_ended(state, setting, "accepted"),
        *acceptance.qualified(state, setting),
        *opened,
    ]
    told = {
        "pair_version": rule.pair_version,
        "commitment_mode": rule.mode,
        "commitment_id": matter.values["id"],
        "promised": list(matter.values["data"]["materials"]),
        **taken.told(),
    }
    accepted = acceptance.accepted_event(what, what.values["acceptance_mode"], on, papers, command.points, **told)
    branches = [] if rule.mode == "approval" else [b.key for b in setting.content.flow.branches]
    started = acceptance.review_started(setting) if branches else EventDraft("case.review_started", {"branches": []})
    return Outcome((accepted, started), tuple(changes))


def _checked(state: CaseState, command: AcceptWithCommitment, setting: Setting) -> CommitmentRule:
    rule = rule_of(setting)
    if not setting.content.law.separate_acceptance:
        raise Refusal("commitment.no_acceptance", "这类事项没有受理环节，不能按告知承诺受理")
    if command.pair_version != rule.pair_version:
        raise Refusal(
            "commitment.pair",
            "告知书和承诺书不是同一版，或者不是现行的一版",
            field="pair_version",
            remedy="请用现行的告知书和承诺书，重新告知、重新签署",
        )
    if not command.signed_by.strip():
        raise Refusal("commitment.signature", "承诺书要有申请人签名", field="signed_by")
    if left := [code for code in gaps.outstanding(state) if code not in rule.materials]:
        raise Refusal(
            "materials.outstanding",
            f"还缺不能用承诺代替的材料：{gaps.names_of(left, setting)}",
            field=f"material-{left[0]}",
            remedy="当场补上，或者一次性告知补正",
        )
    return rule


def _promise(
    state: CaseState, command: AcceptWithCommitment, rule: CommitmentRule, papers: list[Insert], setting: Setting
) -> Insert:
    ids = {paper.values["kind"]: str(paper.values["id"]) for paper in papers[1:]}
    data = {
        "pair_version": rule.pair_version,
        "mode": rule.mode,
        "materials": [code for code in rule.materials if code in gaps.outstanding(state)],
        "papers": ids,
    }
    return proceedings.opened(
        state,
        setting,
        "commitment",
        key=rule.mode,
        basis=rule.basis,
        record={"signed_by": command.signed_by.strip()},
        data=data,
        notice_id=papers[-1].values["id"],
    )


def _decision_at_once(state: CaseState, setting: Setting) -> Insert:
    flow = setting.content.flow
    return parts.new_task(
        state,
        setting,
        kind="decide",
        name="按告知承诺当场作出决定",
        post_id=flow.decision_post_id,
        department_id=state.department_id,
        due_at=parts.end_of(setting.today),
    )


# ---- the check -----------------------------------------------------------------------------------------------------


def check_tasks(state: CaseState, setting: Setting) -> tuple[Insert, ...]:
    """With a positive decision: who examines such items checks the promise within the term (its clock: ``_checks``)."""
    content = setting.content
    if content.commitment is None or not state.open_proceedings("commitment"):
        return ()
    first = next(iter(content.flow.branches), None)
    due = parts.due_on(content.commitment.check_limit, setting.today, setting)
    return (
        parts.new_task(
            state,
            setting,
            kind="commitment_check",
            name="核查承诺是否履行",
            post_id=first.steps[0].post_id if first else content.flow.decision_post_id,
            department_id=first.department_id if first else state.department_id,
            due_at=parts.end_of(due),
        ),
    )


def check_commitment(state: CaseState, command: CheckCommitment, setting: Setting) -> Outcome:
    """What the check after the decision found; a breach opens a matter of its own."""
    parts.require_state(state, *AFTER_DECISION)
    parts.require(setting.principal, "cases.commitment.check", state)
    promise = proceedings.open_one(state, command.proceeding_id, "commitment")
    if command.result not in CHECK_RESULTS:
        raise Refusal("commitment.result", "请选择核查结果：履行了承诺，或者没有履行", field="result")
    if not command.facts.strip():
        raise Refusal(
            "commitment.facts", "请写明核查的事实", field="facts", remedy="写清什么时候、看了什么、与承诺的哪一条对照"
        )
    if command.result == "breached" and command.gravity not in GRAVITIES:
        raise Refusal("commitment.gravity", "请选择没有履行的轻重", field="gravity")
    facts = {"facts": command.facts.strip()}
    check = proceedings.opened(
        state, setting, "commitment_check", key=str(promise.id), record=facts, done=True, result=command.result
    )
    changes: list[Change] = [proceedings.closed(promise, setting, result=command.result), check]
    body: dict[str, Any] = {"proceeding_id": promise.id, "check_id": check.values["id"], "result": command.result}
    if command.result == "breached":
        data = {
            "commitment_id": str(promise.id),
            "checked_on": setting.today.isoformat(),
            "gravity": command.gravity,
        }
        breach = proceedings.opened(state, setting, "breach", key=str(promise.id), record=facts, data=data)
        changes.append(breach)
        body |= {"breach_id": breach.values["id"], "gravity": command.gravity}
    steps = clocking.stop(state, setting, "commitment_check", key=str(promise.id))
    changes += clocking.react(state, steps, setting)
    changes += [parts.finish_task(t, setting, command.result) for t in state.open_tasks("commitment_check")]
    return Outcome((clocking.event("case.commitment_checked", body, steps),), tuple(changes))


# ---- the breach ----------------------------------------------------------------------------------------------------


def order_rectification(state: CaseState, command: OrderRectification, setting: Setting) -> Outcome:
    """A written order to put it right within the term, with the facts, the articles and the right to be heard."""
    parts.require_state(state, *AFTER_DECISION)
    parts.require(setting.principal, "cases.commitment.rectify", state)
    parts.require_department(setting.principal, state.department_id)
    breach = proceedings.open_one(state, command.proceeding_id, "breach")
    if breach.data.get("ordered_on"):
        raise Refusal("breach.ordered", "已经责令整改过了", remedy="等整改期满或者申请人答复后再作处理")
    if not command.facts.strip():
        raise Refusal("breach.facts", "请写明违反承诺的事实", field="facts")
    ending.require_basis(command.basis, "breach.basis", "请选择责令整改的依据条文")
    limit = _rectification_limit(setting)
    term = clocking.start("rectification", limit, setting.today, key=str(breach.id), at=setting.at)
    due = clocking.due_of(term, setting).due
    document = parts.paper("rectification_order", state.id, setting)
    noted: dict[str, Any] = {
        "ordered_on": setting.today.isoformat(),
        "basis": _articles(command.basis),
        "papers": {"rectification_order": str(document.values["id"])},
    }
    changes = (
        proceedings.changed(breach, due_on=due, record={"facts": command.facts.strip()}, **noted),
        document,
        *clocking.react(state, (term,), setting),
    )
    body = {
        "proceeding_id": breach.id,
        "due_on": due,
        "basis": noted["basis"],
        "documents": [document.values["id"]],
    }
    return Outcome((clocking.event("case.rectification_ordered", body, (term,)),), changes)


def _rectification_limit(setting: Setting) -> TimeLimit:
    """The published term to put it right; of a case that was only checked afterwards, the term of a correction."""
    rule = setting.content.commitment
    return rule.rectification_limit if rule else setting.content.correction_limit


def tell_annulment(state: CaseState, command: TellAnnulment, setting: Setting) -> Outcome:
    """Prior notice of an annulment: the holder states and defends within the term; nothing is annulled before (art. 7).

    What can be put right is ordered to be put right first; this is the way where that is of no use, or has not helped.
    """
    parts.require_state(state, *AFTER_DECISION)
    parts.require(setting.principal, "cases.commitment.annul", state)
    parts.require_department(setting.principal, state.department_id)
    breach = proceedings.open_one(state, command.proceeding_id, "breach")
    if breach.data.get("annulment_told_on"):
        raise Refusal("annulment.told", "已经告知过拟撤销", remedy="等陈述、申辩的期限届满再作处理")
    if breach.data.get("ordered_on") and breach.due_on is not None and setting.today <= breach.due_on:
        raise Refusal("breach.term_running", f"整改的期限到 {breach.due_on} 为止，还没有过", remedy="等整改期满再告知")
    for field, text, sentence in (
        ("facts", command.facts, "请写明查明的事实"),
        ("reasons", command.reasons, "请写明拟撤销的理由"),
    ):
        if not text.strip():
            raise Refusal(f"annulment.{field}", sentence, field=field)
    ending.require_basis(command.basis, "breach.basis", "请选择拟撤销的依据条文")
    term = clocking.start("defence", DEFENCE_LIMIT, setting.today, key=str(breach.id), at=setting.at)
    due = clocking.due_of(term, setting).due
    document = parts.paper("annulment_prior_notice", state.id, setting)
    noted: dict[str, Any] = {
        "annulment_told_on": setting.today.isoformat(),
        "defence_due": due.isoformat() if due else "",
        "basis": _articles(command.basis),
        "papers": dict(breach.data.get("papers", {})) | {"annulment_prior_notice": str(document.values["id"])},
        "hearing": setting.content.law.hearing,
    }
    words = {"facts": command.facts.strip(), "reasons": command.reasons.strip()}
    changes = (
        proceedings.changed(breach, due_on=due, record=words, **noted),
        document,
        *clocking.react(state, (term,), setting),
    )
    body = {
        "proceeding_id": breach.id,
        "due_on": due,
        "basis": noted["basis"],
        "documents": [document.values["id"]],
    }
    return Outcome((clocking.event("case.annulment_told", body, (term,)),), changes)


def defend(state: CaseState, command: Defend, setting: Setting) -> Outcome:
    """The applicant is heard: what was said stands on record; it may say that it has been put right."""
    parts.require_state(state, *AFTER_DECISION)
    parts.require(setting.principal, "cases.commitment.defend", state)
    breach = proceedings.open_one(state, command.proceeding_id, "breach")
    if not command.text.strip():
        raise Refusal("defence.text", "请写明您的陈述、申辩，或者整改的情况", field="text")
    said = proceedings.opened(
        state,
        setting,
        "defence",
        key=str(breach.id),
        record={"text": command.text.strip()},
        data={"rectified": command.rectified, "account_id": str(command.account_id)},
        done=True,
        result="rectified" if command.rectified else "stated",
    )
    noted = proceedings.changed(breach, defended_on=setting.today.isoformat(), rectified=command.rectified)
    body = {"proceeding_id": breach.id, "defence_id": said.values["id"], "rectified": command.rectified}
    return Outcome((EventDraft("case.defended", body),), (said, noted))


def conclude_breach(state: CaseState, command: ConcludeBreach, setting: Setting) -> Outcome:
    """After order, term and defence: it has been put right, or the licence is annulled in writing (art. 69)."""
    parts.require_state(state, *AFTER_DECISION)
    parts.require(setting.principal, "cases.commitment.annul", state)
    parts.require_department(setting.principal, state.department_id)
    breach = proceedings.open_one(state, command.proceeding_id, "breach")
    if command.outcome not in BREACH_OUTCOMES:
        raise Refusal("breach.outcome", "请选择处理结果：已经整改，或者撤销", field="outcome")
    if not command.facts.strip():
        raise Refusal("breach.facts", "请写明查明的事实", field="facts")
    annul = command.outcome == "annul"
    if annul:
        _may_annul(breach, command, setting)
    document = parts.paper("annulment_decision", state.id, setting) if annul else None
    steps = clocking.stop(state, setting, "rectification", "defence", key=str(breach.id))
    closed = _concluded(breach, command, document, setting)
    changes: list[Change] = [closed, *clocking.react(state, steps, setting)]
    body: dict[str, Any] = {
        "proceeding_id": breach.id,
        "outcome": command.outcome,
        "gravity": breach.data.get("gravity", "general"),
    }
    if document is not None:
        changes += [document, *_annulled(state)]
        body |= {"basis": _articles(command.basis), "documents": [document.values["id"]]}
    return Outcome((clocking.event("case.breach_concluded", body, steps),), tuple(changes))


def _may_annul(breach: ProceedingView, command: ConcludeBreach, setting: Setting) -> None:
    heard = breach.data.get("ordered_on") or breach.data.get("annulment_told_on")
    term_over = breach.due_on is not None and setting.today > breach.due_on
    if not heard:
        raise Refusal(
            "breach.not_ordered",
            "还没有责令整改，也没有告知拟撤销，不能直接撤销",
            remedy="先责令限期整改，或者告知拟撤销，听取申请人陈述、申辩",
        )
    if not term_over:
        raise Refusal(
            "breach.term_running",
            f"整改和申辩的期限到 {breach.due_on} 为止，还没有过，不能撤销",
            remedy="等期限届满；已经改好的，可以按「已经整改」结案",
        )
    if not command.reasons.strip():
        raise Refusal("breach.reasons", "请写明撤销的理由，以及对陈述、申辩的意见", field="reasons")
    ending.require_basis(command.basis, "breach.basis", "请选择撤销的依据条文")


def _concluded(breach: ProceedingView, command: ConcludeBreach, document: Insert | None, setting: Setting) -> Update:
    papers = dict(breach.data.get("papers", {}))
    if document is not None:
        papers["annulment_decision"] = str(document.values["id"])
    return proceedings.closed(
        breach,
        setting,
        result="annulled" if document is not None else "rectified",
        record={"facts": command.facts.strip(), "reasons": command.reasons.strip()},
        data={"papers": papers, "basis": _articles(command.basis)},
    )


def _annulled(state: CaseState) -> tuple[Update, ...]:
    """The licences of the case, in whatever state they still had effect; their own ledgers are told by a reaction."""
    return tuple(
        Update("licences.Licence", {"case_id": state.id, "state": live}, {"state": "annulled"})
        for live in ("valid", "suspended")
    )


def _articles(basis: tuple[Mapping[str, str], ...]) -> list[dict[str, str]]:
    return [{"instrument": b["instrument"].strip(), "article": b["article"].strip()} for b in basis]
