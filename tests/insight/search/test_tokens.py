"""Text to tokens and questions: pure."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.insight.search import queries, tokens


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("理发店", ["理发", "发店"]),
        ("开KTV", ["开", "ktv"]),
        ("Ａ１店", ["a1", "店"]),
        ("𬭎盛", ["𬭎盛"]),
        (" -- ", []),
    ],
)
def test_a_text_is_cut_into_pairs_and_words(text: str, expected: list[str]) -> None:
    assert tokens.tokens(text) == expected


def test_the_heaviest_weight_of_a_token_counts() -> None:
    assert tokens.vector([("理发", "B"), ("理发", "A"), ("店", "C")]) == "'店':1C '理发':2A"


@pytest.mark.parametrize(
    ("typed", "strict"),
    [
        ("理发", "('理发') | ('理发' & '发店')"),
        ("理发店怎么办", "('理发' & '发店')"),
        ("开理发店", "('开理' & '理发' & '发店') | ('理发' & '发店')"),
        ("lfd", "('lfd':*)"),
        ("x", "('x')"),
        ("怎么办理", "('怎么' & '么办' & '办理')"),
        ("", ""),
    ],
)
def test_a_question_has_no_stop_words_and_one_alternative_for_an_everyday_word(typed: str, strict: str) -> None:
    assert queries.understand(typed).strict == strict


def test_every_everyday_word_leads_to_words_of_another_kind() -> None:
    table = json.loads(queries.TABLE.read_text(encoding="utf-8"))
    assert all(word not in means for word, means in table["means"].items())


@given(st.text(max_size=300))
def test_whatever_is_typed_gives_only_safe_tokens(typed: str) -> None:
    question = queries.understand(typed)
    quotes = question.strict.replace(":*", "").split("'")[1::2]
    assert all(tokens.runs(token) == [token] for token in quotes)
    assert question.empty == (question.strict == "")
