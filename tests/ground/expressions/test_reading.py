"""The JSON form of rules: malformed and hostile documents end in a refusal that names the place."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ground.expressions.dictionary import conditions, numbers
from tongban.ground.errors import Refusal
from tongban.ground.expressions import Compare, Literal, Path, from_json, parameters_of, paths_of, to_json

TRUE = {"node": "literal", "type": "boolean", "value": True}


@given(conditions | numbers)
def test_a_rule_survives_its_json(rule):
    assert from_json(json.loads(json.dumps(to_json(rule)))) == rule


def test_plain_values_need_no_type():
    rule = from_json({"node": "in_list", "item": {"node": "path", "path": "a"}, "values": ["x", 1, True]})
    assert [value.type for value in rule.values] == ["text", "integer", "boolean"]
    assert from_json({"node": "literal", "value": 7}) == Literal("integer", 7)


@pytest.mark.parametrize(
    ("content", "place"),
    [
        (None, "/"),
        ([], "/"),
        ({}, "/"),
        ({"node": []}, "/"),
        ({"node": "eval", "code": "1"}, "/"),
        ({"node": "literal", "value": 1.5}, "/"),
        ({"node": "literal", "value": None}, "/"),
        ({"node": "literal", "type": "decimal", "value": "1e9"}, "/"),
        ({"node": "literal", "type": "date", "value": "2026-02-30"}, "/"),
        ({"node": "literal", "type": "money", "value": True}, "/"),
        ({"node": "literal", "type": "float", "value": "1"}, "/"),
        ({"node": "literal", "value": 10**20}, "/"),
        ({"node": "path", "path": "A.b"}, "/"),
        ({"node": "path", "path": "a[" + "x" * 60 + "]"}, "/"),
        ({"node": "path", "path": "a", "extra": 1}, "/"),
        ({"node": "parameter", "code": "Ab"}, "/"),
        ({"node": "parameter", "code": "a", "type": "number"}, "/"),
        ({"node": "parameter", "code": "a", "name": 5}, "/"),
        ({"node": "compare", "op": "like", "left": TRUE, "right": TRUE}, "/"),
        ({"node": "compare", "op": "eq", "left": TRUE}, "/right"),
        ({"node": "boolean", "op": "and", "items": []}, "/"),
        ({"node": "boolean", "op": "and", "items": TRUE}, "/"),
        ({"node": "boolean", "op": "not", "items": [TRUE, TRUE]}, "/"),
        ({"node": "boolean", "op": "and", "items": [TRUE, {"node": "x"}]}, "/items/1"),
        ({"node": "arithmetic", "op": "subtract", "items": [TRUE, TRUE, TRUE]}, "/"),
        ({"node": "arithmetic", "op": "add", "items": [TRUE]}, "/"),
        ({"node": "in_list", "item": TRUE, "values": "abc"}, "/"),
        ({"node": "in_list", "item": TRUE, "values": [{"node": "path", "path": "a"}]}, "/values/0"),
        ({"node": "exists", "group": "premises[0]", "where": TRUE}, "/"),
        ({"node": "exists", "group": "premises"}, "/where"),
        ({"node": "count", "group": ["premises"]}, "/"),
        ({"node": "date_difference", "unit": "week", "from": TRUE, "to": TRUE}, "/"),
        ({"node": "date_difference", "unit": "day", "from": TRUE}, "/to"),
    ],
)
def test_a_malformed_rule_is_refused_at_its_place(content, place):
    with pytest.raises(Refusal) as refused:
        from_json(content)
    assert refused.value.code == "rule.malformed"
    assert f"规则在 {place} 处" in refused.value.sentence


def test_a_hostile_depth_or_width_ends_early():
    deep = TRUE
    for _ in range(5000):
        deep = {"node": "boolean", "op": "not", "items": [deep]}
    wide = {"node": "boolean", "op": "and", "items": [TRUE] * 5000}
    for content in (deep, wide):
        with pytest.raises(Refusal) as refused:
            from_json(content)
        assert refused.value.code == "rule.malformed"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.just(TRUE),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=6), inner, max_size=3)
        | st.fixed_dictionaries(
            {
                "node": st.sampled_from(
                    ["literal", "path", "compare", "boolean", "arithmetic", "in_list", "exists", "count"]
                )
            },
            optional={
                key: inner | st.sampled_from(["eq", "and", "add", "a.b", "text", [TRUE, TRUE]])
                for key in ("op", "left", "right", "items", "value", "values", "item", "group", "where", "type", "path")
            },
        )
    ),
    max_leaves=8,
)


@given(JSON)
def test_malformed_json_is_only_ever_refused(content):
    try:
        rule = from_json(content)
    except Refusal as refused:
        assert refused.code == "rule.malformed"
    else:
        assert from_json(to_json(rule)) == rule


def test_a_rule_names_what_it_reads():
    rule = from_json(
        {
            "node": "boolean",
            "op": "and",
            "items": [
                to_json(Compare("gt", Path("b.c"), Path("a"))),
                {"node": "exists", "group": "g", "where": {"node": "path", "path": "g[].x"}},
                {
                    "node": "compare",
                    "op": "eq",
                    "left": {"node": "parameter", "code": "p"},
                    "right": {"node": "path", "path": "a"},
                },
            ],
        }
    )
    assert paths_of(rule) == ("b.c", "a", "g", "g[].x")
    assert parameters_of(rule) == ("p",)
