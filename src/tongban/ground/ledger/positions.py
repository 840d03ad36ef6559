"""Reading in commit order: a position a reader, moved in the transaction of what was read.

An event is read once every older transaction of this database has ended, so nothing can appear behind a position. (The
plain ``pg_snapshot_xmin`` counts the other databases of the server too: one long import there would hold all readers.)
Two events of one subject keep their order unless their transactions overlapped and the later one had already written
elsewhere; a handler that needs the strict order looks at ``seq``.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection

from tongban.ground import moment
from tongban.ground.ledger.chain import Row
from tongban.ground.ledger.selectors import SELECT_COLUMNS, row_from

NOTHING = uuid.UUID(int=0)


@dataclass(frozen=True, slots=True)
class Place:
    """A place in commit order: the transaction and the event's id."""

    tx: int
    event_id: uuid.UUID


# The first transaction that may still write here: of those running, one that surely belongs to another database is left
# out, and one that has ended while we looked (the locks are asked first, the state after them). Asked before the events
# are read, so whatever is older is complete when they are.
_HORIZON: Final = """
SELECT least(pg_snapshot_xmax(seen), pg_current_xact_id_if_assigned(), (
    SELECT min(running) FROM pg_snapshot_xip(seen) AS running WHERE CASE WHEN EXISTS (
        SELECT 1 FROM pg_locks held JOIN pg_stat_activity session ON session.pid = held.pid
        WHERE held.locktype = 'transactionid' AND held.mode = 'ExclusiveLock' AND held.granted
          AND held.transactionid::text::bigint = running::text::bigint % 4294967296
          AND session.datname <> current_database()
    ) THEN false ELSE pg_xact_status(running) = 'in progress' END
))::text FROM pg_current_snapshot() AS seen
"""


def lock(name: str) -> Place | None:
    """The reader's place, locked until the transaction ends; ``None`` when another process is reading for it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tx, event_id FROM ledger_position WHERE name = %s FOR UPDATE SKIP LOCKED", [name])
        found = cursor.fetchone()
        if found is None:
            cursor.execute(
                "INSERT INTO ledger_position (name, tx, event_id, moved_at) VALUES (%s, '0', %s, %s)"
                " ON CONFLICT (name) DO NOTHING RETURNING tx, event_id",
                [name, NOTHING, moment.now()],
            )
            found = cursor.fetchone()
    return None if found is None else Place(int(found[0]), found[1])


def move(name: str, place: Place) -> None:
    """Everything up to ``place`` is done."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE ledger_position SET tx = %s, event_id = %s, moved_at = %s WHERE name = %s",
            [str(place.tx), place.event_id, moment.now(), name],
        )


def newest() -> Place | None:
    """The place of the last event in commit order; ``None`` for an empty ledger."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tx, id FROM ledger_event ORDER BY tx DESC, id DESC LIMIT 1")
        found = cursor.fetchone()
    return None if found is None else Place(int(found[0]), found[1])


def at_the_end() -> frozenset[str]:
    """Readers that stand at the newest event; all of an empty ledger that have a place."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name FROM ledger_position WHERE (tx, event_id) >= ALL"
            " (SELECT tx, id FROM (SELECT tx, id FROM ledger_event ORDER BY tx DESC, id DESC LIMIT 1) AS newest)"
        )
        return frozenset(name for (name,) in cursor.fetchall())


def headings_after(place: Place, limit: int) -> list[tuple[Place, str]]:
    """The places and kinds of the next events in commit order; at most ``limit``."""
    return [(Place(int(record[-1]), record[0]), record[1]) for record in _records("id, kind", place, limit)]


def rows_of(ids: Collection[uuid.UUID]) -> list[Row]:
    """These events, in commit order; no query for none."""
    if not ids:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {SELECT_COLUMNS} FROM ledger_event WHERE id = ANY(%s) ORDER BY tx, id",  # noqa: S608 - constants
            [list(ids)],
        )
        return [row_from(record) for record in cursor.fetchall()]


def hashes_after(place: Place, limit: int) -> list[tuple[Place, bytes]]:
    """The same, only ids and hashes."""
    return [(Place(int(record[-1]), record[0]), bytes(record[1])) for record in _records("id, hash", place, limit)]


def horizon() -> str:
    """The first transaction that may still write here: what older ones wrote is complete. Asked before reading."""
    with connection.cursor() as cursor:
        cursor.execute(_HORIZON)
        return str(cursor.fetchone()[0])


def _records(columns: str, place: Place, limit: int) -> list[Any]:
    complete = horizon()
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {columns}, tx FROM ledger_event WHERE (tx, id) > (%s::xid8, %s::uuid)"  # noqa: S608 - constants
            " AND tx < %s::xid8 ORDER BY tx, id LIMIT %s",
            [str(place.tx), place.event_id, complete, limit],
        )
        return list(cursor.fetchall())
