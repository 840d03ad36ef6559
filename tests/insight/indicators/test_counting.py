"""Every figure is a sum of what events add: counted once, in any batches, and the same as a count by other means."""

from __future__ import annotations

import json
import uuid
from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import invariant

from tests.procedures.cases.test_road_properties import Road
from tests.support.sparing import examples
from tongban.ground import calendar, moment
from tongban.ground.clock import Step, read
from tongban.insight.indicators import rules
from tongban.insight.indicators.models import CaseFigure
from tongban.insight.indicators.rules import Event, Fact, Origin
from tongban.insight.indicators.services import columns_of, fact_of
from tongban.procedures.work.clocks import history_of

CALENDAR = calendar.load()
MONDAY = datetime(2026, 9, 7, 10, 0, tzinfo=moment.SHANGHAI)
ORIGIN = Origin(10, 1, 7, "window", 1, "granted")


def calendars(_at: datetime) -> calendar.WorkingCalendar:
    return CALENDAR


def told(seq: int, kind: str, days: int = 0, *, channel: str = "window", by_staff: bool = True, **body: Any) -> Event:
    at = MONDAY + timedelta(days=days)
    return Event(seq, kind, at, at, channel, by_staff, body)


def counted(events: list[Event], origin: Origin = ORIGIN) -> tuple[Fact, Counter[str]]:
    fact, added = rules.fold_all(origin, events, calendars)
    sums: Counter[str] = Counter()
    for one in added:
        sums[one.measure + (f":{one.key}" if one.key else "")] += one.n
    return fact, sums


def kept(fact: Fact) -> Fact:
    """Through the row of the database and back."""
    row = CaseFigure(case_id=uuid.UUID(int=1), **columns_of(fact))
    row.memory = json.loads(json.dumps(row.memory))
    return fact_of(row)


# ---- tables --------------------------------------------------------------------------------------------------------

ENTERED = told(1, "case.received")
ACCEPTED = told(2, "case.accepted", 1, mode="normal", accepted_on="2026-09-08")
GRANTED = told(3, "case.decided", 9, outcome="granted")
DELIVERED = told(4, "case.delivered", 11, mode="counter")
CLOSED = told(5, "case.closed", 11)


@pytest.mark.covers("APR-12")
@pytest.mark.parametrize(
    ("events", "visits"),
    [
        ([ENTERED, ACCEPTED, GRANTED, CLOSED], 1),
        ([ENTERED, ACCEPTED, GRANTED, DELIVERED, CLOSED], 2),
        ([told(1, "case.submitted", channel="portal"), told(2, "case.received", 1)], 0),
        ([told(1, "case.submitted", channel="portal"), told(2, "case.delivered", 3, mode="counter")], 1),
        ([told(1, "case.submitted", channel="portal"), told(2, "case.delivered", 3, mode="portal")], 0),
        ([told(1, "case.submitted", channel="portal"), told(2, "case.delivered", 3, mode="post")], 0),
        ([ENTERED, told(2, "case.corrected_on_the_spot")], 1),
        ([ENTERED, told(2, "case.corrected_on_the_spot", 2)], 2),
        ([ENTERED, told(2, "case.corrected", 2)], 2),
        ([ENTERED, told(2, "case.corrected", 2, channel="portal", by_staff=False)], 1),
        ([ENTERED, told(2, "case.deferral_settled", 3, proceedings=[], late=[])], 2),
    ],
)
def test_a_visit_is_a_day_on_which_the_applicant_did_something_at_a_window(events: list[Event], visits: int) -> None:
    assert len(counted(events)[0].visits) == visits


@pytest.mark.covers("APR-12")
def test_a_closed_case_tells_how_often_somebody_came_against_what_the_guide_said() -> None:
    once = counted([ENTERED, ACCEPTED, GRANTED, CLOSED])[1]
    assert (once["visits_told"], once["visits_made"], once["visits_at_most_one"]) == (1, 1, 1)
    assert not once["visits_more_than_told"]
    twice = counted([ENTERED, ACCEPTED, GRANTED, DELIVERED, CLOSED])[1]
    assert (twice["visits_made"], twice["visits_at_most_one"], twice["visits_more_than_told"]) == (2, 0, 1)
    assert not counted([ENTERED, told(2, "case.withdrawn"), told(3, "case.closed")])[1]["closed"]


