"""Reactions after the act: consumers read the ledger in commit order (shapes 3).

A room registers in ``AppConfig.ready``::

    register_consumer("cases.notify", handle, kinds={"case.accepted", "case.decided"})

``handle(row)`` runs in the transaction that moves the consumer's position, so what it writes to the database happens
exactly once; what leaves the database (a message, a push) goes through a job or an idempotency key. The events of one
reading are handled in one savepoint; when one raises, all are handled again one by one. An event that raises holds its
consumer back and is tried again with growing pauses; after :data:`MOST_ATTEMPTS` it is put aside where the operations
page shows it (:func:`tongban.ground.ledger.selectors.failures`), and the consumer goes on.
A room that writes less when it sees many events at once registers ``handle(rows)`` with :func:`register_batch`.
"""

from __future__ import annotations

import logging
import threading
import traceback
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import psycopg
from django.db import InterfaceError, OperationalError, connection, transaction

from tongban.ground import moment
from tongban.ground.errors import NotFound, TongbanError
from tongban.ground.ledger import positions
from tongban.ground.ledger.chain import Row
from tongban.ground.ledger.models import Failure
from tongban.ground.ledger.restore import rebase
from tongban.ground.ledger.selectors import SELECT_COLUMNS, row_from

Handler = Callable[[Row], None]
BatchHandler = Callable[[Sequence[Row]], None]

MOST_ATTEMPTS: Final = 8
LONGEST_PAUSE: Final = timedelta(minutes=10)
BATCH: Final = 200
POLL_SECONDS: Final = 2.0
RECONNECT_SECONDS: Final = 1.0

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Consumer:
    """A named reader; ``kinds`` ``None`` = every event. ``source`` is the function that was registered."""

    name: str
    handle: BatchHandler
    kinds: frozenset[str] | None
    source: Handler | BatchHandler

    def wants(self, kind: str) -> bool:
        """Whether the handler is called for events of this kind."""
        return self.kinds is None or kind in self.kinds


_consumers: dict[str, Consumer] = {}


def register_consumer(name: str, handler: Handler, kinds: Collection[str] | None = None) -> None:
    """Register a reader under a name that never changes (its position is kept under it).

    A new consumer begins at the first event of the ledger. Raises ``ValueError`` when the name is taken.
    """

    def handle(rows: Sequence[Row]) -> None:
        for row in rows:
            handler(row)

    _register(Consumer(name, handle, None if kinds is None else frozenset(kinds), handler))


def register_batch(name: str, handler: BatchHandler, kinds: Collection[str] | None = None) -> None:
    """The same for a reader that takes events by the batch, in commit order; never an empty one."""
    _register(Consumer(name, handler, None if kinds is None else frozenset(kinds), handler))


def _register(consumer: Consumer) -> None:
    known = _consumers.get(consumer.name)
    if known and known.source is not consumer.source:
        raise ValueError(f"consumer {consumer.name} is registered already")
    _consumers[consumer.name] = consumer


def names() -> tuple[str, ...]:
    """Registered consumers in the order of registration."""
    return tuple(_consumers)


def readers_of(kind: str) -> tuple[str, ...]:
    """Consumers that were registered for events of this very kind (those of every event are left out)."""
    return tuple(one.name for one in _consumers.values() if one.kinds is not None and kind in one.kinds)


def run_once(name: str, limit: int = BATCH) -> int:
    """Let one consumer read at most ``limit`` events; returns how many it passed.

    0 means: nothing new, another process is at it, or it waits before trying a failed event again.
    """
    consumer = _consumers[name]
    with transaction.atomic():
        place = positions.lock(name)
        tries = _tries(name)
        if place is None or any(at > moment.now() for at in tries):
            return 0
        found = positions.headings_after(place, limit)
        wanted = [place.event_id for place, kind in found if consumer.wants(kind)]
        rows = positions.rows_of(wanted)
        if not rows or (not tries and _all_handled(consumer, rows)):
            passed = len(found)
        else:
            passed = _one_by_one(consumer, found, rows)
        if passed:
            positions.move(name, found[passed - 1][0])
    return passed


def _tries(name: str) -> list[datetime]:
    """When the events that the consumer could not handle are tried again."""
    return list(Failure.objects.filter(consumer=name, dead_at=None).values_list("next_try_at", flat=True))


def _all_handled(consumer: Consumer, rows: list[Row]) -> bool:
    """All of them at once; whether that went well. When it did not, nothing of it stays."""
    try:
        with transaction.atomic():
            consumer.handle(rows)
    except (OperationalError, InterfaceError):
        raise  # the database's trouble is not the event's
    except Exception:  # noqa: BLE001 - each is handled again alone, which says which one it is
        return False
    return True


