"""Submit, receive, one-time notice, correction, acceptance and its refusal. Pure.

行政许可法 art. 29 (application), 31 (nothing irrelevant), 32 (acceptance: on the spot or within five working days, one
notice of everything, else accepted from the day of receipt); 电子签名法 art. 11 (entry into the system is receipt).
"""

from __future__ import annotations

from datetime import date

from tongban.ground.changes import Change, Delete, Insert, Outcome, Update
from tongban.ground.errors import Refusal
from tongban.ground.ids import uuid7
from tongban.ground.ledger.chain import EventDraft
from tongban.procedures.cases.rules import parts
from tongban.procedures.cases.rules.commands import (
    Accept,
    Given,
    Receive,
    RefuseAcceptance,
    RequestCorrection,
    Submit,
    SubmitCorrection,
)
from tongban.procedures.cases.rules.review import open_branches
from tongban.procedures.cases.rules.state import CaseState, Setting

REFUSAL_KINDS = {
    "not_required": "依法不需要取得行政许可",
    "no_jurisdiction": "不属于本机关职权范围",
    "uncorrected": "逾期没有补正或补正后仍不符合要求",
    "barred": "申请人在禁止申请的期限内",
}


def begin(command: Submit, setting: Setting) -> CaseState:
    """The case as it will stand before its first event."""
    content = setting.content
    return CaseState(
        id=command.case_id,
        number=command.number,
        seq=0,
        head=b"",
        state="received" if command.at_window else "submitted",
        outcome="",
        version_id=command.version_id,
        title=content.name,
        region_no=content.region_no,
        department_id=content.authority.id,
        applicant_person_id=command.applicant_person_id,
        applicant_organisation_id=command.applicant_organisation_id,
        applicant_label=command.applicant_label,
        channel=command.channel,
        submitted_at=setting.at,
        received_at=setting.at if command.at_window else None,
        accepted_at=None,
        accepted_by=None,
        decided_at=None,
        delivery_mode=command.delivery_mode,
        corrections=0,
        round=1,
    )


def _application(
    state: CaseState, round_: int, answers: str, content_hash: str, account_id: object, at: object
) -> Insert:
    return Insert(
        "cases.Application",
        {
            "case_id": state.id,
            "round": round_,
            "answers": answers,
            "content_hash": content_hash,
            "submitted_at": at,
            "submitted_by": account_id,
        },
    )


def _material(state: CaseState, given: Given, round_: int) -> Insert:
    return Insert(
        "cases.CaseMaterial",
        {
            "case_id": state.id,
            "code": given.code,
            "name": given.name,
            "source": given.source,
            "evidence_grade": given.evidence_grade,
            "files": [str(f) for f in given.files],
            "round": round_,
            "state": "given",
        },
    )


def _case_row(state: CaseState, command: Submit, setting: Setting) -> Insert:
    return Insert(
        "cases.Case",
        {
            "id": state.id,
            "number": state.number,
            "query_password": command.query_password,
            "submission_key": command.submission_key,
            "version_id": command.version_id,
            "version_hash": command.version_hash,
            "title": state.title,
            "region_id": command.region_id,
            "region_no": state.region_no,
            "department_id": state.department_id,
            "applicant_person_id": state.applicant_person_id,
            "applicant_organisation_id": state.applicant_organisation_id,
            "applicant_label": state.applicant_label,
            "agent_person_id": command.agent_person_id,
            "contact_mobile_index": command.contact_mobile_index,
            "channel": state.channel,
            "state": state.state,
            "submitted_at": setting.at,
            "received_at": state.received_at,
            "delivery_mode": state.delivery_mode,
        },
    )


def submit(state: CaseState, command: Submit, setting: Setting) -> Outcome:
    """The case begins; the acceptance clock starts on the calendar day of entry (C2), a receipt is made."""
    content = setting.content
    clock = parts.start_clock(state, "acceptance", content.acceptance_limit, setting.today, setting)
    task = parts.new_task(
        state,
        setting,
        kind="accept",
        name="收件和受理",
        post_id=content.flow.acceptance_post_id,
        department_id=content.authority.id,
        due_at=clock.values["due_at"],
    )
    receipt = parts.paper("receipt", state.id, setting)
    changes: list[Change] = [
        _case_row(state, command, setting),
        _application(state, 1, command.answers, command.content_hash, command.account_id, setting.at),
        *(_material(state, given, 1) for given in command.materials),
        clock,
        task,
        receipt,
    ]
    if command.draft_id:
        changes.append(Delete("cases.Draft", {"id": command.draft_id}))
    body = {
        "version_id": command.version_id,
        "version_hash": command.version_hash,
        "content_hash": command.content_hash,
        "materials": {g.code: [str(f) for f in g.files] for g in command.materials},
        "documents": [receipt.values["id"]],
        "acceptance_due": clock.values["due_on"],
    }
    return Outcome((EventDraft("case.received" if command.at_window else "case.submitted", body),), tuple(changes))


