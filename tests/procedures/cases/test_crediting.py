"""Reliefs by credit at acceptance, and bad credit kept from deferral and commitment (NTC-14)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from tests.procedures.cases import lawful, pure
from tests.procedures.cases.lawful import BASIS, COMMITMENT, entered, events, papers, refused, running, version
from tests.procedures.cases.pure import CLERK, act, v
from tests.procedures.cases.test_intake_properties import Intake, at_intake, at_window, version_of
from tests.support.sparing import examples
from tongban.procedures.cases.rules import commands, gaps
from tongban.procedures.cases.rules.commands import Standing
from tongban.registry.catalog.reliefs import MATRIX, RELIEFS, earned
from tongban.registry.catalog.version import CreditRule

RULE = CreditRule("测试信用办法第三条", ("D",), v.TimeLimit(15, "working_day", "核查办法"), pure.SPARE, "监管岗", 1)
SPARED = v.Material("proof", "证明", essential=False, relief="waive_material")
LATER = v.Material("proof", "证明", essential=False, relief="supply_later")
GRADES = {"A": tuple(RELIEFS), "B": ("supply_later",)}


def standing(grade: str) -> Standing:
    return Standing(grade, "2026-1", pure.MONDAY.date())


def of(material: v.Material = SPARED, **changes: object) -> v.VersionContent:
    """A low-risk licensing version: branch b looks at papers only, grade A earns everything, B may supply later."""
    flow = pure.content().flow
    branches = tuple(replace(b, document_only=b.key == "b") for b in flow.branches)
    values = {
        "materials": (v.Material("plan", "布局图"), material),
        "risk_level": "low",
        "reliefs": GRADES,
        "credit": RULE,
        "flow": replace(flow, branches=branches),
    }
    return version(**(values | changes))


def accept(grade: str, *reliefs: str) -> commands.Accept:
    return commands.Accept((), standing(grade), reliefs)


def relief(state):
    return next(p for p in state.proceedings if p.kind == "relief")


@pytest.mark.covers("NTC-14")
def test_a_waived_material_is_no_gap_and_the_event_keeps_the_grade():
    state = act(entered(of(), "proof"), accept("A", "waive_material"), CLERK, of=of())
    assert gaps.outstanding(state) == ()
    assert relief(state).data["waived"] == ["proof"]
    assert not state.open_proceedings("gap")
    body = events(entered(of(), "proof"), accept("A", "waive_material"), CLERK, of=of())["case.accepted"]
    assert body["credit"] == {
        "grade": "A",
        "rule": "2026-1",
        "on": pure.MONDAY.date(),
        "reliefs": ["waive_material"],
        "waived": ["proof"],
    }


@pytest.mark.parametrize(
    ("grade", "reliefs", "missing", "code"),
    [
        ("B", ("waive_material",), ("proof",), "credit.not_earned"),
        ("C", ("supply_later",), ("proof",), "credit.not_earned"),
        ("A", ("gift",), (), "credit.not_earned"),
        ("A", (), ("proof",), "materials.outstanding"),
        ("A", ("waive_material",), ("plan",), "materials.outstanding"),
        ("A", ("review_later",), ("proof",), "materials.outstanding"),
    ],
)
def test_only_what_the_grade_earns_takes_the_place_of_anything(grade, reliefs, missing, code):
    assert refused(entered(of(), *missing), accept(grade, *reliefs), CLERK, of=of()).code == code


def test_without_a_standing_there_is_no_relief():
    command = commands.Accept((), None, ("waive_material",))
    assert refused(entered(of(), "proof"), command, CLERK, of=of()).code == "credit.not_earned"


def test_a_main_material_is_never_spared_even_if_the_version_errs():
    erring = of(replace(SPARED, essential=True))
    assert refused(entered(erring, "proof"), accept("A", "waive_material"), CLERK, of=erring).code == (
        "materials.outstanding"
    )


@pytest.mark.covers("NTC-14")
def test_branches_that_only_look_at_papers_are_skipped():
    state = act(entered(of()), accept("A", "waive_review"), CLERK, of=of())
    assert [b.key for b in state.branches] == ["a"]
    assert relief(state).data["skipped"] == ["b"]
    body = events(entered(of()), accept("A", "waive_review"), CLERK, of=of())["case.review_started"]
    assert body["branches"] == ["a"]


@pytest.mark.covers("NTC-14", "NTC-15")
def test_a_postponed_review_decides_first_and_is_checked_later():
    state = act(entered(of()), accept("A", "review_later"), CLERK, of=of())
    assert (state.branches, [t.kind for t in state.open_tasks()]) == ((), ["decide"])
    decided = act(state, pure.grant(), pure.APPROVER, of=of())
    (task,) = decided.open_tasks("after_check")
    assert task.post_id == pure.SPARE
    (matter,) = decided.open_proceedings("after_check")
    assert (matter.key, matter.data["branches"]) == ("postponed", ["a", "b"])
    assert running(decided)["after_check"] == matter.due_on


def test_a_refusal_leaves_nothing_to_check():
    state = act(entered(of()), accept("A", "review_later"), CLERK, of=of())
    decided = act(state, commands.Decide("refused", "事实", "理由", BASIS), pure.APPROVER, of=of())
    assert not decided.open_proceedings() and "after_check" not in running(decided)


@pytest.mark.covers("NTC-14")
def test_good_credit_lets_a_secondary_material_follow_that_the_list_does_not_name():
    command = commands.AcceptWithDeferral(("proof",), True, "陆明远", (), standing("B"), ("supply_later",))
    state = act(entered(of(LATER), "proof"), command, CLERK, of=of(LATER))
    (matter,) = state.open_proceedings("deferral")
    assert (matter.key, matter.data["due_rule"]) == ("proof", "at_pickup")
    plain = replace(command, reliefs=())
    assert refused(entered(of(LATER), "proof"), plain, CLERK, of=of(LATER)).code == "deferral.essential"


@pytest.mark.covers("NTC-07", "NTC-14")
@pytest.mark.parametrize("material", [lawful.DEFERRABLE, SPARED])
def test_bad_credit_is_kept_from_deferral_by_the_published_rule(material):
    content = of(replace(material, deferral=lawful.DEFERRABLE.deferral))
    command = commands.AcceptWithDeferral(("proof",), True, "陆明远", (), standing("D"))
    told = refused(entered(content, "proof"), command, CLERK, of=content)
    assert (told.code, "测试信用办法第三条" in told.sentence) == ("credit.excluded", True)
    allowed = act(entered(content, "proof"), replace(command, standing=standing("C")), CLERK, of=content)
    assert allowed.state == "in_review"


@pytest.mark.covers("NTC-11", "NTC-14")
def test_bad_credit_is_kept_from_commitment_by_the_published_rule():
    content = of(commitment=COMMITMENT)
    promise = commands.AcceptWithCommitment("2026-1", "陆明远", (), standing("D"))
    assert refused(entered(content), promise, CLERK, of=content).code == "credit.excluded"
    assert act(entered(content), replace(promise, standing=standing("C")), CLERK, of=content).state == "in_review"


def test_an_excluding_version_needs_the_grade():
    command = commands.AcceptWithDeferral(("proof",), True, "陆明远")
    with pytest.raises(ValueError, match="standing"):
        refused(entered(of(), "proof"), command, CLERK, of=of())


def test_a_plain_acceptance_of_a_version_with_reliefs_reviews_everything():
    state = act(entered(of()), accept("A"), CLERK, of=of())
    assert [b.key for b in state.branches] == ["a", "b"]
    assert "relief" not in {p.kind for p in state.proceedings}
    assert papers(state)[-1] == "acceptance_notice"


# ---- the walk ------------------------------------------------------------------------------------------------------


class OnCredit(Intake):
    """The intake's walk over versions with reliefs, by people of every grade: what is granted lacks nothing."""

    def version(self, chosen):
        """A drawn version whose secondary material good credit spares, and whose second branch looks at papers."""
        drawn = version_of(chosen)
        flow = replace(drawn.flow, branches=tuple(replace(b, document_only=b.key == "b") for b in drawn.flow.branches))
        material = replace(drawn.materials[1], essential=False, relief="waive_material")
        own = {"materials": (drawn.materials[0], material), "risk_level": "low", "flow": flow}
        return replace(drawn, **own, reliefs=GRADES, credit=RULE)

    def attempt(self, command, who) -> None:
        """Whoever accepts knows the applicant's grade; here it is the worst unless a rule says otherwise."""
        if isinstance(command, commands.AcceptWithDeferral | commands.AcceptWithCommitment) and not command.standing:
            command = replace(command, standing=standing("C"))
        super().attempt(command, who)

    @at_intake
    @rule(
        who=at_window,
        grade=st.sampled_from(["A", "A", "B", "C", "D"]),
        taken=st.sets(st.sampled_from(sorted(RELIEFS))),
        later=st.booleans(),
    )
    def on_credit(self, who, grade: str, taken: set[str], later: bool) -> None:
        missing = gaps.outstanding(self.state)
        if later:
            spare = tuple(c for c in missing if c != "plan")
            command = commands.AcceptWithDeferral(spare, True, "陆明远", (), standing(grade), tuple(sorted(taken)))
        else:
            command = commands.Accept((), standing(grade), tuple(sorted(taken)))
        self.attempt(command, who)

    @invariant()
    def only_secondary_materials_of_the_list_are_deferred(self) -> None:
        """By the list, or because the grade earns it."""
        for matter in self.state.proceedings:
            if matter.kind == "deferral":
                material = self.of.material(matter.key)
                assert material is not None and not material.essential
                assert material.deferral is not None or "supply_later" in self.taken()

    def taken(self) -> tuple[str, ...]:
        return tuple(next((p.data["reliefs"] for p in self.state.proceedings if p.kind == "relief"), ()))

    @invariant()
    def a_relief_is_what_the_grade_earns_and_the_matrix_allows(self) -> None:
        for matter in self.state.proceedings:
            if matter.kind == "relief":
                own = earned(self.of, matter.data["grade"])
                assert set(matter.data["reliefs"]) <= set(own) <= set(MATRIX["low"])
                assert set(matter.data["waived"]) <= {"proof"}

    @invariant()
    def what_is_granted_lacks_nothing_but_by_a_relief_or_another_substitute(self) -> None:
        """Read from the rows themselves: every material is given, deferred, promised or waived."""
        if not self.state.outcome or self.state.outcome != self.of.law.positive:
            return
        has = {m.code for m in self.state.materials}
        has |= {p.key for p in self.state.proceedings if p.kind == "deferral"}
        has |= {c for p in self.state.proceedings if p.kind == "commitment" for c in p.data["materials"]}
        has |= {c for p in self.state.proceedings if p.kind == "relief" for c in p.data["waived"]}
        assert {"plan", "proof"} <= has

    @invariant()
    def what_was_postponed_is_checked_after_a_grant(self) -> None:
        postponed = next((p.data["postponed"] for p in self.state.proceedings if p.kind == "relief"), ())
        checks = [p for p in self.state.proceedings if p.kind == "after_check"]
        if self.state.outcome == self.of.law.positive and self.state.outcome:
            assert bool(checks) == bool(postponed)


OnCredit.TestCase.settings = settings(
    max_examples=examples(fast=8, whole=settings().max_examples),
    stateful_step_count=30,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.covers("NTC-14")
class TestOnCredit(OnCredit.TestCase):
    """See :class:`OnCredit`."""
