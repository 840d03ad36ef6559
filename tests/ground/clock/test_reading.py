"""Readings of whole histories beside the clock conventions: every edge once, on dates that a person can check.

Autumn 2026: Mid-autumn 25-27 September, National Day 1-7 October; Sunday 20 September and Saturday 10 October worked.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from tongban.ground import calendar
from tongban.ground.clock import ClockSpec, Limit, Reading, Step, read
from tongban.ground.errors import Refusal

CALENDAR = calendar.load()
LAW = "行政许可法第四十二条"
TWENTY = ClockSpec(Limit(20, "working_day", LAW), extension_max=10)


def d(month: int, day: int, year: int = 2026) -> date:
    return date(year, month, day)


def start(month: int, day: int) -> Step:
    return Step("start", d(month, day))


def stop(month: int, day: int) -> Step:
    return Step("stop", d(month, day))


def away(since: date, until: date | None, key: str = "a", kind: str = "testing") -> list[Step]:
    """One suspension."""
    steps = [Step("suspend", since, kind=kind, key=key, basis="行政许可法第四十五条")]
    return steps if until is None else [*steps, Step("resume", until, key=key)]


def extend(on: date, n: int) -> Step:
    return Step("extend", on, n=n, basis=LAW)


def clock(n: int, unit: str, *, day_zero: bool = False, rolls: bool = True, most: int | None = None) -> ClockSpec:
    return ClockSpec(Limit(n, unit, LAW, day_zero, rolls), most)


def of(spec: ClockSpec, *steps: Step) -> Reading:
    return read(spec, steps, CALENDAR)


CASES = [
    ("no step but the start", TWENTY, [start(9, 16)], d(10, 20)),
    ("a stop of two working days", TWENTY, [start(9, 16), *away(d(9, 21), d(9, 23))], d(10, 22)),
    ("begun on a day off: only the days after it", TWENTY, [start(9, 16), *away(d(9, 26), d(9, 28))], d(10, 21)),
    ("wholly in a holiday: costs nothing", TWENTY, [start(9, 16), *away(d(9, 30), d(10, 7))], d(10, 20)),
    ("stopped and resumed on one day", TWENTY, [start(9, 16), *away(d(9, 21), d(9, 21))], d(10, 20)),
    (
        "two that overlap are their union",
        TWENTY,
        [start(9, 16), *away(d(9, 17), d(9, 22)), *away(d(9, 21), d(9, 24), "b")],
        d(10, 28),
    ),
    (
        "one inside another counts once",
        TWENTY,
        [start(9, 16), *away(d(9, 17), d(9, 24)), *away(d(9, 21), d(9, 22), "b")],
        d(10, 28),
    ),
    (
        "resumed and stopped again on one day is one stop",
        TWENTY,
        [start(9, 16), *away(d(9, 17), d(9, 21)), *away(d(9, 21), d(9, 24), "b")],
        d(10, 28),
    ),
    ("after the expiry it changes nothing", TWENTY, [start(9, 16), *away(d(10, 21), d(10, 30))], d(10, 20)),
    ("after the expiry, never resumed", TWENTY, [start(9, 16), *away(d(10, 21), None)], d(10, 20)),
    ("on the last day: resumed on a working day", TWENTY, [start(9, 16), *away(d(10, 20), d(10, 22))], d(10, 22)),
    ("on the last day: resumed on a Saturday", TWENTY, [start(9, 16), *away(d(10, 20), d(10, 24))], d(10, 26)),
    (
        "on the last day, and on the new last day again",
        TWENTY,
        [start(9, 16), *away(d(10, 20), d(10, 22)), *away(d(10, 22), d(10, 27), "b")],
        d(10, 27),
    ),
    ("on the day before the last", TWENTY, [start(9, 16), *away(d(10, 19), d(10, 22))], d(10, 23)),
    ("stopped since before the start", TWENTY, [start(9, 16), *away(d(9, 10), d(9, 18))], d(10, 22)),
    ("an extension on the due day", TWENTY, [start(9, 16), extend(d(10, 20), 10)], d(11, 3)),
    ("an extension one day late", TWENTY, [start(9, 16), extend(d(10, 21), 10)], d(10, 20)),
    ("more than the ceiling: the ceiling", TWENTY, [start(9, 16), extend(d(10, 20), 15)], d(11, 3)),
    (
        "two extensions: the ceiling is for both",
        TWENTY,
        [start(9, 16), extend(d(10, 9), 6), extend(d(10, 12), 6)],
        d(11, 3),
    ),
    ("no ceiling, no extension", clock(20, "working_day"), [start(9, 16), extend(d(10, 9), 10)], d(10, 20)),
    (
        "during a stop, after the day it would have been due",
        TWENTY,
        [start(9, 16), *away(d(10, 19), d(11, 2)), extend(d(10, 28), 10)],
        d(11, 17),
    ),
    (
        "on the day of a resumption that is the last day",
        TWENTY,
        [start(9, 16), *away(d(10, 20), d(10, 22)), extend(d(10, 22), 10)],
        d(11, 5),
    ),
    (
        "a late stop cannot make room for an extension",
        TWENTY,
        [start(9, 16), *away(d(10, 21), d(11, 2)), extend(d(10, 28), 10)],
        d(10, 20),
    ),
    ("steps in any order", TWENTY, [extend(d(10, 20), 10), *away(d(9, 21), d(9, 23)), start(9, 16)], d(11, 5)),
    ("a second start is none", TWENTY, [start(9, 16), start(10, 9)], d(10, 20)),
    ("a resumption of nothing", TWENTY, [start(9, 16), Step("resume", d(9, 18), key="x")], d(10, 20)),
    ("day zero on a Friday", clock(2, "working_day", day_zero=True), [start(11, 20)], d(11, 23)),
    ("day zero on a Saturday: the Monday", clock(2, "working_day", day_zero=True), [start(11, 21)], d(11, 24)),
    ("day zero on a worked Sunday", clock(2, "working_day", day_zero=True), [start(9, 20)], d(9, 21)),
    ("day zero, one day", clock(1, "working_day", day_zero=True), [start(11, 20)], d(11, 20)),
    (
        "day zero, one day, stopped on it",
        clock(1, "working_day", day_zero=True),
        [start(11, 20), *away(d(11, 20), d(11, 28))],
        d(11, 30),
    ),
    (
        "day zero inside a stop does not count",
        clock(2, "working_day", day_zero=True),
        [start(11, 20), *away(d(11, 18), d(11, 20))],
        d(11, 24),
    ),
    ("on the spot", clock(0, "at_once"), [start(11, 21)], d(11, 21)),
    ("on the spot, stopped the same day", clock(0, "at_once"), [start(11, 21), *away(d(11, 21), d(11, 22))], d(11, 23)),
    ("calendar days roll once", clock(30, "calendar_day", most=30), [start(9, 2)], d(10, 8)),
    ("calendar days extended: rolled once at the end", clock(60, "calendar_day", most=30), [start(9, 2)], d(11, 2)),
    (
        "the roll of the first period adds nothing to the second",
        clock(60, "calendar_day", most=30),
        [start(9, 2), extend(d(11, 2), 30)],
        d(12, 1),
    ),
    (
        "a stop on calendar days costs every day of it",
        clock(10, "calendar_day"),
        [start(9, 2), *away(d(9, 4), d(9, 9))],
        d(9, 17),
    ),
    (
        "stopped while the last day rolls",
        clock(30, "calendar_day"),
        [start(9, 2), *away(d(10, 5), d(10, 13))],
        d(10, 13),
    ),
    (
        "stopped and resumed while it rolls",
        clock(30, "calendar_day"),
        [start(9, 2), *away(d(10, 3), d(10, 5))],
        d(10, 8),
    ),
    (
        "without a roll it is expired on the holiday",
        clock(30, "calendar_day", rolls=False),
        [start(9, 2), *away(d(10, 5), d(10, 13))],
        d(10, 2),
    ),
    ("a month with a stop", clock(2, "month"), [start(9, 2), *away(d(9, 10), d(9, 20))], d(11, 12)),
    ("a month extended by months", clock(1, "month", most=1), [start(9, 30), extend(d(10, 30), 1)], d(11, 30)),
    ("a year with a stop", clock(1, "year"), [start(1, 5), *away(d(2, 1), d(2, 11))], d(1, 15, 2027)),
    ("done in time keeps its day", TWENTY, [start(9, 16), stop(9, 28)], d(10, 20)),
    ("what comes after the end counts no more", TWENTY, [start(9, 16), stop(9, 28), *away(d(9, 29), None)], d(10, 20)),
]


@pytest.mark.covers("APR-01", "APR-02", "APR-19")
@pytest.mark.parametrize(("what", "spec", "steps", "due"), CASES, ids=[case[0] for case in CASES])
def test_a_history_is_read_like_the_law(what, spec, steps, due):
    found = of(spec, *steps)
    assert found.due == due
    assert found.due_at == datetime.combine(due, datetime.min.time(), UTC) + timedelta(hours=16, microseconds=-1)
    begun = next(step.on for step in steps if step.do == "start")
    assert begun + timedelta(days=sum(line.delta for line in found.lines)) == due


@pytest.mark.covers("APR-19")
def test_a_clock_that_stands_has_no_due_day_and_keeps_what_is_left():
    found = of(TWENTY, start(9, 16), *away(d(9, 24), None))
    assert (found.state, found.due, found.due_at, found.left) == ("stopped", None, None, 13)
    assert found.lines[-1].date == d(9, 24)
    assert found.lines[-1].words == "现在停计，还剩 13 个工作日"
    assert of(TWENTY, start(9, 16), *away(d(10, 20), None)).left == 0
    assert of(TWENTY, start(9, 16), *away(d(9, 24), None), extend(d(11, 30), 10)).left == 23
    assert of(clock(2, "month"), start(9, 2), *away(d(9, 12), None)).left == 51


def test_an_open_stop_outlasts_a_closed_one_inside_it():
    found = of(TWENTY, start(9, 16), *away(d(9, 18), None), *away(d(9, 21), d(9, 23), "b"))
    assert (found.state, found.left) == ("stopped", 18)
    touching = of(TWENTY, start(9, 16), *away(d(9, 18), d(9, 21)), *away(d(9, 21), None, "b"))
    assert touching.left == 18


def test_an_ended_clock_says_whether_it_was_late():
    assert not of(TWENTY, start(9, 16), stop(10, 20)).late
    late = of(TWENTY, start(9, 16), stop(10, 21))
    assert (late.state, late.due, late.late) == ("done", d(10, 20), True)
    stopped = of(TWENTY, start(9, 16), *away(d(9, 24), None), stop(12, 1))
    assert (stopped.state, stopped.due, stopped.left, stopped.late) == ("done", None, 13, False)


def test_a_clock_without_a_start_is_refused():
    for steps in ([], [stop(9, 16)], away(d(9, 1), d(9, 2))):
        with pytest.raises(Refusal) as refused:
            of(TWENTY, *steps)
        assert refused.value.code == "clock.steps"


def test_the_explanation_tells_stops_and_extensions_with_their_basis():
    found = of(TWENTY, start(9, 16), *away(d(9, 23), d(9, 29)), *away(d(9, 28), d(9, 30), "b", "hearing"))
    assert [(line.words, line.delta) for line in found.lines] == [
        ("起算当日不计，从次日开始", 0),
        ("数到第 6 个工作日，其间周末 1 天不计，9月20日调休上班要计", 7),
        ("检测停计：9月23日停、9月29日恢复，6 天不计，其中工作日 3 天", 6),
        ("听证停计：9月28日停、9月30日恢复，1 天不计，其中工作日 1 天，重叠的不重复计", 1),
        ("国庆节 7 天不计", 7),
        ("数到第 20 个工作日，其间周末 5 天不计，10月10日调休上班要计", 19),
        ("满 20 个工作日，期限届满", 0),
    ]
    assert found.lines[2].basis == "行政许可法第四十五条"
    extended = of(TWENTY, start(9, 16), extend(d(10, 20), 15))
    assert [line.words for line in extended.lines][-4:] == [
        "满 20 个工作日，原期限届满",
        "10月20日决定延长 15 个工作日，接着计；合计超过上限，只计 10 个工作日",
        "数到第 30 个工作日，其间周末 4 天不计",
        "满 30 个工作日，期限届满",
    ]


@pytest.mark.parametrize(
    ("steps", "words"),
    [
        (away(d(10, 21), d(10, 30)), "10月21日检测停计时期限已经届满，不影响到期日"),
        (away(d(9, 21), d(9, 21)), "9月21日检测停计当日恢复，不影响到期日"),
        ([extend(d(10, 21), 3)], "10月21日决定延长 3 个工作日，当时期限已经届满，不影响到期日"),
    ],
)
def test_what_has_no_effect_is_told_too(steps, words):
    assert of(TWENTY, start(9, 16), *steps).lines[-1].words == words


def test_a_stop_over_the_last_day_is_told():
    words = [line.words for line in of(TWENTY, start(9, 16), *away(d(10, 20), d(10, 24))).lines]
    assert words[-3:] == [
        "检测停计：10月20日停、10月24日恢复，4 天不计，其中工作日 3 天",
        "停计时期限还没有过完，恢复当日为最后一日",
        "最后一日是周末，顺延到下一个工作日",
    ]


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """Shanghai time in October 2026."""
    return datetime(2026, 10, day, hour, minute, tzinfo=UTC) - timedelta(hours=8)


def test_hours_run_day_and_night_and_stand_from_moment_to_moment():
    spec = clock(24, "hour", most=2)
    steps = [Step("start", d(10, 1), at(1, 22))]
    assert of(spec, *steps).due_at == at(2, 22)
    steps += [Step("suspend", d(10, 2), at(2, 8), key="a", kind="appraisal")]
    stopped = of(spec, *steps)
    assert (stopped.state, stopped.due, stopped.left) == ("stopped", None, 14)
    steps += [Step("resume", d(10, 3), at(3, 9, 30), key="a")]
    assert of(spec, *steps).due_at == at(3, 23, 30)
    assert of(spec, *steps, Step("extend", d(10, 3), at(3, 23, 30), n=5)).due_at == at(4, 1, 30)
    assert of(spec, *steps, Step("extend", d(10, 3), at(3, 23, 31), n=5)).due_at == at(3, 23, 30)
    assert of(spec, *steps, Step("stop", d(10, 3), at(3, 23, 31))).late
    with pytest.raises(Refusal) as refused:
        of(spec, start(10, 1))
    assert refused.value.code == "clock.needs_moment"


def test_the_explanation_of_hours_names_the_moments():
    steps = [
        Step("start", d(10, 1), at(1, 22)),
        Step("suspend", d(10, 2), at(2, 8), key="a", kind="appraisal"),
        Step("resume", d(10, 3), at(3, 9, 30), key="a"),
    ]
    assert [(line.words, line.delta) for line in of(clock(24, "hour"), *steps).lines] == [
        ("自 2026年10月1日22:00 起连续计算，昼夜和节假日都计", 0),
        ("计到 2026年10月2日08:00", 1),
        ("鉴定停计：2026年10月2日08:00 停、2026年10月3日09:30 恢复，其间不计", 1),
        ("满 24 小时，到 2026年10月3日23:30 届满", 0),
    ]


@pytest.mark.covers("APR-01")
@pytest.mark.parametrize(
    ("start_on", "n", "due", "what"),
    [
        (d(2, 10), 10, d(3, 2), "Spring Festival 15-23 February, worked on Saturdays the 14th and the 28th"),
        (d(2, 13), 1, d(2, 14), "the worked Saturday before Spring Festival"),
        (d(2, 14), 1, d(2, 24), "the first day after it"),
        (d(2, 27), 1, d(2, 28), "the worked Saturday after it"),
        (d(9, 18), 1, d(9, 20), "the worked Sunday before National Day"),
        (d(9, 30), 2, d(10, 9), "National Day"),
        (d(10, 9), 1, d(10, 10), "the worked Saturday after it"),
    ],
)
def test_long_holidays_and_their_make_up_days(start_on, n, due, what):
    assert of(clock(n, "working_day"), Step("start", start_on)).due == due, what


@pytest.mark.covers("APR-01")
def test_forty_five_days_into_a_year_without_a_notice_are_provisional():
    found = of(clock(45, "working_day"), start(11, 20))
    assert found.due == d(1, 25, 2027)
    assert found.provisional
    assert any("2027 年放假通知尚未公布" in line.basis for line in found.lines)
    assert not of(clock(20, "working_day"), start(11, 20)).provisional


def test_only_the_roll_makes_a_calendar_period_provisional():
    assert of(clock(6, "month"), start(9, 2)).provisional
    assert not of(clock(6, "month", rolls=False), start(9, 2)).provisional
    assert not of(clock(48, "hour"), Step("start", d(12, 31), datetime(2026, 12, 31, tzinfo=UTC))).provisional


def test_a_step_and_its_plain_data_are_the_same():
    step = Step("suspend", d(9, 1), at(1, 2), "testing", "a", 0, "依据")
    assert Step.from_json(step.to_json()) == step
    assert Step.from_json(start(9, 1).to_json()) == start(9, 1)


@pytest.mark.covers("APR-19")
def test_delivery_stands_while_the_applicant_has_the_next_step():
    """C16: 10 working days from the decision; a deferral is open, then from "ready" to the collection."""
    ten = ClockSpec(Limit(10, "working_day", "行政许可法第四十四条"))
    decided = start(11, 2)
    assert of(ten, decided).due == d(11, 16)
    deferral = away(d(11, 4), d(11, 9), "deferral", "awaiting_applicant")
    assert of(ten, decided, *deferral).due == d(11, 19)
    ready = away(d(11, 10), None, "pickup", "awaiting_applicant")
    waiting = of(ten, decided, *deferral, *ready)
    assert (waiting.state, waiting.left) == ("stopped", 7)
    assert "等申请人停计" in waiting.lines[-2].words
    collected = of(ten, decided, *deferral, *ready, Step("resume", d(12, 10), key="pickup"), stop(12, 10))
    assert (collected.due, collected.late) == (d(12, 21), False)
    mended = of(ten, decided, *away(d(11, 17), d(12, 10), "pickup", "awaiting_applicant"), stop(12, 10))
    assert (mended.due, mended.late) == (d(11, 16), True), "a notice after the due day mends nothing"
