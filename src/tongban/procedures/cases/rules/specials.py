"""Special steps: what may stop a clock, and what may not. Pure (glossary 8.3).

行政许可法 art. 45 (hearing, tender, auction, conformity inspection, testing, quarantine, appraisal, expert review are
not counted; the time is told in writing), 34(3) (a site check by two or more).
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from tongban.ground.changes import Change, Insert, Outcome, Update
from tongban.ground.errors import Refusal
from tongban.procedures.cases.rules import clocking, parts, proceedings
from tongban.procedures.cases.rules.clocking import ClockStep
from tongban.procedures.cases.rules.commands import Resume, Suspend
from tongban.procedures.cases.rules.state import CaseState, ProceedingView, Setting
from tongban.registry.catalog.special_steps import SPECIAL_STEPS
from tongban.registry.catalog.version import SpecialStepRule, TimeLimit, VersionContent

REVIEW = ("in_review", "suspended")
LAW_CLOCKS = ("statutory", "joint")
NEVER_STOP = ("payment", "other_branch")
"""They stop the branch's own clock only, whatever a version says (glossary 8.3)."""
UNITS = ("working_day", "calendar_day", "month")

RESULTS = {"passed": "符合", "failed": "不符合", "conditional": "整改后符合", "done": "已完成"}
"""What a special step came to."""

NOTICES = {"site_check": "site_check_notice"}
RECORDS = {"site_check": "site_check_record", "expert_review": "expert_review_record"}
"""Kinds whose notice or record is a paper of its own."""


# ---- what stops ----------------------------------------------------------------------------------------------------


def published(content: VersionContent, kind: str, branch_key: str) -> SpecialStepRule | None:
    """The rule of the guide for this kind (of this branch, or of the whole item)."""
    rules = content.flow.special_steps
    return next((r for r in rules if r.kind == kind and r.branch_key in ("", branch_key)), None)


@dataclass(frozen=True, slots=True)
class Stops:
    """Which clocks of the case a special step stops, and by which article."""

    clocks: tuple[str, ...]
    basis: str


def stops(content: VersionContent, kind: str, basis: str, branch_key: str = "") -> Stops:
    """What a special step of this kind stops, by law, by the published version, or by a decision with a basis.

    The law's clocks stop only with a basis. A branch's own ``step`` clock stops always and is not named here.
    """
    rule = published(content, kind, branch_key)
    lawful = kind in content.law.lawful_stops
    decided = kind == "force_majeure"
    cited = (rule.basis if rule and rule.basis else "") or basis.strip()
    if kind in NEVER_STOP:
        return Stops((), cited)
    law = bool(cited) and (lawful or decided or bool(rule and rule.stops_statutory and rule.basis))
    promise = lawful or decided or bool(rule and rule.stops_promised)
    return Stops((*(LAW_CLOCKS if law else ()), *(("promised",) if promise else ())), cited)


def steps_of_pause(
    state: CaseState, setting: Setting, matter_id: uuid.UUID, kind: str, what: Stops, branch_keys: Sequence[str]
) -> tuple[ClockStep, ...]:
    """Suspend the named clocks of the case and the step clocks of the branches; the matter's id names the pause."""
    pause = str(matter_id)
    own = clocking.suspend(state, setting, kind, what.basis, pause, "step")
    decision = clocking.suspend(state, setting, kind, what.basis, pause, *what.clocks) if what.clocks else ()
    return (*decision, *(s for s in own if s.key in branch_keys))


# ---- what the case looks like while special steps are open ---------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Standing:
    """The state of the case, and the branches whose state changes with it."""

    state: str
    changes: tuple[Update, ...]


def standing(state: CaseState, places: Sequence[str]) -> Standing:
    """``places``: branch keys of the special steps that are open ("" = the whole case).

    The case is suspended only when every open branch is; when all branches are done, when the whole case is.
    """
    changes, held = [], []
    for branch in state.branches:
        if branch.state in ("done", "stopped"):
            continue
        wanted = "suspended" if {"", branch.key} & set(places) else "active"
        held.append(wanted == "suspended")
        if branch.state != wanted:
            changes.append(Update("cases.CaseBranch", {"id": branch.id}, {"state": wanted}))
    suspended = all(held) if held else "" in places
    return Standing("suspended" if suspended else "in_review", tuple(changes))


def places_of(matters: Sequence[ProceedingView]) -> tuple[str, ...]:
    """Where the open special steps among them hold the case."""
    return tuple(p.branch_key for p in matters if p.open and p.kind in SPECIAL_STEPS)


