"""Every period of the reference table, beside its article, on dates that were counted by hand."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime

import pytest

from tests.ground.clock.deadlines import DEADLINES, NO_CLOCK, Deadline
from tongban.ground import calendar
from tongban.ground.clock import ClockSpec, Limit, Reading, Step, latest_day, read

CALENDAR = calendar.load()
HALF_PAST_TEN = datetime(2026, 9, 30, 14, 30, tzinfo=UTC)
UNITS = {
    "工作日": "working_day",
    "日": "calendar_day",
    "月": "month",
    "年": "year",
    "小时": "hour",
    "分钟": "minute",
    "即时": "at_once",
}


def limit(row: Deadline) -> Limit:
    return Limit(row.n, row.unit, row.article, row.counts_day_zero)


def count(row: Deadline, *later: Step) -> Reading:
    if row.unit in ("hour", "minute"):
        start = Step("start", date(2026, 9, 30), HALF_PAST_TEN)
    else:
        start = Step("start", date(2026, 9, 16 if row.unit in ("working_day", "at_once") else 2))
    return read(ClockSpec(limit(row), row.extension or None), [start, *later], CALENDAR)


@pytest.mark.covers("APR-01", "APR-02", "NTC-04")
@pytest.mark.parametrize("row", [row for row in DEADLINES if not row.backward], ids=lambda row: row.code)
def test_a_period_ends_on_the_day_that_was_counted_by_hand(row):
    found = count(row)
    assert found.due == row.due
    assert any(line.basis == row.article for line in found.lines)


@pytest.mark.covers("APR-19")
@pytest.mark.parametrize("row", [row for row in DEADLINES if row.extension], ids=lambda row: row.code)
def test_an_extension_on_the_due_day_counts_and_one_day_later_does_not(row):
    assert row.due is not None
    for n in (row.extension, row.extension + 5):
        assert count(row, Step("extend", row.due, n=n)).due == row.extended, "the ceiling holds"
    late = date.fromordinal(row.due.toordinal() + 1)
    assert count(row, Step("extend", late, n=row.extension)).due == row.due


@pytest.mark.parametrize("row", [row for row in DEADLINES if row.backward], ids=lambda row: row.code)
def test_a_period_before_an_event_is_counted_back(row):
    found = latest_day(date(2026, 10, 20), limit(row), CALENDAR)
    assert found.due == row.due
    assert sum(line.delta for line in found.lines) == (found.due - date(2026, 10, 20)).days


def test_hours_and_minutes_end_at_their_moment():
    due = {row.code: count(row).due_at for row in DEADLINES if row.unit in ("hour", "minute")}
    assert due == {
        "HL-URGENT": datetime(2026, 9, 30, 16, 30, tzinfo=UTC),
        "HL-UTILITY": datetime(2026, 10, 1, 14, 30, tzinfo=UTC),
        "HL-GB-MAIL": datetime(2026, 10, 1, 14, 30, tzinfo=UTC),
        "HL-GB-SMS": datetime(2026, 9, 30, 14, 33, tzinfo=UTC),
    }


@pytest.mark.needs_shared
def test_our_copy_of_the_facts_is_the_reference_table(shared):
    with (shared / "reference" / "data" / "deadlines.csv").open(encoding="utf-8-sig") as file:
        rows = {row["code"]: row for row in csv.DictReader(file)}
    ours = {row.code: row for row in DEADLINES}
    assert rows.keys() == ours.keys() | NO_CLOCK.keys()
    assert not ours.keys() & NO_CLOCK.keys()
    for code, row in ours.items():
        fact = rows[code]
        assert (int(fact["days"]), UNITS[fact["unit"]]) == (row.n, row.unit), code
        assert int(fact["extension"] or 0) == row.extension, code
        assert not row.extension or UNITS[fact["extension_unit"]] == row.unit, code
        assert fact["source"].startswith(row.article), code
        assert (fact["check"].startswith("checked") and "二手" not in fact["check"]) == row.proven, code
        assert ("提前" in fact["event"] or "期间提出" in fact["event"]) == row.backward, code
