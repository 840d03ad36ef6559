"""The queue's own housekeeping."""

from __future__ import annotations

from tongban.ground.jobs import services
from tongban.ground.jobs.queue import periodic

KEPT_DAYS = 7


@periodic("* * * * *", name="jobs.retry_stalled", queue="housekeeping")
def retry_stalled() -> None:
    """Every minute: jobs of a worker that died run again."""
    services.retry_stalled()


@periodic("20 19 * * *", name="jobs.delete_finished", queue="housekeeping")
def delete_finished() -> None:
    """Every night: finished jobs older than a week go."""
    services.delete_finished(KEPT_DAYS)
