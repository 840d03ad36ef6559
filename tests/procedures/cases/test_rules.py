"""The lawful road, as tables: who may do what to a case in which state, and what follows."""

from __future__ import annotations

import pytest

from tests.procedures.cases import pure
from tests.procedures.cases.pure import (
    APPLICANT,
    APPROVER,
    CLERK,
    EXAMINER,
    HANDLER,
    ISSUER,
    JACK_OF_ALL_TRADES,
    OTHER_EXAMINER,
    act,
    days_later,
    grant,
    in_review,
    joined,
    sealed,
    step,
    submitted,
)
from tongban.ground.errors import Refusal
from tongban.ground.policy import SYSTEM
from tongban.procedures.cases.rules import commands, decide

FAULT = commands.Fault("material", "plan", "布局图", "第 2 页没有标洗手池", "补画后重新上传")
NOTICE = commands.RequestCorrection((FAULT,))


def refusal(state, command, who, at=pure.MONDAY, of=None) -> Refusal:
    with pytest.raises(Refusal) as caught:
        decide(state, command, pure.setting(who, at, of))
    return caught.value


def running(state) -> dict[str, object]:
    return {c.kind: c.due_on for c in state.clocks if c.state == "running"}


def test_submission_is_receipt_and_starts_the_five_days():
    state = submitted()
    assert state.state == "submitted"
    assert running(state) == {"acceptance": pure.day(9, 14)}
    assert [t.kind for t in state.open_tasks()] == ["accept"]
    assert [p.kind for p in state.papers] == ["receipt"]


def test_at_a_window_the_case_begins_as_received():
    assert submitted(at_window=True).state == "received"


@pytest.mark.covers("APR-07")
def test_acceptance_opens_every_branch_at_once_and_starts_both_clocks():
    state = in_review()
    assert state.state == "in_review"
    assert {t.post_id for t in state.open_tasks()} == {pure.HANDLE, pure.OTHER}
    # 20 working days: Sunday 20 September and Saturday 10 October are worked, 25 September and 1-7 October are not
    assert running(state) == {"statutory": pure.day(10, 10), "joint": pure.day(11, 13), "promised": pure.day(9, 17)}


def test_a_promise_is_never_due_later_than_the_law():
    generous = pure.content(promised_limit=pure.v.TimeLimit(60, "working_day", "承诺"))
    state = act(submitted(of=generous), commands.Accept(), CLERK, of=generous)
    assert state.binding_due() == running(state)["statutory"]


def test_a_notice_stops_the_acceptance_clock_and_starts_the_applicants_term():
    state = act(submitted(), NOTICE, CLERK, days_later(1))
    assert state.state == "correction_requested"
    assert set(running(state)) == {"correction"}
    assert next(c for c in state.clocks if c.kind == "acceptance").state == "done"


@pytest.mark.covers("NTC-03")
def test_a_notice_names_what_is_wrong_and_how_to_mend_it():
    bare = commands.RequestCorrection((commands.Fault("material", "plan", "布局图", "看不清", " "),))
    assert refusal(submitted(), bare, CLERK).code == "notice.incomplete"
    assert refusal(submitted(), commands.RequestCorrection(()), CLERK).code == "notice.empty"


def _corrected():
    state = act(submitted(), NOTICE, CLERK)
    given = commands.Given("plan", "布局图", (pure.uuid.UUID(int=6),))
    command = commands.SubmitCorrection("{}", "c2", (given,), (), pure.uuid.UUID(int=901))
    return act(state, command, APPLICANT, days_later(3))


def test_a_correction_gives_the_window_five_new_days_from_its_receipt():
    state = _corrected()
    assert (state.state, state.round) == ("received", 2)
    assert running(state) == {"acceptance": pure.day(9, 17)}


@pytest.mark.covers("NTC-03")
def test_a_second_notice_cannot_bring_up_new_points():
    fresh = commands.RequestCorrection((FAULT, commands.Fault("material", "proof", "证明", "没有盖章", "盖章后上传")))
    assert refusal(_corrected(), fresh, CLERK, days_later(4)).code == "notice.second_with_new_points"
    assert act(_corrected(), NOTICE, CLERK, days_later(4)).state == "correction_requested"


def test_a_complete_correction_counts_as_accepted_on_the_day_it_came():
    state = act(_corrected(), commands.Accept(), CLERK, days_later(7))
    assert next(c for c in state.clocks if c.kind == "promised").started_on == pure.day(9, 10)


def test_a_notice_after_five_working_days_is_too_late_and_a_late_acceptance_dates_back():
    late = days_later(8)
    assert refusal(submitted(), NOTICE, CLERK, late).code == "notice.too_late"
    state = act(submitted(), commands.Accept(), CLERK, late)
    assert next(c for c in state.clocks if c.kind == "statutory").started_on == pure.day(9, 7)


@pytest.mark.parametrize(
    ("given", "fields", "code"),
    [
        ((), (), "correction.incomplete"),
        (("plan", "proof"), (), "correction.not_asked"),
        (("plan",), ("premises.name",), "correction.not_asked"),
    ],
)
def test_a_correction_answers_the_notice_and_nothing_else(given, fields, code):
    state = act(submitted(), NOTICE, CLERK)
    files = tuple(commands.Given(g, g, (pure.uuid.UUID(int=7),)) for g in given)
    command = commands.SubmitCorrection("{}", "c", files, fields, pure.uuid.UUID(int=901))
    assert refusal(state, command, APPLICANT).code == code


