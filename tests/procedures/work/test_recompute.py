"""Open clocks follow the calendar; concluded ones keep theirs."""

from __future__ import annotations

import copy
import random
import uuid
from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from tests.ground.calendars import files
from tests.procedures.work.rows import KIND, a_clock, a_subject, at
from tongban.ground import calendar, moment
from tongban.ground.calendars import selectors as calendars
from tongban.ground.calendars import services
from tongban.ground.calendars.models import CalendarVersion
from tongban.ground.calendars.services import ClosureDraft
from tongban.ground.clock import Step
from tongban.ground.ledger.selectors import events_of
from tongban.ground.policy import Principal
from tongban.procedures.work import recompute
from tongban.procedures.work.cards import rule_of
from tongban.procedures.work.clocks import columns
from tongban.procedures.work.models import ClockRow, DueMove

pytestmark = [pytest.mark.django_db, pytest.mark.covers("APR-01", "EFF-02")]
NEW_YEAR = date(2027, 1, 20)
MANAGER = Principal(
    kind="staff", staff_id=uuid.UUID(int=7), roles=frozenset({"hall_manager"}), region_no=1000, region_end_no=1999
)
TYPHOON = ClosureDraft(
    1300,
    1399,
    "南渡县",
    date(2026, 12, 8),
    date(2026, 12, 9),
    "typhoon",
    "day_off",
    "南政令〔2026〕3号",
    "台风红色预警",
)


@pytest.fixture(autouse=True)
def _fresh(db: None) -> Iterator[None]:
    calendars.forget()
    ClockRow.objects.all().update(state="done")
    with moment.at(at(date(2026, 12, 1))):
        yield
    calendars.forget()


@pytest.fixture
def told(monkeypatch) -> list[tuple]:
    found: list[tuple] = []
    monkeypatch.setitem(recompute._tellers, KIND, lambda *what: found.append(what))
    return found


def import_2027() -> None:
    services.import_calendar(files.own(), source="2027.json")


def again(clock: ClockRow) -> ClockRow:
    clock.refresh_from_db()
    return clock


def test_an_open_clock_over_spring_festival_moves_when_the_notice_is_known():
    clock = a_clock(a_subject(), "statutory", NEW_YEAR, 20)
    assert clock.provisional
    import_2027()
    found = recompute.recompute()
    assert (found.clocks, found.changed, found.moved, found.left) == (1, 1, 1, 0)
    moved = again(clock)
    assert not moved.provisional
    assert moved.due_on == date(2027, 2, 23)
    assert moved.calendar_version == calendars.current().version
    assert moved.due_on > date(2027, 2, 17)
    assert moved.next_at == at(moved.due_on, 0)


def test_a_concluded_clock_keeps_its_day_and_the_version_it_was_computed_with():
    clock = a_clock(a_subject(), "statutory", NEW_YEAR, 20, Step("stop", date(2027, 2, 1)))
    before = (clock.due_on, clock.calendar_version, clock.provisional)
    import_2027()
    assert recompute.recompute().changed == 0
    kept = again(clock)
    assert (kept.due_on, kept.calendar_version, kept.provisional) == before
    read = columns(kept.kind, kept.history, calendars.version_of(kept.calendar_version), rule_of(NEW_YEAR))
    assert (read.due_on, read.provisional) == (kept.due_on, kept.provisional)


