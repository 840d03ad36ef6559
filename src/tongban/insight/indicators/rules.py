"""A case as figures: its events folded into counts by day, each event once. Pure.

``fold`` takes what is known of a case and its next event, and gives what is known now and what to add to the roll-up of
which day. Adding is all that is ever done, so the roll-up of any cases is the sum of their folds, in any order; a
recount folds the same events again (``verify figures``). Sources: APR-12, APR-14, NTC-09, WIN-29, K-01, K-04, K-16.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from tongban.ground import moment
from tongban.ground.calendar import WorkingCalendar
from tongban.ground.clock import ClockSpec, Step, read
from tongban.procedures.work.clocks import spec_from

MEASURES: tuple[str, ...] = (
    "submitted",
    "from_portal",
    "from_window",
    "from_api",
    "from_other",
    "accepted",
    "deemed_accepted",
    "not_accepted",
    "corrections",
    "second_demands",
    "deferrals",
    "deferrals_settled",
    "deferrals_late",
    "deferrals_lapsed",
    "deferrals_ended",
    "commitments",
    "commitments_kept",
    "commitments_breached",
    "annulled",
    "reliefs",
    "granted",
    "refused",
    "decided_portal",
    "decided_window",
    "decided_api",
    "decided_other",
    "withdrawn",
    "terminated",
    "transferred",
    "voided",
    "overdue_promised",
    "overdue_statutory",
    "timed",
    "used_days",
    "promised_days",
    "compared",
    "compared_used_days",
    "statutory_days",
    "closed",
    "visits_told",
    "visits_made",
    "visits_at_most_one",
    "visits_more_than_told",
    "checks_drawn",
    "checks_passed",
    "checks_failed",
    "data_late",
)
"""Columns of the roll-up. ``timed``: decisions whose used days were counted; ``compared``: those of them with a
statutory limit in working days, over which days are saved. ``data_late``: cases of which something was learnt late."""

BUCKETS: tuple[int, ...] = (0, 1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 30, 45, 60, 90)
"""Lower ends of the histogram of used working days; the last one is open."""
ONLINE = ("portal", "mobile", "kiosk")
_CHANNELS = {**dict.fromkeys(ONLINE, "portal"), "window": "window", "api": "api"}
DECISION_CLOCKS = ("promised", "statutory")
_UNFINISHED = ("case.withdrawn", "case.terminated", "case.transferred", "case.voided", "case.not_accepted")


@dataclass(frozen=True, slots=True)
class Origin:
    """What never changes of a case: where it belongs, how it came, what its version says."""

    region_no: int
    department_id: int
    option_id: int
    channel: str
    visits_told: int
    positive: str


@dataclass(frozen=True, slots=True)
class Event:
    """What the fold reads of a ledger event."""

    seq: int
    kind: str
    occurred_at: datetime
    recorded_at: datetime
    channel: str
    by_staff: bool
    body: Mapping[str, Any]

    @property
    def day(self) -> date:
        """The legal day on which it happened."""
        return moment.local(self.occurred_at).date()


@dataclass(frozen=True, slots=True)
class Fact:
    """What is known of a case after its event ``seq``. Days are working days.

    :param clocks: kind -> (spec, steps) as JSON, of the decision clocks.
    :param open_deferrals: proceeding id -> material, of what is not settled.
    :param visits: days on which the applicant did something at a window.
    :param acceptance_on: the day on which it was accepted; ``accepted_on`` is the day as of which (a deemed acceptance
      reaches back). :param data_late_on: the day on which something was first learnt late (``is_late``).
    """

    origin: Origin
    seq: int = 0
    submitted_on: date | None = None
    accepted_on: date | None = None
    decided_on: date | None = None
    closed_on: date | None = None
    outcome: str = ""
    ended: str = ""
    used_days: int | None = None
    promised_days: int | None = None
    statutory_days: int | None = None
    overdue_promised: bool = False
    overdue_statutory: bool = False
    corrections: int = 0
    deferred: int = 0
    lapsed: int = 0
    clocks: Mapping[str, tuple[list[Any], tuple[list[Any], ...]]] = field(default_factory=dict)
    open_deferrals: Mapping[str, str] = field(default_factory=dict)
    lapsed_deferrals: tuple[str, ...] = ()
    visits: tuple[date, ...] = ()
    acceptance_on: date | None = None
    deemed: bool = False
    data_late_on: date | None = None


@dataclass(frozen=True, slots=True)
class Add:
    """So many more of a measure on a day. ``key``: of a measure that is split (bucket of days, code of a material)."""

    day: date
    measure: str
    n: int = 1
    key: str = ""


SPLIT = ("used_bucket", "deferred_material", "settled_material", "late_material", "lapsed_material")
"""Measures that are split by a key; they stand in a table of their own."""
Calendars = Callable[[datetime], WorkingCalendar]
"""The working calendar of the case's place as it was known at a moment."""
Folded = tuple[Fact, tuple[Add, ...]]


