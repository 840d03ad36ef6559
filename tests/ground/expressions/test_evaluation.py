"""Rules for one person: three values, a trace in plain Chinese, and the questions that still decide."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ground.expressions.dictionary import (
    AREA,
    DEPOSIT,
    ELEMENTS,
    HUNDRED,
    KIND,
    OPENED,
    PARAMETERS,
    POOL,
    SHOP,
    STAFF,
    answers,
    conditions,
)
from tongban.ground.elements import ElementDefinition
from tongban.ground.errors import Refusal
from tongban.ground.expressions import (
    UNKNOWN,
    Arithmetic,
    Boolean,
    Compare,
    Count,
    DateDifference,
    Exists,
    InList,
    Literal,
    Parameter,
    Path,
    Unknown,
    evaluate,
    from_json,
    to_json,
)
from tongban.ground.expressions.logic import both, either, negate

LARGE = Compare("gt", AREA, HUNDRED)
TODAY = Parameter("today", "今天", "date")
LARGE_SHOP = Compare("gt", SHOP, HUNDRED)
TRUTHS = st.sampled_from([True, False, UNKNOWN])


def told(expr, answers, parameters=None):
    return [reason.sentence for reason in evaluate(expr, answers, parameters, ELEMENTS).trace]


def test_the_trace_says_what_was_compared():
    plain = {"place.area": ElementDefinition("place.area", "场所面积", "decimal")}
    result = evaluate(Compare("gt", Path("place.area"), HUNDRED), {"place.area": "120"}, {}, plain)
    assert result.is_true
    assert result.trace[0].sentence == "场所面积 120 大于 100"


@pytest.mark.parametrize(
    ("expr", "given_answers", "value", "sentence"),
    [
        (LARGE, {"place.area_m2": "80.5"}, False, "场所面积 80.5 平方米 不大于 100 平方米"),
        (LARGE, {}, UNKNOWN, "场所面积还没有填写"),
        (LARGE, {"place.area_m2": None}, UNKNOWN, "场所面积还没有填写"),
        (POOL, {"place.has_pool": False}, False, "设有泳池 否"),
        (Boolean("not", (POOL,)), {"place.has_pool": False}, True, "设有泳池 否"),
        (Compare("eq", KIND, Literal("text", "barber")), {"place.kind": "hotel"}, False, "场所类别 宾馆 不是 “理发店”"),
        (InList(KIND, (Literal("text", "barber"),)), {"place.kind": "barber"}, True, "场所类别 理发店 属于 “理发店”"),
        (
            InList(Path("place.kinds"), (Literal("text", "pool"),)),
            {"place.kinds": ["barber", "pool"]},
            True,
            "经营项目 理发店、游泳馆 属于 “游泳馆”",
        ),
        (
            Compare("le", DEPOSIT, Literal("money", 100050)),
            {"place.deposit": 99},
            True,
            "押金 0.99 元 不大于 1,000.50 元",
        ),
        (
            Compare("lt", OPENED, TODAY),
            {"place.opened": "2026-01-05"},
            True,
            "开业日期 2026年1月5日 早于 今天 2026年11月22日",
        ),
        (
            Compare("ge", DateDifference("year", OPENED, TODAY), Literal("integer", 2)),
            {"place.opened": "2024-11-23"},
            False,
            "开业日期到今天相差的年数 1 小于 2",
        ),
        (
            Compare("gt", Arithmetic("divide", (AREA, STAFF)), HUNDRED),
            {"place.area_m2": "100", "place.staff": 3},
            False,
            "（场所面积除以从业人数） 33.333333 不大于 100",
        ),
        (
            Compare("eq", Path("person.id_number"), Literal("text", "x")),
            {"person.id_number": "11010519491231002X"},
            False,
            "身份证号码 110***********002X 不是 “x”",
        ),
        (
            Compare("lt", Path("person.birth"), TODAY),
            {"person.birth": "1949-12-31"},
            True,
            "出生日期 **** 早于 今天 2026年11月22日",
        ),
    ],
)
def test_a_rule_gives_its_value_and_its_reason(expr, given_answers, value, sentence):
    result = evaluate(expr, given_answers, PARAMETERS, ELEMENTS)
    assert result.value is value
    assert [reason.sentence for reason in result.trace] == [sentence]


def test_not_answered_yet_is_not_false():
    either_way = Boolean("or", (LARGE, POOL))
    assert evaluate(either_way, {"place.has_pool": True}).value is True
    waiting = evaluate(either_way, {"place.has_pool": False}, {}, ELEMENTS)
    assert waiting.value is UNKNOWN
    assert waiting.unknown_paths == ("place.area_m2",)
    assert [reason.sentence for reason in waiting.because] == ["场所面积还没有填写"]


def test_a_decided_rule_asks_for_nothing_more():
    decided = evaluate(Boolean("and", (LARGE, POOL)), {"place.has_pool": False}, {}, ELEMENTS)
    assert (decided.value, decided.unknown_paths) == (False, ())
    assert [reason.sentence for reason in decided.because] == ["设有泳池 否"]


SHOPS = {"premises[0].area_m2": "50", "premises[b-1].area_m2": "150"}


@pytest.mark.parametrize(
    ("expr", "given_answers", "value", "sentence", "waits"),
    [
        (Exists("premises", LARGE_SHOP, "门店"), SHOPS, True, "门店共 2 个，其中 1 个符合条件", ()),
        (Exists("premises", LARGE_SHOP, "门店"), {"premises": []}, False, "门店共 0 个，其中 0 个符合条件", ()),
        (Exists("premises", LARGE_SHOP, "门店"), {}, UNKNOWN, "门店还没有填写", ("premises",)),
        (
            Exists("premises", LARGE_SHOP, "门店"),
            {"premises": ["0", "1"], "premises[0].area_m2": "50"},
            UNKNOWN,
            "门店共 2 个，其中 0 个符合条件，1 个还没有填完",
            ("premises[1].area_m2",),
        ),
        (Compare("ge", Count("premises", None, "门店"), Literal("integer", 2)), SHOPS, True, "门店共 2 个", ()),
    ],
)
def test_groups_are_looked_at_entry_by_entry(expr, given_answers, value, sentence, waits):
    result = evaluate(expr, given_answers, {}, ELEMENTS)
    assert result.value is value
    assert result.trace[0].sentence == sentence
    assert result.unknown_paths == waits


def test_a_count_that_is_not_known_is_told_once():
    enough = Compare("ge", Count("premises", None, "门店"), Literal("integer", 2))
    assert told(enough, {}) == ["门店还没有填写"]
    assert told(enough, {"premises": ["0"]}) == ["门店共 1 个", "门店的个数 1 小于 2"]


def test_groups_nest():
    beds = Compare("ge", Path("premises[].rooms[].beds"), Literal("integer", 3))
    rule = Exists("premises", Exists("premises[].rooms", beds))
    answered = {"premises[0].rooms[0].beds": 1, "premises[0].rooms[1].beds": 2, "premises[1].rooms[0].beds": 3}
    assert evaluate(rule, answered).value is True
    assert evaluate(rule, answered | {"premises[1].rooms[0].beds": 2}).value is False


def test_the_rule_of_a_field_in_a_group_is_asked_within_its_entry():
    assert evaluate(LARGE_SHOP, SHOPS, within="premises[b-1].sign").value is True
    assert evaluate(LARGE_SHOP, SHOPS, within="premises[0].sign").value is False
    with pytest.raises(Refusal) as refused:
        evaluate(LARGE_SHOP, SHOPS)
    assert refused.value.code == "rule.scope"


@pytest.mark.parametrize(
    ("start", "end", "unit", "value"),
    [
        ("2008-11-22", "2026-11-22", "year", 18),
        ("2008-11-23", "2026-11-22", "year", 17),
        ("2024-02-29", "2025-02-28", "year", 0),
        ("2026-01-31", "2026-02-28", "month", 0),
        ("2026-01-15", "2026-03-14", "month", 1),
        ("2026-03-01", "2026-02-27", "day", -2),
        ("2026-11-22", "2008-11-22", "year", -18),
    ],
)
def test_years_and_months_are_whole(start, end, unit, value):
    rule = DateDifference(unit, Path("start"), Path("end"))
    dated = {path: ElementDefinition(path, path, "date") for path in ("start", "end")}
    assert evaluate(rule, {"start": start, "end": end}, {}, dated).value == Decimal(value)


def test_arithmetic_is_exact_and_a_division_by_zero_is_unknown():
    tenth = Literal("decimal", "0.1")
    sum_of_three = Arithmetic("add", (tenth, tenth, tenth))
    assert evaluate(Compare("eq", sum_of_three, Literal("decimal", "0.3")), {}).value is True
    for numerator in (1, 0):
        nothing = Arithmetic("divide", (Literal("integer", numerator), STAFF))
        assert evaluate(nothing, {"place.staff": 0}).value is UNKNOWN


def test_numbers_written_as_text_are_not_compared_as_text():
    assert evaluate(Compare("lt", Path("a"), Path("b")), {"a": "9.5", "b": "12"}).value is True
    assert evaluate(Compare("lt", Path("a"), Path("b")), {"a": "2026-09-30", "b": "2026-10-01"}).value is True
    assert evaluate(Compare("eq", Path("a"), Literal("integer", 12)), {"a": "12.0"}).value is True


@pytest.mark.parametrize(
    ("expr", "given_answers", "code"),
    [
        (LARGE, {"place.area_m2": "viele"}, "rule.type"),
        (LARGE, {"place.area_m2": True}, "rule.type"),
        (Compare("lt", POOL, POOL), {"place.has_pool": True}, "rule.type"),
        (Boolean("and", (STAFF,)), {"place.staff": 1}, "rule.type"),
        (Compare("lt", KIND, Literal("text", "b")), {"place.kind": "hotel"}, "rule.type"),
        (Arithmetic("add", (KIND, HUNDRED)), {"place.kind": "hotel"}, "rule.type"),
        (DateDifference("day", KIND, TODAY), {"place.kind": "hotel"}, "rule.type"),
        (Compare("gt", AREA, Parameter("least", "最低面积")), {"place.area_m2": "1"}, "rule.parameter"),
    ],
)
def test_what_does_not_fit_is_a_refusal(expr, given_answers, code):
    with pytest.raises(Refusal) as refused:
        evaluate(expr, given_answers, PARAMETERS, ELEMENTS)
    assert refused.value.code == code


def test_a_parameter_may_be_a_date_or_a_number_or_text():
    for today in ("2026-11-22", date(2026, 11, 22)):
        assert evaluate(Compare("lt", Literal("date", "2026-11-21"), TODAY), {}, {"today": today}).value is True
    assert evaluate(Compare("gt", AREA, Parameter("least")), {"place.area_m2": "60"}, {"least": 50}, ELEMENTS).is_true


@given(TRUTHS, TRUTHS, TRUTHS)
def test_kleene_keeps_the_laws_of_logic(first, second, third):
    assert negate(negate(first)) is first
    assert both([first, second]) is both([second, first])
    assert either([first, both([second, third])]) is both([either([first, second]), either([first, third])])
    assert both([first, either([second, third])]) is either([both([first, second]), both([first, third])])
    assert negate(both([first, second])) is either([negate(first), negate(second)])
    assert both([first, either([first, second])]) is first
    assert both([first, first, True]) is first
    assert either([first, False]) is first


def test_unknown_has_no_truth_of_its_own():
    with pytest.raises(TypeError):
        bool(UNKNOWN)


@given(conditions, answers, answers)
def test_another_answer_never_changes_what_was_known(rule, some, more):
    """Monotone: what is known with few answers stays so with more (the entries of the group being the same)."""
    more = {path: value for path, value in more.items() if path != "premises"} | some
    more = more if "premises" in some else {path: value for path, value in more.items() if not path.startswith("prem")}
    some = some if "premises" in some else {path: value for path, value in some.items() if not path.startswith("prem")}
    before, after = (evaluate(rule, known, PARAMETERS, ELEMENTS).value for known in (some, more))
    assert before is UNKNOWN or after is before


@given(conditions, answers)
def test_an_unknown_rule_names_answers_that_are_missing(rule, known):
    result = evaluate(rule, known, PARAMETERS, ELEMENTS)
    assert isinstance(result.value, bool | Unknown)
    assert not (set(result.unknown_paths) & set(known))
    if not result.is_unknown:
        assert result.unknown_paths == ()
    assert all(reason.sentence.strip() for reason in result.trace)


@given(conditions, answers)
def test_the_json_of_a_rule_means_the_same(rule, known):
    again = from_json(to_json(rule))
    assert again == rule
    assert evaluate(again, known, PARAMETERS, ELEMENTS) == evaluate(rule, known, PARAMETERS, ELEMENTS)


@given(conditions, answers)
def test_not_turns_the_value_round(rule, known):
    turned = evaluate(Boolean("not", (rule,)), known, PARAMETERS, ELEMENTS)
    assert turned.value is negate(evaluate(rule, known, PARAMETERS, ELEMENTS).value)


ANYTHING = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.lists(st.integers(), max_size=2)
)
HOSTILE = st.dictionaries(st.sampled_from([*ELEMENTS, "premises", "premises[0].area_m2", "premises[x"]), ANYTHING)


@given(conditions, HOSTILE, st.booleans())
def test_corrupt_answers_are_refused_and_nothing_else_is_raised(rule, corrupt, typed):
    try:
        evaluate(rule, corrupt, {"today": "2026-11-22"}, ELEMENTS if typed else None)
    except Refusal as refused:
        assert refused.code.startswith("rule.")
