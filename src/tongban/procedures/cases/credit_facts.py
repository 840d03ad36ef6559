"""What a case says of its applicant's credit: promises, performance, breaches, checks (NTC-11, NTC-13, NTC-15).

A reaction to the ledger: each event becomes at most one fact, named by what it tells of, so that it may be read twice.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from tongban.ground import moment
from tongban.ground.documents.models import Document
from tongban.ground.ledger.chain import Actor, Row
from tongban.procedures.cases.models import Case
from tongban.procedures.cases.rules.aftercare import DEFAULT_LIMIT
from tongban.procedures.cases.standing import party_of
from tongban.registry.catalog import selectors as catalog
from tongban.registry.catalog.version import VersionContent
from tongban.registry.credit import services as credit
from tongban.registry.credit.services import NewFact

LICENSING_LAW_ANNULMENT = "中华人民共和国行政许可法第六十九条"


def record(event: Row) -> None:
    """Record what the event says of the applicant; most events say nothing."""
    tell = _FACTS.get(event.kind)
    if tell is not None:
        case = Case.objects.get(id=event.subject_id)
        tell(event, case, catalog.content(case.version_id))


def _actor(event: Row) -> Actor:
    return Actor(event.actor_kind, event.actor_id, event.post_id, event.role, event.on_behalf_of, event.channel)


def _fact(event: Row, case: Case, content: VersionContent, key: str, kind: str, basis: str, **more: Any) -> None:
    staff = event.actor_id if event.actor_kind == "staff" else None
    fact = NewFact(
        key=key,
        party=party_of(case.applicant_person_id, case.applicant_organisation_id),
        label=case.applicant_label,
        kind=kind,
        on=moment.local(event.occurred_at).date(),
        basis=basis[:300],
        department_id=content.authority.id,
        region_no=case.region_no,
        title=case.title,
        case_id=case.id,
        case_number=case.number,
        **more,
    )
    credit.record(fact, _actor(event), staff)


def _promised(event: Row, case: Case, content: VersionContent) -> None:
    """A commitment was made: its letter goes with it."""
    promise = event.body.get("commitment_id")
    if promise and content.commitment:
        number = _paper(event, "commitment_letter")
        basis = content.commitment.basis
        _fact(event, case, content, f"made:{promise}", "commitment_made", basis, paper_number=number)


def _paper(event: Row, kind: str) -> str:
    """Number of the paper of that kind that the event made; empty when it made none."""
    ids = [uuid.UUID(str(key)) for key in event.body.get("documents", ())]
    return Document.objects.filter(id__in=ids, kind=kind).values_list("number", flat=True).first() or ""


def _checked(event: Row, case: Case, content: VersionContent) -> None:
    """The check of a commitment: kept, or a breach with its gravity."""
    body, basis = event.body, content.commitment.basis if content.commitment else ""
    if body["result"] == "kept":
        _fact(event, case, content, f"kept:{body['proceeding_id']}", "commitment_kept", basis)
    else:
        gravity = str(body.get("gravity", "general"))
        _fact(event, case, content, f"breach:{body['breach_id']}", "breach", basis, gravity=gravity)


def _after_checked(event: Row, case: Case, content: VersionContent) -> None:
    """The check afterwards: its result goes back into the record."""
    body = event.body
    basis = content.credit.basis if content.credit else DEFAULT_LIMIT.basis
    if body["result"] == "passed":
        _fact(event, case, content, f"check:{body['proceeding_id']}", "check_passed", basis)
    else:
        gravity = str(body.get("gravity", "general"))
        _fact(event, case, content, f"breach:{body['breach_id']}", "check_failed", basis, gravity=gravity)


def _ordered(event: Row, case: Case, content: VersionContent) -> None:
    """An order to put it right."""
    number = _paper(event, "rectification_order")
    basis = _articles(event.body.get("basis", ())) or content.name
    key = f"ordered:{event.body['proceeding_id']}"
    _fact(event, case, content, key, "order_to_rectify", basis, paper_number=number)


def _articles(basis: Any) -> str:
    return "；".join(f"{one['instrument']}{one['article']}" for one in basis)


def _concluded(event: Row, case: Case, content: VersionContent) -> None:
    """Put right: the breach is repaired where the rule says so. Annulled: a fact of its own."""
    body = event.body
    breach = f"breach:{body['proceeding_id']}"
    if body["outcome"] == "annul":
        number = _paper(event, "annulment_decision")
        basis = _articles(body.get("basis", ())) or LICENSING_LAW_ANNULMENT
        key = f"annulled:{body['proceeding_id']}"
        _fact(event, case, content, key, "annulled_for_breach", basis, paper_number=number)
    else:
        credit.repair_by_rule(breach, f"{breach}:repaired", "在责令的期限内整改到位", _actor(event))


_FACTS: dict[str, Callable[[Row, Case, VersionContent], None]] = {
    "case.accepted": _promised,
    "case.commitment_checked": _checked,
    "case.after_checked": _after_checked,
    "case.rectification_ordered": _ordered,
    "case.breach_concluded": _concluded,
}
KINDS = frozenset(_FACTS)
