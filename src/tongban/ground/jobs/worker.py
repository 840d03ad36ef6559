"""Running jobs. procrastinate's worker is asyncio; our jobs are plain functions and run in threads, each with its own
connection out of Django's pool, given back after every job (procrastinate's Django middleware).
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import Final

from procrastinate.contrib.django import DjangoApp, app
from procrastinate.contrib.django.utils import connector_params
from procrastinate.psycopg_connector import PsycopgConnector

from tongban.ground.jobs.queue import periodics

#: Jobs at one time; below the size of Django's pool (8), which the consumers' thread shares.
CONCURRENCY: Final = 4
#: Seconds that running jobs get to finish after a stop; what is cut off then runs again.
GRACE: Final = 20.0
_LOOK: Final = 0.2


def run_worker(stop: threading.Event, *, concurrency: int = CONCURRENCY) -> None:
    """Run jobs and periodic jobs until ``stop`` is set, then let the running ones finish (20 s) and return.

    Blocks; installs no signal handlers, so it may run in any thread. Raises when the database goes away: the launcher
    starts the process anew, and jobs that a dead process left unfinished run again within a minute or two.
    """
    asyncio.run(_run(stop, concurrency))


async def _run(stop: threading.Event, concurrency: int) -> None:
    async with _schedule(_worker_app()).open_async() as worker_app:
        worker = asyncio.create_task(
            worker_app.run_worker_async(
                concurrency=concurrency,
                install_signal_handlers=False,
                shutdown_graceful_timeout=GRACE,
                delete_jobs="never",
            )
        )
        while not stop.is_set() and not worker.done():
            await asyncio.sleep(_LOOK)
        if not worker.done():
            worker.cancel()
        await asyncio.gather(worker, return_exceptions=stop.is_set())


def run_until_idle() -> None:
    """Run the jobs that wait now and those they order, then return (tests, simulated history). Blocks."""
    asyncio.run(_run_until_idle())


async def _run_until_idle() -> None:
    async with _worker_app().open_async() as worker_app:
        await worker_app.run_worker_async(wait=False, listen_notify=False, install_signal_handlers=False, concurrency=1)


def _worker_app() -> DjangoApp:
    """The jobs of every room on the worker's own connections; :func:`defer` keeps to Django's."""
    worker_app = DjangoApp(connector=PsycopgConnector(kwargs=connector_params(), min_size=1, max_size=4))
    worker_app.tasks.update(app.tasks)
    return worker_app


def _schedule(worker_app: DjangoApp) -> DjangoApp:
    for entry in periodics():
        task = worker_app.task(name=entry.name, queue=entry.queue, queueing_lock=entry.name, lock=entry.name)
        worker_app.periodic(cron=entry.cron)(task(_timed(entry.function)))
    return worker_app


def _timed(function: Callable[[], None]) -> Callable[[int], None]:
    def run(timestamp: int) -> None:
        function()

    return run
