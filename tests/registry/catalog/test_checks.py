"""What stands in the way of publishing is found by the steward, with place and remedy."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from tests.registry.catalog.contents import BASE, a_version, equals, limit
from tongban.procedures.cases.rules.paper_kinds import result_paper
from tongban.registry.catalog.checks import PAPERS, World, check
from tongban.registry.catalog.regimes import regime_of
from tongban.registry.catalog.version import FormField, FormSection, LegalBasis, Material, SinglePostRule

DAY = date(2026, 6, 1)
ROLES = {1: ("window_clerk",), 2: ("handler",), 3: ("approver",), 4: ("issuing_clerk",)}
WORLD = World(ROLES, {"营业执照"}, {"small_licence": "small_paper"}, (*PAPERS, "small_paper"), result_paper)

circle = FormSection(
    "a",
    "甲",
    (
        FormField("premises.pool_m2", "泳池", when=equals("premises.lanes", 1)),
        FormField("premises.lanes", "泳道", when=equals("premises.pool_m2", 1)),
    ),
)


def test_a_sound_version_has_no_findings() -> None:
    assert check(BASE, WORLD) == ()


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"promised_limit": limit(21)}, "promised_limit"),
        ({"promised_limit": limit(29, "calendar_day")}, "promised_limit"),
        ({"statutory_limit": None}, "statutory_limit"),
        ({"delivery_limit": limit(11)}, "delivery_limit"),
        ({"acceptance_limit": limit(5, "week")}, "acceptance_limit"),
        ({"legal_basis": ()}, "legal_basis"),
        ({"legal_basis": (LegalBasis("某条例", ""),)}, "legal_basis[0]"),
        ({"fee": "每件 10 元"}, "fee"),
        ({"aliases": ()}, "aliases"),
        ({"questions": (*BASE.questions, FormField("applicant.mobile", "手机"))}, "field:applicant.mobile"),
        ({"materials": (Material("bl", "营业执照", receipt_points=("清楚",)),)}, "material:bl"),
        ({"materials": (Material("plan", "平面图"),)}, "material:plan"),
        ({"materials": (Material("x", "甲", source="exempt", when=equals("premises.kind", "bar")),)}, "material:x"),
        ({"materials": (Material("x", "甲", source="exempt", when=equals("no.such", 1)),)}, "material:x"),
        ({"materials": (Material("x", "甲", source="exempt", when={"node": "guess"}),)}, "material:x"),
        ({"flow": replace(BASE.flow, decision_post_id=2)}, "flow.decision"),
        ({"flow": replace(BASE.flow, acceptance_post_id=9)}, "flow.acceptance"),
        ({"flow": replace(BASE.flow, branches=())}, "flow.branches"),
        ({"result": replace(BASE.result, licence_type="none")}, "result"),
        ({"result": replace(BASE.result, attributes={"面积": "premises.area"})}, "result"),
        ({"form": (*BASE.form, BASE.form[0])}, "form:premises"),
        ({"form": (circle,), "result": replace(BASE.result, attributes={})}, "visible:premises.lanes"),
    ],
)
def test_a_fault_is_named_with_its_place(changes: dict[str, Any], place: str) -> None:
    found = check(a_version(**changes), WORLD)
    assert place in {f.place.partition("#")[0] for f in found} or (
        place == "visible:premises.lanes" and any("互相依赖" in f.sentence for f in found)
    )
    assert all(f.sentence and f.remedy for f in found)


def test_one_post_may_not_accept_and_decide() -> None:
    world = replace(WORLD, post_roles=ROLES | {1: ("window_clerk", "approver")})
    found = check(a_version(flow=replace(BASE.flow, decision_post_id=1)), world)
    assert [f.sentence for f in found] == ["受理和决定是同一个岗位"]


@pytest.mark.covers("WIN-02")
def test_who_handles_may_not_stand_at_the_deciding_post() -> None:
    world = replace(WORLD, post_roles=ROLES | {2: ("handler", "approver")})
    changed = a_version(flow=replace(BASE.flow, decision_post_id=2))
    assert [f.place for f in check(changed, world)] == ["flow:health.handle"]
    assert check(replace(changed, separation_level="two_posts_one_window"), world) == ()


@pytest.mark.covers("WIN-10")
def test_the_single_post_is_a_chief_representative() -> None:
    rule = SinglePostRule(1, "窗口", "授权决定", "2025-12-01", "2026-01-01")
    single = a_version(case_type="instant", separation_level="single_post", single_post=rule)
    assert [f.place for f in check(single, WORLD)] == ["single_post"]
    world = replace(WORLD, post_roles=ROLES | {1: ("window_clerk", "chief_representative")})
    assert check(single, world) == ()


def test_a_result_without_a_licence_needs_no_licence_type() -> None:
    found = replace(BASE.result, licence_type="", attributes={})
    assert {f.place for f in check(a_version(result=found), WORLD)} == {"result"}
    filing = a_version(result=found, legal_regime="filing", regime=regime_of("filing", DAY))
    assert check(filing, WORLD) == ()


def test_an_outcome_without_its_paper_is_found() -> None:
    world = replace(WORLD, paper_kinds=("receipt", "small_paper"))
    assert {f.place for f in check(BASE, world)} == {"papers"}