def fold(fact: Fact, event: Event, calendars: Calendars) -> Folded:
    """The case after one more event, and what it adds. An event that was folded before adds nothing."""
    if event.seq <= fact.seq:
        return fact, ()
    known, late = _learnt(replace(_visited(_clocked(fact, event), event), seq=event.seq), event)
    rule = _RULES.get(event.kind)
    if rule is None:
        return known, late
    after, more = rule(known, event, calendars)
    added = (*late, *more)
    if event.kind in _UNFINISHED and after.open_deferrals:
        added = (*added, Add(event.day, "deferrals_ended", len(after.open_deferrals)))
        after = replace(after, open_deferrals={})
    return after, added


def fold_all(origin: Origin, events: Iterable[Event], calendars: Calendars) -> Folded:
    """Every event of a case, in order."""
    fact = Fact(origin)
    added: list[Add] = []
    for event in events:
        fact, more = fold(fact, event, calendars)
        added += more
    return fact, tuple(added)


def bucket(days: int) -> str:
    """The bucket of so many working days, as its lower end."""
    return str(max(low for low in BUCKETS if low <= max(days, 0)))


def quantile(counts: Mapping[str, int], share: float) -> int | None:
    """The bucket in which the ``share`` of all lies (0.5: the median), as its lower end; None of nothing."""
    total = sum(counts.values())
    if not total:
        return None
    seen = 0
    for low in BUCKETS:
        seen += counts.get(str(low), 0)
        if seen >= share * total:
            return low
    return BUCKETS[-1]


def bucket_words(low: int) -> str:
    """A bucket as people read it: 当天, 3 天, 8—9 天, 90 天以上."""
    if low == 0:
        return "当天"
    above = next((one for one in BUCKETS if one > low), None)
    if above is None:
        return f"{low} 天以上"
    return f"{low} 天" if above == low + 1 else f"{low}—{above - 1} 天"


# ---- what is remembered --------------------------------------------------------------------------------------------


def _clocked(fact: Fact, event: Event) -> Fact:
    """The steps of promise and law, as the events tell them."""
    told = [step for step in event.body.get("clocks", ()) if step[0] in DECISION_CLOCKS and not step[1]]
    if not told:
        return fact
    clocks = dict(fact.clocks)
    for kind, _key, step, spec in told:
        if spec is not None:
            clocks[kind] = (spec, (step,))
        elif kind in clocks:
            own, steps = clocks[kind]
            clocks[kind] = (own, (*steps, step))
    return replace(fact, clocks=clocks)


def is_late(event: Event) -> bool:
    """Learnt after the calendar day that follows the one on which it happened (C17): no fault of the case."""
    return moment.local(event.recorded_at).date() > event.day + timedelta(days=1)


def _learnt(fact: Fact, event: Event) -> Folded:
    """A case of which something came late counts once, on the day on which it came."""
    if fact.data_late_on is not None or not is_late(event):
        return fact, ()
    day = moment.local(event.recorded_at).date()
    return replace(fact, data_late_on=day), (Add(day, "data_late"),)


def _is_visit(fact: Fact, event: Event) -> bool:
    """Whether the applicant stood at a window for this event (APR-12)."""
    body = event.body
    match event.kind:
        case "case.received":
            return fact.seq == 0 and event.channel == "window"
        case "case.corrected_on_the_spot":
            return True
        case "case.corrected" | "case.deferral_settled":
            return event.by_staff and event.channel == "window"
        case "case.accepted":
            return fact.origin.channel == "window" and body.get("mode") in ("deferred", "commitment")
        case "case.delivered":
            return body.get("mode") == "counter"
        case _:
            return False


def _visited(fact: Fact, event: Event) -> Fact:
    if not _is_visit(fact, event) or event.day in fact.visits:
        return fact
    return replace(fact, visits=(*fact.visits, event.day))


# ---- what events add -----------------------------------------------------------------------------------------------


