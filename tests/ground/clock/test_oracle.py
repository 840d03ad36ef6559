"""The product and a day-by-day clock that was written apart from it agree on random histories."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from random import Random

import pytest

from tests.ground.clock import histories, oracle
from tongban.ground import calendar
from tongban.ground.clock import read

CALENDAR = calendar.load()


def compare_days(seed: int) -> str:
    """Read one history both ways; gives the state, for the count of what was met."""
    spec, steps = histories.days(Random(seed))
    found, told = read(spec, steps, CALENDAR), oracle.live(spec, steps, CALENDAR.is_working_day)
    state = "done" if told.done else "stopped" if told.due is None else "running"
    start = next(step.on for step in steps if step.do == "start")
    assert (found.state, found.due, found.left) == (state, told.due, told.left), (seed, spec, steps)
    end = told.due or told.stopped_since
    assert start + timedelta(days=sum(line.delta for line in found.lines)) == end, (seed, spec, steps)
    return state


def compare_moments(seed: int) -> None:
    spec, steps = histories.moments(Random(seed))
    found, told = read(spec, steps, CALENDAR), oracle.live(spec, steps, CALENDAR.is_working_day)
    assert (found.due_at, found.left) == (told.due, told.left), (seed, spec, steps)
    start = next(step.at for step in steps if step.do == "start")
    end = told.due or told.stopped_since
    assert isinstance(end, datetime)
    way = (end + timedelta(hours=8)).date() - (start + timedelta(hours=8)).date()
    assert sum(line.delta for line in found.lines) == way.days, (seed, spec, steps)


@pytest.mark.covers("APR-01", "APR-02", "APR-19")
def test_an_independent_clock_agrees_on_hundreds_of_histories():
    met = [compare_days(seed) for seed in range(500)]
    assert {"running", "stopped", "done"} == set(met)
    assert met.count("stopped") > 20


def test_an_independent_clock_agrees_on_hours_and_minutes():
    for seed in range(150):
        compare_moments(seed)


@pytest.mark.slow
@pytest.mark.covers("APR-01", "APR-02", "APR-19")
def test_an_independent_clock_agrees_on_ten_thousand_histories():
    for seed in range(1_000_000, 1_009_000):
        compare_days(seed)
    for seed in range(1_000_000, 1_001_000):
        compare_moments(seed)


def test_the_oracle_itself_knows_the_law():
    """Two dates counted by hand on a paper calendar: National Day 2026, and a stop on the last day."""
    from tongban.ground.clock import ClockSpec, Limit, Step

    spec = ClockSpec(Limit(20, "working_day"))
    start = Step("start", date(2026, 9, 16))
    assert oracle.live(spec, [start], CALENDAR.is_working_day).due == date(2026, 10, 20)
    stopped = [start, Step("suspend", date(2026, 10, 20)), Step("resume", date(2026, 10, 24))]
    assert oracle.live(spec, stopped, CALENDAR.is_working_day).due == date(2026, 10, 26)
