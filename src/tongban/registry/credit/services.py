"""The only writers of credit: record a fact, repair it, put somebody on a list, object, answer.

Facts come from reactions of other rooms (idempotent by ``key``) or from the credit officer's hand with a basis. Each
leaves an event on the record's own chain.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction

from tongban.ground import moment
from tongban.ground.errors import Conflict, NotFound, Refusal
from tongban.ground.ledger.chain import SYSTEM, Actor, EventDraft
from tongban.ground.ledger.services import append
from tongban.ground.ledger.subjects import SubjectRef
from tongban.ground.policy import Principal, Target, allowed
from tongban.registry.credit import rules
from tongban.registry.credit.models import CreditObjection, CreditRecord
from tongban.registry.credit.parties import Party
from tongban.registry.credit.selectors import facts_of, rule_in_force, target_of
from tongban.registry.parties.services import actor_of

SUBJECT = "credit_record"
RECORDED, REPAIRED, STRUCK = "credit.recorded", "credit.repaired", "credit.struck"
OBJECTED, ANSWERED = "credit.objected", "credit.objection_answered"
MOST_BASIS, MOST_TITLE, MOST_SOURCE, MOST_PAPER, MOST_WORDS = 300, 200, 100, 80, 2000


@dataclass(frozen=True, slots=True)
class NewFact:
    """A fact to be recorded. ``key`` names what it comes from: the same key twice is one fact.

    ``label`` is masked; ``paper_number`` is the number of the letter, order or decision that says it.
    """

    key: str
    party: Party
    label: str
    kind: str
    on: date
    basis: str
    department_id: int
    region_no: int
    gravity: str = ""
    title: str = ""
    case_id: uuid.UUID | None = None
    case_number: str = ""
    paper_number: str = ""
    source: str = "here"
    effect_until: date | None = None
    """Of a list only: the rule gives the term of everything else."""
    words: str = ""


def record(fact: NewFact, actor: Actor = SYSTEM, by: uuid.UUID | None = None) -> CreditRecord:
    """Record a fact; recording it again gives the same record. Leaves ``credit.recorded``.

    :raises Refusal: ``credit.basis``, ``credit.gravity``, ``credit.term``, ``credit.too_long``.
    """
    known = CreditRecord.objects.filter(key=fact.key).first()
    if known is not None:
        return known
    _check(fact)
    rule = rule_in_force(fact.region_no, fact.on)
    listed = fact.kind in rules.LISTS
    until = fact.effect_until if listed else rules.effect_until(rule, fact.kind, fact.gravity, fact.on)
    try:
        with transaction.atomic():
            made = CreditRecord.objects.create(
                **_columns(fact),
                effect_until=until,
                public=rules.is_public(rule, fact.kind, fact.gravity),
                recorded_at=moment.now(),
                recorded_by=by,
            )
            body = {
                "kind": made.kind,
                "gravity": made.gravity,
                "case_id": made.case_id,
                "party": fact.party.kind,
                "effect_until": made.effect_until,
                "public": made.public,
                "rule": rule.version,
            }
            _tell(made, EventDraft(RECORDED, body), actor)
    except IntegrityError:
        return CreditRecord.objects.get(key=fact.key)  # a twin was faster
    return made


def _check(fact: NewFact) -> None:
    if not fact.basis.strip() or len(fact.basis) > MOST_BASIS:
        raise Refusal(
            "credit.basis", "信用记录要写明依据", field="basis", remedy="写法规、文件的名称和条款，不超过 300 字"
        )
    grave = fact.kind in rules.GRAVE
    if fact.kind not in rules.KINDS or grave != bool(fact.gravity) or (grave and fact.gravity not in rules.GRAVITIES):
        raise Refusal("credit.gravity", "请选择记录的种类，失信的还要选择轻重", field="gravity")
    for text, most, field in (
        (fact.title, MOST_TITLE, "title"),
        (fact.source, MOST_SOURCE, "source"),
        (fact.paper_number, MOST_PAPER, "paper_number"),
        (fact.words, MOST_WORDS, "words"),
    ):
        _check_length(text, most, field)
    if fact.kind in rules.LISTS and (fact.effect_until is None or fact.effect_until < fact.on):
        raise Refusal("credit.term", "列入名单要写明截止日期", field="effect_until", remedy="名单没有期限的，不能列入")


def _check_length(text: str, most: int, field: str) -> None:
    if len(text) > most:
        raise Refusal("credit.too_long", f"最多写 {most} 个字", field=field, remedy="请写得短一些")


def _columns(fact: NewFact) -> dict[str, Any]:
    return {
        "key": fact.key,
        **fact.party.columns(),
        "label": fact.label,
        "kind": fact.kind,
        "gravity": fact.gravity,
        "title": fact.title,
        "basis": fact.basis.strip(),
        "department_id": fact.department_id,
        "region_no": fact.region_no,
        "case_id": fact.case_id,
        "case_number": fact.case_number,
        "paper_number": fact.paper_number,
        "source": fact.source,
        "occurred_on": fact.on,
        "words": fact.words.strip(),
    }


def _tell(made: CreditRecord, event: EventDraft, actor: Actor) -> None:
    append(SubjectRef(SUBJECT, made.id), [event], actor, region_no=made.region_no)
    made.refresh_from_db(fields=["seq", "head"])


# ---- the officer ---------------------------------------------------------------------------------------------------


def enter(principal: Principal, fact: NewFact) -> CreditRecord:
    """Enter by hand what another authority says, or put somebody on a list, each with basis (and term).

    :raises Refusal: ``credit.not_allowed``, ``credit.kind``, ``credit.source``, and those of :func:`record`.
    """
    _require(principal, "credit.record.enter", Target(region_no=fact.region_no))
    if fact.kind not in rules.IMPORTED:
        raise Refusal(
            "credit.kind", "这种记录由办件自动产生，不能手工录入", field="kind", remedy="选其他机关提供的记录，或者名单"
        )
    if not fact.source.strip() or fact.source == "here":
        raise Refusal("credit.source", "请写明是哪个机关、哪份文件认定的", field="source")
    if fact.on > moment.today():
        raise Refusal("credit.future", "认定日期还没有到", field="on")
    return record(fact, actor_of(principal, "desk"), principal.staff_id)


def repair(principal: Principal, record_id: uuid.UUID, *, reason: str, basis: str) -> CreditRecord:
    """Repair: the fact stays, its effect and its publicity end today. Leaves ``credit.repaired``.

    :raises NotFound: no such record in the officer's region.
    :raises Refusal: ``credit.not_repairable``, ``credit.too_early``, ``credit.reason``, ``credit.basis``.
    """
    with transaction.atomic():
        found = _locked(record_id)
        if not allowed(principal, "credit.record.repair", target_of(found)):
            raise NotFound("credit.not_found", "没有找到这条信用记录")
        _check_repair(found)
        if not reason.strip():
            raise Refusal("credit.reason", "请写明修复的理由", field="reason", remedy="写清改正了什么，有什么证明")
        _check_length(reason, MOST_WORDS, "reason")
        return _end(found, "repaired", basis, reason, actor_of(principal, "desk"), principal.staff_id)


def _check_repair(found: CreditRecord) -> None:
    party = Party(found.person_id, found.organisation_id)
    rule, today = rule_in_force(found.region_no, moment.today()), moment.today()
    fact = next(one for one in facts_of(party) if one.id == found.id)
    earliest = rules.repairable_from(rule, fact)
    if earliest is None:
        raise Refusal("credit.not_repairable", "这条记录不需要修复，或者已经修复、更正", remedy="刷新页面，看最新状态")
    if today < earliest:
        raise Refusal(
            "credit.too_early", f"按规则，这条记录最早 {earliest.isoformat()} 才能修复", remedy="到期以后再办理修复"
        )


def repair_by_rule(key: str, note_key: str, reason: str, actor: Actor = SYSTEM) -> CreditRecord | None:
    """What was put right within its term is repaired by the rule itself, where the rule says so for its gravity.

    :param key: of the record that is repaired. :param note_key: of the repair; the same twice is one repair.
    Gives the repair, or None when the rule leaves it to the officer, or nothing is to be repaired.
    """
    with transaction.atomic():
        found = CreditRecord.objects.select_for_update(of=("self",)).filter(key=key).first()
        if found is None or found.ended_on is not None:
            return CreditRecord.objects.filter(key=note_key).first()
        rule = rule_in_force(found.region_no, moment.today())
        if found.gravity not in rule.rectified_repairs:
            return None
        return _end(found, "repaired", rule.basis, reason, actor, None, key=note_key)


def _locked(record_id: uuid.UUID) -> CreditRecord:
    found = CreditRecord.objects.select_for_update(of=("self",)).filter(id=record_id).first()
    if found is None:
        raise NotFound("credit.not_found", "没有找到这条信用记录")
    return found


def _end(
    found: CreditRecord, kind: str, basis: str, words: str, actor: Actor, by: uuid.UUID | None, *, key: str = ""
) -> CreditRecord:
    """A record about another one that ends its effect from today on."""
    today = moment.today()
    found.ended_on, found.public = today, False
    found.save(update_fields=["ended_on", "public"])
    _tell(found, EventDraft(REPAIRED if kind == "repaired" else STRUCK, {"on": today}), actor)
    note = NewFact(
        key=key or f"{found.id}:{kind}",
        party=Party(found.person_id, found.organisation_id),
        label=found.label,
        kind=kind,
        on=today,
        basis=basis,
        department_id=found.department_id,
        region_no=found.region_no,
        title=found.title,
        case_id=found.case_id,
        case_number=found.case_number,
        words=words,
    )
    _check(note)
    made = CreditRecord.objects.create(
        **_columns(note), about=found, recorded_at=moment.now(), recorded_by=by, effect_until=None
    )
    _tell(made, EventDraft(RECORDED, {"kind": kind, "about": found.id, "party": note.party.kind}), actor)
    return made


# ---- objections ----------------------------------------------------------------------------------------------------


def object_to(principal: Principal, record_id: uuid.UUID, words: str) -> CreditObjection:
    """The subject of a record says in words that it is wrong; the credit officer is asked for an answer.

    :raises NotFound: no such record of the person (or of whom the person acts for).
    :raises Refusal: ``objection.words``. :raises Conflict: ``objection.open``.
    """
    found = CreditRecord.objects.filter(id=record_id).first()
    if found is None or not allowed(principal, "credit.objection.make", target_of(found)):
        raise NotFound("credit.not_found", "没有找到这条信用记录")
    if not words.strip():
        raise Refusal("objection.words", "请写明哪里不对，您有什么证明", field="words")
    _check_length(words, MOST_WORDS, "words")
    assert principal.account_id is not None  # residents have accounts
    try:
        with transaction.atomic():
            made = CreditObjection.objects.create(
                record=found,
                region_no=found.region_no,
                words=words.strip(),
                made_at=moment.now(),
                made_by=principal.account_id,
            )
            _tell(found, EventDraft(OBJECTED, {"objection_id": made.id}), actor_of(principal, "portal"))
    except IntegrityError:
        raise Conflict("objection.open", "这条记录您已经提过异议，正在等答复", remedy="答复以后还可以再提") from None
    return made


def answer_objection(principal: Principal, objection_id: uuid.UUID, *, upheld: bool, answer: str) -> CreditObjection:
    """Answer in words; an objection that is right strikes the record: it counts no more and is published no more.

    :raises NotFound: no such objection in the officer's region.
    :raises Refusal: ``objection.answer``, ``objection.answered``.
    """
    with transaction.atomic():
        found = (
            CreditObjection.objects.select_for_update(of=("self",))
            .select_related("record")
            .filter(id=objection_id)
            .first()
        )
        if found is None or not allowed(principal, "credit.objection.answer", Target(region_no=found.region_no)):
            raise NotFound("objection.not_found", "没有找到这项异议")
        if found.state != CreditObjection.State.OPEN:
            raise Refusal("objection.answered", "这项异议已经答复过了", remedy="刷新页面，看最新状态")
        if not answer.strip():
            raise Refusal("objection.answer", "请写明核实的情况和答复", field="answer")
        _check_length(answer, MOST_WORDS, "answer")
        actor = actor_of(principal, "desk")
        found.state = CreditObjection.State.UPHELD if upheld else CreditObjection.State.REJECTED
        found.answer, found.answered_at = answer.strip(), moment.now()
        found.answered_by, found.answered_by_name = principal.staff_id, principal.name
        found.save(update_fields=["state", "answer", "answered_at", "answered_by", "answered_by_name"])
        told = EventDraft(ANSWERED, {"objection_id": found.id, "verdict": found.state})
        _tell(found.record, told, actor)
        if upheld and found.record.ended_on is None:
            _end(_locked(found.record_id), "struck", "信用异议核实结果", answer, actor, principal.staff_id)
    return found


def _require(principal: Principal, permission: str, target: Target) -> None:
    if not allowed(principal, permission, target):
        raise Refusal("credit.not_allowed", "您当前的岗位不能做这一步", remedy="请由信用管理岗办理")