def receive(state: CaseState, command: Receive, setting: Setting) -> Outcome:
    """A window has looked at it; no clock changes, entry was receipt."""
    parts.require_state(state, "submitted")
    parts.require(setting.principal, "cases.case.receive", state, "accept")
    change = Update("cases.Case", {"id": state.id}, {"state": "received", "received_at": setting.at})
    return Outcome((EventDraft("case.received", {}),), (change,))


def _faults_allowed(state: CaseState, command: RequestCorrection) -> None:
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
    told = {target for notice in state.notices for target in notice.targets}
    fresh = [f.name for f in command.faults if (f.target, f.code) not in told]
    if state.notices and fresh:
        raise Refusal(
            "notice.second_with_new_points",
            f"已经告知过一次，不能再提出新问题：{'、'.join(fresh)}",
            remedy="第二次只能写上次告知后仍没有改好的内容（行政许可法第三十二条：一次告知全部内容）",
        )


def request_correction(state: CaseState, command: RequestCorrection, setting: Setting) -> Outcome:
    """One notice of everything (art. 32(4)); the acceptance clock stops, the applicant's correction term runs."""
    parts.require_state(state, "submitted", "received")
    parts.require(setting.principal, "cases.case.request_correction", state, "accept")
    acceptance = state.clock("acceptance")
    if acceptance and setting.today > acceptance.due_on and setting.content.legal_regime == "licensing":
        raise Refusal(
            "notice.too_late",
            f"告知补正的期限到 {acceptance.due_on.isoformat()} 为止，已经过了，依法自收到申请之日起视为受理",
            remedy="请办理受理；确需补充的内容在审查中处理",
        )
    _faults_allowed(state, command)
    clock = parts.start_clock(state, "correction", setting.content.correction_limit, setting.today, setting)
    notice_paper = parts.paper("correction_notice", state.id, setting)
    number = len(state.notices) + 1
    notice = Insert(
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
            "due_on": clock.values["due_on"],
            "issued_at": setting.at,
            "issued_by": setting.principal.actor_id,
        },
    )
    faulty = {f.code for f in command.faults if f.target == "material"}
    changes: list[Change] = [
        Update("cases.Case", {"id": state.id}, {"state": "correction_requested", "corrections": number}),
        notice,
        notice_paper,
        clock,
        *parts.end_clock(acceptance, setting, "stopped"),
        *(parts.finish_task(t, setting, "correction_requested") for t in state.open_tasks("accept")),
        *(
            Update("cases.CaseMaterial", {"id": m.id}, {"state": "faulty" if m.code in faulty else "qualified"})
            for m in state.materials
        ),
    ]
    body = {
        "notice_id": notice.values["id"],
        "number": number,
        "targets": [[f.target, f.code] for f in command.faults],
        "due_on": clock.values["due_on"],
        "documents": [notice_paper.values["id"]],
    }
    return Outcome((EventDraft("case.correction_requested", body),), tuple(changes))


def submit_correction(state: CaseState, command: SubmitCorrection, setting: Setting) -> Outcome:
    """The applicant has answered: every point of the notice, and only these; the five days begin anew."""
    parts.require_state(state, "correction_requested")
    parts.require(setting.principal, "cases.case.submit_correction", state)
    notice = state.open_notice()
    if notice is None:
        raise Refusal("correction.no_notice", "没有等待补正的告知书", remedy="刷新页面，看最新状态")
    answered = {("material", g.code) for g in command.materials} | {("field", p) for p in command.corrected_fields}
    if extra := answered - set(notice.targets):
        raise Refusal("correction.not_asked", "只需要补正告知书写明的内容", field=sorted(extra)[0][1])
    if left := [code for target, code in notice.targets if (target, code) not in answered]:
        raise Refusal(
            "correction.incomplete",
            f"告知书里还有 {len(left)} 处没有改",
            field=left[0],
            remedy="改完全部内容再提交，就不用再补第二次",
        )
    round_ = state.round + 1
    clock = parts.start_clock(state, "acceptance", setting.content.acceptance_limit, setting.today, setting)
    given = {g.code for g in command.materials}
    task = parts.new_task(
        state,
        setting,
        kind="accept",
        name="核对补正",
        post_id=setting.content.flow.acceptance_post_id,
        department_id=state.department_id,
        due_at=clock.values["due_at"],
    )
    changes: list[Change] = [
        Update("cases.Case", {"id": state.id}, {"state": "received", "received_at": setting.at, "round": round_}),
        Update("cases.CorrectionNotice", {"id": notice.id}, {"answered_at": setting.at}),
        _application(state, round_, command.answers, command.content_hash, command.account_id, setting.at),
        *(
            Update("cases.CaseMaterial", {"id": m.id}, {"state": "replaced"})
            for m in state.materials
            if m.code in given
        ),
        *(_material(state, g, round_) for g in command.materials),
        *parts.end_clocks(state, setting, "correction"),
        clock,
        task,
    ]
    body = {
        "notice_id": notice.id,
        "content_hash": command.content_hash,
        "materials": {g.code: [str(f) for f in g.files] for g in command.materials},
        "fields": sorted(command.corrected_fields),
        "in_time": setting.today <= notice.due_on,
    }
    return Outcome((EventDraft("case.corrected", body),), tuple(changes))


