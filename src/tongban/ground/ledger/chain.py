"""The hash chain of a subject, pure: drafts in, sealed rows out. No Django, no database, no clock.

Each event's hash is ``sha256(head + canonical(event))``, where ``head`` is the hash of the event before it, or the
genesis of the subject. The canonical form is what PostgreSQL gives back: microseconds, no floats, plain JSON, so that
the verifier hashes the stored row itself (shapes 2; trust study: chains that hashed nanoseconds never verified).
"""

from __future__ import annotations

import hashlib
import json
import re
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from tongban.ground.ids import uuid7

ACTOR_KINDS = frozenset({"account", "staff", "system", "api_client"})

#: Columns of ``ledger_event`` in insertion order; ``tx`` is filled by the database.
COLUMNS: tuple[str, ...] = (
    "id",
    "subject_kind",
    "subject_id",
    "seq",
    "kind",
    "occurred_at",
    "recorded_at",
    "source",
    "channel",
    "actor_kind",
    "actor_id",
    "post_id",
    "role",
    "on_behalf_of",
    "reason_code",
    "region_no",
    "body",
    "prev_hash",
    "hash",
)

_PERSONAL = re.compile(
    r"(?<![0-9A-Za-z])(?:1[3-9]\d{9}|[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx])"
    r"(?![0-9A-Za-z])"
)
_SHORTEST_PERSONAL = 11
_encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode


class UnfitBody(ValueError):
    """An event's body cannot be kept for ever: a float, an unknown type, or a personal value in clear."""


