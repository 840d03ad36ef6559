"""Where an option stands: catalogue entry, item, its handling options (业务办理项), their situations (CAT-15)."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import OuterRef, Subquery

from tongban.ground import moment
from tongban.registry.catalog.models import HandlingOption, ItemVersion
from tongban.registry.catalog.selectors import IN_FORCE


@dataclass(frozen=True)
class Branch:
    """One handling option of the item. ``situations``: key and name; of a listed option nobody told them."""

    slug: str
    code: str
    name: str
    kind: str
    configured: bool
    situations: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Tree:
    """The item of an option, with everything that can be handled under it."""

    entry_code: str
    entry_name: str
    item_code: str
    item_name: str
    group_name: str
    options: tuple[Branch, ...]


_COLUMNS = (
    "slug", "code", "name", "kind", "standing", "item__entry_id", "item__entry__name", "item__code", "item__name",
    "item__group_name", "situations", "version",
)  # fmt: skip


def tree_of(item_code: str) -> Tree | None:
    """The item of this code with its open and its listed options, in their order; None when it has none. One query."""
    version = ItemVersion.objects.filter(option=OuterRef("pk"), valid__contains=moment.today(), state__in=IN_FORCE)
    rows = list(
        HandlingOption.objects.filter(item__code=item_code, retired_at=None)
        .annotate(
            situations=Subquery(version.values("content__situations")[:1]), version=Subquery(version.values("id")[:1])
        )
        .order_by("pk")
        .values_list(*_COLUMNS)
    )
    if not rows:
        return None
    listed = HandlingOption.Standing.LISTED
    entry_code, entry_name, code, name, group_name = rows[0][5:10]
    return Tree(
        entry_code,
        entry_name,
        code,
        name,
        group_name,
        tuple(
            Branch(
                row[0],
                row[1],
                row[2],
                row[3],
                row[11] is not None,
                tuple((one["key"], one["name"]) for one in row[10] or ()),
            )
            for row in rows
            if row[11] is not None or row[4] == listed
        ),
    )
