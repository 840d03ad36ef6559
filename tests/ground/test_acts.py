"""One act, one statement: guarded, whole or not at all, with numbers that have no gaps."""

from __future__ import annotations

import threading
import uuid
from dataclasses import replace

import pytest
from django.db import IntegrityError, connection, transaction

from tests.ground.databases import own_database
from tests.support import builders
from tongban.ground import acts, moment
from tongban.ground.changes import Insert, NextNumber, Outcome, Subject, Update
from tongban.ground.errors import Conflict
from tongban.ground.ledger.chain import SYSTEM, EventDraft
from tongban.ground.ledger.selectors import events_of
from tongban.ground.numbers.models import Counter
from tongban.procedures.cases.loading import load
from tongban.registry.parties.models import Person

WRITERS, ACTS = 6, 15
NOTE = EventDraft("case.noted", {"n": 1})


def subject_of(case_id: uuid.UUID) -> Subject:
    return load(case_id).subject()


def counted(scope: str) -> Insert:
    values = {"code": uuid.uuid4().hex[:20], "name": NextNumber(scope, "第", "号", 4), "issued_by_government": False}
    return Insert("catalog.MaterialType", values)


@pytest.mark.django_db
def test_a_subject_that_moved_on_is_not_written():
    subject = subject_of(builders.a_submitted_case())
    stale = replace(subject, seq=subject.seq + 7)
    assert acts.commit(stale, Outcome((NOTE,), (counted("t"),)), SYSTEM, moment.now()) is None
    assert not Counter.objects.filter(scope="t").exists()


@pytest.mark.django_db
def test_a_broken_invariant_undoes_the_whole_act():
    case_id = builders.a_submitted_case()
    before = load(case_id)
    wrong = Update("cases.Case", {"id": case_id}, {"state": "decided"})
    with pytest.raises(IntegrityError), transaction.atomic():
        acts.commit(subject_of(case_id), Outcome((NOTE,), (wrong, counted("t"))), SYSTEM, moment.now())
    assert load(case_id) == before
    assert not Counter.objects.filter(scope="t").exists()


@pytest.mark.django_db
def test_one_scope_named_twice_gives_one_number():
    case_id = builders.a_submitted_case()
    done = acts.commit(
        subject_of(case_id), Outcome((NOTE,), (counted("a"), counted("a"), counted("b"))), SYSTEM, moment.now()
    )
    assert dict(done.numbers) == {"a": 1, "b": 1}


@pytest.mark.django_db
def test_a_number_longer_than_its_width_is_not_cut():
    Counter.objects.create(scope="wide", value=123_455)
    case_id = builders.a_submitted_case()
    made = counted("wide")
    acts.commit(subject_of(case_id), Outcome((NOTE,), (made,)), SYSTEM, moment.now())
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM catalog_materialtype WHERE code = %s", [made.values["code"]])
        assert cursor.fetchone()[0] == "第123456号"


@pytest.mark.django_db
def test_an_act_without_an_event_is_a_programming_error():
    with pytest.raises(ValueError, match="event"):
        acts.commit(subject_of(builders.a_submitted_case()), Outcome(()), SYSTEM, moment.now())


@pytest.mark.django_db
def test_whoever_is_slower_decides_again_on_the_newest_state():
    case_id = builders.a_submitted_case()
    stale = load(case_id)
    acts.commit(stale.subject(), Outcome((NOTE,)), SYSTEM, moment.now())
    states = [stale]
    seen: list[int] = []

    def read(lock: bool):
        return load(case_id, True) if lock else states.pop()

    def decide(state):
        seen.append(state.seq)
        return state.subject(), Outcome((NOTE,))

    acts.perform(read, decide, SYSTEM, moment.now())
    assert seen == [stale.seq, stale.seq + 1]
    assert [e.seq for e in events_of("case", case_id)] == [1, 2, 3]


@pytest.mark.django_db
def test_encrypted_fields_are_encrypted_by_acts_too():
    person_id = uuid.uuid4()
    values = {"id": person_id, "name": "陆明远", "id_number": "x", "id_number_index": "i" * 64}
    subject = Subject("person", "parties.Person", person_id, 0, b"", None)
    acts.commit(subject, Outcome((NOTE,), (Insert("parties.Person", values),)), SYSTEM, moment.now())
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM parties_person WHERE id = %s", [person_id])
        assert cursor.fetchone()[0].startswith("enc:")
    assert Person.objects.get(id=person_id).name == "陆明远"


@pytest.mark.slow
def test_many_writers_on_one_case_leave_one_whole_chain(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), own_database():
        case_id = builders.a_submitted_case()
        errors: list[BaseException] = []

        def write() -> None:
            try:
                for _ in range(ACTS):
                    while True:
                        try:
                            acts.perform(
                                lambda lock: load(case_id, lock),
                                lambda state: (state.subject(), Outcome((NOTE,), (counted("many"),))),
                                SYSTEM,
                                moment.now(),
                            )
                            break
                        except Conflict:
                            continue
            except BaseException as error:  # noqa: BLE001 - shown by the assertion below
                errors.append(error)
            finally:
                connection.close()

        threads = [threading.Thread(target=write) for _ in range(WRITERS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert not errors
        events = events_of("case", case_id, limit=5000)
        assert [e.seq for e in events] == list(range(1, WRITERS * ACTS + 2))
        assert Counter.objects.get(scope="many").value == WRITERS * ACTS
