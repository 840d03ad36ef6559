"""Special steps: what each kind stops, who may begin and end one, and what the case shows meanwhile (glossary 8.3)."""

from __future__ import annotations

from datetime import date

import pytest

from tests.procedures.cases import pure
from tests.procedures.cases.pure import EXAMINER, HANDLER, OTHER_EXAMINER, act, days_later, in_review, joined, step
from tests.procedures.cases.test_rules import refusal
from tongban.ground.policy import SYSTEM
from tongban.procedures.cases.rules import commands, specials
from tongban.procedures.cases.rules.state import CaseState
from tongban.registry.catalog import version as v
from tongban.registry.catalog.special_steps import SPECIAL_STEPS

BASIS = "测试条例第五条"
LAWFUL = set(pure.LICENSING.lawful_stops)
PEOPLE = ("周立", "吴平")
DAY = "working_day"


def a_step(kind: str = "testing", branch: str = "a", **changes: object) -> commands.Suspend:
    values = {
        "kind": kind,
        "reason": "要看样品是否合格",
        "basis": BASIS,
        "limit_n": 5,
        "limit_unit": DAY,
        "branch_key": branch,
        "people": PEOPLE,
    }
    return commands.Suspend(**(values | changes))  # type: ignore[arg-type]


def clocks(state: CaseState, kind: str = "") -> dict[str, str]:
    return {c.kind + (f":{c.key}" if c.kind == "step" else ""): c.state for c in state.clocks if c.state != "done"}


def special(state: CaseState):
    return state.open_proceedings(*SPECIAL_STEPS)[-1]


def resume(state: CaseState, who=HANDLER, at=pure.MONDAY, of=None, matter=None, **changes: object) -> CaseState:
    values = {"result": "passed", "record": "样品合格", "people": PEOPLE} | changes
    matter = matter or special(state)
    return act(state, commands.Resume(matter.id, **values), who, at, of)  # type: ignore[arg-type]


def with_rule(kind: str, **changes: object) -> v.VersionContent:
    rule = v.SpecialStepRule(kind, "评审", v.TimeLimit(10, DAY, "办事指南"), **changes)  # type: ignore[arg-type]
    flow = pure.content().flow
    return pure.content(flow=v.Flow(*[getattr(flow, n) for n in list(flow.__dataclass_fields__)[:-1]], (rule,)))


# ---- what stops ----------------------------------------------------------------------------------------------------


@pytest.mark.covers("APR-02", "APR-19")
@pytest.mark.parametrize("kind", sorted(SPECIAL_STEPS))
def test_only_the_closed_list_and_force_majeure_stop_the_clocks_of_licensing(kind):
    stopped = set(specials.stops(pure.content(), kind, BASIS).clocks)
    everything = {"statutory", "joint", "promised"}
    assert stopped == (everything if kind in LAWFUL | {"force_majeure"} else set())


@pytest.mark.parametrize("kind", sorted(SPECIAL_STEPS))
def test_without_a_basis_the_law_runs_on_whatever_the_kind(kind):
    for content in (pure.content(), with_rule(kind, stops_statutory=True), with_rule(kind, stops_promised=True)):
        assert not {"statutory", "joint"} & set(specials.stops(content, kind, "  ").clocks)


@pytest.mark.parametrize("kind", sorted(SPECIAL_STEPS))
def test_outside_licensing_nothing_stops_unless_the_version_says_so(kind):
    regime = v.Regime(**{**pure.LICENSING.__dict__, "code": "payment", "lawful_stops": ()})
    stopped = set(specials.stops(pure.content(regime=regime), kind, BASIS).clocks)
    assert stopped == ({"statutory", "joint", "promised"} if kind == "force_majeure" else set())


@pytest.mark.parametrize(
    ("kind", "rule", "stopped"),
    [
        ("site_check", {"stops_promised": True}, {"promised"}),
        ("site_check", {"stops_statutory": True, "basis": "食品安全法第三十五条"}, {"statutory", "joint"}),
        ("publicity", {"stops_promised": True, "basis": "测试办法第二条"}, {"promised"}),
        ("payment", {"stops_statutory": True, "stops_promised": True, "basis": BASIS}, set()),
        ("other_branch", {"stops_statutory": True, "stops_promised": True, "basis": BASIS}, set()),
        ("site_check", {"stops_promised": True, "branch_key": "b"}, set()),
    ],
)
def test_a_published_rule_stops_what_it_names(kind, rule, stopped):
    assert set(specials.stops(with_rule(kind, **rule), kind, "", "a").clocks) == stopped


