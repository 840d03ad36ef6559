"""Reactions after the act: consumers read the ledger in commit order (shapes 3).

A room registers in ``AppConfig.ready``::

    register_consumer("cases.notify", handle, kinds={"case.accepted", "case.decided"})

``handle(row)`` runs in the transaction that moves the consumer's position, so what it writes to the database happens
exactly once; what leaves the database (a message, a push) goes through a job or an idempotency key. An event that
raises holds its consumer back and is tried again with growing pauses; after :data:`MOST_ATTEMPTS` it is put aside
where the operations page shows it (:func:`tongban.ground.ledger.selectors.failures`), and the consumer goes on.
"""

from __future__ import annotations

import logging
import threading
import traceback
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import timedelta
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

MOST_ATTEMPTS: Final = 8
LONGEST_PAUSE: Final = timedelta(minutes=10)
BATCH: Final = 200
POLL_SECONDS: Final = 2.0
RECONNECT_SECONDS: Final = 1.0

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Consumer:
    """A named reader; ``kinds`` ``None`` = every event."""

    name: str
    handler: Handler
    kinds: frozenset[str] | None

    def wants(self, row: Row) -> bool:
        """Whether the handler is called for this event."""
        return self.kinds is None or row.kind in self.kinds


_consumers: dict[str, Consumer] = {}


def register_consumer(name: str, handler: Handler, kinds: Collection[str] | None = None) -> None:
    """Register a reader under a name that never changes (its position is kept under it).

    A new consumer begins at the first event of the ledger. Raises ``ValueError`` when the name is taken.
    """
    if name in _consumers and _consumers[name].handler is not handler:
        raise ValueError(f"consumer {name} is registered already")
    _consumers[name] = Consumer(name, handler, None if kinds is None else frozenset(kinds))


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
        if place is None or _is_pausing(name):
            return 0
        passed = 0
        for next_place, row in positions.read_after(place, limit):
            if consumer.wants(row) and not _handle(consumer, row):
                break
            place = next_place
            passed += 1
        if passed:
            positions.move(name, place)
    return passed


def _is_pausing(name: str) -> bool:
    return Failure.objects.filter(consumer=name, dead_at=None, next_try_at__gt=moment.now()).exists()


def _handle(consumer: Consumer, row: Row) -> bool:
    """Whether the consumer may go on behind this event: handled, or put aside."""
    try:
        with transaction.atomic():
            consumer.handler(row)
    except (OperationalError, InterfaceError):
        raise  # the database's trouble is not the event's
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
        _consumers[failure.consumer].handler(row)
        failure.delete()


def drain() -> int:
    """Run every consumer until none has anything new (simulated history, tests); returns the events passed.

    Sees only committed events: call it outside a transaction.
    """
    passed = 0
    while round_passed := sum(run_once(name) for name in names()):
        passed += round_passed
    return passed


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
