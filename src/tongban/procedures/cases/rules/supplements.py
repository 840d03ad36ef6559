"""During the review: supplements from the applicant, opinions of other units, joint meetings. Pure (APR-07).

A supplement is no correction: the statutory clock runs on, and only what the published list names may be asked.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from tongban.ground import moment
from tongban.ground.changes import Insert, Outcome, Update
from tongban.ground.errors import Refusal
from tongban.procedures.cases.rules import clocking, notices, parts, proceedings
from tongban.procedures.cases.rules.commands import (
    GiveOpinion,
    HoldJointMeeting,
    RequestOpinion,
    RequestSupplement,
    Supplement,
)
from tongban.procedures.cases.rules.specials import REVIEW, UNITS, open_branch_keys
from tongban.procedures.cases.rules.state import CaseState, ProceedingView, Setting, TaskView
from tongban.registry.catalog.version import TimeLimit

ANSWERS = {"agree": "同意", "disagree": "不同意", "no_view": "没有意见"}


# ---- supplement ----------------------------------------------------------------------------------------------------


def request_supplement(state: CaseState, command: RequestSupplement, setting: Setting) -> Outcome:
    """Ask for more, in writing, with a term; one request at a time."""
    parts.require_state(state, *REVIEW)
    parts.require(setting.principal, "cases.case.request_supplement", state, "handle", "examine")
    if state.open_proceedings("supplement"):
        raise Refusal("supplement.open", "已经通知申请人补充，还没有交来", remedy="等申请人补充，或等期限届满")
    _check_faults(command, setting)
    content = setting.content
    limit = content.supplement_limit or content.correction_limit
    due = parts.due_on(limit, setting.today, setting)
    notice = parts.paper("supplement_notice", state.id, setting)
    items = [
        {"target": f.target, "code": f.code, "name": f.name, "fault": f.fault.strip(), "remedy": f.remedy.strip()}
        for f in command.faults
    ]
    targets = [[f.target, f.code] for f in command.faults]
    matter = proceedings.opened(
        state,
        setting,
        "supplement",
        basis=limit.basis,
        record={"items": items},
        data={"targets": targets},
        due_on=due,
        notice_id=notice.values["id"],
    )
    key = matter.values["id"]
    steps = (clocking.start("supplement", limit, setting.today, key=str(key), at=setting.at),)
    body = {"proceeding_id": key, "targets": targets, "due_on": due, "documents": [notice.values["id"]]}
    return Outcome(
        (clocking.event("case.supplement_requested", body, steps),),
        (matter, notice, *clocking.react(state, steps, setting)),
    )


def _check_faults(command: RequestSupplement, setting: Setting) -> None:
    if not command.faults:
        raise Refusal("supplement.empty", "请至少写明一处需要补充的内容", field="faults")
    content = setting.content
    listed = {("material", m.code) for m in content.materials} | {("field", f.path) for f in content.all_fields()}
    for fault in command.faults:
        if (fault.target, fault.code) not in listed:
            raise Refusal(
                "supplement.unlisted",
                f"公布的清单里没有「{fault.name}」，不能要求补充",
                field=fault.code,
                remedy="只能要求公布的清单里有的内容（行政许可法第三十一条）",
            )
        if not fault.fault.strip() or not fault.remedy.strip():
            raise Refusal(
                "supplement.incomplete", f"「{fault.name}」没有写清缺什么或怎么补", field=f"fault-{fault.code}"
            )


def supplement(state: CaseState, command: Supplement, setting: Setting) -> Outcome:
    """The applicant hands in what was asked, all of it and nothing else; a late one is taken and told as late."""
    parts.require_state(state, *REVIEW)
    parts.require(setting.principal, "cases.case.supplement", state)
    matter = proceedings.open_one(state, command.proceeding_id, "supplement")
    asked = {(target, code) for target, code in matter.data["targets"]}
    given = {("material", g.code) for g in command.materials} | {("field", path) for path in command.fields}
    if extra := given - asked - set(command.called):
        raise Refusal("supplement.not_asked", "只需要补充通知书写明的内容", field=min(extra)[1])
    if left := asked - given:
        raise Refusal(
            "supplement.left", f"通知书里还有 {len(left)} 处没有补充", field=min(left)[1], remedy="补齐全部内容再提交"
        )
    in_time = matter.due_on is None or setting.received_on <= matter.due_on
    steps = clocking.stop(state, setting, "supplement", key=str(matter.id))
    body = {
        "proceeding_id": matter.id,
        "content_hash": command.content_hash,
        "materials": {g.code: [str(f) for f in g.files] for g in command.materials},
        "fields": sorted(command.fields),
        "in_time": in_time,
    }
    changes = (
        Update("cases.Case", {"id": state.id}, {"round": state.round + 1}),
        *notices.new_round(state, command, setting),
        proceedings.closed(matter, setting, result="given" if in_time else "late"),
        *clocking.react(state, steps, setting),
    )
    return Outcome((clocking.event("case.supplemented", body, steps),), changes)


# ---- opinions ------------------------------------------------------------------------------------------------------


def request_opinion(state: CaseState, command: RequestOpinion, setting: Setting) -> Outcome:
    """Ask another unit within one branch, with a limit: it gets a task, the clock ``opinion`` runs."""
    parts.require_state(state, *REVIEW)
    parts.require(setting.principal, "cases.opinion.request", state, "handle", "examine")
    _check_question(state, command, setting)
    limit = TimeLimit(command.limit_n, command.limit_unit, "征求意见函")
    due = parts.due_on(limit, setting.today, setting)
    letter = parts.paper("opinion_request", state.id, setting)
    matter = _question(state, command, due, letter, setting)
    key = matter.values["id"]
    task = parts.new_task(
        state,
        setting,
        kind="opinion",
        name="答复征求意见",
        post_id=command.post_id,
        department_id=command.department_id,
        due_at=parts.end_of(due),
        branch_key=command.branch_key,
        step_key=str(key),
    )
    steps = (clocking.start("opinion", limit, setting.today, key=str(key), at=setting.at),)
    body = {
        "proceeding_id": key,
        "branch": command.branch_key,
        "post_id": command.post_id,
        "department_id": command.department_id,
        "due_on": due,
        "documents": [letter.values["id"]],
    }
    return Outcome(
        (clocking.event("case.opinion_requested", body, steps),),
        (matter, letter, task, *clocking.react(state, steps, setting)),
    )


def _question(state: CaseState, command: RequestOpinion, due: date, letter: Insert, setting: Setting) -> Insert:
    return proceedings.opened(
        state,
        setting,
        "opinion",
        key=f"post:{command.post_id}",
        branch_key=command.branch_key,
        record={
            "question": command.question.strip(),
            "post_name": command.post_name,
            "department_name": command.department_name,
        },
        data={"post_id": command.post_id, "department_id": command.department_id},
        due_on=due,
        notice_id=letter.values["id"],
    )


def _check_question(state: CaseState, command: RequestOpinion, setting: Setting) -> None:
    own = [t for t in state.open_tasks("handle", "examine") if t.post_id == setting.principal.post_id]
    if command.branch_key not in open_branch_keys(state, "") or command.branch_key not in {t.branch_key for t in own}:
        raise Refusal("opinion.branch", "只能为您正在审查的部分征求意见", field="branch_key")
    if command.post_id == setting.principal.post_id:
        raise Refusal("opinion.own_post", "不能向自己的岗位征求意见", field="post_id")
    if any(p.key == f"post:{command.post_id}" for p in state.open_proceedings("opinion")):
        raise Refusal("opinion.asked", "已经向这个岗位征求意见，还没有答复", field="post_id")
    if not command.question.strip():
        raise Refusal("opinion.question", "请写明征求什么意见", field="question")
    if command.limit_unit not in UNITS or command.limit_n < 1:
        raise Refusal("opinion.limit", "请填写答复期限，一天以上", field="limit_n")


def give_opinion(state: CaseState, command: GiveOpinion, setting: Setting) -> Outcome:
    """The asked unit answers; a late answer still counts while nothing is decided."""
    parts.require_state(state, *REVIEW)
    parts.require(setting.principal, "cases.opinion.give", state, "opinion")
    matter = proceedings.open_one(state, command.proceeding_id, "opinion")
    task = _asked(state, matter, setting)
    if command.answer not in ANSWERS:
        raise Refusal("opinion.answer", "请选择答复：同意、不同意或没有意见", field="answer")
    if command.answer != "no_view" and not command.text.strip():
        raise Refusal("opinion.text", "请写明意见和理由", field="text")
    steps = clocking.stop(state, setting, "opinion", key=str(matter.id))
    words: dict[str, Any] = {**dict(command.known), "text": command.text.strip(), "given_by": setting.principal.name}
    changes = (
        parts.finish_task(task, setting, command.answer),
        proceedings.closed(matter, setting, result=command.answer, record=words),
        *clocking.react(state, steps, setting),
    )
    body = {"proceeding_id": matter.id, "answer": command.answer}
    return Outcome((clocking.event("case.opinion_given", body, steps),), changes)


def _asked(state: CaseState, matter: ProceedingView, setting: Setting) -> TaskView:
    task = next((t for t in state.open_tasks("opinion") if t.step_key == str(matter.id)), None)
    if task is None or task.post_id != setting.principal.post_id:
        raise Refusal("opinion.other_post", "这份征求意见函由别的岗位答复", remedy="请切换到被征求意见的岗位")
    return task


# ---- joint meeting -------------------------------------------------------------------------------------------------


def hold_joint_meeting(state: CaseState, command: HoldJointMeeting, setting: Setting) -> Outcome:
    """One meeting, many opinions: each department's words stand in the record, with what was agreed (APR-07)."""
    parts.require_state(state, *REVIEW)
    parts.require(setting.principal, "cases.meeting.hold", state, "handle", "examine", "decide")
    opinions = {name.strip(): words.strip() for name, words in command.opinions.items() if name.strip()}
    if len(opinions) < 2:
        raise Refusal("meeting.departments", "联合会商要有两个以上部门的意见", field="opinions")
    if silent := [name for name, words in opinions.items() if not words]:
        raise Refusal("meeting.opinion", f"没有写明{'、'.join(silent)}的意见", field="opinions")
    if not command.place.strip() or not command.conclusion.strip():
        raise Refusal("meeting.words", "请写明会商地点和结论", field="conclusion")
    if not _accepted_day(state) <= command.held_on <= setting.today:
        raise Refusal("meeting.day", "会商日期应在受理之后、今天以前", field="held_on")
    return _meeting(state, command, opinions, setting)


def _accepted_day(state: CaseState) -> date:
    return moment.local(state.accepted_at or state.submitted_at).date()


def _meeting(state: CaseState, command: HoldJointMeeting, opinions: dict[str, str], setting: Setting) -> Outcome:
    """One meeting with the opinions of all who sat there, in one record."""
    record: Insert = parts.paper("joint_meeting_record", state.id, setting)
    matter = proceedings.opened(
        state,
        setting,
        "joint_meeting",
        record={
            "place": command.place.strip(),
            "opinions": opinions,
            "conclusion": command.conclusion.strip(),
            "chair": setting.principal.name,
        },
        data={"held_on": command.held_on.isoformat(), "departments": len(opinions)},
        notice_id=record.values["id"],
        done=True,
        result="held",
    )
    body = {
        "proceeding_id": matter.values["id"],
        "held_on": command.held_on,
        "departments": len(opinions),
        "documents": [record.values["id"]],
    }
    return Outcome((clocking.event("case.joint_meeting_held", body),), (matter, record))
