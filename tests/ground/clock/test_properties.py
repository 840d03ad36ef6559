"""Laws that every clock keeps, over random limits, histories and calendars (hypothesis)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ground.clock import histories, oracle
from tongban.ground import calendar
from tongban.ground.calendar import WorkingCalendar
from tongban.ground.clock import ClockSpec, Limit, Reading, Step, bind, read, remaining
from tongban.ground.clock.index import index_of

CALENDAR = calendar.load()
RANDOM = st.randoms(use_true_random=False)
STARTS = st.dates(date(2018, 1, 1), date(2027, 6, 30))


@st.composite
def calendars(draw) -> WorkingCalendar:
    """Any arrangement of days off and worked weekends around two years, each with or without a notice."""
    days = st.dates(date(2025, 12, 1), date(2028, 1, 31))
    off = draw(st.dictionaries(days, st.sampled_from(["春节", "国庆节"]), max_size=25))
    worked = draw(st.dictionaries(days.filter(lambda day: day.weekday() > 4 and day not in off), st.just("春节")))
    noticed = draw(st.sets(st.sampled_from([2025, 2026, 2027, 2028])))
    return WorkingCalendar("any", off, worked, {year: (f"通知{year}",) for year in noticed}, CALENDAR.fixed)


def start_of(steps: list[Step]) -> date:
    return next(step.on for step in steps if step.do == "start")


def ends(reading: Reading) -> date:
    """The due day; one that stands still has none, which is later than every day."""
    return reading.due or date.max


@pytest.mark.covers("APR-01", "APR-02", "APR-19")
@given(RANDOM)
def test_the_explanation_sums_to_the_due_date(random: Random):
    spec, steps = histories.days(random)
    found = read(spec, steps, CALENDAR)
    running = 0
    for line in found.lines:
        running += line.delta
        assert line.delta >= 0
        assert line.total == running
        assert line.date == start_of(steps) + timedelta(days=running)
        assert line.words
    if found.due is not None:
        assert start_of(steps) + timedelta(days=running) == found.due
    else:
        assert found.left is not None
        assert found.left >= 0


@pytest.mark.covers("APR-02", "APR-19")
@given(RANDOM, st.integers(0, 40), st.integers(0, 20))
def test_a_stop_never_makes_a_due_day_earlier_nor_a_longer_one(random: Random, begin: int, length: int):
    spec, steps = histories.days(random)
    since = start_of(steps) + timedelta(days=begin)
    suspend = Step("suspend", since, kind="testing", key="more")
    plain = ends(read(spec, steps, CALENDAR))
    dues = [
        ends(read(spec, [*steps, suspend, Step("resume", since + timedelta(days=days), key="more")], CALENDAR))
        for days in (length, length + 1)
    ]
    assert plain <= dues[0] <= dues[1] <= ends(read(spec, [*steps, suspend], CALENDAR))


@pytest.mark.covers("APR-19")
@given(RANDOM, st.integers(0, 60), st.integers(1, 20), st.integers(0, 30))
def test_an_extension_never_makes_a_due_day_earlier_and_the_ceiling_holds(random: Random, on: int, n: int, most: int):
    spec, steps = histories.days(random)
    spec = replace(spec, extension_max=most)
    bare = [step for step in steps if step.do != "extend"]
    granted = [*bare, Step("extend", start_of(steps) + timedelta(days=on), n=n)]
    due = ends(read(spec, bare, CALENDAR))
    assert due <= ends(read(spec, granted, CALENDAR))
    if spec.limit.unit != "at_once":
        whole = replace(spec, limit=replace(spec.limit, n=spec.limit.n + most))
        assert ends(read(spec, granted, CALENDAR)) <= ends(read(whole, bare, CALENDAR))


@given(RANDOM, st.integers(1, 5))
def test_a_longer_limit_is_never_due_earlier(random: Random, more: int):
    spec, steps = histories.days(random)
    if spec.limit.unit == "at_once":
        return
    longer = replace(spec, limit=replace(spec.limit, n=spec.limit.n + more))
    assert ends(read(spec, steps, CALENDAR)) <= ends(read(longer, steps, CALENDAR))


@given(st.integers(1, 60), STARTS, st.integers(0, 30), st.sampled_from(["working_day", "calendar_day"]))
def test_who_starts_later_is_never_due_earlier(n: int, begin: date, later: int, unit: str):
    spec = ClockSpec(Limit(n, unit))
    dues = [read(spec, [Step("start", begin + timedelta(days=days))], CALENDAR).due for days in (0, later)]
    assert dues[0] <= dues[1]


@given(RANDOM)
def test_the_order_in_which_steps_of_different_days_arrive_does_not_matter(random: Random):
    spec, steps = histories.days(random)
    at_home = sorted(steps, key=lambda step: step.on)
    days = {}
    for step in at_home:
        days.setdefault(step.on, []).append(step)
    turned = [step for day in sorted(days, reverse=True) for step in days[day]]
    assert read(spec, turned, CALENDAR) == read(spec, at_home, CALENDAR)


@given(RANDOM)
def test_what_is_told_before_a_step_stays_true_until_it(random: Random):
    """A step changes nothing that lies before it: a due day that was over before the step stays as it was."""
    spec, steps = histories.days(random)
    ordered = sorted((step for step in steps if step.do != "start"), key=lambda step: step.on)
    known = [next(step for step in steps if step.do == "start")]
    for step in ordered:
        before = read(spec, known, CALENDAR)
        known.append(step)
        after = read(spec, known, CALENDAR)
        if before.due is not None and before.due < step.on:
            assert after.due == before.due
        elif step.do != "stop" and before.state != "done":
            assert ends(after) >= step.on or before.due == after.due


@pytest.mark.covers("APR-01")
@given(STARTS, st.integers(1, 20), st.integers(0, 25), st.integers(0, 40))
def test_a_promise_never_carries_a_case_past_the_law(begin: date, n: int, shorter: int, length: int):
    """A site check stops the promise only (8.3): the binding day is never later than the law's."""
    law = read(ClockSpec(Limit(n, "working_day"), 10), [Step("start", begin)], CALENDAR)
    away = begin + timedelta(days=shorter)
    steps = [Step("start", begin), Step("suspend", away, kind="site_check", key="a")]
    promise = ClockSpec(Limit(max(1, n - shorter), "working_day"))
    for later in ([], [Step("resume", away + timedelta(days=length), key="a")]):
        found = bind(read(promise, steps + later, CALENDAR), law, None, begin, CALENDAR)
        assert found.due is not None
        assert found.due <= law.due
        assert found.remaining == remaining(found.due, begin, CALENDAR)


