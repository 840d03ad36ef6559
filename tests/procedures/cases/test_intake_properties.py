"""Random walks over the intake of random versions: whatever people and the clock try, it stays lawful."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tests.procedures.cases import lawful, pure
from tests.procedures.cases.lawful import BASIS, BY_DATE, COMMITMENT, DEFERRABLE, LICENCE, given
from tests.support.sparing import examples
from tongban.ground.errors import Refusal
from tongban.ground.policy import SYSTEM
from tongban.procedures.cases.rules import commands, decide, gaps
from tongban.procedures.cases.rules.clocking import ClockStep, react
from tongban.procedures.cases.rules.states import state_after

ACCOUNT = uuid.UUID(int=901)
WINDOW_AND_DESK = [replace(p, posts=((pure.WINDOW, "窗口"), (pure.APPROVE, "审批"))) for p in pure.JACK_OF_ALL_TRADES]
PEOPLE = [
    pure.APPLICANT,
    pure.CLERK,
    pure.HANDLER,
    pure.EXAMINER,
    pure.OTHER_EXAMINER,
    pure.APPROVER,
    lawful.CHIEF,
    lawful.HALL_MANAGER,
    lawful.CHECKER,
    lawful.HEAD,
    *WINDOW_AND_DESK,
    SYSTEM,
]
anybody = st.sampled_from(PEOPLE)


def mostly(*right):
    """Mostly who may do it, sometimes anybody."""
    return st.sampled_from([*right] * 3 + [None]).flatmap(lambda who: st.just(who) if who else anybody)


at_window = mostly(pure.CLERK, WINDOW_AND_DESK[0], lawful.CHIEF)
applicant = mostly(pure.APPLICANT)
decider = mostly(pure.APPROVER, WINDOW_AND_DESK[4])
code = st.sampled_from(["plan", "proof"])
versions = st.fixed_dictionaries(
    {
        "code": st.sampled_from(["licensing"] * 4 + sorted(lawful.REGIMES)),
        "level": st.sampled_from(["strict", "two_posts_one_window", "single_post"]),
        "clock": st.sampled_from(["restart", "resume"]),
        "case_type": st.sampled_from(["instant", "promised"]),
        "proof": st.sampled_from([BY_DATE, DEFERRABLE, pure.v.Material("proof", "证明")]),
        "commitment": st.sampled_from([None, COMMITMENT, replace(COMMITMENT, mode="proof")]),
        "reviewed": st.booleans(),
        "on_receipt": st.booleans(),
        "notice": st.sampled_from([None, pure.v.TimeLimit(2, "working_day", "一次性告知办法", counts_day_zero=True)]),
    }
)


def version_of(chosen: dict) -> pure.v.VersionContent:
    """The version of drawn values."""
    flow = pure.content().flow
    return lawful.version(
        chosen["code"],
        separation_level=chosen["level"],
        correction_clock=chosen["clock"],
        case_type=chosen["case_type"],
        single_post=lawful.SINGLE_POST,
        materials=(pure.v.Material("plan", "布局图"), chosen["proof"]),
        commitment=chosen["commitment"],
        flow=flow if chosen["reviewed"] else replace(flow, branches=()),
        accept_on_receipt=chosen["on_receipt"],
        notice_limit=chosen["notice"],
    )


def in_state(*states: str):
    """Mostly things are tried when they can be done; the wrong ones are tried by wrong people all the same."""
    return precondition(lambda walk: walk.state.state in states)


def while_open(*kinds: str):
    """There is a side matter to go on with."""
    return precondition(
        lambda walk: any(p.kind in kinds and p.state in ("open", "lapsed") for p in walk.state.proceedings)
    )


at_intake = in_state("submitted", "received")


class Intake(RuleBasedStateMachine):
    """Everybody tries everything, in any order, on any day."""

    @initialize(
        chosen=versions,
        missing=st.sampled_from([("proof",), ("proof",), (), ("plan",)]),
        entered=st.booleans(),
        accepts=st.booleans(),
    )
    def begin(self, chosen, missing, entered, accepts) -> None:
        self.of, self.at = self.version(chosen), pure.MONDAY
        self.told: list[ClockStep] = []
        self.accepted_by = self.decided_by = self.accepted_from = self.decided_from = None
        self.named = ""
        given_ = tuple(commands.Given(c, c, (uuid.UUID(int=5),)) for c in ("plan", "proof") if c not in missing)
        command = replace(pure.submission(entered), materials=given_, missing=tuple(sorted(missing)), accepts=accepts)
        who = pure.CLERK if entered else pure.APPLICANT
        circumstances = pure.setting(who, self.at, self.of)
        state = pure.begin(command, circumstances)
        self.state = self.take(state, command, who)

    def version(self, chosen):
        """The version of the case, from before its first event to its last."""
        return version_of(chosen)

    def take(self, before, command, who):
        """One act: its events tell the very clock steps that its rows hold, and the state that it leads to."""
        circumstances = pure.setting(who, self.at, self.of)
        outcome = decide(before, command, circumstances)
        steps = tuple(ClockStep.from_json(s) for e in outcome.events for s in e.body.get("clocks", ()))
        rows = [c.values for c in outcome.changes if c.model == "work.ClockRow"]
        again = [c.values for c in react(before, steps, circumstances)]
        assert sorted(str(r["history"]) for r in rows) == sorted(str(r["history"]) for r in again)
        self.told += steps
        after, named = pure.apply(before, outcome), before.state
        for event in outcome.events:
            named = state_after(event.kind, dict(event.body), named)
            if event.kind == "case.accepted" or (event.kind == "case.review_started" and not after.accepted_at):
                self.accepted_by, self.accepted_from = who.staff_id, who.post_id
            if event.kind == "case.decided":
                self.decided_by, self.decided_from = who.staff_id, who.post_id
        assert named == after.state
        self.heard(outcome.events, who)
        return after

    def heard(self, events, who) -> None:
        """For walks that keep what was told."""

    def attempt(self, command, who) -> None:
        try:
            self.state = self.take(self.state, command, who)
        except Refusal as refusal:
            assert refusal.sentence

    @rule(days=st.integers(0, 14))
    def time_passes(self, days: int) -> None:
        self.at += timedelta(days=days)

    @at_intake
    @rule(who=at_window, command=st.sampled_from([commands.Accept(), commands.Receive(), commands.DeemAccepted()]))
    def plainly(self, who, command) -> None:
        self.attempt(command, who)

    @at_intake
    @rule()
    def a_week_of_silence(self) -> None:
        self.at += timedelta(days=9)
        self.attempt(commands.DeemAccepted(), SYSTEM)

    @at_intake
    @rule(who=at_window, codes=st.sets(code, min_size=1))
    def notify(self, who, codes) -> None:
        faults = tuple(commands.Fault("material", c, c, "不清楚", "重拍") for c in sorted(codes))
        self.attempt(commands.RequestCorrection(faults), who)

    @in_state("submitted", "received", "correction_requested")
    @rule(who=mostly(pure.APPLICANT, pure.CLERK), codes=st.sets(code))
    def correct(self, who, codes) -> None:
        files = tuple(given(c) for c in sorted(codes))
        self.attempt(commands.SubmitCorrection("{}", "c", files, (), ACCOUNT), who)
        self.attempt(commands.CorrectOnTheSpot("{}", "c", files, (), "陆明远", ACCOUNT), who)

    @at_intake
    @rule(who=at_window, codes=st.sets(code))
    def defer(self, who, codes) -> None:
        self.attempt(commands.AcceptWithDeferral(tuple(sorted(codes)), True, "陆明远"), who)
        self.attempt(commands.AcceptWithDeferral(gaps.outstanding(self.state), True, "陆明远"), who)

    @while_open("deferral")
    @rule(who=applicant, codes=st.sets(code))
    def settle(self, who, codes) -> None:
        self.attempt(commands.SettleDeferral(tuple(given(c) for c in sorted(codes)), ACCOUNT), who)
        waiting = [p.key for p in self.state.proceedings if p.kind == "deferral" and p.state in ("open", "lapsed")]
        self.attempt(commands.SettleDeferral(tuple(given(c) for c in waiting), ACCOUNT), who)

    @while_open("deferral")
    @rule(who=mostly(SYSTEM))
    def lapse(self, who) -> None:
        for matter in self.state.open_proceedings("deferral"):
            self.attempt(commands.LapseDeferral(matter.id), who)

    @at_intake
    @rule(who=at_window, pair=st.sampled_from(["2026-1", "2025-1"]))
    def promise(self, who, pair: str) -> None:
        self.attempt(commands.AcceptWithCommitment(pair, "陆明远"), who)

    @while_open("commitment")
    @rule(who=mostly(lawful.CHECKER), result=st.sampled_from(["kept", "breached"]))
    def check(self, who, result: str) -> None:
        for matter in self.state.open_proceedings("commitment"):
            self.attempt(commands.CheckCommitment(matter.id, result, "事实"), who)

    @while_open("breach")
    @rule(who=mostly(lawful.HEAD), outcome=st.sampled_from(["rectified", "annul"]))
    def follow_a_breach(self, who, outcome: str) -> None:
        for matter in self.state.open_proceedings("breach"):
            self.attempt(commands.OrderRectification(matter.id, "事实", BASIS), who)
            self.attempt(commands.Defend(matter.id, "申辩", False, ACCOUNT), pure.APPLICANT)
            self.attempt(commands.ConcludeBreach(matter.id, outcome, "事实", "理由", BASIS), who)

    @at_intake
    @rule(who=at_window)
    def at_once(self, who) -> None:
        self.attempt(commands.DecideInstantly(LICENCE, BASIS), who)
        self.attempt(commands.Record(LICENCE, BASIS), who)

    @in_state("submitted", "received", "correction_requested")
    @rule(who=mostly(pure.CLERK), kind=st.sampled_from(["not_required", "no_jurisdiction", "uncorrected", "barred"]))
    def turn_away(self, who, kind: str) -> None:
        if kind != "uncorrected" and self.at.day % 4:
            return  # an ended case teaches nothing more
        self.attempt(commands.RefuseAcceptance(kind, "理由", "省厅", "第七十八条"), who)

    @in_state("in_review")
    @rule(who=anybody)
    def dispute(self, who) -> None:
        self.attempt(commands.RaiseDispute(("plan",), "不齐"), who)
        for matter in self.state.open_proceedings("dispute"):
            self.attempt(commands.RuleDispute(matter.id, "window", "理由"), who)

    @at_intake
    @rule(who=anybody, really=st.sampled_from([False] * 5 + [True]))
    def void(self, who, really: bool) -> None:
        if really:  # an ended case teaches nothing more
            self.attempt(commands.VoidEntry("录错"), who)

    @in_state("in_review")
    @rule(who=anybody, verdict=st.sampled_from(["pass", "pass", "object"]), pick=st.integers(0, 9))
    def step(self, who, verdict: str, pick: int) -> None:
        if self.state.tasks:
            task = self.state.tasks[pick % len(self.state.tasks)]
            self.attempt(commands.CompleteStep(task.id, verdict, "意见"), who)

    @in_state("in_review")
    @rule(by_one=st.booleans())
    def the_review_passes(self, by_one: bool) -> None:
        people = WINDOW_AND_DESK if by_one else [pure.HANDLER, pure.EXAMINER, pure.OTHER_EXAMINER]
        for task in self.state.open_tasks("handle", "examine"):
            who = next(p for p in people if p.post_id == task.post_id)
            self.attempt(commands.CompleteStep(task.id, "pass", "符合要求"), who)

    @in_state("in_review")
    @rule(who=decider, positive=st.booleans())
    def decide(self, who, positive: bool) -> None:
        law = self.of.law
        outcome = law.positive if positive else law.negative
        self.attempt(commands.Decide(outcome, "事实", "理由", BASIS, LICENCE if positive else None), who)

    @in_state("decided")
    @rule()
    def the_system_goes_on(self) -> None:
        self.state = pure.sealed(self.state)
        self.attempt(commands.Issue(), SYSTEM)

    # ---- what always holds -----------------------------------------------------------------------------------------

    @invariant()
    def nothing_is_deemed_outside_its_regime(self) -> None:
        if self.state.acceptance_mode == "deemed":
            assert self.of.law.deemed_acceptance

    @invariant()
    def a_regime_without_acceptance_accepts_nothing(self) -> None:
        if not self.of.law.separate_acceptance:
            assert self.state.accepted_at is None
            assert not [p for p in self.state.papers if p.kind == "acceptance_notice"]

    @invariant()
    def on_strict_nobody_accepts_and_approves(self) -> None:
        if self.of.separation_level == "strict" and self.decided_by is not None:
            assert self.decided_by != self.accepted_by

    @invariant()
    def one_post_decides_only_what_it_was_authorised_for(self) -> None:
        same = self.decided_by is not None and self.decided_by == self.accepted_by
        if same and self.of.separation_level == "single_post":
            assert self.of.case_type == "instant"
            assert self.state.outcome == self.of.law.positive

    @invariant()
    def no_grant_without_every_material_or_its_lawful_substitute(self) -> None:
        if self.state.outcome == self.of.law.positive and self.state.outcome:
            assert gaps.outstanding(self.state) == () or any(
                p.kind == "deferral" and p.state == "lapsed" for p in self.state.proceedings
            )

    @invariant()
    def only_secondary_materials_of_the_list_are_deferred(self) -> None:
        for matter in self.state.proceedings:
            if matter.kind == "deferral":
                material = self.of.material(matter.key)
                assert material is not None and material.deferral is not None and not material.essential

    @invariant()
    def folding_the_ledger_gives_the_stored_clocks(self) -> None:
        folded: dict[tuple[str, str, int], list] = {}
        turn: dict[tuple[str, str], int] = {}
        for one in self.told:
            place = (one.clock, one.key)
            if one.spec is not None:
                turn[place] = turn.get(place, 0) + 1
                folded[(*place, turn[place])] = []
            folded[(*place, turn[place])].append(one.step)
        stored = sorted((c.kind, c.key, str(list(c.steps))) for c in self.state.clocks)
        assert stored == sorted((kind, key, str(steps)) for (kind, key, _), steps in folded.items())

    @invariant()
    def no_statutory_clock_stands_still_without_a_basis(self) -> None:
        for clock in self.state.clocks:
            if clock.kind in ("statutory", "joint"):
                assert all(step.basis for step in clock.steps if step.do == "suspend")

    @invariant()
    def whoever_waits_knows_for_whom(self) -> None:
        if self.state.state in {"submitted", "received", "in_review"}:
            assert self.state.open_tasks()
        if self.state.state == "correction_requested":
            assert self.state.open_notice() is not None

    @invariant()
    def no_result_leaves_while_a_dated_deferral_is_open(self) -> None:
        if self.state.state == "issued":
            assert not [p for p in self.state.open_proceedings("deferral") if p.due_on is not None]


Intake.TestCase.settings = settings(
    max_examples=examples(fast=12, whole=settings().max_examples * 3),
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.covers("WIN-02", "NTC-04", "NTC-07", "APR-19")
class TestIntake(Intake.TestCase):
    """See :class:`Intake`."""