@pytest.mark.parametrize(("days", "late"), [(0, 0), (1, 0), (2, 1), (30, 1)])
def test_what_is_learnt_after_the_next_day_is_late_and_counts_once_on_the_day_it_came(days: int, late: int) -> None:
    learnt = MONDAY + timedelta(days=days)
    entered = Event(1, "case.received", MONDAY, learnt, "window", True, {})
    again = Event(2, "case.accepted", MONDAY, learnt + timedelta(days=9), "window", True, {"mode": "normal"})
    fact, sums = counted([entered])
    assert (sums["data_late"], fact.data_late_on) == (late, learnt.date() if late else None)
    assert counted([entered, again])[1]["data_late"] == 1
    _fact, added = rules.fold_all(ORIGIN, [entered, again], calendars)
    told_late = next(one for one in added if one.measure == "data_late")
    assert told_late.day == (learnt if late else learnt + timedelta(days=9)).date()


def test_a_deemed_acceptance_reaches_back_and_is_counted_on_the_day_it_happened() -> None:
    fact, sums = counted([ENTERED, told(2, "case.accepted", 8, mode="deemed", accepted_on="2026-09-07")])
    assert (fact.deemed, str(fact.accepted_on), str(fact.acceptance_on)) == (True, "2026-09-07", "2026-09-15")
    assert (sums["accepted"], sums["deemed_accepted"]) == (1, 1)
    assert kept(fact) == fact
    assert not counted([ENTERED, ACCEPTED])[0].deemed


@pytest.mark.parametrize(
    ("low", "words"), [(0, "当天"), (3, "3 天"), (6, "6—7 天"), (60, "60—89 天"), (90, "90 天以上")]
)
def test_a_bucket_is_told_in_words(low: int, words: str) -> None:
    assert rules.bucket_words(low) == words


@pytest.mark.covers("NTC-09")
def test_deferrals_are_open_settled_late_or_lapsed_and_end_with_the_case() -> None:
    opened = told(2, "case.accepted", 1, mode="deferred", deferred={"plan": "p1", "proof": "p2"})
    lapsed = told(3, "case.deferral_lapsed", 20, proceeding_id="p1", material="plan")
    again = told(4, "case.deferral_lapsed", 21, proceeding_id="p1", material="plan")
    settled = told(5, "case.deferral_settled", 22, proceedings=["p1"], late=["plan"])
    fact, sums = counted([ENTERED, opened, lapsed, again, settled])
    assert (sums["deferrals"], sums["deferrals_lapsed"], sums["deferrals_settled"], sums["deferrals_late"]) == (
        2,
        1,
        1,
        1,
    )
    assert (sums["deferred_material:plan"], sums["late_material:plan"], sums["deferred_material:proof"]) == (1, 1, 1)
    assert dict(fact.open_deferrals) == {"p2": "proof"}
    refused = told(6, "case.decided", 30, outcome="refused")
    assert counted([ENTERED, opened, refused])[1]["deferrals_ended"] == 2
    assert counted([ENTERED, opened, told(3, "case.terminated", 30)])[1]["deferrals_ended"] == 2
    assert not counted([ENTERED, opened, told(3, "case.decided", 30, outcome="granted")])[1]["deferrals_ended"]


@pytest.mark.parametrize(("days", "low"), [(0, "0"), (6, "6"), (7, "6"), (9, "8"), (19, "15"), (500, "90"), (-1, "0")])
def test_days_fall_into_small_buckets(days: int, low: str) -> None:
    assert rules.bucket(days) == low


@pytest.mark.parametrize(
    ("counts", "share", "found"),
    [({}, 0.5, None), ({"3": 1}, 0.5, 3), ({"1": 5, "8": 4, "90": 1}, 0.5, 1), ({"1": 5, "8": 4, "90": 1}, 0.9, 8)],
)
def test_a_quantile_is_the_bucket_in_which_it_lies(counts: Mapping[str, int], share: float, found: int | None) -> None:
    assert rules.quantile(counts, share) == found


# ---- properties ----------------------------------------------------------------------------------------------------

