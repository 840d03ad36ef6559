"""From the staged rows to the catalogue, in sets: what each row would do, and doing it. One transaction of the caller.

Nothing that is configured on this platform is overwritten: neither an option with published versions, nor the item that
such an option belongs to.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from tongban.registry.catalog.imports.faults import Fault
from tongban.registry.catalog.imports.staging import Staged, World

MOST_NAMED = 2000
LOCK = "SELECT pg_advisory_xact_lock(hashtext('catalogue_import'))"

_ITEMS = """
CREATE TEMP TABLE import_item AS
SELECT DISTINCT ON (item_code) item_code, entry_code, item_type, domain, item_name, group_name, unit, region_id
FROM import_stage ORDER BY item_code, "row"
"""
_VERDICTS = """
CREATE TEMP TABLE import_verdict AS
SELECT s."row", s.option_code, s.item_code, o.id AS option_id, i.id AS item_id, held.yes AS held,
    other.id IS NOT NULL AND NOT other.no BETWEEN %(low)s AND %(high)s AS foreign_region, other.name AS region_name,
    (i.name, i.group_name, i.entry_id, i.authority_id, i.region_id) IS DISTINCT FROM
        (m.item_name::varchar, m.group_name::varchar, m.entry_code::varchar, u.id, m.region_id) AS item_differs,
    CASE
        WHEN o.standing = 'configured' THEN 'skipped'
        WHEN o.id IS NULL AND s.option_code = s.item_code AND held.yes THEN 'skipped'
        WHEN o.id IS NULL THEN 'created'
        WHEN o.retired_at IS NOT NULL OR o.name <> s.option_name OR o.item_id IS DISTINCT FROM i.id
            OR o.listing <> s.listing OR o.facets::text[] <> s.facets THEN 'changed'
        WHEN NOT held.yes AND (i.name, i.group_name, i.entry_id, i.authority_id, i.region_id) IS DISTINCT FROM
            (m.item_name::varchar, m.group_name::varchar, m.entry_code::varchar, u.id, m.region_id) THEN 'changed'
        ELSE 'unchanged'
    END AS act
FROM import_stage s
JOIN import_item m ON m.item_code = s.item_code
LEFT JOIN import_unit u ON u.unit = m.unit
LEFT JOIN catalog_item i ON i.code = s.item_code
LEFT JOIN catalog_handlingoption o ON o.code = s.option_code
LEFT JOIN catalog_item owner ON owner.id = o.item_id
LEFT JOIN parties_region other ON other.id = coalesce(owner.region_id, i.region_id)
CROSS JOIN LATERAL (SELECT EXISTS (
    SELECT 1 FROM catalog_handlingoption c WHERE c.item_id = i.id AND c.standing = 'configured') AS yes) held
"""
_ENTRIES = """
INSERT INTO catalog_catalogueentry (code, name, item_type, regulator, domain)
SELECT DISTINCT ON (m.entry_code)
    m.entry_code, coalesce(nullif(m.group_name, ''), m.item_name), m.item_type, '', m.domain
FROM import_item m JOIN import_verdict v ON v.item_code = m.item_code
WHERE v.act IN ('created', 'changed') AND NOT v.held
ORDER BY m.entry_code, m.item_code
ON CONFLICT (code) DO NOTHING
"""
_BEFORE = """
INSERT INTO catalog_importedrow (batch_id, "row", option_id, before)
SELECT %(batch)s, v."row", o.id, jsonb_build_object(
    'name', o.name, 'kind', o.kind, 'listing', o.listing, 'facets', o.facets, 'listed_at', o.listed_at,
    'last_import', o.last_import_id, 'retired_at', o.retired_at, 'item_id', o.item_id
) || CASE WHEN v.item_differs AND NOT v.held AND i.id IS NOT NULL
    THEN jsonb_build_object('item', {item}) ELSE '{{}}' END
FROM import_verdict v
JOIN catalog_handlingoption o ON o.id = v.option_id
LEFT JOIN catalog_item i ON i.id = v.item_id
WHERE v.act = 'changed'
"""
_BEFORE_ITEM = """
jsonb_build_object('id', i.id, 'name', i.name, 'group_name', i.group_name, 'entry', i.entry_id,
    'authority', i.authority_id, 'region', i.region_id)
"""
_KEPT_ITEMS = f"""
CREATE TEMP TABLE import_before_item ON COMMIT DROP AS
SELECT v.option_code, {_BEFORE_ITEM} AS item
FROM import_verdict v JOIN catalog_item i ON i.id = v.item_id
WHERE v.act = 'created' AND v.item_differs AND NOT v.held
"""  # noqa: S608 - constants of this module
_NEW_ITEMS = """
INSERT INTO catalog_item (code, entry_id, name, group_name, authority_id, region_id)
SELECT m.item_code, m.entry_code, m.item_name, m.group_name, u.id, m.region_id
FROM import_item m JOIN import_unit u ON u.unit = m.unit
WHERE EXISTS (SELECT 1 FROM import_verdict v WHERE v.item_code = m.item_code AND v.act IN ('created', 'changed'))
ON CONFLICT (code) DO NOTHING
"""
_CHANGED_ITEMS = """
UPDATE catalog_item i
SET entry_id = m.entry_code, name = m.item_name, group_name = m.group_name, authority_id = u.id, region_id = m.region_id
FROM import_item m JOIN import_unit u ON u.unit = m.unit
WHERE i.code = m.item_code AND EXISTS (
    SELECT 1 FROM import_verdict v
    WHERE v.item_id = i.id AND v.act IN ('created', 'changed') AND v.item_differs AND NOT v.held)
