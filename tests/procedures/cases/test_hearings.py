"""The hearing (行政许可法 art. 46-48): told, asked in time, seven working days of notice, an officer from outside."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

import pytest

from tests.procedures.cases import pure
from tests.procedures.cases.pure import (
    APPLICANT,
    APPROVER,
    EXAMINER,
    HANDLER,
    HEARING_OFFICER,
    act,
    days_later,
    in_review,
    joined,
)
from tests.procedures.cases.test_rules import refusal, running
from tongban.procedures.cases.rules import commands
from tongban.procedures.cases.rules.state import CaseState
from tongban.registry.catalog import version as v

ACCOUNT = uuid.UUID(int=901)
TELL = commands.TellHearingRight("涉及相邻业主采光", "")


def told(at=pure.MONDAY) -> CaseState:
    return act(joined(at), TELL, APPROVER, at)


def asked(at=pure.MONDAY) -> CaseState:
    state = told(at)
    return act(
        state, commands.AskHearing(state.open_proceedings("hearing_right")[0].id, "陆明远", ACCOUNT), APPLICANT, at
    )


def schedule(state: CaseState, day: datetime, officer=HEARING_OFFICER) -> commands.ScheduleHearing:
    matter = state.open_proceedings("hearing")[0]
    return commands.ScheduleHearing(matter.id, day, "二楼听证室", officer.staff_id, officer.name)


def scheduled(day: datetime | None = None) -> CaseState:
    state = asked()
    return act(state, schedule(state, day or days_later(9)), APPROVER)


def minutes(state: CaseState, **changes: object) -> commands.HoldHearing:
    values = {"participants": ("申请人：陆明远",), "minutes": "陆明远：采光不受影响。", "signed": True} | changes
    return commands.HoldHearing(state.open_proceedings("hearing")[0].id, **values)  # type: ignore[arg-type]


def held() -> CaseState:
    state = scheduled()
    return act(state, minutes(state), HEARING_OFFICER, days_later(9))


# ---- the right -----------------------------------------------------------------------------------------------------


@pytest.mark.covers("APR-02", "APR-19")
def test_the_right_is_told_and_five_working_days_run_in_which_nobody_decides():
    state = told()
    assert running(state)["hearing_apply"] == pure.day(9, 14)
    assert "hearing_right_notice" in {p.kind for p in state.papers}
    assert refusal(state, pure.grant(), APPROVER).code == "decision.hearing_right_open"
    assert refusal(state, pure.grant(), APPROVER, days_later(7)).code == "decision.hearing_right_open"
    decided = act(state, pure.grant(), APPROVER, days_later(8))
    assert decided.outcome == "granted"
    assert [p.state for p in decided.proceedings] == ["lapsed"]
    assert refusal(state, TELL, APPROVER).code == "hearing.told"


def test_a_hearing_outside_licensing_needs_its_own_article():
    regime = v.Regime(**{**pure.LICENSING.__dict__, "code": "payment", "hearing": False, "lawful_stops": ()})
    content = pure.content(regime=regime)
    state = in_review(of=content)
    assert refusal(state, TELL, HANDLER, of=content).code == "hearing.basis"
    own = commands.TellHearingRight("涉及重大利益", "测试条例第九条")
    state = act(state, own, HANDLER, of=content)
    ask = commands.AskHearing(state.open_proceedings("hearing_right")[0].id, "陆明远", ACCOUNT)
    state = act(state, ask, APPLICANT, of=content)
    assert running(state)["statutory"]  # its law names no stop


# ---- asking --------------------------------------------------------------------------------------------------------


def test_asking_stops_the_clocks_and_the_authority_has_twenty_working_days():
    state = asked()
    assert state.state == "suspended"
    assert set(running(state)) == {"hearing_hold"}
    assert running(state)["hearing_hold"] == pure.day(10, 10)
    assert "special_step_notice" in {p.kind for p in state.papers}
    assert refusal(state, pure.grant(), APPROVER).code == "decision.hearing_open"


def test_who_asks_too_late_is_told_so():
    state = told()
    ask = commands.AskHearing(state.open_proceedings("hearing_right")[0].id, "陆明远", ACCOUNT)
    late = refusal(state, ask, APPLICANT, days_later(8))
    assert (late.code, "2026-09-14" in late.sentence) == ("hearing.late", True)
    assert act(state, ask, APPLICANT, days_later(7)).state == "suspended"
    assert refusal(state, ask, HANDLER).code == "case.not_allowed"


def test_asking_holds_up_every_branch_that_still_works():
    state = act(in_review(), TELL, HANDLER)
    ask = commands.AskHearing(state.open_proceedings("hearing_right")[0].id, "陆明远", ACCOUNT)
    state = act(state, ask, APPLICANT)
    assert (state.state, {b.state for b in state.branches}) == ("suspended", {"suspended"})


# ---- the schedule --------------------------------------------------------------------------------------------------


def test_the_notice_comes_seven_working_days_before():
    state = asked()
    # Monday 7 September: the seventh working day back from Wednesday 16 September
    short = refusal(state, schedule(state, days_later(8)), APPROVER)
    assert short.code == "hearing.notice_short"
    state = act(state, schedule(state, days_later(9)), APPROVER)
    assert "hearing_notice" in {p.kind for p in state.papers}


def test_it_is_held_within_the_twenty_days_as_long_as_that_can_be_kept():
    state = asked()
    assert refusal(state, schedule(state, days_later(36)), APPROVER).code == "hearing.beyond_limit"
    late = days_later(30)  # 7 October: no seven working days are left before the 10th
    assert act(state, schedule(state, days_later(60)), APPROVER, late).open_proceedings("hearing")


@pytest.mark.parametrize("officer", [HANDLER, EXAMINER, pure.OTHER_EXAMINER])
def test_who_examined_the_case_does_not_preside(officer):
    state = asked()
    assert refusal(state, schedule(state, days_later(9), officer), APPROVER).code == "hearing.officer_examined"


def test_another_department_does_not_schedule_it():
    state = asked()
    assert refusal(state, schedule(state, days_later(9)), pure.OTHER_EXAMINER).code == "case.other_department"


# ---- holding -------------------------------------------------------------------------------------------------------


def test_a_signed_record_ends_it_and_the_decision_rests_on_the_record():
    state = held()
    assert state.state == "in_review"
    assert {"promised", "statutory", "joint"} == set(running(state))
    record = next(p for p in state.papers if p.kind == "hearing_record")
    told_ = pure.outcome(state, pure.grant(), APPROVER, days_later(10))
    assert told_.events[0].body["hearing_records"] == [str(record.id)]
    written = next(c for c in told_.changes if c.model == "cases.Decision")
    assert "根据听证笔录" in written.values["facts"]


def test_the_time_of_the_hearing_is_not_counted():
    before = running(joined())
    after = running(held())
    # not counted: 8 to 16 September, seven working days
    assert (before["promised"], after["promised"]) == (pure.day(9, 17), pure.day(9, 28))


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"signed": False}, "hearing.unsigned"),
        ({"minutes": " "}, "hearing.minutes"),
        ({"participants": (" ",)}, "hearing.participants"),
    ],
)
def test_a_record_is_whole_and_signed(changes, code):
    state = scheduled()
    assert refusal(state, minutes(state, **changes), HEARING_OFFICER, days_later(9)).code == code


def test_only_the_officer_of_the_notice_records_it_and_not_before_the_day():
    state = scheduled()
    assert refusal(state, minutes(state), APPROVER, days_later(9)).code == "case.not_allowed"
    other = pure.replace(HEARING_OFFICER, staff_id=uuid.UUID(int=77))
    assert refusal(state, minutes(state), other, days_later(9)).code == "hearing.other_officer"
    assert refusal(state, minutes(state), HEARING_OFFICER, days_later(8)).code == "hearing.early"
    unscheduled = asked()
    assert refusal(unscheduled, minutes(unscheduled), HEARING_OFFICER).code == "hearing.not_scheduled"


def test_a_hearing_is_not_ended_like_any_other_step():
    state = scheduled()
    command = commands.Resume(state.open_proceedings("hearing")[0].id, "done", "开过了")
    assert refusal(state, command, EXAMINER).code == "special.hearing"


# ---- giving up -----------------------------------------------------------------------------------------------------


def test_who_asked_may_give_it_up_and_the_clocks_run_on():
    state = asked()
    waive = commands.WaiveHearing(state.open_proceedings("hearing")[0].id, "申请人书面放弃")
    state = act(state, waive, APPROVER, days_later(2))
    assert (state.state, state.proceedings[-1].result) == ("in_review", "given_up")
    assert "hearing_record" not in {p.kind for p in state.papers}
    assert act(state, pure.grant(), APPROVER, days_later(2)).outcome == "granted"


def test_that_nobody_asked_is_recorded_only_after_the_term():
    state = told()
    waive = commands.WaiveHearing(state.open_proceedings("hearing_right")[0].id, "没有人要求听证")
    assert refusal(state, waive, APPROVER, days_later(7)).code == "hearing.term_runs"
    state = act(state, waive, APPROVER, days_later(8))
    assert state.proceedings[-1].result == "not_asked"
    assert "hearing_apply" not in running(state)


def test_a_moment_is_kept_in_the_time_of_the_city():
    at = datetime(2026, 9, 16, 1, 30, tzinfo=UTC)
    state = scheduled(at)
    assert state.open_proceedings("hearing")[0].data["held_at"] == "2026-09-16T09:30+08:00"
