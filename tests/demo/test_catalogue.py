"""The demo's items: one of every legal regime, each complete enough to be applied for, each found by its own words."""

from __future__ import annotations

import random
import subprocess
import sys
import uuid
from pathlib import Path

import pytest

from tests.support import builders
from tests.support.sparing import first_fast
from tongban.demo import catalogue, files, history, names, samples, stories
from tongban.ground import moment
from tongban.ground.errors import Refusal, Refusals
from tongban.ground.ledger.selectors import events_of
from tongban.insight.search.selectors import find
from tongban.procedures.cases import following, services
from tongban.procedures.cases.loading import load
from tongban.registry.catalog import forms, selectors, taxonomy
from tongban.registry.catalog.version import VersionContent

pytestmark = [pytest.mark.django_db, pytest.mark.aside]

REGIMES = {
    names.HYGIENE_SLUG: "licensing",
    names.ROAD_SLUG: "licensing",
    names.FIRE_SLUG: "licensing",
    names.RENEWAL_SLUG: "licensing",
    names.CHANGE_SLUG: "licensing",
    names.CHANGE_SLUG: "licensing",
    names.REGISTRATION_SLUG: "registration",
    names.PAUSE_SLUG: "filing",
    names.ALLOWANCE_SLUG: "payment",
    names.FUND_SLUG: "public_service",
    names.INJURY_SLUG: "confirmation",
    names.CERTIFICATE_SLUG: "public_service",
    names.FOOD_SLUG: "licensing",
    names.NURSE_SLUG: "licensing",
    names.GAS_SLUG: "licensing",
    names.BUILDING_SLUG: "licensing",
    names.ADVERTISING_SLUG: "licensing",
    names.ENTERTAINMENT_SLUG: "licensing",
    names.BIRTH_SLUG: "public_service",
    names.RESIDENCE_SLUG: "public_service",
    names.ILLNESS_SLUG: "public_service",
    names.DISABILITY_SLUG: "payment",
    names.SUBSIDY_SLUG: "payment",
    names.STUDENT_SLUG: "payment",
    names.SURVIVOR_SLUG: "payment",
    names.AWARD_SLUG: "award",
    names.DISPUTE_SLUG: "adjudication",
    names.VEHICLE_SLUG: "other_power",
}
AT_ONCE = [slug for slug in REGIMES if slug != names.CHANGE_SLUG]
"""Items that nothing has to come before the application of."""
ALONE = [slug for slug in AT_ONCE if slug != names.ENTERTAINMENT_SLUG]
"""Items that nothing has to come before the decision of; a singing hall's whole road is lived in ``test_lives``."""
WORDS = {
    names.CHANGE_SLUG: "卫生证换负责人",
    names.FIRE_SLUG: "开业消防",
    names.RENEWAL_SLUG: "卫生证到期",
    names.REGISTRATION_SLUG: "办营业执照",
    names.PAUSE_SLUG: "店铺停业",
    names.ALLOWANCE_SLUG: "八十岁补贴",
    names.FUND_SLUG: "取公积金",
    names.INJURY_SLUG: "上班受伤",
    names.CERTIFICATE_SLUG: "打社保",
    names.HYGIENE_SLUG: "开理发店",
    names.ROAD_SLUG: "挖马路",
    names.FOOD_SLUG: "开饭店",
    names.NURSE_SLUG: "护士注册",
    names.GAS_SLUG: "液化气站",
    names.BUILDING_SLUG: "施工许可证",
    names.ADVERTISING_SLUG: "挂横幅",
    names.ENTERTAINMENT_SLUG: "歌厅许可",
    names.BIRTH_SLUG: "怀孕登记",
    names.RESIDENCE_SLUG: "暂住证",
    names.ILLNESS_SLUG: "慢病认定",
    names.DISABILITY_SLUG: "残疾人补贴",
    names.SUBSIDY_SLUG: "4050补贴",
    names.STUDENT_SLUG: "贫困生补助",
    names.SURVIVOR_SLUG: "丧葬费",
    names.AWARD_SLUG: "质量奖",
    names.DISPUTE_SLUG: "宅基地纠纷",
    names.VEHICLE_SLUG: "货车年审",
}
SECTIONS = "ABCDEFGHIJKLMNOPQRST"
ALL = ("licensing", "registration", "confirmation", "payment", "award", "adjudication", "filing")
ALL_REGIMES = {*ALL, "public_service", "other_power"}


