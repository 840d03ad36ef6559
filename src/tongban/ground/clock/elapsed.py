"""Clocks of hours and minutes: elapsed time, day and night, no calendar (C13). Places are microseconds since 1970."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import zip_longest

from tongban.ground import moment
from tongban.ground.clock.course import Course, Group
from tongban.ground.clock.index import out_of_range
from tongban.ground.clock.limits import PAUSE_WORDS, UNIT_WORDS, Limit, Line
from tongban.ground.clock.telling import Grant

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def place_of(at: datetime) -> int:
    """Where an aware moment stands on the axis."""
    return (at - _EPOCH) // _MICROSECOND


def moment_of(place: int) -> datetime:
    """The aware moment (UTC) of a place."""
    try:
        return _EPOCH + timedelta(microseconds=place)
    except OverflowError:
        raise out_of_range() from None


def day_of(place: int) -> date:
    """The legal day in Shanghai of a place."""
    return moment.local(moment_of(place)).date()


class ElapsedTelling:
    """Lines under construction; deltas are whole days in Shanghai and sum to the day of the due moment."""

    def __init__(self, start: int, limit: Limit) -> None:
        self.start = self.end = start
        self.limit = limit
        self.lines: list[Line] = []

    def add(self, words: str, place: int, basis: str) -> None:
        """One more line that leads to ``place``."""
        first, last, day = day_of(self.start), day_of(self.end), day_of(place)
        self.end = place
        self.lines.append(Line(day, words, (day - last).days, (day - first).days, basis))

    def tell(self, course: Course, grants: Sequence[Grant]) -> None:
        """The whole way."""
        limit, unit = self.limit, UNIT_WORDS[self.limit.unit]
        self.add(f"自 {_words(self.start)} 起连续计算，昼夜和节假日都计", self.start, limit.basis)
        for grant in grants:
            words = f"{_day_words(grant.on)}决定延长 {grant.granted} {unit}"
            words += f"；合计超过上限，只计 {grant.n} {unit}" if grant.n < grant.granted else ""
            self.add(words, self.end, grant.basis or limit.basis)
        total = f"{limit.n + sum(grant.n for grant in grants)} {unit}"
        for run, group in zip_longest(course.runs, course.inner):
            if group is None:
                self.add(f"满 {total}，到 {_words(run.upto)} 届满", run.upto, limit.basis)
            else:
                self.add(f"计到 {_words(run.upto)}", run.upto, limit.basis)
                self._tell_group(group)
        for group in course.tail:
            self._tell_group(group)
        if course.due is None:
            self.add("现在停计，恢复后接着计", self.end, limit.basis)

    def _tell_group(self, group: Group) -> None:
        for halt in group.halts:
            name, since = PAUSE_WORDS.get(halt.kind, ""), _words(halt.start)
            if halt.end is None:
                self.add(f"{name}停计：{since} 停，尚未恢复", self.end, halt.basis)
            else:
                upto = self.end if group.end is None else max(self.end, halt.end)
                self.add(f"{name}停计：{since} 停、{_words(halt.end)} 恢复，其间不计", upto, halt.basis)


def _words(place: int) -> str:
    at = moment.local(moment_of(place))
    return f"{_day_words(at.date())}{at:%H:%M}"


def _day_words(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
