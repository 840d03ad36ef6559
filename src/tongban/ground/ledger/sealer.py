"""Roots over new events every few minutes, the day's last root signed and exported.

Roots are chained, so the newest vouches for all before it; the day seal's anchor leaves the machine with the operator
(print it, copy it): it is what shows a ledger rewritten as a whole. Runs in the job process only.
"""

from __future__ import annotations

import hashlib
import json
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.db.models import Sum

from tongban.ground import crypto, moment
from tongban.ground.ledger import positions
from tongban.ground.ledger.chain import merkle_root
from tongban.ground.ledger.models import LedgerSeal, Root
from tongban.ground.ledger.selectors import newest_root

READER: Final = "ledger.sealer"
LARGEST_ROOT: Final = 4096
FIRST_PREVIOUS: Final = hashlib.sha256(b"tongban:roots").digest()


def root_hash(number: int, made_at: datetime, count: int, merkle: bytes, previous: bytes) -> bytes:
    """Hash of a root: sha256 over the root before it and the canonical JSON of its own figures."""
    body = {"number": number, "made_at": made_at.astimezone(moment.SHANGHAI).isoformat(timespec="microseconds")}
    text = json.dumps(body | {"count": count, "merkle": merkle.hex()}, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(previous + text.encode()).digest()


def seal_now() -> int:
    """Make roots over every committed event that stands in none yet; returns how many roots were made.

    One process at a time seals: a second one finds the position locked and makes nothing.
    """
    made = 0
    while _seal_batch():
        made += 1
    return made


def _seal_batch() -> bool:
    with transaction.atomic():
        place = positions.lock(READER)
        if place is None:
            return False
        batch = positions.hashes_after(place, LARGEST_ROOT)
        if not batch:
            return False
        last = newest_root()
        number = last.number + 1 if last else 1
        previous = bytes(last.hash) if last else FIRST_PREVIOUS
        made_at, merkle = moment.now(), merkle_root([leaf for _, leaf in batch])
        Root.objects.create(
            number=number,
            made_at=made_at,
            count=len(batch),
            leaves=b"".join(at.event_id.bytes for at, _ in batch),
            merkle=merkle,
            prev_hash=previous,
            hash=root_hash(number, made_at, len(batch), merkle, previous),
        )
        positions.move(READER, batch[-1][0])
    return True


def seal_days() -> list[date]:
    """Sign the last root of every past day (Asia/Shanghai) that has no seal, and export missing anchors.

    Returns the days that were sealed now. A day without events has no root and no seal.
    """
    sealed = []
    for root in _last_roots_of_unsealed_days():
        day = moment.local(root.made_at).date()
        statement = _statement(day, root)
        signature = crypto.sign(statement_bytes(statement))
        LedgerSeal.objects.create(
            day=day,
            root=root,
            statement=statement,
            key_id=signature.key_id,
            signature=signature.value,
            sealed_at=moment.now(),
        )
        sealed.append(day)
    for seal in LedgerSeal.objects.order_by("-day")[: len(sealed) + 31]:
        _export(seal)
    return sealed


def _last_roots_of_unsealed_days() -> list[Root]:
    newest = LedgerSeal.objects.order_by("-day").first()
    roots = Root.objects.defer("leaves").order_by("number")
    if newest is not None:
        roots = roots.filter(number__gt=newest.root_id)
    last: dict[date, Root] = {}
    for root in roots.iterator():
        last[moment.local(root.made_at).date()] = root
    after = newest.day if newest is not None else date.min
    return [root for day, root in sorted(last.items()) if after < day < moment.today()]


def _statement(day: date, root: Root) -> dict[str, Any]:
    return {
        "day": day.isoformat(),
        "root_number": root.number,
        "root_hash": bytes(root.hash).hex(),
        "events": Root.objects.filter(number__lte=root.number).aggregate(total=Sum("count"))["total"],
        "root_made_at": moment.local(root.made_at).isoformat(timespec="microseconds"),
    }


def statement_bytes(statement: dict[str, Any]) -> bytes:
    """What is signed: the statement as JSON with sorted keys and no spaces."""
    return json.dumps(statement, sort_keys=True, separators=(",", ":")).encode()


def anchors_dir() -> Path:
    """Where anchors are exported: ``<dir>/anchors``."""
    return Path(settings.DIR) / "anchors"


def _export(seal: LedgerSeal) -> None:
    """Write the anchor file of a day seal unless it is there; complete or not at all."""
    path = anchors_dir() / f"{seal.day.isoformat()}-{seal.statement['root_hash'][:12]}.json"
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    anchor = {
        "statement": seal.statement,
        "key_id": seal.key_id,
        "signature": bytes(seal.signature).hex(),
        "public_key": crypto.public_key_pem(seal.key_id),
    }
    temporary = path.with_suffix(".partial")
    temporary.write_text(json.dumps(anchor, indent=2, sort_keys=True))
    temporary.rename(path)
