"""Who is called next: priority goes first, nobody starves. What windows accept, what doors are called."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.registry.places import rules
from tongban.registry.places.rules import PRIORITY_RUN, Place

START = datetime(2026, 11, 16, 1, 0, tzinfo=UTC)
FLAGS = st.lists(st.booleans(), max_size=40)


def places(flags: list[bool]) -> list[Place]:
    return [Place(uuid.UUID(int=n + 1), START + timedelta(seconds=n), flag) for n, flag in enumerate(flags)]


@pytest.mark.covers("HAL-10")
@given(FLAGS, st.lists(st.booleans(), max_size=PRIORITY_RUN))
def test_everybody_is_in_the_line_once_and_equals_keep_their_order(flags: list[bool], lately: list[bool]) -> None:
    waiting = places(flags)
    order = rules.line(waiting, lately)
    assert sorted(order, key=lambda one: one.placed_at) == waiting
    for priority in (True, False):
        same = [one for one in order if one.priority is priority]
        assert same == [one for one in waiting if one.priority is priority]


@given(FLAGS, st.lists(st.booleans(), max_size=PRIORITY_RUN))
def test_whoever_has_priority_never_waits_longer_than_without_it(flags: list[bool], lately: list[bool]) -> None:
    waiting = places(flags)
    order = rules.line(waiting, lately)
    for one in waiting:
        if one.priority:
            earlier = [other for other in waiting if other.placed_at < one.placed_at and not other.priority]
            ahead = [other for other in order[: order.index(one)] if not other.priority]
            ordered = (len([o for o in order[: order.index(one)] if o.priority]) // PRIORITY_RUN) + 1
            assert len(ahead) <= max(len(earlier), ordered)


@pytest.mark.covers("HAL-10")
@given(st.lists(st.booleans(), min_size=1, max_size=20), st.lists(st.booleans(), max_size=120))
def test_nobody_starves_however_many_with_priority_come_later(flags: list[bool], comers: list[bool]) -> None:
    """One comes with every call; whoever stands k-th of those without priority is called within k * (RUN + 1) calls."""
    waiting = places(flags)
    bound = {one.id: k * (PRIORITY_RUN + 1) for k, one in enumerate([o for o in waiting if not o.priority], 1)}
    coming = places([False] * len(flags) + comers)[len(flags) :]
    called: list[Place] = []
    while waiting:
        lately = [one.priority for one in reversed(called)][:PRIORITY_RUN]
        one = rules.line(waiting, lately)[0]
        called.append(one)
        waiting.remove(one)
        if coming:
            waiting.append(coming.pop(0))
    at = {one.id: n for n, one in enumerate(called, 1)}
    for key, most in bound.items():
        assert at[key] <= most


def test_a_missed_one_comes_back_behind_the_next_three() -> None:
    waiting = places([False] * 5)
    back = rules.back_in_line(waiting, START + timedelta(hours=1))
    order = rules.line([*waiting, Place(uuid.UUID(int=99), back)])
    assert [one.id.int for one in order] == [1, 2, 3, 99, 4, 5]
    assert rules.back_in_line([], START) == START


@pytest.mark.covers("HAL-08")
@pytest.mark.parametrize(
    ("kind", "name", "right"),
    [
        ("centre", "云溪市政务服务中心", True),
        ("centre", "云溪市办事大厅", False),
        ("township_centre", "溪源街道便民服务中心", True),
        ("township_centre", "溪源街道便民服务站", False),
        ("village_station", "竹坞村便民服务站", True),
        ("branch", "不动产登记分中心", True),
    ],
)
def test_the_name_on_the_door_follows_the_level(kind: str, name: str, right: bool) -> None:
    assert (rules.naming_problem(kind, name) == "") is right


@pytest.mark.covers("WIN-06")
def test_what_a_window_accepts_follows_its_mode() -> None:
    assert rules.accepts("all_items", (), (), "any", 7)
    assert rules.accepts("by_field", (7,), (), "any", 7)
    assert rules.accepts("by_field", (8,), ("any",), "any", 7)
    assert not rules.accepts("by_field", (8,), ("other",), "any", 7)
    assert not rules.accepts("dedicated", (7,), ("other",), "any", 7)
    assert rules.accepts("dedicated", (), ("any",), "any", None)
