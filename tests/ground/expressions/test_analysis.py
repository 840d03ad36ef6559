"""What the steward is told before a version is published."""

from __future__ import annotations

import pytest
from hypothesis import given

from tests.ground.expressions.dictionary import (
    AREA,
    DEPOSIT,
    ELEMENTS,
    HUNDRED,
    KIND,
    OPENED,
    POOL,
    SHOP,
    STAFF,
    answers,
    conditions,
)
from tongban.ground.errors import Refusal
from tongban.ground.expressions import (
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
    analyse,
    evaluate,
)

LARGE = Compare("gt", AREA, HUNDRED)
SIGN = Path("place.sign")


def text(value):
    return Literal("text", value)


@pytest.mark.parametrize(
    "rule",
    [
        LARGE,
        POOL,
        Boolean("or", (LARGE, Boolean("not", (POOL,)))),
        InList(Path("place.kinds"), (text("pool"), text("hotel"))),
        Exists("premises", Compare("gt", SHOP, HUNDRED)),
        Exists("premises", Exists("premises[].rooms", Compare("gt", Path("premises[].rooms[].beds"), HUNDRED))),
        Compare("ge", Count("premises"), Literal("integer", 2)),
        Compare("ge", DateDifference("year", OPENED, Parameter("today", type="date")), Literal("integer", 2)),
        Compare("gt", Arithmetic("multiply", (DEPOSIT, STAFF)), Literal("money", 100)),
        Compare("gt", AREA, Parameter("hygiene.least_area")),
        Compare("eq", Path("premises[0].sign"), text("x")),
    ],
)
def test_a_sound_rule_has_no_findings(rule):
    assert analyse({"required:place.sign": rule}, ELEMENTS) == ()


@pytest.mark.parametrize(
    ("rule", "place", "sentence"),
    [
        (Compare("gt", Path("place.size"), HUNDRED), "#/left", "数据元“place.size”不存在"),
        (Compare("gt", AREA, text("100")), "", "数字不能和文字比较"),
        (Compare("gt", DEPOSIT, HUNDRED), "", "金额不能和数字比较"),
        (Compare("lt", KIND, text("hotel")), "", "代码不能比大小"),
        (Compare("lt", POOL, Literal("boolean", True)), "", "是/否不能比大小"),
        (Compare("eq", Path("place.kinds"), Path("place.kinds")), "", "多选的值不能直接比较"),
        (Compare("eq", KIND, text("school")), "", "“school”不在场所类别的代码表里"),
        (InList(KIND, (text("barber"), text("school"))), "", "“school”不在场所类别的代码表里"),
        (InList(KIND, ()), "", "列表是空的，这个条件永远不成立"),
        (InList(STAFF, (text("3"),)), "", "数字不能和文字比较"),
        (Compare("gt", AREA, Literal("integer", 50000)), "", "按场所面积允许的范围，这个条件永远不成立"),
        (Compare("ge", AREA, Literal("integer", 1)), "", "按场所面积允许的范围，这个条件总是成立"),
        (Compare("eq", SIGN, SIGN), "", "两边完全相同，结果总是一样"),
        (Compare("gt", SHOP, HUNDRED), "#/left", "“premises[].area_m2”在重复组里，却没有说明是哪一条"),
        (Exists("shops", POOL), "", "没有叫“shops”的重复组"),
        (Exists("premises", SHOP), "#/where", "这里要的是“是/否”的条件"),
        (Boolean("and", (POOL, STAFF)), "#/items/1", "这里要的是“是/否”的条件"),
        (STAFF, "", "这里要的是“是/否”的条件"),
        (Compare("gt", DateDifference("day", OPENED, STAFF), HUNDRED), "#/left/to", "计算时间差的两边都要是日期"),
        (
            Compare("gt", Arithmetic("add", (DEPOSIT, STAFF)), Literal("money", 1)),
            "#/left",
            "金额（分）和普通数字不能相加减",
        ),
        (
            Compare("gt", Arithmetic("multiply", (DEPOSIT, DEPOSIT)), Literal("money", 1)),
            "#/left",
            "金额和金额不能相乘",
        ),
        (Compare("gt", Arithmetic("add", (SIGN, STAFF)), HUNDRED), "#/left", "只有数字和金额可以计算"),
        (Compare("gt", Arithmetic("divide", (STAFF, Literal("integer", 0))), HUNDRED), "#/left", "除数是 0"),
        (Literal("boolean", True), "", "不管怎么填写，这条规则总是成立"),
        (Boolean("or", (POOL, Literal("boolean", True))), "", "不管怎么填写，这条规则总是成立"),
        (
            Boolean("and", (LARGE, Compare("gt", Literal("integer", 1), Literal("integer", 2)))),
            "",
            "这条规则永远不成立",
        ),
    ],
)
def test_a_wrong_rule_is_found_with_its_place_and_remedy(rule, place, sentence):
    findings = analyse({"required:place.opened": rule}, ELEMENTS)
    assert any(found.place == f"required:place.opened{place}" and sentence in found.sentence for found in findings), (
        findings
    )
    assert all(found.remedy for found in findings)


