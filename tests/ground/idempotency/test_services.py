from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, connections

from tests.ground.databases import own_database
from tongban.ground import moment
from tongban.ground.errors import Conflict, Refusal
from tongban.ground.idempotency import services
from tongban.ground.idempotency.models import Idempotency
from tongban.ground.idempotency.services import Response, delete_expired, once, request_hash
from tongban.ground.numbers.services import next_number

HASH = request_hash("post", "/api/v1/cases", b"{}")


def write() -> Response:
    return Response(201, f'{{"number": {next_number("idempotency-test")}}}')


@pytest.mark.django_db
def test_the_second_request_gets_the_answer_of_the_first():
    first = once("account:1", "k", HASH, write)
    second = once("account:1", "k", HASH, write)
    assert (first.replayed, second.replayed) == (False, True)
    assert (second.status, second.body, second.media_type) == (201, first.body, "application/json")
    assert next_number("idempotency-test") == 2


@pytest.mark.django_db
def test_the_same_key_with_another_body_is_a_conflict():
    once("account:1", "k", HASH, write)
    with pytest.raises(Conflict, match=r"idempotency\.other_request"):
        once("account:1", "k", request_hash("POST", "/api/v1/cases", b'{"a": 1}'), write)


@pytest.mark.django_db
def test_keys_of_two_principals_never_meet():
    assert once("account:1", "k", HASH, write).body != once("account:2", "k", HASH, write).body


@pytest.mark.django_db
def test_a_call_that_raises_leaves_the_key_free_and_nothing_written():
    def fail() -> Response:
        next_number("idempotency-test")
        raise Refusal("case.incomplete", "还缺材料")

    with pytest.raises(Refusal, match=r"case\.incomplete"):
        once("account:1", "k", HASH, fail)
    assert once("account:1", "k", HASH, write).body == '{"number": 1}'


@pytest.mark.django_db
def test_a_key_is_new_again_after_its_time_and_old_rows_go():
    once("account:1", "k", HASH, write)
    with moment.at(moment.now() + timedelta(hours=25)):
        assert once("account:1", "k", HASH, write).replayed is False
        assert delete_expired() == 0
    with moment.at(moment.now() + timedelta(hours=51)):
        assert delete_expired() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["", "x" * 201, "a\nb"])
def test_a_malformed_key_is_refused(key: str):
    with pytest.raises(Refusal, match=r"idempotency\.key"):
        once("account:1", key, HASH, write)


@pytest.mark.django_db
def test_stored_answers_are_encrypted():
    once("account:1", "k", HASH, lambda: Response(200, '{"name": "张三"}'))
    with connection.cursor() as cursor:
        cursor.execute("SELECT body FROM idempotency")
        assert cursor.fetchone()[0].startswith("enc:v1:")
    assert Idempotency.objects.get().body == '{"name": "张三"}'


def test_a_double_click_is_one_write(django_db_setup, django_db_blocker):
    start = threading.Barrier(6)

    def click(_: int) -> Response:
        try:
            start.wait(10)
            return once("account:1", "double", HASH, write)
        finally:
            connections.close_all()

    with django_db_blocker.unblock(), own_database(), ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(click, range(6)))
    assert {answer.body for answer in answers} == {'{"number": 1}'}
    assert sorted(answer.replayed for answer in answers) == [False, True, True, True, True, True]


@pytest.mark.slow
def test_a_request_that_works_too_long_is_told_to_the_second(
    django_db_setup, django_db_blocker, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(services, "PATIENCE_SECONDS", 1)
    working, done = threading.Event(), threading.Event()

    def slow() -> Response:
        working.set()
        done.wait(20)
        return write()

    def first() -> Response:
        try:
            return once("account:1", "slow", HASH, slow)
        finally:
            connections.close_all()

    with django_db_blocker.unblock(), own_database(), ThreadPoolExecutor(1) as pool:
        running = pool.submit(first)
        assert working.wait(10)
        with pytest.raises(Conflict, match=r"idempotency\.still_working"):
            once("account:1", "slow", HASH, write)
        done.set()
        assert running.result(10).status == 201
