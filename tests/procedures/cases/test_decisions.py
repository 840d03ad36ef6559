"""The decision by regime, what blocks it, who may make it, what outlives it, and deemed renewal."""

from __future__ import annotations

import uuid
from datetime import date

import pytest

from tests.procedures.cases import pure
from tests.procedures.cases.pure import (
    APPLICANT,
    APPROVER,
    CLERK,
    EXAMINER,
    HANDLER,
    JACK_OF_ALL_TRADES,
    OTHER_EXAMINER,
    SPARE_EXAMINER,
    act,
    days_later,
    grant,
    in_review,
    joined,
    step,
    submitted,
)
from tests.procedures.cases.test_review import ASKED, question
from tests.procedures.cases.test_rules import refusal, running
from tongban.ground.policy import SYSTEM
from tongban.procedures.cases.rules import blocking, commands, separation
from tongban.procedures.cases.rules.state import ProceedingView
from tongban.registry.catalog import version as v

BASIS = ({"instrument": "测试条例", "article": "第一条"},)
REFUSE = commands.Decide("refused", "没有独立卫生间", "不符合条件", BASIS)


def regime(code: str, positive: str, negative: str, remedies: str = "review_and_suit") -> v.Regime:
    other = {
        "code": code,
        "positive": positive,
        "negative": negative,
        "remedies": remedies,
        "lawful_stops": (),
        "deemed_acceptance": False,
        "deemed_renewal": False,
    }
    return v.Regime(**{**pure.LICENSING.__dict__, **other})


def of_regime(code: str, positive: str, negative: str, remedies: str = "review_and_suit") -> v.VersionContent:
    no_licence = v.Result("", "结果", None, {})
    return pure.content(regime=regime(code, positive, negative, remedies), legal_regime=code, result=no_licence)


# ---- outcomes and papers -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "positive", "negative", "outcome", "paper"),
    [
        ("licensing", "granted", "refused", "granted", "decision_grant"),
        ("licensing", "granted", "refused", "refused", "decision_refuse"),
        ("registration", "granted", "refused", "granted", "registration_decision"),
        ("confirmation", "granted", "refused", "refused", "confirmation_refusal"),
        ("payment", "granted", "refused", "granted", "payment_decision"),
        ("payment", "granted", "refused", "refused", "payment_refusal"),
        ("award", "granted", "refused", "granted", "award_decision"),
        ("adjudication", "adjudicated", "", "adjudicated", "adjudication_decision"),
        ("public_service", "provided", "not_provided", "provided", "service_result"),
        ("public_service", "provided", "not_provided", "not_provided", "service_result"),
    ],
)
def test_every_regime_has_its_own_outcomes_and_papers(code, positive, negative, outcome, paper):
    content = of_regime(code, positive, negative)
    command = commands.Decide(outcome, "事实", "理由", BASIS)
    told = pure.outcome(joined(of=content), command, APPROVER, of=content)
    state = pure.apply(joined(of=content), told)
    assert (state.state, state.outcome) == ("decided", outcome)
    assert paper in {p.kind for p in state.papers}
    assert "licence" not in {p.kind for p in state.papers}
    assert told.events[0].body["licences"] == []


@pytest.mark.parametrize(
    ("code", "positive", "negative", "asked"),
    [
        ("licensing", "granted", "refused", "provided"),
        ("public_service", "provided", "not_provided", "granted"),
        ("adjudication", "adjudicated", "", ""),
        ("filing", "recorded", "", "refused"),
    ],
)
def test_an_outcome_of_another_regime_is_refused(code, positive, negative, asked):
    content = of_regime(code, positive, negative)
    command = commands.Decide(asked, "事实", "理由", BASIS)
    assert refusal(joined(of=content), command, APPROVER, of=content).code == "decision.outcome"


@pytest.mark.parametrize(
    ("kind", "paper"), [("change", "change_decision"), ("renew", "renewal_decision"), ("new", "decision_grant")]
)
def test_a_granted_change_or_renewal_has_its_own_paper(kind, paper):
    content = pure.content(kind=kind)
    state = act(joined(of=content), grant(), APPROVER, of=content)
    assert {paper, "licence"} <= {p.kind for p in state.papers}


