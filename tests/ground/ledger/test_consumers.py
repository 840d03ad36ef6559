from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import connection, connections

from tests.ground.ledger.conftest import CLERK, a_subject, appended, direct, tamper
from tongban.ground import moment
from tongban.ground.errors import NotFound
from tongban.ground.ledger import consumers, restore, sealer
from tongban.ground.ledger.chain import EventDraft, Row
from tongban.ground.ledger.models import Event, Failure, Position
from tongban.ground.ledger.selectors import failures
from tongban.ground.ledger.services import append
from tongban.ground.ledger.verifier import verify
from tongban.ground.numbers.models import Counter
from tongban.ground.numbers.services import next_number

pytestmark = pytest.mark.usefixtures("committed")


class Reader:
    """A consumer that remembers what it was given, and fails when told to."""

    def __init__(self) -> None:
        self.seen: list[Row] = []
        self.trouble: Exception | None = None

    def __call__(self, row: Row) -> None:
        next_number("read")
        if self.trouble is not None:
            raise self.trouble
        self.seen.append(row)


@pytest.fixture
def reader(monkeypatch: pytest.MonkeyPatch) -> Iterator[Reader]:
    monkeypatch.setattr(consumers, "_consumers", {})
    made = Reader()
    consumers.register_consumer("test.reader", made)
    yield made


def test_a_consumer_gets_every_event_once_and_in_order(reader: Reader):
    subject = a_subject()
    written = appended(subject, 5)
    assert consumers.run_once("test.reader", limit=2) == 2
    assert consumers.drain() == 3
    assert consumers.drain() == 0
    assert reader.seen == written


def test_a_consumer_gets_only_the_kinds_it_asked_for(reader: Reader):
    chosen = Reader()
    consumers.register_consumer("test.chosen", chosen, kinds={"parameter.set"})
    subject = a_subject()
    appended(subject, 2)
    append(subject, [EventDraft("parameter.set", {})], CLERK)
    consumers.drain()
    assert [row.kind for row in chosen.seen] == ["parameter.set"]
    assert len(reader.seen) == 3


def test_a_name_is_taken_once(reader: Reader):
    with pytest.raises(ValueError, match="registered already"):
        consumers.register_consumer("test.reader", Reader())


def test_an_open_transaction_holds_later_events_back_so_none_is_passed_over(reader: Reader):
    subject = a_subject()
    with direct() as slow:
        slow.execute("SELECT pg_current_xact_id()")
        appended(subject, 2)
        assert consumers.drain() == 0
        slow.commit()
    assert consumers.drain() == 2


def test_an_open_transaction_of_another_database_holds_nothing_back(reader: Reader):
    with direct("postgres") as elsewhere:
        elsewhere.execute("SELECT pg_current_xact_id()")
        appended(a_subject(), 2)
        assert consumers.drain() == 2
        assert sealer.seal_now() == 1
        elsewhere.rollback()


def test_what_a_failing_handler_wrote_is_undone_and_the_event_is_tried_again(reader: Reader):
    appended(a_subject(), 2)
    reader.trouble = ValueError("13800138000")
    assert consumers.run_once("test.reader") == 0
    assert not Counter.objects.filter(scope="read").exists()
    failure = failures(dead=False)[0]
    assert failure.attempts == 1
    assert "ValueError" in failure.error
    assert "13800138000" not in failure.error
    reader.trouble = None
    assert consumers.run_once("test.reader") == 0, "it waits before it tries again"
    with moment.at(moment.now() + timedelta(seconds=5)):
        assert consumers.drain() == 2
    assert Failure.objects.count() == 0


def test_an_event_that_fails_for_good_is_put_aside_and_the_others_go_on(reader: Reader):
    first, *_ = appended(a_subject(), 1)
    reader.trouble = ValueError()
    at = moment.now()
    for _ in range(consumers.MOST_ATTEMPTS):
        at += timedelta(hours=1)
        with moment.at(at):
            consumers.run_once("test.reader")
    dead = failures(dead=True)
    assert [failure.event_id for failure in dead] == [first.id]
    reader.trouble = None
    appended(a_subject(), 1)
    assert consumers.drain() == 1
    consumers.retry_dead(dead[0].id)
    assert reader.seen[-1] == first
    assert failures(dead=True) == []
    with pytest.raises(NotFound):
        consumers.retry_dead(dead[0].id)


def test_two_processes_never_run_one_consumer_together(reader: Reader):
    appended(a_subject(), 1)
    consumers.run_once("test.reader", limit=0)
    with direct() as other:
        other.execute("SELECT 1 FROM ledger_position WHERE name = 'test.reader' FOR UPDATE")
        assert consumers.run_once("test.reader") == 0
        other.rollback()
    assert consumers.run_once("test.reader") == 1


@contextmanager
def running() -> Iterator[threading.Thread]:
    """The consumers' thread of the job process."""
    stop = threading.Event()

    def run() -> None:
        try:
            consumers.run_forever(stop)
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    time.sleep(0.3)
    try:
        yield thread
    finally:
        stop.set()
        thread.join(10)


def seconds_until_seen(reader: Reader, most: float) -> float:
    started = time.perf_counter()
    while not reader.seen and time.perf_counter() - started < most:
        time.sleep(0.01)
    return time.perf_counter() - started


@pytest.mark.slow
def test_the_running_process_reacts_at_once_and_stops_when_told(reader: Reader):
    with running() as thread:
        appended(a_subject(), 1)
        assert seconds_until_seen(reader, 10) < consumers.POLL_SECONDS / 2
    assert not thread.is_alive()


@pytest.mark.slow
def test_the_running_process_outlives_its_connections(reader: Reader):
    with running():
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            assert cursor.fetchone()[0] > 0
        appended(a_subject(), 1)
        assert seconds_until_seen(reader, 15) < 10


def test_a_restored_ledger_keeps_every_readers_place(reader: Reader):
    subject = a_subject()
    appended(subject, 4)
    consumers.run_once("test.reader", limit=3)
    sealer.seal_now()
    pretend_the_server_is_new()
    assert consumers.drain() == 0, "numbers of the old server lie in the future of this one"
    assert restore.rebase() == 4
    assert restore.rebase() == 0
    newest = appended(subject, 1)[0]
    consumers.drain()
    assert [row.seq for row in reader.seen] == [1, 2, 3, 4, 5]
    assert reader.seen[-1] == newest
    assert sealer.seal_now() == 1
    report = verify()
    assert (report.ok, report.roots, report.events) == (True, 2, 5), report.findings


def pretend_the_server_is_new() -> None:
    """Events and places carry transaction numbers far above those of this server, as after a restore elsewhere."""
    far = 10**12
    tamper(f"UPDATE ledger_event SET tx = (tx::text::bigint + {far})::text::xid8")
    tamper(f"UPDATE ledger_position SET tx = (tx::text::bigint + {far})::text::xid8")
    assert Event.objects.count() == 4
    assert Position.objects.exclude(event_id=uuid.UUID(int=0)).count() == 2
