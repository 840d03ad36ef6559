"""Deferral (容缺受理): what may be deferred, who chooses, what is withheld, how it ends (NTC-06, 07; C16)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.procedures.cases import lawful, pure
from tests.procedures.cases.lawful import BY_DATE, deferrable, entered, events, given, papers, refused, running, version
from tests.procedures.cases.pure import APPLICANT, CLERK, ISSUER, act, days_later, sealed
from tongban.ground.policy import SYSTEM
from tongban.procedures.cases.rules import commands

AT_PICKUP, DATED = deferrable(), deferrable(BY_DATE)
ACCOUNT = pure.uuid.UUID(int=901)
SETTLE = commands.SettleDeferral((given("proof"),), ACCOUNT)


def defer(*codes: str, chosen: bool = True, signed_by: str = "陆明远") -> commands.AcceptWithDeferral:
    return commands.AcceptWithDeferral(codes or ("proof",), chosen, signed_by)


def deferred(of=AT_PICKUP, at=pure.MONDAY):
    return act(entered(of, "proof", at=at), defer(), CLERK, at, of)


def matter(state):
    return next(p for p in state.proceedings if p.kind == "deferral")


def decided(of, at=pure.MONDAY):
    state = deferred(of, at)
    for who in (pure.HANDLER, pure.OTHER_EXAMINER, pure.EXAMINER):
        task = next(t for t in state.open_tasks("handle", "examine") if t.post_id == who.post_id)
        state = act(state, commands.CompleteStep(task.id, "pass", "符合要求"), who, at, of)
    return act(state, pure.grant(), pure.APPROVER, at, of)


@pytest.mark.covers("NTC-06", "NTC-07")
def test_the_review_goes_on_while_a_secondary_material_is_missing():
    state = deferred()
    assert (state.state, state.acceptance_mode) == ("in_review", "deferred")
    assert papers(state) == ["receipt", "deferral_acceptance", "deferral_letter"]
    assert (matter(state).key, matter(state).data["due_rule"], matter(state).due_on) == ("proof", "at_pickup", None)
    assert set(running(state)) == {"promised", "statutory", "joint"}
    assert state.open_tasks("handle", "examine")


def test_a_deferral_by_date_has_a_clock_of_its_own():
    state = deferred(DATED)
    assert running(state)["deferral"] == matter(state).due_on == pure.day(9, 14)
    assert state.clock("deferral", str(matter(state).id)) is not None


@pytest.mark.covers("NTC-06", "NTC-08")
@pytest.mark.parametrize(
    ("of", "missing", "command", "code"),
    [
        (AT_PICKUP, ("proof",), defer(chosen=False), "deferral.not_chosen"),
        (AT_PICKUP, ("proof",), defer(signed_by=" "), "deferral.not_chosen"),
        (AT_PICKUP, (), defer(), "deferral.not_missing"),
        (AT_PICKUP, ("proof",), defer("plan"), "deferral.not_missing"),
        (AT_PICKUP, ("plan", "proof"), defer("plan", "proof"), "deferral.essential"),
        (AT_PICKUP, ("plan", "proof"), defer(), "materials.outstanding"),
        (version(), ("proof",), defer(), "deferral.essential"),
        (
            version("registration", materials=(pure.v.Material("plan", "布局图"), lawful.DEFERRABLE)),
            ("proof",),
            defer(),
            "deferral.no_acceptance",
        ),
    ],
)
def test_only_a_missing_secondary_material_that_the_applicant_chose_is_deferred(of, missing, command, code):
    assert refused(entered(of, *missing), command, CLERK, of=of).code == code


def test_a_material_that_is_essential_is_never_deferred_even_if_the_version_errs():
    of = deferrable(replace(lawful.DEFERRABLE, essential=True))
    assert refused(entered(of, "proof"), defer(), CLERK, of=of).code == "deferral.essential"


def test_what_is_handed_in_settles_the_matter():
    state = act(deferred(DATED), SETTLE, APPLICANT, days_later(2), DATED)
    assert (matter(state).state, matter(state).result) == ("done", "settled")
    assert "deferral" not in running(state)
    assert {m.code for m in state.materials} == {"plan", "proof"}
    body = events(deferred(DATED), SETTLE, APPLICANT, days_later(2), DATED)["case.deferral_settled"]
    assert (body["late"], body["left"]) == ([], [])


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (commands.SettleDeferral((), ACCOUNT), "deferral.empty"),
        (commands.SettleDeferral((given("plan"),), ACCOUNT), "deferral.not_deferred"),
    ],
)
def test_only_what_was_deferred_is_handed_in(command, code):
    assert refused(deferred(), command, APPLICANT).code == code


@pytest.mark.covers("NTC-07", "APR-19")
def test_delivery_stands_still_until_the_material_has_come():
    state = decided(AT_PICKUP)
    assert next(c for c in state.clocks if c.kind == "delivery").state == "stopped"
    issued = act(sealed(state), commands.Issue(), SYSTEM, of=AT_PICKUP)
    assert refused(issued, commands.Deliver("counter", "陆明远"), ISSUER, of=AT_PICKUP).code == "deliver.deferral"
    settled = act(issued, SETTLE, ISSUER, days_later(3), AT_PICKUP)
    delivery = next(c for c in settled.clocks if c.kind == "delivery")
    # 10 working days counted from the day after the material came (10 September)
    assert (delivery.state, delivery.due_on) == ("running", pure.day(9, 23))
    assert act(settled, commands.Deliver("counter", "陆明远"), ISSUER, days_later(3), AT_PICKUP).state == "delivered"


@pytest.mark.covers("NTC-07")
def test_a_result_is_not_issued_before_a_dated_deferral_is_settled():
    state = sealed(decided(DATED))
    assert refused(state, commands.Issue(), SYSTEM, of=DATED).code == "issue.deferral"
    settled = act(state, SETTLE, APPLICANT, days_later(1), DATED)
    assert act(settled, commands.Issue(), SYSTEM, days_later(1), DATED).state == "issued"


def test_the_clock_lets_a_deferral_lapse_and_ends_nothing():
    state = deferred(DATED)
    command = commands.LapseDeferral(matter(state).id)
    assert refused(state, command, SYSTEM, days_later(7), DATED).code == "deferral.in_time"
    assert refused(state, command, CLERK, days_later(8), DATED).code == "case.not_allowed"
    lapsed = act(state, command, SYSTEM, days_later(8), DATED)
    assert (lapsed.state, matter(lapsed).state) == ("in_review", "lapsed")
    assert "deferral" not in running(lapsed)
    assert refused(lapsed, command, SYSTEM, days_later(9), DATED).code == "proceeding.closed"


def test_a_deferral_that_is_due_at_pickup_never_lapses():
    state = deferred()
    assert refused(state, commands.LapseDeferral(matter(state).id), SYSTEM, days_later(90)).code == "deferral.in_time"


def test_a_lapsed_deferral_is_still_settled_while_nobody_has_ended_the_case():
    begun = deferred(DATED)
    state = act(begun, commands.LapseDeferral(matter(begun).id), SYSTEM, days_later(8), DATED)
    body = events(state, SETTLE, APPLICANT, days_later(9), DATED)["case.deferral_settled"]
    assert body["late"] == ["proof"]
    assert matter(act(state, SETTLE, APPLICANT, days_later(9), DATED)).result == "late"
