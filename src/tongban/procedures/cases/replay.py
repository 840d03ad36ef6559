"""A case as its ledger tells it, for today or for any past day: state, clocks, card. Pure.

Only events that were recorded by then are known (C17); clocks are folded from the steps that the events carry, by the
same functions that keep the rows. So the rows can be checked against the ledger, and every past day can be shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from tongban.ground import moment
from tongban.ground.calendar import WorkingCalendar
from tongban.ground.clock import ClockSpec, Reading, Step, read
from tongban.ground.clock.binding import Binding, bind
from tongban.ground.ledger.chain import Row
from tongban.procedures.cases.rules.clocking import ClockStep
from tongban.procedures.cases.rules.states import state_after
from tongban.procedures.work.cards import CardRule, Moments, card, moments, rule_of

DECISION = ("promised", "statutory", "joint")


@dataclass(frozen=True, slots=True)
class ReplayedClock:
    """One clock as of the asked moment."""

    kind: str
    key: str
    spec: ClockSpec
    steps: tuple[Step, ...]
    reading: Reading
    moments: Moments
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Replayed:
    """The case as of a moment, with the outputs that the clock conventions name.

    :param due: the day that binds the decision: the earliest running one of promise, law and joint cap (C14).
    :param card: none, warning, yellow or red, by ``card_rule`` of that day (C11).
    :param data_late: a known fact was learnt after the day following the one on which it happened (C17).
    :param awaiting_applicant: the delivery clock stands still because the applicant's turn has come (C16).
    """

    at: datetime
    state: str
    outcome: str
    clocks: tuple[ReplayedClock, ...]
    due: date | None
    statutory_due: date | None
    joint_due: date | None
    card: str
    card_rule: str
    data_late: bool
    awaiting_applicant: bool
    accepted_on: date | None
    deemed_renewed: bool


Calendars = Callable[[datetime], WorkingCalendar]
"""The working calendar of the case's place as it was known at a moment."""


def replay(events: Iterable[Row], calendars: Calendars, at: datetime) -> Replayed:
    """The case as its events tell it; those recorded after ``at`` are not known yet.

    Open clocks are read with the calendar known at ``at``, ended ones with that of their end (shapes 6).
    """
    known = [event for event in events if event.recorded_at <= at]
    state, outcome, accepted, deemed = "", "", None, False
    for event in known:
        state = state_after(event.kind, event.body, state)
        outcome = str(event.body.get("outcome", outcome)) if event.kind == "case.decided" else outcome
        deemed = deemed or (event.kind == "case.decided" and bool(event.body.get("deemed")))
        if event.kind == "case.accepted" and event.body.get("accepted_on"):
            accepted = date.fromisoformat(str(event.body["accepted_on"]))
    rule = rule_of(moment.local(at).date())
    clocks = tuple(
        _clock(place, facts, calendars(facts.ended_at or at), rule) for place, facts in _folded(known).items()
    )
    bound = _bound(clocks, moment.local(at).date(), calendars(at))
    return Replayed(
        at,
        state,
        outcome,
        clocks,
        bound.due,
        bound.statutory_due,
        bound.joint_due,
        card(rule, [(c.kind, c.reading.state, c.moments, c.ended_at) for c in clocks], _violations(known), at),
        rule.version,
        any(_late(event) for event in known),
        any(c.kind == "delivery" and c.reading.state == "stopped" for c in clocks),
        accepted,
        deemed,
    )


@dataclass(slots=True)
class _Facts:
    spec: ClockSpec
    steps: list[Step]
    ended_at: datetime | None = None


def _folded(events: Sequence[Row]) -> dict[tuple[str, str, int], _Facts]:
    """Every clock's steps in order; a clock that is started again after its end is a clock of its own."""
    found: dict[tuple[str, str, int], _Facts] = {}
    turn: dict[tuple[str, str], int] = {}
    for event in events:
        for data in event.body.get("clocks", ()):
            one = ClockStep.from_json(data)
            place = (one.clock, one.key)
            if one.spec is not None:
                turn[place] = turn.get(place, 0) + 1
                found[(*place, turn[place])] = _Facts(one.spec, [one.step])
                continue
            facts = found[(*place, turn[place])]
            facts.steps.append(one.step)
            if one.step.do == "stop":
                facts.ended_at = event.recorded_at
    return found


def _clock(place: tuple[str, str, int], facts: _Facts, calendar: WorkingCalendar, rule: CardRule) -> ReplayedClock:
    told = read(facts.spec, tuple(facts.steps), calendar)
    alarms = moments(rule, place[0], told, calendar)
    return ReplayedClock(place[0], place[1], facts.spec, tuple(facts.steps), told, alarms, facts.ended_at)


def _bound(clocks: Sequence[ReplayedClock], today: date, calendar: WorkingCalendar) -> Binding:
    """The decision clocks of the newest acceptance, and which of them binds (C14)."""
    newest = {c.kind: c.reading for c in clocks if c.kind in DECISION}
    return bind(newest.get("promised"), newest.get("statutory"), newest.get("joint"), today, calendar)


def _violations(events: Iterable[Row]) -> tuple[str, ...]:
    """Codes of listed violations that events name."""
    return tuple(str(event.body["violation"]) for event in events if event.body.get("violation"))


def _late(event: Row) -> bool:
    """Learnt after the calendar day that follows the one on which it happened."""
    happened = moment.local(event.occurred_at).date()
    return moment.local(event.recorded_at).date() > happened + timedelta(days=1)
