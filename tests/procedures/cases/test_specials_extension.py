"""Extension (行政许可法 art. 42): once, by the named head, in time, with its ceiling and its reason."""

from __future__ import annotations

import pytest

from tests.procedures.cases import pure
from tests.procedures.cases.pure import AUTHORITY_HEAD, GOVERNMENT_HEAD, act, days_later, in_review
from tests.procedures.cases.test_rules import refusal, running
from tests.procedures.cases.test_specials import a_step
from tongban.ground.policy import SYSTEM
from tongban.procedures.cases.rules import commands
from tongban.registry.catalog import version as v

TEN = commands.Extend(10, "要向上级机关核实资料")


@pytest.mark.covers("APR-01", "APR-19")
def test_the_head_gives_ten_days_and_the_applicant_is_told_why():
    state = act(in_review(), TEN, AUTHORITY_HEAD)
    before, after = running(in_review()), running(state)
    assert (before["promised"], after["promised"]) == (pure.day(9, 17), pure.day(10, 8))
    assert after["statutory"] == pure.day(10, 23)
    assert after["joint"] == before["joint"]
    assert "extension_notice" in {p.kind for p in state.papers}
    told = next(p for p in state.proceedings if p.kind == "extension")
    assert (told.state, told.data["days"], told.data["new_due"]) == ("done", 10, "2026-10-23")


def test_it_is_given_once():
    state = act(in_review(), commands.Extend(1, "核实资料"), AUTHORITY_HEAD)
    assert refusal(state, commands.Extend(1, "再核实"), AUTHORITY_HEAD).code == "extend.once"


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (commands.Extend(11, "核实"), "extend.ceiling"),
        (commands.Extend(0, "核实"), "extend.ceiling"),
        (commands.Extend(5, " "), "extend.reason"),
    ],
)
def test_an_extension_is_bounded_and_reasoned(command, code):
    assert refusal(in_review(), command, AUTHORITY_HEAD).code == code


@pytest.mark.parametrize("who", [pure.HANDLER, pure.APPROVER, GOVERNMENT_HEAD, pure.APPLICANT, SYSTEM])
def test_nobody_but_the_head_of_the_authority_extends(who):
    assert refusal(in_review(), TEN, who).code == "case.not_allowed"


def test_the_head_of_another_department_of_the_case_does_not_extend():
    other = pure.replace(AUTHORITY_HEAD, department_id=2)
    assert refusal(in_review(), TEN, other).code == "case.other_department"


def test_joint_handling_is_extended_by_the_head_of_the_government_on_the_joint_cap():
    joint = commands.Extend(15, "涉及多个部门", joint=True)
    assert refusal(in_review(), joint, AUTHORITY_HEAD).code == "case.not_allowed"
    before, state = running(in_review()), act(in_review(), joint, GOVERNMENT_HEAD)
    assert running(state)["joint"] > before["joint"]
    assert running(state)["statutory"] == before["statutory"]
    assert refusal(in_review(), commands.Extend(16, "多", joint=True), GOVERNMENT_HEAD).code == "extend.ceiling"
    alone = pure.content(joint_limit=None)
    assert refusal(in_review(of=alone), joint, GOVERNMENT_HEAD, of=alone).code == "extend.no_clock"


def test_the_items_own_rule_goes_before_the_law():
    content = pure.content(extension=v.ExtensionRule(3, "市场主体登记管理条例第十九条"))
    state = in_review(of=content)
    assert refusal(state, commands.Extend(4, "情形复杂"), AUTHORITY_HEAD, of=content).code == "extend.ceiling"
    told = act(state, commands.Extend(3, "情形复杂"), AUTHORITY_HEAD, of=content)
    assert next(c.steps[-1].basis for c in told.clocks if c.kind == "promised") == "市场主体登记管理条例第十九条"


def test_an_item_whose_law_knows_no_extension_has_none():
    regime = v.Regime(**{**pure.LICENSING.__dict__, "code": "payment", "extension_max": None})
    content = pure.content(regime=regime)
    assert refusal(in_review(of=content), TEN, AUTHORITY_HEAD, of=content).code == "extend.none"


def test_after_the_expiry_it_is_too_late_and_during_a_stop_it_is_not():
    late = days_later(40)
    assert refusal(in_review(), TEN, AUTHORITY_HEAD, late).code == "extend.late"
    stopped = act(in_review(), a_step(), pure.HANDLER)
    assert act(stopped, TEN, AUTHORITY_HEAD, late).clock("statutory").steps[-1].n == 10
