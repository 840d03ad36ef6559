"""The calendar of working days: typed facts against the collected reference, and the laws of counting."""

from __future__ import annotations

import csv
import json
from datetime import date, timedelta
from importlib import resources
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.ground import calendar
from tongban.ground.errors import Refusal

REFERENCE = Path(__file__).resolve().parents[3] / "shared/reference/data/holidays_cn.csv"
CALENDAR = calendar.load()
DAYS = st.dates(date(2018, 1, 1), date(2030, 12, 31))


@pytest.mark.needs_shared
def test_every_day_of_2018_to_2026_agrees_with_the_collected_notices():
    if not REFERENCE.exists():
        pytest.skip(f"needs the shared reference folder: put it beside the project ({REFERENCE.name})")
    with REFERENCE.open(encoding="utf-8") as file:
        special = {date.fromisoformat(row["date"]): row["kind"] for row in csv.DictReader(file)}
    assert len(special) > 300
    day = date(2018, 1, 1)
    while day <= date(2026, 12, 31):
        expected = special.get(day, "work" if day.weekday() < 5 else "off") == "work"
        assert CALENDAR.is_working_day(day) is expected, day
        day += timedelta(days=1)


def content():
    text = resources.files("tongban.ground").joinpath("data/calendar_cn.json").read_text(encoding="utf-8")
    return json.loads(text)


STATUTORY_DAYS = {"元旦": 1, "春节": 3, "清明节": 1, "劳动节": 1, "端午节": 1, "中秋节": 1, "国庆节": 3}
SINCE_2025 = {"春节": 4, "劳动节": 2}


@pytest.mark.parametrize("arranged", content()["years"], ids=lambda year: str(year["year"]))
def test_an_arrangement_moves_workdays_and_gives_away_only_the_statutory_days(arranged):
    """Weekdays off minus make-up workdays = statutory days of the holiday (全国年节及纪念日放假办法)."""
    year = arranged["year"]
    statutory = STATUTORY_DAYS | (SINCE_2025 if year >= 2025 else {})
    for holiday in arranged["holidays"]:
        first, last = date.fromisoformat(holiday["from"]), date.fromisoformat(holiday["to"])
        weekdays = sum((first + timedelta(days=n)).weekday() < 5 for n in range((last - first).days + 1))
        given_away = sum(statutory[name] for name in holiday["name"].split("、"))
        if (year, holiday["name"]) == (2020, "春节"):
            given_away += 2  # 国办发明电〔2020〕1号 prolonged it
        assert weekdays - len(holiday["work"]) == given_away, holiday


def test_new_years_eve_of_2024_is_a_working_day_for_the_notice_only_encouraged_leave():
    assert CALENDAR.is_working_day(date(2024, 2, 9))


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2027, 1, 1), False),
        (date(2027, 5, 2), False),
        (date(2028, 5, 2), False),
        (date(2027, 5, 3), True),
        (date(2028, 10, 2), False),
        (date(2028, 10, 4), True),
        (date(2027, 2, 8), True),
        (date(2028, 10, 7), False),
    ],
)
def test_an_unconfirmed_year_knows_only_the_holidays_fixed_by_regulation(day, works):
    assert not CALENDAR.is_confirmed(day.year)
    assert CALENDAR.is_working_day(day) is works
    assert "尚未公布" in CALENDAR.basis(day.year)


def test_a_confirmed_year_names_its_notices():
    assert CALENDAR.basis(2019) == "国办发明电〔2018〕15号、国办发明电〔2019〕3号"
    assert CALENDAR.public_holiday(date(2026, 10, 3)) == "国庆节"
    assert CALENDAR.public_holiday(date(2026, 10, 17)) is None


@given(DAYS, st.integers(1, 300))
def test_adding_and_counting_are_inverse(day, n):
    end = CALENDAR.add_working_days(day, n)
    assert CALENDAR.is_working_day(end)
    assert CALENDAR.working_days_between(day, end) == n
    assert CALENDAR.working_days_between(end, day) == -n
    assert CALENDAR.add_working_days(day, n) > CALENDAR.add_working_days(day, n - 1)


@given(DAYS, st.integers(1, 300))
def test_counting_back_lands_on_the_latest_day_that_leaves_n_working_days(anchor, n):
    """C9: the anchor is not counted; from the day found, the n-th working day is the last before the anchor."""
    found = CALENDAR.add_working_days(anchor, -n)
    assert CALENDAR.is_working_day(found)
    assert CALENDAR.working_days_between(found - timedelta(days=1), anchor - timedelta(days=1)) == n


@given(DAYS, DAYS, DAYS)
def test_counting_adds_up(first, second, third):
    total = CALENDAR.working_days_between(first, second) + CALENDAR.working_days_between(second, third)
    assert total == CALENDAR.working_days_between(first, third)


@pytest.mark.parametrize(
    ("day", "n"), [(date.max, 1), (date.min, -1), (date(2026, 1, 1), 10**6), (date(2026, 1, 1), -(10**6))]
)
def test_the_end_of_the_calendar_is_a_refusal(day, n):
    with pytest.raises(Refusal) as refused:
        CALENDAR.add_working_days(day, n)
    assert refused.value.code == "calendar.out_of_range"


def test_the_version_names_the_content():
    changed = content()
    assert calendar.from_json(changed).version == CALENDAR.version
    changed["years"][-1]["holidays"][-1]["work"] = []
    assert calendar.from_json(changed).version != CALENDAR.version


@pytest.mark.parametrize(
    "change",
    [
        {"from": "2026-10-09"},
        {"from": "10月1日"},
        {"work": ["2026-10-05"]},
        {"work": None},
        {"to": "2027-10-01"},
        {"name": None, "to": 7},
    ],
)
def test_a_malformed_year_is_refused(change):
    changed = content()
    changed["years"][-1]["holidays"][-1] |= change
    with pytest.raises(Refusal) as refused:
        calendar.from_json(changed)
    assert refused.value.code == "calendar.malformed"
