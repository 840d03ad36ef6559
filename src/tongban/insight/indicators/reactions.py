"""The reader of the ledger that keeps the figures: every event of every case, in commit order."""

from __future__ import annotations

from collections.abc import Sequence

from tongban.ground.ledger.chain import Row
from tongban.insight.indicators import services

NAME = "indicators.figures"


def on_events(rows: Sequence[Row]) -> None:
    """Fold events of cases; other subjects have no figures here."""
    services.follow([row for row in rows if row.subject_kind == "case"])
