"""A task goes to another post: who answers for it stands on record."""

from __future__ import annotations

import pytest

from tests.procedures.cases import pure
from tests.procedures.cases.pure import (
    APPLICANT,
    CLERK,
    EXAMINER,
    HALL_MANAGER,
    HANDLER,
    SPARE_EXAMINER,
    act,
    in_review,
    step,
    submitted,
)
from tests.procedures.cases.test_rules import refusal
from tongban.ground.policy import SYSTEM
from tongban.procedures.cases.rules import commands
from tongban.procedures.cases.rules.state import CaseState


def command(state: CaseState, kind: str = "handle", **changes: object) -> commands.HandOver:
    task = state.open_tasks(kind)[0]
    values = {
        "post_id": pure.SPARE,
        "post_name": "备岗",
        "department_id": 1,
        "reason_code": "leave",
        "reason": "承办人休假三天",
    }
    return commands.HandOver(task.id, **(values | changes))  # type: ignore[arg-type]


@pytest.mark.covers("APR-18", "WIN-14")
def test_the_new_post_does_the_step_and_the_old_one_no_more():
    state = step(in_review(), HANDLER)
    task = next(t for t in state.open_tasks("examine") if t.branch_key == "a")
    hand = commands.HandOver(task.id, pure.SPARE, "备岗", 1, "leave", "休假三天")
    event = pure.outcome(state, hand, EXAMINER).events[0]
    assert (event.kind, event.reason_code) == ("case.handed_over", "leave")
    assert (event.body["from_post"], event.body["to_post"]) == (pure.EXAMINE, pure.SPARE)
    assert "休假" not in str(event.body)
    moved = act(state, hand, EXAMINER)
    done = commands.CompleteStep(task.id, "pass", "符合")
    assert refusal(moved, done, EXAMINER).code == "step.other_post"
    assert act(moved, done, SPARE_EXAMINER).branches[0].state == "done"
    record = next(p for p in moved.proceedings if p.kind == "hand_over")
    assert (record.state, record.result, record.key) == ("done", "leave", str(task.id))


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"reason_code": "mood"}, "hand_over.kind"),
        ({"reason": " "}, "hand_over.reason"),
        ({"post_id": pure.HANDLE}, "hand_over.same_post"),
        ({"department_id": 2}, "hand_over.department"),
    ],
)
def test_a_hand_over_is_reasoned_and_stays_in_the_department(changes, code):
    state = in_review()
    assert refusal(state, command(state, **changes), HANDLER).code == code


def test_the_acceptance_may_go_to_another_units_window():
    state = submitted()
    assert act(state, command(state, "accept", post_id=30, department_id=7), CLERK).open_tasks()[0].post_id == 30


@pytest.mark.covers("WIN-14")
def test_the_hall_manager_hands_over_for_who_is_absent_and_nobody_else_does():
    state = in_review()
    assert act(state, command(state), HALL_MANAGER).open_tasks("handle", "examine")
    assert refusal(state, command(state), pure.OTHER_EXAMINER).code in {"case.not_allowed", "hand_over.other_post"}
    for who in (APPLICANT, SYSTEM):
        assert refusal(state, command(state), who).code == "case.not_allowed"


def test_a_finished_task_is_not_handed_over():
    state = in_review()
    hand = command(state)
    assert refusal(step(state, HANDLER), hand, HANDLER).code == "hand_over.done"
