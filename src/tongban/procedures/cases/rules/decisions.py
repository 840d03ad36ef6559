"""The decision, by the regime's own outcomes, and deemed renewal. Pure.

行政许可法 art. 37-38 (in writing; a refusal with facts, articles, reasons, remedies), 44 (delivery), 48 (it rests on
the hearing's record), 50 (silence until the expiry renews a licence whose renewal was asked in time).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tongban.ground import moment
from tongban.ground.changes import Change, Insert, NextNumber, Outcome, Update
from tongban.ground.clock.renewal import Renewal, renewal
from tongban.ground.errors import Refusal
from tongban.ground.ids import uuid7
from tongban.procedures.cases.rules import (
    aftercare,
    blocking,
    clocking,
    commitments,
    ending,
    parts,
    proceedings,
    separation,
)
from tongban.procedures.cases.rules.clocking import ClockStep
from tongban.procedures.cases.rules.commands import Decide, DeemRenewed, LicenceGrant
from tongban.procedures.cases.rules.paper_kinds import result_paper
from tongban.procedures.cases.rules.result import stand_still
from tongban.procedures.cases.rules.state import CaseState, Setting
from tongban.registry.catalog.version import TimeLimit

OUTCOME_WORDS = {
    "granted": "准予",
    "refused": "不予",
    "recorded": "予以备案",
    "provided": "已提供",
    "not_provided": "不能提供",
    "adjudicated": "作出裁决",
}
REASONED = ("refused", "not_provided", "adjudicated")
"""Outcomes that must say facts, articles and reasons (art. 38(2); an adjudication decides a dispute)."""

OUTLIVES = ("deferral", "commitment_check", "rectification", "defence", "after_check", "dispute")
"""Clocks that a positive decision does not end."""
OUTLIVING = ("deferral", "commitment", "breach", "dispute", "after_check", "handing")
"""Side matters that a positive decision does not end."""

RENEWAL_LIMIT = TimeLimit(30, "calendar_day", "行政许可法第五十条")


@dataclass(frozen=True, slots=True)
class Ruling:
    """A decision in its parts, ready to be written."""

    outcome: str
    facts: str = ""
    reasons: str = ""
    basis: tuple[Mapping[str, str], ...] = ()
    licence: LicenceGrant | None = None
    deemed: bool = False
    sampled: bool | None = None
    ruling: str = ""


def decide(state: CaseState, command: Decide, setting: Setting) -> Outcome:
    """A person's written decision; a grant prepares the licence. The papers wait for the document worker."""
    blocking.require_reviewed(state)
    parts.require(setting.principal, "cases.case.decide", state, "decide")
    separation.require_apart(state, command.outcome, setting)
    law = setting.content.law
    if command.outcome not in (law.positive, law.negative) or not command.outcome:
        words = "或".join(OUTCOME_WORDS[o] for o in (law.positive, law.negative) if o)
        raise Refusal("decision.outcome", f"请选择结果：{words}", field="outcome")
    blocking.require_nothing_awaited(state, command.outcome == law.positive, setting)
    if command.outcome in REASONED:
        _require_reasons(command, setting)
    sampled = separation.sampled(state) if setting.content.separation_level == "single_post" else None
    ruling = Ruling(
        command.outcome,
        command.facts,
        command.reasons,
        command.basis,
        command.licence,
        deemed=False,
        sampled=sampled,
        ruling=command.ruling,
    )
    return conclude(state, ruling, setting)


def _require_reasons(command: Decide, setting: Setting) -> None:
    content = setting.content
    licensing = content.law.code == "licensing"
    act = OUTCOME_WORDS[command.outcome]
    remedy = f"{act}决定要说明事实、依据和理由" + ("（行政许可法第三十八条）" if licensing else "")
    wanted = (("facts", command.facts, "请写明查明的事实"), ("reasons", command.reasons, f"请写明{act}的理由"))
    for field, text, sentence in wanted:
        if not text.strip():
            raise Refusal(f"decision.{field}", sentence, field=field, remedy=remedy)
    if content.dispute is not None and command.outcome == "adjudicated" and not command.ruling.strip():
        raise Refusal("decision.ruling", "请写明裁决的内容", field="ruling", remedy="逐项写清裁决支持什么、不支持什么")
    ending.require_basis(command.basis, "decision.basis", f"请选择{act}的依据条文")
    authority = content.authority
    if content.law.remedies == "review_and_suit" and not (authority.reconsideration_authority and authority.court):
        raise Refusal(
            "decision.remedies",
            "本机关没有登记行政复议机关和有管辖权的法院，决定书写不出救济途径",
            remedy="请在机关信息里补充复议机关和法院，再作决定",
        )


