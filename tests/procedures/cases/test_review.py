"""The review: step clocks, supplements, opinions of other units, joint meetings, interested parties."""

from __future__ import annotations

import uuid
from datetime import date

import pytest

from tests.procedures.cases import pure
from tests.procedures.cases.pure import (
    APPLICANT,
    APPROVER,
    EXAMINER,
    HANDLER,
    OTHER_EXAMINER,
    SPARE_EXAMINER,
    act,
    days_later,
    in_review,
    joined,
    step,
)
from tests.procedures.cases.test_rules import refusal, running
from tongban.ground.policy import SYSTEM
from tongban.procedures.cases.rules import commands
from tongban.procedures.cases.rules.state import CaseState
from tongban.registry.catalog import version as v

ACCOUNT = uuid.UUID(int=901)


def limited() -> v.VersionContent:
    """Every step has a limit of its own: two days, one day, three days."""
    flow, day = pure.content().flow, lambda n: v.TimeLimit(n, "working_day", "办事指南")
    limits = {("a", "h"): day(2), ("a", "e"): day(1), ("b", "e"): day(3)}
    branches = tuple(
        pure.replace(b, steps=tuple(pure.replace(s, limit=limits[b.key, s.key]) for s in b.steps))
        for b in flow.branches
    )
    return pure.content(flow=pure.replace(flow, branches=branches))


def step_clocks(state: CaseState) -> dict[str, tuple[str, date | None]]:
    return {c.key: (c.state, c.due_on) for c in state.clocks if c.kind == "step" and c.state != "done"}


# ---- step clocks ---------------------------------------------------------------------------------------------------


@pytest.mark.covers("APR-01", "APR-07")
def test_every_branch_has_a_clock_of_its_own_step():
    content = limited()
    state = in_review(of=content)
    assert step_clocks(state) == {"a": ("running", pure.day(9, 9)), "b": ("running", pure.day(9, 10))}
    state = step(state, HANDLER, at=days_later(1), of=content)
    assert step_clocks(state) == {"a": ("running", pure.day(9, 9)), "b": ("running", pure.day(9, 10))}
    assert len([c for c in state.clocks if c.kind == "step"]) == 3
    state = step(step(state, EXAMINER, of=content), OTHER_EXAMINER, of=content)
    assert step_clocks(state) == {}


def test_a_special_step_stops_the_step_clock_of_its_branch_only():
    content = limited()
    command = commands.Suspend("site_check", "看现场", "", 3, "working_day", "a", people=("周立", "吴平"))
    state = act(in_review(of=content), command, HANDLER, of=content)
    assert {key: told[0] for key, told in step_clocks(state).items()} == {"a": "stopped", "b": "running"}
    assert running(state)["statutory"]
    back = act(state, commands.Resume(state.proceedings[-1].id, "done", "看过", ("周立", "吴平")), HANDLER,
               days_later(2), content)  # fmt: skip
    assert step_clocks(back)["a"] == ("running", pure.day(9, 11))


def test_an_objection_ends_the_step_clock_too():
    content = limited()
    assert set(step_clocks(step(in_review(of=content), HANDLER, "object", of=content))) == {"b"}


def test_a_filing_is_corrected_and_never_ends_in_an_objection():
    regime = v.Regime(**{**pure.LICENSING.__dict__, "code": "filing", "positive": "recorded", "negative": ""})
    content = pure.content(regime=regime)
    state = in_review(of=content)
    command = commands.CompleteStep(state.open_tasks("handle")[0].id, "object", "不对")
    assert refusal(state, command, HANDLER, of=content).code == "step.never_refused"


# ---- supplement ----------------------------------------------------------------------------------------------------

ASKED = commands.RequestSupplement(
    (
        commands.Fault("material", "plan", "布局图", "缺第二层", "补画第二层"),
        commands.Fault("field", "premises.name", "名称", "与执照不同", "按执照填写"),
    )
)


