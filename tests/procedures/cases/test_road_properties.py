"""Random walks over the whole engine: whatever people and the clock try, in any order, on any day, it stays lawful.

The intake's walk (``test_intake_properties``) goes on here with every act of the review, the hearing, the decision and
the ends, over random versions of every regime. At the end of each walk the authority must find a lawful way out.
"""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from tests.procedures.cases import pure
from tests.procedures.cases.lawful import BASIS, LICENCE
from tests.procedures.cases.test_intake_properties import (
    ACCOUNT,
    WINDOW_AND_DESK,
    Intake,
    anybody,
    applicant,
    code,
    given,
    in_state,
    mostly,
    version_of,
    versions,
    while_open,
)
from tests.support.sparing import examples
from tongban.ground.clock import read
from tongban.ground.policy import SYSTEM, Principal
from tongban.procedures.cases.rules import commands
from tongban.procedures.cases.rules.state import TaskView
from tongban.registry.catalog.special_steps import SPECIAL_STEPS
from tongban.registry.catalog.version import ExtensionRule, SpecialStepRule, TimeLimit, VersionContent

ROAD = {
    "submitted": {"received", "correction_requested", "in_review", "decided", "not_accepted", "withdrawn", "void"},
    "received": {"correction_requested", "in_review", "decided", "not_accepted", "withdrawn", "transferred", "void"},
    "correction_requested": {"received", "decided", "not_accepted", "withdrawn", "terminated", "void"},
    "in_review": {"suspended", "decided", "withdrawn", "terminated", "transferred"},
    "suspended": {"in_review", "decided", "withdrawn", "terminated"},
    "decided": {"issued"},
    "issued": {"delivered"},
    "delivered": {"closed"},
    "not_accepted": {"closed"},
    "withdrawn": {"closed"},
    "terminated": {"closed"},
    "transferred": {"closed"},
    "void": {"closed"},
    "closed": set(),
}
"""The diagram of glossary 8.2 (``accepted`` is passed within one act)."""

ENDED = {"not_accepted", "withdrawn", "terminated", "transferred", "void"}
AFTER = {"decided", "issued", "delivered", "closed"} | ENDED
PEOPLE_OF_THE_REVIEW = (pure.HANDLER, pure.EXAMINER, pure.OTHER_EXAMINER)
reviewer = mostly(*PEOPLE_OF_THE_REVIEW)
approver = mostly(pure.APPROVER)
kinds = st.sampled_from(sorted(SPECIAL_STEPS))
cited = st.sampled_from(["测试条例第五条", "测试条例第五条", ""])
in_review = in_state("in_review", "suspended")
OUTSIDER = pure.staff(70, pure.APPROVE)[0]
"""An approver who did nothing on the case before."""

rules_of_the_guide = st.lists(
    st.builds(
        SpecialStepRule,
        kind=kinds,
        name=st.just("环节"),
        limit=st.just(TimeLimit(30, "working_day", "办事指南")),
        branch_key=st.sampled_from(["", "a"]),
        stops_statutory=st.booleans(),
        stops_promised=st.booleans(),
        basis=st.sampled_from(["", "测试条例第六条"]),
    ),
    max_size=2,
)
limits_of_steps = st.sampled_from([None, TimeLimit(3, "working_day", "办事指南")])


def reviewed_version(
    content: VersionContent, rules: list[SpecialStepRule], limit: TimeLimit | None, kind: str, own: int | None
) -> VersionContent:
    """A drawn version with published special steps, limits of steps, an own rule of extension, and its kind."""
    branches = tuple(replace(b, steps=tuple(replace(s, limit=limit) for s in b.steps)) for b in content.flow.branches)
    flow = replace(content.flow, branches=branches, special_steps=tuple(rules))
    extension = ExtensionRule(own, "测试条例第七条") if own else None
    return replace(content, flow=flow, kind=kind, extension=extension)


