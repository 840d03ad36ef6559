from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from tests.ground.databases import own_database
from tongban.ground import moment
from tongban.ground.errors import NotFound
from tongban.ground.jobs import Retry, defer, inline, job, run_until_idle, run_worker, selectors, services
from tongban.ground.jobs.queue import periodics
from tongban.ground.numbers.services import next_number

runs: list[dict[str, Any]] = []
NOW = datetime(2025, 5, 6, 1, 2, 3, tzinfo=UTC)


@job("test.note")
def note(**args: Any) -> None:
    next_number("job-ran")
    runs.append({**args, "at": moment.now(), "standing": moment.standing()})


@job("test.fail", retry=Retry(attempts=1))
def fail() -> None:
    raise ValueError("no")


@job("test.fail_twice", retry=Retry(attempts=3, base=0))
def fail_twice() -> None:
    runs.append({})
    if len(runs) < 3:
        raise ValueError("not yet")


@pytest.fixture(scope="module")
def own(django_db_setup: Any, django_db_blocker: Any) -> Iterator[None]:
    """A database of this module alone, where every transaction commits."""
    with django_db_blocker.unblock(), own_database():
        yield


@pytest.fixture(autouse=True)
def empty_queue(own: None) -> None:
    runs.clear()
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE procrastinate_jobs, procrastinate_workers CASCADE")


def test_a_job_runs_with_its_arguments():
    number = uuid.uuid4()
    assert defer(note, key="1", case_id=number, count=2)
    run_until_idle()
    assert [(run["case_id"], run["count"], run["standing"]) for run in runs] == [(str(number), 2, False)]


def test_a_second_order_with_the_same_key_changes_nothing_while_the_first_waits():
    assert defer(note, key="1") is True
    with transaction.atomic():
        assert defer(note, key="1") is False
        next_number("still-usable")
    assert defer(note, key="2") is True
    run_until_idle()
    assert len(runs) == 2
    assert defer(note, key="1") is True


def test_an_order_is_rolled_back_with_its_transaction():
    with pytest.raises(RuntimeError), transaction.atomic():
        defer(note, key="1")
        raise RuntimeError("the act failed")
    run_until_idle()
    assert runs == []


def test_a_job_ordered_in_simulated_time_runs_in_that_time():
    with moment.at(NOW):
        defer(note, key="1")
    run_until_idle()
    assert (runs[0]["at"], runs[0]["standing"]) == (NOW, True)


def test_a_job_ordered_for_later_waits():
    defer(note, key="1", when=moment.now() + timedelta(hours=1))
    run_until_idle()
    assert runs == []
    assert selectors.health().waiting == 0


def test_inline_jobs_run_when_the_transaction_commits_and_once_a_key():
    with inline(), transaction.atomic():
        assert defer(note, key="1") is True
        assert defer(note, key="1") is False
        assert runs == []
    assert len(runs) == 1
    assert ProcrastinateJob.objects.count() == 0


def test_a_failing_job_is_tried_again():
    defer(fail_twice, key="1")
    run_until_idle()
    for _ in range(20):
        if len(runs) == 3:
            break
        time.sleep(0.2)
        run_until_idle()
    assert len(runs) == 3
    assert selectors.dead() == []


def test_a_job_that_fails_for_good_is_on_the_dead_list_and_can_run_again():
    defer(fail, key="1")
    run_until_idle()
    dead = selectors.dead()
    assert [job.task_name for job in dead] == ["test.fail"]
    assert selectors.health().dead == 1
    services.retry_dead(dead[0].id)
    assert selectors.health().waiting == 1
    with pytest.raises(NotFound):
        services.retry_dead(dead[0].id)


def test_what_a_dead_worker_left_runs_again():
    defer(note, key="1")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing'")
    assert services.retry_stalled() == 1
    run_until_idle()
    assert len(runs) == 1


def test_finished_jobs_go_after_their_days_also_those_of_periodic_orders():
    defer(note, key="1")
    run_until_idle()
    assert services.delete_finished(7) == 0
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_periodic_defers (task_name, defer_timestamp, job_id)"
            " SELECT 'x', 1, id FROM procrastinate_jobs"
        )
        cursor.execute("UPDATE procrastinate_events SET at = at - interval '8 days'")
    assert services.delete_finished(7) == 1
    assert ProcrastinateJob.objects.count() == 0


def test_the_worker_runs_jobs_as_they_come_and_stops_when_told():
    stop = threading.Event()
    worker = threading.Thread(target=run_worker, args=(stop,))
    worker.start()
    try:
        time.sleep(1)
        started = time.perf_counter()
        defer(note, key="1")
        while not runs and time.perf_counter() - started < 10:
            time.sleep(0.01)
        assert time.perf_counter() - started < 2
        assert selectors.health().last_heartbeat is not None
    finally:
        stop.set()
        worker.join(20)
    assert not worker.is_alive()


def test_the_rooms_jobs_are_found_at_start():
    crons = {entry.name: entry.cron for entry in periodics()}
    assert crons["ledger.seal"] == "*/5 * * * *"
    assert {"ledger.verify", "jobs.retry_stalled", "idempotency.delete_expired"} <= set(crons)
    assert "notifications.send" in app.tasks


@pytest.mark.slow
def test_the_worker_lives_on_when_the_database_drops_its_connections():
    stop = threading.Event()
    worker = threading.Thread(target=run_worker, args=(stop,))
    worker.start()
    try:
        time.sleep(1)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            assert cursor.fetchone()[0] > 0
        defer(note, key="1")
        started = time.perf_counter()
        while not runs and worker.is_alive() and time.perf_counter() - started < 30:
            time.sleep(0.05)
        assert len(runs) == 1
    finally:
        stop.set()
        worker.join(20)
