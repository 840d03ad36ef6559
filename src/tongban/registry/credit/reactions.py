"""What follows from a credit event: a fact about a business is ordered for the platform, its subject is told.

Consumers of the ledger, idempotent: one push a record, one message an event.
"""

from __future__ import annotations

import uuid

from tongban.ground.ledger.chain import Row
from tongban.ground.notifications.services import notify, register_text
from tongban.registry.credit import rules
from tongban.registry.credit.models import CreditObjection, CreditPush, CreditRecord
from tongban.registry.credit.services import ANSWERED, RECORDED
from tongban.registry.parties.models import UserAccount

PUSHED = {RECORDED}
TOLD = {RECORDED, ANSWERED}
AGAINST, REPAIR, ANSWER = "credit.against", "credit.repair", "credit.answer"
TEXTS: dict[str, tuple[str, str]] = {
    AGAINST: (
        "您的信用记录里多了一条",
        "「{title}」{kind}，已记入信用记录。依据、有效期和怎么修复在「我的信用」里；认为有误的，可以在那里提出异议。",
    ),
    REPAIR: ("信用已修复", "「{title}」的记录已修复，从今天起不再影响您办事。"),
    ANSWER: ("信用异议有答复了", "您对「{title}」这条信用记录提出的异议已经答复，在「我的信用」里查看。"),
}


def register_texts() -> None:
    """Name the messages of this room."""
    for template, (title, text) in TEXTS.items():
        register_text(template, title, text)


def order_push(event: Row) -> None:
    """A fact about a business goes into its credit file (经营主体信用档案, NTC-13); a natural person's stays here."""
    if event.body.get("party") != "organisation":
        return
    CreditPush.objects.get_or_create(record_id=event.subject_id, defaults={"ordered_at": event.recorded_at})


def tell(event: Row) -> None:
    """Tell whom it concerns: the person, or who leads the organisation."""
    record = CreditRecord.objects.select_related("organisation").get(id=event.subject_id)
    template = _template(event, record)
    if not template:
        return
    account_id = _asker(event) if template == ANSWER else _account_of(record)
    if account_id is None:
        return
    notify(
        key=f"{event.id}:subject",
        account_id=account_id,
        template=template,
        context={"title": record.title or record.get_kind_display(), "kind": record.get_kind_display()},
        subject=("credit_record", record.id),
    )


def _template(event: Row, record: CreditRecord) -> str:
    if event.kind == ANSWERED:
        return ANSWER
    if record.kind == "repaired":
        return REPAIR
    return AGAINST if record.kind in rules.BAD else ""


def _asker(event: Row) -> uuid.UUID | None:
    return CreditObjection.objects.filter(id=event.body["objection_id"]).values_list("made_by", flat=True).first()


def _account_of(record: CreditRecord) -> uuid.UUID | None:
    person_id = record.person_id
    if person_id is None and record.organisation is not None:
        person_id = record.organisation.legal_representative_id
    if person_id is None:
        return None
    return UserAccount.objects.filter(person_id=person_id).values_list("id", flat=True).first()
