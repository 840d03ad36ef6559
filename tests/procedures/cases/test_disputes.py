"""Acceptance disputes: the department and the window differ, the applicant is not touched."""

from __future__ import annotations

import pytest

from tests.procedures.cases import pure
from tests.procedures.cases.lawful import HALL_MANAGER, events, papers, refused, running
from tests.procedures.cases.pure import APPROVER, CLERK, HANDLER, act, days_later, in_review
from tongban.procedures.cases.rules import commands

RAISE = commands.RaiseDispute(("plan",), "布局图缺第二层")


def raised():
    return act(in_review(), RAISE, HANDLER)


def ruling(state, fault="window", words="窗口应当发现") -> commands.RuleDispute:
    return commands.RuleDispute(state.open_proceedings("dispute")[0].id, fault, words)


@pytest.mark.covers("WIN-16")
def test_a_dispute_touches_neither_the_applicant_nor_the_clocks_of_the_case():
    before, state = in_review(), raised()
    assert running(state) == running(before) | {"dispute": pure.day(9, 8)}
    assert (state.state, state.notices, papers(state)) == ("in_review", (), papers(before))


@pytest.mark.parametrize("fault", ["window", "department"])
def test_the_hall_manager_books_the_cost_to_one_side(fault):
    state = raised()
    body = events(state, ruling(state, fault), HALL_MANAGER, days_later(1))["case.dispute_ruled"]
    assert (body["fault"], body["late"]) == (fault, False)
    after = act(state, ruling(state, fault), HALL_MANAGER, days_later(1))
    assert "dispute" not in running(after)
    assert after.open_tasks("handle", "examine")


def test_a_ruling_after_the_working_day_is_told_as_late():
    state = raised()
    assert events(state, ruling(state), HALL_MANAGER, days_later(2))["case.dispute_ruled"]["late"] is True


@pytest.mark.parametrize(
    ("command", "who", "code"),
    [
        (RAISE, CLERK, "case.not_allowed"),
        (RAISE, APPROVER, "case.not_allowed"),
        (commands.RaiseDispute(("plan",), " "), HANDLER, "dispute.reason"),
        (commands.RaiseDispute((), "x"), HANDLER, "dispute.points"),
        (commands.RaiseDispute(("marriage_certificate",), "x"), HANDLER, "dispute.points"),
    ],
)
def test_a_dispute_names_a_point_of_the_published_list(command, who, code):
    assert refused(in_review(), command, who).code == code


def test_one_dispute_at_a_time_and_a_ruling_in_words():
    state = raised()
    assert refused(state, RAISE, HANDLER).code == "dispute.open"
    assert refused(state, ruling(state, "applicant"), HALL_MANAGER).code == "dispute.fault"
    assert refused(state, ruling(state, words=""), HALL_MANAGER).code == "dispute.words"
    assert refused(state, ruling(state), HANDLER).code == "case.not_allowed"
