"""What search does when the catalogue changes (shapes 3). Idempotent: entries are made anew."""

from __future__ import annotations

from tongban.ground.ledger.chain import Row
from tongban.insight.search import services

NAME = "search.index"
IMPORTED = frozenset({"catalogue_import.applied", "catalogue_import.undone"})
KINDS = frozenset({"item_version.published"}) | IMPORTED


def on_published(row: Row) -> None:
    """Index the option of a published version, or every option that an import touched."""
    if row.kind in IMPORTED:
        services.renew_imported(row.subject_id)
    else:
        services.renew(row.subject_id)