@dataclass(frozen=True, slots=True)
class EventDraft:
    """What a rule wants to record; the chain adds who, when, where and the hashes.

    :param kind: ``aggregate.past_participle``, e.g. ``case.accepted``.
    :param body: ids, codes, hashes, dates and numbers; never a personal value (it could never be erased).
    :param occurred_at: when it happened, aware; ``None`` = when it is recorded.
    :param reason_code: coded reason, or empty.
    """

    kind: str
    body: Mapping[str, Any]
    occurred_at: datetime | None = None
    reason_code: str = ""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: the account or machine, the post and role it acts in, for whom, and through which channel.

    :param kind: ``account``, ``staff``, ``system`` or ``api_client``.
    :param on_behalf_of: ``person:<uuid>``, ``organisation:<uuid>`` or empty; both principal and agent are kept.
    """

    kind: str
    id: uuid.UUID | None = None
    post_id: int | None = None
    role: str = ""
    on_behalf_of: str = ""
    channel: str = ""

    def __post_init__(self) -> None:
        if self.kind not in ACTOR_KINDS:
            raise ValueError(f"actor kind {self.kind!r}: one of {', '.join(sorted(ACTOR_KINDS))}")


SYSTEM = Actor(kind="system", role="system")


@dataclass(frozen=True, slots=True)
class Row:
    """One event as stored: every column of ``ledger_event`` but ``tx``, under the same names."""

    id: uuid.UUID
    subject_kind: str
    subject_id: uuid.UUID
    seq: int
    kind: str
    occurred_at: datetime
    recorded_at: datetime
    source: str
    channel: str
    actor_kind: str
    actor_id: uuid.UUID | None
    post_id: int | None
    role: str
    on_behalf_of: str
    reason_code: str
    region_no: int | None
    body: dict[str, Any]
    prev_hash: bytes
    hash: bytes

    def as_dict(self) -> dict[str, Any]:
        """Column name -> value, in the order of :data:`COLUMNS`."""
        return {name: getattr(self, name) for name in COLUMNS}

    def as_tuple(self) -> tuple[Any, ...]:
        """The values in the order of :data:`COLUMNS` (``body`` is still a dict)."""
        return tuple(getattr(self, name) for name in COLUMNS)


def genesis(subject_kind: str, subject_id: uuid.UUID) -> bytes:
    """The head of a subject without events: sha256 of ``tongban:<kind>:<id>``."""
    return hashlib.sha256(f"tongban:{subject_kind}:{subject_id}".encode()).digest()


def plain(value: Any) -> Any:
    """``value`` as JSON that PostgreSQL gives back unchanged; raises :class:`UnfitBody` for what cannot be kept.

    UUIDs, dates and decimals become text, moments ISO text in UTC with microseconds, bytes hex. Floats are refused:
    ``jsonb`` does not give every float back as it was written.
    """
    match value:
        case None | bool() | int():
            return value
        case str():
            return _fit_text(value)
        case uuid.UUID() | Decimal():
            return str(value)
        case datetime():
            return _moment(value)
        case date():
            return value.isoformat()
        case bytes():
            return value.hex()
        case Mapping():
            return {_fit_key(key): plain(item) for key, item in value.items()}
        case list() | tuple():
            return [plain(item) for item in value]
        case _:
            raise UnfitBody(f"a body cannot hold a {type(value).__name__}")


def _fit_key(key: Any) -> str:
    if not isinstance(key, str):
        raise UnfitBody(f"keys of a body are text, not {type(key).__name__}")
    return _fit_text(key)


def _fit_text(text: str) -> str:
    if "\x00" in text:
        raise UnfitBody("a body cannot hold the character U+0000")
    if len(text) >= _SHORTEST_PERSONAL and _PERSONAL.search(text):
        raise UnfitBody("a body holds what looks like an ID number or a mobile number: keep an id or a hash instead")
    return text


def _moment(value: datetime) -> str:
    if value.tzinfo is None:
        raise UnfitBody("a moment without time zone")
    return value.astimezone(UTC).isoformat(timespec="microseconds")


def canonical(event: Row | Mapping[str, Any]) -> bytes:
    """The bytes that are hashed: JSON with sorted keys of every column but ``hash`` and ``tx``, in UTF-8.

    Moments are ISO text in UTC with microseconds, bytes are hex, ids are text.
    """
    values = event.as_dict() if isinstance(event, Row) else event
    actor_id = values["actor_id"]
    return _encode(
        {
            "id": str(values["id"]),
            "subject_kind": values["subject_kind"],
            "subject_id": str(values["subject_id"]),
            "seq": values["seq"],
            "kind": values["kind"],
            "occurred_at": _moment(values["occurred_at"]),
            "recorded_at": _moment(values["recorded_at"]),
            "source": values["source"],
            "channel": values["channel"],
            "actor_kind": values["actor_kind"],
            "actor_id": None if actor_id is None else str(actor_id),
            "post_id": values["post_id"],
            "role": values["role"],
            "on_behalf_of": values["on_behalf_of"],
            "reason_code": values["reason_code"],
            "region_no": values["region_no"],
            "body": values["body"],
            "prev_hash": bytes(values["prev_hash"]).hex(),
        }
    ).encode()


def link(head: bytes, event: Row | Mapping[str, Any]) -> bytes:
    """The hash of ``event`` when it follows ``head``: sha256(head + canonical)."""
    return hashlib.sha256(head + canonical(event)).digest()


def seal_events(
    head: bytes,
    first_seq: int,
    drafts: Iterable[EventDraft],
    subject_kind: str,
    subject_id: uuid.UUID,
    actor: Actor,
    at: datetime,
    region_no: int | None,
    source: str = "here",
) -> tuple[list[Row], bytes]:
    """Rows ready for insertion, and the subject's new head.

    :param head: the subject's head, or :func:`genesis` (an empty value means genesis too) when it has no event yet.
    :param first_seq: number of the first new event: the subject's ``seq`` + 1.
    :param at: when it is recorded, aware; the ids are UUIDv7 of it and increase within the call.
    :param source: where we learnt it: ``here``, or the name of the exchange that told us.

    Raises :class:`UnfitBody` when a body cannot be kept, ``ValueError`` for a moment without time zone.
    """
    head = head or genesis(subject_kind, subject_id)
    recorded_at = at.astimezone(UTC)
    first_id = uuid7(at).int & ~(1 << 61)  # room to count upwards without touching the variant bits
    rows: list[Row] = []
    for offset, draft in enumerate(drafts):
        values: dict[str, Any] = {
            "id": uuid.UUID(int=first_id + offset),
            "subject_kind": subject_kind,
            "subject_id": subject_id,
            "seq": first_seq + offset,
            "kind": draft.kind,
            "occurred_at": (draft.occurred_at or at).astimezone(UTC),
            "recorded_at": recorded_at,
            "source": source,
            "channel": actor.channel,
            "actor_kind": actor.kind,
            "actor_id": actor.id,
            "post_id": actor.post_id,
            "role": actor.role,
            "on_behalf_of": actor.on_behalf_of,
            "reason_code": draft.reason_code,
            "region_no": region_no,
            "body": plain(draft.body),
            "prev_hash": head,
        }
        head = link(head, values)
        rows.append(Row(**values, hash=head))
    return rows, head


def merkle_root(hashes: Sequence[bytes]) -> bytes:
    """Root of a Merkle tree (RFC 6962 shape: leaves prefixed 0, nodes 1; an odd node is carried up unpaired).

    Raises ``ValueError`` for an empty sequence: a root over nothing proves nothing.
    """
    if not hashes:
        raise ValueError("a Merkle root needs at least one hash")
    level = [hashlib.sha256(b"\x00" + leaf).digest() for leaf in hashes]
    while len(level) > 1:
        pairs = zip(level[::2], level[1::2], strict=False)
        above = [hashlib.sha256(b"\x01" + left + right).digest() for left, right in pairs]
        level = above + level[len(level) & ~1 :]
    return level[0]
