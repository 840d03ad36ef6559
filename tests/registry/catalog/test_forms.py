"""What a version asks of one applicant: visibility, checking, what is missing. Pure."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.registry.catalog.contents import BASE
from tongban.ground.errors import Refusal
from tongban.registry.catalog import forms

POOL = {"premises.kind": "pool", "premises.central_air": False, "premises.pool_m2": "250"}


def paths(answers: dict[str, object]) -> list[str]:
    return [f.path for f in forms.visible_fields(BASE, answers)]


def test_not_answered_yet_hides_a_field_and_lists_a_material_as_possible() -> None:
    assert "premises.pool_m2" not in paths({})
    choices = {c.material.code: c.certain for c in forms.material_choices(BASE, {})}
    assert choices == {"id_card": True, "plan": True, "air": False}


def test_an_answer_decides_fields_and_materials() -> None:
    assert "premises.pool_m2" in paths({"premises.kind": "pool"})
    assert [m.code for m in forms.visible_materials(BASE, {"premises.central_air": True})] == ["id_card", "plan", "air"]
    assert [m.code for m in forms.visible_materials(BASE, {"premises.central_air": False})] == ["id_card", "plan"]


def test_a_hidden_answer_is_no_fact_for_other_fields() -> None:
    assert "premises.lanes" in paths(POOL)
    assert "premises.lanes" not in paths(POOL | {"premises.kind": "hair"})


def test_facts_that_no_field_asks_for_are_kept() -> None:
    assert forms.known_answers(BASE, {"applicant.kind": "person"}) == {"applicant.kind": "person"}


def test_a_step_returns_clean_values_and_says_what_is_wrong_beside_the_field() -> None:
    raw = {"premises.pool_m2": "２５０ 平方米", "applicant.mobile": "1380000204"}
    values, errors = forms.parse_step(BASE, "premises", raw, {"premises.kind": "pool"})
    assert values == {"premises.pool_m2": "250"}
    assert [error.field for error in errors] == ["applicant.mobile"]


def test_a_missing_answer_is_asked_for_in_its_own_words() -> None:
    _, errors = forms.parse_step(BASE, "premises", {"applicant.mobile": "  "}, {"premises.kind": "hair"})
    assert [error.sentence for error in errors] == ["请填写手机"]
    _, errors = forms.parse_step(BASE, "questions", {})
    assert [error.sentence for error in errors] == ["请选择哪一类", "请选择用不用集中空调"]


def test_a_hidden_field_is_neither_demanded_nor_kept() -> None:
    raw = {"premises.pool_m2": "250", "applicant.mobile": "13800002046"}
    values, errors = forms.parse_step(BASE, "premises", raw, {"premises.kind": "hair"})
    assert values == {"applicant.mobile": "13800002046"}
    assert errors == ()


def test_an_unknown_step_is_refused() -> None:
    with pytest.raises(Refusal, match=r"form\.section"):
        forms.parse_step(BASE, "nothing", {})


def test_a_whole_form_may_come_as_json_values() -> None:
    raw = {
        "premises.kind": "pool",
        "premises.central_air": True,
        "premises.pool_m2": "50",
        "applicant.mobile": "13800002046",
    }
    values, errors = forms.parse_answers(BASE, raw)
    assert errors == ()
    assert values == raw


def test_missing_names_every_field_and_material_with_its_step() -> None:
    found = forms.missing(BASE, {"premises.kind": "pool", "premises.central_air": True}, {"air": ["f1"]})
    assert [(m.path or m.material, m.step) for m in found] == [
        ("premises.pool_m2", "premises"),
        ("applicant.mobile", "premises"),
        ("plan", "materials"),
    ]


def test_nothing_is_missing_when_all_that_is_visible_is_given() -> None:
    answers = {"premises.kind": "hair", "premises.central_air": False, "applicant.mobile": "13800002046"}
    assert forms.missing(BASE, answers, {"plan": ["f1"]}) == ()


def test_exempt_materials_are_never_asked_for() -> None:
    assert "id_card" not in {m.material for m in forms.missing(BASE, {}, {})}


def test_the_situation_follows_the_answers() -> None:
    assert forms.situation(BASE, {}) is None
    found = forms.situation(BASE, {"premises.central_air": True})
    assert found is not None
    assert found.name == "使用集中空调"


TYPED = st.text(alphabet="01389 是否，,.poolhairtruefalse\x00", max_size=12)
VALUES = st.one_of(st.none(), st.booleans(), st.integers(), TYPED, st.lists(TYPED, max_size=3))


@given(st.dictionaries(st.sampled_from([f.path for f in BASE.all_fields()]), VALUES))
def test_whatever_is_posted_gives_values_or_refusals_and_never_both(raw: dict[str, object]) -> None:
    values, errors = forms.parse_answers(BASE, raw)
    shown = {f.path for f in forms.visible_fields(BASE, values)}
    assert set(values) <= shown
    assert not set(values) & {error.field for error in errors}
    assert not {m.path for m in forms.missing(BASE, values, {})} & set(values)