@pytest.mark.covers("WIN-02")
def test_who_accepted_never_decides_on_a_strict_version():
    window, handle, _, _, approve, _ = JACK_OF_ALL_TRADES
    state = in_review(by=window)
    for who in (HANDLER, OTHER_EXAMINER, EXAMINER):
        state = step(state, who)
    assert refusal(state, grant(), approve).code == "separation.same_person"
    handled = in_review()
    for who in (handle, OTHER_EXAMINER, EXAMINER):
        handled = step(handled, who)
    assert refusal(handled, grant(), approve).code == "separation.handled"
    lenient = pure.content(separation_level="two_posts_one_window")
    assert act(state, grant(), approve, of=lenient).outcome == "granted"


@pytest.mark.covers("APR-07")
def test_the_last_branch_joins_and_only_then_a_decision_is_asked_for():
    state = in_review()
    for who in (HANDLER, OTHER_EXAMINER):
        state = step(state, who)
        assert not state.open_tasks("decide")
    state = step(state, EXAMINER)
    assert [t.post_id for t in state.open_tasks("decide")] == [pure.APPROVE]


def test_an_objection_ends_its_branch_and_forbids_a_grant():
    state = step(step(in_review(), HANDLER, "object"), OTHER_EXAMINER)
    assert refusal(state, grant(), APPROVER).code == "decision.objected"


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (commands.Decide("refused"), "decision.facts"),
        (commands.Decide("refused", facts="没有独立卫生间"), "decision.reasons"),
        (commands.Decide("refused", facts="没有独立卫生间", reasons="不符合条件"), "decision.basis"),
        (commands.Decide("perhaps"), "decision.outcome"),
    ],
)
@pytest.mark.covers("NTC-05")
def test_a_refusal_needs_facts_reasons_and_basis(command, code):
    assert refusal(joined(), command, APPROVER).code == code


def test_the_result_is_issued_only_when_every_paper_is_sealed():
    decided = act(joined(), grant(), APPROVER)
    assert refusal(decided, commands.Issue(), SYSTEM).code == "issue.papers_waiting"
    issued = act(sealed(decided), commands.Issue(), SYSTEM)
    assert issued.state == "issued"
    assert running(issued) == {"delivery": pure.day(9, 20)}


def test_delivery_at_a_counter_names_who_signed():
    issued = act(sealed(act(joined(), grant(), APPROVER)), commands.Issue(), SYSTEM)
    assert refusal(issued, commands.Deliver("counter"), ISSUER).code == "deliver.received_by"
    assert act(issued, commands.Deliver("counter", "陆明远"), ISSUER).state == "delivered"
    assert act(issued, commands.Deliver("portal"), APPLICANT).state == "delivered"
    assert refusal(issued, commands.Deliver("counter", "陆明远"), APPLICANT).code == "deliver.counter"


def test_withdrawal_ends_every_clock_and_task_until_the_decision():
    state = act(in_review(), commands.Withdraw("不办了"), APPLICANT)
    assert state.state == "withdrawn"
    assert not running(state)
    assert not state.open_tasks()
    assert {b.state for b in state.branches} == {"stopped"}
    decided = act(joined(), grant(), APPROVER)
    assert refusal(decided, commands.Withdraw(""), APPLICANT).code == "withdraw.too_late"


@pytest.mark.parametrize("who", [HANDLER, EXAMINER, APPROVER, APPLICANT, ISSUER])
def test_nobody_but_the_window_accepts(who):
    assert refusal(submitted(), commands.Accept(), who).code == "case.not_allowed"


@pytest.mark.parametrize("who", [CLERK, HANDLER, EXAMINER, APPLICANT, SYSTEM])
def test_nobody_but_the_approver_decides(who):
    assert refusal(joined(), grant(), who).code == "case.not_allowed"


@pytest.mark.parametrize(
    ("kind", "reason", "authority", "code"),
    [
        ("", "理由", "", "refusal.kind"),
        ("not_required", " ", "", "refusal.reason"),
        ("no_jurisdiction", "不归本机关", "", "refusal.authority"),
        ("uncorrected", "没有补", "", "refusal.no_notice"),
    ],
)
def test_a_refusal_of_acceptance_is_reasoned(kind, reason, authority, code):
    assert refusal(submitted(), commands.RefuseAcceptance(kind, reason, authority), CLERK).code == code


def test_a_refusal_of_acceptance_ends_the_case_in_writing():
    state = act(submitted(), commands.RefuseAcceptance("no_jurisdiction", "省级权限", "省卫生健康委员会"), CLERK)
    assert state.state == "not_accepted"
    assert "refusal_of_acceptance" in {p.kind for p in state.papers}
    assert not running(state)


def test_a_case_closes_when_nothing_is_left():
    state = act(in_review(), commands.Withdraw(""), APPLICANT)
    assert refusal(state, commands.Close(), SYSTEM).code == "close.papers_waiting"
    assert act(sealed(state), commands.Close(), SYSTEM).state == "closed"


def test_an_act_that_came_too_late_says_where_the_case_is():
    assert refusal(in_review(), commands.Accept(), CLERK).code == "case.wrong_state"
