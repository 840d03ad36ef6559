"""Whose cases are whose: the condition of the ORM and the one written in SQL are the same rule."""

from __future__ import annotations

import pytest
from django.db import connection

from tests.support import builders
from tongban.ground.policy import ANONYMOUS, Principal
from tongban.procedures.cases.models import Case
from tongban.procedures.cases.ownership import MINE, mine, sides
from tongban.registry.parties.models import UserAccount
from tongban.registry.parties.selectors import principal_of

pytestmark = pytest.mark.django_db


def _by_sql(who: Principal) -> set[object]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id FROM cases_case WHERE {MINE}", sides(who))
        return {key for (key,) in cursor.fetchall()}


def test_a_persons_cases_are_the_same_in_both_words() -> None:
    builders.a_submitted_case(builders.resident())
    people = [principal_of(account) for account in UserAccount.objects.filter(person__isnull=False)]
    assert any(who.organisations for who in people)
    found = [(_by_sql(who), set(Case.objects.filter(mine(who)).values_list("id", flat=True))) for who in people]
    assert all(sql == orm for sql, orm in found)
    assert any(sql for sql, _ in found)


def test_nobody_has_no_case() -> None:
    builders.a_submitted_case(builders.resident())
    assert _by_sql(ANONYMOUS) == set()
