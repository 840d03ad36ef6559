"""Warnings and cards (C11), by a dated rule, for now and for any past moment."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ground.clock import histories
from tongban.ground import calendar
from tongban.ground.clock import ClockSpec, Limit, Step, read
from tongban.ground.errors import Refusal
from tongban.procedures.work.cards import LEVELS, CardRule, Moments, card, from_json, moments, rule_of, shipped

CALENDAR = calendar.load()
RULE = rule_of(date(2026, 11, 1))
SHANGHAI = ZoneInfo("Asia/Shanghai")
START = date(2026, 11, 2)
DUE = date(2026, 11, 9)
FIVE = Limit(5, "working_day", "依据")
KINDS = (*RULE.levels["yellow"], *RULE.levels["red"], "correction", "deferral", "hearing_apply", "rectification")


def at(month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=SHANGHAI)


def alarms(kind: str, *steps: Step, limit: Limit = FIVE, start: date = START) -> tuple[str, Moments]:
    told = read(ClockSpec(limit), [Step("start", start), *steps], CALENDAR)
    return told.state, moments(RULE, kind, told, CALENDAR)


def level(kind: str, when: datetime, *steps: Step, ended: datetime | None = None, limit: Limit = FIVE) -> str:
    state, found = alarms(kind, *steps, limit=limit)
    return card(RULE, [(kind, state, found, ended)], [], when)


@pytest.mark.covers("EFF-01", "APR-01")
@pytest.mark.parametrize("kind", ["promised", "statutory"])
def test_the_last_working_day_warns_and_the_next_day_gives_a_card(kind):
    overdue = "red" if kind == "statutory" else "yellow"
    assert level(kind, at(11, 8, 23, 59)) == "none"
    assert level(kind, at(11, 9)) == "warning"
    assert level(kind, at(11, 9, 23, 59)) == "warning"
    assert level(kind, at(11, 10)) == overdue


@pytest.mark.covers("EFF-01")
@pytest.mark.parametrize(
    ("kind", "overdue"),
    [
        ("acceptance", "yellow"),
        ("notice", "yellow"),
        ("step", "yellow"),
        ("special", "yellow"),
        ("delivery", "yellow"),
        ("hearing_hold", "yellow"),
        ("dispute", "yellow"),
        ("commitment_check", "yellow"),
        ("joint", "red"),
        ("correction", "none"),
        ("deferral", "none"),
        ("supplement", "none"),
        ("rectification", "none"),
        ("hearing_apply", "none"),
    ],
)
def test_every_other_clock_gives_its_card_without_a_warning(kind, overdue):
    assert level(kind, at(11, 9, 12)) == "none"
    assert level(kind, at(11, 10)) == overdue


def test_a_limit_that_ends_on_a_day_off_warns_from_the_last_working_day():
    limit = Limit(6, "calendar_day", roll_forward=False)
    _state, found = alarms("promised", limit=limit)
    assert found == Moments(at(11, 6), at(11, 9), None)
    assert level("promised", at(11, 8, 12), limit=limit) == "warning"
    on_a_sunday = alarms("promised", limit=Limit(0, "working_day"), start=date(2026, 11, 8))[1]
    assert on_a_sunday.warn_at is None, "the last working day lies before the start"


def test_hours_and_what_is_on_the_spot_have_no_warning():
    start = Step("start", START, at(11, 2, 9))
    told = read(ClockSpec(Limit(2, "hour")), [start], CALENDAR)
    assert moments(RULE, "promised", told, CALENDAR) == Moments(None, at(11, 2, 11) + timedelta(microseconds=1), None)
    assert alarms("promised", limit=Limit(0, "at_once"))[1] == Moments(None, at(11, 3), None)


@pytest.mark.covers("EFF-01", "APR-19")
def test_a_stopped_clock_adds_none_but_a_broken_local_limit_stays():
    away = Step("suspend", date(2026, 11, 4), kind="testing", key="a")
    assert level("statutory", at(12, 24), away) == "none"
    notice = ("notice", *alarms("notice", Step("stop", date(2026, 11, 10))), at(11, 10, 15))
    statutory = ("statutory", *alarms("statutory", away), None)
    assert card(RULE, [statutory, notice], [], at(12, 24)) == "yellow"


@pytest.mark.covers("EFF-01")
def test_a_finished_clock_keeps_its_card_and_never_warns():
    in_time, late = Step("stop", DUE), Step("stop", date(2026, 11, 10))
    assert level("statutory", at(11, 9, 18), in_time, ended=at(11, 9, 17)) == "none"
    assert level("statutory", at(12, 24), in_time, ended=at(11, 9, 17)) == "none"
    assert level("statutory", at(12, 24), late, ended=at(11, 10, 9)) == "red"
    assert level("promised", at(12, 24), late, ended=at(11, 10, 9)) == "yellow"


def test_learnt_late_is_no_card():
    """C17: the act happened in time and was recorded after the due day."""
    assert level("statutory", at(12, 24), Step("stop", DUE), ended=at(11, 20, 9)) == "none"


@pytest.mark.covers("EFF-01")
def test_the_highest_wins_and_listed_violations_count():
    promised = ("promised", *alarms("promised"), None)
    joint = ("joint", *alarms("joint"), None)
    assert card(RULE, [promised], [], at(11, 10)) == "yellow"
    assert card(RULE, [promised, joint], [], at(11, 10)) == "red"
    assert card(RULE, [promised], ["seal_without_case"], at(11, 3)) == "red"
    assert card(RULE, [promised], ["second_notice_new_demand"], at(11, 9)) == "yellow"
    assert card(RULE, [promised], ["data_late", "not_listed"], at(11, 3)) == "none"
    assert card(RULE, [], [], at(11, 3)) == "none"


@given(st.randoms(use_true_random=False), st.sampled_from(KINDS), st.integers(-5, 90), st.integers(0, 60))
def test_time_alone_never_lowers_a_card(random: Random, kind: str, hours: int, later: int):
    """Of a running clock: none, then a warning, then a card that stays."""
    spec, steps = histories.days(random)
    told = read(spec, steps, CALENDAR)
    found = moments(RULE, kind, told, CALENDAR)
    start = datetime.combine(next(step.on for step in steps if step.do == "start"), datetime.min.time(), SHANGHAI)
    first = start + timedelta(days=hours)
    levels = [
        card(RULE, [(kind, told.state, found, None)], [], when) for when in (first, first + timedelta(days=later))
    ]
    assert LEVELS.index(levels[0]) <= LEVELS.index(levels[1])
    if told.state == "stopped":
        assert levels == ["none", "none"]
    if told.due is not None and told.state == "running" and found != Moments():
        overdue = told.due_at + timedelta(microseconds=1)
        assert overdue in (found.yellow_at, found.red_at)
        assert found.warn_at is None or start <= found.warn_at < overdue


def test_the_rule_of_the_day_counts():
    old = CardRule("old", date(2020, 1, 1), {"yellow": (), "red": ("promised",)}, ("promised",))
    rules = (old, replace(RULE, valid_from=date(2026, 1, 1)))
    assert rule_of(date(2025, 12, 31), rules).version == "old"
    assert rule_of(date(2026, 1, 1), rules).version == RULE.version
    told = read(ClockSpec(FIVE), [Step("start", START)], CALENDAR)
    assert moments(old, "promised", told, CALENDAR).red_at == at(11, 10)
    with pytest.raises(Refusal) as refused:
        rule_of(date(2019, 12, 31), rules)
    assert refused.value.code == "cards.no_rule"


def test_the_shipped_rule_is_what_the_conventions_say():
    (rule,) = shipped()
    assert rule.warns == ("statutory", "promised")
    assert rule.levels["red"] == ("statutory", "joint")
    assert not set(rule.levels["yellow"]) & {"correction", "deferral", "hearing_apply", "rectification", "supplement"}
    assert set(rule.violations.values()) == {"yellow", "red"}


def one(**changes):
    rule = {"version": "1", "valid_from": "2026-01-01", "levels": {"red": ["joint"]}, "warns": [], "violations": {}}
    return rule | changes


@pytest.mark.parametrize(
    "content",
    [
        [],
        [one(), one(version="2")],
        [one(valid_from="soon")],
        [one(levels={"orange": ["joint"]})],
        [one(violations={"x": "warning"})],
        [one(warns=None)],
        [{}],
        [3],
    ],
)
def test_a_rule_that_cannot_be_read_is_refused(content):
    with pytest.raises(Refusal) as refused:
        from_json(content)
    assert refused.value.code == "cards.malformed"


@pytest.mark.covers("EFF-01", "APR-19")
def test_where_silence_accepts_the_end_of_the_acceptance_clock_is_no_card():
    """C7: in licensing the law answers; outside it the published limit is broken, which is yellow."""
    for steps in ([], [Step("stop", date(2026, 11, 10))]):
        told = read(ClockSpec(FIVE, deems=True), [Step("start", START), *steps], CALENDAR)
        assert moments(RULE, "acceptance", told, CALENDAR) == Moments()
        told = read(ClockSpec(FIVE), [Step("start", START), *steps], CALENDAR)
        assert moments(RULE, "acceptance", told, CALENDAR).yellow_at == at(11, 10)
