"""Due dates as a table of readings (clock conventions C2-C13), and the laws that every explanation keeps."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.ground import calendar, clock
from tongban.ground.clock import Limit, due_date, due_moment, remaining
from tongban.ground.errors import Refusal

CALENDAR = calendar.load()
STARTS = st.dates(date(2018, 1, 1), date(2029, 12, 31))
DAY_UNITS = st.sampled_from(["working_day", "calendar_day", "month", "year"])


@st.composite
def limits(draw):
    unit = draw(DAY_UNITS)
    ceiling = {"working_day": 120, "calendar_day": 400, "month": 40, "year": 10}[unit]
    return Limit(draw(st.integers(0, ceiling)), unit, "依据", draw(st.booleans()), draw(st.booleans()))


@pytest.mark.parametrize(
    ("start", "limit", "due", "comment"),
    [
        (date(2026, 9, 16), Limit(20, "working_day"), date(2026, 10, 20), "Mid-autumn, National Day, two make-up days"),
        (date(2026, 11, 16), Limit(5, "working_day"), date(2026, 11, 23), "an ordinary week"),
        (date(2026, 10, 2), Limit(5, "working_day"), date(2026, 10, 13), "received on a holiday; 10 October is worked"),
        (date(2026, 11, 20), Limit(2, "working_day", counts_day_zero=True), date(2026, 11, 23), "Friday counts"),
        (date(2026, 11, 21), Limit(2, "working_day", counts_day_zero=True), date(2026, 11, 24), "Saturday does not"),
        (date(2026, 9, 2), Limit(30, "calendar_day"), date(2026, 10, 8), "2 October rolls over National Day"),
        (date(2026, 9, 2), Limit(30, "calendar_day", roll_forward=False), date(2026, 10, 2), "unless switched off"),
        (date(2026, 9, 10), Limit(30, "calendar_day"), date(2026, 10, 10), "a make-up Saturday is no day off"),
        (date(2026, 1, 30), Limit(1, "month"), date(2026, 2, 28), "no 30 February: last day, a worked Saturday"),
        (date(2024, 2, 29), Limit(1, "year"), date(2025, 2, 28), "no 29 February"),
        (date(2026, 11, 15), Limit(3, "month", roll_forward=False), date(2027, 2, 15), "over the year"),
        (date(2026, 11, 21), Limit(0, "working_day"), date(2026, 11, 21), "on the spot, also on a Saturday"),
        (date(2026, 11, 21), Limit(0, "at_once"), date(2026, 11, 21), "at once"),
    ],
)
def test_a_due_date_is_read_like_the_law(start, limit, due, comment):
    assert due_date(start, limit, CALENDAR).due == due, comment


def test_the_explanation_tells_the_holidays_and_the_basis():
    found = due_date(date(2026, 9, 16), Limit(20, "working_day", "行政许可法第四十二条"), CALENDAR)
    words = [line.words for line in found.lines]
    assert words == [
        "起算当日不计，从次日开始",
        "数到第 7 个工作日，其间周末 1 天不计，9月20日调休上班要计",
        "中秋节 3 天不计",
        "数到第 10 个工作日",
        "国庆节 7 天不计",
        "数到第 20 个工作日，其间周末 3 天不计，10月10日调休上班要计",
        "满 20 个工作日，期限届满",
    ]
    assert found.lines[2].basis == "国办发明电〔2025〕7号"
    assert found.lines[-1].basis == "行政许可法第四十二条"


def test_a_due_date_in_a_year_without_a_notice_is_provisional():
    assert due_date(date(2026, 12, 25), Limit(20, "working_day"), CALENDAR).provisional
    assert not due_date(date(2026, 11, 2), Limit(20, "working_day"), CALENDAR).provisional


@given(STARTS, limits())
def test_the_deltas_sum_to_the_due_date(start, limit):
    found = due_date(start, limit, CALENDAR)
    assert start + timedelta(days=sum(line.delta for line in found.lines)) == found.due
    running = 0
    for line in found.lines:
        running += line.delta
        assert line.total == running
        assert line.date == start + timedelta(days=running)
        assert line.delta >= 0
        assert line.words


@given(STARTS, limits(), st.integers(0, 20))
def test_who_starts_later_is_never_due_earlier(start, limit, days):
    assert due_date(start, limit, CALENDAR).due <= due_date(start + timedelta(days=days), limit, CALENDAR).due


@given(STARTS, limits())
def test_a_longer_limit_is_never_due_earlier(start, limit):
    longer = Limit(limit.n + 1, limit.unit, limit.basis, limit.counts_day_zero, limit.roll_forward)
    assert due_date(start, limit, CALENDAR).due <= due_date(start, longer, CALENDAR).due


@given(STARTS, st.integers(1, 60))
def test_counting_day_zero_gives_one_working_day_less_at_most(start, n):
    plain = due_date(start, Limit(n, "working_day"), CALENDAR).due
    zero = due_date(start, Limit(n, "working_day", counts_day_zero=True), CALENDAR).due
    assert CALENDAR.working_days_between(zero, plain) == int(CALENDAR.is_working_day(start))


@given(STARTS, limits())
def test_a_period_that_rolls_forward_never_ends_on_a_day_off(start, limit):
    due = due_date(start, limit, CALENDAR).due
    if limit.n and limit.roll_forward:
        assert CALENDAR.is_working_day(due)


def test_hours_and_minutes_are_elapsed_time():
    start = datetime(2026, 10, 1, 22, 30, tzinfo=UTC)
    assert due_moment(start, Limit(24, "hour"), CALENDAR) == datetime(2026, 10, 2, 22, 30, tzinfo=UTC)
    assert due_moment(start, Limit(90, "minute"), CALENDAR) == datetime(2026, 10, 2, 0, 0, tzinfo=UTC)
    with pytest.raises(Refusal) as refused:
        due_date(date(2026, 10, 1), Limit(2, "hour"), CALENDAR)
    assert refused.value.code == "clock.needs_moment"


def test_the_whole_due_day_in_shanghai_is_in_time():
    start = datetime(2026, 11, 15, 16, 30, tzinfo=UTC)  # 16 November 00:30 in Shanghai
    assert due_moment(start, Limit(5, "working_day"), CALENDAR) == datetime(2026, 11, 23, 16, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("today", "after", "including"),
    [
        (date(2026, 11, 16), 5, 6),
        (date(2026, 11, 21), 1, 1),
        (date(2026, 11, 23), 0, 1),
        (date(2026, 11, 24), -1, -1),
        (date(2026, 11, 28), -4, -4),
    ],
)
def test_what_remains_is_told_in_both_conventions(today, after, including):
    left = remaining(date(2026, 11, 23), today, CALENDAR)
    assert (left.after_today, left.including_today) == (after, including)


@pytest.mark.parametrize("n", [-1, 10**7, 1.5, True, None, "20"])
def test_a_limit_is_a_whole_number_in_bounds(n):
    for unit in clock.UNIT_WORDS:
        with pytest.raises(Refusal) as refused:
            Limit(n, unit)
        assert refused.value.code == "clock.limit"


def test_a_limit_has_a_known_unit():
    with pytest.raises(Refusal):
        Limit(3, "week")


def test_the_end_of_time_is_a_refusal():
    for limit in (Limit(600, "month"), Limit(5000, "working_day"), Limit(10_000, "calendar_day")):
        with pytest.raises(Refusal) as refused:
            due_date(date(9998, 1, 1), limit, CALENDAR)
        assert refused.value.code == "calendar.out_of_range"
