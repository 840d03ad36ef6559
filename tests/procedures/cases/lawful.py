"""Versions of every legal regime, people of the intake, and cases that lack a material: for the tests of the intake."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import Any

import pytest

from tests.procedures.cases import pure
from tests.procedures.cases.pure import APPLICANT, CLERK, MONDAY, content, setting, v
from tongban.ground.errors import Refusal
from tongban.ground.policy import Principal
from tongban.procedures.cases.rules import commands, decide
from tongban.procedures.cases.rules.clocking import ClockStep, react
from tongban.procedures.cases.rules.intake import begin
from tongban.procedures.cases.rules.state import CaseState

BASIS = ({"instrument": "测试条例", "article": "第一条"},)
LICENCE = commands.LicenceGrant("person", pure.PERSON_ID, "陆明远", "{}")


def day(n: int, basis: str = "办事指南", unit: str = "working_day") -> v.TimeLimit:
    """A limit."""
    return v.TimeLimit(n, unit, basis)


def regime(code: str, positive: str = "granted", negative: str = "refused", *, acceptance: bool = True) -> v.Regime:
    """A regime in which nothing is deemed, statutory or stopped by law."""
    return replace(
        pure.LICENSING,
        code=code,
        name=code,
        separate_acceptance=acceptance,
        deemed_acceptance=False,
        acceptance_limit=None,
        statutory_limit=None,
        joint_limit=None,
        extension_max=None,
        joint_extension_max=None,
        lawful_stops=(),
        delivery_limit=None,
        positive=positive,
        negative=negative,
        deemed_renewal=False,
        hearing=False,
        basis=(),
    )


REGIMES: dict[str, v.Regime] = {
    "licensing": pure.LICENSING,
    "registration": regime("registration", acceptance=False),
    "confirmation": regime("confirmation"),
    "payment": regime("payment"),
    "award": regime("award"),
    "adjudication": regime("adjudication", "adjudicated", ""),
    "filing": regime("filing", "recorded", "", acceptance=False),
    "public_service": regime("public_service", "provided", "not_provided"),
}
DEFERRABLE = v.Material(
    "proof",
    "证明",
    essential=False,
    deferral=v.DeferralRule("at_pickup", consequence="不发给证件", basis="办事指南"),
)
BY_DATE = replace(DEFERRABLE, deferral=v.DeferralRule("by_date", day(5), "终止办理", "办事指南"))
COMMITMENT = v.CommitmentRule(
    mode="approval",
    pair_version="2026-1",
    statement=("有固定场所",),
    letter=("所作承诺真实",),
    materials=("proof",),
    check_limit=day(20, "承诺办法"),
    rectification_limit=day(10, "承诺办法"),
    liability=("撤销决定",),
    basis="测试条例第一条",
)
SINGLE_POST = v.SinglePostRule(pure.WINDOW, "窗口", "测授〔2026〕1号", "2026-01-05", "2026-01-10", "2026-12-31")


def version(code: str = "licensing", **changes: Any) -> v.VersionContent:
    """A version under a regime: without a statutory limit of its own outside licensing."""
    own: dict[str, Any] = {"legal_regime": code, "item_type": code, "regime": REGIMES[code]}
    if code != "licensing":
        own |= {"statutory_limit": None, "joint_limit": None}
    if REGIMES[code].positive != "granted":
        own["result"] = v.Result("", "办理结果")
    return content(**(own | changes))


def deferrable(material: v.Material = DEFERRABLE, **changes: Any) -> v.VersionContent:
    """A licensing version with one secondary material that may follow later."""
    return version(materials=(v.Material("plan", "布局图"), material), **changes)


def instant(code: str = "public_service", level: str = "single_post", **changes: Any) -> v.VersionContent:
    """An instant item without review, under a written authorisation of the window."""
    flow = replace(content().flow, branches=())
    own: dict[str, Any] = {"case_type": "instant", "separation_level": level, "single_post": SINGLE_POST, "flow": flow}
    return version(code, **(own | changes))


def person(number: int, role: str, post: int, **changes: Any) -> Principal:
    """A staff member of the deciding department with a role at a post."""
    values: dict[str, Any] = {
        "kind": "staff",
        "account_id": uuid.UUID(int=number),
        "staff_id": uuid.UUID(int=number),
        "name": f"工作人员{number}",
        "post_id": post,
        "department_id": 1,
        "roles": frozenset({role}),
        "region_no": 1,
        "region_end_no": 99,
    }
    return Principal(**(values | changes))


HALL_MANAGER = person(31, "hall_manager", 31)
CHIEF = person(32, "chief_representative", pure.WINDOW)
CHECKER = person(33, "handler", pure.HANDLE)
HEAD = person(34, "approver", pure.APPROVE)


def entered(
    of: v.VersionContent,
    *missing: str,
    at_window: bool = True,
    who: Principal | None = None,
    at: Any = MONDAY,
    **more: Any,
) -> CaseState:
    """A case just entered: ``plan`` is given unless it is missing."""
    given = tuple(commands.Given(m.code, m.name, (uuid.UUID(int=5),)) for m in of.materials if m.code not in missing)
    command = replace(pure.submission(at_window), materials=given, missing=tuple(missing), **more)
    circumstances = setting(who or (CLERK if at_window else APPLICANT), at, of)
    state = begin(command, circumstances)
    return pure.apply(state, decide(state, command, circumstances))


def refused(state: CaseState, command: object, who: Principal, at: Any = MONDAY, of: Any = None) -> Refusal:
    """The refusal of a command."""
    with pytest.raises(Refusal) as caught:
        decide(state, command, setting(who, at, of))
    return caught.value


def running(state: CaseState) -> dict[str, object]:
    """Clocks that run: kind -> due day."""
    return {c.kind: c.due_on for c in state.clocks if c.state == "running"}


def papers(state: CaseState) -> list[str]:
    """Kinds of the papers, in order."""
    return [p.kind for p in state.papers]


def events(state: CaseState, command: object, who: Principal, at: Any = MONDAY, of: Any = None) -> dict[str, Any]:
    """Kind -> body of the events of an act."""
    return {e.kind: dict(e.body) for e in decide(state, command, setting(who, at, of)).events}


def given(code: str = "proof", number: int = 9) -> commands.Given:
    """A material."""
    return commands.Given(code, code, (uuid.UUID(int=number),))


def refolded(state: CaseState, command: object, who: Principal, at: Any, of: v.VersionContent) -> None:
    """The clock steps that the events of an act tell give the very rows that the act writes."""
    circumstances = setting(who, at, of)
    outcome = decide(state, command, circumstances)
    told = tuple(ClockStep.from_json(step) for event in outcome.events for step in event.body.get("clocks", ()))
    rows = {
        (c.values.get("kind"), c.values.get("key"), str(c.values["history"]))
        if hasattr(c, "values") and "kind" in c.values
        else ("", "", str(c.values["history"]))
        for c in outcome.changes
        if c.model == "work.ClockRow"
    }
    again = {
        (c.values.get("kind"), c.values.get("key"), str(c.values["history"]))
        if "kind" in c.values
        else ("", "", str(c.values["history"]))
        for c in react(state, told, circumstances)
    }
    assert rows == again
