"""Clocks for the tests of this room: their subjects are parameters, so that no case is needed."""

from __future__ import annotations

import itertools
import uuid
from datetime import date, datetime, time, timedelta
from typing import Any

from tongban.ground import calendar, moment
from tongban.ground.calendar import WorkingCalendar
from tongban.ground.clock import ClockSpec, Limit, Step
from tongban.ground.ledger.chain import Actor, Row
from tongban.ground.ledger.selectors import events_of
from tongban.ground.parameters.services import set_value
from tongban.procedures.work.cards import rule_of
from tongban.procedures.work.clocks import columns, spec_json
from tongban.procedures.work.models import ClockRow
from tongban.registry.parties.models import Department

KIND = "parameter"
_numbers = itertools.count()


def at(day: date, hour: int = 10) -> datetime:
    """A moment of a day in Shanghai."""
    return datetime.combine(day, time(hour), moment.SHANGHAI)


def a_subject() -> uuid.UUID:
    """A row with a chain of its own."""
    code, actor = f"test.clock.{next(_numbers)}", Actor(kind="system", role="test")
    return set_value(code, 1, valid_from=date(2020, 1, 1), basis="test", actor=actor).id


def clock_events(subject_id: uuid.UUID) -> list[Row]:
    """What the sweep recorded of a subject."""
    return [event for event in events_of(KIND, subject_id) if ".clock_" in event.kind]


def a_clock(
    subject_id: uuid.UUID,
    kind: str,
    start: date,
    n: int,
    *more: Step,
    unit: str = "working_day",
    region_no: int = 1300,
    read_with: WorkingCalendar | None = None,
    **fields: Any,
) -> ClockRow:
    """A clock as an act leaves it."""
    history = {
        "spec": spec_json(ClockSpec(Limit(n, unit, "依据"), extension_max=60)),
        "steps": [step.to_json() for step in (Step("start", start), *more)],
    }
    found = columns(kind, history, read_with or calendar.load(), rule_of(start))
    return ClockRow.objects.create(
        subject_kind=KIND,
        subject_id=subject_id,
        kind=kind,
        started_on=start,
        history=history,
        region_no=region_no,
        department=Department.objects.order_by("id").first(),
        ended_at=at(start + timedelta(days=n)) if found.state == "done" else None,
        **{name: getattr(found, name) for name in found.__slots__},
        **fields,
    )
