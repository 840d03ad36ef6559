"""The one-time notice, the applicant's correction, and correction on the spot. Pure.

行政许可法 art. 32(1) no. 3 (what can be mended on the spot is mended there), no. 4 (one notice of everything, on the
spot or within five working days). NTC-03: a second notice names only what was corrected badly.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tongban.ground.changes import Change, Insert, Outcome, Update
from tongban.ground.errors import Refusal
from tongban.ground.ids import uuid7
from tongban.ground.ledger.chain import EventDraft
from tongban.procedures.cases.rules import acceptance, clocking, gaps, intake, parts, proceedings
from tongban.procedures.cases.rules.clocking import ClockStep
from tongban.procedures.cases.rules.commands import (
    CorrectOnTheSpot,
    NoteSecondDemand,
    RequestCorrection,
    SubmitCorrection,
    Supplement,
)
from tongban.procedures.cases.rules.state import CaseState, NoticeView, Setting

SECOND_DEMAND = "notice.second_with_new_points"
"""Code of the refusal that is also a fact of supervision."""
VIOLATION = "second_notice_new_demand"
"""The listed violation of the card rule."""


# ---- the notice ----------------------------------------------------------------------------------------------------


def request_correction(state: CaseState, command: RequestCorrection, setting: Setting) -> Outcome:
    """One notice of everything (art. 32(4)); the intake clock stops, the applicant's correction term runs."""
    parts.require_state(state, "submitted", "received")
    parts.require(setting.principal, "cases.case.request_correction", state, "accept")
    clock = state.clock("acceptance")
    if clock and acceptance.is_deemed(state, setting):
        raise Refusal(
            "notice.too_late",
            f"告知补正的期限到 {clock.due_on} 为止，已经过了，依法自收到申请之日起视为受理",
            remedy="请办理受理；确需补充的内容在审查中处理",
        )
    _faults_allowed(state, command, setting)
    term = clocking.start("correction", setting.content.correction_limit, setting.today, at=setting.at)
    due = clocking.due_of(term, setting).due
    number = len(state.notices) + 1
    steps = (*_intake_told(state, number, setting), *clocking.stop(state, setting, "notice"), term)
    paper = parts.paper("correction_notice", state.id, setting)
    notice = _notice(state, command, number, due, setting)
    faulty = {f.code for f in command.faults if f.target == "material"}
    changes: list[Change] = [
        Update("cases.Case", {"id": state.id}, {"state": "correction_requested", "corrections": number}),
        notice,
        paper,
        *clocking.react(state, steps, setting),
        *acceptance.intake_ended(state, setting, "correction_requested"),
        *(
            Update("cases.CaseMaterial", {"id": m.id}, {"state": "faulty" if m.code in faulty else "qualified"})
            for m in state.materials
        ),
    ]
    body: dict[str, Any] = {
        "notice_id": notice.values["id"],
        "number": number,
        "targets": [[f.target, f.code] for f in command.faults],
        "due_on": due,
        "documents": [paper.values["id"]],
    }
    if clock and clock.due_on and setting.today > clock.due_on:
        body["late"] = True  # outside licensing a late notice is lawful, and the published limit is broken (C7)
    return Outcome((clocking.event("case.correction_requested", body, steps),), tuple(changes))


def _notice(state: CaseState, command: RequestCorrection, number: int, due: object, setting: Setting) -> Insert:
    return Insert(
        "cases.CorrectionNotice",
        {
            "id": uuid7(setting.at),
            "case_id": state.id,
            "number": number,
            "items": [
                {
                    "target": f.target,
                    "code": f.code,
                    "name": f.name,
                    "fault": f.fault.strip(),
                    "remedy": f.remedy.strip(),
                }
                for f in command.faults
            ],
            "due_on": due,
            "issued_at": setting.at,
            "issued_by": setting.principal.actor_id,
        },
    )


def _faults_allowed(state: CaseState, command: RequestCorrection, setting: Setting) -> None:
    if not command.faults:
        raise Refusal(
            "notice.empty",
            "请至少写明一处需要补正的内容",
            field="faults",
            remedy="勾选有问题的材料或填写项，写清哪里不对、怎么改",
        )
    for fault in command.faults:
        if not fault.fault.strip() or not fault.remedy.strip():
            raise Refusal(
                "notice.incomplete",
                f"「{fault.name}」没有写清哪里不对或怎么改",
                field=f"fault-{fault.code}",
                remedy="一次写清全部问题和改法，申请人才能一次改好",
            )
    if fresh := new_points(state, command):
        raise Refusal(
            SECOND_DEMAND,
            f"已经告知过一次，不能再提出新问题：{'、'.join(fresh)}。这次尝试已经记入监督记录",
            remedy="第二次只能写上次告知后仍没有改好的内容（行政许可法第三十二条：一次告知全部内容）",
        )
    _names_every_gap(state, command, setting)


