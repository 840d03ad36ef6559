"""A case engine without a database: a small version, people of every power, and an interpreter of outcomes.

The interpreter applies the changes that the rules return to plain data, independently of ``acts``; so the rules can be
walked by hypothesis in microseconds.
"""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from tongban.ground import calendar, moment
from tongban.ground.changes import Insert, Outcome, Update
from tongban.ground.elements import ElementDefinition
from tongban.ground.policy import Principal
from tongban.procedures.cases.rules import commands, decide
from tongban.procedures.cases.rules.intake import begin
from tongban.procedures.cases.rules.state import (
    BranchView,
    CaseState,
    ClockView,
    MaterialView,
    NoticeView,
    PaperView,
    ProceedingView,
    Setting,
    TaskView,
)
from tongban.procedures.work.cards import rule_of
from tongban.registry.catalog import version as v

WINDOW, HANDLE, EXAMINE, OTHER, APPROVE, DELIVER = 1, 2, 3, 4, 5, 6
HEAD, GOVERNMENT, OFFICER, SPARE, HALL = 7, 8, 9, 10, 11
PERSON_ID = uuid.UUID(int=900)
MONDAY = datetime(2026, 9, 7, 10, 0, tzinfo=moment.SHANGHAI)


LICENSING = v.Regime(
    code="licensing",
    name="行政许可",
    valid_from="2019-04-23",
    separate_acceptance=True,
    deemed_acceptance=True,
    acceptance_limit=v.TimeLimit(5, "working_day", "行政许可法第三十二条"),
    statutory_limit=v.TimeLimit(20, "working_day", "行政许可法第四十二条"),
    joint_limit=v.TimeLimit(45, "working_day", "行政许可法第四十二条第二款"),
    extension_max=10,
    joint_extension_max=15,
    lawful_stops=(
        "hearing",
        "tender",
        "auction",
        "conformity_inspection",
        "testing",
        "quarantine",
        "appraisal",
        "expert_review",
    ),
    delivery_limit=v.TimeLimit(10, "working_day", "行政许可法第四十四条"),
    positive="granted",
    negative="refused",
    deemed_renewal=True,
    hearing=True,
    remedies="review_and_suit",
    basis=(v.LegalBasis("中华人民共和国行政许可法", "第三十二条"),),
)
"""The regime of 行政许可法, as the shipped data has it."""


def content(**changes: Any) -> v.VersionContent:
    """A licensing version with two parallel branches: one of two steps, one of a single step."""
    day = lambda n, basis: v.TimeLimit(n, "working_day", basis)  # noqa: E731 - a word of this table
    values: dict[str, Any] = {
        "option_code": "O1",
        "slug": "test",
        "item_code": "I1",
        "entry_code": "E1",
        "item_name": "测试许可",
        "name": "测试许可（新办）",
        "kind": "new",
        "item_type": "licensing",
        "legal_regime": "licensing",
        "case_type": "promised",
        "separation_level": "strict",
        "authority": v.Authority(
            1, "X", "测试局", "测试局", "测许", reconsideration_authority="测试市人民政府", court="测试区人民法院"
        ),
        "region_no": 10,
        "region_name": "云溪市",
        "audience": ("person",),
        "plain": "",
        "aliases": (),
        "themes": (),
        "legal_basis": (v.LegalBasis("测试条例", "第一条"),),
        "acceptance_limit": day(5, "行政许可法第三十二条"),
        "statutory_limit": day(20, "行政许可法第四十二条"),
        "promised_limit": day(8, "承诺"),
        "delivery_limit": day(10, "行政许可法第四十四条"),
        "correction_limit": day(10, "办事指南"),
        "conditions": (),
        "exclusions": (),
        "questions": (),
        "situations": (),
        "form": (v.FormSection("a", "基本信息", (v.FormField("premises.name", "名称"),)),),
        "elements": {"premises.name": ElementDefinition(path="premises.name", name="名称", type="text")},
        "code_lists": {},
        "materials": (v.Material("plan", "布局图"), v.Material("proof", "证明")),
        "flow": v.Flow(
            WINDOW,
            "窗口",
            (
                v.Branch(
                    "a",
                    "甲",
                    1,
                    "甲局",
                    (v.Step("h", "handle", "承办", HANDLE, "承办"), v.Step("e", "examine", "审核", EXAMINE, "审核")),
                ),
                v.Branch("b", "乙", 2, "乙局", (v.Step("e", "examine", "审查", OTHER, "审查"),)),
            ),
            APPROVE,
            "审批",
            DELIVER,
            "出件",
        ),
        "result": v.Result("test_licence", "测试许可证", 12, {"premises.name": "premises.name"}),
        "receipt_points": (),
        "fee": "不收费",
        "fee_basis": "",
        "visits_required": 0,
        "online_depth": (),
        "assurance_level": 1,
        "places": (),
        "faq": (),
        "regime": LICENSING,
        "joint_limit": day(45, "行政许可法第四十二条第二款"),
    }
    return v.VersionContent(**(values | changes))


