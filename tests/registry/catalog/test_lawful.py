"""Every finding of law can appear, names its place and a remedy; what passes keeps what the engine relies on."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.registry.catalog.contents import BASE, LICENSING, a_version, equals, limit, more_than
from tongban.ground import calendar
from tongban.procedures.cases.rules.paper_kinds import result_paper
from tongban.registry.catalog.lawful import EXCLUDED_FIELDS, cites, exceeds, lawful, longest, shortest
from tongban.registry.catalog.regimes import regime_of
from tongban.registry.catalog.special_steps import SPECIAL_STEPS
from tongban.registry.catalog.version import (
    CommitmentRule,
    DeferralRule,
    ExtensionRule,
    FormField,
    FormSection,
    Material,
    Regime,
    SinglePostRule,
    SpecialStepRule,
    TimeLimit,
    VersionContent,
)

DAY = date(2026, 6, 1)
PROMISE = CommitmentRule("approval", "甲-1", ("条件",), ("承诺",), (), limit(20), limit(10), ("撤销",), "某法第十五条")
SINGLE = SinglePostRule(1, "受理岗", "授权决定", "2025-12-01", "2026-01-01", "2028-12-31")


def regime(code: str) -> Regime:
    return regime_of(code, DAY)


def of(code: str, **changes: Any) -> VersionContent:
    """The small version under another regime, without a statutory limit."""
    return a_version(**({"legal_regime": code, "regime": regime(code), "statutory_limit": None} | changes))


def special(**changes: Any) -> VersionContent:
    values = {"kind": "site_check", "name": "现场核查", "limit": limit(3), "branch_key": "health", **changes}
    return a_version(flow=replace(BASE.flow, special_steps=(SpecialStepRule(**values),)))


def deferred(essential: bool = False, **changes: Any) -> VersionContent:
    rule = DeferralRule(**({"consequence": "先不发证"} | changes))
    return a_version(materials=(Material("plan", "平面图", essential, receipt_points=("清楚",), deferral=rule),))


def promised(**changes: Any) -> VersionContent:
    return a_version(commitment=replace(PROMISE, **changes))


def single(level: str = "single_post", case_type: str = "instant", **changes: Any) -> VersionContent:
    return a_version(separation_level=level, case_type=case_type, single_post=replace(SINGLE, **changes))


def asked(*fields: FormField) -> VersionContent:
    return a_version(form=(FormSection("a", "甲", fields),))


def places(content: VersionContent) -> set[str]:
    found = lawful(content, result_paper)
    assert all(one.sentence and one.remedy for one in found)
    return {one.place for one in found}


@pytest.mark.parametrize(
    "content",
    [
        BASE,
        *(of(code) for code in ("registration", "confirmation", "payment", "award", "filing", "public_service")),
        of("adjudication"),
        of("other_power"),
        of("confirmation", statutory_limit=limit(60, "calendar_day"), promised_limit=limit(40, "calendar_day")),
        of("registration", statutory_limit=limit(10), extension=ExtensionRule(3, "登记条例第十九条")),
        of("filing", record_limit=limit(0, "at_once")),
        of("payment", accept_on_receipt=True),
        special(stops_promised=True),
        special(kind="expert_review", stops_statutory=True),
        special(stops_statutory=True, basis="某条例第九条"),
        a_version(extension=ExtensionRule(10, "行政许可法第四十二条")),
        a_version(extension=ExtensionRule(40, "核准条例第十条")),
        a_version(statutory_limit=limit(30, basis="专门条例第七条")),
        a_version(kind="renew", renewal_limit=limit(30, "calendar_day")),
        a_version(notice_limit=TimeLimit(2, "working_day", "办法", counts_day_zero=True)),
        deferred(),
        deferred(due_rule="by_date", limit=limit(5)),
        promised(),
        promised(mode="proof", materials=("plan",)),
        a_version(commitment=replace(PROMISE, by_statute=True), excluded_fields=("life_and_property",)),
        single(),
        single(valid_until=None),
    ],
)
def test_what_the_law_allows_has_no_finding(content: VersionContent) -> None:
    assert places(content) == set()


@pytest.mark.parametrize(
    ("content", "place"),
    [
        (a_version(regime=None), "legal_regime"),
        (a_version(regime=regime("filing")), "legal_regime"),
        (of("payment", regime=replace(regime("payment"), deemed_acceptance=True)), "legal_regime"),
        (of("payment", regime=replace(regime("payment"), lawful_stops=("hearing",))), "legal_regime"),
        (a_version(acceptance_limit=limit(6)), "acceptance_limit"),
        (a_version(acceptance_limit=limit(15, "calendar_day")), "acceptance_limit"),
        (a_version(notice_limit=limit(6)), "notice_limit"),
        (a_version(statutory_limit=limit(20, basis="本局规定")), "statutory_limit"),
        (of("payment", statutory_limit=limit(20, basis="承诺")), "statutory_limit"),
        (a_version(statutory_limit=limit(21, basis="行政许可法第四十二条")), "statutory_limit"),
        (a_version(renewal_limit=limit(30)), "renewal_limit"),
        (a_version(record_limit=limit(1)), "record_limit"),
        (of("registration", accept_on_receipt=True), "accept_on_receipt"),
        (a_version(promised_limit=limit(21)), "promised_limit"),
        (a_version(promised_limit=limit(25, "calendar_day")), "promised_limit"),
        (a_version(promised_limit=limit(18), statutory_limit=limit(20, "calendar_day")), "promised_limit"),
        (a_version(statutory_limit=None, joint_limit=limit(7)), "promised_limit"),
        (special(kind="coffee"), "flow.special_steps[0]"),
        (special(stops_statutory=True), "flow.special_steps[0]"),
        (special(stops_statutory=True, basis="内部规定"), "flow.special_steps[0]"),
        (replace(special(stops_statutory=True, basis="某法第九条"), statutory_limit=None), "flow.special_steps[0]"),
        (special(branch_key="nowhere"), "flow.special_steps[0]"),
        (special(limit=limit(0)), "flow.special_steps[0]"),
        (a_version(extension=ExtensionRule(5, "")), "extension"),
        (a_version(extension=ExtensionRule(11, "行政许可法第四十二条")), "extension"),
        (a_version(extension=ExtensionRule(0, "某法第九条")), "extension"),
        (a_version(extension=ExtensionRule(5, "某法第九条", "handler")), "extension"),
        (deferred(essential=True), "material:plan"),
        (deferred(due_rule="some_day"), "material:plan"),
        (deferred(due_rule="by_date"), "material:plan"),
        (deferred(due_rule="by_date", limit=limit(9)), "material:plan"),
        (deferred(consequence=" "), "material:plan"),
        (promised(mode="handshake"), "commitment"),
        (promised(statement=()), "commitment"),
        (promised(letter=(" ",)), "commitment"),
        (promised(liability=()), "commitment"),
        (promised(pair_version=""), "commitment"),
        (promised(basis=""), "commitment"),
        (promised(check_limit=limit(0)), "commitment"),
        (promised(materials=("nothing",)), "commitment"),
        (promised(mode="proof"), "commitment"),
        (promised(by_statute=True, basis="惯例"), "commitment"),
        *((a_version(commitment=PROMISE, excluded_fields=(code,)), "commitment") for code in EXCLUDED_FIELDS),
        (a_version(separation_level="loose"), "separation_level"),
        (single(level="strict"), "single_post"),
        (single(case_type="promised"), "single_post"),
        (a_version(separation_level="single_post", case_type="instant"), "single_post"),
        (single(instrument=" "), "single_post"),
        (single(published_on="去年"), "single_post"),
        (single(valid_until="2025-01-01"), "single_post"),
        (single(published_on="2026-02-01"), "single_post"),
        (single(post_id=9), "single_post"),
        (replace(single(), flow=replace(BASE.flow, decision_post_id=1)), "flow.decision"),
        (asked(FormField("premises.pool_m2", "泳池", when=more_than("premises.lanes", 1))), "field:premises.pool_m2"),
        (
            asked(
                FormField("premises.pool_m2", "泳池", when=more_than("premises.lanes", 1)),
                FormField("premises.lanes", "泳道"),
            ),
            "field:premises.pool_m2",
        ),
        (asked(FormField("premises.lanes", "泳道", when=more_than("premises.lanes", 1))), "field:premises.lanes"),
        (
            asked(
                FormField(
                    "premises.lanes",
                    "泳道",
                    when={
                        "node": "boolean",
                        "op": "and",
                        "items": [equals("premises.kind", "pool"), equals("premises.kind", "hair")],
                    },
                )
            ),
            "field:premises.lanes",
        ),
    ],
)
def test_what_the_law_forbids_is_named_with_its_place(content: VersionContent, place: str) -> None:
    assert place in places(content)


def test_an_optional_field_that_nobody_sees_is_no_matter_of_law() -> None:
    hidden = FormField("premises.lanes", "泳道", optional=True, when=more_than("premises.lanes", 1))
    assert places(asked(hidden)) == set()


def test_an_outcome_without_a_paper_is_found() -> None:
    def none(code: str, outcome: str, kind: str) -> str:
        if outcome == "refused":
            raise KeyError(outcome)
        return result_paper(code, outcome, kind)

    assert [one.place for one in lawful(BASE, none)] == ["papers"]


@pytest.mark.parametrize("code", ["registration", "confirmation", "payment", "award", "adjudication", "filing"])
def test_every_regime_has_a_paper_for_each_of_its_outcomes(code: str) -> None:
    law = regime(code)
    assert all(result_paper(code, outcome, "new") for outcome in (law.positive, law.negative) if outcome)


@pytest.mark.parametrize(
    ("basis", "named"),
    [("行政许可法第四十二条", True), ("条例第 9 条", False), ("办法第9条", True), ("惯例", False), ("", False)],
)
def test_a_basis_names_an_article(basis: str, named: bool) -> None:
    assert cites(basis) is named


# ---- the cautious comparison, against nine years of the real calendar ---------------------------------------------

WORKING = calendar.load()
DAYS = st.dates(date(2018, 1, 1), date(2026, 6, 30))


@given(DAYS, st.integers(1, 120))
def test_no_limit_is_shorter_or_longer_than_it_is_thought_to_be(start: date, n: int) -> None:
    lasts = (WORKING.add_working_days(start, n) - start).days
    told = limit(n)
    assert shortest(told) <= lasts <= longest(told)


@given(DAYS, st.integers(1, 60), st.integers(1, 90))
def test_a_promise_that_passes_never_ends_after_the_law(start: date, days: int, calendar_days: int) -> None:
    working, natural = limit(days), limit(calendar_days, "calendar_day")
    by_working = WORKING.add_working_days(start, days)
    by_natural = start + timedelta(days=calendar_days)
    while not WORKING.is_working_day(by_natural):
        by_natural += timedelta(days=1)
    if not exceeds(working, natural):
        assert by_working <= by_natural
    if not exceeds(natural, working):
        assert by_natural <= by_working


# ---- what passes keeps what the engine relies on -------------------------------------------------------------------

LIMITS = st.builds(
    limit,
    st.integers(0, 40),
    st.sampled_from(("working_day", "calendar_day", "at_once")),
    st.sampled_from(("某条例第九条", "行政许可法第四十二条", "承诺", "")),
)
STEPS = st.builds(
    SpecialStepRule,
    kind=st.sampled_from((*SPECIAL_STEPS, "coffee")),
    name=st.just("环节"),
    limit=LIMITS,
    branch_key=st.sampled_from(("", "health", "nowhere")),
    stops_statutory=st.booleans(),
    stops_promised=st.booleans(),
    basis=st.sampled_from(("", "某条例第九条", "内部规定")),
)
VERSIONS = st.builds(
    lambda code, statutory, special_steps, changes: a_version(
        legal_regime=code,
        regime=regime(code),
        statutory_limit=statutory,
        flow=replace(BASE.flow, special_steps=special_steps),
        **changes,
    ),
    st.sampled_from(("licensing", "registration", "payment", "filing", "public_service", "confirmation")),
    st.none() | LIMITS,
    st.lists(STEPS, max_size=2).map(tuple),
    st.fixed_dictionaries(
        {
            "promised_limit": LIMITS,
            "extension": st.none()
            | st.builds(ExtensionRule, st.integers(0, 20), st.sampled_from(("", "某法第九条", "行政许可法第四十二条"))),
            "accept_on_receipt": st.booleans(),
            "separation_level": st.sampled_from(("strict", "two_posts_one_window", "single_post", "loose")),
            "single_post": st.none() | st.just(SINGLE),
            "case_type": st.sampled_from(("instant", "promised")),
            "excluded_fields": st.sampled_from(((), ("ecology",))),
            "commitment": st.none() | st.just(PROMISE),
        }
    ),
)


@given(VERSIONS)
def test_a_version_without_findings_keeps_the_engines_invariants(content: VersionContent) -> None:
    if lawful(content, result_paper):
        return
    law = content.law
    assert law.code == content.legal_regime
    assert law is LICENSING or not (law.deemed_acceptance or law.deemed_renewal or law.lawful_stops)
    if content.statutory_limit:
        assert cites(content.statutory_limit.basis)
        assert not exceeds(content.promised_limit, content.statutory_limit)
    for rule in content.flow.special_steps:
        assert rule.kind in SPECIAL_STEPS
        assert not rule.stops_statutory or rule.kind in law.lawful_stops or cites(rule.basis)
    if content.extension:
        assert content.extension.n > 0
        assert cites(content.extension.basis)
    if content.separation_level == "single_post":
        assert content.case_type == "instant"
        assert content.single_post
        assert content.single_post.post_id == content.flow.acceptance_post_id != content.flow.decision_post_id
    else:
        assert content.single_post is None
    assert not (content.commitment and content.excluded_fields)
