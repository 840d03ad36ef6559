"""The ledger alone tells state, clocks and card of a case, for today and for any past day."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import partial

import pytest

from tests.support import builders
from tongban.ground import moment
from tongban.ground.calendars.selectors import calendar_at
from tongban.ground.errors import NotFound
from tongban.ground.ledger.selectors import events_of
from tongban.ground.policy import Principal
from tongban.procedures.cases import services
from tongban.procedures.cases.explaining import explain
from tongban.procedures.cases.loading import load
from tongban.procedures.cases.models import Case
from tongban.procedures.cases.replay import replay
from tongban.procedures.work.models import ClockRow

pytestmark = pytest.mark.django_db


@pytest.mark.covers("APR-01")
def test_the_rows_are_what_the_ledger_tells() -> None:
    case = Case.objects.get(id=builders.a_granted_case())
    told = replay(events_of("case", case.id), partial(calendar_at, case.region_no), moment.now())
    assert told.state == case.state
    assert told.outcome == case.outcome == "granted"
    rows = {
        (r.kind, r.key, r.started_on): (r.state, r.due_on, r.history["steps"])
        for r in ClockRow.objects.filter(subject_id=case.id)
    }
    folded = {
        (c.kind, c.key, c.steps[0].on): (c.reading.state, c.reading.due, [step.to_json() for step in c.steps])
        for c in told.clocks
    }
    assert folded == rows
    assert told.card == "none"


def test_a_past_day_knows_only_what_was_recorded_by_then() -> None:
    case_id = builders.a_case_in_review()
    case = Case.objects.get(id=case_id)
    events = events_of("case", case_id)
    first = events[0].recorded_at
    then = replay(events, partial(calendar_at, case.region_no), first)
    assert then.state == "submitted"
    assert [clock.kind for clock in then.clocks] == ["acceptance"]
    assert then.accepted_on is None
    later = explain(case.number)
    assert later["state"] == "in_review"
    assert later["due"] is not None
    assert sum(line["delta"] for line in later["clocks"][0]["lines"]) >= 0
    with pytest.raises(NotFound):
        explain(case.number, first - timedelta(seconds=1))


def test_silence_becomes_a_card_of_that_day() -> None:
    case = Case.objects.get(id=builders.a_case_in_review())
    events = events_of("case", case.id)
    calendars = partial(calendar_at, case.region_no)
    now = replay(events, calendars, moment.now())
    assert now.due is not None and now.statutory_due is not None
    promised = moment.now() + timedelta(days=(now.due - moment.today()).days + 1)
    overdue = replay(events, calendars, promised)
    assert overdue.card == "yellow"
    statutory = moment.now() + timedelta(days=(now.statutory_due - moment.today()).days + 1)
    assert replay(events, calendars, statutory).card == "red"


def _rows(case_id: uuid.UUID) -> dict[tuple[str, str, date], tuple[str, date | None]]:
    return {(r.kind, r.key, r.started_on): (r.state, r.due_on) for r in ClockRow.objects.filter(subject_id=case_id)}


@pytest.mark.covers("APR-01", "APR-19", "EFF-01")
def test_every_past_moment_is_told_as_it_stood_then() -> None:
    start = datetime(2026, 9, 7, 10, tzinfo=moment.SHANGHAI)
    case_id = uuid.UUID(int=0)
    told: list[tuple[datetime, str, dict[tuple[str, str, date], tuple[str, date | None]], str]] = []

    def submit() -> uuid.UUID:
        return builders.a_submitted_case()

    def handler() -> Principal:
        return builders.holder_of(load(case_id).open_tasks("handle")[0].post_id)

    basis = "公共场所卫生管理条例实施细则第二十三条"
    acts: tuple[tuple[int, Callable[[], object]], ...] = (
        (1, lambda: services.accept(builders.clerk(), case_id)),
        (
            3,
            lambda: services.suspend(
                handler(),
                case_id,
                kind="testing",
                reason="抽检用品",
                basis=basis,
                limit_n=10,
                limit_unit="working_day",
                branch_key="health",
            ),
        ),
        (
            10,
            lambda: services.resume(
                handler(),
                case_id,
                proceeding_id=load(case_id).open_proceedings("testing")[0].id,
                result="passed",
                record="检测合格",
            ),
        ),
        (45, lambda: builders.review(case_id)),
        (46, lambda: services.decide(builders.approver_of(case_id), case_id, outcome="granted")),
    )
    with moment.at(start):
        case_id = submit()
        told.append((moment.now(), load(case_id).state, _rows(case_id), "none"))
    cards = ("none", "none", "none", "red", "red")
    for (days, act), card in zip(acts, cards, strict=True):
        with moment.at(start + timedelta(days=days)):
            act()
            told.append((moment.now(), load(case_id).state, _rows(case_id), card))
    events = events_of("case", case_id)
    for at, state, rows, card in told:
        then = replay(events, partial(calendar_at, 1000), at)
        assert then.state == state, at
        assert {(c.kind, c.key, c.steps[0].on): (c.reading.state, c.reading.due) for c in then.clocks} == rows, at
        assert then.card == card, at
