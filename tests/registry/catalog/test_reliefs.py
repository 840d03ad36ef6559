"""Reliefs by risk and credit: what may be published, and what each grade earns (NTC-14)."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.registry.catalog.contents import BASE, a_version, limit
from tests.registry.catalog.test_lawful import DAY
from tongban.registry.catalog.regimes import regime_of
from tongban.registry.catalog.reliefs import GRADES, MATRIX, RELIEFS, earned, excluded, relief_findings, uses_credit
from tongban.registry.catalog.version import (
    CommitmentRule,
    CreditRule,
    DeferralRule,
    Material,
    SpecialStepRule,
    VersionContent,
)

RULE = CreditRule("云溪市信用激励办法第三条（演示参数）", ("D",), limit(20), 9, "监管岗", 1)
MATERIALS = (
    Material("plan", "平面图", receipt_points=("清楚",)),
    Material("rules", "制度", False, receipt_points=("清楚",), relief="waive_material"),
    Material("list", "名单", False, receipt_points=("清楚",), relief="supply_later"),
)
ALL = {"A": tuple(RELIEFS), "B": ("supply_later",)}
FLOW = replace(BASE.flow, branches=(replace(BASE.flow.branches[0], document_only=True),))


def sound(**changes: Any) -> VersionContent:
    """A low-risk version with all four reliefs, nothing wrong with it."""
    values = {"risk_level": "low", "reliefs": ALL, "credit": RULE, "materials": MATERIALS, "flow": FLOW}
    return a_version(**{**values, **changes})


def found(content: VersionContent) -> set[str]:
    return {f"{one.place}|{one.sentence}" for one in relief_findings(content)}


def test_a_sound_version_has_no_finding() -> None:
    assert found(sound()) == set()
    assert found(BASE) == set()


PROMISE = CommitmentRule("approval", "1", ("条",), ("诺",), (), limit(20), limit(10), ("撤",), "某法第一条")
WRONG: list[tuple[dict[str, Any], str, str]] = [
    ({"risk_level": ""}, "risk_level", "没有写风险等级"),
    ({"risk_level": "none"}, "risk_level", "没有「none」"),
    ({"credit": None}, "credit", "没有写依据"),
    ({"credit": replace(RULE, basis=" ")}, "credit", "没有写依据"),
    ({"reliefs": {"E": ("supply_later",)}}, "reliefs:E", "没有 E"),
    ({"reliefs": {**ALL, "D": ("supply_later",)}}, "reliefs:D", "最低的信用等级"),
    ({"reliefs": {"A": ("gift",)}}, "reliefs:A", "没有「gift」"),
    ({"reliefs": {"A": (), "B": ("supply_later",)}}, "reliefs:A", "更好的 A 级却没有"),
    ({"risk_level": "medium"}, "reliefs:A", "中风险的事项不能有「书面审查豁免」"),
    ({"risk_level": "high"}, "reliefs:A", "高风险的事项不能有「材料免交」"),
    ({"excluded_fields": ("ecology",)}, "reliefs:A", "不能有「书面审查豁免」"),
    ({"excluded_fields": ("ecology",)}, "reliefs:A", "不能有「审查后置」"),
    ({"regime": regime_of("filing", DAY), "legal_regime": "filing"}, "reliefs", "没有受理环节"),
    ({"regime": regime_of("payment", DAY), "legal_regime": "payment"}, "reliefs", "只用于行政许可"),
    ({"flow": BASE.flow}, "reliefs", "没有一个部门只审材料"),
    (
        {"flow": replace(FLOW, special_steps=(SpecialStepRule("site_check", "勘验", limit(3)),))},
        "flow:health",
        "不是只审材料",
    ),
    ({"credit": replace(RULE, check_limit=None)}, "credit", "没有写由谁在多久内核查"),
    ({"credit": replace(RULE, check_post_id=0)}, "credit", "没有写由谁在多久内核查"),
    ({"credit": replace(RULE, check_limit=limit(0))}, "credit", "期限写得不对"),
    ({"credit": replace(RULE, excluded_grades=("C",))}, "credit", "从最差的写起"),
    ({"credit": replace(RULE, excluded_grades=("B", "C", "D"))}, "credit", "既有激励又被排除"),
    ({"materials": (replace(MATERIALS[1], essential=True),)}, "material:rules", "是主要材料"),
    ({"materials": (replace(MATERIALS[1], source="exempt"),)}, "material:rules", "本来就不用交"),
    ({"materials": (replace(MATERIALS[1], relief="gift"),)}, "material:rules", "写得不对"),
    ({"materials": MATERIALS[:1]}, "reliefs", "没有写哪份材料可以免交"),
    ({"materials": MATERIALS[:1]}, "reliefs", "没有写哪份材料可以后补"),
    ({"reliefs": {"A": ("supply_later",)}}, "material:rules", "没有一个等级享受"),
    ({"reliefs": {}, "materials": MATERIALS[:1]}, "credit", "没有容缺和承诺"),
]


@pytest.mark.covers("NTC-14")
@pytest.mark.parametrize(("changes", "place", "words"), WRONG)
def test_what_is_wrong_is_named_with_its_place(changes: dict[str, Any], place: str, words: str) -> None:
    assert any(one.startswith(f"{place}|") and words in one for one in found(sound(**changes))), found(sound(**changes))


def test_bad_credit_may_be_excluded_where_deferral_or_commitment_stand() -> None:
    plain = {"reliefs": {}, "risk_level": "", "credit": CreditRule("办法第三条", ("C", "D"))}
    assert found(a_version(**plain, commitment=PROMISE)) == set()
    deferred = (Material("list", "名单", False, receipt_points=("清",), deferral=DeferralRule(consequence="不发证")),)
    content = a_version(**plain, materials=deferred)
    assert found(content) == set()
    assert excluded(content, "D") and excluded(content, "C") and not excluded(content, "B")
    assert uses_credit(content) and not uses_credit(BASE)


RELIEF_SETS = st.sets(st.sampled_from(sorted(RELIEFS))).map(lambda given: tuple(sorted(given)))


@given(
    st.dictionaries(st.sampled_from(GRADES), RELIEF_SETS),
    st.sampled_from(["low", "medium", "high"]),
    st.booleans(),
)
def test_whatever_may_be_published_keeps_the_matrix(
    reliefs: dict[str, tuple[str, ...]], risk: str, touches: bool
) -> None:
    content = sound(reliefs=reliefs, risk_level=risk, excluded_fields=("ecology",) if touches else ())
    if found(content):
        return
    for better, worse in pairwise(GRADES):
        assert set(earned(content, worse)) <= set(earned(content, better))
    for grade in GRADES:
        assert set(earned(content, grade)) <= set(MATRIX[risk])
        assert not (touches and {"waive_review", "review_later"} & set(earned(content, grade)))
        assert not (excluded(content, grade) and earned(content, grade))
    assert not earned(content, "D") and not earned(content, "")
