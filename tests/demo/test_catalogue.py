"""The demo's items: one of every legal regime, each complete enough to be applied for, each found by its own words."""

from __future__ import annotations

import random
import uuid

import pytest

from tests.support import builders
from tests.support.sparing import first_fast
from tongban.demo import catalogue, history, names, samples, stories
from tongban.ground import moment
from tongban.insight.search.selectors import find
from tongban.procedures.cases import services
from tongban.procedures.cases.loading import load
from tongban.registry.catalog import forms, selectors
from tongban.registry.catalog.version import VersionContent

pytestmark = pytest.mark.django_db

REGIMES = {
    names.HYGIENE_SLUG: "licensing",
    names.ROAD_SLUG: "licensing",
    names.FIRE_SLUG: "licensing",
    names.RENEWAL_SLUG: "licensing",
    names.REGISTRATION_SLUG: "registration",
    names.PAUSE_SLUG: "filing",
    names.ALLOWANCE_SLUG: "payment",
    names.FUND_SLUG: "public_service",
    names.INJURY_SLUG: "confirmation",
    names.CERTIFICATE_SLUG: "public_service",
}
WORDS = {
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
}


def content(slug: str) -> VersionContent:
    return selectors.version_in_force(slug)[1]


def test_the_demo_has_an_item_of_every_regime_that_its_law_needs() -> None:
    assert {slug: content(slug).legal_regime for slug in selectors.guide_slugs()} == REGIMES
    assert all(content(slug).law.code == regime for slug, regime in REGIMES.items())


@pytest.mark.parametrize("slug", REGIMES)
def test_its_sound_answers_leave_nothing_missing(slug: str) -> None:
    facts = history.person_facts(builders.resident(), None)
    answers = stories.answers(slug, random.Random(1), facts, moment.today())
    values, refusals = forms.parse_answers(content(slug), answers)
    assert not refusals
    files = {code: [str(uuid.uuid4())] for code in samples.wanted(slug, values)}
    assert forms.missing(content(slug), values, files) == ()


@pytest.mark.parametrize("slug", first_fast(REGIMES, 2))
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


@pytest.mark.covers("WIN-02")
def test_all_three_levels_of_separation_stand_in_the_demo() -> None:
    levels = {slug: content(slug).separation_level for slug in selectors.guide_slugs()}
    assert levels[names.CERTIFICATE_SLUG] == "single_post"
    assert levels[names.REGISTRATION_SLUG] == "two_posts_one_window"
    assert {level for slug, level in levels.items() if content(slug).case_type == "promised"} == {"strict"}


def test_only_a_law_that_is_cited_stops_or_runs_a_statutory_clock() -> None:
    for slug in selectors.guide_slugs():
        item = content(slug)
        assert item.statutory_limit is None or item.statutory_limit.basis, slug
        for rule in item.flow.special_steps:
            assert not rule.stops_statutory or rule.basis, (slug, rule.kind)
    for slug in (names.ALLOWANCE_SLUG, names.PAUSE_SLUG, names.FUND_SLUG, names.REGISTRATION_SLUG, names.INJURY_SLUG):
        assert not content(slug).law.deemed_acceptance, slug


@pytest.mark.slow
def test_loading_the_people_and_the_catalogue_twice_changes_nothing() -> None:
    before = {slug: selectors.version_in_force(slug)[0] for slug in selectors.guide_slugs()}
    catalogue.load()
    assert {slug: selectors.version_in_force(slug)[0] for slug in selectors.guide_slugs()} == before


@pytest.mark.parametrize("slug", first_fast(REGIMES, 2))
def test_its_ordinary_road_ends_in_the_outcome_of_its_law(slug: str) -> None:
    item = content(slug)
    case_id = builders.a_submitted_case(slug=slug)
    services.accept(builders.holder_of(item.flow.acceptance_post_id), case_id)
    builders.review(case_id)
    services.decide(builders.approver_of(case_id), case_id, outcome=item.law.positive)
    case = load(case_id)
    assert (case.state, case.outcome) == ("decided", item.law.positive)
