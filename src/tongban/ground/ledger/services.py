"""The only writers of the ledger beside ``ground.acts``."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from django.db import connection, transaction
from psycopg.types.json import Jsonb

from tongban.ground import moment
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
_TYPED: Final = f"({', '.join('%s::' + _TYPES.get(name, 'text') for name in COLUMNS)})"


def append(
    subject: SubjectRef,
    drafts: Sequence[EventDraft],
    actor: Actor,
    *,
    at: datetime | None = None,
    region_no: int | None = None,
    source: str = "here",
) -> list[Row]:
    """Append events to a subject off the hot path (person, account, seal, item version, parameter ...).

    One statement: a guarded UPDATE of the subject's ``seq`` and ``head`` with the events behind it. When another writer
    was faster it locks the row and writes behind it, so it never fails for being second.

    :param at: when it is recorded; default now.
    Raises :class:`NotFound` when the subject has no row, ``LookupError`` for an unregistered kind, ``UnfitBody``.
    """
    if not drafts:
        raise ValueError("an append needs at least one event")
    recorded_at = at or moment.now()

    def sealed(seq: int, head: bytes) -> tuple[list[Row], bytes]:
        return seal_events(head, seq + 1, drafts, subject.kind, subject.id, actor, recorded_at, region_no, source)

    with connection.cursor() as cursor:
        seq, head = _read_head(cursor, subject, "")
        rows, new_head = sealed(seq, head)
        if _write(cursor, subject, seq, rows, new_head):
            return rows
    with transaction.atomic(), connection.cursor() as cursor:
        rows, new_head = sealed(*_read_head(cursor, subject, " FOR UPDATE"))
        _write(cursor, subject, rows[0].seq - 1, rows, new_head)
    return rows


def _write(cursor: Any, subject: SubjectRef, seen: int, rows: Sequence[Row], head: bytes) -> bool:
    """One statement: guarded head, events behind it, the call to the readers; False when somebody was faster."""
    sql = (
        f"WITH subject AS (UPDATE {table_of(subject.kind)} SET seq = %s, head = %s"  # noqa: S608 - a registered table
        " WHERE id = %s AND seq = %s RETURNING id),"
        f" events AS (INSERT INTO ledger_event ({', '.join(COLUMNS)})"
        f" SELECT v.* FROM (VALUES {', '.join([_TYPED] * len(rows))}) v"
        " WHERE EXISTS (SELECT 1 FROM subject) RETURNING 1)"
        " SELECT pg_notify('ledger', '') FROM subject"
    )
    cursor.execute(sql, [rows[-1].seq, head, subject.id, seen, *_values(rows)])
    return cursor.fetchone() is not None


def _read_head(cursor: Any, subject: SubjectRef, lock: str) -> tuple[int, bytes]:
    sql = f"SELECT seq, head FROM {table_of(subject.kind)} WHERE id = %s{lock}"  # noqa: S608 - a registered table
    cursor.execute(sql, [subject.id])
    found = cursor.fetchone()
    if found is None:
        raise NotFound()
    seq, head = found
    return seq, bytes(head or b"") if seq else b""


def _values(rows: Sequence[Row]) -> list[Any]:
    return [Jsonb(value) if name == "body" else value for row in rows for name, value in row.as_dict().items()]


def insert(cursor: Any, rows: Sequence[Row]) -> None:
    """Insert sealed rows as they are and wake the readers; the caller has moved the subject's head with a guard."""
    values = _values(rows)
    placeholders = ", ".join([_ROW] * len(rows))
    cursor.execute(f"INSERT INTO ledger_event ({', '.join(COLUMNS)}) VALUES {placeholders}", values)  # noqa: S608
    cursor.execute("SELECT pg_notify('ledger', '')")
