"""The only writers of the ledger beside ``ground.acts``."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from itertools import chain, count
from typing import Any, Final

from django.db import transaction
from psycopg.types.json import Jsonb

from tongban.ground import moment
from tongban.ground.acts import run
from tongban.ground.errors import NotFound
from tongban.ground.ledger.chain import COLUMNS, Actor, EventDraft, Row, seal_events
from tongban.ground.ledger.subjects import SubjectRef, table_of

_ROW: Final = f"({', '.join(['%s'] * len(COLUMNS))})"
_TYPES: Final = {
    "id": "uuid",
    "subject_id": "uuid",
    "seq": "int",
    "occurred_at": "timestamptz",
    "recorded_at": "timestamptz",
    "actor_id": "uuid",
    "post_id": "bigint",
    "region_no": "int",
    "body": "jsonb",
    "prev_hash": "bytea",
    "hash": "bytea",
}


def append(
    subject: SubjectRef,
    drafts: Sequence[EventDraft],
    actor: Actor,
    *,
    at: datetime | None = None,
    region_no: int | None = None,
    source: str = "here",
    seen: tuple[int, bytes] | None = None,
) -> list[Row]:
    """Append events to a subject off the hot path (person, account, seal, item version, parameter ...).

    One statement: a guarded UPDATE of the subject's ``seq`` and ``head`` with the events behind it. When another writer
    was faster it locks the row and writes behind it, so it never fails for being second.

    :param at: when it is recorded; default now. :param seen: ``seq`` and ``head`` when they were just read.
    Raises :class:`NotFound` when the subject has no row, ``LookupError`` for an unregistered kind, ``UnfitBody``.
    """
    if not drafts:
        raise ValueError("an append needs at least one event")
    recorded_at = at or moment.now()

    def sealed(seq: int, head: bytes) -> tuple[list[Row], bytes]:
        return seal_events(head, seq + 1, drafts, subject.kind, subject.id, actor, recorded_at, region_no, source)

    seq, head = seen or _read_head(subject)
    rows, new_head = sealed(seq, head)
    if _write(subject, seq, rows, new_head):
        return rows
    with transaction.atomic():
        rows, new_head = sealed(*_read_head(subject, lock=True))
        _write(subject, rows[0].seq - 1, rows, new_head)
    return rows


def _write(subject: SubjectRef, seen: int, rows: Sequence[Row], head: bytes) -> bool:
    """One statement: guarded head, events behind it, the call to the readers; False when somebody was faster."""
    written = chain.from_iterable(row.as_written() for row in rows)
    text = _writing(table_of(subject.kind), len(rows))
    return run(text, (rows[-1].seq, head, subject.id, seen, *written)) is not None


@cache
def _writing(table: str, events: int) -> bytes:
    places, casts = count(5), [_TYPES.get(name, "text") for name in COLUMNS]
    rows = [f"({', '.join([f'${next(places)}::{cast}' for cast in casts])})" for _ in range(events)]
    return (
        f"WITH subject AS (UPDATE {table} SET seq = $1::int, head = $2::bytea"  # noqa: S608 - a registered table
        " WHERE id = $3::uuid AND seq = $4::int RETURNING id),"
        f" events AS (INSERT INTO ledger_event ({', '.join(COLUMNS)}) SELECT v.* FROM (VALUES {', '.join(rows)}) v"
        " WHERE EXISTS (SELECT 1 FROM subject) RETURNING 1)"
        " SELECT pg_notify('ledger', '') FROM subject"
    ).encode()


def _read_head(subject: SubjectRef, *, lock: bool = False) -> tuple[int, bytes]:
    found = run(_reading(table_of(subject.kind), lock), (subject.id,))
    if found is None:
        raise NotFound()
    seq, head = found
    return seq, bytes(head or b"") if seq else b""


@cache
def _reading(table: str, lock: bool) -> bytes:
    sql = f"SELECT seq, head FROM {table} WHERE id = $1::uuid"  # noqa: S608 - a registered table
    return f"{sql} FOR UPDATE".encode() if lock else sql.encode()


def _values(rows: Sequence[Row]) -> list[Any]:
    return [Jsonb(value) if name == "body" else value for row in rows for name, value in row.as_dict().items()]


def insert(cursor: Any, rows: Sequence[Row]) -> None:
    """Insert sealed rows as they are and wake the readers; the caller has moved the subject's head with a guard."""
    values = _values(rows)
    placeholders = ", ".join([_ROW] * len(rows))
    cursor.execute(f"INSERT INTO ledger_event ({', '.join(COLUMNS)}) VALUES {placeholders}", values)  # noqa: S608
    cursor.execute("SELECT pg_notify('ledger', '')")
