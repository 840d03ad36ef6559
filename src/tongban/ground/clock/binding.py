"""Which clock binds a decision, and what remains on it (C10, C14). Pure.

The earliest day binds: a promise may be stopped by what the law does not stop, but it can never carry a case past the
law; the joint limit is a cap beside the own one. 行政许可法 art. 42.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from tongban.ground.calendar import WorkingCalendar
from tongban.ground.clock.counting import remaining
from tongban.ground.clock.history import Reading
from tongban.ground.clock.limits import Remaining

Binds = Literal["statutory", "joint", "promised"]


@dataclass(frozen=True, slots=True)
class Binding:
    """The day that counts for a case.

    :param binds: whose day it is (on one day the law's before the joint cap's before the promise's); None when every
        clock is stopped or there is none.
    :param due: the earliest due day of the three, stopped ones left out.
    :param statutory_due: the law's day, None without such a clock or while it is stopped.
    :param joint_due: the same for the joint cap.
    :param remaining: on the clock that binds; while all are stopped the least that is left; None when finished.
    """

    binds: Binds | None
    due: date | None
    statutory_due: date | None
    joint_due: date | None
    remaining: Remaining | None


def bind(
    promised: Reading | None,
    statutory: Reading | None,
    joint: Reading | None,
    today: date,
    calendar: WorkingCalendar,
) -> Binding:
    """What binds; each reading is optional (a non-licensing case may have no statutory clock)."""
    clocks: tuple[tuple[Binds, Reading | None], ...] = (
        ("statutory", statutory),
        ("joint", joint),
        ("promised", promised),
    )
    there = [(name, reading) for name, reading in clocks if reading is not None]
    dated = [(reading.due, name, reading) for name, reading in there if reading.due is not None]
    first = min(dated, key=lambda one: one[0], default=None)
    return Binding(
        None if first is None else first[1],
        None if first is None else first[0],
        None if statutory is None else statutory.due,
        None if joint is None else joint.due,
        _left([reading for _name, reading in there] if first is None else [first[2]], today, calendar),
    )


def _left(readings: list[Reading], today: date, calendar: WorkingCalendar) -> Remaining | None:
    """The least that remains on any of them."""
    kept = [left for reading in readings if (left := remaining_of(reading, today, calendar)) is not None]
    return min(kept, key=lambda left: left.after_today, default=None)


def remaining_of(reading: Reading, today: date, calendar: WorkingCalendar) -> Remaining | None:
    """What remains on one clock: working days to the due day in both conventions, minus when overdue.

    Stopped: what is left, in the clock's units (months and years: calendar days). Finished: None.
    """
    if reading.state == "done":
        return None
    if reading.due is not None:
        return remaining(reading.due, today, calendar)
    return None if reading.left is None else Remaining(reading.left, reading.left)