@given(calendars(), st.dates(date(2026, 1, 1), date(2027, 12, 1)), st.integers(0, 60), st.integers(0, 90))
def test_the_index_counts_like_the_calendar(any_calendar: WorkingCalendar, day: date, n: int, span: int):
    index = index_of(any_calendar)
    number = day.toordinal()
    assert index is index_of(any_calendar)
    assert date.fromordinal(index.reach(number, n)) == any_calendar.add_working_days(day, n)
    assert date.fromordinal(index.nth_before(number, n)) == any_calendar.add_working_days(day, -n)
    assert date.fromordinal(index.roll(number)) == any_calendar.next_working_day(day)
    end = day + timedelta(days=span)
    assert index.count(number, end.toordinal()) == any_calendar.working_days_between(day, end)
    told = index.breaks(number, end.toordinal())
    days = [date.fromordinal(one) for rest in told for one in range(rest.first, rest.last + 1)]
    assert len(days) == len(set(days))
    assert all(day < one <= end and not any_calendar.is_working_day(one) for one in days)
    between = [day + timedelta(days=one) for one in range(1, span + 1)]
    assert {one for one in between if any_calendar.public_holiday(one) and not any_calendar.is_working_day(one)} <= set(
        days
    )


@given(calendars(), RANDOM)
def test_the_oracle_agrees_on_any_calendar(any_calendar: WorkingCalendar, random: Random):
    spec, steps = histories.days(random)
    shift = date(2026, 6, 1) - start_of(steps)
    steps = [replace(step, on=step.on + shift) for step in steps]
    found = read(spec, steps, any_calendar)
    told = oracle.live(spec, steps, any_calendar.is_working_day)
    assert (found.due, found.left) == (told.due, told.left)
