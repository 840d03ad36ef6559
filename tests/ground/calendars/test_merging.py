"""What an import would change, before it changes it."""

from __future__ import annotations

import copy
from datetime import date

import pytest

from tests.ground.calendars import files
from tongban.ground import calendar
from tongban.ground.calendars.merging import plan

pytestmark = pytest.mark.covers("APR-01")
SHIPPED = calendar.shipped()


def year_of(number: int) -> dict:
    return copy.deepcopy(next(year for year in SHIPPED["years"] if year["year"] == number))


def test_a_new_year_is_added_and_every_day_that_moves_is_named():
    planned = plan(SHIPPED, [files.YEAR_2027])
    assert (planned.added, planned.changed, planned.empty) == ((2027,), (), False)
    told = {one.day: one.works for one in planned.moved}
    assert told[date(2027, 2, 8)] is False
    assert told[date(2027, 1, 31)] is True
    assert date(2027, 1, 1) not in told  # off by regulation before, off now
    assert date(2027, 2, 6) not in told  # a Saturday all the same
    assert "2027-01-31 改为上班（春节）" in [one.words for one in planned.moved]
    after = calendar.from_json(planned.content)
    assert after.is_confirmed(2027)
    assert [after.is_working_day(day) for day in told] == list(told.values())


def test_the_same_again_is_nothing_to_do():
    assert plan(SHIPPED, SHIPPED["years"]).empty
    cited_by_address = year_of(2026) | {"notices": [files.PAPER]}
    assert plan(SHIPPED, [cited_by_address]).empty


def test_a_changed_confirmed_year_is_told_apart_from_a_new_one():
    changed = year_of(2026)
    changed["holidays"][-1]["work"] = ["2026-10-10"]
    planned = plan(SHIPPED, [changed, files.YEAR_2027])
    assert (planned.added, planned.changed) == ((2027,), (2026,))
    assert [(one.day, one.works) for one in planned.moved if one.day.year == 2026] == [(date(2026, 9, 20), False)]
    noted = plan(SHIPPED, [year_of(2026) | {"notices": ["国办发明电〔2026〕1号"]}])
    assert (noted.changed, noted.moved) == ((2026,), ())


def test_the_new_year_notice_may_still_move_the_last_days_of_december():
    moved = copy.deepcopy(files.YEAR_2027)
    moved["holidays"][0] = {"name": "元旦", "from": "2026-12-31", "to": "2027-01-02", "work": ["2026-12-27"]}
    days = {one.day: one.works for one in plan(SHIPPED, [moved]).moved}
    assert days[date(2026, 12, 31)] is False
    assert days[date(2026, 12, 27)] is True


def test_a_holiday_that_gives_more_than_the_regulation_is_remarked():
    generous = copy.deepcopy(files.YEAR_2027)
    generous["holidays"][-1]["work"] = []
    (remark,) = plan(SHIPPED, [generous]).remarks
    assert "国庆节" in remark
    assert plan(SHIPPED, [files.YEAR_2027]).remarks == ()