def given(state: CaseState, materials: tuple[str, ...] = ("plan",), fields: tuple[str, ...] = ("premises.name",)):
    files = tuple(commands.Given(code, code, (uuid.UUID(int=9),)) for code in materials)
    matter = state.open_proceedings("supplement")[0]
    return commands.Supplement(matter.id, "{}", "c3", files, ACCOUNT, fields)


@pytest.mark.covers("APR-19")
def test_a_supplement_is_asked_while_the_law_runs_on():
    before, state = running(in_review()), act(in_review(), ASKED, HANDLER)
    assert {kind: state_due for kind, state_due in running(state).items() if kind in before} == before
    assert running(state)["supplement"] == pure.day(9, 20)
    assert "supplement_notice" in {p.kind for p in state.papers}
    assert refusal(state, ASKED, HANDLER).code == "supplement.open"
    done = act(state, given(state), APPLICANT, days_later(2))
    assert (done.round, running(done)) == (2, before)
    assert [p.result for p in done.proceedings] == ["given"]


@pytest.mark.covers("CAT-28")
def test_only_what_is_published_may_be_asked():
    extra = commands.RequestSupplement((commands.Fault("material", "marriage", "结婚证", "没有", "补交"),))
    assert refusal(in_review(), extra, HANDLER).code == "supplement.unlisted"
    assert refusal(in_review(), commands.RequestSupplement(()), HANDLER).code == "supplement.empty"
    bare = commands.RequestSupplement((commands.Fault("material", "plan", "布局图", "缺页", " "),))
    assert refusal(in_review(), bare, HANDLER).code == "supplement.incomplete"


@pytest.mark.parametrize(
    ("materials", "fields", "code"),
    [
        ((), ("premises.name",), "supplement.left"),
        (("plan",), (), "supplement.left"),
        (("plan", "proof"), ("premises.name",), "supplement.not_asked"),
    ],
)
def test_a_supplement_answers_what_was_asked_and_nothing_else(materials, fields, code):
    state = act(in_review(), ASKED, HANDLER)
    assert refusal(state, given(state, materials, fields), APPLICANT).code == code


def test_a_late_supplement_is_taken_and_told_as_late():
    state = act(in_review(), ASKED, HANDLER)
    told = pure.outcome(state, given(state), APPLICANT, days_later(40))
    assert told.events[0].body["in_time"] is False
    assert [p.result for p in pure.apply(state, told).proceedings] == ["late"]


@pytest.mark.parametrize("who", [pure.CLERK, APPROVER, APPLICANT, SYSTEM])
def test_only_who_examines_asks_for_a_supplement(who):
    assert refusal(in_review(), ASKED, who).code == "case.not_allowed"


# ---- opinions ------------------------------------------------------------------------------------------------------


def question(**changes: object) -> commands.RequestOpinion:
    values = {
        "branch_key": "a",
        "post_id": pure.SPARE,
        "post_name": "备岗",
        "department_id": 3,
        "department_name": "丙局",
        "question": "消防条件是否符合",
        "limit_n": 3,
    }
    return commands.RequestOpinion(**(values | changes))  # type: ignore[arg-type]


