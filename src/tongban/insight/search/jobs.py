"""Scheduled work of search."""

from __future__ import annotations

from tongban.ground.jobs import periodic
from tongban.insight.search import counting, services


@periodic("5 16 * * *", name="search.rebuild")
def rebuild_daily() -> None:
    """Five past midnight in Shanghai: versions that come into force today are found, ended ones no longer."""
    services.rebuild()


@periodic("35 16 * * *", name="search.forget_older")
def forget_older_daily() -> None:
    """Counts of what was asked are kept for thirteen months."""
    counting.forget_older()