def test_a_fee_may_be_a_value_and_a_condition_may_not():
    fee = Arithmetic("multiply", (DEPOSIT, STAFF))
    assert analyse({"fee:hygiene": fee}, ELEMENTS) == ()
    assert len(analyse({"eligible:hygiene": fee}, ELEMENTS)) == 1


def test_a_field_of_a_group_may_ask_its_own_entry():
    assert analyse({"visible:premises[].sign": Compare("gt", SHOP, HUNDRED)}, ELEMENTS) == ()


def circles(rules):
    return [found.sentence for found in analyse(rules, ELEMENTS) if "互相依赖" in found.sentence]


def test_a_circle_between_visibility_rules_is_told_once():
    rules = {
        "visible:place.area_m2": POOL,
        "visible:place.has_pool": Compare("gt", STAFF, HUNDRED),
        "visible:place.staff": LARGE,
        "visible:place.kind": LARGE,
    }
    assert circles(rules) == ["显示条件互相依赖：place.area_m2 → place.has_pool → place.staff → place.area_m2"]
    assert circles({key: rule for key, rule in rules.items() if key != "visible:place.staff"}) == []


def test_a_question_cannot_decide_about_itself_nor_a_group_about_its_entries():
    assert len(circles({"place.area_m2": LARGE})) == 1
    assert len(circles({"visible:premises": Exists("premises", Compare("gt", SHOP, HUNDRED))})) == 1
    assert len(circles({"visible:place": Compare("gt", Path("place.area_m2"), HUNDRED)})) == 1


def test_a_requirement_may_ask_the_field_that_shows_it():
    assert circles({"visible:place.area_m2": POOL, "required:place.has_pool": LARGE}) == []


def test_two_circles_are_both_told():
    rules = {
        "visible:place.area_m2": POOL,
        "visible:place.has_pool": LARGE,
        "visible:place.kind": Compare("eq", SIGN, text("x")),
        "visible:place.sign": Compare("eq", KIND, text("barber")),
    }
    assert len(circles(rules)) == 2


@pytest.mark.slow
def test_a_chain_as_long_as_a_form_is_no_circle():
    elements = {f"q.a{n}": ELEMENTS["place.sign"] for n in range(3000)}
    rules = {f"visible:q.a{n}": Compare("eq", Path(f"q.a{n + 1}"), text("x")) for n in range(0, 2999, 10)}
    assert [found for found in analyse(rules, elements) if "互相依赖" in found.sentence] == []


@given(conditions, answers)
def test_a_rule_without_findings_never_fails_on_well_typed_answers(rule, known):
    if analyse({"eligible:x": rule}, ELEMENTS):
        return
    try:
        evaluate(rule, known, {"today": "2026-11-22"}, ELEMENTS)
    except Refusal as refused:
        pytest.fail(f"published, but: {refused.sentence}")