ROLES = {
    WINDOW: "window_clerk",
    HANDLE: "handler",
    EXAMINE: "examiner",
    OTHER: "examiner",
    APPROVE: "approver",
    DELIVER: "issuing_clerk",
    HEAD: "authority_head",
    GOVERNMENT: "government_head",
    OFFICER: "hearing_officer",
    SPARE: "examiner",
    HALL: "hall_manager",
}


def staff(number: int, *posts: int) -> list[Principal]:
    """The principals of one staff member, one for each post held."""
    return [
        Principal(
            kind="staff",
            account_id=uuid.UUID(int=number),
            staff_id=uuid.UUID(int=number),
            name=f"工作人员{number}",
            post_id=post,
            post_name=f"岗位{post}",
            department_id=2 if post == OTHER else 1,
            posts=tuple((held, f"岗位{held}") for held in posts),
            roles=frozenset({ROLES[post]}),
            region_no=1,
            region_end_no=99,
        )
        for post in posts
    ]


APPLICANT = Principal(
    kind="person",
    account_id=uuid.UUID(int=901),
    person_id=PERSON_ID,
    roles=frozenset({"applicant"}),
    assurance_level=2,
)
CLERK = staff(11, WINDOW)[0]
HANDLER = staff(12, HANDLE)[0]
EXAMINER = staff(13, EXAMINE)[0]
OTHER_EXAMINER = staff(14, OTHER)[0]
APPROVER = staff(15, APPROVE)[0]
ISSUER = staff(16, DELIVER)[0]
AUTHORITY_HEAD = staff(18, HEAD)[0]
GOVERNMENT_HEAD = staff(19, GOVERNMENT)[0]
HEARING_OFFICER = staff(20, OFFICER)[0]
SPARE_EXAMINER = staff(21, SPARE)[0]
HALL_MANAGER = staff(22, HALL)[0]
JACK_OF_ALL_TRADES = staff(17, WINDOW, HANDLE, EXAMINE, OTHER, APPROVE, DELIVER)


def setting(principal: Principal, at: datetime = MONDAY, of: v.VersionContent | None = None) -> Setting:
    """The circumstances of an act."""
    today = moment.local(at).date()
    return Setting(of or content(), principal, at, today, calendar.load(), today, rule_of(today))


def submission(at_window: bool = False) -> commands.Submit:
    """A complete application."""
    return commands.Submit(
        case_id=uuid.UUID(int=1),
        number="YX2026-0907-000001",
        query_password="000000",
        submission_key=uuid.UUID(int=2),
        version_id=uuid.UUID(int=3),
        version_hash="h",
        region_id=1,
        applicant_person_id=PERSON_ID,
        applicant_organisation_id=None,
        applicant_label="陆*",
        agent_person_id=None,
        contact_mobile_index="",
        channel="window" if at_window else "portal",
        delivery_mode="download",
        answers="{}",
        content_hash="c",
        materials=(commands.Given("plan", "布局图", (uuid.UUID(int=5),)),),
        account_id=uuid.UUID(int=901),
        at_window=at_window,
    )


def submitted(at: datetime = MONDAY, at_window: bool = False, of: v.VersionContent | None = None) -> CaseState:
    """A case just submitted."""
    command, circumstances = submission(at_window), setting(CLERK if at_window else APPLICANT, at, of)
    state = begin(command, circumstances)
    return apply(state, decide(state, command, circumstances))


def outcome(
    state: CaseState, command: object, who: Principal, at: datetime = MONDAY, of: v.VersionContent | None = None
) -> Outcome:
    """What the rule answers: events and changes; raises what the rule raises."""
    return decide(state, command, setting(who, at, of))


def act(
    state: CaseState, command: object, who: Principal, at: datetime = MONDAY, of: v.VersionContent | None = None
) -> CaseState:
    """The state after the command; raises what the rule raises."""
    return apply(state, decide(state, command, setting(who, at, of)))


def step(
    state: CaseState,
    who: Principal,
    verdict: str = "pass",
    at: datetime = MONDAY,
    of: v.VersionContent | None = None,
) -> CaseState:
    """The step that waits at the principal's post."""
    task = next(t for t in state.open_tasks("handle", "examine") if t.post_id == who.post_id)
    return act(state, commands.CompleteStep(task.id, verdict, "符合要求"), who, at, of)


def grant() -> commands.Decide:
    """A grant with its licence."""
    return commands.Decide("granted", licence=commands.LicenceGrant("person", PERSON_ID, "陆明远", "{}"))