def content(slug: str) -> VersionContent:
    return selectors.version_in_force(slug)[1]


def test_the_demo_has_an_item_of_every_regime_that_its_law_needs() -> None:
    assert {slug: content(slug).legal_regime for slug in selectors.guide_slugs()} == REGIMES
    assert set(REGIMES.values()) == ALL_REGIMES
    assert all(content(slug).law.code == regime for slug, regime in REGIMES.items())


@pytest.mark.parametrize("slug", REGIMES)
def test_its_sound_answers_leave_nothing_missing(slug: str) -> None:
    facts = history.person_facts(builders.resident(), None)
    answers = stories.answers(slug, random.Random(1), facts, moment.today())
    values, refusals = forms.parse_answers(content(slug), answers)
    assert not refusals
    files = {code: [str(uuid.uuid4())] for code in samples.wanted(slug, values)}
    assert forms.missing(content(slug), values, files) == ()


@pytest.mark.parametrize("slug", first_fast(AT_ONCE, 2))
def test_it_can_be_applied_for_in_the_portal(slug: str) -> None:
    case = load(builders.a_submitted_case(slug=slug))
    assert (case.state, case.title) == ("submitted", content(slug).name)


@pytest.mark.parametrize(("slug", "words"), WORDS.items())
def test_people_find_it_by_their_own_words(slug: str, words: str) -> None:
    assert find(words).results[0].title == content(slug).name


@pytest.mark.covers("APR-03")
def test_every_step_of_every_item_has_its_points_and_every_item_its_basis() -> None:
    for slug in selectors.guide_slugs():
        item = content(slug)
        assert item.legal_basis, slug
        assert item.receipt_points, slug
        for branch in item.flow.branches:
            assert all(step.review_points for step in branch.steps), slug


@pytest.mark.covers("NTC-06")
def test_the_renewal_lets_two_secondary_materials_follow() -> None:
    rules = {m.code: m.deferral.due_rule for m in content(names.RENEWAL_SLUG).materials if m.deferral}
    assert rules == {"hygiene_rules": "at_pickup", "health_list": "by_date"}


@pytest.mark.covers("NTC-10")
def test_one_item_is_granted_on_a_promise_and_one_takes_it_for_a_proof() -> None:
    promises = {slug: content(slug).commitment for slug in selectors.guide_slugs()}
    modes = {slug: (rule.mode, rule.materials) for slug, rule in promises.items() if rule}
    assert modes == {names.FIRE_SLUG: ("approval", ()), names.ALLOWANCE_SLUG: ("proof", ("residence_proof",))}


@pytest.mark.covers("PRT-11")
def test_every_stage_of_life_and_of_an_enterprise_finds_an_item() -> None:
    met = {stage for slug in selectors.guide_slugs() for stage in content(slug).life_stages}
    assert met == set(taxonomy.LIFE_STAGES)


def test_what_every_item_tells_beside_its_law_is_from_the_closed_lists() -> None:
    for slug in selectors.guide_slugs():
        item = content(slug)
        assert set(item.application_modes) <= set(taxonomy.APPLICATION_MODES), slug
        assert "window" in item.application_modes, slug  # a way to a person stays open (WIN-21)
        assert item.service_scope in taxonomy.SCOPES, slug
        assert all(code in SECTIONS for code in item.industries), slug
        assert (item.domain in taxonomy.DOMAINS) or not item.domain, slug
        assert item.domain or item.item_type != "public_service", slug
        assert set(item.reliefs) <= set("ABCD"), slug
        assert all(m.sample for m in item.materials if m.source == "uploaded"), slug


@pytest.mark.covers("PRT-13")
@pytest.mark.parametrize("slug", REGIMES)
def test_its_filled_in_sample_is_whole_and_right(slug: str) -> None:
    item = content(slug)
    values, refusals = forms.parse_answers(item, item.sample)
    assert not refusals
    files = {code: [str(uuid.uuid4())] for code in samples.wanted(slug, values)}
    assert forms.missing(item, values, files) == ()
    assert values.get("applicant.name") == "王小云"  # invented, and the same in every sample