def _one_by_one(consumer: Consumer, found: list[tuple[positions.Place, str]], rows: list[Row]) -> int:
    """How many of what was found the consumer may pass: up to the first event that could not be handled."""
    by_id = {row.id: row for row in rows}
    for passed, (place, _kind) in enumerate(found):
        row = by_id.get(place.event_id)
        if row is not None and not _handle(consumer, row):
            return passed
    return len(found)


def _handle(consumer: Consumer, row: Row) -> bool:
    """Whether the consumer may go on behind this event: handled, or put aside."""
    try:
        with transaction.atomic():
            consumer.handle((row,))
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:  # noqa: BLE001 - kept as a failure row, retried, then shown on the operations page
        return _record_failure(consumer, row, error)
    Failure.objects.filter(consumer=consumer.name, event_id=row.id).delete()
    return True


def _record_failure(consumer: Consumer, row: Row, error: Exception) -> bool:
    now = moment.now()
    failure, _ = Failure.objects.get_or_create(
        consumer=consumer.name, event_id=row.id, defaults={"first_failed_at": now, "next_try_at": now, "error": ""}
    )
    failure.attempts += 1
    failure.error = describe(error)
    failure.next_try_at = now + min(timedelta(seconds=2**failure.attempts), LONGEST_PAUSE)
    failure.dead_at = now if failure.attempts >= MOST_ATTEMPTS else None
    failure.save()
    logger.error("consumer %s: event %s failed (%s): %s", consumer.name, row.id, failure.attempts, failure.error)
    return failure.dead_at is not None


def describe(error: BaseException) -> str:
    """Class, code and place of an error; never its message, which may hold a personal value."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {frames[-1].name}:{frames[-1].lineno}" if frames else ""
    code = f" {error.code}" if isinstance(error, TongbanError) else ""
    return f"{type(error).__name__}{code}{place}"


def retry_dead(failure_id: int) -> None:
    """Handle an event that was put aside, now; on success its failure is gone. Raises what the handler raises."""
    with transaction.atomic():
        failure = Failure.objects.select_for_update().filter(pk=failure_id, dead_at__isnull=False).first()
        if failure is None or failure.consumer not in _consumers:
            raise NotFound()
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {SELECT_COLUMNS} FROM ledger_event WHERE id = %s", [failure.event_id])  # noqa: S608
            row = row_from(cursor.fetchone())
        _consumers[failure.consumer].handle((row,))
        failure.delete()


def handle_now(row: Row, readers: Collection[str]) -> None:
    """Let these readers handle one event at once, each in a transaction of its own; an error reaches the caller.

    For simulated history, where whoever acts lets the readers of their event act in the same simulated moment. Their
    positions stay; see :func:`skip_to_end`.
    """
    for name in readers:
        consumer = _consumers[name]
        if consumer.wants(row.kind):
            with transaction.atomic():
                consumer.handle((row,))


def skip_to_end(readers: Collection[str]) -> None:
    """Move readers behind the newest event: the caller vouches that they have handled all (:func:`handle_now`).

    Call it outside a transaction, while nobody else writes.
    """
    for name in readers:
        with transaction.atomic():
            newest = positions.newest()
            if newest is not None and positions.lock(name) is not None:
                positions.move(name, newest)


def drain(*, but: Collection[str] = ()) -> int:
    """Run every consumer (``but`` some) until none has anything new; returns the events passed.

    Sees only committed events: call it outside a transaction.
    """
    passed = 0
    while round_passed := sum(run_once(name) for name in _behind() if name not in but):
        passed += round_passed
    return passed


def _behind() -> list[str]:
    """Consumers behind the newest event, in the order of registration."""
    done = positions.at_the_end()
    return [name for name in _consumers if name not in done]


def run_forever(stop: threading.Event) -> None:
    """Run every consumer until ``stop`` is set: at once when the ledger announces events, else every two seconds.

    For one thread of the job process; holds one direct connection for LISTEN. Survives a restart of the database; any
    other error ends it, so that the launcher sees the process die and starts it anew.
    """
    while not stop.is_set():
        try:
            with psycopg.connect(**_direct_parameters(), autocommit=True) as listener:
                listener.execute("LISTEN ledger")
                rebase()
                _run_while_connected(stop, listener)
        except (OperationalError, InterfaceError, psycopg.OperationalError) as error:
            logger.warning("ledger consumers: the database does not answer (%s)", type(error).__name__)
            stop.wait(RECONNECT_SECONDS)
        finally:
            connection.close()


def _run_while_connected(stop: threading.Event, listener: psycopg.Connection) -> None:
    while not stop.is_set():
        drain()
        for _ in listener.notifies(timeout=POLL_SECONDS, stop_after=1):
            break


def _direct_parameters() -> dict[str, Any]:
    """Connection parameters of Django's database without Django's own classes."""
    parameters = connection.get_connection_params()
    return {key: value for key, value in parameters.items() if key not in {"cursor_factory", "context"}}
