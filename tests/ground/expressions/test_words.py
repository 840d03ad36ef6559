"""A rule in plain Chinese for the steward's page."""

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
    conditions,
    numbers,
)
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
    in_words,
)

LARGE = Compare("gt", AREA, HUNDRED)


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (LARGE, "场所面积大于 100 平方米"),
        (POOL, "设有泳池为“是”"),
        (Boolean("and", (LARGE, POOL)), "场所面积大于 100 平方米，并且设有泳池为“是”"),
        (
            Boolean("and", (LARGE, Boolean("or", (POOL, InList(KIND, (Literal("text", "pool"),)))))),
            "场所面积大于 100 平方米，并且（设有泳池为“是”，或者场所类别属于“游泳馆”）",
        ),
        (Boolean("not", (POOL,)), "不满足（设有泳池为“是”）"),
        (Compare("eq", KIND, Literal("text", "barber")), "场所类别是“理发店”"),
        (Compare("le", DEPOSIT, Literal("money", 100000)), "押金不大于 1,000 元"),
        (Compare("lt", OPENED, Literal("date", "2026-01-01")), "开业日期早于 2026年1月1日"),
        (Compare("ge", AREA, Parameter("hygiene.least", "最低面积")), "场所面积不小于最低面积"),
        (Exists("premises", Compare("gt", SHOP, HUNDRED), "门店"), "至少有一个门店满足（门店面积大于 100 平方米）"),
        (
            Compare("ge", Count("premises", Compare("gt", SHOP, HUNDRED), "门店"), Literal("integer", 2)),
            "满足（门店面积大于 100 平方米）的门店的个数不小于 2",
        ),
        (
            Compare("ge", DateDifference("year", Path("person.birth"), Parameter("today")), Literal("integer", 18)),
            "出生日期到今天相差的年数不小于 18",
        ),
        (Compare("gt", Arithmetic("divide", (AREA, STAFF)), Literal("integer", 5)), "（场所面积除以从业人数）大于 5"),
        (Literal("boolean", False), "总是不成立"),
    ],
)
def test_a_rule_reads_as_a_sentence(rule, words):
    assert in_words(rule, ELEMENTS) == words


@given(conditions | numbers)
def test_every_rule_has_words_with_and_without_a_dictionary(rule):
    assert in_words(rule, ELEMENTS)
    assert in_words(rule)