@pytest.mark.slow
def test_every_row_is_what_its_history_says_under_the_new_calendar():
    chance = random.Random(7)
    made = []
    for number in range(120):
        start = date(2026, 10, 1) + timedelta(days=chance.randint(0, 120))
        steps = []
        if number % 3 == 0:
            away = start + timedelta(days=chance.randint(0, 6))
            steps.append(Step("suspend", away, kind="hearing", key="h", basis="第四十五条"))
            if number % 2:
                steps.append(Step("resume", away + timedelta(days=chance.randint(0, 30)), key="h"))
        kind = chance.choice(("statutory", "promised", "step", "acceptance", "correction"))
        unit = chance.choice(("working_day", "calendar_day", "month"))
        limit = chance.randint(1, 3 if unit == "month" else 40)
        made.append(a_clock(a_subject(), kind, start, limit, *steps, unit=unit, region_no=chance.choice((1100, 1300))))
    services.decide_closure(MANAGER, TYPHOON)
    import_2027()
    found = recompute.recompute()
    assert found.clocks == 120
    assert 20 < found.changed < 120
    rule = rule_of(moment.today())
    for clock in made:
        row = again(clock)
        expected = columns(row.kind, row.history, calendars.calendar_of(row.region_no), rule)
        said = [name for name in expected.__slots__ if name != "calendar_version"]
        assert [getattr(row, name) for name in said] == [getattr(expected, name) for name in said]
        kept = columns(row.kind, row.history, calendars.version_of(row.calendar_version), rule)
        assert [getattr(kept, name) for name in said] == [getattr(expected, name) for name in said]


def test_a_second_run_finds_nothing_and_tells_nobody(told):
    a_clock(a_subject(), "statutory", NEW_YEAR, 20)
    import_2027()
    first = recompute.recompute()
    assert (first.changed, first.told) == (1, 1)
    second = recompute.recompute()
    assert (second.clocks, second.changed, second.moved, second.told) == (1, 0, 0, 0)
    assert len(told) == 1
    assert not DueMove.objects.exists()
    newest = CalendarVersion.objects.order_by("-number").first()
    kinds = [event.kind for event in events_of("calendar", newest.id)]
    assert kinds == ["calendar.imported", "calendar.recomputed"]
    assert events_of("calendar", newest.id)[1].body == {
        "calendar": newest.name, "clocks": 1, "changed": 1, "moved": 1, "told": 1,
    }  # fmt: skip


@pytest.mark.slow
def test_a_run_that_was_cut_off_goes_on_where_it_stopped(monkeypatch, told):
    clocks = [a_clock(a_subject(), "statutory", NEW_YEAR, 20) for _ in range(400)]
    import_2027()
    monkeypatch.setattr(recompute, "PAGES", 1)
    real, done = recompute._Run._chunk, [0]

    def cut_off(run: recompute._Run, *pages: str) -> int:
        if run.changed > 50:
            raise KeyboardInterrupt
        left = real(run, *pages)
        done.append(run.changed)
        return left

    with monkeypatch.context() as first, pytest.raises(KeyboardInterrupt):
        first.setattr(recompute._Run, "_chunk", cut_off)
        recompute.recompute()
    assert 50 < done[-1] < 400
    rest = recompute.recompute()
    assert (rest.clocks, rest.changed) == (400, 400 - done[-1])
    assert {again(clock).due_on for clock in clocks} == {date(2027, 2, 23)}
    assert rest.told == len(told) == 400


def test_a_closure_of_one_county_leaves_the_clocks_of_another_untouched():
    start = date(2026, 12, 1)
    here = a_clock(a_subject(), "statutory", start, 10, region_no=1301)
    there = a_clock(a_subject(), "statutory", start, 10, region_no=1100)
    services.decide_closure(MANAGER, TYPHOON)
    before = ClockRow.objects.filter(id=there.id).values().get()
    assert recompute.recompute().changed == 1
    assert ClockRow.objects.filter(id=there.id).values().get() == before
    assert (here.due_on, again(here).due_on) == (date(2026, 12, 15), date(2026, 12, 17))
    assert calendars.version_of(here.calendar_version).is_working_day(date(2026, 12, 8)) is False


def test_a_revoked_closure_gives_the_days_back():
    here = a_clock(a_subject(), "statutory", date(2026, 12, 1), 10, region_no=1301)
    closure = services.decide_closure(MANAGER, TYPHOON)
    recompute.recompute()
    services.revoke_closure(MANAGER, closure.id, basis="南政令〔2026〕4号")
    recompute.recompute()
    assert again(here).due_on == date(2026, 12, 15)


