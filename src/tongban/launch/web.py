"""``./tongban web``: granian (WSGI) on the loopback address, its workers forked from a process with the application."""

from __future__ import annotations

import argparse
import gc
import multiprocessing
import os

from tongban.launch.environment import child_environment, enter
from tongban.launch.local_postgres import database_of
from tongban.launch.outcome import GOOD
from tongban.launch.parental import follow_parent
from tongban.launch.places import state_directory

TARGET = "tongban.config.wsgi:application"
THREADS = WAITING = 128
"""Requests under way in a worker; how many of them are worked on at the same time is said by ``turns``."""


def run(arguments: list[str]) -> int:
    """Serve until SIGTERM or SIGINT; requests under way are finished (at most 10 s)."""
    parser = argparse.ArgumentParser(prog="tongban web")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--dir")
    options = parser.parse_args(arguments)
    state = state_directory(options.dir)
    enter(child_environment(state, database_of(state)))
    follow_parent(os.getppid())
    warm()
    return serve(options.host, options.port, options.workers)


def warm() -> None:
    """Import the application once, before anything is forked, and keep the collector off the shared pages."""
    import tongban.config.wsgi  # noqa: F401 - the import is the work

    gc.collect()
    gc.freeze()


def serve(host: str, port: int, workers: int) -> int:
    """Run granian in this process; ``backpressure`` bounds the requests a worker takes on at once."""
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    if "fork" in multiprocessing.get_all_start_methods():
        multiprocessing.set_start_method("fork", force=True)
    Granian(
        TARGET,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=THREADS,
        backpressure=WAITING,
        backlog=1024,
        websockets=False,
        respawn_failed_workers=True,
        respawn_interval=0.1,
        workers_kill_timeout=10,
        log_level=LogLevels(os.environ.get("TONGBAN_LOG", "WARNING").lower()),
    ).serve()
    return GOOD
