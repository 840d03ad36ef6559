from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections, transaction

from tests.ground.databases import own_database
from tongban.ground.numbers.services import next_number, next_number_cte


@pytest.mark.django_db
def test_numbers_begin_at_one_in_each_scope():
    assert [next_number("case:530199:2026") for _ in range(3)] == [1, 2, 3]
    assert next_number("case:530199:2027") == 1


@pytest.mark.django_db
def test_a_number_of_an_act_that_failed_is_given_again():
    next_number("document:1:2026")
    with pytest.raises(RuntimeError), transaction.atomic():
        assert next_number("document:1:2026") == 2
        raise RuntimeError("the act failed")
    assert next_number("document:1:2026") == 2


@pytest.mark.django_db
def test_a_number_can_be_taken_inside_a_larger_statement():
    with connection.cursor() as cursor:
        cursor.execute(f"WITH {next_number_cte('taken')} SELECT '云卫字第' || value || '号' FROM taken", ["doc"])
        assert cursor.fetchone()[0] == "云卫字第1号"
    with pytest.raises(ValueError, match="SQL name"):
        next_number_cte("a; DROP TABLE x")


def test_many_writers_get_every_number_once(django_db_setup, django_db_blocker):
    def take(_: int) -> list[int]:
        try:
            return [next_number("busy") for _ in range(25)]
        finally:
            connections.close_all()

    with django_db_blocker.unblock(), own_database(), ThreadPoolExecutor(8) as pool:
        taken = sorted(number for numbers in pool.map(take, range(8)) for number in numbers)
    assert taken == list(range(1, 201))
