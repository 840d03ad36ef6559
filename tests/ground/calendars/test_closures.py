"""The calendar of a place: closures are laid over the national one."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.ground import calendar
from tongban.ground.calendar import Closure
from tongban.ground.clock import Limit, due_date

pytestmark = pytest.mark.covers("APR-01")
BASE = calendar.load()
TYPHOON = Closure(date(2026, 8, 11), date(2026, 8, 12), "day_off", "南渡县台风", "南政令〔2026〕3号")


def test_days_off_of_a_closure_do_not_count_and_name_their_basis():
    here = BASE.with_closures([TYPHOON])
    assert not here.is_working_day(date(2026, 8, 11))
    assert here.public_holiday(date(2026, 8, 12)) == "南渡县台风"
    assert here.basis_of_day(date(2026, 8, 12)) == "南政令〔2026〕3号"
    assert here.basis_of_day(date(2026, 8, 13)) == "国办发明电〔2025〕7号"
    assert here.add_working_days(date(2026, 8, 10), 1) == date(2026, 8, 13)
    assert BASE.is_working_day(date(2026, 8, 11))


def test_a_make_up_day_counts_and_a_closed_make_up_saturday_does_not():
    made_up = Closure(date(2026, 8, 15), date(2026, 8, 15), "make_up", "补班", "南政令〔2026〕3号")
    assert BASE.with_closures([TYPHOON, made_up]).is_working_day(date(2026, 8, 15))
    closed = Closure(date(2026, 10, 10), date(2026, 10, 10), "day_off", "台风", "令")
    assert BASE.is_working_day(date(2026, 10, 10))
    assert not BASE.with_closures([closed]).is_working_day(date(2026, 10, 10))


def test_a_closure_whose_days_count_changes_no_day():
    moved = Closure(date(2026, 8, 11), date(2026, 8, 12), "none", "搬迁", "通告")
    assert BASE.with_closures([moved]) is BASE


def test_an_explanation_names_the_closure_and_its_basis():
    thursday = Closure(date(2026, 8, 13), date(2026, 8, 14), "day_off", "南渡县台风", "南政令〔2026〕3号")
    for closure in (TYPHOON, thursday):
        read = due_date(date(2026, 8, 10), Limit(10, "working_day", "第四十二条"), BASE.with_closures([closure]))
        assert read.due == date(2026, 8, 26)
        (line,) = [line for line in read.lines if "南渡县台风" in line.words]
        assert line.basis == "南政令〔2026〕3号"
        assert all(line.basis != "南政令〔2026〕3号" for line in read.lines if "南渡县台风" not in line.words)


def test_a_holiday_stays_a_holiday_with_its_own_name_and_basis():
    through = Closure(date(2026, 9, 30), date(2026, 10, 2), "day_off", "台风", "令")
    here = BASE.with_closures([through])
    assert here.public_holiday(date(2026, 10, 1)) == "国庆节"
    assert here.basis_of_day(date(2026, 10, 1)) == BASE.basis(2026)
    assert here.public_holiday(date(2026, 9, 30)) == "台风"


DAYS = st.dates(date(2025, 1, 1), date(2027, 12, 31))


@given(DAYS, st.integers(0, 10), st.integers(1, 60), DAYS)
def test_a_closure_never_makes_a_due_date_earlier(first, length, n, start):
    closure = Closure(first, first + timedelta(days=length), "day_off", "台风", "令")
    here = BASE.with_closures([closure])
    assert here.add_working_days(start, n) >= BASE.add_working_days(start, n)
    assert here.version != BASE.version
    again = BASE.with_closures([closure])
    assert (again.version, again.days_off) == (here.version, here.days_off)


@given(DAYS, st.integers(0, 10), st.integers(1, 60), DAYS)
def test_made_up_days_never_make_a_due_date_later(first, length, n, start):
    closure = Closure(first, first + timedelta(days=length), "make_up", "补班", "令")
    assert BASE.with_closures([closure]).add_working_days(start, n) <= BASE.add_working_days(start, n)


def test_each_confirmed_year_names_a_numbered_notice():
    assert sorted(BASE.notices) == list(range(2018, 2027))
    for year, numbers in BASE.notices.items():
        assert numbers
        assert all(number.startswith("国办发明电〔") and f"〔{year - 1}〕" in numbers[0] for number in numbers)
