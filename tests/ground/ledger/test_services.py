from __future__ import annotations

import threading
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import DatabaseError, connection, connections, transaction

from tests.ground.ledger.conftest import CLERK, a_subject, appended
from tongban.ground.errors import NotFound
from tongban.ground.ledger.chain import EventDraft, genesis, link
from tongban.ground.ledger.models import Event
from tongban.ground.ledger.selectors import events_of
from tongban.ground.ledger.services import append
from tongban.ground.ledger.subjects import SubjectRef, register_subject
from tongban.ground.ledger.verifier import verify
from tongban.ground.parameters.models import Parameter

WRITERS = 20


@pytest.mark.django_db
def test_appended_events_are_read_back_as_they_were_hashed():
    subject = a_subject()
    written = append(
        subject,
        [
            EventDraft("parameter.set", {"value": {"中": [1, "ß", None], "a": "1.50"}}),
            EventDraft("parameter.noted", {}),
        ],
        CLERK,
        region_no=530100,
    )
    read = events_of("parameter", subject.id)
    assert read == written
    assert link(genesis("parameter", subject.id), read[0]) == read[0].hash
    row = Parameter.objects.get(pk=subject.id)
    assert (row.seq, bytes(row.head)) == (2, read[1].hash)


@pytest.mark.django_db
def test_events_after_a_seq_are_the_later_ones():
    subject = a_subject()
    appended(subject, 4)
    assert [row.seq for row in events_of("parameter", subject.id, after_seq=2)] == [3, 4]
    assert events_of("case", subject.id) == []


@pytest.mark.django_db
def test_an_append_to_a_subject_without_row_is_refused():
    with pytest.raises(NotFound):
        append(SubjectRef("parameter", uuid.uuid4()), [EventDraft("a.b", {})], CLERK)
    with pytest.raises(LookupError, match="not registered"):
        append(SubjectRef("nonsense", uuid.uuid4()), [EventDraft("a.b", {})], CLERK)


def test_a_model_without_a_chain_head_cannot_be_a_subject():
    with pytest.raises(ValueError, match="lacks"):
        register_subject("event", Event)
    with pytest.raises(ValueError, match="registered for"):
        register_subject("parameter", Event)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE ledger_event SET kind = 'x'",
        "UPDATE ledger_event SET tx = '5'",
        "DELETE FROM ledger_event",
        "TRUNCATE ledger_event",
        "DO $$ DECLARE part regclass; BEGIN SELECT tableoid INTO part FROM ledger_event LIMIT 1;"
        " EXECUTE format('DELETE FROM %s', part); END $$",
        "DO $$ DECLARE part regclass; BEGIN SELECT tableoid INTO part FROM ledger_event LIMIT 1;"
        " EXECUTE format('TRUNCATE %s', part); END $$",
        "SET LOCAL tongban.rebase = 'on'; UPDATE ledger_event SET tx = '5', kind = 'x'",
    ],
)
def test_the_database_refuses_to_change_events(sql: str):
    appended(a_subject(), 1)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


@pytest.mark.django_db
def test_an_event_lands_in_the_partition_of_its_year():
    appended(a_subject(), 1)
    with connection.cursor() as cursor:
        cursor.execute("SELECT tableoid::regclass::text, extract(year FROM recorded_at)::int FROM ledger_event")
        table, year = cursor.fetchone()
    assert table == f"ledger_event_{year}"


def write_together(subjects: list[SubjectRef], each: int) -> None:
    """Twenty threads, each with its own connection, each appending ``each`` events to its subject."""
    start = threading.Barrier(WRITERS)

    def work(subject: SubjectRef) -> None:
        try:
            start.wait(30)
            for n in range(each):
                append(subject, [EventDraft("parameter.noted", {"n": n})], CLERK)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(work, subjects))


@pytest.mark.parametrize("each", [5, pytest.param(500, marks=pytest.mark.slow)])
@pytest.mark.parametrize("many", [False, True], ids=["one subject", "many subjects"])
@pytest.mark.usefixtures("committed")
def test_twenty_writers_leave_whole_chains(each: int, many: bool):
    subjects = [a_subject() for _ in range(WRITERS)] if many else [a_subject()] * WRITERS
    write_together(subjects, each)
    report = verify()
    assert (report.ok, report.events, report.first_bad) == (True, WRITERS * each, None)
    assert report.subjects == (WRITERS if many else 1)