@pytest.mark.covers("APR-07")
def test_another_unit_is_asked_within_a_branch_and_answers_at_its_post():
    state = act(in_review(), question(), HANDLER)
    assert state.open_tasks("opinion")[0].post_id == pure.SPARE
    assert running(state)["opinion"] == pure.day(9, 10)
    assert "opinion_request" in {p.kind for p in state.papers}
    matter = state.open_proceedings("opinion")[0]
    assert refusal(state, question(), HANDLER).code == "opinion.asked"
    assert refusal(state, commands.GiveOpinion(matter.id, "agree", ""), SPARE_EXAMINER).code == "opinion.text"
    assert refusal(state, commands.GiveOpinion(matter.id, "maybe", "x"), SPARE_EXAMINER).code == "opinion.answer"
    assert refusal(state, commands.GiveOpinion(matter.id, "agree", "可以"), EXAMINER).code == "case.not_allowed"
    done = act(state, commands.GiveOpinion(matter.id, "agree", "符合消防条件"), SPARE_EXAMINER)
    assert not done.open_tasks("opinion")
    assert "opinion" not in running(done)
    assert [p.result for p in done.proceedings] == ["agree"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"branch_key": "b"}, "opinion.branch"),
        ({"branch_key": "z"}, "opinion.branch"),
        ({"post_id": pure.HANDLE}, "opinion.own_post"),
        ({"question": " "}, "opinion.question"),
        ({"limit_n": 0}, "opinion.limit"),
    ],
)
def test_a_question_is_bounded(changes, code):
    assert refusal(in_review(), question(**changes), HANDLER).code == code


# ---- joint meeting -------------------------------------------------------------------------------------------------


@pytest.mark.covers("APR-07")
def test_a_joint_meeting_keeps_every_departments_words():
    opinions = {"甲局": "同意", "乙局": "应增设出口"}
    meeting = commands.HoldJointMeeting(date(2026, 9, 7), "三楼会议室", opinions, "增设出口后同意")
    told = pure.outcome(in_review(), meeting, OTHER_EXAMINER)
    state = pure.apply(in_review(), told)
    assert "joint_meeting_record" in {p.kind for p in state.papers}
    assert told.events[0].body["departments"] == 2
    record = next(c for c in told.changes if c.model == "cases.Proceeding").values["record"]
    assert "应增设出口" in record
    assert "应增设出口" not in str(told.events)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"opinions": {"甲局": "同意"}}, "meeting.departments"),
        ({"opinions": {"甲局": "同意", "乙局": " "}}, "meeting.opinion"),
        ({"conclusion": ""}, "meeting.words"),
        ({"held_on": date(2026, 9, 8)}, "meeting.day"),
        ({"held_on": date(2026, 9, 6)}, "meeting.day"),
    ],
)
def test_a_meeting_is_whole(changes, code):
    values = {
        "held_on": date(2026, 9, 7),
        "place": "会议室",
        "opinions": {"甲局": "同意", "乙局": "同意"},
        "conclusion": "同意",
    }
    assert refusal(in_review(), commands.HoldJointMeeting(**(values | changes)), HANDLER).code == code


# ---- interested parties --------------------------------------------------------------------------------------------


def test_an_interested_party_is_told_and_heard_before_the_decision():
    state = act(joined(), commands.TellInterestedParty("相邻业主钱一", "采光"), APPROVER)
    assert "interested_party_notice" in {p.kind for p in state.papers}
    matter = state.open_proceedings("interested_party")[0]
    assert matter.due_on == pure.day(9, 14)
    assert refusal(state, pure.grant(), APPROVER).code == "decision.interested_party_open"
    assert refusal(state, commands.HearParty(matter.id, " "), APPROVER).code == "party.term_runs"
    heard = act(state, commands.HearParty(matter.id, "没有意见"), APPROVER)
    assert act(heard, pure.grant(), APPROVER).outcome == "granted"
    silent = act(state, commands.HearParty(matter.id, ""), APPROVER, days_later(8))
    assert silent.proceedings[0].result == "silent"


def test_the_name_of_a_party_never_stands_in_the_ledger():
    told = pure.outcome(joined(), commands.TellInterestedParty("相邻业主钱一", "采光受影响"), APPROVER)
    assert "钱一" not in str(told.events)
    assert "采光" not in str(told.events)


@pytest.mark.parametrize(("name", "interest", "code"), [(" ", "采光", "party.name"), ("钱一", "", "party.interest")])
def test_a_party_has_a_name_and_an_interest(name, interest, code):
    assert refusal(joined(), commands.TellInterestedParty(name, interest), APPROVER).code == code
