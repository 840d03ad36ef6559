"""What may be asked of a list, as tables and properties: nothing unknown narrows, due ranges meet without overlap."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.ground import moment
from tongban.procedures.work import asking
from tongban.procedures.work.asking import Asked, due_range, read

KINDS = ("accept", "deliver")


@pytest.mark.covers("WIN-01")
@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({}, Asked(KINDS)),
        ({"kind": "deliver"}, Asked(("deliver",))),
        ({"kind": "decide"}, Asked(KINDS)),  # not of this list
        ({"q": "  沈  知夏 "}, Asked(KINDS, words="沈 知夏")),
        ({"q": "a\x00b", "item": "卫生"}, Asked(KINDS, item="卫生", words="ab")),
        ({"q": "长" * 99}, Asked(KINDS, words="长" * asking.MOST_LETTERS)),
        ({"card": "red", "due": "today", "whose": "free"}, Asked(KINDS, card="red", due="today", whose="free")),
        ({"card": "blue", "due": "yesterday", "whose": "boss"}, Asked(KINDS)),
    ],
)
def test_the_address_says_what_is_asked_and_what_is_unknown_narrows_nothing(asked: dict[str, str], expected: Asked):
    assert read(asked, KINDS) == expected
    assert expected.narrows == any((expected.item, expected.words, expected.card, expected.due, expected.whose))


MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1)).map(lambda at: at.replace(tzinfo=moment.SHANGHAI))


def within(due: str, now: datetime, at: datetime) -> bool:
    since, until = due_range(due, now)
    return (since is None or at > since) and (until is None or at <= until)


@given(MOMENTS, st.timedeltas(timedelta(days=-20), timedelta(days=20)))
def test_overdue_and_this_week_never_overlap_and_today_is_part_of_the_week(now: datetime, distance: timedelta):
    at = now + distance
    assert within("overdue", now, at) == (at < now)
    assert not (within("overdue", now, at) and within("week", now, at))
    assert not within("today", now, at) or within("week", now, at)
    assert within("", now, at)


@given(MOMENTS)
def test_the_end_of_a_day_belongs_to_that_day(now: datetime):
    end_of_today = (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    assert within("today", now, end_of_today)
    assert not within("today", now, end_of_today + timedelta(microseconds=1))
    assert within("week", now, end_of_today)
    sunday = end_of_today + timedelta(days=6 - now.weekday())
    assert within("week", now, sunday)
    assert not within("week", now, sunday + timedelta(microseconds=1))
