"""Instant handling and filings on the spot: who may, what it is, what it never does (WIN-02, WIN-10)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.procedures.cases import lawful, pure
from tests.procedures.cases.lawful import (
    BASIS,
    CHIEF,
    LICENCE,
    SINGLE_POST,
    entered,
    events,
    instant,
    papers,
    refused,
    running,
    version,
)
from tests.procedures.cases.pure import CLERK, MONDAY, act, sealed
from tongban.ground.policy import SYSTEM
from tongban.procedures.cases.rules import commands

AT_ONCE = commands.DecideInstantly(None, BASIS)
RECORD = commands.Record(basis=BASIS)
SERVICE = instant()


@pytest.mark.covers("WIN-10")
def test_a_chief_representative_accepts_and_decides_in_one_act():
    state = entered(SERVICE)
    after = act(state, AT_ONCE, CHIEF, of=SERVICE)
    assert (after.state, after.outcome, after.acceptance_mode) == ("decided", "provided", "instant")
    assert after.accepted_by == CHIEF.staff_id
    assert papers(after) == ["receipt", "service_result"]
    assert set(running(after)) == {"delivery"}
    assert not after.open_tasks()
    told = events(state, AT_ONCE, CHIEF, of=SERVICE)
    assert list(told) == ["case.accepted", "case.decided"]
    assert told["case.accepted"]["mode"] == "instant"
    assert act(sealed(after), commands.Issue(), SYSTEM, of=SERVICE).state == "issued"


@pytest.mark.covers("WIN-10")
def test_one_in_five_is_sampled_afterwards_by_the_number_of_the_case():
    state = entered(SERVICE)
    cases = [replace(state, id=pure.uuid.UUID(int=n)) for n in range(400)]
    flags = [events(one, AT_ONCE, CHIEF, of=SERVICE)["case.decided"]["sampled"] for one in cases]
    assert flags == [events(one, AT_ONCE, CHIEF, of=SERVICE)["case.decided"]["sampled"] for one in cases]
    assert 50 < sum(flags) < 110


@pytest.mark.covers("WIN-02", "WIN-10")
@pytest.mark.parametrize(
    ("of", "code"),
    [
        (instant(level="strict"), "instant.separation"),
        (instant(case_type="promised"), "instant.not_instant"),
        (instant(single_post=None), "separation.single_post"),
        (instant(single_post=replace(SINGLE_POST, valid_from="2026-10-01")), "separation.single_post"),
        (instant(single_post=replace(SINGLE_POST, valid_until="2026-08-31")), "separation.single_post"),
        (instant(single_post=replace(SINGLE_POST, post_id=99)), "separation.single_post"),
        (instant(level="two_posts_one_window"), "instant.separation"),
    ],
)
def test_without_a_dated_authorisation_of_the_post_nothing_is_decided_at_once(of, code):
    assert refused(entered(of), AT_ONCE, CHIEF, of=of).code == code


@pytest.mark.covers("WIN-02")
def test_who_holds_both_posts_of_a_window_may_where_the_version_says_two_posts():
    of = instant(level="two_posts_one_window")
    both = replace(CHIEF, posts=((pure.WINDOW, "窗口"), (pure.APPROVE, "审批")))
    assert act(entered(of), AT_ONCE, both, of=of).outcome == "provided"


def test_an_instant_licence_is_prepared_with_its_papers():
    of = instant("licensing")
    state = act(entered(of), commands.DecideInstantly(LICENCE, BASIS), CHIEF, of=of)
    assert papers(state) == ["receipt", "decision_grant", "licence"]


def test_nothing_is_decided_at_once_while_a_material_is_missing():
    state = entered(SERVICE, "proof")
    assert refused(state, AT_ONCE, CHIEF, of=SERVICE).code == "materials.outstanding"


@pytest.mark.parametrize("who", [pure.APPROVER, pure.HANDLER, pure.APPLICANT, SYSTEM])
def test_only_a_window_decides_at_once(who):
    assert refused(entered(SERVICE), AT_ONCE, who, of=SERVICE).code == "case.not_allowed"


# ---- filings -------------------------------------------------------------------------------------------------------


def test_a_filing_is_recorded_on_the_spot_by_the_window():
    of = version("filing")
    state = act(entered(of), RECORD, CLERK, of=of)
    assert (state.state, state.outcome, state.acceptance_mode, state.accepted_at) == ("decided", "recorded", "", None)
    assert papers(state) == ["receipt", "filing_receipt"]
    assert set(running(state)) == {"delivery"}


@pytest.mark.parametrize("code", [code for code in lawful.REGIMES if code != "filing"])
def test_nothing_but_a_filing_is_recorded(code):
    of = version(code)
    assert refused(entered(of), RECORD, CLERK, of=of).code == "record.regime"


def test_an_incomplete_filing_is_not_recorded():
    of = version("filing")
    assert refused(entered(of, "proof"), RECORD, CLERK, MONDAY, of).code == "materials.outstanding"
