"""Checks after the decision: drawn with a published seed, recorded by somebody else, fed back (NTC-15)."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.procedures.cases import pure
from tests.procedures.cases.lawful import BASIS, HEAD, events, person, refused, running
from tests.procedures.cases.pure import APPLICANT, APPROVER, act, days_later, joined
from tests.procedures.cases.test_crediting import RULE, of
from tongban.ground.errors import Refusal
from tongban.ground.policy import SYSTEM
from tongban.procedures.cases.drawing import shipped
from tongban.procedures.cases.rules import commands, sampling
from tongban.registry.catalog.reliefs import GRADES

INSPECTOR = person(61, "inspector", pure.SPARE)
REFUSE = commands.Decide("refused", "事实", "理由", BASIS)
DRAW = commands.DrawForCheck("draw", "2026-09-07")


def granted(content=None):
    return act(joined(of=content), pure.grant(), APPROVER, of=content)


def drawn(content=None):
    return act(granted(content), DRAW, SYSTEM, days_later(1), content)


def check(state):
    return next(p for p in state.proceedings if p.kind == "after_check")


def found(state, result="passed", gravity="general", facts="现场和申请一致"):
    return commands.RecordAfterCheck(check(state).id, result, facts, gravity)


@pytest.mark.covers("NTC-15")
def test_a_drawn_case_gets_a_task_at_the_regulators_post_with_its_term():
    state = drawn(of())
    (task,) = state.open_tasks("after_check")
    assert (task.post_id, check(state).key) == (pure.SPARE, "draw")
    assert running(state)["after_check"] == check(state).due_on
    body = events(granted(of()), DRAW, SYSTEM, days_later(1), of())["case.drawn_for_check"]
    assert (body["reason"], body["drawn_on"]) == ("draw", "2026-09-07")


def test_without_a_regulator_the_first_step_of_the_review_checks():
    assert drawn().open_tasks("after_check")[0].post_id == pure.HANDLE


@pytest.mark.parametrize(
    ("make", "command", "who", "code"),
    [
        (drawn, DRAW, SYSTEM, "after_check.drawn"),
        (granted, DRAW, APPROVER, "case.not_allowed"),
        (granted, replace(DRAW, reason="whim"), SYSTEM, "after_check.reason"),
        (joined, DRAW, SYSTEM, "case.wrong_state"),
        (lambda: act(joined(), REFUSE, APPROVER), DRAW, SYSTEM, "after_check.not_granted"),
    ],
)
def test_only_what_was_granted_is_drawn_and_only_once(make, command, who, code):
    assert refused(make(), command, who, days_later(1)).code == code


@pytest.mark.covers("NTC-15")
def test_a_check_that_passes_ends_the_matter():
    before = drawn(of())
    state = act(before, found(before), INSPECTOR, days_later(3), of())
    assert (check(state).state, check(state).result) == ("done", "passed")
    assert not state.open_tasks("after_check") and "after_check" not in running(state)


@pytest.mark.covers("NTC-15")
def test_a_check_that_fails_opens_the_way_of_a_breach_to_order_defence_and_annulment():
    state = drawn(of())
    state = act(state, found(state, "failed", "serious"), INSPECTOR, days_later(3), of())
    breach = next(p for p in state.proceedings if p.kind == "breach")
    assert breach.data["gravity"] == "serious"
    state = act(state, commands.OrderRectification(breach.id, "事实", BASIS), HEAD, days_later(4), of())
    heard = commands.Defend(breach.id, "申辩", False, pure.uuid.UUID(int=901))
    state = act(state, heard, APPLICANT, days_later(5), of())
    annul = commands.ConcludeBreach(breach.id, "annul", "到期没改", "不符合", BASIS)
    body = events(state, annul, HEAD, days_later(60), of())["case.breach_concluded"]
    assert (body["outcome"], body["gravity"]) == ("annul", "serious")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"result": "perhaps"}, "after_check.result"),
        ({"facts": " "}, "after_check.facts"),
        ({"result": "failed", "gravity": ""}, "after_check.gravity"),
    ],
)
def test_a_check_says_what_it_found(changes, code):
    state = drawn(of())
    assert refused(state, replace(found(state), **changes), INSPECTOR, days_later(2), of()).code == code


def test_nobody_checks_what_they_decided():
    both = person(15, "inspector", pure.SPARE)  # the approver's own number
    state = drawn(of())
    assert refused(state, found(state), both, days_later(2), of()).code == "after_check.own_decision"
    assert refused(state, found(state), APPROVER, days_later(2), of()).code == "case.not_allowed"


# ---- the draw ------------------------------------------------------------------------------------------------------

SAMPLE = shipped()[-1]


@pytest.mark.covers("NTC-15")
@pytest.mark.parametrize(
    ("risk", "grade", "alone", "group", "rate"),
    [
        ("low", "A", False, "low:A", 10),
        ("high", "D", False, "high:D", 1000),
        ("medium", "C", False, "medium:C", 300),
        ("", "", True, "single_post", 200),
        ("low", "A", True, "single_post", 200),
        ("high", "C", True, "high:C", 500),
    ],
)
def test_the_chance_follows_risk_credit_and_single_post(risk, grade, alone, group, rate):
    told = sampling.chance(SAMPLE, risk, grade, single_post=alone)
    assert told == sampling.Chance(group, rate)


def test_an_item_without_risk_level_takes_no_part():
    assert sampling.chance(SAMPLE, "", "", single_post=False) is None


@given(st.text(min_size=1), st.text(min_size=1), st.integers(0, 999))
def test_anybody_can_repeat_the_draw(seed: str, number: str, rate: int) -> None:
    own = int.from_bytes(hashlib.sha256(f"{seed}:{number}".encode()).digest(), "big") % 1000
    assert sampling.ticket(seed, number) == own
    assert sampling.is_drawn(seed, number, rate) == (own < rate)
    assert sampling.is_drawn(seed, number, 1000) and not sampling.is_drawn(seed, number, 0)


def test_a_tenth_of_many_is_drawn_and_every_seed_draws_others():
    numbers = [f"YX2026-0907-{n:06d}" for n in range(20_000)]
    drawn_by = [{n for n in numbers if sampling.is_drawn(seed, n, 100)} for seed in ("a" * 64, "b" * 64)]
    assert all(1800 < len(one) < 2200 for one in drawn_by)
    assert len(drawn_by[0] & drawn_by[1]) < 320
    spread = Counter(sampling.ticket("a" * 64, n) // 100 for n in numbers)
    assert all(1800 < n < 2200 for n in spread.values())


def test_worse_credit_is_checked_at_least_as_often_and_a_rule_that_says_otherwise_is_refused():
    for by_grade in SAMPLE.rates.values():
        assert [by_grade[grade] for grade in GRADES] == sorted(by_grade.values())
    plain = {
        "version": "t",
        "valid_from": "2026-01-01",
        "basis": "办法",
        "rates": {risk: dict(zip(GRADES, (1, 2, 3, 4), strict=True)) for risk in ("low", "medium", "high")},
        "single_post": 100,
    }
    assert sampling.from_json([plain])[0].single_post == 100
    upside_down = plain["rates"] | {"low": dict(zip(GRADES, (4, 3, 2, 1), strict=True))}
    for wrong in ({"single_post": 1001}, {"rates": upside_down}):
        with pytest.raises(Refusal, match="格式不对"):
            sampling.from_json([plain | wrong])
    assert sampling.rule_of(date(2010, 1, 1), shipped()) is None
    assert RULE.check_post_id == pure.SPARE
