"""Facts on their way to the credit platform: batches made, signed, sent, answered, counted on both sides (NTC-13).

Nothing that is recorded waits for the platform: pushes stand in a backlog, batches are tried again with growing
pauses, and what the other side sends back is shown with its reason.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import Count, Min, Q

from tongban.ground import crypto, moment
from tongban.ground.errors import NotFound, Unavailable
from tongban.ground.numbers.services import next_number
from tongban.ground.policy import Principal, allowed
from tongban.registry.credit.models import CreditBatch, CreditPush
from tongban.registry.credit.platform import CreditPlatform, Envelope, Receipt, port
from tongban.registry.credit.sandbox import digest
from tongban.registry.credit.selectors import target_of

LARGEST_BATCH: Final = 500
LONGEST_PAUSE: Final = timedelta(hours=6)
RECEIPT_PAUSE: Final = timedelta(minutes=10)


def run(platform: CreditPlatform | None = None) -> int:
    """Make batches of what is pending, send and collect what is due; gives how many batches were answered."""
    other = platform or port()
    while make_batch():
        pass
    due = CreditBatch.objects.exclude(state=CreditBatch.State.ACKNOWLEDGED)
    due = due.filter(Q(next_try_at=None) | Q(next_try_at__lte=moment.now())).order_by("made_at")
    return sum(_forward(batch.id, other) for batch in due[:LARGEST_BATCH])


def make_batch() -> CreditBatch | None:
    """One signed batch of what is pending, the oldest first; None when nothing is. Two runs never take the same."""
    with transaction.atomic():
        pending = (
            CreditPush.objects.select_for_update(skip_locked=True, of=("self",))
            .select_related("record__organisation", "record__department")
            .filter(state=CreditPush.State.PENDING)
            .order_by("ordered_at", "record_id")[:LARGEST_BATCH]
        )
        rows = list(pending)
        if not rows:
            return None
        now = moment.now()
        number = next_number(f"credit_batch:{moment.local(now):%Y%m%d}")
        name = f"CR{moment.local(now):%Y%m%d}-{number:04d}"
        content = _content(name, rows, moment.local(now).date())
        signature = crypto.sign(content)
        batch = CreditBatch.objects.create(
            number=name,
            count=len(rows),
            content=content,
            content_hash=hashlib.sha256(content).hexdigest(),
            key_id=signature.key_id,
            signature=signature.value,
            made_at=now,
        )
        ids = [row.record_id for row in rows]
        CreditPush.objects.filter(record_id__in=ids).update(state=CreditPush.State.SENT, batch=batch, reason="")
    return batch


def _content(number: str, rows: list[CreditPush], made_on: date) -> bytes:
    """The canonical JSON that is signed: facts of businesses with basis; no natural person's data."""
    data = {
        "number": number,
        "made_on": made_on.isoformat(),
        "records": [_record(row) for row in rows],
    }
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _record(row: CreditPush) -> dict[str, Any]:
    record = row.record
    assert record.organisation is not None  # only facts about organisations are ordered
    return {
        "id": str(record.id),
        "uscc": record.organisation.uscc,
        "name": record.organisation.name,
        "kind": record.kind,
        "kind_words": record.get_kind_display(),
        "gravity": record.gravity,
        "title": record.title,
        "basis": record.basis,
        "authority": record.department.name,
        "authority_uscc": record.department.uscc,
        "occurred_on": record.occurred_on.isoformat(),
        "effect_until": record.effect_until.isoformat() if record.effect_until else None,
        "public": record.public,
        "case_number": record.case_number,
        "paper_number": record.paper_number,
        "about": str(record.about_id) if record.about_id else None,
    }


def _forward(batch_id: uuid.UUID, other: CreditPlatform) -> bool:
    """One batch one step further: send it, or ask for its receipt. Whether it is answered now."""
    with transaction.atomic():
        found = CreditBatch.objects.select_for_update(skip_locked=True).filter(id=batch_id)
        batch = found.exclude(state=CreditBatch.State.ACKNOWLEDGED).first()
        if batch is None:
            return False
        try:
            fresh = batch.state == CreditBatch.State.MADE
            receipt = other.send(envelope_of(batch)) if fresh else other.collect(batch.number)
        except Unavailable as trouble:
            _failed(batch, trouble)
            return False
        if fresh:
            batch.state, batch.sent_at = CreditBatch.State.SENT, moment.now()
        batch.error = ""
        if receipt is None:
            batch.next_try_at = moment.now() + RECEIPT_PAUSE
        else:
            _acknowledge(batch, receipt)
        batch.save()
        return receipt is not None


def envelope_of(batch: CreditBatch) -> Envelope:
    """The batch as it travels."""
    return Envelope(
        batch.number,
        bytes(batch.content),
        batch.content_hash,
        batch.key_id,
        bytes(batch.signature).hex(),
        crypto.public_key_pem(batch.key_id),
    )


def _failed(batch: CreditBatch, trouble: Unavailable) -> None:
    batch.attempts += 1
    batch.error = trouble.sentence[:200]
    batch.next_try_at = moment.now() + min(timedelta(minutes=2**batch.attempts), LONGEST_PAUSE)
    batch.save(update_fields=["attempts", "error", "next_try_at"])


