"""Which case is which, how two systems differ, and when one may switch over: tables."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.ground import calendar
from tongban.insight.trials import rules
from tongban.insight.trials.rules import Comparison, Counts, Side
from tongban.insight.trials.selectors import Span

pytestmark = pytest.mark.covers("WIN-23")
MONDAY = date(2026, 11, 16)
ONE = Side("1", 7, "卫生许可", "市卫健委", 100, "陆明远", "3391512", MONDAY, date(2026, 11, 20), rules.GRANTED)


def compared(there: list[Side], here: list[Side]) -> Comparison:
    working = calendar.load()
    return rules.compare(there, here, lambda _region: working)


def day(n: int) -> date:
    return MONDAY.replace(day=n)


@pytest.mark.parametrize(
    ("there", "here", "kind"),
    [
        ({}, {}, "equal"),
        ({"mark": ""}, {}, "equal"),
        ({"applicant": ""}, {}, "equal"),  # found by the ends of the ID number
        ({"applicant": "", "mark": ""}, {}, "equal"),  # the only one of that item and day on both sides
        ({"outcome": rules.REFUSED}, {}, "outcome"),
        ({"outcome": rules.CONCLUDED}, {}, "equal"),  # the list does not say which
        ({"outcome": rules.CONCLUDED}, {"outcome": rules.OPEN, "decided_on": None}, "outcome"),
        ({"decided_on": None, "outcome": rules.OPEN}, {"decided_on": None, "outcome": rules.OPEN}, "equal"),
        ({"decided_on": day(23)}, {}, "time"),
        ({"decided_on": day(22)}, {}, "equal"),  # a Sunday: as many working days
        ({"accepted_on": day(17), "decided_on": day(23)}, {}, "time"),  # registered there a day later
        ({"accepted_on": day(2)}, {}, "time"),
        ({"applicant": "沈知夏", "mark": ""}, {}, "one_sided"),
        ({"applicant": "", "mark": "3300000"}, {}, "one_sided"),
        ({"item_id": 8}, {}, "one_sided"),
        ({"accepted_on": date(2026, 10, 26)}, {}, "one_sided"),  # more than ten working days apart
    ],
)
def test_a_case_is_found_and_its_difference_told(there: dict[str, object], here: dict[str, object], kind: str) -> None:
    counts = compared([replace(ONE, **there)], [replace(ONE, number="YX1", **here)]).counts  # type: ignore[arg-type]
    expected = {"equal": (1, 0, 0, 0, 0), "outcome": (0, 1, 0, 0, 0), "time": (0, 0, 1, 0, 0)}
    found = (counts.equal, counts.outcome, counts.time, counts.only_there, counts.only_here)
    assert found == expected.get(kind, (0, 0, 0, 1, 1))


def test_two_cases_of_the_same_person_on_one_day_are_two_pairs() -> None:
    twice = [ONE, replace(ONE, number="2")]
    assert compared(twice, [replace(one, number=f"YX{one.number}") for one in twice]).counts == Counts(equal=2)
    assert compared(twice, [ONE]).counts == Counts(equal=1, only_there=1)


def test_without_applicant_nobody_is_chosen_from_two() -> None:
    nameless = replace(ONE, applicant="", mark="")
    assert compared([nameless], [ONE, replace(ONE, number="2")]).counts == Counts(only_there=1, only_here=2)


def test_a_later_registration_is_told_in_working_days() -> None:
    found = compared([ONE], [replace(ONE, number="YX1", accepted_on=day(18))])
    assert found.time[0].later == 2
    assert compared([replace(ONE, accepted_on=day(18))], [ONE]).time[0].later == -2


sides = st.lists(
    st.builds(
        replace,
        st.just(ONE),
        number=st.uuids().map(str),
        item_id=st.integers(1, 2),
        applicant=st.sampled_from(["", "陆明远", "沈知夏"]),
        accepted_on=st.integers(2, 28).map(day),
        decided_on=st.none(),
        outcome=st.sampled_from(list(rules.OUTCOMES)),
    ),
    max_size=8,
)


@given(sides, sides)
def test_every_case_is_told_exactly_once(there: list[Side], here: list[Side]) -> None:
    found = compared(there, here)
    pairs = [*found.equal, *found.outcome, *found.time]
    theirs = [pair.there.number for pair in pairs] + [side.number for side in found.only_there]
    ours = [pair.here.number for pair in pairs] + [side.number for side in found.only_here]
    assert sorted(theirs) == sorted(side.number for side in there)
    assert sorted(ours) == sorted(side.number for side in here)
    total = [n for _, counts in found.by_department() for n in (counts.both, counts.only_there, counts.only_here)]
    assert sum(total) == len(pairs) + len(found.only_there) + len(found.only_here)


@pytest.mark.parametrize(
    ("counts", "over", "standing"),
    [
        (Counts(), True, "empty"),
        (Counts(only_here=3), True, "empty"),
        (Counts(equal=99, only_there=1), True, "missing"),
        (Counts(equal=99, outcome=1), True, "outcomes"),
        (Counts(equal=94, time=6), True, "share"),
        (Counts(equal=95, time=5), True, "justified"),
        (Counts(equal=95, time=5, only_here=2), True, "justified"),
        (Counts(equal=100), False, "running"),
    ],
)
def test_the_switch_over_is_justified_when_nothing_is_missing_and_nearly_all_is_equal(
    counts: Counts, over: bool, standing: str
) -> None:
    assert rules.standing(counts, over=over) == standing


@pytest.mark.parametrize(
    ("number", "mark"),
    [
        ("339902198709151512", "3391512"),
        ("339***********1512", "3391512"),
        ("3399********151x", "339151X"),
        ("91339902MA2ABCDE7X", "913DE7X"),
        ("***************", ""),
        ("1512", ""),
        ("", ""),
    ],
)
def test_of_an_id_number_only_its_ends_are_kept(number: str, mark: str) -> None:
    assert rules.mark_of(number) == mark


@pytest.mark.parametrize(
    ("start", "months", "last"),
    [
        (date(2026, 12, 1), 3, date(2027, 2, 28)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2026, 1, 15), 12, date(2027, 1, 14)),
        (date(2026, 8, 31), 1, date(2026, 9, 30)),
    ],
)
def test_a_span_of_months_ends_the_day_before_the_same_day(start: date, months: int, last: date) -> None:
    assert Span(start, months).last == last
