"""What must come before a decision runs beside it, holds only a grant, and frees it when it comes (APR-08)."""

from __future__ import annotations

import uuid
from dataclasses import replace

import pytest

from tests.procedures.cases import pure
from tests.procedures.cases.lawful import BASIS, entered, events, refused, running, version
from tests.procedures.cases.pure import APPROVER, CLERK, act
from tongban.ground.policy import SYSTEM
from tongban.procedures.cases.rules import commands
from tongban.registry.catalog.version import Prerequisite

NEED = Prerequisite("option", "O9", "建设工程规划许可", "decide", "测试条例第八条")
OF = version(prerequisites=(NEED,))
AWAITS = (commands.Awaited(0, "option", "O9", "建设工程规划许可"),)
BY = uuid.UUID(int=42)


def reviewed():
    state = act(entered(OF, awaits=AWAITS), commands.Accept(), CLERK, of=OF)
    for who in (pure.HANDLER, pure.OTHER_EXAMINER, pure.EXAMINER):
        task = next(t for t in state.open_tasks("handle", "examine") if t.post_id == who.post_id)
        state = act(state, commands.CompleteStep(task.id, "pass", "符合"), who, of=OF)
    return state


def matter(state):
    return next(p for p in state.proceedings if p.kind == "prerequisite")


def satisfy(state):
    return commands.SatisfyPrerequisite(matter(state).id, BY)


@pytest.mark.covers("APR-08")
def test_a_prerequisite_of_the_decision_stops_nothing_and_holds_only_the_grant():
    state = reviewed()
    assert (state.state, [t.kind for t in state.open_tasks()]) == ("in_review", ["decide"])
    assert {"statutory", "promised"} <= set(running(state))
    told = refused(state, pure.grant(), APPROVER, of=OF)
    assert (told.code, "建设工程规划许可" in told.sentence) == ("decision.prerequisite", True)
    decided = act(state, commands.Decide("refused", "事实", "理由", BASIS), APPROVER, of=OF)
    assert matter(decided).state == "cancelled"


@pytest.mark.covers("APR-08")
def test_when_it_comes_the_decision_is_free():
    before = reviewed()
    state = act(before, satisfy(before), SYSTEM, of=OF)
    assert (matter(state).state, matter(state).result) == ("done", "satisfied")
    assert act(state, pure.grant(), APPROVER, of=OF).outcome == "granted"
    body = events(before, satisfy(before), SYSTEM, of=OF)["case.prerequisite_satisfied"]
    assert (body["code"], body["by"], body["left"]) == ("O9", BY, 0)


def test_it_is_satisfied_once_and_only_by_the_system():
    state = reviewed()
    assert refused(state, satisfy(state), APPROVER, of=OF).code == "case.not_allowed"
    done = act(state, satisfy(state), SYSTEM, of=OF)
    assert refused(done, satisfy(done), SYSTEM, of=OF).code == "proceeding.closed"
    withdrawn = act(state, commands.Withdraw(""), pure.APPLICANT, of=OF)
    assert refused(withdrawn, satisfy(state), SYSTEM, of=OF).code == "case.wrong_state"


def test_the_entry_tells_what_is_awaited():
    command = replace(pure.submission(), awaits=AWAITS)
    circumstances = pure.setting(pure.APPLICANT, of=OF)
    outcome = pure.decide(pure.begin(command, circumstances), command, circumstances)
    assert outcome.events[0].body["awaits"] == [["option", "O9"]]
