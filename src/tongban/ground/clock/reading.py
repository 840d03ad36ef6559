"""Read a clock from its steps: start, suspend, resume, extend, stop. Readings C3-C6, C8, C13 of the conventions.

First the steps are sifted in the order of their days: a suspension or an extension takes effect only while the clock
is not expired. Then the arithmetic (``course``) gives the due date, and ``telling`` the lines.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from operator import attrgetter

from tongban.ground.calendar import WorkingCalendar
from tongban.ground.clock.counting import axis_of, day_zero, last_moment, needs_moment, provisional, units_of
from tongban.ground.clock.course import Course, Halt, follow, union
from tongban.ground.clock.elapsed import ElapsedTelling, day_of, moment_of, place_of
from tongban.ground.clock.history import ClockSpec, Reading, State, Step
from tongban.ground.clock.index import index_of
from tongban.ground.clock.limits import PAUSE_WORDS, UNIT_WORDS
from tongban.ground.clock.telling import Grant, Telling, day_words
from tongban.ground.errors import Refusal

_DAY = attrgetter("on")
_NO_EFFECT = "不影响到期日"


def read(spec: ClockSpec, steps: Sequence[Step], calendar: WorkingCalendar) -> Reading:
    """The clock as its steps make it; steps may come in any order, on one day the given order counts.

    Steps after the first ``stop``, further starts and resumptions of nothing have no effect.

    :raises Refusal: ``clock.steps`` when there is no start, ``clock.needs_moment`` when a step of a clock of hours or
        minutes has no moment, ``calendar.out_of_range``.
    """
    start = next((step for step in steps if step.do == "start"), None)
    if start is None:
        raise Refusal("clock.steps", "这个时钟没有起算日", remedy="请先登记起算，再登记停计、恢复和延长")
    clock = _Clock(spec, start, calendar)
    clock.sift(steps if len(steps) == 1 else _ordered(steps, clock))
    course = clock.course()
    if clock.elapsed:
        return _read_moments(clock, course)
    return _read_days(clock, course)


def _ordered(steps: Sequence[Step], clock: _Clock) -> list[Step]:
    return sorted(steps, key=clock.place if clock.elapsed else _DAY)


class _Clock:
    """One clock while its steps are sifted."""

    __slots__ = (
        "_known",
        "axis",
        "begin",
        "calendar",
        "elapsed",
        "ended",
        "first",
        "grants",
        "halts",
        "keys",
        "spec",
        "start",
        "units",
        "vain",
        "zero",
    )

    def __init__(self, spec: ClockSpec, begin: Step, calendar: WorkingCalendar) -> None:
        limit = spec.limit
        self.spec = spec
        self.calendar = calendar
        self.begin = begin
        self.elapsed = limit.unit in ("hour", "minute")
        self.axis = axis_of(limit, calendar)
        self.start = self.place(begin)
        self.zero = day_zero(limit, self.start, calendar)
        self.first = self.units = units_of(limit, begin.on, limit.n)
        self.halts: list[Halt] = []
        self.keys: dict[str, int] = {}
        self.grants: list[Grant] = []
        self.vain: list[tuple[str, str]] = []
        self.ended: int | None = None
        self._known: Course | None = None

    def place(self, step: Step) -> int:
        """Where a step stands on the axis."""
        if not self.elapsed:
            return step.on.toordinal()
        if step.at is None:
            raise needs_moment()
        return place_of(step.at)

    def course(self) -> Course:
        """The way as far as the steps are sifted; day zero does not count inside a suspension."""
        if self._known is None:
            start, halts = self.start, self.halts
            zero = self.zero
            if zero and any(halt.start < start <= (halt.end or start) for halt in halts):
                zero = 0
            self._known = follow(self.axis, start, zero, self.units, union(start, halts) if halts else ())
        return self._known

    def sift(self, steps: Sequence[Step]) -> None:
        """Take what has effect, up to the first stop."""
        for step in steps:
            if step.do == "stop":
                self.ended = self.place(step)
                return
            if step.do == "suspend" and step.key not in self.keys:
                self._suspend(step)
            elif step.do == "resume" and step.key in self.keys:
                self._resume(step)
            elif step.do == "extend":
                self._extend(step)

    def _expired(self, place: int) -> bool:
        """Whether the due day was over. Who cannot have counted all units by then needs no closer look."""
        start, count = self.start, self.axis.count
        free = 0
        for halt in self.halts:
            upto = place if halt.end is None else min(halt.end, place)
            free = max(free, count(max(halt.start, start), upto)) if upto > start else free
        if place <= start or self.zero + count(start, place) - free < self.units:
            return False
        due = self.course().due
        return due is not None and due < place

    def _told(self, step: Step) -> str:
        return day_words(step.on.toordinal(), self.begin.on.toordinal())

    def _suspend(self, step: Step) -> None:
        place = self.place(step)
        if self._expired(place):
            words = f"{self._told(step)}{PAUSE_WORDS.get(step.kind, '')}停计时期限已经届满，{_NO_EFFECT}"
            self.vain.append((words, step.basis))
            return
        self.keys[step.key] = len(self.halts)
        self.halts.append(Halt(place, None, step.kind, step.basis))
        self._known = None

    def _resume(self, step: Step) -> None:
        number = self.keys.pop(step.key)
        halt = self.halts[number]
        end = self.place(step)
        self.halts[number] = Halt(halt.start, end, halt.kind, halt.basis)
        self._known = None
        if end == halt.start:
            words = f"{self._told(step)}{PAUSE_WORDS.get(halt.kind, '')}停计当日恢复，{_NO_EFFECT}"
            self.vain.append((words, halt.basis))

    def _extend(self, step: Step) -> None:
        limit = self.spec.limit
        given = sum([grant.n for grant in self.grants])
        n = min(step.n, (self.spec.extension_max or 0) - given)
        if self._expired(self.place(step)):
            self._extend_in_vain(step, "当时期限已经届满")
        elif n <= 0 or limit.unit == "at_once":
            self._extend_in_vain(step, "超过允许延长的上限")
        else:
            self.grants.append(Grant(step.on, n, step.n, step.basis))
            self.units = units_of(limit, self.begin.on, limit.n + given + n)
            self._known = None

    def _extend_in_vain(self, step: Step, why: str) -> None:
        told = f"{self._told(step)}决定延长 {step.n} {UNIT_WORDS[self.spec.limit.unit]}"
        self.vain.append((f"{told}，{why}，{_NO_EFFECT}", step.basis))


def _state(clock: _Clock, course: Course) -> State:
    if clock.ended is not None:
        return "done"
    return "stopped" if course.due is None else "running"


def _late(clock: _Clock, course: Course) -> bool:
    return clock.ended is not None and course.due is not None and course.due < clock.ended


def _read_days(clock: _Clock, course: Course) -> Reading:
    limit, calendar = clock.spec.limit, clock.calendar
    telling = Telling(clock.start, limit, clock.axis, index_of(calendar))
    telling.tell(course, clock.units, clock.first, clock.grants)
    for words, basis in clock.vain:
        telling.add(words, 0, basis)
    upto = telling.end if course.due is None else course.due
    touched = course.due is not None or limit.unit == "working_day"
    due = None if course.due is None else date.fromordinal(course.due)
    return Reading(
        state=_state(clock, course),
        due=due,
        due_at=None if due is None else last_moment(due),
        left=course.left,
        provisional=touched and provisional(limit, clock.start, course.last, upto, calendar),
        lines=tuple(telling.lines),
        unit=limit.unit,
        late=_late(clock, course),
        deems=clock.spec.deems,
    )


def _read_moments(clock: _Clock, course: Course) -> Reading:
    limit = clock.spec.limit
    telling = ElapsedTelling(clock.start, limit)
    telling.tell(course, clock.grants)
    for words, basis in clock.vain:
        telling.add(words, telling.end, basis)
    due_at = None if course.due is None else moment_of(course.due)
    return Reading(
        state=_state(clock, course),
        due=None if course.due is None else day_of(course.due),
        due_at=due_at,
        left=None if course.left is None else course.left // units_of(limit, clock.begin.on, 1),
        provisional=False,
        lines=tuple(telling.lines),
        unit=limit.unit,
        late=_late(clock, course),
        deems=clock.spec.deems,
    )