def _of_channel(prefix: str, fact: Fact) -> str:
    return f"{prefix}_{_CHANNELS.get(fact.origin.channel, 'other')}"


def _entered(fact: Fact, event: Event, calendars: Calendars) -> Folded:
    """The first event of a case; a later ``case.received`` is only a look at it."""
    if fact.submitted_on is not None:
        return fact, ()
    day = event.day
    return replace(fact, submitted_on=day), (Add(day, "submitted"), Add(day, _of_channel("from", fact)))


def _accepted(fact: Fact, event: Event, calendars: Calendars) -> Folded:
    body, day = event.body, event.day
    added = [Add(day, "accepted")]
    if body.get("mode") == "deemed":
        added.append(Add(day, "deemed_accepted"))
    if body.get("commitment_id"):
        added.append(Add(day, "commitments"))
    if reliefs := (body.get("credit") or {}).get("reliefs"):
        added.append(Add(day, "reliefs", len(reliefs)))
    opened = {str(key): str(material) for material, key in (body.get("deferred") or {}).items()}
    added += [Add(day, "deferrals", len(opened))] if opened else []
    added += [Add(day, "deferred_material", 1, material) for material in opened.values()]
    on = date.fromisoformat(str(body["accepted_on"])) if body.get("accepted_on") else day
    known = {**fact.open_deferrals, **opened}
    fact = replace(fact, acceptance_on=day, deemed=body.get("mode") == "deemed")
    return replace(fact, accepted_on=on, open_deferrals=known, deferred=fact.deferred + len(opened)), tuple(added)


def _settled(fact: Fact, event: Event, calendars: Calendars) -> Folded:
    day, late = event.day, set(event.body.get("late", ()))
    left, added = dict(fact.open_deferrals), []
    for key in map(str, event.body.get("proceedings", ())):
        material = left.pop(key, "")
        added += [Add(day, "deferrals_settled"), Add(day, "settled_material", 1, material)]
        if material in late:
            added += [Add(day, "deferrals_late"), Add(day, "late_material", 1, material)]
    return replace(fact, open_deferrals=left), tuple(added)


def _lapsed(fact: Fact, event: Event, calendars: Calendars) -> Folded:
    day, key = event.day, str(event.body["proceeding_id"])
    if key in fact.lapsed_deferrals:
        return fact, ()
    known = replace(fact, lapsed_deferrals=(*fact.lapsed_deferrals, key), lapsed=fact.lapsed + 1)
    return known, (Add(day, "deferrals_lapsed"), Add(day, "lapsed_material", 1, str(event.body["material"])))


def _decided(fact: Fact, event: Event, calendars: Calendars) -> Folded:
    day, outcome = event.day, str(event.body["outcome"])
    positive = outcome == fact.origin.positive
    fact = replace(fact, decided_on=day, outcome=outcome)
    added = [Add(day, "granted" if positive else "refused"), Add(day, _of_channel("decided", fact))]
    if not positive and fact.open_deferrals:
        added.append(Add(day, "deferrals_ended", len(fact.open_deferrals)))
        fact = replace(fact, open_deferrals={})
    timed, more = _timed(fact, event, calendars(event.recorded_at))
    return timed, (*added, *more)


def _timed(fact: Fact, event: Event, calendar: WorkingCalendar) -> Folded:
    """How many working days the decision took, what was promised and what the law allows; what was overdue."""
    day, added = event.day, []
    late = {kind: _late(fact.clocks[kind], calendar) for kind in DECISION_CLOCKS if kind in fact.clocks}
    added += [Add(day, f"overdue_{kind}") for kind, is_late in late.items() if is_late]
    fact = replace(fact, overdue_promised=late.get("promised", False), overdue_statutory=late.get("statutory", False))
    own = fact.clocks.get("promised") or fact.clocks.get("statutory")
    if own is None:
        return fact, tuple(added)
    used = used_days(own[1], calendar)
    promised, statutory = (_limit_days(fact.clocks.get(kind)) for kind in DECISION_CLOCKS)
    added += [Add(day, "used_bucket", 1, bucket(used))]
    if promised is not None:
        added += [Add(day, "timed"), Add(day, "used_days", used), Add(day, "promised_days", promised)]
    if statutory is not None:
        added += [Add(day, "compared"), Add(day, "compared_used_days", used), Add(day, "statutory_days", statutory)]
    return replace(fact, used_days=used, promised_days=promised, statutory_days=statutory), tuple(added)


