"""``./tongban jobs``: the job worker and the ledger's consumers, two threads of one process."""

from __future__ import annotations

import argparse
import logging
import signal
import threading
from collections.abc import Callable
from types import FrameType

from tongban.launch.environment import child_environment, enter
from tongban.launch.local_postgres import database_of
from tongban.launch.outcome import FINDING, GOOD
from tongban.launch.places import state_directory

STOP_SECONDS = 10
log = logging.getLogger(__name__)


def run(arguments: list[str]) -> int:
    """Work until SIGTERM or SIGINT; the job under way is finished. A dead thread ends the process: it is restarted."""
    parser = argparse.ArgumentParser(prog="tongban jobs")
    parser.add_argument("--dir")
    state = state_directory(parser.parse_args(arguments).dir)
    enter(child_environment(state, database_of(state)))
    return work()


def work() -> int:
    """The same in an environment that is set already."""
    import django

    django.setup()
    from tongban.ground.jobs import run_worker
    from tongban.ground.ledger.consumers import run_forever

    return work_until_stopped([run_worker, run_forever])


def work_until_stopped(workers: list[Callable[[threading.Event], object]]) -> int:
    """Run each worker in a thread; 0 when told to stop, 1 when one of them ended by itself."""
    stop = threading.Event()
    ended_early = threading.Event()

    def told(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    def keep(worker: Callable[[threading.Event], object]) -> None:
        try:
            worker(stop)
        finally:
            if not stop.is_set():
                log.error("%s ended by itself", getattr(worker, "__qualname__", worker))
                ended_early.set()
                stop.set()

    signal.signal(signal.SIGTERM, told)
    signal.signal(signal.SIGINT, told)
    threads = [threading.Thread(target=keep, args=(worker,), daemon=True) for worker in workers]
    for thread in threads:
        thread.start()
    stop.wait()
    for thread in threads:
        thread.join(STOP_SECONDS)
    return FINDING if ended_early.is_set() else GOOD
