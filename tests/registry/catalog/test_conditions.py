"""Conditions as rows: what a form shows is the tree again, and what it cannot show is left alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.ground.elements import ElementDefinition
from tongban.ground.errors import Refusal
from tongban.registry.catalog.conditions import Condition, Row, rows_of, tree_of


def element(path: str, name: str, kind: str, codes: tuple[tuple[str, str], ...] = ()) -> ElementDefinition:
    data = {"path": path, "name": name, "type": kind}
    if codes:
        data["code_list"] = {"name": "kinds", "codes": [list(pair) for pair in codes]}
    return ElementDefinition.from_json(data)


ELEMENTS = {
    "shop.area": element("shop.area", "面积", "integer"),
    "shop.new": element("shop.new", "新开", "boolean"),
    "shop.kind": element("shop.kind", "种类", "code", (("a", "理发店"), ("b", "旅馆"))),
}
ROWS = st.lists(
    st.one_of(
        st.builds(Row, st.just("shop.area"), st.sampled_from(("eq", "gt", "le")), st.integers(0, 999).map(str)),
        st.builds(Row, st.just("shop.new"), st.just("eq"), st.sampled_from(("是", "否"))),
        st.builds(Row, st.just("shop.kind"), st.sampled_from(("eq", "ne")), st.sampled_from(("a", "b"))),
        st.just(Row("shop.kind", "in", "a b")),
    ),
    max_size=4,
)


@given(ROWS, st.sampled_from(("and", "or")))
def test_rows_become_a_tree_and_come_back(rows: list[Row], join: str) -> None:
    tree = tree_of(Condition(tuple(rows), join), ELEMENTS, "when")
    found = rows_of(tree)
    assert found is not None
    assert found.rows == tuple(rows)
    if len(rows) > 1:
        assert found.join == join


def test_words_of_a_code_are_understood() -> None:
    tree = tree_of(Condition((Row("shop.kind", "eq", "旅馆"),)), ELEMENTS, "when")
    assert tree is not None
    assert tree["right"] == "b" or tree["right"]["value"] == "b"


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (Row("shop.depth", "eq", "1"), "不存在"),
        (Row("shop.area", "eq", "大"), "整数"),
        (Row("shop.new", "eq", "也许"), "「是」或「否」"),
        (Row("shop.kind", "eq", "网吧"), "没有「网吧」"),
        (Row("shop.area", "near", "1"), "怎么比"),
    ],
)
def test_a_row_that_makes_no_sense_says_what_to_write(row: Row, said: str) -> None:
    with pytest.raises(Refusal, match=said):
        tree_of(Condition((row,)), ELEMENTS, "when")


def test_a_rule_of_another_shape_is_only_read() -> None:
    nested = {"node": "boolean", "op": "not", "items": [{"node": "path", "path": "shop.new"}]}
    assert rows_of(nested) is None
