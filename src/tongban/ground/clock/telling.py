"""The explanation of a clock: lines in plain Chinese whose deltas sum to the way from the start to the due date."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from tongban.ground.clock.course import Axis, Course, Group, Run
from tongban.ground.clock.index import WorkingDays
from tongban.ground.clock.limits import PAUSE_WORDS, UNIT_WORDS, Limit, Line

START_NOT_COUNTED = "民法典第二百零一条"
ROLL = "民法典第二百零三条"


class Grant(NamedTuple):
    """An extension that took effect: the day, what counts of it in units of the limit, what was granted."""

    on: date
    n: int
    granted: int
    basis: str


@lru_cache(maxsize=10_000)
def day_words(day: int, start: int) -> str:
    """``9月25日``; with the year when it is not the year of the start."""
    found, year = date.fromordinal(day), date.fromordinal(start).year
    return f"{found.month}月{found.day}日" if found.year == year else f"{found.year}年{found.month}月{found.day}日"


class Telling:
    """Lines under construction for a clock of days; the end is always the start plus the sum of the deltas."""

    def __init__(self, start: int, limit: Limit, axis: Axis, index: WorkingDays) -> None:
        self.start = self.end = start
        self.limit = limit
        self.axis = axis
        self.index = index
        self.lines: list[Line] = []

    def add(self, words: str, delta: int, basis: str) -> None:
        """One more line; ``delta`` in calendar days."""
        self.end = end = self.end + delta
        self.lines.append(Line(date.fromordinal(end), words, delta, end - self.start, basis))

    def tell(self, course: Course, units: int, first: int, grants: Sequence[Grant] = ()) -> None:
        """The whole way; of the ``units`` (on the axis) the ``first`` ones were given before any extension."""
        working = self.limit.unit == "working_day"
        if units == 0:
            self.add("当场办结，当日到期", 0, self.limit.basis)
        elif course.runs[0].before:
            self.add("起算当日是工作日，计为第 1 个工作日", 0, self.limit.basis)
        else:
            self.add("起算当日不计，从次日开始", 0, START_NOT_COUNTED)
        plain = not working and len(course.runs) == 1 and not course.inner and not grants
        if plain and units:
            self.add(f"期限 {self.limit.words}", course.runs[0].upto - self.start, self.limit.basis)
        else:
            self._tell_runs(course, first, grants)
        self._tell_end(course, bool(units) and not plain, sum([grant.n for grant in grants]))

    def _tell_runs(self, course: Course, first: int, grants: Sequence[Grant]) -> None:
        told = not grants
        inner = len(course.inner)
        for place, run in enumerate(course.runs):
            if told or run.counted < first:
                self._tell_run(run)
            else:
                middle = self.axis.reach(run.after, first - run.before)
                self._tell_run(Run(run.after, middle, run.before, first))
                self._tell_grants(grants)
                self._tell_run(Run(middle, run.upto, first, run.counted))
                told = True
            if place < inner:
                self._tell_group(course.inner[place])
        if not told:
            self._tell_grants(grants, full=False)

    def _tell_run(self, run: Run) -> None:
        """A holiday becomes a line of its own, plain weekends are told with the days around them."""
        if run.upto == run.after:
            return
        if self.limit.unit != "working_day":
            self.add(f"数到第 {run.counted} 日", run.upto - run.after, self.limit.basis)
            return
        at, counted = run.after, run.before
        for rest in self.index.breaks(run.after, run.upto):
            if at < rest.first - 1:
                counted = self._tell_counted(at, rest.first - 1, counted)
            self.add(f"{rest.words}不计", rest.days, rest.basis)
            at = rest.last
        if at < run.upto:
            self._tell_counted(at, run.upto, counted)

    def _tell_counted(self, after: int, upto: int, counted: int) -> int:
        worked, made_up, basis = self.index.stretch(after, upto)
        free = upto - after - worked
        counted += worked
        if not worked:
            words = f"周末 {free} 天不计"
        elif free:
            words = f"数到第 {counted} 个工作日，其间周末 {free} 天不计"
        else:
            words = f"数到第 {counted} 个工作日"
        if made_up:
            words += f"，{'、'.join([day_words(day, day) for day in made_up])}调休上班要计"
        self.end = upto
        self.lines.append(Line(date.fromordinal(upto), words, upto - after, upto - self.start, basis))
        return counted

    def _tell_grants(self, grants: Sequence[Grant], full: bool = True) -> None:
        if full:
            self.add(f"满 {self.limit.words}，原期限届满", 0, self.limit.basis)
        unit = UNIT_WORDS[self.limit.unit]
        for grant in grants:
            words = f"{day_words(grant.on.toordinal(), self.start)}决定延长 {grant.granted} {unit}，接着计"
            if grant.n < grant.granted:
                words += f"；合计超过上限，只计 {grant.n} {unit}"
            self.add(words, 0, grant.basis or self.limit.basis)

    def _tell_group(self, group: Group) -> None:
        """Overlapping suspensions: each line adds the days that no earlier one has excluded already."""
        for halt in group.halts:
            name = PAUSE_WORDS.get(halt.kind, "")
            since = day_words(halt.start, self.start)
            if halt.end is None:
                self.add(f"{name}停计：{since}停，尚未恢复", 0, halt.basis)
                continue
            words = f"{name}停计：{since}停、{day_words(halt.end, self.start)}恢复"
            free = max(0, halt.end - self.end) if group.end is not None else 0
            if free:
                words += f"，{free} 天不计"
                if self.limit.unit == "working_day":
                    words += f"，其中工作日 {self.index.count(self.end, halt.end)} 天"
                if free < halt.end - max(halt.start, self.start):
                    words += "，重叠的不重复计"
            else:
                words += "，与其他停计重叠，不重复计"
            self.add(words, free, halt.basis)

    def _tell_end(self, course: Course, full: bool, extended: int) -> None:
        if course.due is not None and full:
            limit = self.limit
            words = f"{limit.n + extended} {UNIT_WORDS[limit.unit]}" if extended else limit.words
            self.add(f"满 {words}，期限届满", 0, limit.basis)
        for group in course.tail:
            if group.start > self.end:
                self.add(f"最后一日是{self.index.name_of(self.end)}，顺延途中停计", group.start - self.end, ROLL)
            self._tell_group(group)
            if group.end is not None:
                self.add("停计时期限还没有过完，恢复当日为最后一日", 0, group.halts[-1].basis)
        if course.due is None:
            unit = "个工作日" if self.limit.unit == "working_day" else "日"
            self.add(f"现在停计，还剩 {course.left} {unit}", 0, self.limit.basis)
        elif course.due > self.end:
            rest = self.index.name_of(self.end)
            self.add(f"最后一日是{rest}，顺延到下一个工作日", course.due - self.end, ROLL)
