"""What search does when a version is published (shapes 3). Idempotent: the entry is made anew."""

from __future__ import annotations

from tongban.ground.ledger.chain import Row
from tongban.insight.search import services

NAME = "search.index"
KINDS = frozenset({"item_version.published"})


def on_published(row: Row) -> None:
    """Index the option of the published version."""
    services.renew(row.subject_id)