@pytest.mark.covers("APR-08")
def test_a_prerequisite_names_an_option_of_the_city() -> None:
    needed = {slug: content(slug).prerequisites for slug in selectors.guide_slugs() if content(slug).prerequisites}
    assert set(needed) == {names.ENTERTAINMENT_SLUG, names.CHANGE_SLUG}
    (fire,) = needed[names.ENTERTAINMENT_SLUG]
    assert (fire.kind, fire.code, fire.effect) == ("option", content(names.FIRE_SLUG).option_code, "decide")


@pytest.mark.covers("WIN-02")
def test_all_three_levels_of_separation_stand_in_the_demo() -> None:
    levels = {slug: content(slug).separation_level for slug in selectors.guide_slugs()}
    assert levels[names.CERTIFICATE_SLUG] == levels[names.BIRTH_SLUG] == "single_post"
    assert levels[names.REGISTRATION_SLUG] == "two_posts_one_window"
    assert {level for slug, level in levels.items() if content(slug).case_type == "promised"} == {"strict"}


def test_only_a_law_that_is_cited_stops_or_runs_a_statutory_clock() -> None:
    for slug in selectors.guide_slugs():
        item = content(slug)
        assert item.statutory_limit is None or item.statutory_limit.basis, slug
        for rule in item.flow.special_steps:
            assert not rule.stops_statutory or rule.basis, (slug, rule.kind)
    for slug, regime in REGIMES.items():
        assert content(slug).law.deemed_acceptance is (regime == "licensing"), slug


@pytest.mark.slow
def test_loading_the_people_and_the_catalogue_twice_changes_nothing() -> None:
    before = {slug: selectors.version_in_force(slug)[0] for slug in selectors.guide_slugs()}
    catalogue.load()
    assert {slug: selectors.version_in_force(slug)[0] for slug in selectors.guide_slugs()} == before


@pytest.mark.parametrize("slug", first_fast(ALONE, 2))
def test_its_ordinary_road_ends_in_the_outcome_of_its_law(slug: str) -> None:
    item = content(slug)
    case_id = builders.a_submitted_case(slug=slug)
    services.accept(builders.holder_of(item.flow.acceptance_post_id), case_id)
    builders.review(case_id)
    why = {"facts": "双方陈述和凭证相符", "reasons": "归申请人使用"} if item.law.positive == "adjudicated" else {}
    basis = [{"instrument": item.legal_basis[0].instrument, "article": item.legal_basis[0].article}]
    services.decide(builders.approver_of(case_id), case_id, outcome=item.law.positive, basis=basis, **why)
    case = load(case_id)
    assert (case.state, case.outcome) == ("decided", item.law.positive)


def test_a_walk_reads_the_answers_without_django() -> None:
    program = "from tongban.demo import answers, names; print(len(answers.files.by_slug()))"
    environment = {"PYTHONPATH": str(Path(files.__file__).parents[2]), "PATH": ""}
    made = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)
    assert made.stdout.strip() == str(len(REGIMES))


@pytest.mark.slow
@pytest.mark.covers("APR-08")
def test_the_change_of_a_licence_needs_that_licence_and_waits_for_the_business_licence() -> None:
    with pytest.raises(Refusals) as refused:
        builders.a_submitted_case(slug=names.CHANGE_SLUG)
    assert "公共场所卫生许可证" in refused.value.items[0].sentence
    builders.settle(builders.a_granted_case())
    change = builders.a_case_to_decide(slug=names.CHANGE_SLUG)
    with pytest.raises(Refusal) as held:
        services.decide(builders.approver_of(change), change, outcome="granted")
    assert "营业执照" in held.value.sentence
    register = content(names.REGISTRATION_SLUG)
    clerk = builders.holder_of(register.flow.acceptance_post_id)
    shop = builders.a_case_to_decide(slug=names.REGISTRATION_SLUG, by=clerk)
    services.decide(builders.approver_of(shop), shop, outcome=register.law.positive)
    builders.settle(shop)
    for event in events_of("case", shop):
        following.follow(event)
    services.decide(builders.approver_of(change), change, outcome="granted")
    assert load(change).state == "decided"
