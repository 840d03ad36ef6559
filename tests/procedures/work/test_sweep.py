"""Time acts by itself: once, in order, and one clock's trouble is not another's."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest

from tests.procedures.work.rows import KIND, a_clock, a_subject, at, clock_events
from tongban.ground import moment
from tongban.ground.clock import Step
from tongban.ground.errors import Refusal
from tongban.ground.ledger.chain import SYSTEM, EventDraft
from tongban.ground.ledger.services import append
from tongban.ground.ledger.subjects import SubjectRef
from tongban.procedures.work import sweep
from tongban.procedures.work.models import ClockRow

pytestmark = [pytest.mark.django_db, pytest.mark.covers("EFF-01", "APR-01")]
MONDAY = date(2026, 6, 1)
LAST, AFTER = date(2026, 6, 5), date(2026, 6, 6)  # four working days from Monday end on Friday


@pytest.fixture(autouse=True)
def _own_reactions() -> Iterator[None]:
    kept = {key: list(functions) for key, functions in sweep._reactions.items()}
    sweep._reactions.clear()
    yield
    sweep._reactions.clear()
    sweep._reactions.update(kept)


@pytest.fixture(autouse=True)
def _no_other_clocks(db: None) -> None:
    ClockRow.objects.all().update(next_at=None)


def sweep_at(when: datetime) -> dict[str, int]:
    with moment.at(when):
        return dict(sweep.run())


def told(subject_id: uuid.UUID) -> list[tuple[str, str, str]]:
    return [(e.kind, e.body["clock"], e.body["level"]) for e in clock_events(subject_id)]


def test_a_clock_warns_on_its_last_working_day_and_is_overdue_the_day_after_each_told_once():
    subject = a_subject()
    clock = a_clock(subject, "statutory", MONDAY, 4)
    assert sweep_at(at(date(2026, 6, 4), 23)) == {}
    assert sweep_at(at(LAST, 0)) == {"warned": 1}
    assert sweep_at(at(LAST, 23)) == {}
    assert sweep_at(at(AFTER, 0)) == {"overdue": 1}
    assert sweep_at(at(AFTER, 12)) == {}
    assert told(subject) == [
        ("parameter.clock_warned", "statutory", "warning"),
        ("parameter.clock_overdue", "statutory", "red"),
    ]
    warned, overdue = clock_events(subject)
    assert overdue.body["due"] == "2026-06-05"
    assert (warned.occurred_at, overdue.occurred_at) == (at(LAST, 0), at(AFTER, 0))
    clock.refresh_from_db()
    assert (clock.told, clock.next_at) == ("red", None)


def test_a_sweep_that_was_down_tells_both_with_the_moment_at_which_each_became_true():
    subject = a_subject()
    a_clock(subject, "promised", MONDAY, 4)
    assert sweep_at(at(date(2026, 6, 20))) == {"warned": 1, "overdue": 1}
    warned, overdue = clock_events(subject)
    assert (warned.occurred_at, overdue.occurred_at) == (at(LAST, 0), at(AFTER, 0))
    assert overdue.body["level"] == "yellow"
    assert overdue.recorded_at == at(date(2026, 6, 20))


def test_a_clock_of_the_applicant_gives_no_card_but_its_reaction_runs_after_the_last_moment():
    seen = []
    sweep.on("correction")(lambda *found: seen.append(found))
    subject = a_subject()
    clock = a_clock(subject, "correction", MONDAY, 4)
    sweep_at(clock.due_at)
    assert seen == []
    now = clock.due_at + timedelta(microseconds=1)
    assert sweep_at(now) == {"reacted": 1}
    assert sweep_at(now + timedelta(minutes=1)) == {}
    assert seen == [(subject, clock.id, now)]
    assert clock_events(subject) == []


def test_a_reaction_may_ask_for_the_warning_instead():
    seen = []
    sweep.on("promised", "warned")(lambda subject, clock, when: seen.append(when))
    a_clock(a_subject(), "promised", MONDAY, 4)
    assert sweep_at(at(LAST, 8)) == {"warned": 1, "reacted": 1}
    assert sweep_at(at(AFTER, 8)) == {"overdue": 1}
    assert seen == [at(LAST, 8)]


def test_a_stopped_and_a_finished_clock_wake_nobody():
    seen = []
    sweep.on("statutory")(lambda *found: seen.append(found))
    stopped = a_clock(a_subject(), "statutory", MONDAY, 4, Step("suspend", date(2026, 6, 3), kind="hearing", key="h"))
    ended = a_clock(a_subject(), "statutory", MONDAY, 4, Step("stop", date(2026, 6, 3)))
    assert (stopped.state, stopped.next_at, ended.state, ended.next_at) == ("stopped", None, "done", None)
    assert sweep_at(at(date(2026, 9, 1))) == {}
    assert seen == []


def test_a_clock_that_ended_late_before_the_sweep_looked_still_gets_its_card_and_no_reaction():
    seen = []
    sweep.on("statutory")(lambda *found: seen.append(found))
    subject = a_subject()
    a_clock(subject, "statutory", MONDAY, 4, Step("stop", date(2026, 6, 8)))
    assert sweep_at(at(date(2026, 6, 8), 12)) == {"overdue": 1}
    assert told(subject) == [("parameter.clock_overdue", "statutory", "red")]
    assert seen == []


def test_a_subject_that_went_on_by_itself_is_no_failure_and_its_card_stays():
    def refuse(*_: object) -> None:
        append(SubjectRef(KIND, subject), [EventDraft("parameter.half_done", {})], SYSTEM)
        raise Refusal("case.wrong_state", "已经办过了")

    sweep.on("statutory")(refuse)
    subject = a_subject()
    a_clock(subject, "statutory", MONDAY, 4)
    assert sweep_at(at(AFTER)) == {"warned": 1, "overdue": 1}
    assert [kind for kind, *_ in told(subject)] == ["parameter.clock_warned", "parameter.clock_overdue"]
    assert sweep_at(at(AFTER, 12)) == {}


def test_one_clocks_trouble_is_logged_tried_again_and_holds_up_nobody(caplog):
    broken, whole = a_subject(), a_subject()
    trouble = [True]

    def react(subject_id: uuid.UUID, *_: object) -> None:
        if subject_id == broken and trouble:
            raise ValueError("张三")

    sweep.on("statutory")(react)
    a_clock(broken, "statutory", MONDAY, 4)
    a_clock(whole, "statutory", MONDAY, 4)
    assert sweep_at(at(AFTER, 0)) == {"warned": 1, "overdue": 1, "reacted": 1, "failed": 1}
    assert told(broken) == []
    assert "ValueError" in caplog.text
    assert "张三" not in caplog.text
    trouble.clear()
    assert sweep_at(at(AFTER, 0) + timedelta(minutes=9)) == {}
    assert sweep_at(at(AFTER, 0) + timedelta(minutes=10)) == {"warned": 1, "overdue": 1, "reacted": 1}
    assert len(told(broken)) == 2


def test_what_the_reaction_does_to_the_clock_stands():
    clock = a_clock(a_subject(), "acceptance", MONDAY, 4)
    sweep.on("acceptance")(lambda s, c, w: ClockRow.objects.filter(id=c).update(state="done", next_at=None, ended_at=w))
    sweep_at(at(AFTER, 1))
    clock.refresh_from_db()
    assert (clock.state, clock.next_at, clock.told) == ("done", None, "yellow")


def test_more_clocks_than_a_batch_are_all_swept(monkeypatch):
    monkeypatch.setattr(sweep, "BATCH", 3)
    for _ in range(10):
        a_clock(a_subject(), "statutory", MONDAY, 4)
    assert sweep_at(at(LAST, 1)) == {"warned": 10}


def test_clocks_of_the_same_moment_that_are_held_are_asked_once_and_hold_up_nobody(monkeypatch):
    """All are due at the end of one day; four are held, which is more than a batch."""
    monkeypatch.setattr(sweep, "BATCH", 3)
    held = {a_clock(a_subject(), "statutory", MONDAY, 4).id for _ in range(4)}
    for _ in range(5):
        a_clock(a_subject(), "statutory", MONDAY, 4)
    lock, asked = sweep._locked, []

    def locked(clock_id: uuid.UUID, subject: SubjectRef, now: datetime) -> sweep._Clock | None:
        asked.append(clock_id)
        return None if clock_id in held else lock(clock_id, subject, now)

    monkeypatch.setattr(sweep, "_locked", locked)
    assert sweep_at(at(LAST, 1)) == {"warned": 5, "busy": 4}
    assert len(asked) == len(set(asked)) == 9


def test_nothing_due_is_one_query(django_assert_num_queries):
    a_clock(a_subject(), "statutory", MONDAY, 4)
    with django_assert_num_queries(1):
        sweep_at(at(MONDAY))
