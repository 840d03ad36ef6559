"""Undo of a whole import, in sets: exactly what stood before stands again. One transaction of the caller.

An option that the import made leaves the list (``retired_at``); whoever reacts to events finds it through
``ImportedRow``. Where something later rests on a row, the whole undo is refused and that row is named.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

MOST_NAMED = 50

_BLOCKED = """
SELECT r."row", o.code, o.name,
    CASE WHEN o.standing = 'configured' THEN 'configured' WHEN b.id IS NOT NULL THEN 'later' ELSE 'gone' END,
    b.file_name, b.id
FROM catalog_importedrow r
JOIN catalog_handlingoption o ON o.id = r.option_id
JOIN catalog_catalogueimport mine ON mine.id = r.batch_id
LEFT JOIN LATERAL (
    SELECT later.id, later.file_name
    FROM catalog_handlingoption sibling
    JOIN catalog_catalogueimport later ON later.id = sibling.last_import_id
    WHERE sibling.item_id = o.item_id AND later.id <> mine.id AND later.state = 'applied'
        AND later.ended_at > mine.ended_at
    ORDER BY later.ended_at LIMIT 1
) b ON true
WHERE r.batch_id = %(batch)s
    AND (o.standing = 'configured' OR o.last_import_id IS DISTINCT FROM mine.id OR o.retired_at IS NOT NULL
         OR b.id IS NOT NULL)
ORDER BY r."row"
"""
_OPTIONS = """
UPDATE catalog_handlingoption o
SET name = r.before ->> 'name', kind = r.before ->> 'kind', listing = r.before -> 'listing',
    facets = ARRAY(SELECT jsonb_array_elements_text(r.before -> 'facets')),
    listed_at = (r.before ->> 'listed_at')::timestamptz, last_import_id = (r.before ->> 'last_import')::uuid,
    retired_at = (r.before ->> 'retired_at')::timestamptz, item_id = (r.before ->> 'item_id')::bigint
FROM catalog_importedrow r
WHERE r.batch_id = %(batch)s AND r.before ? 'listing' AND o.id = r.option_id
"""
_ITEMS = """
UPDATE catalog_item i
SET name = b.item ->> 'name', group_name = b.item ->> 'group_name', entry_id = b.item ->> 'entry',
    authority_id = (b.item ->> 'authority')::bigint, region_id = (b.item ->> 'region')::bigint
FROM (SELECT DISTINCT ON (before -> 'item' ->> 'id') before -> 'item' AS item
      FROM catalog_importedrow WHERE batch_id = %(batch)s AND before ? 'item') b
WHERE i.id = (b.item ->> 'id')::bigint
"""
_RETIRED = """
UPDATE catalog_handlingoption o SET retired_at = %(at)s
FROM catalog_importedrow r
WHERE r.batch_id = %(batch)s AND NOT coalesce(r.before ? 'listing', false) AND o.id = r.option_id
"""


@dataclass(frozen=True)
class Blocked:
    """A row that cannot be undone: ``why`` is ``configured``, ``later`` (``file_name`` of that import) or ``gone``."""

    row: int
    code: str
    name: str
    why: str
    file_name: str
    import_id: UUID | None

    @property
    def sentence(self) -> str:
        """What stands in the way, in words."""
        reasons = {
            "configured": "后来已在本平台办理",
            "later": f"后来的导入“{self.file_name}”又改过它，或改过同一事项",
            "gone": "后来已移出清单",
        }
        return f"第 {self.row} 行“{self.name}”（{self.code}）{reasons[self.why]}"


@dataclass(frozen=True)
class Undone:
    """How many options stand as before, and how many left the list."""

    restored: int
    retired: int


def blocked(batch: UUID) -> list[Blocked]:
    """The rows on which something later rests, in order."""
    with connection.cursor() as cursor:
        cursor.execute(_BLOCKED, {"batch": batch})
        return [
            Blocked(row, code, name, why, file_name or "", key)
            for row, code, name, why, file_name, key in cursor.fetchall()
        ]


def restore(batch: UUID, at: datetime) -> Undone:
    """Put back what stood before; nothing may be :func:`blocked`."""
    values: dict[str, Any] = {"batch": batch, "at": at}
    with connection.cursor() as cursor:
        cursor.execute(_ITEMS, values)
        cursor.execute(_OPTIONS, values)
        restored = cursor.rowcount
        cursor.execute(_RETIRED, values)
        return Undone(restored, cursor.rowcount)
