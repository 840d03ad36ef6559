"""The reader of the ledger that keeps the figures: every event of every case, in commit order."""

from __future__ import annotations

from tongban.ground.ledger.chain import Row
from tongban.insight.indicators import services

NAME = "indicators.figures"


def on_event(row: Row) -> None:
    """Fold an event of a case; other subjects have no figures here."""
    if row.subject_kind == "case":
        services.follow(row)
