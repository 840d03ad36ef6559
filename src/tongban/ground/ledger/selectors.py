"""Readers of the ledger."""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from django.db import connection

from tongban.ground.ledger.chain import COLUMNS, Row
from tongban.ground.ledger.models import Failure, LedgerSeal, Root

#: Select list that :func:`row_from` understands.
SELECT_COLUMNS: Final = ", ".join(COLUMNS)
_BODY: Final = COLUMNS.index("body")


def row_from(record: Sequence[Any]) -> Row:
    """A record of :data:`SELECT_COLUMNS` -> :class:`Row`. Django's connection gives ``jsonb`` as text."""
    values = list(record)
    if isinstance(values[_BODY], str):
        values[_BODY] = json.loads(values[_BODY])
    values[-2], values[-1] = bytes(values[-2]), bytes(values[-1])
    return Row(*values)


def events_of(subject_kind: str, subject_id: uuid.UUID, *, after_seq: int = 0, limit: int = 500) -> list[Row]:
    """The events of one subject in order, from the one after ``after_seq``; one query."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {SELECT_COLUMNS} FROM ledger_event WHERE subject_id = %s AND subject_kind = %s AND seq > %s"  # noqa: S608
            " ORDER BY seq LIMIT %s",
            [subject_id, subject_kind, after_seq, limit],
        )
        return [row_from(record) for record in cursor.fetchall()]


def newest_seal() -> LedgerSeal | None:
    """The last day seal, with its root."""
    return LedgerSeal.objects.select_related("root").order_by("-day").first()


def newest_root() -> Root | None:
    """The last root, without its leaves."""
    return Root.objects.defer("leaves").order_by("-number").first()


def oldest_unsealed() -> datetime | None:
    """When the oldest event that stands in no root yet was recorded (operations page); ``None`` = all is sealed."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT event.recorded_at FROM ledger_event event WHERE (event.tx, event.id) > "
            "(coalesce((SELECT tx FROM ledger_position WHERE name = 'ledger.sealer'), '0'), "
            "coalesce((SELECT event_id FROM ledger_position WHERE name = 'ledger.sealer'), %s)) "
            "ORDER BY event.tx, event.id LIMIT 1",
            [uuid.UUID(int=0)],
        )
        found = cursor.fetchone()
    return found[0] if found else None


def failures(*, dead: bool, limit: int = 50) -> list[Failure]:
    """Events that consumers could not handle, newest first: those still retried, or the dead ones."""
    rows = Failure.objects.filter(dead_at__isnull=not dead).order_by("-first_failed_at", "-id")
    return list(rows[:limit])