@pytest.mark.covers("NTC-05")
@pytest.mark.parametrize("outcome", ["refused", "not_provided", "adjudicated"])
def test_a_negative_outcome_of_any_regime_is_reasoned(outcome):
    codes = {
        "refused": ("payment", "granted", "refused"),
        "not_provided": ("public_service", "provided", "not_provided"),
    }
    content = of_regime(*codes.get(outcome, ("adjudication", "adjudicated", "")))
    state = joined(of=content)
    for command, code in (
        (commands.Decide(outcome), "decision.facts"),
        (commands.Decide(outcome, "事实"), "decision.reasons"),
        (commands.Decide(outcome, "事实", "理由"), "decision.basis"),
        (commands.Decide(outcome, "事实", "理由", ({"instrument": "条例", "article": " "},)), "decision.basis"),
    ):
        assert refusal(state, command, APPROVER, of=content).code == code


@pytest.mark.covers("NTC-05")
def test_a_refusal_names_its_remedies_or_is_not_made():
    told = pure.outcome(joined(), REFUSE, APPROVER)
    assert told.events[0].body["remedies"] == "review_and_suit"
    bare = pure.content(authority=v.Authority(1, "X", "测试局", "测试局", "测许"))
    assert refusal(joined(of=bare), REFUSE, APPROVER, of=bare).code == "decision.remedies"
    service = of_regime("public_service", "provided", "not_provided", "complaint")
    service = pure.replace(service, authority=bare.authority)
    command = commands.Decide("not_provided", "事实", "理由", BASIS)
    assert act(joined(of=service), command, APPROVER, of=service).outcome == "not_provided"


def test_an_adjudication_is_decided_although_a_department_objects():
    content = of_regime("adjudication", "adjudicated", "")
    state = step(step(in_review(of=content), HANDLER, "object", of=content), OTHER_EXAMINER, of=content)
    assert act(state, commands.Decide("adjudicated", "事实", "裁决", BASIS), APPROVER, of=content).state == "decided"


# ---- what blocks it ------------------------------------------------------------------------------------------------


def test_an_objection_leaves_only_the_refusal():
    state = step(step(in_review(), HANDLER, "object"), OTHER_EXAMINER)
    assert refusal(state, grant(), APPROVER).code == "decision.objected"
    assert act(state, REFUSE, APPROVER).outcome == "refused"


@pytest.mark.parametrize(
    ("command", "code"), [(ASKED, "decision.supplement_open"), (question(), "decision.opinion_open")]
)
def test_what_is_still_awaited_blocks_and_silence_past_the_term_does_not(command, code):
    state = act(in_review(), command, HANDLER)
    for who in (HANDLER, OTHER_EXAMINER, EXAMINER):
        state = step(state, who)
    due = state.open_proceedings()[0].due_on
    assert refusal(state, grant(), APPROVER).code == code
    last = pure.datetime.combine(due, pure.MONDAY.timetz())
    assert refusal(state, grant(), APPROVER, last).code == code
    decided = act(state, grant(), APPROVER, last + pure.timedelta(days=1))
    assert (decided.outcome, decided.proceedings[0].state) == ("granted", "lapsed")
    assert not decided.open_tasks("opinion")


def test_every_kind_that_is_awaited_blocks():
    def pending(kind: str) -> ProceedingView:
        return ProceedingView(uuid.UUID(int=5), kind, "", "", "open", "", date(2026, 9, 9), pure.MONDAY, None, None, {})

    for kind in blocking.WAITS:
        state = pure.replace(joined(), proceedings=(pending(kind),))
        assert refusal(state, grant(), APPROVER).code == f"decision.{kind}_open"
        assert refusal(state, REFUSE, APPROVER).code == f"decision.{kind}_open"


def a_deferral(state_: str, due_rule: str = "by_date") -> ProceedingView:
    due = date(2026, 9, 9) if due_rule == "by_date" else None
    data = {"due_rule": due_rule}
    return ProceedingView(uuid.UUID(int=6), "deferral", "proof", "", state_, "", due, pure.MONDAY, None, None, data)


def test_an_open_deferral_lets_decide_and_delivery_waits_for_the_applicant():
    state = pure.replace(joined(), proceedings=(a_deferral("open"),))
    decided = act(state, grant(), APPROVER)
    delivery = next(c for c in decided.clocks if c.kind == "delivery")
    assert (delivery.state, delivery.steps[-1].kind) == ("stopped", "awaiting_applicant")
    assert [p.state for p in decided.proceedings] == ["open"]


