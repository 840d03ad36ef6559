"""What an act does to the clocks of its case: steps for the event's body, and the rows that follow from them. Pure.

The steps in the events are the truth (``body["clocks"]``); ``react`` is the reaction in the act that keeps the rows,
``replay`` folds the same steps again. So rows and ledger cannot differ.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from tongban.ground.calendar import WorkingCalendar
from tongban.ground.changes import Change, Insert, Update
from tongban.ground.clock import ClockSpec, Limit, Reading, Step, read
from tongban.ground.clock.history import Do
from tongban.ground.ids import uuid7
from tongban.ground.ledger.chain import EventDraft
from tongban.procedures.cases.rules.state import CaseState, ClockView, Setting
from tongban.procedures.work.cards import CardRule, moments
from tongban.procedures.work.clocks import begun, history_of, of_reading, spec_from, spec_json
from tongban.registry.catalog.version import TimeLimit


@dataclass(frozen=True, slots=True)
class ClockStep:
    """One step of one clock of the case. ``spec`` stands with a start only."""

    clock: str
    step: Step
    key: str = ""
    spec: ClockSpec | None = None

    def to_json(self) -> list[Any]:
        """Plain data for an event's body."""
        return [self.clock, self.key, self.step.to_json(), spec_json(self.spec) if self.spec else None]

    @classmethod
    def from_json(cls, data: Sequence[Any]) -> ClockStep:
        """The step of :meth:`to_json`."""
        clock, key, step, spec = data
        return cls(clock, Step.from_json(step), key, spec_from(spec) if spec else None)


def limit_of(limit: TimeLimit) -> Limit:
    """The clock's limit of a version's time limit."""
    return Limit(limit.n, limit.unit, limit.basis, limit.counts_day_zero, limit.roll_forward)  # type: ignore[arg-type]


def start(
    clock: str,
    limit: TimeLimit,
    on: date,
    *,
    key: str = "",
    at: datetime | None = None,
    extension_max: int | None = None,
    deems: bool = False,
) -> ClockStep:
    """Start a clock on a legal day; ``at`` counts for hours and minutes only; ``deems`` as in ``ClockSpec``."""
    moment_ = at if limit.unit in ("hour", "minute") else None
    return ClockStep(clock, Step("start", on, moment_), key, ClockSpec(limit_of(limit), extension_max, deems))


def _step(view: ClockView, setting: Setting, do: Do, on: date | None = None, **more: Any) -> ClockStep:
    """A step of this act; hours and minutes also need its moment."""
    at = setting.at if view.by_moment else None
    return ClockStep(view.kind, Step(do, on or setting.today, at, **more), view.key)


def stop(state: CaseState, setting: Setting, *clocks: str, key: str | None = None) -> tuple[ClockStep, ...]:
    """End every open clock of these kinds (of every kind when none is named; ``key``: only that one)."""
    return tuple(_step(view, setting, "stop") for view in state.open_clocks(*clocks) if key is None or view.key == key)


def suspend(
    state: CaseState, setting: Setting, kind: str, basis: str, pause: str, *clocks: str
) -> tuple[ClockStep, ...]:
    """Stop the open clocks of these kinds for a while; ``pause`` names it for its resumption."""
    open_ = state.open_clocks(*clocks)
    return tuple(_step(view, setting, "suspend", kind=kind, key=pause, basis=basis) for view in open_)


def resume(state: CaseState, setting: Setting, pause: str, *, on: date | None = None) -> tuple[ClockStep, ...]:
    """Let every clock that this pause stopped run on, from today or another legal day."""
    return tuple(
        _step(view, setting, "resume", on, key=pause)
        for view in state.open_clocks()
        if any(known.do == "suspend" and known.key == pause for known in view.steps)
    )


def extend(state: CaseState, clock: str, setting: Setting, n: int, basis: str) -> tuple[ClockStep, ...]:
    """More units for the open clocks of a kind."""
    return tuple(_step(view, setting, "extend", n=n, basis=basis) for view in state.open_clocks(clock))


def event(kind: str, body: Mapping[str, Any], steps: Iterable[ClockStep] = (), reason_code: str = "") -> EventDraft:
    """An event that tells what it did to the clocks."""
    told = [step.to_json() for step in steps]
    return EventDraft(kind, {**body, "clocks": told} if told else body, reason_code=reason_code)


@dataclass(frozen=True, slots=True)
class Read:
    """A clock read, and what its row caches."""

    reading: Reading
    columns: Mapping[str, Any]


_known: dict[tuple[Any, ...], Read] = {}
MOST_KNOWN = 20_000


def reading(kind: str, history: str, calendar: WorkingCalendar, rule: CardRule) -> Read:
    """A clock and its columns; pure, so remembered: a city starts many clocks of few limits on one day."""
    key = (kind, history, calendar.version, rule.version)
    found = _known.get(key)
    if found is None:
        told = read(*history_of(history), calendar)
        columns = asdict(of_reading(told, moments(rule, kind, told, calendar), calendar.version))
        columns["history"] = history
        if len(_known) >= MOST_KNOWN:
            _known.clear()
        found = _known[key] = Read(told, columns)
    return found


def due_of(step: ClockStep, setting: Setting) -> Reading:
    """What a clock that has just been started says."""
    assert step.spec is not None  # a start
    return reading(step.clock, begun(step.spec, step.step), setting.calendar, setting.card_rule).reading


def react(state: CaseState, steps: Iterable[ClockStep], setting: Setting) -> tuple[Change, ...]:
    """The rows that follow from the steps: inserts for starts, one update for each touched clock."""
    views: dict[tuple[str, str], ClockView] = {(v.kind, v.key): v for v in state.open_clocks()}
    fresh: dict[tuple[str, str], ClockView] = {}
    for one in steps:
        place = (one.clock, one.key)
        if one.spec is not None:
            fresh[place] = ClockView.begun(uuid7(setting.at), one.clock, one.key, one.spec, one.step)
        elif place in fresh:
            fresh[place] = fresh[place].with_step(one.step)
        elif place in views:
            views[place] = views[place].with_step(one.step)
    touched = [view for view in views.values() if view.touched]
    return (
        *(Insert("work.ClockRow", _row(view, state, setting)) for view in fresh.values()),
        *(Update("work.ClockRow", {"id": view.id}, _values(view, setting)) for view in touched),
    )


def _values(view: ClockView, setting: Setting) -> dict[str, Any]:
    found = reading(view.kind, view.history, setting.calendar, setting.card_rule)
    columns = found.columns
    alarms = (columns["warn_at"], columns["yellow_at"], columns["red_at"])
    # a clock that has reached no level may warn (again): its day moved, or it stands still
    fresh = {} if any(at is not None and at <= setting.at for at in alarms) else {"told": ""}
    return {**columns, **fresh, "ended_at": setting.at if found.reading.state == "done" else None}


def _row(view: ClockView, state: CaseState, setting: Setting) -> dict[str, Any]:
    return {
        "id": view.id,
        "subject_kind": "case",
        "subject_id": state.id,
        "kind": view.kind,
        "key": view.key,
        "started_on": view.steps[0].on,
        "told": "",
        "region_no": state.region_no,
        "department_id": state.department_id,
        **_values(view, setting),
    }
