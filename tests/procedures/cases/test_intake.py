"""The one-time notice, correction on the spot, refusal of acceptance, void entries: tables beside art. 32."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.procedures.cases import lawful, pure
from tests.procedures.cases.lawful import HALL_MANAGER, entered, events, papers, refused, running, version
from tests.procedures.cases.pure import APPLICANT, CLERK, MONDAY, act, days_later, submitted
from tongban.procedures.cases.rules import commands
from tongban.procedures.work.cards import rule_of

PLAN = commands.Fault("material", "plan", "布局图", "第 2 页没有标洗手池", "补画后重新上传")
PROOF = commands.Fault("material", "proof", "证明", "没有交", "到街道开具后上传")
NAME = commands.Fault("field", "premises.name", "名称", "与执照不一致", "照执照填写")
ACCOUNT = pure.uuid.UUID(int=901)


def notice(*faults: commands.Fault) -> commands.RequestCorrection:
    return commands.RequestCorrection(faults)


def answer(*codes: str, fields: tuple[str, ...] = ()) -> commands.SubmitCorrection:
    return commands.SubmitCorrection("{}", "c", tuple(lawful.given(c) for c in codes), fields, ACCOUNT)


def on_the_spot(*codes: str, fields: tuple[str, ...] = (), signed_by: str = "陆明远") -> commands.CorrectOnTheSpot:
    return commands.CorrectOnTheSpot("{}", "c", tuple(lawful.given(c) for c in codes), fields, signed_by, ACCOUNT)


# ---- the notice ----------------------------------------------------------------------------------------------------


@pytest.mark.covers("NTC-03")
def test_one_notice_names_everything_that_is_missing():
    of = version()
    state = entered(of, "proof")
    problem = refused(state, notice(PLAN), CLERK, of=of)
    assert (problem.code, problem.field) == ("notice.not_everything", "fault-proof")
    assert act(state, notice(PLAN, PROOF, NAME), CLERK, of=of).state == "correction_requested"


def test_what_may_follow_later_need_not_stand_in_the_notice():
    of = lawful.deferrable()
    assert act(entered(of, "proof"), notice(PLAN), CLERK, of=of).state == "correction_requested"


@pytest.mark.covers("NTC-03")
def test_a_second_notice_with_new_points_is_refused_and_stands_as_a_fact_of_supervision():
    back = act(act(submitted(), notice(PLAN), CLERK), answer("plan"), APPLICANT, days_later(2))
    problem = refused(back, notice(PLAN, NAME), CLERK, days_later(3))
    assert problem.code == "notice.second_with_new_points"
    assert "监督" in problem.sentence
    attempt = commands.NoteSecondDemand((("field", "premises.name"),))
    told = events(back, attempt, CLERK, days_later(3))["case.second_demand_refused"]
    assert told == {"violation": "second_notice_new_demand", "targets": [["field", "premises.name"]]}
    assert told["violation"] in rule_of(pure.day(9, 7)).violations
    again = act(back, attempt, CLERK, days_later(3))
    assert replace(again, seq=back.seq) == back


@pytest.mark.covers("NTC-04")
@pytest.mark.parametrize("code", ["payment", "public_service", "confirmation"])
def test_a_late_notice_is_lawful_where_nothing_is_deemed(code):
    of = version(code)
    state = entered(of, at_window=False)
    assert refused(submitted(), notice(PLAN), CLERK, days_later(9)).code == "notice.too_late"
    assert events(state, notice(PLAN), CLERK, days_later(9), of)["case.correction_requested"]["late"] is True
    assert "late" not in events(state, notice(PLAN), CLERK, days_later(2), of)["case.correction_requested"]


@pytest.mark.covers("NTC-04")
def test_the_local_promise_to_answer_counts_the_day_of_receipt_and_ends_with_the_answer():
    of = version(notice_limit=pure.v.TimeLimit(2, "working_day", "云溪市一次性告知办法", counts_day_zero=True))
    state = submitted(of=of)
    assert running(state) == {"acceptance": pure.day(9, 14), "notice": pure.day(9, 8)}
    assert "notice" not in running(act(state, notice(PLAN), CLERK, of=of))
    assert "notice" not in running(act(state, commands.Accept(), CLERK, of=of))


def test_a_correction_fills_the_gap_that_the_notice_named():
    of = version()
    told = act(entered(of, "proof"), notice(PROOF), CLERK, of=of)
    back = act(told, answer("proof"), APPLICANT, days_later(2), of)
    assert not back.open_proceedings("gap")
    assert act(back, commands.Accept(), CLERK, days_later(3), of).state == "in_review"


# ---- on the spot ---------------------------------------------------------------------------------------------------


@pytest.mark.covers("NTC-03")
def test_what_can_be_mended_on_the_spot_needs_no_notice_and_touches_no_clock():
    of = version()
    state = entered(of, "proof")
    mended = act(state, on_the_spot("proof", fields=("premises.name",)), CLERK, of=of)
    assert (mended.state, mended.round, mended.clocks) == ("received", 2, state.clocks)
    assert not mended.notices
    assert papers(mended) == ["receipt"]
    signed = next(p for p in mended.proceedings if p.kind == "spot_correction")
    assert (signed.state, signed.result) == ("done", "signed")
    assert act(mended, commands.Accept(), CLERK, of=of).state == "in_review"


@pytest.mark.parametrize(
    ("command", "code"),
    [(on_the_spot("plan", signed_by=" "), "spot.signature"), (on_the_spot(), "spot.empty")],
)
def test_a_correction_on_the_spot_is_signed_and_mends_something(command, code):
    assert refused(submitted(), command, CLERK).code == code


def test_who_comes_to_the_counter_answers_the_notice_there():
    told = act(submitted(at_window=True), notice(PLAN), CLERK)
    assert refused(told, on_the_spot("proof"), CLERK, days_later(2)).code == "correction.not_asked"
    back = act(told, on_the_spot("plan"), CLERK, days_later(2))
    assert (back.state, back.open_notice()) == ("received", None)
    assert running(back) == {"acceptance": pure.day(9, 16)}
    assert events(told, on_the_spot("plan"), CLERK, days_later(2))["case.corrected"]["on_the_spot"] is True


def test_the_applicant_does_not_correct_on_the_spot_by_himself():
    assert refused(submitted(), on_the_spot("plan"), APPLICANT).code == "case.not_allowed"


# ---- refusal of acceptance -----------------------------------------------------------------------------------------


def turn_away(kind: str, authority: str = "", article: str = "") -> commands.RefuseAcceptance:
    return commands.RefuseAcceptance(kind, "写明的理由", authority, article)


@pytest.mark.covers("NTC-05")
@pytest.mark.parametrize(
    ("command", "article"),
    [
        (turn_away("not_required"), "第三十二条第一款第一项"),
        (turn_away("no_jurisdiction", "省卫生健康委员会"), "第三十二条第一款第二项"),
        (turn_away("barred", article="第七十八条"), "第七十八条"),
        (turn_away("barred", article="第七十九条"), "第七十九条"),
    ],
)
def test_each_kind_of_refusal_cites_its_article(command, article):
    body = events(submitted(), command, CLERK)["case.not_accepted"]
    assert [b["article"] for b in body["basis"]] == [article]
    state = act(submitted(), command, CLERK)
    assert (state.state, running(state), state.open_tasks()) == ("not_accepted", {}, ())


def test_what_needs_no_licence_is_said_at_once_and_a_later_day_is_told():
    assert events(submitted(), turn_away("not_required"), CLERK)["case.not_accepted"]["at_once"] is True
    later = events(submitted(), turn_away("not_required"), CLERK, days_later(2))
    assert later["case.not_accepted"]["at_once"] is False


@pytest.mark.covers("NTC-05")
def test_another_regime_cites_its_own_basis_only():
    of = version("payment")
    state = entered(of)
    body = events(state, turn_away("not_required"), CLERK, of=of)["case.not_accepted"]
    assert body["basis"] == [{"instrument": "测试条例", "article": "第一条"}]
    assert refused(state, turn_away("barred", article="第七十八条"), CLERK, of=of).code == "refusal.article"
    assert act(state, turn_away("barred", article="第一条"), CLERK, of=of).state == "not_accepted"


@pytest.mark.parametrize("article", ["", "第三十二条"])
def test_barred_names_the_article_that_bars(article):
    assert refused(submitted(), turn_away("barred", article=article), CLERK).code == "refusal.article"


def test_uncorrected_only_after_the_term_or_after_a_bad_correction():
    told = act(submitted(), notice(PLAN), CLERK)
    due = told.open_notice().due_on
    last, over = (MONDAY.replace(month=due.month, day=n) for n in (due.day, due.day + 1))
    assert refused(submitted(), turn_away("uncorrected"), CLERK).code == "refusal.no_notice"
    assert refused(told, turn_away("uncorrected"), CLERK, last).code == "refusal.term_running"
    assert act(told, turn_away("uncorrected"), CLERK, over).state == "not_accepted"
    back = act(told, answer("plan"), APPLICANT, days_later(2))
    assert act(back, turn_away("uncorrected"), CLERK, days_later(3)).state == "not_accepted"


# ---- void entries --------------------------------------------------------------------------------------------------

VOID = commands.VoidEntry("选错了事项")


@pytest.mark.covers("APR-19")
def test_a_wrong_entry_is_voided_the_same_day_by_the_hall_manager():
    state = act(entered(version(), "proof"), VOID, HALL_MANAGER)
    assert (state.state, running(state), state.open_tasks(), state.open_proceedings()) == ("void", {}, (), ())
    assert papers(state) == ["receipt", "void_record"]


@pytest.mark.parametrize(
    ("state", "command", "who", "at", "code"),
    [
        (entered(version()), VOID, CLERK, MONDAY, "case.not_allowed"),
        (entered(version()), VOID, HALL_MANAGER, days_later(1), "void.too_late"),
        (entered(version(), at_window=False), VOID, HALL_MANAGER, MONDAY, "void.not_entered"),
        (entered(version()), commands.VoidEntry(" "), HALL_MANAGER, MONDAY, "void.reason"),
        (act(entered(version()), commands.Accept(), CLERK), VOID, HALL_MANAGER, MONDAY, "case.wrong_state"),
    ],
)
def test_nothing_else_is_voided(state, command, who, at, code):
    assert refused(state, command, who, at).code == code


def test_an_entry_of_which_a_paper_went_out_is_not_voided():
    told = act(entered(version()), notice(PLAN), CLERK)
    back = act(told, on_the_spot("plan"), CLERK)
    assert refused(back, VOID, HALL_MANAGER).code == "void.served"


# ---- corrected answers that call for more --------------------------------------------------------------------------

CALLS = {"called": (("material", "proof"), ("field", "premises.area")), "left": (("material", "proof"),)}


def answered_with_more(**changes):
    told = act(submitted(), notice(NAME), CLERK)
    return act(told, replace(answer(fields=("premises.name",)), **(CALLS | changes)), APPLICANT, days_later(2))


def test_an_answer_that_calls_for_more_opens_a_gap_and_stops_the_acceptance():
    state = answered_with_more()
    problem = refused(state, commands.Accept(), CLERK, days_later(3))
    assert (problem.code, problem.field) == ("materials.outstanding", "material-proof")
    assert "证明" in problem.sentence


def test_a_further_notice_may_name_what_only_the_correction_made_necessary():
    state = answered_with_more()
    assert refused(state, notice(PLAN, PROOF), CLERK, days_later(3)).code == "notice.second_with_new_points"
    told = act(state, notice(PROOF), CLERK, days_later(3))
    back = act(told, answer("proof"), APPLICANT, days_later(4))
    assert act(back, commands.Accept(), CLERK, days_later(5)).state == "in_review"


def test_a_field_that_is_called_for_must_be_answered():
    state = answered_with_more(left=(("field", "premises.area"),))
    assert refused(state, commands.Accept(), CLERK, days_later(3)).code == "materials.outstanding"
    mended = act(state, on_the_spot(fields=("premises.area",)), CLERK, days_later(3))
    assert act(mended, commands.Accept(), CLERK, days_later(3)).state == "in_review"


def test_what_is_newly_called_for_may_come_with_the_correction():
    told = act(submitted(), notice(NAME), CLERK)
    command = replace(answer("proof", fields=("premises.name",)), called=CALLS["called"])
    back = act(told, command, APPLICANT, days_later(2))
    assert act(back, commands.Accept(), CLERK, days_later(2)).state == "in_review"
    assert refused(told, answer("proof", fields=("premises.name",)), APPLICANT).code == "correction.not_asked"
