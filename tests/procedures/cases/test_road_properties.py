"""Random walks over the road: whatever people try, the case stays lawful."""

from __future__ import annotations

import uuid
from datetime import timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tests.procedures.cases import pure
from tongban.ground.errors import Refusal
from tongban.ground.policy import SYSTEM
from tongban.procedures.cases.rules import commands

PEOPLE = [
    pure.APPLICANT,
    pure.CLERK,
    pure.HANDLER,
    pure.EXAMINER,
    pure.OTHER_EXAMINER,
    pure.APPROVER,
    pure.ISSUER,
    *pure.JACK_OF_ALL_TRADES,
    SYSTEM,
]
ROAD = {
    "submitted": {"received", "correction_requested", "in_review", "not_accepted", "withdrawn"},
    "received": {"correction_requested", "in_review", "not_accepted", "withdrawn"},
    "correction_requested": {"received", "not_accepted", "withdrawn"},
    "in_review": {"decided", "withdrawn"},
    "decided": {"issued"},
    "issued": {"delivered"},
    "delivered": {"closed"},
    "not_accepted": {"closed"},
    "withdrawn": {"closed"},
    "closed": set(),
}
CONCLUDED = {"decided", "issued", "delivered", "closed", "not_accepted", "withdrawn"}


class Road(RuleBasedStateMachine):
    """Everybody tries everything, in any order, on any day."""

    @initialize(at_window=st.booleans())
    def begin(self, at_window: bool) -> None:
        self.at = pure.MONDAY
        self.state = pure.submitted(self.at, at_window)
        self.accepted_by: uuid.UUID | None = None
        self.decided_by: uuid.UUID | None = None

    def attempt(self, command: object, who: object) -> None:
        before = self.state
        try:
            self.state = pure.act(before, command, who, self.at)
        except Refusal as refusal:
            assert refusal.sentence
            return
        assert self.state.seq > before.seq
        if before.state != self.state.state:
            assert self.state.state in ROAD[before.state]
        if isinstance(command, commands.Accept):
            self.accepted_by = who.staff_id
        if isinstance(command, commands.Decide):
            self.decided_by = who.staff_id

    @rule(days=st.integers(0, 12))
    def time_passes(self, days: int) -> None:
        self.at += timedelta(days=days)

    @rule(who=st.sampled_from(PEOPLE))
    def accept(self, who) -> None:
        self.attempt(commands.Accept(), who)

    @rule(who=st.sampled_from(PEOPLE))
    def receive(self, who) -> None:
        self.attempt(commands.Receive(), who)

    @rule(who=st.sampled_from(PEOPLE), code=st.sampled_from(["plan", "proof"]))
    def notify(self, who, code: str) -> None:
        self.attempt(commands.RequestCorrection((commands.Fault("material", code, code, "不清楚", "重拍"),)), who)

    @rule(who=st.sampled_from(PEOPLE), code=st.sampled_from(["plan", "proof"]))
    def correct(self, who, code: str) -> None:
        given = commands.Given(code, code, (uuid.UUID(int=8),))
        self.attempt(commands.SubmitCorrection("{}", "c", (given,), (), uuid.UUID(int=1)), who)

    @rule(who=st.sampled_from(PEOPLE), verdict=st.sampled_from(["pass", "pass", "object"]), pick=st.integers(0, 9))
    def step(self, who, verdict: str, pick: int) -> None:
        tasks = self.state.tasks
        self.attempt(commands.CompleteStep(tasks[pick % len(tasks)].id, verdict, "意见"), who)

    @rule(who=st.sampled_from(PEOPLE))
    def grant(self, who) -> None:
        self.attempt(pure.grant(), who)

    @rule(who=st.sampled_from(PEOPLE))
    def refuse(self, who) -> None:
        basis = ({"instrument": "条例", "article": "一"},)
        self.attempt(commands.Decide("refused", "事实", "理由", basis), who)

    @rule(who=st.sampled_from(PEOPLE), mode=st.sampled_from(["portal", "counter"]))
    def deliver(self, who, mode: str) -> None:
        self.attempt(commands.Deliver(mode, "本人"), who)

    @rule(who=st.sampled_from(PEOPLE), kind=st.sampled_from(["not_required", "uncorrected", "barred"]))
    def turn_away(self, who, kind: str) -> None:
        self.attempt(commands.RefuseAcceptance(kind, "理由"), who)

    @rule(who=st.sampled_from(PEOPLE))
    def withdraw(self, who) -> None:
        self.attempt(commands.Withdraw(""), who)

    @rule()
    def the_worker_seals(self) -> None:
        self.state = pure.sealed(self.state)

    @rule(command=st.sampled_from([commands.Issue(), commands.Close()]))
    def the_system_goes_on(self, command: object) -> None:
        self.attempt(command, SYSTEM)

    @invariant()
    def nobody_accepts_and_decides(self) -> None:
        assert self.decided_by is None or self.decided_by != self.accepted_by

    @invariant()
    def a_decision_has_heard_every_branch(self) -> None:
        if self.state.outcome:
            assert all(b.state == "done" for b in self.state.branches)

    @invariant()
    def at_most_one_clock_of_a_kind_runs(self) -> None:
        kinds = [c.kind for c in self.state.clocks if c.state == "running"]
        assert len(kinds) == len(set(kinds))

    @invariant()
    def a_concluded_case_keeps_nobody_waiting(self) -> None:
        if self.state.state in CONCLUDED:
            assert {t.kind for t in self.state.open_tasks()} <= {"deliver"}
            assert {c.kind for c in self.state.clocks if c.state == "running"} <= {"delivery"}

    @invariant()
    def an_open_case_waits_for_somebody(self) -> None:
        if self.state.state in {"submitted", "received", "in_review"}:
            assert self.state.open_tasks()
        if self.state.state == "correction_requested":
            assert self.state.open_notice() is not None

    @invariant()
    def the_promise_is_within_the_law(self) -> None:
        due = {c.kind: c.due_on for c in self.state.clocks}
        if "statutory" in due:
            assert due["promised"] <= due["statutory"]


Road.TestCase.settings = settings(
    max_examples=120, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
)
TestRoad = Road.TestCase
