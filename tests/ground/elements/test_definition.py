"""Definitions of data elements: what may be published, and their JSON."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.ground.elements import Code, CodeList, ElementDefinition, is_answer_path, is_template, template_of
from tongban.ground.errors import Refusal

KINDS = CodeList("hygiene_place", (Code("barber", "理发店"), Code("hotel", "宾馆")))


@pytest.mark.parametrize(
    "definition",
    [
        ElementDefinition(
            "person.name", "姓名", "text", sensitivity="personal", pattern_name="person_name", max_length=50
        ),
        ElementDefinition("premises[].area_m2", "场所面积", "decimal", unit="平方米", min="1", max="99999.5"),
        ElementDefinition("premises[].rooms[].kind", "房间用途", "codes", code_list=KINDS, source="hygiene_register"),
        ElementDefinition("fee.deposit", "押金", "money", min=0, max=10**9),
        ElementDefinition("opening.day", "开业日期", "date", min="2020-01-01"),
    ],
)
def test_a_definition_survives_its_json(definition):
    content = json.loads(json.dumps(definition.to_json(), ensure_ascii=False))
    assert ElementDefinition.from_json(content) == definition


@pytest.mark.parametrize(
    "change",
    [
        {"path": "Person.Name"},
        {"path": "premises[0].area"},
        {"path": ""},
        {"path": "a." * 150 + "a"},
        {"path": None},
        {"name": " "},
        {"type": "number"},
        {"type": ["text"]},
        {"sensitivity": "secret"},
        {"min": 1},
        {"max_length": 0},
        {"max_length": True},
        {"pattern_name": "iban"},
        {"type": "integer", "pattern_name": "email"},
        {"type": "integer", "min": "1"},
        {"type": "decimal", "min": 1},
        {"type": "decimal", "max": "NaN"},
        {"type": "date", "min": "2026-02-30"},
        {"type": "money", "max": 1.5},
        {"type": "code"},
        {"code_list": {"name": "k", "codes": [["a", "甲"]]}},
        {"type": "code", "code_list": {"name": "k", "codes": []}},
        {"type": "code", "code_list": {"name": "k", "codes": [["a", "甲"], ["a", "乙"]]}},
        {"type": "code", "code_list": {"name": "k", "codes": [["a,b", "甲"]]}},
        {"type": "code", "code_list": {"name": "k", "codes": ["a"]}},
        {"type": "code", "code_list": "k"},
        {"colour": "red"},
    ],
)
def test_a_wrong_definition_is_refused(change):
    content = {"path": "place.x", "name": "项目", "type": "text"} | change
    with pytest.raises(Refusal) as refused:
        ElementDefinition.from_json(content)
    assert refused.value.code == "element.definition"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
KEYS = (
    "path",
    "name",
    "type",
    "unit",
    "code_list",
    "sensitivity",
    "source",
    "min",
    "max",
    "max_length",
    "pattern_name",
)


@given(JSON | st.dictionaries(st.sampled_from(KEYS), JSON | st.sampled_from(["a.b", "code", "decimal", "text"])))
def test_malformed_json_is_only_ever_refused(content):
    try:
        ElementDefinition.from_json(content)
    except Refusal as refused:
        assert refused.code == "element.definition"


def test_paths_of_templates_and_answers():
    assert is_template("premises[].rooms[].area")
    assert not is_template("premises[0].area")
    assert is_answer_path("premises[0].rooms[a-1].area")
    assert not is_answer_path("premises[].area")
    assert not is_answer_path("premises[0]]")
    assert template_of("premises[0].rooms[a-1].area") == "premises[].rooms[].area"
