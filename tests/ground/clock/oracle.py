"""A second clock, written apart from the product's: it lives through every day (or minute) and counts on its fingers.

It shares with the product only the words of a history (``ClockSpec``, ``Step``) and the fact whether a day is a
working day. Slow, plain, and to be read beside the clock conventions:

- in the morning a day is counted, unless the clock was stopped overnight (C5) or the unit does not count it;
- during the day its steps happen, in the order given;
- in the evening the clock expires if all units are counted, it is not stopped, and a period may end on that day (C4).
  So a clock that stopped on its last day expires on the evening of the resumption (C5b), and nothing that comes after
  the expiry has any effect.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from tongban.ground.clock import ClockSpec, Step


@dataclass
class Verdict:
    """What the oracle says; ``stopped_since`` is the day (or moment) since when the clock stands still."""

    due: date | datetime | None
    left: int | None
    done: bool
    stopped_since: date | datetime | None


def live(spec: ClockSpec, steps: Sequence[Step], is_working_day: Callable[[date], bool]) -> Verdict:
    """Live through the history."""
    minutes = spec.limit.unit in ("hour", "minute")
    tick = timedelta(minutes=1) if minutes else timedelta(days=1)
    when = (lambda step: step.at) if minutes else (lambda step: step.on)
    waiting = sorted(steps, key=when)
    start = when(next(step for step in steps if step.do == "start"))
    life = _Life(spec, start, is_working_day)
    now = min(start, when(waiting[0]))
    while True:
        if now > start or (now == start and life.day_zero()):
            life.morning(now)
        while waiting and when(waiting[0]) == now and not life.done:
            life.happens(waiting.pop(0))
        if life.done:
            waiting = []
        life.evening(now)
        if now >= start and not waiting and (life.due is not None or life.open):
            break
        now += tick
    return Verdict(
        due=life.due,
        left=None if life.due is not None else max(0, life.total - life.used) // _size_of_unit(spec),
        done=life.done,
        stopped_since=None if life.due is not None else max(life.since, start),
    )


class _Life:
    def __init__(self, spec: ClockSpec, start, is_working_day) -> None:
        self.spec = spec
        self.start = start
        self.is_working_day = is_working_day
        self.granted = 0
        self.total = self.units(spec.limit.n)
        self.used = 0
        self.open: set[str] = set()
        self.since = None
        self.due = None
        self.done = False

    def units(self, n: int) -> int:
        """Days, or minutes, in n units of the limit."""
        unit = self.spec.limit.unit
        if unit == "at_once":
            return 0
        if unit in ("hour", "minute"):
            return n * (60 if unit == "hour" else 1)
        if unit in ("working_day", "calendar_day"):
            return n
        return (_same_day(self.start, n if unit == "month" else 12 * n) - self.start).days

    def day_zero(self) -> bool:
        limit = self.spec.limit
        return limit.unit == "working_day" and limit.counts_day_zero and limit.n > 0

    def morning(self, now) -> None:
        if self.open:
            return
        if self.spec.limit.unit != "working_day" or self.is_working_day(now):
            self.used += 1

    def happens(self, step: Step) -> None:
        if step.do == "stop":
            self.done = True
        if self.due is not None:
            return
        if step.do == "suspend":
            self.open.add(step.key)
        if step.do == "resume":
            self.open.discard(step.key)
        if step.do == "extend" and self.spec.limit.unit != "at_once":
            self.granted = min(self.granted + step.n, self.spec.extension_max or 0)
            self.total = self.units(self.spec.limit.n + self.granted)

    def evening(self, now) -> None:
        if not self.open:
            self.since = None
        elif self.since is None:
            self.since = now
        if now < self.start or self.open or self.due is not None or self.used < self.total:
            return
        if self.may_end(now):
            self.due = now

    def may_end(self, now) -> bool:
        """A period that is counted in days does not end on a day off; what is done on the spot is done on its day."""
        limit = self.spec.limit
        if limit.unit in ("hour", "minute") or (self.total == 0 and now == self.start):
            return True
        if limit.unit != "working_day" and limit.unit != "at_once" and not limit.roll_forward:
            return True
        return self.is_working_day(now)


def _same_day(start: date, months: int) -> date:
    """The same day of the month, ``months`` later; where the month is too short, its last day."""
    year, month = start.year, start.month
    for _ in range(months):
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    for day in range(start.day, 0, -1):
        try:
            return date(year, month, day)
        except ValueError:
            continue
    raise AssertionError


def _size_of_unit(spec: ClockSpec) -> int:
    return 60 if spec.limit.unit == "hour" else 1