def test_who_has_a_stake_is_told_once_of_the_day_that_binds(told):
    both, behind = a_subject(), a_subject()
    promised = a_clock(both, "promised", NEW_YEAR, 15)
    a_clock(both, "statutory", NEW_YEAR, 20)
    a_clock(behind, "promised", NEW_YEAR, 3)
    a_clock(behind, "statutory", NEW_YEAR, 20)
    a_clock(a_subject(), "step", NEW_YEAR, 15)
    old = promised.due_on
    import_2027()
    found = recompute.recompute()
    assert (found.moved, found.told) == (3, 1)
    ((subject_id, before, after, version),) = told
    assert (subject_id, before, after, version) == (both, old, again(promised).due_on, calendars.current().version)
    assert before != after


def test_who_could_not_be_told_holds_up_nobody_and_is_told_by_the_next_run(monkeypatch, caplog):
    subjects = sorted(a_subject() for _ in range(5))
    for subject in subjects:
        a_clock(subject, "promised", NEW_YEAR, 15)
    trouble, told = [True], []

    def tell(subject_id: uuid.UUID, *_: object) -> None:
        if subject_id == subjects[1] and trouble:
            raise ValueError("张三")
        told.append(subject_id)

    monkeypatch.setitem(recompute._tellers, KIND, tell)
    monkeypatch.setattr(recompute, "TELL_AT_ONCE", 2)
    import_2027()
    assert recompute.recompute().told == 4
    assert "张三" not in caplog.text
    assert [move.subject_id for move in DueMove.objects.all()] == [subjects[1]]
    trouble.clear()
    assert recompute.recompute().told == 1
    assert sorted(told) == subjects


def test_a_warning_that_is_no_longer_true_may_be_told_again():
    clock = a_clock(a_subject(), "statutory", date(2026, 11, 24), 10, told="warning")
    assert clock.due_on == date(2026, 12, 8)
    with moment.at(at(date(2026, 12, 8))):
        services.decide_closure(MANAGER, TYPHOON)
        recompute.recompute()
    moved = again(clock)
    assert (moved.due_on, moved.told, moved.next_at) == (date(2026, 12, 10), "", at(date(2026, 12, 10), 0))


def test_a_card_that_was_told_and_still_holds_is_kept():
    clock = a_clock(a_subject(), "statutory", date(2026, 11, 2), 5, told="red")
    services.decide_closure(MANAGER, TYPHOON)
    recompute.recompute()
    assert again(clock).told == "red"


def test_equal_histories_are_read_once(monkeypatch):
    for _ in range(20):
        a_clock(a_subject(), "statutory", NEW_YEAR, 20)
    a_clock(a_subject(), "statutory", NEW_YEAR, 19)
    reads = []
    real = recompute.columns
    monkeypatch.setattr(recompute, "columns", lambda *what: reads.append(1) or real(*what))
    import_2027()
    assert recompute.recompute().changed == 21
    assert len(reads) == 2


def test_a_confirmed_year_that_is_replaced_moves_its_clocks(told):
    clock = a_clock(a_subject(), "promised", date(2026, 9, 17), 1)
    assert clock.due_on == date(2026, 9, 18)
    clock = a_clock(a_subject(), "promised", date(2026, 9, 18), 1)
    assert clock.due_on == date(2026, 9, 20)
    year = copy.deepcopy(next(year for year in calendar.shipped()["years"] if year["year"] == 2026))
    year["holidays"][-1]["work"] = ["2026-10-10"]
    services.import_calendar(files.as_bytes({"years": [year]}), source="x", replace=True)
    recompute.recompute()
    assert again(clock).due_on == date(2026, 9, 21)
    assert len(told) == 1