def in_review(at: datetime = MONDAY, by: Principal = CLERK, of: v.VersionContent | None = None) -> CaseState:
    """Accepted, every branch open."""
    return act(submitted(at, of=of), commands.Accept(), by, at, of)


def joined(at: datetime = MONDAY, of: v.VersionContent | None = None) -> CaseState:
    """Every branch done, the decision waits."""
    state = in_review(at, of=of)
    for who in (HANDLER, OTHER_EXAMINER, EXAMINER):
        state = step(state, who, at=at, of=of)
    return state


def sealed(state: CaseState) -> CaseState:
    """The document worker has sealed every paper."""
    return replace(state, papers=tuple(replace(p, state="sealed") for p in state.papers))


def apply(state: CaseState, outcome: Outcome) -> CaseState:
    """Interpret an outcome on plain data."""
    _require_single(outcome)
    state = replace(state, seq=state.seq + len(outcome.events))
    for change in outcome.changes:
        if isinstance(change, Insert):
            state = _insert(state, change)
        elif isinstance(change, Update):
            state = _update(state, change)
    return state


def _require_single(outcome: Outcome) -> None:
    """One statement writes a row once: PostgreSQL would keep one of two updates, whichever (``ground.acts``)."""
    rows = [(c.model, tuple(c.key.items())) for c in outcome.changes if isinstance(c, Update)]
    others = [row for row in rows if row[0] != "cases.Case"]
    assert len(others) == len(set(others)), f"a row is updated twice: {others}"
    own = [name for c in outcome.changes if isinstance(c, Update) and c.model == "cases.Case" for name in c.values]
    assert len(own) == len(set(own)), f"a value of the case is told twice: {own}"


def _insert(state: CaseState, change: Insert) -> CaseState:
    x = dict(change.values)
    match change.model:
        case "work.Task":
            view = TaskView(x["id"], x["kind"], x["branch_key"], x["step_key"], x["name"], x["post_id"], False, None)
            return replace(state, tasks=(*state.tasks, view))
        case "work.ClockRow":
            return replace(state, clocks=(*state.clocks, _clock(x)))
        case "cases.Proceeding":
            return replace(state, proceedings=(*state.proceedings, _proceeding(x)))
        case "cases.CaseBranch":
            branch = BranchView(x["id"], x["key"], x["name"], x["state"], "", x["department_id"])
            return replace(state, branches=(*state.branches, branch))
        case "cases.CaseMaterial":
            key = uuid.uuid5(state.id, f"{x['code']}{x['round']}")
            return replace(state, materials=(*state.materials, MaterialView(key, x["code"], x["name"], x["state"])))
        case "cases.CorrectionNotice":
            targets = tuple((i["target"], i["code"]) for i in x["items"])
            notice = NoticeView(x["id"], x["number"], targets, x["due_on"], False)
            return replace(state, notices=(*state.notices, notice))
        case "documents.Document":
            return replace(state, papers=(*state.papers, PaperView(x["id"], x["kind"], x["state"])))
        case _:
            return state


def _clock(x: dict[str, Any]) -> ClockView:
    return ClockView(x["id"], x["kind"], x["key"], x["state"], x["due_on"], x["provisional"], x["history"])


def _proceeding(x: dict[str, Any]) -> ProceedingView:
    opened = (x.get("due_on"), x["opened_at"], x.get("opened_by"), x.get("closed_by"), dict(x.get("data", {})))
    known = (x["kind"], x.get("key", ""), x.get("branch_key", ""), x.get("state", "open"), x.get("result", ""))
    return ProceedingView(x["id"], *known, *opened)


_LISTS = {
    "work.Task": "tasks",
    "work.ClockRow": "clocks",
    "cases.CaseBranch": "branches",
    "cases.CaseMaterial": "materials",
    "cases.CorrectionNotice": "notices",
    "cases.Proceeding": "proceedings",
}


def _update(state: CaseState, change: Update) -> CaseState:
    values = dict(change.values)
    if change.model == "cases.Case":
        known = {k: val for k, val in values.items() if k in CaseState.__dataclass_fields__}
        return replace(state, **known)
    name = _LISTS.get(change.model)
    if name is None:
        return state
    if "done_at" in values:
        values["done"] = True
    if "answered_at" in values:
        values["answered"] = True
    rows = []
    for row in getattr(state, name):
        known = {k: val for k, val in values.items() if k in type(row).__dataclass_fields__}
        rows.append(replace(row, **known) if row.id == change.key["id"] else row)
    if name == "materials":
        rows = [r for r in rows if r.state != "replaced"]
    return replace(state, **{name: tuple(rows)})


def days_later(n: int, start: datetime = MONDAY) -> datetime:
    """``n`` calendar days after Monday, 7 September 2026."""
    return start + timedelta(days=n)


def day(month: int, number: int) -> date:
    """A day of 2026."""
    return date(2026, month, number)
