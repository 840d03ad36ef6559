"""The judged set over configured items and a real district list: the marks of the issue (AIX-02)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.conftest import SHARED
from tests.support import judging, listed
from tongban.insight.search import selectors, services

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.needs_shared]


def index_the_list() -> int:
    listed.load(listed.rows_of(SHARED), listed.places(1, 1))
    return services.rebuild()


@pytest.fixture(scope="module")
def entries(kept: Callable[[Callable[[], object]], Any]) -> int:
    """Every row of the district list in a county and a township, indexed."""
    return int(kept(index_the_list))


def test_the_set_is_large_enough_and_has_searches_without_an_answer() -> None:
    asked = judging.judged()
    assert len(asked) >= 110
    assert sum(one.none for one in asked) >= 12
    assert len({one.q for one in asked}) == len(asked)
    assert {one.part for one in asked} == {"open", "held", "fresh", "fresh2", "last", "last2"}


@pytest.mark.covers("AIX-02", "PRT-02")
@pytest.mark.parametrize("part", [None, "open", "held", "fresh", "fresh2", "last", "last2"])
def test_the_marks_hold(part: str | None, entries: int) -> None:
    assert entries > 2000
    score = judging.score(judging.judged(part), lambda typed: selectors.find(typed).results)
    assert score.hit >= 0.9, score.missed
    assert score.nothing >= 0.8, score.invented
    assert score.false_nothing <= 0.05, score.missed


def test_a_city_never_sees_the_same_item_twice(entries: int) -> None:
    assert entries
    for one in judging.judged("open"):
        keys = [hit.answer for hit in selectors.find(one.q).results]
        assert len(set(keys)) == len(keys), one.q