def new_points(state: CaseState, command: RequestCorrection) -> list[str]:
    """Names of what a further notice would ask for and no earlier one did, though it could have."""
    told = {target for notice in state.notices for target in notice.targets} | gaps.arisen(state)
    return [f.name for f in command.faults if (f.target, f.code) not in told] if state.notices else []


def _names_every_gap(state: CaseState, command: RequestCorrection, setting: Setting) -> None:
    """One notice names everything that is missing; what may follow later or be promised need not come now."""
    named = {f.code for f in command.faults}
    promised = setting.content.commitment.materials if setting.content.commitment else ()
    left = [
        code
        for code in gaps.outstanding(state)
        if code not in named
        and code not in promised
        and not ((material := setting.content.material(code)) and material.deferral and not material.essential)
    ]
    if left:
        raise Refusal(
            "notice.not_everything",
            f"还缺的材料没有写进告知书：{gaps.names_of(left, setting)}",
            field=f"fault-{left[0]}",
            remedy="一次写清全部需要补正的内容；漏写的以后不能再要",
        )


def note_second_demand(state: CaseState, command: NoteSecondDemand, setting: Setting) -> Outcome:
    """The refused attempt to ask for more stands in the ledger; it changes nothing for the applicant (NTC-03)."""
    parts.require_state(state, "submitted", "received")
    parts.require(setting.principal, "cases.case.request_correction", state, "accept")
    body = {"violation": VIOLATION, "targets": [list(target) for target in command.targets]}
    return Outcome((EventDraft("case.second_demand_refused", body),))


# ---- clocks of a notice and its answer -----------------------------------------------------------------------------


def _pause(number: int) -> str:
    return f"correction-{number}"


def _intake_told(state: CaseState, number: int, setting: Setting) -> tuple[ClockStep, ...]:
    """A timely notice ends the term (a new one begins with the correction), or stops it where a rule says so."""
    content = setting.content
    if content.correction_clock != "resume":
        return clocking.stop(state, setting, *acceptance.INTAKE_CLOCKS)
    basis = "行政许可法第三十二条" if content.law.deemed_acceptance else content.correction_limit.basis
    return clocking.suspend(state, setting, "correction", basis, _pause(number), *acceptance.INTAKE_CLOCKS)


def _intake_again(state: CaseState, setting: Setting) -> tuple[ClockStep, ...]:
    """The term after a correction (parameter ``correction_clock``)."""
    if setting.content.correction_clock == "resume":
        return clocking.resume(state, setting, _pause(len(state.notices)), on=setting.received_on)
    return intake.arrival_clocks(setting)


# ---- the answer ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Answer:
    """What a correction comes to: clock steps, rows, and the round that it makes."""

    steps: tuple[ClockStep, ...]
    changes: tuple[Change, ...]
    round: int


def submit_correction(state: CaseState, command: SubmitCorrection, setting: Setting) -> Outcome:
    """The applicant has answered: every point of the notice, and only these; the intake term begins anew."""
    parts.require_state(state, "correction_requested")
    parts.require(setting.principal, "cases.case.submit_correction", state)
    notice = _waiting(state)
    _answers_the_notice(notice, command)
    answer = _answered(state, notice, command, setting)
    return Outcome((clocking.event("case.corrected", _told(notice, command, setting), answer.steps),), answer.changes)


