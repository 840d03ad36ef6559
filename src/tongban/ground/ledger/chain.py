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
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from operator import attrgetter
from typing import Any

from tongban.ground.ids import uuid7, uuid_of
from tongban.ground.jsontext import JsonText

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
    """One event as stored: every column of ``ledger_event`` but ``tx``, under the same names.

    ``written`` is the body of an event that was just sealed, as it was hashed.
    """

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
    written: JsonText | None = field(default=None, compare=False, repr=False)

    def as_dict(self) -> dict[str, Any]:
        """Column name -> value, in the order of :data:`COLUMNS`."""
        return dict(zip(COLUMNS, _values(self), strict=True))

    def as_tuple(self) -> tuple[Any, ...]:
        """The values in the order of :data:`COLUMNS` (``body`` is still a dict)."""
        return _values(self)

    def as_written(self) -> tuple[Any, ...]:
        """The values of an event that was just sealed, ``body`` as its text."""
        return _written(self)


_values: Callable[[Row], tuple[Any, ...]] = attrgetter(*COLUMNS)
_written: Callable[[Row], tuple[Any, ...]] = attrgetter(*("written" if name == "body" else name for name in COLUMNS))


def genesis(subject_kind: str, subject_id: uuid.UUID) -> bytes:
    """The head of a subject without events: sha256 of ``tongban:<kind>:<id>``."""
    return hashlib.sha256(f"tongban:{subject_kind}:{subject_id}".encode()).digest()


def plain(value: Any) -> Any:
    """``value`` as JSON that PostgreSQL gives back unchanged; raises :class:`UnfitBody` for what cannot be kept.

    UUIDs, dates and decimals become text, moments ISO text in UTC with microseconds, bytes hex. Floats are refused:
    ``jsonb`` does not give every float back as it was written.
    """
    return (_known(type(value)) or _plain_kin)(value)


def _plain_kin(value: Any) -> Any:
    """Values of a kind that is no plain type itself: enumerations, read-only mappings."""
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
            return _plain_mapping(value)
        case list() | tuple():
            return _plain_list(value)
        case _:
            raise UnfitBody(f"a body cannot hold a {type(value).__name__}")


@lru_cache(maxsize=4096)  # keys are few, and come again in every event
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


@lru_cache(maxsize=1024)  # the events of an act share theirs
def _moment(value: datetime) -> str:
    if value.tzinfo is None:
        raise UnfitBody("a moment without time zone")
    return (value if value.tzinfo is UTC else value.astimezone(UTC)).isoformat(timespec="microseconds")


def _plain_mapping(value: Mapping[Any, Any]) -> dict[str, Any]:
    return {
        _fit_key(key): item if type(item) in _SAME else (_known(type(item)) or _plain_kin)(item)
        for key, item in value.items()
    }


def _plain_list(value: Sequence[Any]) -> list[Any]:
    return [item if type(item) in _SAME else (_known(type(item)) or _plain_kin)(item) for item in value]


_SAME = frozenset({int, bool, type(None)})
_PLAIN: dict[type, Callable[[Any], Any]] = {
    str: _fit_text,
    dict: _plain_mapping,
    list: _plain_list,
    tuple: _plain_list,
    uuid.UUID: str,
    date: date.isoformat,
    datetime: _moment,
}
_known = _PLAIN.get


def canonical(event: Row | Mapping[str, Any]) -> bytes:
    """The bytes that are hashed: JSON with sorted keys of every column but ``hash`` and ``tx``, in UTF-8.

    Moments are ISO text in UTC with microseconds, bytes are hex, ids are text.
    """
    values = event.as_dict() if isinstance(event, Row) else event
    return _canonical(values, _encode(values["body"]))


def _canonical(values: Mapping[str, Any], body: str) -> bytes:
    """The columns in the order of their names around the text of the body: what the encoder writes of them all."""
    actor_id, post_id, region_no = values["actor_id"], values["post_id"], values["region_no"]
    return (
        f'{{"actor_id":{"null" if actor_id is None else _quoted(str(actor_id))}'
        f',"actor_kind":{_quoted(values["actor_kind"])},"body":{body},"channel":{_quoted(values["channel"])}'
        f',"id":"{values["id"]}","kind":{_quoted(values["kind"])},"occurred_at":"{_moment(values["occurred_at"])}"'
        f',"on_behalf_of":{_quoted(values["on_behalf_of"])},"post_id":{"null" if post_id is None else post_id}'
        f',"prev_hash":"{bytes(values["prev_hash"]).hex()}","reason_code":{_quoted(values["reason_code"])}'
        f',"recorded_at":"{_moment(values["recorded_at"])}"'
        f',"region_no":{"null" if region_no is None else region_no},"role":{_quoted(values["role"])}'
        f',"seq":{values["seq"]},"source":{_quoted(values["source"])},"subject_id":"{values["subject_id"]}"'
        f',"subject_kind":{_quoted(values["subject_kind"])}}}'
    ).encode()


@lru_cache(maxsize=4096)  # codes and actors are few, and come again in every event
def _quoted(text: str) -> str:
    return _encode(text)


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
            "id": uuid_of(first_id + offset),
            "subject_kind": subject_kind,
            "subject_id": subject_id,
            "seq": first_seq + offset,
            "kind": draft.kind,
            "occurred_at": draft.occurred_at.astimezone(UTC) if draft.occurred_at else recorded_at,
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
        written = JsonText(_encode(values["body"]))
        head = hashlib.sha256(head + _canonical(values, written)).digest()
        rows.append(Row(**values, hash=head, written=written))
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
