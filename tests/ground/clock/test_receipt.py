"""The effective day of an entry by both rules (C2), and the clock that starts on it (C3)."""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from tongban.ground import calendar
from tongban.ground.clock import ClockSpec, Limit, Step, effective_day, read
from tongban.ground.errors import Refusal

CALENDAR = calendar.load()
CLOSE = time(17, 30)


def at(day: date, hour: int, minute: int = 0, second: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, second, tzinfo=ZoneInfo("Asia/Shanghai"))


FRIDAY, SATURDAY, MONDAY = date(2026, 11, 20), date(2026, 11, 21), date(2026, 11, 23)


@pytest.mark.covers("NTC-04", "APR-01")
@pytest.mark.parametrize(
    ("moment", "as_received", "office_hours"),
    [
        (at(FRIDAY, 9), FRIDAY, FRIDAY),
        (at(FRIDAY, 0, 5), FRIDAY, FRIDAY),
        (at(FRIDAY, 17, 30), FRIDAY, FRIDAY),
        (at(FRIDAY, 17, 30, 1), FRIDAY, MONDAY),
        (at(FRIDAY, 23, 59), FRIDAY, MONDAY),
        (at(SATURDAY, 10), SATURDAY, MONDAY),
        (at(date(2026, 9, 20), 10), date(2026, 9, 20), date(2026, 9, 20)),
        (at(date(2026, 9, 30), 18), date(2026, 9, 30), date(2026, 10, 8)),
        (at(date(2026, 10, 3), 10), date(2026, 10, 3), date(2026, 10, 8)),
    ],
)
def test_an_entry_counts_from_its_day(moment, as_received, office_hours):
    assert effective_day(moment, "as_received", CLOSE, CALENDAR) == as_received
    assert effective_day(moment.astimezone(ZoneInfo("UTC")), "as_received", CLOSE, CALENDAR) == as_received
    assert effective_day(moment, "office_hours", CLOSE, CALENDAR) == office_hours


def test_another_rule_is_refused():
    with pytest.raises(Refusal) as refused:
        effective_day(at(FRIDAY, 9), "whenever", CLOSE, CALENDAR)
    assert refused.value.code == "clock.receipt_rule"


@pytest.mark.covers("NTC-04")
def test_a_local_notice_counts_the_effective_day_of_receipt():
    """Two working days, day zero counts: entered on a Saturday it is due on Tuesday by both rules."""
    spec = ClockSpec(Limit(2, "working_day", "本地一次性告知规则", counts_day_zero=True))
    for rule in ("as_received", "office_hours"):
        day = effective_day(at(SATURDAY, 10), rule, CLOSE, CALENDAR)
        assert read(spec, [Step("start", day)], CALENDAR).due == date(2026, 11, 24)
    friday = effective_day(at(FRIDAY, 18), "as_received", CLOSE, CALENDAR)
    assert read(spec, [Step("start", friday)], CALENDAR).due == MONDAY
