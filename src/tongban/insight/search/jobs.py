"""Scheduled work of search."""

from __future__ import annotations

from tongban.ground.jobs import periodic
from tongban.insight.search import services


@periodic("5 16 * * *", name="search.rebuild")
def rebuild_daily() -> None:
    """Five past midnight in Shanghai: versions that come into force today are found, ended ones no longer."""
    services.rebuild()
