"""Which person of a post does a task: claimed, given back, dispatched; the post goes on answering (WIN-24)."""

from __future__ import annotations

import uuid
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.procedures.cases import pure
from tests.procedures.cases.pure import (
    APPROVER,
    CLERK,
    EXAMINER,
    HALL_MANAGER,
    HANDLER,
    JACK_OF_ALL_TRADES,
    OTHER_EXAMINER,
    act,
    in_review,
    joined,
    step,
    submitted,
)
from tests.procedures.cases.test_rules import refusal
from tongban.procedures.cases.rules import commands
from tongban.procedures.cases.rules.state import CaseState

COLLEAGUE = replace(HANDLER, staff_id=uuid.UUID(int=77), account_id=uuid.UUID(int=77))


def task(state: CaseState, kind: str = "handle"):
    return state.open_tasks(kind)[0]


def assign(state: CaseState, kind: str = "handle", **changes: object) -> commands.AssignTask:
    values = {
        "staff_id": COLLEAGUE.staff_id,
        "department_id": 1,
        "holds_post": True,
        "reason_code": "dispatch",
        "reason": "按轮次派件",
    }
    return commands.AssignTask(task(state, kind).id, **(values | changes))  # type: ignore[arg-type]


@pytest.mark.covers("WIN-24")
def test_a_claim_names_the_person_and_a_colleague_cannot_claim_over_it():
    state = in_review()
    claim = commands.ClaimTask(task(state).id)
    event = pure.outcome(state, claim, HANDLER).events[0]
    assert (event.kind, event.body["to_staff"]) == ("case.task_claimed", HANDLER.staff_id)
    claimed = act(state, claim, HANDLER)
    assert task(claimed).assigned_to == HANDLER.staff_id
    assert refusal(claimed, claim, HANDLER).code == "claim.own"
    assert refusal(claimed, claim, COLLEAGUE).code == "claim.taken"
    assert refusal(claimed, commands.ReleaseTask(task(state).id), COLLEAGUE).code == "release.not_own"
    free = act(claimed, commands.ReleaseTask(task(state).id), HANDLER)
    assert task(free).assigned_to is None
    assert task(act(free, claim, COLLEAGUE)).assigned_to == COLLEAGUE.staff_id


@pytest.mark.covers("WIN-24")
def test_a_claim_takes_no_power_from_the_post():
    state = in_review()
    claimed = act(state, commands.ClaimTask(task(state).id), HANDLER)
    done = act(claimed, commands.CompleteStep(task(state).id, "pass", "符合"), COLLEAGUE)
    assert next(t for t in done.tasks if t.id == task(state).id).done_by == COLLEAGUE.staff_id


@pytest.mark.covers("WIN-24", "WIN-14")
def test_a_dispatch_stands_on_the_ledger_with_its_reason_and_without_its_words():
    state = in_review()
    outcome = pure.outcome(state, assign(state), HALL_MANAGER)
    event = outcome.events[0]
    assert (event.kind, event.reason_code) == ("case.task_assigned", "dispatch")
    assert "轮次" not in str(event.body)
    given_ = act(state, assign(state), HALL_MANAGER)
    matter = next(p for p in given_.proceedings if p.kind == "assignment")
    assert (matter.state, matter.result) == ("done", "dispatch")
    assert task(given_).assigned_to == COLLEAGUE.staff_id
    assert refusal(given_, assign(state), HALL_MANAGER).code == "assign.same"
    back = act(given_, assign(state, staff_id=HANDLER.staff_id, reason_code="leave"), APPROVER)
    assert task(back).assigned_to == HANDLER.staff_id


@pytest.mark.parametrize(
    ("who", "changes", "code"),
    [
        (HALL_MANAGER, {"reason_code": "mood"}, "assign.kind"),
        (HALL_MANAGER, {"reason": " "}, "assign.reason"),
        (HALL_MANAGER, {"holds_post": False}, "assign.post"),
        (APPROVER, {"department_id": 2}, "assign.department"),
        (EXAMINER, {}, ""),  # has no such power at all
    ],
)
def test_a_dispatch_is_reasoned_and_stays_with_the_post_and_the_department(who, changes, code):
    state = in_review()
    found = refusal(state, assign(state, **changes), who)
    assert found.code == code if code else found.code not in ("assign.same", "assign.reason")


@pytest.mark.covers("WIN-24", "WIN-02")
def test_who_accepted_or_handled_a_case_is_not_given_its_decision():
    window, *_, approve, _deliver = JACK_OF_ALL_TRADES
    state = joined()
    handled_by = next(t.done_by for t in state.tasks if t.kind == "handle" and t.done)
    accepted = replace(state, accepted_by=window.staff_id)
    assert refusal(accepted, assign(accepted, "decide", staff_id=approve.staff_id), HALL_MANAGER).code == "assign.apart"
    assert refusal(state, assign(state, "decide", staff_id=handled_by), HALL_MANAGER).code == "assign.apart"
    assert refusal(accepted, commands.ClaimTask(task(accepted, "decide").id), approve).code == "assign.apart"
    assert task(act(accepted, commands.ClaimTask(task(accepted, "decide").id), APPROVER), "decide").assigned_to


def test_another_posts_task_is_not_claimed_and_a_finished_one_neither():
    state = in_review()
    assert refusal(state, commands.ClaimTask(task(state, "examine").id), HANDLER).code != "claim.taken"
    first = task(state).id
    assert refusal(step(state, HANDLER), commands.ClaimTask(first), HANDLER).code == "task.done"


@pytest.mark.covers("WIN-24")
def test_a_task_that_is_handed_over_is_nobodys_at_the_new_post():
    state = step(in_review(), HANDLER)
    own = next(t for t in state.open_tasks("examine") if t.post_id == EXAMINER.post_id)
    claimed = act(state, commands.ClaimTask(own.id), EXAMINER)
    moved = act(claimed, commands.HandOver(own.id, pure.SPARE, "备岗", 1, "leave", "休假"), EXAMINER)
    assert next(t for t in moved.tasks if t.id == own.id).assigned_to is None


STEPS = st.lists(st.sampled_from(["claim", "release", "assign"]).flatmap(
    lambda kind: st.tuples(st.just(kind), st.sampled_from([HANDLER, COLLEAGUE]))
), max_size=8)  # fmt: skip


@given(STEPS)
def test_whatever_is_claimed_given_back_and_dispatched_one_person_at_most_is_named_and_nothing_else_changes(steps):
    state = in_review()
    first = state
    for kind, who in steps:
        before = task(state).assigned_to
        match kind:
            case "claim":
                command, by, allowed = commands.ClaimTask(task(state).id), who, before is None
            case "release":
                command, by, allowed = commands.ReleaseTask(task(state).id), who, before == who.staff_id
            case _:
                command, by = assign(state, staff_id=who.staff_id), HALL_MANAGER
                allowed = before != who.staff_id
        if allowed:
            state = act(state, command, by)
            assert task(state).assigned_to == (None if kind == "release" else who.staff_id)
        else:
            refusal(state, command, by)
    assert (state.state, state.clocks, state.branches) == (first.state, first.clocks, first.branches)
    assert [t.post_id for t in state.tasks] == [t.post_id for t in first.tasks]


def test_the_window_claims_too_and_other_departments_people_do_not():
    state = submitted()
    assert task(act(state, commands.ClaimTask(task(state, "accept").id), CLERK), "accept").assigned_to == CLERK.staff_id
    other = in_review()
    assert refusal(other, commands.ClaimTask(task(other).id), OTHER_EXAMINER).code != "claim.taken"
