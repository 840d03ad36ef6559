"""Background jobs on PostgreSQL (procrastinate), behind a thin door so that a switch stays possible.

A room writes ``jobs.py``; it is found and imported at start::

    @job("cases.issue", queue="documents")
    def issue(case_id: str) -> None: ...

    defer(issue, key=str(case_id), case_id=str(case_id))

The job process runs :func:`run_worker`; tests and simulated history use :func:`inline` or :func:`run_until_idle`.
"""

from tongban.ground.jobs.queue import Job, Retry, defer, inline, job, periodic
from tongban.ground.jobs.worker import run_until_idle, run_worker

__all__ = ["Job", "Retry", "defer", "inline", "job", "periodic", "run_until_idle", "run_worker"]