class Road(Intake):
    """Everybody tries everything."""

    @initialize(
        chosen=versions,
        missing=st.sampled_from([(), (), (), ("proof",)]),
        counter=st.booleans(),
        rules=rules_of_the_guide,
        limit=limits_of_steps,
        kind=st.sampled_from(["new", "renew"]),
        own=st.sampled_from([None, None, 3]),
        early=st.sampled_from([True] * 7 + [False]),
        by_one=st.booleans(),
    )
    def begin(self, chosen, missing, counter, rules, limit, kind, own, early, by_one) -> None:
        self.drawn = (rules, limit, kind, own)
        super().begin(chosen, missing, False, False)
        self.state = replace(self.state, delivery_mode="counter" if counter else "download")
        self.deemed = False
        self.latest: dict[uuid.UUID, object] = {}
        if early:  # most walks begin where the review begins
            given_ = [c for c in ("plan", "proof") if c not in missing]
            clerk = WINDOW_AND_DESK[0] if by_one else pure.CLERK
            self.attempt(commands.Accept() if len(given_) == 2 else commands.Receive(), clerk)

    def version(self, chosen):
        return reviewed_version(version_of(chosen | {"reviewed": True}), *self.drawn)

    def take(self, before, command, who):
        after = super().take(before, command, who)
        if after.state != before.state:
            assert after.state in ROAD[before.state], (before.state, after.state)
        assert after.seq > before.seq
        if isinstance(command, commands.Decide):
            self.was_free_to_decide(before, command)
        return after

    def was_free_to_decide(self, before, command: commands.Decide) -> None:
        """Read from the side matters themselves, not by the rule's own functions."""
        today = self.at.date()
        assert before.state == "in_review"
        assert all(b.state == "done" for b in before.branches)
        for matter in before.open_proceedings():
            assert matter.kind != "hearing"
            if matter.kind in ("hearing_right", "supplement", "opinion", "interested_party"):
                assert matter.due_on is not None and matter.due_on < today
        if command.outcome == self.of.law.positive and self.of.law.negative:
            assert not [b for b in before.branches if b.verdict == "object"]
        if command.outcome in ("refused", "not_provided", "adjudicated"):
            assert command.facts and command.reasons and command.basis

    @in_state("in_review")
    @rule(by_one=st.booleans())
    def the_review_passes(self, by_one: bool) -> None:
        for task in self.state.open_tasks("handle", "examine"):
            who = self.holder_of(task, pure.JACK_OF_ALL_TRADES[0].staff_id if by_one else None)
            self.attempt(commands.CompleteStep(task.id, "pass", "符合要求"), who)

    def holder_of(self, task: TaskView, staff_id: uuid.UUID | None = None) -> Principal:
        """Who does an open step, wherever it was handed over: the one person of all trades, or the ordinary one."""
        who = pure.HANDLER if task.kind == "handle" else pure.EXAMINER
        department = 2 if task.branch_key == "b" else 1
        return replace(who, staff_id=staff_id or who.staff_id, post_id=task.post_id, department_id=department)

    @in_state("in_review")
    @rule(really=st.sampled_from([False] * 5 + [True]))
    def dispute(self, really: bool) -> None:
        if really:
            self.attempt(commands.RaiseDispute(("plan",), "不齐"), pure.HANDLER)
            for matter in self.state.open_proceedings("dispute"):
                self.attempt(commands.RuleDispute(matter.id, "window", "理由"), pure.HALL_MANAGER)

    @in_state("in_review")
    @rule(
        who=mostly(pure.APPROVER, WINDOW_AND_DESK[4]),
        positive=st.sampled_from([True, True, False]),
        wait=st.sampled_from([0, 0, 20]),
    )
    def decide(self, who, positive: bool, wait: int) -> None:
        if self.at.day % 3 and self.state.open_tasks("decide") and not wait:
            return  # a decided case teaches less than one that goes on
        self.at += timedelta(days=wait)
        law = self.of.law
        outcome = law.positive if positive else law.negative
        self.attempt(commands.Decide(outcome, "事实", "理由", BASIS, LICENCE if positive else None), who)

    # ---- the review ------------------------------------------------------------------------------------------------

    @in_review
    @rule(
        who=reviewer,
        kind=kinds,
        basis=cited,
        n=st.integers(1, 40),
        place=st.sampled_from(["own", "own", "own", "", "b"]),
        people=st.sampled_from([("周立", "吴平"), ("周立", "吴平"), ()]),
    )
    def begin_a_special_step(self, who, kind, basis, n, place, people) -> None:
        key = ("b" if who is pure.OTHER_EXAMINER else "a") if place == "own" else place
        command = commands.Suspend(kind, "需要", basis, n, "working_day", key, people=people)
        self.attempt(command, who)

    @while_open(*SPECIAL_STEPS)
    @rule(who=reviewer, pick=st.integers(0, 5))
    def end_a_special_step(self, who, pick: int) -> None:
        open_ = self.state.open_proceedings(*SPECIAL_STEPS)
        if open_:
            command = commands.Resume(open_[pick % len(open_)].id, "done", "办完", ("周立", "吴平"))
            self.attempt(command, who)

    @in_review
    @rule(
        who=mostly(pure.AUTHORITY_HEAD, pure.GOVERNMENT_HEAD), days=st.sampled_from([1, 3, 10, 15]), joint=st.booleans()
    )
    def extend(self, who, days: int, joint: bool) -> None:
        self.attempt(commands.Extend(days, "核实", joint), who)

    @in_review
    @rule(who=reviewer, codes=st.sets(code, min_size=1))
    def ask_for_more(self, who, codes) -> None:
        faults = tuple(commands.Fault("material", c, c, "缺页", "补页") for c in sorted(codes))
        self.attempt(commands.RequestSupplement(faults), who)

    @while_open("supplement")
    @rule(who=applicant, codes=st.sets(code))
    def hand_in(self, who, codes) -> None:
        for matter in self.state.open_proceedings("supplement"):
            asked = {c for _, c in matter.data["targets"]}
            for files in (codes, asked):
                materials = tuple(given(c) for c in sorted(files))
                self.attempt(commands.Supplement(matter.id, "{}", "c", materials, ACCOUNT), who)

    @in_review
    @rule(who=reviewer, key=st.sampled_from(["a", "b"]))
    def ask_another_unit(self, who, key: str) -> None:
        self.attempt(commands.RequestOpinion(key, pure.SPARE, "备岗", 3, "丙局", "行不行", 3), who)

    @while_open("opinion")
    @rule(who=mostly(pure.SPARE_EXAMINER))
    def answer(self, who) -> None:
        for matter in self.state.open_proceedings("opinion"):
            self.attempt(commands.GiveOpinion(matter.id, "agree", "可以"), who)

    @in_review
    @rule(who=mostly(*PEOPLE_OF_THE_REVIEW, pure.APPROVER))
    def meet_and_tell(self, who) -> None:
        opinions = {"甲局": "同意", "乙局": "同意"}
        self.attempt(commands.HoldJointMeeting(self.at.date(), "三楼", opinions, "同意"), who)
        self.attempt(commands.TellInterestedParty("钱一", "采光"), who)

    @while_open("interested_party")
    @rule(who=approver, said=st.sampled_from(["没有意见", ""]))
    def hear(self, who, said: str) -> None:
        for matter in self.state.open_proceedings("interested_party"):
            self.attempt(commands.HearParty(matter.id, said), who)

    # ---- the hearing -----------------------------------------------------------------------------------------------

    @in_review
    @rule(who=approver, basis=cited)
    def tell_the_right(self, who, basis: str) -> None:
        self.attempt(commands.TellHearingRight("利益", basis), who)

    @while_open("hearing_right")
    @rule(who=applicant)
    def ask_for_it(self, who) -> None:
        for matter in self.state.open_proceedings("hearing_right"):
            self.attempt(commands.AskHearing(matter.id, "陆明远", ACCOUNT), who)

    @while_open("hearing")
    @rule(
        who=approver,
        days=st.sampled_from([5, 12, 20, 60]),
        officer=st.sampled_from([pure.HEARING_OFFICER, pure.HANDLER]),
    )
    def schedule(self, who, days: int, officer: Principal) -> None:
        for matter in self.state.open_proceedings("hearing"):
            day = self.at + timedelta(days=days)
            self.attempt(commands.ScheduleHearing(matter.id, day, "厅", officer.staff_id, officer.name), who)

    @while_open("hearing")
    @rule(who=mostly(pure.HEARING_OFFICER), signed=st.sampled_from([True, True, False]))
    def hold(self, who, signed: bool) -> None:
        for matter in self.state.open_proceedings("hearing"):
            self.attempt(commands.HoldHearing(matter.id, ("陆明远",), "经过", signed), who)

    @while_open("hearing", "hearing_right")
    @rule(who=approver)
    def give_it_up(self, who) -> None:
        for matter in self.state.open_proceedings("hearing", "hearing_right"):
            self.attempt(commands.WaiveHearing(matter.id, "放弃"), who)

    @in_review
    @rule(who=approver, days=st.sampled_from([12, 14, 20]), gap=st.sampled_from([0, 0, -1]))
    def a_whole_hearing(self, who, days: int, gap: int) -> None:
        self.tell_the_right(who, "测试条例第九条")
        self.ask_for_it(pure.APPLICANT)
        self.schedule(who, days, pure.HEARING_OFFICER)
        self.at += timedelta(days=days + gap)
        self.hold(pure.HEARING_OFFICER, True)

    # ---- decision, ends, delivery ----------------------------------------------------------------------------------

    @in_state("submitted", "received", "correction_requested", "in_review", "suspended")
    @rule(who=mostly(SYSTEM), days=st.sampled_from([0, 29, 30, 45]), silent=st.sampled_from([False, False, True]))
    def the_licence_expires(self, who, days: int, silent: bool) -> None:
        expires = pure.MONDAY.date() + timedelta(days=days)
        before, renewed = self.state, self.of.law.deemed_renewal and self.of.kind == "renew"
        if silent and renewed:
            self.at += timedelta(days=46)
        self.attempt(commands.DeemRenewed(uuid.UUID(int=40), expires, LICENCE), who)
        if self.state is not before:
            self.deemed = True
            assert renewed and days >= 30
            assert self.at.date() > expires
            assert self.state.outcome == self.of.law.positive

    @in_state("correction_requested", "in_review", "suspended")
    @rule(who=approver, kind=st.sampled_from(["correction_lapsed", "deferral_lapsed", "duplicate"]))
    def terminate(self, who, kind: str) -> None:
        if kind == "duplicate" and self.at.day % 5:
            return  # an ended case teaches nothing more
        self.attempt(commands.Terminate(kind, "事实", BASIS), who)

    @in_state("received", "in_review")
    @rule(who=mostly(pure.CLERK, pure.APPROVER), really=st.sampled_from([False] * 5 + [True]))
    def transfer(self, who, really: bool) -> None:
        if really:
            self.attempt(commands.Transfer("upward", "省厅", "权限", consented=True), who)

    @rule(who=applicant, really=st.sampled_from([False] * 9 + [True]))
    def withdraw(self, who, really: bool) -> None:
        if really:
            self.attempt(commands.Withdraw("不办了"), who)

    @in_state("submitted", "received", "in_review", "suspended", "issued")
    @rule(who=anybody, pick=st.integers(0, 9), post=st.sampled_from([pure.SPARE, pure.EXAMINE]))
    def hand_over(self, who, pick: int, post: int) -> None:
        tasks = self.state.open_tasks()
        if tasks:
            task = tasks[pick % len(tasks)]
            department = 2 if task.branch_key == "b" else 1
            self.attempt(commands.HandOver(task.id, post, "岗", department, "leave", "休假"), who)

    @in_state("issued")
    @rule(who=mostly(pure.ISSUER, pure.APPLICANT), mode=st.sampled_from(["portal", "counter", "post", "left_behind"]))
    def deliver(self, who, mode: str) -> None:
        self.attempt(commands.NotifyReady(), who)
        self.attempt(commands.Deliver(mode, "本人", "EMS1", ("见证人",)), who)

    @in_state("delivered", *ENDED)
    @rule()
    def the_system_closes(self) -> None:
        self.state = pure.sealed(self.state)
        self.attempt(commands.Close(), SYSTEM)

    @invariant()
    def no_grant_without_every_material_or_its_lawful_substitute(self) -> None:
        if not self.deemed:  # the law renews what nobody has looked at, whole or not (art. 50)
            super().no_grant_without_every_material_or_its_lawful_substitute()

    # ---- what always holds -----------------------------------------------------------------------------------------

    @invariant()
    def on_strict_nobody_handles_and_approves(self) -> None:
        on_the_spot = self.state.outcome == "recorded" and not self.state.branches  # a filing: nothing is approved
        if self.of.separation_level == "strict" and self.decided_by is not None and not on_the_spot:
            handled = {t.done_by for t in self.state.tasks if t.kind in ("accept", "handle")}
            assert self.decided_by not in handled

    @invariant()
    def only_law_version_or_decision_stops_the_clocks_of_the_decision(self) -> None:
        rules = self.of.flow.special_steps
        for clock in self.state.clocks:
            if clock.kind not in ("statutory", "joint", "promised"):
                continue
            for step in clock.steps:
                if step.do != "suspend" or step.kind == "correction":
                    continue
                named = [r for r in rules if r.kind == step.kind]
                lawful_ = step.kind in self.of.law.lawful_stops or step.kind == "force_majeure"
                if clock.kind == "promised":
                    assert lawful_ or any(r.stops_promised for r in named)
                else:
                    assert step.basis
                    assert lawful_ or any(r.stops_statutory and r.basis for r in named)

    @invariant()
    def no_act_makes_a_due_date_earlier(self) -> None:
        for clock in self.state.clocks:
            if clock.due_on is not None:
                assert clock.due_on >= self.latest.get(clock.id, clock.due_on)
                self.latest[clock.id] = clock.due_on

    @invariant()
    def every_row_says_what_its_steps_say(self) -> None:
        for clock in self.state.clocks:
            told = read(clock.spec, clock.steps, pure.calendar.load())
            assert (clock.state, clock.due_on) == (told.state, told.due)

    @invariant()
    def nothing_is_extended_twice_or_beyond_the_ceiling(self) -> None:
        for clock in self.state.clocks:
            grants = [s.n for s in clock.steps if s.do == "extend"]
            assert len(grants) <= 1
            assert sum(grants) <= (clock.spec.extension_max or 0)

    @invariant()
    def at_most_one_clock_of_a_kind_and_key_is_open(self) -> None:
        open_ = [(c.kind, c.key) for c in self.state.open_clocks()]
        assert len(open_) == len(set(open_))

    @invariant()
    def the_case_shows_what_its_branches_are(self) -> None:
        open_ = [b.state for b in self.state.branches if b.state not in ("done", "stopped")]
        places = [p.branch_key for p in self.state.open_proceedings(*SPECIAL_STEPS)]
        if self.state.state == "suspended":
            assert places and set(open_) <= {"suspended"}
        if self.state.state == "in_review":
            assert not open_ or "active" in open_
            for branch in self.state.branches:
                if branch.state == "active":
                    assert not {"", branch.key} & set(places)

    @invariant()
    def a_concluded_case_keeps_nobody_waiting(self) -> None:
        if self.state.state not in AFTER:
            return
        assert {t.kind for t in self.state.open_tasks()} <= {"deliver", "commitment_check"}
        kept = {"delivery", "deferral", "commitment_check", "rectification", "dispute"}
        assert {c.kind for c in self.state.open_clocks()} <= (kept if self.state.state not in ENDED else set())
        assert not self.state.open_proceedings(*SPECIAL_STEPS, "supplement", "opinion", "hearing_right")
        if self.state.state in ENDED:
            assert not self.state.open_proceedings()

    @invariant()
    def who_may_be_awaited_stops_only_the_delivery(self) -> None:
        for clock in self.state.clocks:
            if any(s.kind == "awaiting_applicant" for s in clock.steps):
                assert clock.kind == "delivery"

    # ---- the way out -----------------------------------------------------------------------------------------------

    def teardown(self) -> None:
        """Wherever the walk ended, the authority leads the case to its close by lawful acts alone."""
        if not hasattr(self, "of"):
            return
        for _ in range(40):
            if self.state.state == "closed":
                return
            before = self.state
            self.go_on()
            assert self.state is not before, f"no way out of {self.state.state}"
        raise AssertionError(f"still {self.state.state}")

    def first_of(self, *tries: tuple[object, Principal]) -> None:
        """The first of these acts that is allowed."""
        before = self.state
        for command, who in tries:
            self.attempt(command, who)
            if self.state is not before:
                return

    def go_on(self) -> None:
        """One lawful act of the authority towards the close."""
        state = self.state
        if state.state in ("submitted", "received"):
            turned = commands.RefuseAcceptance("not_required", "不需要许可")
            post = state.open_tasks("accept")[0].post_id
            clerk = replace(pure.CLERK, post_id=post)
            self.first_of((commands.Accept(), clerk), (turned, clerk), (commands.DeemAccepted(), SYSTEM))
        elif state.state == "correction_requested":
            self.at += timedelta(days=90)
            self.first_of((commands.RefuseAcceptance("uncorrected", "逾期"), pure.CLERK))
        elif state.open_proceedings(*SPECIAL_STEPS) and state.state in ("in_review", "suspended"):
            self.end_what_holds_it()
        elif state.state == "in_review":
            self.examine_or_decide()
        else:
            self.deliver_and_close()

    def end_what_holds_it(self) -> None:
        matter = self.state.open_proceedings(*SPECIAL_STEPS)[0]
        if matter.kind == "hearing":
            self.first_of((commands.WaiveHearing(matter.id, "书面放弃"), pure.APPROVER))
            return
        command = commands.Resume(matter.id, "done", "办完", ("周立", "吴平"))
        self.first_of((command, pure.HANDLER), (command, pure.OTHER_EXAMINER))

    def examine_or_decide(self) -> None:
        if tasks := self.state.open_tasks("handle", "examine"):
            self.first_of((commands.CompleteStep(tasks[0].id, "pass", "符合"), self.holder_of(tasks[0])))
            return
        self.at += timedelta(days=90)  # whatever was awaited is over
        law = self.of.law
        who = replace(OUTSIDER, post_id=self.state.open_tasks("decide")[0].post_id)
        self.first_of(
            (commands.Decide(law.positive, "事实", "理由", BASIS, LICENCE), who),
            (commands.Decide(law.negative, "事实", "理由", BASIS), who),
            (commands.Terminate("deferral_lapsed", "逾期未补", BASIS), OUTSIDER),
        )

    def deliver_and_close(self) -> None:
        self.state = state = pure.sealed(self.state)
        held = [p.key for p in state.proceedings if p.kind == "deferral" and p.state in ("open", "lapsed")]
        if held and state.state in ("decided", "issued"):
            settle = commands.SettleDeferral(tuple(given(c) for c in held), ACCOUNT)
            self.first_of((settle, pure.APPLICANT))
        elif state.state == "decided":
            self.first_of((commands.Issue(), SYSTEM))
        elif state.state == "issued":
            post = state.open_tasks("deliver")[0].post_id
            self.first_of((commands.Deliver("counter", "本人"), replace(pure.ISSUER, post_id=post)))
        else:
            self.first_of((commands.Close(), SYSTEM))


Road.TestCase.settings = settings(
    max_examples=examples(fast=6, whole=settings().max_examples * 6 // 5),
    stateful_step_count=50,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
TestRoad = Road.TestCase