def test_a_rule_of_the_guide_is_cited_before_the_words_of_the_clerk():
    content = with_rule("site_check", stops_statutory=True, basis="食品安全法第三十五条")
    assert specials.stops(content, "site_check", "随便写的").basis == "食品安全法第三十五条"


# ---- begin and end -------------------------------------------------------------------------------------------------


@pytest.mark.covers("APR-02", "APR-19")
def test_a_test_stops_the_clocks_is_told_in_writing_and_gives_the_days_back():
    before = {c.kind: c.due_on for c in in_review().clocks}
    state = act(in_review(), a_step(), HANDLER)
    assert state.state == "in_review"  # the other department works on
    assert clocks(state) == {"statutory": "stopped", "joint": "stopped", "promised": "stopped", "special": "running"}
    assert "special_step_notice" in {p.kind for p in state.papers}
    assert special(state).due_on == pure.day(9, 14)
    back = resume(state, at=days_later(7))
    assert clocks(back) == {"statutory": "running", "joint": "running", "promised": "running"}
    after = {c.kind: c.due_on for c in back.clocks}
    # five working days were not counted, 8 to 14 September; Sunday 20 September is worked
    assert (before["promised"], after["promised"]) == (pure.day(9, 17), pure.day(9, 23))
    assert after["statutory"] > before["statutory"]
    assert special_of(back).state == "done"


def special_of(state: CaseState):
    return next(p for p in state.proceedings if p.kind in SPECIAL_STEPS)


def test_a_site_check_needs_two_and_has_its_own_notice_and_record():
    alone = a_step("site_check", people=("周立", " 周立 "))
    assert refusal(in_review(), alone, HANDLER).code == "special.two_people"
    state = act(in_review(), a_step("site_check", held_on=date(2026, 9, 9), place="现场"), HANDLER)
    assert clocks(state) == {
        "statutory": "running",
        "joint": "running",
        "promised": "running",
        "special": "running",
    }
    assert "site_check_notice" in {p.kind for p in state.papers}
    code = refusal(state, commands.Resume(special(state).id, "passed", "符合", ("周立",)), HANDLER).code
    assert code == "special.two_people"
    kept = commands.Resume(special(state).id, "passed", "符合", known={"people": list(PEOPLE), "place": "现场"})
    ended = pure.outcome(state, kept, HANDLER)
    assert "site_check_record" in {p.kind for p in pure.apply(state, ended).papers}
    row = next(c for c in ended.changes if c.model == "cases.Proceeding")
    assert '"place": "现场"' in row.values["record"]


def test_an_expert_review_names_its_experts():
    assert refusal(in_review(), a_step("expert_review", people=()), HANDLER).code == "special.experts"
    state = act(in_review(), a_step("expert_review", people=("郑教授（云溪大学）",)), HANDLER)
    assert "expert_review_record" in {p.kind for p in resume(state, people=("郑教授（云溪大学）",)).papers}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"kind": "lunch"}, "special.kind"),
        ({"reason": " "}, "special.reason"),
        ({"basis": " "}, "special.basis"),
        ({"basis": "法" * 301}, "proceeding.basis"),
        ({"limit_n": 0}, "special.limit"),
        ({"limit_n": 10**9}, "clock.limit"),
        ({"limit_unit": "fortnight"}, "special.limit"),
        ({"branch": "z"}, "special.branch"),
        ({"branch": "b"}, "special.other_post"),
        ({"kind": "force_majeure", "basis": ""}, "special.basis"),
    ],
)
def test_a_special_step_is_refused_with_a_sentence(changes, code):
    assert refusal(in_review(), a_step(**changes), HANDLER).code == code


def test_a_step_takes_no_longer_than_the_guide_publishes():
    content = with_rule("testing")
    state = in_review(of=content)
    assert refusal(state, a_step(limit_n=11), HANDLER, of=content).code == "special.limit_published"
    assert special(act(state, a_step(limit_n=10), HANDLER, of=content)).due_on == pure.day(9, 20)


@pytest.mark.parametrize("who", [pure.CLERK, pure.APPROVER, pure.APPLICANT, pure.HALL_MANAGER, SYSTEM])
def test_only_who_examines_begins_a_special_step(who):
    assert refusal(in_review(), a_step(), who).code == "case.not_allowed"


