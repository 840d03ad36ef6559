"""Text to tokens, sounds, names and questions: pure."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.insight.search import lexicon, names, queries, retrieval, sounds, tokens, vocabulary, weighing
from tongban.insight.search.lexicon import Lexicon, Word

KNOWN = Lexicon(
    [
        Word("means", "娃上户口", ("户口登记",)),
        Word("means", "低保", ("最低生活保障",)),
        Word("means", "理发店", ("公共场所卫生许可",)),
        Word("means", "卖烟花", ("烟花爆竹 零售",)),
        Word("means", "打鱼", ("渔业捕捞许可",)),
        Word("means", "ID Card", ("居民身份证",)),
        Word("department", "工商局", ("市监",)),
        Word("act", "丢了", ("replace",)),
        Word("outside", "附近", ()),
        Word("stop", "怎么办", ()),
        Word("stop", "我想", ()),
        Word("hot", "开理发店", ()),
    ]
)


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


@pytest.mark.parametrize(
    ("text", "expected"),
    [("低 保 怎么 弄", "低保 怎么 弄"), ("教 师 资 格 证", "教师资格证"), ("户口 登记", "户口 登记"), ("a b", "a b")],
)
def test_characters_typed_one_by_one_are_closed_up(text: str, expected: str) -> None:
    assert tokens.close_up(text) == expected


def test_the_heaviest_weight_of_a_token_counts() -> None:
    assert tokens.vector([("理发", "B"), ("理发", "A"), ("店", "C")]) == "'店':1C '理发':2A"


@pytest.mark.parametrize(
    ("one", "other"),
    [("不动产登计", "不动产登记"), ("高玲津贴", "高龄津贴"), ("身分证", "身份证"), ("结昏", "结婚"), ("深圳", "生真")],
)
def test_what_sounds_alike_is_one(one: str, other: str) -> None:
    assert sounds.sound(one) == sounds.sound(other)


@pytest.mark.parametrize(
    ("letters", "expected"),
    [
        ("shenfenzheng", ("sen", "fen", "zen")),
        ("dangan", ("dan", "gan")),
        ("lvshi", ("lu", "si")),
        ("xian", ("xian",)),
    ],
)
def test_letters_are_read_as_syllables(letters: str, expected: tuple[str, ...]) -> None:
    assert (expected, "") in sounds.spellings(letters)


@pytest.mark.parametrize("letters", ["sfz", "ktv", "gjj", "asdfghjkl", ""])
def test_letters_that_are_no_pinyin_have_no_reading(letters: str) -> None:
    assert sounds.spellings(letters) == ()


def test_a_syllable_may_be_typed_half() -> None:
    assert (("sen", "fen"), "z") in sounds.spellings("shenfenzh")


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("第三镇林木采伐许可证核发（县级权限）", "林木采伐许可证核发"),
        ("发票领用(县级行使）", "发票领用"),
        ("公共场所卫生许可（新办）", "公共场所卫生许可新办"),
        ("（县级）", "县级"),
    ],
)
def test_items_of_different_places_have_one_key(name: str, key: str) -> None:
    assert names.answer_key(name, "第三镇") == key


@pytest.mark.parametrize(
    ("name", "acts"),
    [
        ("残疾人证挂失补办", ("replace",)),
        ("燃气经营许可证延续", ("renew",)),
        ("公司注销登记", ("cancel",)),
        ("住宅专项维修资金查询", ("inquiry",)),
        ("居住证办理", ("new",)),
        ("户口迁移审批", ("new", "move")),
        ("《娱乐经营许可证》变更", ("change",)),
    ],
)
def test_what_an_item_is_for_is_read_from_its_name(name: str, acts: tuple[str, ...]) -> None:
    assert names.acts_of(name) == acts


def test_the_kind_of_the_catalogue_goes_before_the_name() -> None:
    assert names.acts_of("公共场所卫生许可", "renew") == ("renew",)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("娃上户口", [("means", "娃上户口")]),
        ("我想办低保怎么办", [("means", "低保")]),
        ("ID CARD 丢了", [("means", "id card"), ("act", "丢了")]),
        ("工商局的事", [("department", "工商局"), ("text", "的事")]),
        ("附近加油", [("outside", "附近"), ("text", "加油")]),
        ("护照hz", [("text", "护照"), ("letters", "hz")]),
        ("怎么办", [("text", "怎么办")]),
        ("1、2", []),
        ("", []),
    ],
)
def test_a_question_is_taken_apart(typed: str, expected: list[tuple[str, str]]) -> None:
    found = queries.understand(typed, KNOWN)
    assert [(unit.kind, unit.text) for unit in found.units] == expected


@pytest.mark.parametrize(
    ("typed", "phrase"), [("dibao", "最低生活保障"), ("底保", "最低生活保障"), ("打渔证", "渔业捕捞许可")]
)
def test_everyday_words_are_heard(typed: str, phrase: str) -> None:
    assert phrase in queries.understand(typed, KNOWN).units[0].phrases


def test_two_other_syllables_are_not_heard_without_a_common_character() -> None:
    assert queries.understand("大于三", KNOWN).units[0].phrases == ()


def test_everyday_words_are_found_with_a_little_between() -> None:
    assert [u.text for u in queries.understand("烟花拿来卖", KNOWN).units if u.kind == "means"] == ["卖烟花"]


def test_words_inside_other_latin_words_are_not_known() -> None:
    assert [u.kind for u in queries.understand("xid cardy", KNOWN).units] == ["letters", "letters"]


def test_the_table_of_words_is_clean() -> None:
    words = list(vocabulary.table_words())
    assert len({(word.kind, word.text) for word in words}) == len(words) > 2000
    assert {word.kind for word in words} == set(lexicon.KINDS)
    for word in words:
        assert tokens.runs(tokens.tidy(word.text)), word
        assert word.kind != "means" or word.text not in word.means, word
        assert all(word.means) and len(word.text) <= vocabulary.LONGEST_WORD, word
        assert bool(word.means) == (word.kind in ("means", "department", "act")), word


@given(st.text(max_size=300))
def test_whatever_is_typed_gives_only_safe_terms(typed: str) -> None:
    question = queries.understand(typed, KNOWN)
    asked = weighing.tokens_of(question)
    stats = weighing.Stats(10, {token: weighing.Held(1, 1) for token in asked})
    plan = retrieval.plan(weighing.weigh(question, stats), stats)
    quotes = f"{plan.every} {plan.some}".replace(":*", "").split("'")[1::2]
    assert all(tokens.runs(token.replace("-", "").lstrip("=")) for token in quotes)
    assert len(question.units) <= queries.MOST_UNITS + queries.MOST_LOOSE
