"""The ends without a decision: written by a person, on a named ground, and nothing is left running."""

from __future__ import annotations

import pytest

from tests.procedures.cases import pure
from tests.procedures.cases.pure import (
    APPLICANT,
    APPROVER,
    CLERK,
    HANDLER,
    act,
    days_later,
    in_review,
    joined,
    sealed,
    submitted,
)
from tests.procedures.cases.test_decisions import a_deferral
from tests.procedures.cases.test_hearings import asked
from tests.procedures.cases.test_review import ASKED
from tests.procedures.cases.test_rules import NOTICE, refusal, running
from tests.procedures.cases.test_specials import a_step
from tongban.ground.policy import SYSTEM
from tongban.procedures.cases.rules import commands, ending
from tongban.procedures.cases.rules.state import CaseState

BASIS = ({"instrument": "测试条例", "article": "第二十条"},)


def terminate(kind: str = "applicant_gone", facts: str = "申请人已经注销", basis=BASIS) -> commands.Terminate:
    return commands.Terminate(kind, facts, basis)


def nothing_is_left(state: CaseState) -> bool:
    return not (running(state) or state.open_clocks() or state.open_tasks() or state.open_proceedings())


def suspended() -> CaseState:
    return act(in_review(), a_step("force_majeure", ""), HANDLER)


# ---- termination ---------------------------------------------------------------------------------------------------


@pytest.mark.covers("APR-19")
@pytest.mark.parametrize("make", [in_review, joined, suspended, asked, lambda: act(submitted(), NOTICE, CLERK)])
def test_a_termination_is_written_and_ends_everything(make):
    case = make()
    told = pure.outcome(case, terminate(), APPROVER)
    state = pure.apply(case, told)
    assert state.state == "terminated"
    assert "termination_decision" in {p.kind for p in state.papers}
    assert nothing_is_left(state)
    event = told.events[0]
    assert (event.kind, event.reason_code, event.body["remedies"]) == (
        "case.terminated",
        "applicant_gone",
        "review_and_suit",
    )


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (terminate("tired"), "terminate.kind"),
        (terminate(facts=" "), "terminate.facts"),
        (terminate(basis=()), "terminate.basis"),
        (terminate(basis=({"instrument": "条例"},)), "terminate.basis"),
        (terminate("deferral_lapsed"), "terminate.no_lapse"),
        (terminate("correction_lapsed"), "terminate.no_rule"),
    ],
)
def test_a_termination_has_a_ground_facts_and_articles(command, code):
    assert refusal(in_review(), command, APPROVER).code == code


@pytest.mark.parametrize("who", [CLERK, HANDLER, APPLICANT, pure.HALL_MANAGER, SYSTEM])
def test_only_a_person_who_may_decide_terminates(who):
    assert refusal(in_review(), terminate(), who).code == "case.not_allowed"
    foreign = pure.replace(APPROVER, department_id=2)
    assert refusal(in_review(), terminate(), foreign).code == "case.other_department"


def test_what_is_decided_or_not_yet_looked_at_is_not_terminated():
    assert refusal(submitted(), terminate(), APPROVER).code == "case.wrong_state"
    decided = act(joined(), pure.grant(), APPROVER)
    assert refusal(decided, terminate(), APPROVER).code == "case.wrong_state"


def test_an_unanswered_notice_ends_the_case_only_where_a_published_rule_says_so():
    rule = pure.content(lapsed_correction_terminates=True)
    state = act(submitted(of=rule), NOTICE, CLERK, of=rule)
    due = state.open_notice().due_on
    last = pure.datetime.combine(due, pure.MONDAY.timetz())
    assert refusal(state, terminate("correction_lapsed"), APPROVER, last, rule).code == "terminate.term_runs"
    late = last + pure.timedelta(days=1)
    assert act(state, terminate("correction_lapsed"), APPROVER, late, rule).state == "terminated"
    assert (
        refusal(in_review(of=rule), terminate("correction_lapsed"), APPROVER, late, rule).code == "terminate.term_runs"
    )