def test_another_department_neither_ends_the_step_nor_stops_the_whole_case():
    state = act(in_review(), a_step(), HANDLER)
    ending = commands.Resume(special(state).id, "passed", "合格")
    assert refusal(state, ending, OTHER_EXAMINER).code == "case.other_department"
    assert refusal(in_review(), a_step(branch=""), OTHER_EXAMINER).code == "case.other_department"


@pytest.mark.parametrize(
    ("changes", "code"), [({"result": "great"}, "special.result"), ({"record": " "}, "special.record")]
)
def test_the_end_of_a_step_says_what_was_found(changes, code):
    state = act(in_review(), a_step(), HANDLER)
    values = {"result": "passed", "record": "合格"} | changes
    assert refusal(state, commands.Resume(special(state).id, **values), HANDLER).code == code


def test_a_step_ends_once():
    state = act(in_review(), a_step(), HANDLER)
    matter = special(state)
    state = resume(state)
    assert refusal(state, commands.Resume(matter.id, "passed", "合格"), HANDLER).code == "proceeding.closed"


# ---- the case meanwhile --------------------------------------------------------------------------------------------


@pytest.mark.covers("APR-07", "APR-19")
def test_the_case_is_suspended_only_when_every_open_branch_is():
    one = act(in_review(), a_step(), HANDLER)
    assert (one.state, [b.state for b in one.branches]) == ("in_review", ["suspended", "active"])
    both = act(one, a_step("appraisal", "b"), OTHER_EXAMINER)
    assert (both.state, {b.state for b in both.branches}) == ("suspended", {"suspended"})
    first = next(p for p in both.open_proceedings("testing"))
    again = resume(both, matter=first)
    assert (again.state, [b.state for b in again.branches]) == ("in_review", ["active", "suspended"])
    assert clocks(again)["statutory"] == "stopped"  # the other step still holds it


def test_when_the_other_branches_are_done_one_step_suspends_the_case():
    state = act(step(in_review(), OTHER_EXAMINER), a_step(), HANDLER)
    assert state.state == "suspended"


def test_a_branch_that_ends_leaves_a_case_suspended_when_steps_hold_all_the_others():
    state = act(in_review(), a_step(), HANDLER)
    task = state.open_tasks("examine")[0]
    told = pure.outcome(state, commands.CompleteStep(task.id, "pass", "符合"), OTHER_EXAMINER)
    assert told.events[0].body["state"] == "suspended"
    held = pure.apply(state, told)
    assert held.state == "suspended"
    assert resume(held).state == "in_review"


def test_two_steps_of_one_branch_hold_it_until_both_are_over_and_count_once():
    state = act(act(in_review(), a_step(), HANDLER), a_step("appraisal"), HANDLER, days_later(2))
    first = resume(state, at=days_later(4), matter=state.open_proceedings("testing")[0])
    assert next(b.state for b in first.branches if b.key == "a") == "suspended"
    assert clocks(first)["promised"] == "stopped"
    both = resume(first, at=days_later(7))
    assert next(b.state for b in both.branches if b.key == "a") == "active"
    assert next(c.due_on for c in both.clocks if c.kind == "promised") == pure.day(9, 23)


def test_a_suspended_branch_completes_no_step():
    state = act(in_review(), a_step(), HANDLER)
    task = next(t for t in state.open_tasks("handle"))
    assert refusal(state, commands.CompleteStep(task.id, "pass", "符合"), HANDLER).code == "step.suspended"
    assert step(state, OTHER_EXAMINER).branches[1].state == "done"


def test_after_every_branch_a_force_majeure_suspends_the_whole_case_and_nobody_decides():
    state = act(joined(), a_step("force_majeure", ""), EXAMINER)
    assert state.state == "suspended"
    assert refusal(state, pure.grant(), pure.APPROVER).code == "decision.suspended"
    assert resume(state, who=EXAMINER).state == "in_review"


def test_open_tasks_move_with_the_clock_that_binds():
    state = act(in_review(), a_step(), HANDLER)
    ended = pure.outcome(state, commands.Resume(special(state).id, "passed", "合格"), HANDLER, days_later(7))
    moved = {c.values["due_at"].date() for c in ended.changes if c.model == "work.Task"}
    assert moved == {date(2026, 9, 23)}
