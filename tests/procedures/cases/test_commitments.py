"""Commitment: statement and letter as one pair, decision at once, check, order, defence, annulment (NTC-10, NTC-11)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.procedures.cases import pure
from tests.procedures.cases.lawful import (
    BASIS,
    CHECKER,
    COMMITMENT,
    HEAD,
    entered,
    events,
    papers,
    refused,
    running,
    version,
)
from tests.procedures.cases.pure import APPLICANT, APPROVER, CLERK, act, days_later
from tongban.ground.changes import Update
from tongban.procedures.cases.rules import commands, decide

APPROVAL = version(commitment=COMMITMENT)
PROOF = version(commitment=replace(COMMITMENT, mode="proof"))
PROMISE = commands.AcceptWithCommitment("2026-1", "陆明远")
ACCOUNT = pure.uuid.UUID(int=901)


def promised(of=APPROVAL, *missing: str):
    return act(entered(of, *missing), PROMISE, CLERK, of=of)


def granted():
    return act(promised(), pure.grant(), APPROVER, of=APPROVAL)


def matter(state, kind="commitment"):
    return next(p for p in state.proceedings if p.kind == kind)


def check(state, result="breached"):
    command = commands.CheckCommitment(matter(state).id, result, "现场没有通风设施")
    return act(state, command, CHECKER, days_later(5), APPROVAL)


def order(state, at=days_later(6)):
    command = commands.OrderRectification(matter(state, "breach").id, "现场没有通风设施", BASIS)
    return act(state, command, HEAD, at, APPROVAL)


def defend(state, rectified=False, at=days_later(8)):
    return act(
        state, commands.Defend(matter(state, "breach").id, "正在安装", rectified, ACCOUNT), APPLICANT, at, APPROVAL
    )


def conclusion(state, outcome="annul", **changes) -> commands.ConcludeBreach:
    plain = commands.ConcludeBreach(matter(state, "breach").id, outcome, "到期没有改正", "不符合条件", BASIS)
    return replace(plain, **changes)


@pytest.mark.covers("NTC-10")
def test_an_approval_on_commitment_leaves_only_the_decision_due_today():
    state = promised()
    assert (state.state, state.acceptance_mode, state.branches) == ("in_review", "commitment", ())
    assert [t.kind for t in state.open_tasks()] == ["decide"]
    assert papers(state) == ["receipt", "acceptance_notice", "requirement_statement", "commitment_letter"]
    body = events(entered(APPROVAL), PROMISE, CLERK, of=APPROVAL)["case.accepted"]
    assert (body["mode"], body["pair_version"], body["commitment_mode"]) == ("commitment", "2026-1", "approval")
    assert act(state, pure.grant(), APPROVER, of=APPROVAL).outcome == "granted"


@pytest.mark.covers("NTC-10")
def test_a_proof_on_commitment_replaces_materials_and_is_reviewed():
    state = promised(PROOF, "proof")
    assert {t.kind for t in state.open_tasks()} == {"handle", "examine"}
    assert matter(state).data["materials"] == ["proof"]
    assert not state.open_proceedings("gap")


@pytest.mark.parametrize(
    ("of", "missing", "command", "code"),
    [
        (version(), (), PROMISE, "commitment.not_offered"),
        (APPROVAL, (), replace(PROMISE, pair_version="2025-3"), "commitment.pair"),
        (APPROVAL, (), replace(PROMISE, signed_by=""), "commitment.signature"),
        (PROOF, ("plan", "proof"), PROMISE, "materials.outstanding"),
        (version("registration", commitment=COMMITMENT), (), PROMISE, "commitment.no_acceptance"),
    ],
)
def test_a_commitment_needs_its_pair_a_signature_and_everything_it_does_not_replace(of, missing, command, code):
    assert refused(entered(of, *missing), command, CLERK, of=of).code == code


@pytest.mark.covers("NTC-10", "NTC-11")
def test_the_decision_starts_the_term_of_the_check_and_its_task():
    state = granted()
    assert running(state)["commitment_check"] == pure.day(10, 10)  # 20 working days, with the National Day holiday
    assert [t.kind for t in state.open_tasks()] == ["commitment_check"]


def test_nothing_is_checked_before_the_decision():
    state = promised()
    command = commands.CheckCommitment(matter(state).id, "kept", "符合")
    assert refused(state, command, CHECKER, of=APPROVAL).code == "case.wrong_state"


def test_a_kept_promise_ends_the_matter():
    state = check(granted(), "kept")
    assert (matter(state).state, matter(state).result) == ("done", "kept")
    assert "commitment_check" not in running(state)
    assert not state.open_tasks("commitment_check")
    assert not state.open_proceedings()


@pytest.mark.parametrize(
    ("result", "facts", "code"), [("", "x", "commitment.result"), ("kept", " ", "commitment.facts")]
)
def test_a_check_says_what_it_found(result, facts, code):
    state = granted()
    command = commands.CheckCommitment(matter(state).id, result, facts)
    assert refused(state, command, CHECKER, of=APPROVAL).code == code


@pytest.mark.covers("NTC-11")
def test_a_breach_is_ordered_to_be_put_right_with_a_term_and_a_paper():
    state = order(check(granted()))
    assert papers(state)[-1] == "rectification_order"
    assert running(state)["rectification"] == matter(state, "breach").due_on
    again = commands.OrderRectification(matter(state, "breach").id, "x", BASIS)
    assert refused(state, again, HEAD, days_later(7), APPROVAL).code == "breach.ordered"


@pytest.mark.covers("NTC-11")
def test_the_way_to_annulment_is_order_term_defence_and_reasons():
    breached = check(granted())
    assert refused(breached, conclusion(breached), HEAD, days_later(60), APPROVAL).code == "breach.not_ordered"
    ordered = defend(order(breached))
    assert refused(ordered, conclusion(ordered), HEAD, days_later(9), APPROVAL).code == "breach.term_running"
    for changes, code in (
        ({"reasons": " "}, "breach.reasons"),
        ({"basis": ()}, "breach.basis"),
        ({"facts": ""}, "breach.facts"),
        ({"outcome": "perhaps"}, "breach.outcome"),
    ):
        assert refused(ordered, conclusion(ordered, **changes), HEAD, days_later(60), APPROVAL).code == code
    state = act(ordered, conclusion(ordered), HEAD, days_later(60), APPROVAL)
    assert matter(state, "breach").result == "annulled"
    assert papers(state)[-1] == "annulment_decision"
    assert "rectification" not in running(state)


def test_an_annulment_takes_the_licences_of_this_case_out_of_force():
    state = defend(order(check(granted())))
    outcome = decide(state, conclusion(state), pure.setting(HEAD, days_later(60), APPROVAL))
    touched = [c for c in outcome.changes if isinstance(c, Update) and c.model == "licences.Licence"]
    assert {c.key["state"] for c in touched} == {"valid", "suspended"}
    assert all(c.key["case_id"] == state.id and c.values == {"state": "annulled"} for c in touched)


def test_what_is_put_right_ends_the_breach_at_any_time():
    state = defend(order(check(granted())), rectified=True)
    state = act(state, conclusion(state, "rectified"), HEAD, days_later(9), APPROVAL)
    assert (matter(state, "breach").state, matter(state, "breach").result) == ("done", "rectified")
    assert "annulment_decision" not in papers(state)


def test_who_is_heard_says_something():
    state = order(check(granted()))
    empty = commands.Defend(matter(state, "breach").id, " ", True, ACCOUNT)
    assert refused(state, empty, APPLICANT, days_later(7), APPROVAL).code == "defence.text"
    assert refused(state, replace(empty, text="x"), CLERK, days_later(7), APPROVAL).code == "case.not_allowed"
