"""What a draft changes, in words."""

from __future__ import annotations

from dataclasses import replace

from tests.registry.catalog.contents import BASE, a_version, limit
from tongban.registry.catalog.differences import differences
from tongban.registry.catalog.version import ExtensionRule, VersionContent, to_json


def changes(after: VersionContent) -> list[tuple[str, str, str]]:
    return [(c.place, c.before, c.after) for c in differences(to_json(BASE), to_json(after))]


def test_the_same_content_has_no_changes() -> None:
    assert changes(BASE) == []


def test_a_shorter_promise_is_one_change() -> None:
    assert changes(a_version(promised_limit=limit(6))) == [("承诺时限 › 数量", "8", "6")]


def test_a_new_alias_shows_both_lists() -> None:
    assert changes(a_version(aliases=("开店", "开业"))) == [("大家的叫法", "开店", "开店、开业")]


def test_a_material_is_known_by_its_code_wherever_it_stands() -> None:
    moved = (replace(BASE.materials[1], requirement="一年以内"), BASE.materials[0], BASE.materials[2])
    assert changes(a_version(materials=moved)) == [("材料 › plan › 要求", "", "一年以内")]


def test_a_dropped_material_is_gone() -> None:
    found = changes(a_version(materials=BASE.materials[:2]))
    assert [(place, after) for place, _before, after in found] == [("材料 › air", "")]


def test_an_extension_of_its_own_is_told_in_words() -> None:
    found = changes(a_version(extension=ExtensionRule(3, "登记条例第十九条")))
    assert found == [("延长办理", "", "数量：3；依据：登记条例第十九条；批准人：authority_head")]
