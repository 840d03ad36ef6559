"""Days before an event (C9), and renewal with what silence does (C15)."""

from __future__ import annotations

from datetime import date

import pytest

from tongban.ground import calendar
from tongban.ground.clock import Limit, latest_day
from tongban.ground.clock.renewal import renewal
from tongban.ground.errors import Refusal

CALENDAR = calendar.load()
SEVEN = Limit(7, "working_day", "行政许可法第四十八条")
THIRTY = Limit(30, "calendar_day", "行政许可法第五十条")


@pytest.mark.parametrize(
    ("anchor", "limit", "latest", "what"),
    [
        (date(2026, 11, 20), SEVEN, date(2026, 11, 11), "an ordinary fortnight"),
        (date(2026, 10, 12), SEVEN, date(2026, 9, 24), "over National Day, with a worked Saturday"),
        (date(2026, 11, 22), SEVEN, date(2026, 11, 12), "a hearing on a Sunday"),
        (date(2026, 11, 20), Limit(0, "working_day"), date(2026, 11, 20), "no notice at all"),
        (date(2026, 12, 31), THIRTY, date(2026, 12, 1), "calendar days"),
        (date(2026, 11, 7), THIRTY, date(2026, 10, 8), "calendar days that end on a working day"),
        (date(2026, 11, 4), THIRTY, date(2026, 10, 5), "a day off stays the latest day"),
        (date(2026, 5, 31), Limit(3, "month"), date(2026, 2, 28), "no 31 February"),
        (date(2028, 2, 29), Limit(1, "year"), date(2027, 2, 28), "no 29 February"),
        (date(2026, 11, 20), Limit(0, "at_once"), date(2026, 11, 20), "at once"),
    ],
)
def test_the_latest_day_before_an_event(anchor, limit, latest, what):
    found = latest_day(anchor, limit, CALENDAR)
    assert found.due == latest, what
    assert sum(line.delta for line in found.lines) == (latest - anchor).days
    assert found.lines[-1].total == (latest - anchor).days


def test_the_explanation_of_a_notice_of_a_hearing():
    first, last = latest_day(date(2026, 10, 12), SEVEN, CALENDAR).lines
    assert first.words == "10月12日当日不计，往前数"
    assert last.words == "往前数满 7 个工作日，其间国庆节 7 天、中秋节 3 天、周末 1 天不计"
    assert last.basis == "行政许可法第四十八条"


def test_before_a_day_in_a_year_without_a_notice_is_provisional():
    assert latest_day(date(2027, 1, 20), SEVEN, CALENDAR).provisional
    assert not latest_day(date(2026, 12, 20), SEVEN, CALENDAR).provisional


def test_hours_and_the_beginning_of_time_are_refused():
    with pytest.raises(Refusal) as refused:
        latest_day(date(2026, 1, 5), Limit(2, "hour"), CALENDAR)
    assert refused.value.code == "clock.needs_moment"
    for limit in (Limit(40, "calendar_day"), Limit(40, "working_day"), Limit(2, "month"), Limit(1, "year")):
        with pytest.raises(Refusal) as refused:
            latest_day(date(1, 1, 20), limit, CALENDAR)
        assert refused.value.code == "calendar.out_of_range"


EXPIRY = date(2026, 12, 31)


def read(applied: date, decided: date | None, today: date, *, licensing: bool = True, limit: Limit = THIRTY):
    return renewal(EXPIRY, applied, decided, today, limit, CALENDAR, regime_licensing=licensing)


@pytest.mark.covers("APR-19")
@pytest.mark.parametrize(
    ("applied", "decided", "today", "in_time", "deemed", "what"),
    [
        (date(2026, 12, 1), None, date(2026, 12, 31), True, False, "on the day of expiry nothing is deemed yet"),
        (date(2026, 12, 1), None, date(2027, 1, 1), True, True, "silence until the end of that day renews"),
        (date(2026, 12, 1), date(2026, 12, 31), date(2027, 1, 1), True, False, "decided on the last day"),
        (date(2026, 12, 1), date(2027, 1, 4), date(2027, 2, 1), True, True, "a later decision changes nothing"),
        (date(2026, 12, 2), None, date(2027, 2, 1), False, False, "silence renews only what was asked in time"),
    ],
)
def test_silence_renews_a_licence_that_was_asked_for_in_time(applied, decided, today, in_time, deemed, what):
    found = read(applied, decided, today)
    assert (found.in_time, found.deemed_renewed) == (in_time, deemed), what
    assert found.latest_on == date(2026, 12, 1)
    assert found.refused_by_system is False


def test_outside_licensing_silence_renews_nothing():
    assert not read(date(2026, 11, 2), None, date(2027, 2, 1), licensing=False).deemed_renewed


def test_the_rule_of_the_item_comes_first():
    radio = Limit(30, "working_day", "无线电管理条例第十九条")
    found = read(date(2026, 11, 20), None, date(2026, 11, 20), limit=radio)
    assert (found.latest_on, found.in_time) == (date(2026, 11, 19), False)


def test_a_late_application_is_told_and_not_refused():
    words = [line.words for line in read(date(2026, 12, 2), None, date(2026, 12, 2)).lines]
    assert words[-1] == "2026年12月2日提出，晚于最迟的一天；系统照常接收，是否准予由经办人书面决定"
    words = [line.words for line in read(date(2026, 12, 1), None, date(2027, 1, 1)).lines]
    assert words[-1] == "到 2026年12月31日期满还没有作出决定，视为准予延续"
