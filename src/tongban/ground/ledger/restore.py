"""What a restored database loses: transaction numbers begin anew, so commit order must be rebased.

``tx`` is no part of the evidence (no hash covers it); positions and waiting events are.
"""

from __future__ import annotations

import uuid
from typing import Final

from django.db import connection, transaction

LAST_ID: Final = uuid.UUID(int=(1 << 128) - 1)


def rebase() -> int:
    """Give the events of a restored ledger small transaction numbers that keep every reader's place.

    Events between two readers' places get one number, so each reader still stands exactly behind what it has read. Does
    nothing (returns 0) when the numbers fit this server; otherwise returns how many events were rebased. Call it once
    after a restore, as the owner of the tables, before anything writes.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(tx), '0') >= pg_snapshot_xmax(pg_current_snapshot()) FROM ledger_event")
        if not cursor.fetchone()[0]:
            return 0
        cursor.execute("LOCK TABLE ledger_position, ledger_event IN SHARE ROW EXCLUSIVE MODE")
        cursor.execute("SELECT DISTINCT tx, event_id FROM ledger_position ORDER BY tx, event_id")
        places = cursor.fetchall()
        columns = [[str(tx) for tx, _ in places], [event_id for _, event_id in places]]
        cursor.execute("SET LOCAL tongban.rebase = 'on'")
        cursor.execute(
            "UPDATE ledger_event SET tx = (SELECT (count(*) + 1)::text::xid8 FROM unnest(%s::text[], %s::uuid[])"
            " AS place (tx, id) WHERE (place.tx::xid8, place.id) < (ledger_event.tx, ledger_event.id))",
            columns,
        )
        moved = int(cursor.rowcount)
        cursor.execute(
            "UPDATE ledger_position SET tx = place.number::text::xid8, event_id = %s"
            " FROM unnest(%s::text[], %s::uuid[]) WITH ORDINALITY AS place (tx, id, number)"
            " WHERE ledger_position.tx = place.tx::xid8 AND event_id = place.id",
            [LAST_ID, *columns],
        )
    return moved
