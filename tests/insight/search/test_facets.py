"""Filters whose numbers are what a click on them shows: pure."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from tongban.insight.search import facets


@dataclass(frozen=True)
class One:
    """An answer, as far as facets read it."""

    audience: tuple[str, ...]
    themes: tuple[str, ...]
    unit: str
    modes: tuple[str, ...]
    listed: bool


some = st.builds(
    One,
    st.lists(st.sampled_from(["person", "organisation"]), unique=True).map(tuple),
    st.lists(st.sampled_from(["opening", "health", "tax"]), unique=True).map(tuple),
    st.sampled_from(["", "卫健局", "市监局"]),
    st.lists(st.sampled_from(["online", "window"]), unique=True).map(tuple),
    st.booleans(),
)
choices = st.fixed_dictionaries(
    {},
    optional={
        "audience": st.sampled_from(["person", "organisation"]),
        "theme": st.sampled_from(["opening", "tax"]),
        "unit": st.sampled_from(["卫健局", "市监局"]),
        "mode": st.sampled_from([facets.HERE, "online"]),
    },
)


@given(st.lists(some, max_size=30), choices)
def test_a_number_is_what_choosing_it_leaves(answers: list[One], chosen: dict[str, str]) -> None:
    for facet in facets.facets(answers, chosen):
        for choice in facet.choices:
            assert choice.count == len(facets.narrow(answers, {**chosen, facet.key: choice.value}))
            assert choice.chosen == (chosen.get(facet.key) == choice.value)


def test_unknown_values_are_dropped() -> None:
    given_values = {"audience": "dogs", "theme": "tax", "mode": "here", "unit": "卫健局", "q": "x", "page": "2"}
    assert facets.read(given_values) == {"theme": "tax", "mode": "here", "unit": "卫健局"}


def test_a_facet_with_one_value_is_not_offered() -> None:
    assert facets.facets([One(("person",), (), "", (), True)] * 3, {}) == ()