def conclude(state: CaseState, ruling: Ruling, setting: Setting) -> Outcome:
    """The rows and the event of a decision: paper, licence, delivery clock; what it ends, and what outlives it."""
    content = setting.content
    positive = ruling.outcome == content.law.positive
    later, checks = aftercare.postponed(state, setting) if positive else ((), ())
    steps = (*_steps(state, positive, setting), *checks)
    kind = result_paper(content.law.code, ruling.outcome, content.kind)
    document = parts.paper(kind, state.id, setting)
    values = {"state": "decided", "outcome": ruling.outcome, "decided_at": setting.at, "concluded_at": setting.at}
    licence = _licence(state, ruling.licence, setting) if positive and content.result.licence_type else ()
    changes: list[Change] = [
        Update("cases.Case", {"id": state.id}, values),
        _written(state, ruling, setting),
        document,
        *clocking.react(state, steps, setting),
        *_tasks(state, ruling.outcome, setting),
        *_branches(state, setting),
        *_matters(state, positive, setting),
        *(commitments.check_tasks(state, setting) if positive else ()),
        *later,
        *licence,
    ]
    body: dict[str, Any] = {
        "outcome": ruling.outcome,
        "documents": [document.values["id"], *(row.values["id"] for row in licence[:1])],
        "licences": [row.values["id"] for row in licence[1:]],
        "basis": [dict(b) for b in ruling.basis],
        "remedies": content.law.remedies,
        **_flags(state, ruling),
        **({"after_check": later[0].values["id"]} if later else {}),
    }
    return Outcome((clocking.event("case.decided", body, steps),), tuple(changes))


def _written(state: CaseState, ruling: Ruling, setting: Setting) -> Insert:
    return ending.written(
        state,
        setting,
        ruling.outcome,
        facts=_facts(state, ruling),
        reasons=ruling.reasons,
        basis=ruling.basis,
        kind="deemed" if ruling.deemed else "",
        ruling=ruling.ruling,
    )


def _facts(state: CaseState, ruling: Ruling) -> str:
    """The facts; after a hearing they say that the decision rests on its record (art. 48(2))."""
    rests = "本机关已依法举行听证，本决定根据听证笔录作出。" if hearing_records(state) else ""
    return "\n".join(part for part in (ruling.facts.strip(), rests) if part)


def _flags(state: CaseState, ruling: Ruling) -> dict[str, Any]:
    flags: dict[str, Any] = {}
    if records := hearing_records(state):
        flags["hearing_records"] = records
    if ruling.deemed:
        flags["deemed"] = True
    if ruling.sampled is not None:
        flags["sampled"] = ruling.sampled
    return flags


def hearing_records(state: CaseState) -> list[str]:
    """Ids of the signed records of hearings that were held; the decision names and rests on them (art. 48(2))."""
    held = (p for p in state.proceedings if p.kind == "hearing" and p.result == "held")
    return [p.data["papers"]["hearing_record"] for p in held]


def _steps(state: CaseState, positive: bool, setting: Setting) -> tuple[ClockStep, ...]:
    """Clocks that end, the delivery clock with its pauses, the check of a commitment."""
    content, today = setting.content, setting.today
    ended = tuple(s for s in clocking.stop(state, setting) if not positive or s.clock not in OUTLIVES)
    delivery = clocking.start("delivery", content.delivery_limit, today, at=setting.at)
    if not positive:
        return (*ended, delivery)
    return (*ended, delivery, *_pauses(state, setting), *_checks(state, setting))


def _pauses(state: CaseState, setting: Setting) -> tuple[ClockStep, ...]:
    """While materials are deferred, it is the applicant whom delivery waits for (C16)."""
    return tuple(
        stand_still(p.id, setting.today)
        for p in state.proceedings
        if p.kind == "deferral" and p.state in ("open", "lapsed")
    )


def _checks(state: CaseState, setting: Setting) -> tuple[ClockStep, ...]:
    """The term for checking a commitment runs from the decision (NTC-10)."""
    rule = setting.content.commitment
    if rule is None:
        return ()
    return tuple(
        clocking.start("commitment_check", rule.check_limit, setting.today, key=str(p.id), at=setting.at)
        for p in state.open_proceedings("commitment")
        if state.clock("commitment_check", str(p.id)) is None
    )