def test_after_a_lapsed_deferral_only_a_person_ends_it():
    state = pure.replace(joined(), proceedings=(a_deferral("lapsed"),))
    assert refusal(state, grant(), APPROVER).code == "decision.deferral_lapsed"
    assert act(state, REFUSE, APPROVER).outcome == "refused"


def test_a_refusal_needs_no_deferred_material_any_more():
    state = pure.replace(joined(), proceedings=(a_deferral("open"),))
    refused = act(state, REFUSE, APPROVER)
    assert running(refused).keys() == {"delivery"}
    assert [p.state for p in refused.proceedings] == ["cancelled"]


def test_the_check_of_a_commitment_runs_from_the_decision():
    day = v.TimeLimit(60, "calendar_day", "告知承诺书")
    rule = v.CommitmentRule("approval", "1", ("要求",), ("承诺",), (), day, day, ("责任",), "国办发〔2020〕42号")
    content = pure.content(commitment=rule)
    promise = ProceedingView(
        uuid.UUID(int=7), "commitment", "approval", "", "open", "", None, pure.MONDAY, None, None, {"materials": []}
    )
    state = act(pure.replace(joined(), proceedings=(promise,)), grant(), APPROVER, of=content)
    assert next(c.key for c in state.open_clocks("commitment_check")) == str(promise.id)
    refused = act(pure.replace(joined(), proceedings=(promise,)), REFUSE, APPROVER, of=content)
    assert not refused.open_clocks("commitment_check")


def test_a_gap_that_nothing_fills_blocks_a_grant():
    gap = ProceedingView(uuid.UUID(int=8), "gap", "proof", "", "open", "", None, pure.MONDAY, None, None, {})
    state = pure.replace(joined(), proceedings=(gap,))
    assert refusal(state, grant(), APPROVER).code == "materials.outstanding"
    assert act(state, REFUSE, APPROVER).outcome == "refused"


# ---- who may -------------------------------------------------------------------------------------------------------

WINDOW_POST, HANDLE_POST, _, _, APPROVE_POST, _ = JACK_OF_ALL_TRADES


def reviewed(by=CLERK, handler=HANDLER, of=None):
    state = act(submitted(of=of), commands.Accept(), by, of=of)
    for who in (handler, OTHER_EXAMINER, EXAMINER):
        state = step(state, who, of=of)
    return state


@pytest.mark.covers("WIN-02")
@pytest.mark.parametrize(
    ("level", "by", "handler", "code"),
    [
        ("strict", WINDOW_POST, HANDLER, "separation.same_person"),
        ("strict", CLERK, HANDLE_POST, "separation.handled"),
        ("strict", CLERK, HANDLER, ""),
        ("two_posts_one_window", WINDOW_POST, HANDLER, ""),
        ("two_posts_one_window", CLERK, HANDLE_POST, ""),
        ("single_post", WINDOW_POST, HANDLER, "separation.single_post"),
        ("single_post", CLERK, HANDLE_POST, "separation.single_post"),
        ("single_post", CLERK, HANDLER, ""),
    ],
)
def test_who_accepted_or_handled_decides_only_where_the_level_lets_him(level, by, handler, code):
    content = pure.content(separation_level=level)
    state = reviewed(by, handler, content)
    if code:
        assert refusal(state, grant(), APPROVE_POST, of=content).code == code
    else:
        assert act(state, grant(), APPROVE_POST, of=content).outcome == "granted"


@pytest.mark.covers("WIN-02")
def test_one_post_never_does_both_at_one_window():
    content = pure.content(separation_level="two_posts_one_window")
    flow = pure.replace(content.flow, decision_post_id=pure.WINDOW)
    content = pure.replace(content, flow=flow)
    approving = pure.replace(CLERK, roles=frozenset({"window_clerk", "approver"}))
    state = reviewed(approving, of=content)
    assert refusal(state, grant(), approving, of=content).code == "separation.same_post"


def single(**changes: object) -> v.VersionContent:
    rule = {
        "post_id": pure.WINDOW,
        "post_name": "窗口",
        "instrument": "授权书",
        "published_on": "2026-01-01",
        "valid_from": "2026-01-01",
    }
    values = {
        "separation_level": "single_post",
        "case_type": "instant",
        "flow": pure.replace(pure.content().flow, decision_post_id=pure.WINDOW),
    }
    own = {key: changes.pop(key) for key in list(changes) if key in v.SinglePostRule.__dataclass_fields__}
    return pure.content(**(values | {"single_post": v.SinglePostRule(**(rule | own))} | changes))