def _acknowledge(batch: CreditBatch, receipt: Receipt) -> None:
    """What the receipt names: taken, or sent back with the reason. What it does not name stays sent, and is counted."""
    pushes = CreditPush.objects.filter(batch=batch)
    ours = {str(key): key for key in pushes.values_list("record_id", flat=True)}
    taken = [ours[key] for key in set(receipt.accepted) - receipt.rejected.keys() if key in ours]
    batch.accepted = pushes.filter(record_id__in=taken).update(state=CreditPush.State.ACKNOWLEDGED)
    batch.rejected = 0
    for record_id, reason in receipt.rejected.items():
        if record_id in ours:
            sent_back = pushes.filter(record_id=ours[record_id])
            batch.rejected += sent_back.update(state=CreditPush.State.REJECTED, reason=reason[:300])
    batch.state, batch.acknowledged_at = CreditBatch.State.ACKNOWLEDGED, moment.now()
    batch.receipt_number, batch.next_try_at = receipt.number[:80], None


def push_again(principal: Principal, record_id: uuid.UUID) -> CreditPush:
    """What was sent back goes out once more with the next batch, after it was put right.

    :raises NotFound: no rejected push of a record that the officer may see.
    """
    with transaction.atomic():
        push = (
            CreditPush.objects.select_for_update(of=("self",))
            .select_related("record")
            .filter(record_id=record_id, state=CreditPush.State.REJECTED)
            .first()
        )
        if push is None or not allowed(principal, "credit.batch.view", target_of(push.record)):
            raise NotFound("push.not_found", "没有找到被退回的这条信息")
        push.state, push.batch, push.ordered_at = CreditPush.State.PENDING, None, moment.now()
        push.save(update_fields=["state", "batch", "ordered_at"])
    return push


# ---- what the connections page and the officer see -----------------------------------------------------------------


@dataclass(frozen=True)
class Backlog:
    """What waits, since when, and what the other side last said."""

    pending: int
    oldest: datetime | None
    unanswered: int
    rejected: int
    last_success: datetime | None
    error: str


def backlog() -> Backlog:
    """The state of the port in figures; three queries."""
    counted = CreditPush.objects.aggregate(
        pending=Count("record_id", filter=Q(state=CreditPush.State.PENDING)),
        oldest=Min("ordered_at", filter=Q(state=CreditPush.State.PENDING)),
        rejected=Count("record_id", filter=Q(state=CreditPush.State.REJECTED)),
    )
    waiting = CreditBatch.objects.exclude(state=CreditBatch.State.ACKNOWLEDGED).order_by("made_at")
    open_ = list(waiting.values_list("error", flat=True)[:100])
    answered = CreditBatch.objects.filter(state=CreditBatch.State.ACKNOWLEDGED).order_by("-acknowledged_at")
    last = answered.values_list("acknowledged_at", flat=True).first()
    error = next((text for text in open_ if text), "")
    return Backlog(counted["pending"], counted["oldest"], len(open_), counted["rejected"], last, error)


def batches(limit: int = 20) -> tuple[CreditBatch, ...]:
    """The newest batches, without their content; one query."""
    return tuple(CreditBatch.objects.defer("content", "signature").order_by("-made_at")[:limit])


def rejected(limit: int = 50) -> tuple[CreditPush, ...]:
    """What the other side sent back, with its reason; one query."""
    rows = CreditPush.objects.filter(state=CreditPush.State.REJECTED).select_related("record")
    return tuple(rows.order_by("-ordered_at")[:limit])


@dataclass(frozen=True)
class Reconciled:
    """One day on both sides. ``theirs`` is None when the other side cannot say; ``equal`` compares ids, not counts."""

    day: date
    batches: int
    sent: int
    acknowledged: int
    rejected: int
    theirs: int | None
    equal: bool | None

    @property
    def open(self) -> int:
        """Sent, and neither taken nor sent back."""
        return self.sent - self.acknowledged - self.rejected


def reconcile(day: date, platform: CreditPlatform | None = None) -> Reconciled:
    """What we sent with the batches of a day, and what the other side holds of it.

    A record that was sent back and sent again counts with its newest batch.
    """
    start = datetime.combine(day, time(), moment.SHANGHAI)
    of_day = CreditBatch.objects.filter(made_at__gte=start, made_at__lt=start + timedelta(days=1))
    pushes = list(CreditPush.objects.filter(batch__in=of_day).values_list("record_id", "state"))
    taken = [str(key) for key, state in pushes if state == CreditPush.State.ACKNOWLEDGED]
    back = sum(state == CreditPush.State.REJECTED for _, state in pushes)
    try:
        theirs = (platform or port()).counted(day)
    except Unavailable:
        theirs = None
    equal = None if theirs is None else theirs.digest == digest(taken)
    return Reconciled(
        day, of_day.count(), len(pushes), len(taken), back, theirs.count if theirs is not None else None, equal
    )