def test_a_lapsed_deferral_is_a_ground():
    state = pure.replace(in_review(), proceedings=(a_deferral("lapsed"),))
    assert act(state, terminate("deferral_lapsed", "逾期未补"), APPROVER).state == "terminated"


# ---- transfer ------------------------------------------------------------------------------------------------------


CONSENT = {"consented": True, "consent_by": "陆明远", "consent_files": (pure.uuid.UUID(int=77),)}


def transfer(kind: str = "right_authority", **changes: object) -> commands.Transfer:
    values = {"authority": "云溪市住房局", "reason": "属于该局职权"} | changes
    return commands.Transfer(kind, **values)  # type: ignore[arg-type]


RECEIVED = lambda: submitted(at_window=True)  # noqa: E731 - a word of this table


@pytest.mark.covers("APR-19")
@pytest.mark.parametrize(
    ("make", "who", "command"),
    [
        (RECEIVED, CLERK, transfer(**CONSENT)),
        (RECEIVED, CLERK, transfer("other_region", own_misrouting=True)),
        (RECEIVED, APPROVER, transfer(**CONSENT)),
        (in_review, APPROVER, transfer("upward")),
        (joined, APPROVER, transfer()),
    ],
)
def test_the_whole_file_goes_on_with_a_notice(make, who, command):
    state = act(make(), command, who)
    assert state.state == "transferred"
    assert "transfer_notice" in {p.kind for p in state.papers}
    assert nothing_is_left(state)


@pytest.mark.parametrize(
    ("make", "who", "command", "code"),
    [
        (RECEIVED, CLERK, transfer(), "transfer.consent"),
        (RECEIVED, CLERK, transfer("away", consented=True), "transfer.kind"),
        (RECEIVED, CLERK, transfer(**CONSENT | {"consent_by": " "}), "transfer.consent_by"),
        (RECEIVED, CLERK, transfer(**CONSENT | {"consent_files": ()}), "transfer.consent_proof"),
        (in_review, APPROVER, transfer(authority=" "), "transfer.authority"),
        (in_review, APPROVER, transfer(reason=""), "transfer.reason"),
        (in_review, CLERK, transfer(), "case.other_department"),
        (submitted, CLERK, transfer(consented=True), "case.wrong_state"),
        (suspended, APPROVER, transfer(), "case.wrong_state"),
        (in_review, HANDLER, transfer(), "case.not_allowed"),
    ],
)
def test_a_transfer_is_no_way_around_the_refusal_of_acceptance(make, who, command, code):
    who = pure.replace(who, department_id=9) if code == "case.other_department" else who
    assert refusal(make(), command, who).code == code


# ---- withdrawal ----------------------------------------------------------------------------------------------------


@pytest.mark.covers("APR-19")
@pytest.mark.parametrize(
    "make", [submitted, in_review, joined, suspended, asked, lambda: act(in_review(), ASKED, HANDLER)]
)
def test_the_applicant_withdraws_until_the_decision_and_nothing_is_left(make):
    state = act(make(), commands.Withdraw("不办了"), APPLICANT)
    assert state.state == "withdrawn"
    assert nothing_is_left(state)
    assert {b.state for b in state.branches} <= {"stopped", "done"}
    assert {p.state for p in state.proceedings} <= {"cancelled", "done"}


# ---- close ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "command"), [(APPROVER, terminate()), (APPROVER, transfer()), (APPLICANT, commands.Withdraw(""))]
)
def test_every_end_is_closed_when_its_papers_are_sealed(who, command):
    state = act(in_review(), command, who, days_later(1))
    assert refusal(state, commands.Close(), SYSTEM).code == "close.papers_waiting"
    assert act(sealed(state), commands.Close(), SYSTEM).state == "closed"


def test_every_ground_has_its_words():
    assert set(ending.TERMINATIONS) == {
        "applicant_gone",
        "object_gone",
        "correction_lapsed",
        "deferral_lapsed",
        "law_changed",
        "duplicate",
    }