@pytest.mark.covers("WIN-02", "WIN-10")
@pytest.mark.parametrize(
    ("changes", "command", "code"),
    [
        ({}, grant(), ""),
        ({"valid_until": "2026-09-06"}, grant(), "separation.single_post"),
        ({"valid_until": "2026-09-07"}, grant(), ""),
        ({"valid_from": "2026-09-08"}, grant(), "separation.single_post"),
        ({"post_id": pure.APPROVE}, grant(), "separation.single_post"),
        ({"case_type": "promised"}, grant(), "separation.single_post"),
        ({}, REFUSE, "separation.single_post"),
        ({"single_post": None}, grant(), "separation.single_post"),
    ],
)
def test_one_post_grants_instant_items_under_an_authorisation_in_force(changes, command, code):
    content = single(**changes)
    chief = pure.replace(CLERK, roles=frozenset({"window_clerk", "approver"}))
    state = reviewed(chief, of=content)
    if code:
        assert refusal(state, command, chief, of=content).code == code
    else:
        assert "sampled" in pure.outcome(state, command, chief, of=content).events[0].body


def test_about_one_in_five_is_looked_at_afterwards_and_always_the_same():
    state = joined()
    cases = [pure.replace(state, id=uuid.UUID(int=n)) for n in range(1, 1001)]
    picked = [separation.sampled(c) for c in cases]
    assert 150 < sum(picked) < 250
    assert picked == [separation.sampled(c) for c in cases]


@pytest.mark.parametrize("who", [CLERK, HANDLER, EXAMINER, SPARE_EXAMINER, APPLICANT, pure.AUTHORITY_HEAD, SYSTEM])
def test_nobody_but_the_approver_of_the_case_decides(who):
    assert refusal(joined(), grant(), who).code == "case.not_allowed"


# ---- deemed renewal ------------------------------------------------------------------------------------------------

LICENCE = commands.LicenceGrant("person", pure.PERSON_ID, "陆明远", "{}")
RENEWAL = pure.content(kind="renew")


def deem(expires: date) -> commands.DeemRenewed:
    return commands.DeemRenewed(uuid.UUID(int=30), expires, LICENCE)


@pytest.mark.covers("APR-19")
@pytest.mark.parametrize("make", [submitted, in_review, joined])
def test_silence_until_the_expiry_renews_what_was_asked_in_time(make):
    expires = date(2026, 10, 7)  # asked on 7 September: exactly thirty days before
    state = make(of=RENEWAL)
    assert refusal(state, deem(expires), SYSTEM, days_later(30), RENEWAL).code == "renewal.not_expired"
    told = pure.outcome(state, deem(expires), SYSTEM, days_later(31), RENEWAL)
    assert (told.events[0].kind, told.events[0].body["deemed"]) == ("case.decided", True)
    state = pure.apply(state, told)
    assert (state.state, state.outcome) == ("decided", "granted")
    assert {"renewal_decision", "licence"} <= {p.kind for p in state.papers}
    assert not state.open_tasks()
    assert running(state).keys() == {"delivery"}


def test_a_late_renewal_is_not_deemed_and_nobody_is_refused_by_the_system():
    state = submitted(of=RENEWAL)
    late = refusal(state, deem(date(2026, 10, 6)), SYSTEM, days_later(60), RENEWAL)
    assert (late.code, "2026-09-06" in late.sentence) == ("renewal.late", True)
    assert state.state == "submitted"


@pytest.mark.parametrize(
    "content",
    [
        pure.content(),
        pure.content(kind="renew", regime=regime("confirmation", "granted", "refused")),
        pure.content(kind="renew", regime=regime("registration", "granted", "refused")),
    ],
)
def test_nothing_is_deemed_renewed_outside_its_regime(content):
    state = submitted(of=content)
    assert refusal(state, deem(date(2026, 10, 7)), SYSTEM, days_later(60), content).code == "renewal.not_in_law"


def test_only_the_clock_deems_and_never_what_is_decided():
    late = days_later(31)
    assert refusal(in_review(of=RENEWAL), deem(date(2026, 10, 7)), APPROVER, late, RENEWAL).code == "case.not_allowed"
    decided = act(joined(of=RENEWAL), REFUSE, APPROVER, of=RENEWAL)
    assert refusal(decided, deem(date(2026, 10, 7)), SYSTEM, late, RENEWAL).code == "case.wrong_state"
