"""Acceptance by regime: who accepts, from which day, what silence means (行政许可法 art. 32; C7)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.procedures.cases import lawful, pure
from tests.procedures.cases.lawful import entered, events, papers, refused, running, version
from tests.procedures.cases.pure import APPROVER, CLERK, JACK_OF_ALL_TRADES, MONDAY, act, days_later
from tongban.ground.policy import SYSTEM
from tongban.procedures.cases.rules import acceptance, commands

NEVER_DEEMED = [code for code in lawful.REGIMES if code != "licensing"]
LATE = days_later(8)  # Tuesday 15 September: the five working days ended on Monday


@pytest.mark.covers("NTC-04")
def test_silence_accepts_a_licensing_case_from_the_day_of_receipt():
    state = act(pure.submitted(), commands.DeemAccepted(), SYSTEM, LATE)
    assert (state.state, state.acceptance_mode) == ("in_review", "deemed")
    assert state.accepted_by is None
    assert {c.started_on for c in state.clocks if c.kind in ("promised", "statutory")} == {pure.day(9, 7)}
    assert "acceptance_notice" in papers(state)
    assert state.open_tasks("handle", "examine")
    assert not state.open_tasks("accept")


def test_nothing_is_deemed_before_the_limit_is_over():
    assert refused(pure.submitted(), commands.DeemAccepted(), SYSTEM, days_later(7)).code == "deem.in_time"


def test_only_the_clock_deems():
    assert refused(pure.submitted(), commands.DeemAccepted(), CLERK, LATE).code == "case.not_allowed"


@pytest.mark.covers("NTC-04")
@pytest.mark.parametrize("code", NEVER_DEEMED)
def test_silence_accepts_nothing_outside_licensing(code):
    of = version(code)
    state = entered(of, at_window=False)
    assert refused(state, commands.DeemAccepted(), SYSTEM, days_later(60), of).code == "deem.regime"
    assert state.accepted_at is None


def test_a_late_word_does_not_undo_what_silence_has_accepted():
    state = pure.submitted()
    assert refused(state, commands.RefuseAcceptance("barred", "一年内", "", "第七十八条"), CLERK, LATE).code == (
        "refusal.deemed"
    )
    late = act(state, commands.Accept(), CLERK, LATE)
    assert late.acceptance_mode == "deemed"
    assert late.clock("statutory").started_on == pure.day(9, 7)
    deemed = act(state, commands.DeemAccepted(), SYSTEM, LATE)
    assert refused(deemed, commands.Accept(), CLERK, LATE).code == "case.wrong_state"


@pytest.mark.parametrize("code", ["confirmation", "payment", "award", "adjudication", "public_service"])
def test_a_late_acceptance_outside_licensing_counts_from_its_own_day(code):
    of = version(code)
    state = act(entered(of, at_window=False), commands.Accept(), CLERK, LATE, of)
    assert (state.acceptance_mode, state.clock("promised").started_on) == ("normal", pure.day(9, 15))
    assert state.clock("statutory") is None


def test_a_case_accepted_by_law_is_not_granted_while_a_material_is_missing():
    of = lawful.deferrable(flow=replace(pure.content().flow, branches=()))
    state = act(entered(of, "proof"), commands.DeemAccepted(), SYSTEM, LATE, of)
    assert refused(state, pure.grant(), APPROVER, LATE, of).code == "materials.outstanding"


def test_a_corrected_application_is_deemed_from_the_receipt_of_the_correction():
    notice = commands.RequestCorrection((commands.Fault("material", "plan", "布局图", "不清楚", "重拍"),))
    for clock, receipt in (("restart", 10), ("resume", 10)):
        of = version(correction_clock=clock)
        told = act(pure.submitted(of=of), notice, CLERK, days_later(1), of)
        answer = commands.SubmitCorrection("{}", "c", (lawful.given("plan"),), (), pure.uuid.UUID(int=901))
        back = act(told, answer, pure.APPLICANT, days_later(3), of)
        deemed = act(back, commands.DeemAccepted(), SYSTEM, days_later(20), of)
        assert deemed.clock("statutory").started_on == pure.day(9, receipt), clock


def test_a_resumed_clock_keeps_what_was_used_before_the_notice():
    of = version(correction_clock="resume")
    notice = commands.RequestCorrection((commands.Fault("material", "plan", "布局图", "不清楚", "重拍"),))
    told = act(pure.submitted(of=of), notice, CLERK, days_later(1), of)
    assert told.clock("acceptance").state == "stopped"
    answer = commands.SubmitCorrection("{}", "c", (lawful.given("plan"),), (), pure.uuid.UUID(int=901))
    back = act(told, answer, pure.APPLICANT, days_later(3), of)
    # one of five days was used on Tuesday; four are left after Thursday the 10th: 11, 14, 15, 16
    assert running(back) == {"acceptance": pure.day(9, 16)}


# ---- regimes without acceptance ------------------------------------------------------------------------------------


def test_a_registration_runs_from_its_receipt_and_is_decided_without_an_acceptance():
    limit = lawful.day(3, "市场主体登记管理条例第十九条")
    of = version("registration", statutory_limit=limit, promised_limit=lawful.day(1))
    state = entered(of, at_window=False)
    assert running(state) == {"statutory": pure.day(9, 10), "promised": pure.day(9, 8)}
    state = act(state, commands.Accept(), CLERK, days_later(1), of)
    assert (state.state, state.accepted_at, state.acceptance_mode) == ("in_review", None, "")
    assert "acceptance_notice" not in papers(state)
    assert state.clock("statutory").started_on == pure.day(9, 7)


def test_who_checks_a_registration_does_not_decide_it_on_a_strict_version():
    of = version("registration", flow=replace(pure.content().flow, branches=()))
    window, *_, approve, _ = JACK_OF_ALL_TRADES
    state = act(entered(of), commands.Accept(), window, of=of)
    assert refused(state, pure.grant(), approve, of=of).code == "separation.same_person"
    assert act(state, pure.grant(), APPROVER, of=of).outcome == "granted"


def test_a_notice_begins_the_registrations_term_anew():
    of = version("registration", statutory_limit=lawful.day(3))
    notice = commands.RequestCorrection((commands.Fault("material", "plan", "布局图", "不清楚", "重拍"),))
    told = act(entered(of, at_window=False), notice, CLERK, days_later(1), of)
    assert set(running(told)) == {"correction"}
    answer = commands.SubmitCorrection("{}", "c", (lawful.given("plan"),), (), pure.uuid.UUID(int=901))
    back = act(told, answer, pure.APPLICANT, days_later(3), of)
    assert running(back)["statutory"] == pure.day(9, 15)


@pytest.mark.parametrize(
    ("limit", "due"),
    [(None, pure.day(9, 7)), (lawful.day(0, unit="at_once"), pure.day(9, 7)), (lawful.day(2), pure.day(9, 9))],
)
def test_a_filing_has_a_record_clock_and_no_other(limit, due):
    of = version("filing", record_limit=limit)
    assert running(entered(of, at_window=False)) == {"record": due}


def test_a_filing_with_a_review_keeps_its_record_clock():
    of = version("filing", record_limit=lawful.day(5))
    state = act(entered(of), commands.Accept(), CLERK, of=of)
    assert (state.state, running(state)) == ("in_review", {"record": pure.day(9, 14)})
    assert state.accepted_at is None


# ---- receipt is acceptance -----------------------------------------------------------------------------------------


@pytest.mark.covers("WIN-08", "WIN-07")
def test_receipt_is_acceptance_at_an_authorised_window():
    of = version(accept_on_receipt=True)
    state = entered(of, accepts=True)
    assert (state.state, state.acceptance_mode, state.accepted_by) == ("in_review", "on_receipt", CLERK.staff_id)
    assert papers(state) == ["receipt", "acceptance_notice"]
    assert set(running(state)) == {"promised", "statutory", "joint"}
    assert {m.state for m in state.materials} == {"qualified"}
    assert not state.open_tasks("accept")


@pytest.mark.covers("WIN-08")
@pytest.mark.parametrize(
    ("of", "missing", "more"),
    [
        (version(accept_on_receipt=False), (), {"accepts": True}),
        (version(accept_on_receipt=True), (), {"accepts": False}),
        (version(accept_on_receipt=True), ("proof",), {"accepts": True}),
        (version(accept_on_receipt=True), (), {"accepts": True, "at_window": False}),
        (version("registration", accept_on_receipt=True), (), {"accepts": True}),
        (version(accept_on_receipt=True), (), {"accepts": True, "who": lawful.person(41, "window_clerk", 77)}),
    ],
)
def test_receipt_alone_accepts_nothing_without_every_condition(of, missing, more):
    state = entered(of, *missing, **more)
    assert state.state in ("received", "submitted")
    assert state.accepted_at is None
    assert state.open_tasks("accept")


# ---- what is accepted must be there --------------------------------------------------------------------------------


def test_nothing_is_accepted_while_a_material_is_missing():
    of = lawful.deferrable()
    state = entered(of, "proof")
    problem = refused(state, commands.Accept(), CLERK, of=of)
    assert (problem.code, problem.field) == ("materials.outstanding", "material-proof")
    assert "证明" in problem.sentence


def test_acceptance_tells_its_mode_its_day_and_every_due_date():
    told = events(pure.submitted(), commands.Accept(("看了布局图",)), CLERK)["case.accepted"]
    assert told["mode"] == "normal"
    assert told["accepted_on"] == pure.day(9, 7)
    assert set(told["due"]) == {"promised", "statutory", "joint"}
    assert told["points"] == ["看了布局图"]
    assert len(told["documents"]) == 1


def test_the_day_of_arrival_is_that_of_the_newest_start_or_resumption():
    clock = pure.submitted().clock("acceptance")
    assert acceptance.arrived_on(clock) == MONDAY.date()