"""
_NEW_OPTIONS = """
INSERT INTO catalog_handlingoption (item_id, code, slug, name, kind, standing, listing, facets, listed_at,
    last_import_id, draft, draft_revision, draft_state)
SELECT i.id, s.option_code,
    CASE WHEN EXISTS (SELECT 1 FROM catalog_handlingoption x WHERE x.slug = s.slug) THEN s.marked_slug ELSE s.slug END,
    s.option_name, 'new', 'listed', s.listing, s.facets, %(at)s, %(batch)s, '{}', 0, 'editing'
FROM import_stage s
JOIN import_verdict v ON v.option_code = s.option_code
JOIN catalog_item i ON i.code = s.item_code
WHERE v.act = 'created' ORDER BY s."row"
"""
_CHANGED_OPTIONS = """
UPDATE catalog_handlingoption o
SET item_id = i.id, name = s.option_name, listing = s.listing, facets = s.facets, listed_at = %(at)s,
    last_import_id = %(batch)s, retired_at = NULL
FROM import_stage s
JOIN import_verdict v ON v.option_code = s.option_code
JOIN catalog_item i ON i.code = s.item_code
WHERE v.act = 'changed' AND o.id = v.option_id AND o.standing = 'listed'
"""
_MADE = """
INSERT INTO catalog_importedrow (batch_id, "row", option_id, before)
SELECT %(batch)s, v."row", o.id, CASE WHEN b.item IS NULL THEN NULL ELSE jsonb_build_object('item', b.item) END
FROM import_verdict v
JOIN catalog_handlingoption o ON o.code = v.option_code
LEFT JOIN import_before_item b ON b.option_code = v.option_code
WHERE v.act = 'created'
"""


@dataclass(frozen=True)
class Counts:
    """How many rows do what."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0
    skipped: int = 0

    @property
    def empty(self) -> bool:
        """Nothing of the catalogue would change."""
        return not (self.created or self.changed)


def compare(found: Staged, world: World) -> Counts:
    """What each staged row would do, against the catalogue as it stands; makes ``import_verdict``.

    Rows whose code belongs to another region are added to the faults, those handled on this platform to the notices.
    """
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS pg_temp.import_verdict, pg_temp.import_item")
        _put_units(cursor, found)
        cursor.execute("ANALYZE import_stage")
        cursor.execute(_ITEMS)
        cursor.execute(_VERDICTS, {"low": world.region_no, "high": world.region_end_no})
        cursor.execute("CREATE INDEX ON import_verdict (option_code)")
        cursor.execute("CREATE INDEX ON import_verdict (item_code)")
        cursor.execute("ANALYZE import_verdict")
        cursor.execute("ANALYZE import_item")
        _tell(cursor, found)
        cursor.execute("SELECT act, count(*) FROM import_verdict GROUP BY act")
        return Counts(**dict(cursor.fetchall()))


def _put_units(cursor: Any, found: Staged) -> None:
    cursor.execute("DELETE FROM import_unit")
    pairs = [(named.number, found.matched.get(named.name)) for named in found.named.values()]
    if pairs:
        cursor.execute(
            "INSERT INTO import_unit (unit, id) SELECT * FROM unnest(%s::int[], %s::bigint[])",
            [[unit for unit, _ in pairs], [key for _, key in pairs]],
        )


def _tell(cursor: Any, found: Staged) -> None:
    cursor.execute('SELECT "row", region_name FROM import_verdict WHERE foreign_region ORDER BY "row"')
    for row, region in cursor.fetchall():
        sentence = f"这个编码已经在“{region}”的清单里，不在所选的地区"
        found.faults.add(Fault(row, "", sentence, "选对地区再导入，或改正编码"))
    cursor.execute("""SELECT "row" FROM import_verdict WHERE act = 'skipped' ORDER BY "row" LIMIT %s""", [MOST_NAMED])
    found.notices += [Fault(row, "", "已在本平台办理，跳过") for (row,) in cursor.fetchall()]


def write(batch: UUID, at: datetime) -> None:
    """Do what :func:`compare` found, as one set after the other; the batch's own row must stand already."""
    values: dict[str, Any] = {"batch": batch, "at": at}
    with connection.cursor() as cursor:
        cursor.execute(_ENTRIES)
        cursor.execute(_BEFORE.format(item=_BEFORE_ITEM), values)
        cursor.execute(_KEPT_ITEMS)
        cursor.execute(_NEW_ITEMS)
        cursor.execute(_CHANGED_ITEMS)
        cursor.execute(_NEW_OPTIONS, values)
        cursor.execute(_CHANGED_OPTIONS, values)
        cursor.execute(_MADE, values)
        cursor.execute("DROP TABLE pg_temp.import_before_item")
