"""The hearing: right told, asked in time, scheduled seven working days ahead, held and recorded. Pure.

行政许可法 art. 46-47 (the right is told; five working days to ask; held within twenty), 48 (notice at least seven
working days before; an officer who has not examined the case; a signed record; the decision rests on it), 45 (its time
is not counted), 82 (an authority's periods are working days).
"""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import datetime
from typing import Any

from tongban.ground import moment
from tongban.ground.changes import Insert, Outcome, Update
from tongban.ground.clock.backward import latest_day
from tongban.ground.errors import Refusal
from tongban.procedures.cases.rules import clocking, parts, proceedings, specials
from tongban.procedures.cases.rules.commands import (
    AskHearing,
    HoldHearing,
    ScheduleHearing,
    TellHearingRight,
    WaiveHearing,
)
from tongban.procedures.cases.rules.specials import REVIEW
from tongban.procedures.cases.rules.state import CaseState, ProceedingView, Setting
from tongban.registry.catalog.version import TimeLimit

APPLY_DAYS, HOLD_DAYS, NOTICE_DAYS = 5, 20, 7
RIGHT_BASIS, NOTICE_BASIS, STOP_BASIS = "行政许可法第四十七条", "行政许可法第四十八条", "行政许可法第四十五条"


def tell_hearing_right(state: CaseState, command: TellHearingRight, setting: Setting) -> Outcome:
    """Tell applicant and interested parties that they may ask for a hearing within five working days."""
    parts.require_state(state, *REVIEW)
    parts.require(setting.principal, "cases.hearing.tell", state, "handle", "examine", "decide")
    if state.open_proceedings("hearing_right", "hearing"):
        raise Refusal("hearing.told", "已经告知听证权利，或者正在听证，不能重复告知")
    basis = command.basis.strip() or (RIGHT_BASIS if setting.content.law.hearing else "")
    if not basis:
        raise Refusal("hearing.basis", "这类事项要写明听证的依据", field="basis", remedy="写明法规名称和条款")
    if not command.reason.strip():
        raise Refusal("hearing.reason", "请写明为什么告知听证权利", field="reason", remedy="写清涉及谁的什么重大利益")
    limit = TimeLimit(APPLY_DAYS, "working_day", basis)
    due = parts.due_on(limit, setting.today, setting)
    notice = parts.paper("hearing_right_notice", state.id, setting)
    matter = proceedings.opened(
        state,
        setting,
        "hearing_right",
        basis=basis,
        reason=command.reason,
        data={"basis": basis},
        due_on=due,
        notice_id=notice.values["id"],
    )
    key = matter.values["id"]
    steps = (clocking.start("hearing_apply", limit, setting.today, key=str(key), at=setting.at),)
    body = {"proceeding_id": key, "due_on": due, "basis": basis, "documents": [notice.values["id"]]}
    return Outcome(
        (clocking.event("case.hearing_right_told", body, steps),),
        (matter, notice, *clocking.react(state, steps, setting)),
    )


def ask_hearing(state: CaseState, command: AskHearing, setting: Setting) -> Outcome:
    """Somebody entitled asks in time: it must be held within twenty working days, and the clocks stop from now on."""
    parts.require_state(state, *REVIEW)
    party = _asking_party(state, command, setting)
    right = proceedings.open_one(state, command.proceeding_id, "hearing_right")
    if right.due_on is not None and setting.received_on > right.due_on:
        raise Refusal(
            "hearing.late",
            f"要求听证的期限到 {right.due_on.isoformat()} 为止，已经过了",
            remedy="您仍然可以提交书面意见；对结果有异议的，可以申请行政复议或者提起行政诉讼",
        )
    if not command.asked_by.strip():
        raise Refusal("hearing.asked_by", "请填写要求听证的人", field="asked_by")
    return _asked(state, replace(command, party_id=party.id if party else None), right, setting)


def _asking_party(state: CaseState, command: AskHearing, setting: Setting) -> ProceedingView | None:
    """The applicant asks in the portal; an interested party asks on paper, which staff enter with it (art. 47)."""
    if not setting.principal.is_staff or not (command.proof or command.party_id):
        parts.require(setting.principal, "cases.hearing.ask", state)
        return None
    parts.require(setting.principal, "cases.hearing.enter", state)
    if not command.proof:
        raise Refusal("hearing.proof", "请上传要求听证的书面申请", field="proof", remedy="签了名的申请拍照也可以")
    if command.party_id is None:
        return None  # the applicant's own request on paper
    party = next((p for p in state.proceedings if p.kind == "interested_party" and p.id == command.party_id), None)
    if party is None:
        raise Refusal(
            "hearing.party", "请选择已经告知的利害关系人", field="party_id", remedy="还没有告知的，先告知利害关系人"
        )
    return party


