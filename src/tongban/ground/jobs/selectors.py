"""The queue as the operations page shows it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob


@dataclass(frozen=True, slots=True)
class QueueHealth:
    """How the queue is: jobs due and waiting, the longest wait in seconds, running, dead; the last sign of a worker."""

    waiting: int
    longest_wait_seconds: float
    running: int
    dead: int
    last_heartbeat: datetime | None


def dead(limit: int = 50) -> list[ProcrastinateJob]:
    """Jobs that failed for good, newest first. Their arguments are ids, so they may be shown."""
    return list(ProcrastinateJob.objects.filter(status="failed").order_by("-id")[:limit])


def pending(names: Collection[str], key: str) -> bool:
    """Whether a run of one of these jobs about ``key`` waits or is running; dead and finished ones do not count."""
    locks = [f"{name}:{key}" for name in names]
    return ProcrastinateJob.objects.filter(queueing_lock__in=locks, status__in=("todo", "doing")).exists()


def health() -> QueueHealth:
    """One query; jobs that are done are not looked at."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FILTER (WHERE status = 'todo' AND coalesce(scheduled_at, now()) <= now()),"
            " coalesce(extract(epoch FROM now() - min(coalesce(scheduled_at, event.at))"
            " FILTER (WHERE status = 'todo' AND coalesce(scheduled_at, now()) <= now())), 0),"
            " count(*) FILTER (WHERE status = 'doing'), count(*) FILTER (WHERE status = 'failed'),"
            " (SELECT max(last_heartbeat) FROM procrastinate_workers)"
            " FROM procrastinate_jobs job LEFT JOIN LATERAL (SELECT min(at) AS at FROM procrastinate_events"
            " WHERE job_id = job.id AND type = 'deferred') event ON true WHERE status IN ('todo', 'doing', 'failed')"
        )
        waiting, longest, running, failed, heartbeat = cursor.fetchone()
    return QueueHealth(waiting, float(longest), running, failed, heartbeat)