def _tasks(state: CaseState, outcome: str, setting: Setting) -> tuple[Change, ...]:
    own = state.open_tasks("decide") if setting.principal.is_staff else ()
    rest = tuple(t for t in state.open_tasks() if t not in own)
    return (*(parts.finish_task(t, setting, outcome) for t in own), *parts.drop_tasks(rest, setting, "decided"))


def _branches(state: CaseState, setting: Setting) -> tuple[Change, ...]:
    """Branches that the decision overtakes (only a deemed renewal does)."""
    return tuple(
        Update("cases.CaseBranch", {"id": b.id}, {"state": "stopped", "finished_at": setting.at})
        for b in state.branches
        if b.state not in ("done", "stopped")
    )


def _matters(state: CaseState, positive: bool, setting: Setting) -> tuple[Change, ...]:
    """Side matters end with the decision: those whose term passed in silence as lapsed, the others as cancelled."""
    ended = []
    for matter in state.open_proceedings():
        if positive and matter.kind in OUTLIVING:
            continue
        lapsed = matter.due_on is not None and setting.today > matter.due_on
        ended.append(proceedings.closed(matter, setting, state="lapsed" if lapsed else "cancelled", result="decided"))
    return tuple(ended)


def _licence(state: CaseState, grant: LicenceGrant | None, setting: Setting) -> tuple[Insert, Insert]:
    if grant is None:
        raise ValueError("a positive decision of an item with a licence needs the licence's contents")
    content, year = setting.content, setting.today.year
    result = content.result
    document = parts.paper("licence", state.id, setting, title=result.name)
    licence = Insert(
        "licences.Licence",
        {
            "id": uuid7(setting.at),
            "type_id": result.licence_type,
            "licence_number": NextNumber(
                scope=f"licence:{result.licence_type}:{content.authority.uscc}:{year}",
                prefix=f"{content.authority.document_word}证字〔{year}〕第",
                suffix="号",
                width=6,
            ),
            "holder_kind": grant.holder_kind,
            "holder_id": grant.holder_id,
            "holder_name": grant.holder_name,
            "state": "prepared",
            "case_id": state.id,
            "attributes": grant.attributes,
            "issuer_id": content.authority.id,
            "document_id": document.values["id"],
        },
    )
    return document, licence


def deem_renewed(state: CaseState, command: DeemRenewed, setting: Setting) -> Outcome:
    """The licence has expired, its renewal was asked in time, nobody decided: it is renewed by law (art. 50, C15).

    Only where the regime knows it. A late request is told to whom it concerns, and refused by nobody but a person.
    """
    parts.require(setting.principal, "cases.case.deem", state)
    parts.require_state(state, *ending.BEFORE_DECISION)
    content = setting.content
    if not content.law.deemed_renewal or content.kind not in ("renew", "renewal"):
        raise Refusal("renewal.not_in_law", "这类办件没有「逾期未决定视为准予延续」的规定")
    told = renewal_of(state, command, setting)
    if not told.in_time:
        raise Refusal(
            "renewal.late",
            f"延续申请应当在 {told.latest_on.isoformat()} 前提出，这件提出得晚，不视为准予延续",
            remedy="由承办人继续审查，依法作出书面决定",
        )
    if not told.deemed_renewed:
        raise Refusal("renewal.not_expired", f"许可有效期到 {command.expires_on.isoformat()}，还没有届满")
    facts = f"延续申请在法定期限内提出；许可有效期于 {command.expires_on.isoformat()} 届满，届满前没有作出决定。"
    basis = ({"instrument": "中华人民共和国行政许可法", "article": "第五十条第二款"},)
    return conclude(state, Ruling(content.law.positive, facts, "", basis, command.licence, deemed=True), setting)


def renewal_of(state: CaseState, command: DeemRenewed, setting: Setting) -> Renewal:
    """Whether the renewal was asked in time, and whether silence has renewed the licence (C9, C15)."""
    content = setting.content
    limit = clocking.limit_of(content.renewal_limit or RENEWAL_LIMIT)
    return renewal(
        command.expires_on,
        moment.local(state.submitted_at).date(),
        None,
        setting.today,
        limit,
        setting.calendar,
        regime_licensing=content.law.deemed_renewal,
    )