def open_branch_keys(state: CaseState, place: str) -> tuple[str, ...]:
    """Keys of the open branches that a place covers."""
    return tuple(b.key for b in state.branches if b.state not in ("done", "stopped") and place in ("", b.key))


# ---- open and end --------------------------------------------------------------------------------------------------


def suspend(state: CaseState, command: Suspend, setting: Setting) -> Outcome:
    """Open a special step: its own clock, its notice in writing, and the pauses that are lawful."""
    parts.require_state(state, *REVIEW)
    parts.require(setting.principal, "cases.case.suspend", state)
    place = _place(state, command.branch_key, setting)
    _check_step(command)
    limit = _own_limit(command, place, setting)
    what = stops(setting.content, command.kind, command.basis, place)
    if command.kind in setting.content.law.lawful_stops and not what.basis:
        raise Refusal(
            "special.basis",
            f"请写明依法需要{SPECIAL_STEPS[command.kind]}的依据，没有依据不能停计法定期限",
            field="basis",
            remedy="写明法规名称和条款",
        )
    return begin_step(state, command, place, limit, what, setting)


def begin_step(
    state: CaseState, command: Suspend, place: str, limit: TimeLimit, what: Stops, setting: Setting
) -> Outcome:
    """The rows and the event of a special step that is allowed."""
    notice = parts.paper(NOTICES.get(command.kind, "special_step_notice"), state.id, setting)
    matter = _matter(state, command, place, limit, what, notice, setting)
    due = matter.values["due_on"]
    key = matter.values["id"]
    pause = steps_of_pause(state, setting, key, command.kind, what, open_branch_keys(state, place))
    steps = (*pause, clocking.start("special", limit, setting.today, key=str(key), at=setting.at))
    rows = clocking.react(state, steps, setting)
    now = standing(state, (*places_of(state.proceedings), place))
    body = {
        "proceeding_id": key,
        "kind": command.kind,
        "branch": place,
        "due_on": due,
        "stops": list(what.clocks),
        "basis": what.basis,
        "state": now.state,
        "documents": [notice.values["id"]],
    }
    return Outcome(
        (clocking.event("case.suspended", body, steps, command.kind),),
        (
            Update("cases.Case", {"id": state.id}, {"state": now.state}),
            *now.changes,
            matter,
            notice,
            *rows,
            *parts.retimed(state, rows),
        ),
    )


def _matter(
    state: CaseState,
    command: Suspend,
    place: str,
    limit: TimeLimit,
    what: Stops,
    notice: Insert,
    setting: Setting,
) -> Insert:
    return proceedings.opened(
        state,
        setting,
        command.kind,
        branch_key=place,
        basis=what.basis,
        reason=command.reason,
        record={"place": command.place.strip(), "people": _names(command.people)},
        data={
            "limit_n": limit.n,
            "limit_unit": limit.unit,
            "held_on": command.held_on.isoformat() if command.held_on else "",
            "stops": list(what.clocks),
        },
        due_on=parts.due_on(limit, setting.today, setting),
        notice_id=notice.values["id"],
    )


def _names(people: Sequence[str]) -> list[str]:
    """Names without blanks and repetitions, in order."""
    return list(dict.fromkeys(name.strip() for name in people if name.strip()))


def _place(state: CaseState, branch_key: str, setting: Setting) -> str:
    """The branch that the step belongs to; the whole case only for the deciding department."""
    if not branch_key:
        if len(open_branch_keys(state, "")) > 1:
            parts.require_department(setting.principal, state.department_id)
        return ""
    if branch_key not in open_branch_keys(state, ""):
        raise Refusal("special.branch", "这个部门的审查没有在办，不能登记特殊环节", field="branch_key")
    if not any(t.branch_key == branch_key and t.post_id == setting.principal.post_id for t in state.open_tasks()):
        raise Refusal("special.other_post", "这个部门的审查由别的岗位办理", remedy="请切换到承担这项任务的岗位")
    return branch_key


def _check_step(command: Suspend) -> None:
    if command.kind not in SPECIAL_STEPS:
        raise Refusal("special.kind", "请选择特殊环节的种类", field="kind")
    if not command.reason.strip():
        raise Refusal("special.reason", "请写明为什么需要这个环节", field="reason", remedy="申请人要能看懂")
    if command.kind == "force_majeure" and not command.basis.strip():
        raise Refusal(
            "special.basis", "因不可抗力停计期限要写明依据", field="basis", remedy="写明法规名称和条款或者决定文号"
        )
    people = _names(command.people)
    if command.kind == "site_check" and len(people) < 2:
        raise Refusal(
            "special.two_people",
            "现场勘验要指派两名以上工作人员",
            field="people",
            remedy="写明两名以上人员的姓名（行政许可法第三十四条第三款）",
        )
    if command.kind == "expert_review" and not people:
        raise Refusal("special.experts", "请写明参加评审的外部专家", field="people")


