"""Naming, deferring and scheduling jobs."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction
from procrastinate import RetryStrategy, tasks
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from tongban.ground import moment


@dataclass(frozen=True, slots=True)
class Retry:
    """How a failing job is tried again: at most ``attempts`` runs, pauses of ``base`` ** n seconds (n = 1, 2, ...)."""

    attempts: int = 6
    base: int = 4


@dataclass(frozen=True, slots=True)
class Job:
    """A named job. Calling it runs it here and now; :func:`defer` runs it in the job process.

    A job is idempotent: it may run twice for one order (a worker that died after its work).
    """

    name: str
    function: Callable[..., None]
    task: tasks.Task[Any, Any, Any]

    def __call__(self, **args: Any) -> None:
        self.function(**args)


@dataclass(slots=True)
class _Inline:
    pending: set[str] = field(default_factory=set)


_inline: ContextVar[_Inline | None] = ContextVar("inline jobs", default=None)


def job(name: str, queue: str = "default", retry: Retry | None = None) -> Callable[[Callable[..., None]], Job]:
    """Make a function a job. ``name`` never changes once jobs of it may be waiting.

    The function takes JSON values as keywords, opens its own transactions and never gets personal values as arguments.
    """
    policy = retry or Retry()
    again = policy.attempts - 1
    strategy = RetryStrategy(max_attempts=again, exponential_wait=policy.base) if again else False

    def decorate(function: Callable[..., None]) -> Job:
        def run(at: str, simulated: bool, args: dict[str, Any]) -> None:
            _run(function, at, simulated, args)

        return Job(name, function, app.task(name=name, queue=queue, retry=strategy)(run))

    return decorate


def _run(function: Callable[..., None], at: str, simulated: bool, args: Mapping[str, Any]) -> None:
    """A job ordered in simulated time runs in that time; any other runs in the present, whatever it waited for."""
    if not simulated:
        function(**args)
        return
    with moment.at(datetime.fromisoformat(at)):
        function(**args)


def defer(job: Job, key: str, *, when: datetime | None = None, priority: int = 0, **args: Any) -> bool:
    """Order a run of ``job``, in the transaction of the caller: rolled back with it.

    :param key: what the run is about; while a run with the same job and key waits, a second order changes nothing.
    :param when: not before this moment; default at once.
    :param priority: higher runs first.
    Returns whether a run was added.
    """
    plain = {name: str(value) if isinstance(value, uuid.UUID) else value for name, value in args.items()}
    lock = f"{job.name}:{key}"
    state = _inline.get()
    if state is not None and when is None:
        return _defer_inline(state, job, lock, plain)
    order = job.task.configure(queueing_lock=lock, schedule_at=when, priority=priority)
    try:
        with transaction.atomic():
            order.defer(at=moment.now().isoformat(), simulated=moment.standing(), args=plain)
    except AlreadyEnqueued:
        return False
    return True


def _defer_inline(state: _Inline, job: Job, lock: str, args: dict[str, Any]) -> bool:
    if lock in state.pending:
        return False
    state.pending.add(lock)
    transaction.on_commit(partial(_run_inline, state, job, lock, args))
    return True


def _run_inline(state: _Inline, job: Job, lock: str, args: dict[str, Any]) -> None:
    state.pending.discard(lock)
    job.function(**args)


@contextmanager
def inline() -> Iterator[None]:
    """Inside the block, jobs run in this thread as soon as the transaction that ordered them commits.

    For simulated history and tests; an error of the job reaches the caller. Orders with ``when`` still go to the queue.
    """
    token = _inline.set(_Inline())
    try:
        yield
    finally:
        _inline.reset(token)


@dataclass(frozen=True, slots=True)
class Periodic:
    """A function that the worker runs at the times of ``cron``."""

    name: str
    cron: str
    queue: str
    function: Callable[[], None]


_periodics: dict[str, Periodic] = {}


def periodic(cron: str, *, name: str, queue: str = "default") -> Callable[[Callable[[], None]], Callable[[], None]]:
    """Run a function at the times of ``cron`` (minute hour day month weekday, in UTC), once over all job processes.

    A run that comes while the one before it still waits is left out; a failed run waits for the next time.
    """

    def decorate(function: Callable[[], None]) -> Callable[[], None]:
        if name in _periodics:
            raise ValueError(f"periodic job {name} is there already")
        _periodics[name] = Periodic(name, cron, queue, function)
        return function

    return decorate


def periodics() -> tuple[Periodic, ...]:
    """Every periodic job, for the worker and the operations page."""
    return tuple(_periodics.values())