def _clock_start(state: CaseState, setting: Setting) -> tuple[date, str]:
    """Where the decision clocks start, and the mode: late acceptance of a licensing case counts from receipt (C7)."""
    acceptance = state.clock("acceptance")
    if setting.content.legal_regime == "licensing" and acceptance and setting.today > acceptance.due_on:
        return acceptance.started_on, "deemed"
    if state.corrections and acceptance:
        return acceptance.started_on, "normal"
    return setting.today, "normal"


def accept(state: CaseState, command: Accept, setting: Setting) -> Outcome:
    """Acceptance: written, sealed, dated; statutory and promised clocks start, every branch opens at once.

    A complete correction counts as accepted on the day it was received (glossary 8.2).
    """
    parts.require_state(state, "submitted", "received")
    parts.require(setting.principal, "cases.case.accept", state, "accept")
    content = setting.content
    start, mode = _clock_start(state, setting)
    clocks: list[Insert] = []
    ceiling = None
    if content.statutory_limit:
        clocks.append(parts.start_clock(state, "statutory", content.statutory_limit, start, setting))
        ceiling = clocks[0].values["due_on"]
    clocks.append(parts.start_clock(state, "promised", content.promised_limit, start, setting, ceiling))
    notice = parts.paper("acceptance_notice", state.id, setting)
    changes: list[Change] = [
        Update(
            "cases.Case",
            {"id": state.id},
            {
                "state": "in_review",
                "accepted_at": setting.at if start == setting.today else parts.end_of(start),
                "accepted_by": setting.principal.staff_id,
                "received_at": state.received_at or setting.at,
            },
        ),
        *parts.end_clocks(state, setting, "acceptance"),
        *clocks,
        notice,
        *(parts.finish_task(t, setting, "accepted") for t in state.open_tasks("accept")),
        *(Update("cases.CaseMaterial", {"id": m.id}, {"state": "qualified"}) for m in state.materials),
        *open_branches(state, setting, clocks[-1].values["due_at"]),
    ]
    body = {
        "mode": mode,
        "accepted_on": start,
        "points": list(command.points),
        "due": {c.values["kind"]: c.values["due_on"] for c in clocks},
        "documents": [notice.values["id"]],
    }
    branches = {"branches": [b.key for b in content.flow.branches]}
    return Outcome((EventDraft("case.accepted", body), EventDraft("case.review_started", branches)), tuple(changes))


def refuse_acceptance(state: CaseState, command: RefuseAcceptance, setting: Setting) -> Outcome:
    """A written refusal of acceptance with its kind and reason; the wrong authority is told the right one."""
    allowed_states = ("submitted", "received", "correction_requested")
    parts.require_state(state, *allowed_states)
    parts.require(setting.principal, "cases.case.refuse_acceptance", state, "accept")
    if command.kind not in REFUSAL_KINDS:
        raise Refusal("refusal.kind", "请选择不予受理的情形", field="kind")
    if not command.reason.strip():
        raise Refusal("refusal.reason", "请写明不予受理的理由", field="reason", remedy="写清事实和依据，申请人要能看懂")
    if command.kind == "no_jurisdiction" and not command.right_authority.strip():
        raise Refusal("refusal.authority", "请写明应当向哪个机关申请", field="right_authority")
    if command.kind == "uncorrected" and not state.notices:
        raise Refusal(
            "refusal.no_notice", "没有告知过补正，不能以没有补正为由不予受理", field="kind", remedy="先发一次性告知"
        )
    document = parts.paper("refusal_of_acceptance", state.id, setting)
    changes: list[Change] = [
        Update("cases.Case", {"id": state.id}, {"state": "not_accepted", "concluded_at": setting.at}),
        Insert(
            "cases.Decision",
            {
                "case_id": state.id,
                "outcome": "not_accepted",
                "facts": command.reason.strip(),
                "reasons": command.right_authority.strip(),
                "basis": [{"instrument": "中华人民共和国行政许可法", "article": "第三十二条"}],
                "staff_id": setting.principal.staff_id,
                "staff_name": setting.principal.name,
                "decided_at": setting.at,
                "kind": command.kind,
            },
        ),
        document,
        *parts.end_clocks(state, setting, "acceptance", "correction"),
        *(parts.finish_task(t, setting, "not_accepted") for t in state.open_tasks("accept")),
    ]
    body = {"documents": [document.values["id"]]}
    return Outcome((EventDraft("case.not_accepted", body, reason_code=command.kind),), tuple(changes))