AFTER_ALL = ("withdrawn", "terminated", "transferred", "void", "not_accepted")


def naive_used(steps: list[Step]) -> int:
    """Day by day: working days after the start up to the stop on which no pause was open."""
    start, end = steps[0].on, next(step.on for step in steps if step.do == "stop")
    n, day = 0, start
    while day < end:
        day += timedelta(days=1)
        paused = {s.key for s in steps if s.do == "suspend" and s.on < day}
        paused -= {s.key for s in steps if s.do == "resume" and s.on < day}
        n += CALENDAR.is_working_day(day) and not paused
    return n


class Counted(Road):
    """The walk over the whole engine, counted as it goes."""

    def __init__(self) -> None:
        super().__init__()
        self.events: list[Event] = []
        self.fact: Fact | None = None
        self.sums: Counter[str] = Counter()

    def heard(self, events: Any, who: Any) -> None:
        """What the ledger would hold is folded at once, through the row."""
        for draft in events:
            body = json.loads(json.dumps(dict(draft.body), default=str))
            at = draft.occurred_at or self.at
            channel = "portal" if who.kind == "person" else "window"
            event = Event(len(self.events) + 1, draft.kind, at, self.at, channel, who.kind == "staff", body)
            self.events.append(event)
            before = self.fact or Fact(Origin(10, 1, 7, "portal", 0, self.of.law.positive))
            after, added = rules.fold(before, event, calendars)
            assert rules.fold(after, event, calendars) == (after, ())
            self.fact = kept(after)
            assert self.fact == after
            for one in added:
                self.sums[one.measure] += one.n

    @invariant()
    def what_is_counted_is_what_the_rows_hold(self) -> None:
        if self.fact is None:
            return
        state, fact, sums = self.state, self.fact, self.sums
        assert (sums["submitted"], sums["from_portal"]) == (1, 1)
        assert fact.outcome == state.outcome
        assert sums["granted"] + sums["refused"] == bool(state.outcome)
        assert (sums["accepted"] > 0) == (fact.accepted_on is not None)
        assert sums["corrections"] == fact.corrections == len(state.notices)
        own = [p for p in state.proceedings if p.kind == "deferral"]
        assert sums["deferrals"] == fact.deferred == len(own)
        assert sums["deferrals_settled"] == sum(p.state == "done" for p in own)
        still = sum(p.state in ("open", "lapsed") for p in own)
        ended = state.state in AFTER_ALL or fact.ended or (state.outcome and state.outcome != self.of.law.positive)
        assert len(fact.open_deferrals) == (0 if ended else still)
        assert sums["deferrals"] == sums["deferrals_settled"] + sums["deferrals_ended"] + len(fact.open_deferrals)
        assert sums["commitments"] == sum(p.kind == "commitment" for p in state.proceedings)

    def teardown(self) -> None:
        """Counted anew, each event twice and in any batches, it is the same; and so are the days, one by one."""
        super().teardown()
        if self.fact is None:
            return
        twice = [event for event in self.events for _ in range(2)]
        fact, added = rules.fold_all(self.fact.origin, twice, calendars)
        assert fact == self.fact
        again: Counter[str] = Counter()
        for one in added:
            again[one.measure] += one.n
        assert again == self.sums
        if self.fact.decided_on:
            self.days_are_those_of_the_clock()

    def days_are_those_of_the_clock(self) -> None:
        clocks = {c.kind: history_of(c.history) for c in self.state.clocks if c.kind in rules.DECISION_CLOCKS}
        for kind, clock in clocks.items():
            used = rules.used_days([step.to_json() for step in clock.steps], CALENDAR)
            assert used == naive_used(list(clock.steps))
            limit = clock.spec.limit
            if limit.unit == "working_day":
                late = read(clock.spec, list(clock.steps), CALENDAR).late
                extended = sum(step.n for step in clock.steps if step.do == "extend")
                assert late == (used > limit.n + extended)
                assert late == self.sums[f"overdue_{kind}"]


Counted.TestCase.settings = settings(
    max_examples=examples(fast=5, whole=settings().max_examples // 2),
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
TestCounted = pytest.mark.covers("K-01")(Counted.TestCase)