def _asked(state: CaseState, command: AskHearing, right: ProceedingView, setting: Setting) -> Outcome:
    """A hearing is asked for in time: the review waits for it and it has to be held within its limit."""
    today, basis = setting.today, str(right.data["basis"])
    limit = TimeLimit(HOLD_DAYS, "working_day", basis)
    what = specials.stops(setting.content, "hearing", STOP_BASIS)
    notice = parts.paper("special_step_notice", state.id, setting)
    matter = _hearing(state, command, right, limit, what, notice, setting)
    key = matter.values["id"]
    told = (
        *clocking.stop(state, setting, "hearing_apply", key=str(right.id)),
        clocking.start("hearing_hold", limit, today, key=str(key), at=setting.at),
    )
    pause = specials.steps_of_pause(state, setting, key, "hearing", what, specials.open_branch_keys(state, ""))
    now = specials.standing(state, (*specials.places_of(state.proceedings), ""))
    asked: dict[str, Any] = {"proceeding_id": key, "right_id": right.id, "due_on": matter.values["due_on"]}
    if command.party_id:
        asked["party_id"] = command.party_id
    held_up = asked | {
        "kind": "hearing",
        "branch": "",
        "stops": list(what.clocks),
        "basis": what.basis,
        "state": now.state,
        "documents": [notice.values["id"]],
    }
    rows = clocking.react(state, (*told, *pause), setting)
    return Outcome(
        (
            clocking.event("case.hearing_asked", asked, told),
            clocking.event("case.suspended", held_up, pause, "hearing"),
        ),
        (
            Update("cases.Case", {"id": state.id}, {"state": now.state}),
            *now.changes,
            proceedings.closed(right, setting, result="asked"),
            matter,
            notice,
            *rows,
            *parts.retimed(state, rows),
        ),
    )


def _hearing(
    state: CaseState,
    command: AskHearing,
    right: ProceedingView,
    limit: TimeLimit,
    what: specials.Stops,
    notice: Insert,
    setting: Setting,
) -> Insert:
    return proceedings.opened(
        state,
        setting,
        "hearing",
        key=str(right.id),
        basis=what.basis,
        reason="利害关系人要求听证" if command.party_id else "申请人要求听证",
        record={"asked_by": command.asked_by.strip()},
        data={
            "limit_n": limit.n,
            "limit_unit": limit.unit,
            "stops": list(what.clocks),
            "asked_by_account": str(command.account_id),
            **({"party_id": str(command.party_id)} if command.party_id else {}),
            **({"proof": [str(file) for file in command.proof]} if command.proof else {}),
            "papers": {"special_step_notice": str(notice.values["id"])},
        },
        due_on=parts.due_on(limit, setting.today, setting),
        notice_id=notice.values["id"],
    )


# ---- schedule ------------------------------------------------------------------------------------------------------


def schedule_hearing(state: CaseState, command: ScheduleHearing, setting: Setting) -> Outcome:
    """Time, place and officer, told at least seven working days before; may be set anew with a new notice."""
    parts.require_state(state, *REVIEW)
    parts.require(setting.principal, "cases.hearing.schedule", state)
    parts.require_department(setting.principal, state.department_id)
    matter = proceedings.open_one(state, command.proceeding_id, "hearing")
    if not command.place.strip():
        raise Refusal("hearing.place", "请写明听证地点", field="place")
    _check_day(matter, command, setting)
    _check_officer(state, command, setting)
    notice = parts.paper("hearing_notice", state.id, setting)
    words = {**dict(command.known), "place": command.place.strip(), "officer_name": command.officer_name.strip()}
    change = proceedings.changed(
        matter,
        record=words,
        held_at=moment.local(command.held_at).isoformat(timespec="minutes"),
        officer_id=str(command.officer_id),
        public=command.public,
        papers=specials.papers_told(matter, [notice]),
    )
    body = {
        "proceeding_id": matter.id,
        "held_on": moment.local(command.held_at).date(),
        "officer_id": command.officer_id,
        "public": command.public,
        "documents": [notice.values["id"]],
    }
    return Outcome((clocking.event("case.hearing_scheduled", body),), (change, notice))


def _check_day(matter: ProceedingView, command: ScheduleHearing, setting: Setting) -> None:
    """Seven working days of notice; within the twenty days as long as that can still be kept."""
    limit = clocking.limit_of(TimeLimit(NOTICE_DAYS, "working_day", NOTICE_BASIS))
    day = moment.local(command.held_at).date()
    latest = latest_day(day, limit, setting.calendar).due
    if latest < setting.today:
        raise Refusal(
            "hearing.notice_short",
            f"听证要提前 {NOTICE_DAYS} 个工作日通知：{day.isoformat()} 举行的，最迟 {latest.isoformat()} 通知",
            field="held_at",
            remedy="请选择更晚的日期",
        )
    possible = matter.due_on is not None and latest_day(matter.due_on, limit, setting.calendar).due >= setting.today
    if possible and matter.due_on is not None and day > matter.due_on:
        raise Refusal("hearing.beyond_limit", f"听证最迟要在 {matter.due_on.isoformat()} 举行", field="held_at")


def examiners(state: CaseState) -> set[uuid.UUID]:
    """Who has handled or examined the case: none of them may preside (art. 48(1) no. 3)."""
    return {t.done_by for t in state.tasks if t.kind in ("handle", "examine") and t.done_by is not None}


