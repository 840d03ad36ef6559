"""Words of the cards in the language of the page, and lines of the flow picture that break between words."""

from __future__ import annotations

import pytest
from django.utils import translation

from tongban.faces.portal import cards
from tongban.faces.portal.flow_picture import wrapped


@pytest.mark.parametrize(
    ("kept", "english"),
    [
        ("当场", "on the spot"),
        ("7 个工作日", "7 working days"),
        ("3 个月", "3 months"),
        ("30（清单没有写单位）", "30（清单没有写单位）"),
    ],
)
def test_a_limit_kept_in_the_index_speaks_the_language_of_the_page(kept: str, english: str) -> None:
    with translation.override("en"):
        assert cards.told_limit(kept) == english
    with translation.override("zh-hans"):
        assert cards.told_limit(kept) == kept


def test_kinds_of_case_and_applicants_speak_the_language_of_the_page() -> None:
    with translation.override("en"):
        assert [str(word) for word in cards.CASE_TYPES.values()] == ["Instant item", "Promised item"]
        assert [str(word) for word in cards.AUDIENCE.values()] == ["Persons", "Businesses and organisations"]


def test_a_line_of_the_flow_picture_breaks_between_words_and_letters_of_chinese_anywhere() -> None:
    assert wrapped("with you within 10 working days of the decision", 24) == [
        "with you within 10 working days of the",
        "decision",
    ]
    assert wrapped("您：填申请表、交材料", 5) == ["您：填申请", "表、交材料"]
    assert wrapped("长" * 24 + "，", 24) == ["长" * 24 + "，"]
    assert wrapped("x" * 60, 24) == ["x" * 43, "x" * 17]
    assert wrapped("", 24) == []
