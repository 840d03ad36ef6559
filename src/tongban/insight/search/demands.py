"""What people ask for and do not find, as a list of demands: owner, decision, state (AIX-08)."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from tongban.ground import moment
from tongban.ground.errors import NotFound, Refusal
from tongban.ground.ledger.chain import Actor, EventDraft
from tongban.ground.ledger.services import append
from tongban.ground.ledger.subjects import SubjectRef
from tongban.ground.policy import Principal
from tongban.insight.search import counting
from tongban.insight.search.models import SearchDemand
from tongban.insight.search.vocabulary import check_steward
from tongban.registry.parties.models import Department

SUBJECT = "search_demand"
LONGEST_DECISION = 300


def record_demand(principal: Principal, words: str, asked: int) -> SearchDemand:
    """Put a query on the list; one that is there already only gets the newest number.

    :param asked: how often it was asked in the period that the steward looked at.
    :raises Refusal: the words may not be kept (a number, a long story, nothing).
    """
    check_steward(principal)
    text = counting.normalised(words)
    if text is None:
        raise Refusal(
            "search.demand_words", "这句话不能列入清单：太长，或带有号码", "words", "只留想办的事，不超过 30 个字"
        )
    with transaction.atomic():
        row, made = SearchDemand.objects.select_for_update().get_or_create(
            words=text, defaults={"asked": max(0, asked), "made_at": moment.now(), "edited_name": principal.name}
        )
        if made:
            _append(row, "search_demand.recorded", {"asked": row.asked}, principal)
        elif row.asked != asked:
            row.asked = max(0, asked)
            row.save(update_fields=["asked"])
    return row


def assign_demand(principal: Principal, demand_id: UUID, department_id: int) -> SearchDemand:
    """Hand a demand to the department that owns it. The same department again changes nothing.

    :raises Refusal: no such department, or it is decided already.
    """
    check_steward(principal)
    with transaction.atomic():
        row = _locked(demand_id)
        _still_undecided(row)
        owner = Department.objects.filter(pk=department_id).first()
        if owner is None:
            raise Refusal("search.demand_owner", "没有选责任部门", "owner", "从列表里选一个部门")
        if row.owner_id != owner.pk:
            row.owner, row.state, row.edited_name = owner, SearchDemand.State.ASSIGNED, principal.name
            row.save()
            _append(row, "search_demand.assigned", {"department": owner.pk}, principal)
    return row


def decide_demand(principal: Principal, demand_id: UUID, *, adopted: bool, decision: str) -> SearchDemand:
    """What was decided, in words.

    :raises Refusal: no words, too many, no owner yet, or decided already.
    """
    check_steward(principal)
    words = " ".join(decision.split())
    with transaction.atomic():
        row = _locked(demand_id)
        _still_undecided(row)
        if row.owner_id is None:
            raise Refusal("search.demand_unowned", "还没有责任部门，不能下结论", "owner", "先交给一个部门")
        if not words:
            raise Refusal("search.decision_missing", "没有写决定", "decision", "写清采纳后怎么做，或为什么不采纳")
        if len(words) > LONGEST_DECISION:
            raise Refusal(
                "search.decision_long", f"决定太长，最多 {LONGEST_DECISION} 个字", "decision", "只写结论和理由"
            )
        row.state = SearchDemand.State.ADOPTED if adopted else SearchDemand.State.DECLINED
        row.decision, row.decided_at, row.edited_name = words, moment.now(), principal.name
        row.save()
        _append(row, "search_demand.decided", {"state": row.state}, principal)
    return row


def _locked(demand_id: UUID) -> SearchDemand:
    row = SearchDemand.objects.select_for_update().filter(pk=demand_id).first()
    if row is None:
        raise NotFound("search.demand", "没有找到这条需求")
    return row


def _still_undecided(row: SearchDemand) -> None:
    if row.state in (SearchDemand.State.ADOPTED, SearchDemand.State.DECLINED):
        raise Refusal("search.demand_decided", "这条需求已经有决定了", None, "要重新研究，请另列一条")


def _append(row: SearchDemand, kind: str, body: dict[str, object], principal: Principal) -> None:
    actor = Actor("staff", principal.actor_id, principal.post_id, "data_steward", channel="desk")
    append(SubjectRef(SUBJECT, row.pk), [EventDraft(kind, body)], actor)
    row.refresh_from_db(fields=["seq", "head"])