def _check_officer(state: CaseState, command: ScheduleHearing, setting: Setting) -> None:
    principal = setting.principal
    own = command.officer_id == principal.staff_id and _examines(state, principal.posts, principal.post_id)
    if command.officer_id in examiners(state) or own:
        raise Refusal(
            "hearing.officer_examined",
            "审查过这件办件的人员不能主持听证",
            field="officer_id",
            remedy="请指定没有参加审查的人员（行政许可法第四十八条）",
        )
    if not command.officer_name.strip():
        raise Refusal("hearing.officer", "请选择听证主持人", field="officer_id")


def _examines(state: CaseState, posts: tuple[tuple[int, str], ...], acting: int | None) -> bool:
    """Whether one of these posts has, or had, the examination of the case."""
    own = {post for post, _ in posts} | {acting}
    return any(t.post_id in own for t in state.tasks if t.kind in ("handle", "examine"))


# ---- hold, give up -------------------------------------------------------------------------------------------------


def hold_hearing(state: CaseState, command: HoldHearing, setting: Setting) -> Outcome:
    """The record, signed by those who took part; the clocks run on, and the decision must rest on it."""
    parts.require_state(state, *REVIEW)
    parts.require(setting.principal, "cases.hearing.hold", state)
    matter = proceedings.open_one(state, command.proceeding_id, "hearing")
    _check_presiding(state, matter, setting)
    people = [name.strip() for name in command.participants if name.strip()]
    if not people:
        raise Refusal("hearing.participants", "请写明参加听证的人员", field="participants")
    if not command.minutes.strip():
        raise Refusal("hearing.minutes", "请写明听证的经过", field="minutes")
    if not command.signed:
        raise Refusal("hearing.unsigned", "听证笔录要由参加人核对后签字或者盖章", field="signed")
    record: Insert = parts.paper("hearing_record", state.id, setting)
    words = {**dict(command.known), "participants": people, "minutes": command.minutes.strip()}
    data = {"papers": specials.papers_told(matter, [record])}
    closing = proceedings.closed(matter, setting, result="held", record=words, data=data)
    return _ended(state, matter, "case.hearing_held", (closing, record), [record.values["id"]], setting)


def _check_presiding(state: CaseState, matter: ProceedingView, setting: Setting) -> None:
    held_at, officer = matter.data.get("held_at"), matter.data.get("officer_id")
    principal = setting.principal
    if not held_at:
        raise Refusal("hearing.not_scheduled", "还没有通知听证的时间、地点和主持人", remedy="先发听证通知书")
    if officer != str(principal.staff_id):
        raise Refusal("hearing.other_officer", "听证笔录由主持人登记", remedy="请交给听证通知书写明的主持人")
    if principal.staff_id in examiners(state) or _examines(state, principal.posts, principal.post_id):
        raise Refusal("hearing.officer_examined", "审查过这件办件的人员不能主持听证", remedy="请重新指定主持人并通知")
    if setting.today < datetime.fromisoformat(held_at).date():
        raise Refusal("hearing.early", "还没有到听证的日期，不能登记笔录")


def waive_hearing(state: CaseState, command: WaiveHearing, setting: Setting) -> Outcome:
    """Nobody asked within the term, or who asked gave it up; said by a person, on record."""
    parts.require_state(state, *REVIEW)
    parts.require(setting.principal, "cases.hearing.waive", state)
    parts.require_department(setting.principal, state.department_id)
    matter = proceedings.open_one(state, command.proceeding_id, "hearing_right", "hearing")
    if not command.reason.strip():
        raise Refusal("hearing.waive_reason", "请写明没有举行听证的原因", field="reason")
    words = {**dict(command.known), "waived": command.reason.strip()}
    if matter.kind == "hearing":
        closing = proceedings.closed(matter, setting, state="cancelled", result="given_up", record=words)
        return _ended(state, matter, "case.hearing_waived", (closing,), [], setting)
    if matter.due_on is not None and setting.today <= matter.due_on:
        raise Refusal(
            "hearing.term_runs", f"申请听证的期限到 {matter.due_on.isoformat()}，还没有过", remedy="等期限届满再登记"
        )
    steps = clocking.stop(state, setting, "hearing_apply", key=str(matter.id))
    closing = proceedings.closed(matter, setting, state="lapsed", result="not_asked", record=words)
    body = {"proceeding_id": matter.id, "result": "not_asked"}
    return Outcome(
        (clocking.event("case.hearing_waived", body, steps),), (closing, *clocking.react(state, steps, setting))
    )


def _ended(
    state: CaseState,
    matter: ProceedingView,
    kind: str,
    changes: tuple[Insert | Update, ...],
    documents: list[uuid.UUID],
    setting: Setting,
) -> Outcome:
    """The hearing is over: its own clock ends, and what it stopped runs on."""
    steps = clocking.stop(state, setting, "hearing_hold", key=str(matter.id))
    body: dict[str, Any] = {"proceeding_id": matter.id}
    if documents:
        body["documents"] = documents
    over = Outcome((clocking.event(kind, body, steps),), clocking.react(state, steps, setting))
    return over + specials.end_step(state, matter, setting, changes)