def _late(clock: tuple[list[Any], Sequence[list[Any]]], calendar: WorkingCalendar) -> bool:
    spec, steps = clock
    return read(spec_from(spec), [Step.from_json(step) for step in steps], calendar).late


def _limit_days(clock: tuple[list[Any], Any] | None) -> int | None:
    """A limit as working days; on the spot is none of them; None for any other unit."""
    if clock is None:
        return None
    spec: ClockSpec = spec_from(clock[0])
    if spec.limit.unit == "at_once":
        return 0
    return spec.limit.n if spec.limit.unit == "working_day" else None


def used_days(steps: Sequence[list[Any]], calendar: WorkingCalendar) -> int:
    """Working days between start and stop of a clock, without those on which it stood still."""
    known = [Step.from_json(step) for step in steps]
    start = known[0].on
    end = next((step.on for step in known if step.do == "stop"), known[-1].on)
    halts = _halts(known, start, end)
    counted = max(calendar.working_days_between(start, end), 0)
    return counted - sum(calendar.working_days_between(first, last) for first, last in halts)


def _halts(steps: Sequence[Step], start: date, end: date) -> list[tuple[date, date]]:
    """The times of standing still within start and end, joined where they overlap: (after, up to and with)."""
    open_: dict[str, date] = {}
    spans: list[tuple[date, date]] = []
    for step in steps:
        if step.do == "suspend":
            open_.setdefault(step.key, step.on)
        elif step.do == "resume" and step.key in open_:
            spans.append((open_.pop(step.key), step.on))
    spans += [(since, end) for since in open_.values()]
    joined: list[tuple[date, date]] = []
    for first, last in sorted((max(first, start), min(last, end)) for first, last in spans):
        if last <= first:
            continue
        if joined and first <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], last))
        else:
            joined.append((first, last))
    return joined


def _closed(fact: Fact, event: Event, calendars: Calendars) -> Folded:
    """A decided case is over: how often the applicant had to come, against what the guide told (APR-12)."""
    day = event.day
    known = replace(fact, closed_on=day)
    if not fact.outcome:
        return known, ()
    made, told = len(fact.visits), fact.origin.visits_told
    added = [Add(day, "closed")]
    added += [Add(day, "visits_told", told)] if told else []
    added += [Add(day, "visits_made", made)] if made else []
    added += [Add(day, "visits_at_most_one")] if made <= 1 else []
    added += [Add(day, "visits_more_than_told")] if made > told else []
    return known, tuple(added)


def _ended_as(measure: str) -> Callable[[Fact, Event, Calendars], Folded]:
    def ended(fact: Fact, event: Event, calendars: Calendars) -> Folded:
        return replace(fact, ended=measure), (Add(event.day, measure),)

    return ended


def _counted(measure: str) -> Callable[[Fact, Event, Calendars], Folded]:
    def counted(fact: Fact, event: Event, calendars: Calendars) -> Folded:
        return fact, (Add(event.day, measure),)

    return counted


def _corrected(fact: Fact, event: Event, calendars: Calendars) -> Folded:
    return replace(fact, corrections=fact.corrections + 1), (Add(event.day, "corrections"),)


def _by_result(names: Mapping[str, str], key: str = "result") -> Callable[[Fact, Event, Calendars], Folded]:
    def counted(fact: Fact, event: Event, calendars: Calendars) -> Folded:
        measure = names.get(str(event.body.get(key)))
        return fact, (Add(event.day, measure),) if measure else ()

    return counted


_RULES: Mapping[str, Callable[[Fact, Event, Calendars], Folded]] = {
    "case.submitted": _entered,
    "case.received": _entered,
    "case.accepted": _accepted,
    "case.not_accepted": _ended_as("not_accepted"),
    "case.correction_requested": _corrected,
    "case.second_demand_refused": _counted("second_demands"),
    "case.deferral_settled": _settled,
    "case.deferral_lapsed": _lapsed,
    "case.decided": _decided,
    "case.closed": _closed,
    "case.withdrawn": _ended_as("withdrawn"),
    "case.terminated": _ended_as("terminated"),
    "case.transferred": _ended_as("transferred"),
    "case.voided": _ended_as("voided"),
    "case.commitment_checked": _by_result({"kept": "commitments_kept", "breached": "commitments_breached"}),
    "case.breach_concluded": _by_result({"annul": "annulled"}, "outcome"),
    "case.drawn_for_check": _counted("checks_drawn"),
    "case.after_checked": _by_result({"passed": "checks_passed", "failed": "checks_failed"}),
}
