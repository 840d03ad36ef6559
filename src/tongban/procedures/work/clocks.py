"""From the history of a clock to the columns of its row: due day, alarms, the next moment for the sweep. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from tongban.ground.calendar import WorkingCalendar
from tongban.ground.clock import ClockSpec, Limit, Reading, Step, read
from tongban.ground.jsontext import JsonText
from tongban.procedures.work.cards import CardRule, Moments, moments

_JUST_AFTER = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Columns:
    """What a clock row caches of its history, by one calendar and one card rule."""

    state: str
    due_on: date | None
    due_at: datetime | None
    provisional: bool
    calendar_version: str
    warn_at: datetime | None
    yellow_at: datetime | None
    red_at: datetime | None
    next_at: datetime | None


def spec_json(spec: ClockSpec) -> list[Any]:
    """``[n, unit, basis, counts_day_zero, roll_forward, extension_max, deems]``."""
    limit = spec.limit
    return [limit.n, limit.unit, limit.basis, limit.counts_day_zero, limit.roll_forward, spec.extension_max, spec.deems]


def spec_from(data: Sequence[Any]) -> ClockSpec:
    """The spec of :func:`spec_json`."""
    *limit, most, deems = data
    return ClockSpec(Limit(*limit), most, deems)


class History(NamedTuple):
    """What a clock row tells of its clock."""

    spec: ClockSpec
    steps: tuple[Step, ...]


@lru_cache(maxsize=20_000)
def history_of(text: str) -> History:
    """The history that a row keeps as JSON ``{"spec": [...], "steps": [[...], ...]}``; remembered, as clocks repeat."""
    data = json.loads(text)
    return History(spec_from(data["spec"]), tuple([Step.from_json(step) for step in data["steps"]]))


@lru_cache(maxsize=20_000)
def begun(spec: ClockSpec, step: Step) -> JsonText:
    """The history of a clock with its first step, as the row keeps it."""
    return _written(spec, (step,))


@lru_cache(maxsize=20_000)
def continued(text: str, step: Step) -> JsonText:
    """A kept history with one more step."""
    spec, steps = history_of(text)
    return _written(spec, (*steps, step))


def _written(spec: ClockSpec, steps: Sequence[Step]) -> JsonText:
    told = {"spec": spec_json(spec), "steps": [step.to_json() for step in steps]}
    return JsonText(json.dumps(told, ensure_ascii=False))


def columns(kind: str, history: Mapping[str, Any], calendar: WorkingCalendar, rule: CardRule) -> Columns:
    """The columns of a row whose ``history`` is ``{"spec": [...], "steps": [[...], ...]}``."""
    spec, steps = spec_from(history["spec"]), [Step.from_json(step) for step in history["steps"]]
    reading = read(spec, steps, calendar)
    return of_reading(reading, moments(rule, kind, reading, calendar), calendar.version)


def of_reading(reading: Reading, alarms: Moments, calendar_version: str) -> Columns:
    """The columns of a clock that was read already."""
    return Columns(
        state=reading.state,
        due_on=reading.due,
        due_at=reading.due_at,
        provisional=reading.provisional,
        calendar_version=calendar_version,
        warn_at=alarms.warn_at,
        yellow_at=alarms.yellow_at,
        red_at=alarms.red_at,
        next_at=next_after(None, alarms, reading.due_at if reading.state == "running" else None),
    )


def next_after(now: datetime | None, alarms: Moments, due_at: datetime | None) -> datetime | None:
    """The first alarm after ``now`` (of all when it is None); ``due_at`` itself is still in time."""
    ahead = [alarms.warn_at, alarms.yellow_at, alarms.red_at, due_at + _JUST_AFTER if due_at else None]
    return min((at for at in ahead if at is not None and (now is None or at > now)), default=None)


def reached(alarms: Moments, now: datetime) -> list[tuple[str, datetime]]:
    """The levels that the clock has reached by ``now``, the lowest first, each with the moment at which it did."""
    steps = (("warning", alarms.warn_at), ("yellow", alarms.yellow_at), ("red", alarms.red_at))
    return [(level, at) for level, at in steps if at is not None and at <= now]
