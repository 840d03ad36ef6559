"""Repairs of the queue."""

from __future__ import annotations

from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob

from tongban.ground.errors import NotFound

#: A worker says every 10 s that it lives; one silent for a minute is dead.
SILENCE_SECONDS = 60
_RETRY = "procrastinate_retry_job_v2(job.id, now(), NULL, NULL, NULL)"


def retry_dead(job_id: int) -> None:
    """Run a dead job once more. Raises :class:`NotFound` when it is not on the dead list."""
    if not ProcrastinateJob.objects.filter(pk=job_id, status="failed").exists():
        raise NotFound()
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {_RETRY} FROM procrastinate_jobs job WHERE id = %s AND status = 'failed'", [job_id])  # noqa: S608


def retry_stalled() -> int:
    """Queue again what a dead worker left unfinished; returns how many jobs."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {_RETRY} FROM procrastinate_jobs job LEFT JOIN procrastinate_workers worker"  # noqa: S608
            " ON worker.id = job.worker_id WHERE job.status = 'doing' AND (worker.id IS NULL"
            " OR worker.last_heartbeat < now() - make_interval(secs => %s))",
            [SILENCE_SECONDS],
        )
        return int(cursor.rowcount)


def delete_finished(days: int) -> int:
    """Delete jobs that succeeded more than ``days`` ago with their history; returns how many."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM procrastinate_jobs WHERE status = 'succeeded' AND id IN"
            " (SELECT job_id FROM procrastinate_events"
            " WHERE type = 'succeeded' AND at < now() - make_interval(days => %s))",
            [days],
        )
        return int(cursor.rowcount)