def _own_limit(command: Suspend, place: str, setting: Setting) -> TimeLimit:
    """The time told; never longer than the guide publishes."""
    rule = published(setting.content, command.kind, place)
    if command.limit_unit not in UNITS or command.limit_n < 1:
        raise Refusal("special.limit", "请填写特殊环节需要的时间", field="limit_n", remedy="填写天数，一天以上")
    limit = TimeLimit(command.limit_n, command.limit_unit, rule.basis if rule else command.basis.strip())
    if rule and parts.due_on(limit, setting.today, setting) > parts.due_on(rule.limit, setting.today, setting):
        raise Refusal(
            "special.limit_published",
            f"办事指南公布的「{rule.name}」时限是 {clocking.limit_of(rule.limit).words}，不能超过",
            field="limit_n",
        )
    return limit


def resume(state: CaseState, command: Resume, setting: Setting) -> Outcome:
    """The special step is over: its record is kept, and what it stopped runs on unless another step still holds it."""
    parts.require_state(state, *REVIEW)
    parts.require(setting.principal, "cases.case.resume", state)
    matter = proceedings.open_one(state, command.proceeding_id, *SPECIAL_STEPS)
    branch = next((b for b in state.branches if b.key == matter.branch_key), None)
    parts.require_department(setting.principal, branch.department_id if branch else state.department_id)
    if matter.kind == "hearing":
        raise Refusal("special.hearing", "听证要以听证笔录结束", remedy="请登记听证笔录，或登记放弃听证")
    people = _check_record(matter, command)
    record = RECORDS.get(matter.kind)
    papers = [parts.paper(record, state.id, setting)] if record else []
    words = {**dict(command.known), "words": command.record.strip(), "people": people}
    data = {"papers": papers_told(matter, papers)} if papers else {}
    closing = proceedings.closed(matter, setting, result=command.result, record=words, data=data)
    return end_step(state, matter, setting, (closing, *papers), [p.values["id"] for p in papers])


def papers_told(matter: ProceedingView, papers: Sequence[Insert]) -> dict[str, str]:
    """Kind -> id of the papers of a side matter, with new ones."""
    return {**matter.data.get("papers", {}), **{p.values["kind"]: str(p.values["id"]) for p in papers}}


def _check_record(matter: ProceedingView, command: Resume) -> list[str]:
    if command.result not in RESULTS:
        raise Refusal("special.result", "请选择特殊环节的结果", field="result")
    if not command.record.strip():
        raise Refusal("special.record", "请写明特殊环节的经过和结论", field="record")
    people = _names(command.people or command.known.get("people", ()))
    if matter.kind == "site_check" and len(people) < 2:
        raise Refusal("special.two_people", "现场勘验记录要有两名以上工作人员", field="people")
    if matter.kind == "expert_review" and not people:
        raise Refusal("special.experts", "请写明参加评审的外部专家", field="people")
    return people


def end_step(
    state: CaseState,
    matter: ProceedingView,
    setting: Setting,
    changes: Sequence[Change],
    documents: Sequence[uuid.UUID] = (),
) -> Outcome:
    """``case.resumed``: the step's own clock ends, its pauses end, the case goes on where nothing else holds it."""
    steps = (*clocking.stop(state, setting, "special", key=str(matter.id)), *resumed(state, matter, setting))
    now = standing(state, places_of([p for p in state.proceedings if p.id != matter.id]))
    body = {"proceeding_id": matter.id, "kind": matter.kind, "branch": matter.branch_key, "state": now.state}
    if documents:
        body["documents"] = list(documents)
    rows = clocking.react(state, steps, setting)
    return Outcome(
        (clocking.event("case.resumed", body, steps, matter.kind),),
        (
            Update("cases.Case", {"id": state.id}, {"state": now.state}),
            *now.changes,
            *changes,
            *rows,
            *parts.retimed(state, rows),
        ),
    )


def resumed(state: CaseState, matter: ProceedingView, setting: Setting) -> tuple[ClockStep, ...]:
    """The pauses of this matter end today."""
    return clocking.resume(state, setting, str(matter.id))
