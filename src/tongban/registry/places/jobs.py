"""What the room does by itself: in the night it ends what the day left open."""

from __future__ import annotations

from tongban.ground.jobs.queue import periodic
from tongban.registry.places import ending, services


@periodic("30 17 * * *", name="places.end_days", queue="housekeeping")
def end_days() -> None:
    """Half an hour after midnight in Shanghai: what the days before left open ends, halls whose day has come too."""
    services.end_days()
    ending.end_halls()
