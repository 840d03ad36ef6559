"""The publication log (CAT-32): every publication, import and undo, who did it, and whether each channel knows of it.
The same log without persons is the public feed of changes (:func:`changes`), for whoever keeps a copy outside.

Pages, forms, windows and the API read the version itself, so they know in the same moment; what keeps a copy of its own
(search, and whoever else reads the ledger for it) is told by the event, and its place in the ledger says whether it has
read so far.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from tongban.ground.errors import NotFound
from tongban.ground.ledger import consumers, positions
from tongban.ground.paging import Page
from tongban.ground.policy import Principal, may_ever

PERMISSION = "catalog.version.view"
PAGE = 20
KINDS: dict[str, str] = {
    "item_version.published": "发布",
    "item_version.superseded": "被新版替代",
    "catalogue_import.applied": "导入清单",
    "catalogue_import.undone": "撤销导入",
}

_LOG = """
SELECT e.id, e.kind, e.recorded_at, e.subject_id, e.actor_kind, coalesce(s.name, ''), coalesce(p.name, ''), e.channel,
    e.body, source.title, source.slug,
    (SELECT coalesce(array_agg(r.name), '{}') FROM ledger_position r WHERE (r.tx, r.event_id) >= (e.tx, e.id)),
    (SELECT coalesce(array_agg(f.consumer), '{}') FROM ledger_failure f WHERE f.event_id = e.id)
FROM (
    SELECT v.id, o.name AS title, o.slug, r.no
    FROM catalog_itemversion v JOIN catalog_handlingoption o ON o.id = v.option_id
    JOIN catalog_item i ON i.id = o.item_id JOIN parties_region r ON r.id = i.region_id
    UNION ALL
    SELECT b.id, b.file_name, '', b.region_no FROM catalog_catalogueimport b WHERE b.state IN ('applied', 'undone')
) source
JOIN ledger_event e ON e.subject_id = source.id
LEFT JOIN parties_staff s ON s.id = e.actor_id
LEFT JOIN parties_post p ON p.id = e.post_id
WHERE source.no BETWEEN %(low)s AND %(high)s AND e.kind = ANY(%(kinds)s)
    AND (%(after)s::uuid IS NULL OR e.id < %(after)s)
ORDER BY e.id DESC LIMIT %(limit)s
"""


@dataclass(frozen=True)
class Channel:
    """A channel that keeps a copy of its own: ``state`` is ``told``, ``waiting`` or ``failed``."""

    name: str
    state: str


@dataclass(frozen=True)
class PublicationLine:
    """One entry of the log."""

    event_id: UUID
    kind: str
    kind_words: str
    at: datetime
    subject_id: UUID
    title: str
    slug: str
    who: str
    post: str
    detail: str
    channels: tuple[Channel, ...]


def log(principal: Principal, after: str = "") -> Page[PublicationLine]:
    """The log of the steward's region, newest first; one query.

    :param after: id of the last event that was shown.
    """
    if not may_ever(principal, PERMISSION):
        raise NotFound
    values: dict[str, Any] = {
        "low": principal.region_no,
        "high": principal.region_end_no,
        "kinds": list(KINDS),
        "after": _key(after),
        "limit": PAGE + 1,
    }
    with connection.cursor() as cursor:
        cursor.execute(_LOG, values)
        rows = cursor.fetchall()
    lines = tuple(_line(*row) for row in rows[:PAGE])
    return Page(lines, str(lines[-1].event_id) if len(rows) > PAGE else "")


def _key(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _line(
    event_id: UUID,
    kind: str,
    at: datetime,
    subject_id: UUID,
    actor_kind: str,
    staff: str,
    post: str,
    channel: str,
    body: object,
    title: str,
    slug: str,
    read: list[str],
    failed: list[str],
) -> PublicationLine:
    who = staff or ("命令行" if channel == "command" else "系统" if actor_kind == "system" else "接口")
    channels = tuple(
        Channel(name, "failed" if name in failed else "told" if name in read else "waiting")
        for name in consumers.readers_of(kind)
    )
    return PublicationLine(
        event_id, kind, KINDS[kind], at, subject_id, title, slug, who, post, _detail(kind, _plain(body)), channels
    )


def _plain(body: object) -> dict[str, object]:
    return json.loads(body) if isinstance(body, str) else dict(body) if isinstance(body, dict) else {}


def _detail(kind: str, body: dict[str, object]) -> str:
    if kind == "item_version.published":
        return f"第 {body.get('number')} 版，从 {body.get('valid_from')} 起"
    if kind == "item_version.superseded":
        return f"到 {body.get('valid_until')} 为止"
    if kind == "catalogue_import.applied":
        return f"新增 {body.get('created')}，更新 {body.get('changed')}，未变 {body.get('unchanged')}"
    return f"恢复 {body.get('restored')}，移出 {body.get('retired')}"


# ---- the public feed: what changed since, for copies outside -------------------------------------------------------

_PLACE = "SELECT tx::text FROM ledger_event WHERE id = %s AND kind = ANY(%s)"
_CHANGES = """
SELECT e.id, e.kind, e.recorded_at, source.title, source.slug, e.body
FROM (
    SELECT v.id, o.name AS title, o.slug
    FROM catalog_itemversion v JOIN catalog_handlingoption o ON o.id = v.option_id
    UNION ALL
    SELECT b.id, b.source, '' FROM catalog_catalogueimport b WHERE b.state IN ('applied', 'undone')
) source
JOIN ledger_event e ON e.subject_id = source.id
WHERE e.kind = ANY(%(kinds)s) AND e.tx < %(horizon)s::xid8 AND (e.tx, e.id) > (%(tx)s::xid8, %(after)s::uuid)
ORDER BY e.tx, e.id LIMIT %(limit)s
"""


@dataclass(frozen=True)
class Change:
    """One change of the catalogue: of one option, or of a whole list (``slug`` is then empty)."""

    event_id: UUID
    kind: str
    kind_words: str
    at: datetime
    title: str
    slug: str
    detail: str
    body: dict[str, object]
    """What the event says: number and days of a version, numbers of an import."""


@dataclass(frozen=True)
class Changes:
    """Changes in the order in which they were committed; ``cursor`` is where to go on, also when nothing is new."""

    items: tuple[Change, ...]
    cursor: str
    more: bool


def changes(since: str = "", limit: int = PAGE) -> Changes:
    """What was published, replaced, imported or undone since; public, without persons. At most three queries.

    Nothing appears behind a cursor: an event is told once every older transaction has ended.

    :param since: a cursor of an earlier answer; empty for the whole log.
    :raises NotFound: a cursor that is none of ours.
    """
    tx, after = "0", _key(since) or positions.NOTHING
    with connection.cursor() as cursor:
        if since:
            cursor.execute(_PLACE, [after, list(KINDS)])
            found = cursor.fetchone()
            if found is None:
                raise NotFound("catalog.cursor", "没有这个游标，请不带 since 从头取一遍")
            tx = found[0]
        values: dict[str, Any] = {
            "kinds": list(KINDS),
            "horizon": positions.horizon(),
            "tx": tx,
            "after": after,
            "limit": limit + 1,
        }
        cursor.execute(_CHANGES, values)
        rows = cursor.fetchall()
    items = tuple(_change(*row) for row in rows[:limit])
    return Changes(items, str(items[-1].event_id) if items else since, len(rows) > limit)


def _change(event_id: UUID, kind: str, at: datetime, title: str, slug: str, body: object) -> Change:
    said = _plain(body)
    return Change(event_id, kind, KINDS[kind], at, title or "事项清单", slug, _detail(kind, said), said)
