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

    One transaction: a guarded UPDATE of the subject's ``seq`` and ``head``, then the events. When another writer was
    faster it locks the row and writes behind it, so it never fails for being second.

    :param at: when it is recorded; default now.
    Raises :class:`NotFound` when the subject has no row, ``LookupError`` for an unregistered kind, ``UnfitBody``.
    """
    if not drafts:
        raise ValueError("an append needs at least one event")
    recorded_at = at or moment.now()
    with transaction.atomic(), connection.cursor() as cursor:
        for lock in ("", " FOR UPDATE"):
            seq, head = _read_head(cursor, subject, lock)
            rows, new_head = seal_events(
                head, seq + 1, drafts, subject.kind, subject.id, actor, recorded_at, region_no, source
            )
            if _move_head(cursor, subject, seq, rows[-1].seq, new_head):
                break
        insert(cursor, rows)
    return rows


def _read_head(cursor: Any, subject: SubjectRef, lock: str) -> tuple[int, bytes]:
    sql = f"SELECT seq, head FROM {table_of(subject.kind)} WHERE id = %s{lock}"  # noqa: S608 - a registered table
    cursor.execute(sql, [subject.id])
    found = cursor.fetchone()
    if found is None:
        raise NotFound()
    seq, head = found
    return seq, bytes(head or b"") if seq else b""


def _move_head(cursor: Any, subject: SubjectRef, seen: int, seq: int, head: bytes) -> bool:
    sql = f"UPDATE {table_of(subject.kind)} SET seq = %s, head = %s WHERE id = %s AND seq = %s"  # noqa: S608
    cursor.execute(sql, [seq, head, subject.id, seen])
    return bool(cursor.rowcount)


def insert(cursor: Any, rows: Sequence[Row]) -> None:
    """Insert sealed rows as they are and wake the readers; the caller has moved the subject's head with a guard."""
    values = [Jsonb(value) if name == "body" else value for row in rows for name, value in row.as_dict().items()]
    placeholders = ", ".join([_ROW] * len(rows))
    cursor.execute(f"INSERT INTO ledger_event ({', '.join(COLUMNS)}) VALUES {placeholders}", values)  # noqa: S608
    cursor.execute("SELECT pg_notify('ledger', '')")