def correct_on_the_spot(state: CaseState, command: CorrectOnTheSpot, setting: Setting) -> Outcome:
    """The applicant mends at the counter and signs (art. 32(3)): no notice, no clock.

    Who comes to the counter with what a notice asked for answers it there: same effect as a correction in the portal.
    """
    parts.require_state(state, "submitted", "received", "correction_requested")
    answering = state.state == "correction_requested"
    parts.require(setting.principal, "cases.case.correct_on_the_spot", state, *(() if answering else ("accept",)))
    if not command.signed_by.strip():
        raise Refusal(
            "spot.signature", "当场更正要有申请人签名", field="signed_by", remedy="请申请人核对后签名，写明姓名"
        )
    if not command.materials and not command.corrected_fields:
        raise Refusal("spot.empty", "没有更正任何内容", remedy="改正填写项，或者换上改好的材料")
    signed = proceedings.opened(
        state,
        setting,
        "spot_correction",
        record={"signed_by": command.signed_by.strip()},
        data={"fields": sorted(command.corrected_fields), "materials": [g.code for g in command.materials]},
        done=True,
        result="signed",
    )
    if answering:
        notice = _waiting(state)
        _answers_the_notice(notice, command)
        answer = _answered(state, notice, command, setting)
        body = _told(notice, command, setting) | {"on_the_spot": True}
        return Outcome((clocking.event("case.corrected", body, answer.steps),), (*answer.changes, signed))
    changes = (
        Update("cases.Case", {"id": state.id}, {"round": state.round + 1}),
        *new_round(state, command, setting),
        signed,
    )
    return Outcome((EventDraft("case.corrected_on_the_spot", _contents(command)),), changes)


def _waiting(state: CaseState) -> NoticeView:
    notice = state.open_notice()
    if notice is None:
        raise Refusal("correction.no_notice", "没有等待补正的告知书", remedy="刷新页面，看最新状态")
    return notice


def _answers_the_notice(notice: NoticeView, command: SubmitCorrection | CorrectOnTheSpot) -> None:
    answered = {("material", g.code) for g in command.materials} | {("field", p) for p in command.corrected_fields}
    if extra := answered - set(notice.targets) - set(command.called):
        raise Refusal("correction.not_asked", "只需要补正告知书写明的内容", field=sorted(extra)[0][1])
    if left := [code for target, code in notice.targets if (target, code) not in answered]:
        raise Refusal(
            "correction.incomplete",
            f"告知书里还有 {len(left)} 处没有改",
            field=left[0],
            remedy="改完全部内容再提交，就不用再补第二次",
        )


def _contents(command: SubmitCorrection | CorrectOnTheSpot) -> dict[str, Any]:
    return {
        "content_hash": command.content_hash,
        "materials": {g.code: [str(f) for f in g.files] for g in command.materials},
        "fields": sorted(command.corrected_fields),
    }


def _told(notice: NoticeView, command: SubmitCorrection | CorrectOnTheSpot, setting: Setting) -> dict[str, Any]:
    return {"notice_id": notice.id, "in_time": setting.today <= notice.due_on, **_contents(command)}


def new_round(
    state: CaseState, command: SubmitCorrection | CorrectOnTheSpot | Supplement, setting: Setting
) -> tuple[Change, ...]:
    """The answers and materials of a new round; what they replace stays on record."""
    given, round_ = {g.code for g in command.materials}, state.round + 1
    fields = command.fields if isinstance(command, Supplement) else command.corrected_fields
    return (
        intake.application(state, round_, command.answers, command.content_hash, command.account_id, setting),
        *(
            Update("cases.CaseMaterial", {"id": m.id}, {"state": "replaced"})
            for m in state.materials
            if m.code in given
        ),
        *(intake.material(state, g, round_) for g in command.materials),
        *gaps.filled(state, given | set(fields), setting, "given"),
        *gaps.opened(state, command.left, setting),
    )


def _answered(
    state: CaseState, notice: NoticeView, command: SubmitCorrection | CorrectOnTheSpot, setting: Setting
) -> _Answer:
    round_ = state.round + 1
    steps = (*clocking.stop(state, setting, "correction"), *_intake_again(state, setting))
    rows = clocking.react(state, steps, setting)
    task = parts.new_task(
        state,
        setting,
        kind="accept",
        name="核对补正",
        post_id=setting.content.flow.acceptance_post_id,
        department_id=state.department_id,
        due_at=_first_due(rows),
    )
    changes = (
        Update("cases.Case", {"id": state.id}, {"state": "received", "received_at": setting.at, "round": round_}),
        Update("cases.CorrectionNotice", {"id": notice.id}, {"answered_at": setting.at}),
        *new_round(state, command, setting),
        *rows,
        task,
    )
    return _Answer(steps, changes, round_)


def _first_due(rows: tuple[Change, ...]) -> datetime | None:
    values = [row.values for row in rows if isinstance(row, Insert | Update)]
    return min((v["due_at"] for v in values if v["state"] == "running" and v["due_at"] is not None), default=None)
