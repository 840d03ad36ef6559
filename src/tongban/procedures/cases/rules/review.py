"""Branches, steps, join, decision. Pure. 行政许可法 art. 34 (examination), 37-38 (decision in writing), 42 (time)."""

from __future__ import annotations

from datetime import datetime

from tongban.ground.changes import Change, Insert, NextNumber, Outcome, Update
from tongban.ground.errors import Refusal
from tongban.ground.ids import uuid7
from tongban.ground.ledger.chain import EventDraft
from tongban.procedures.cases.rules import parts
from tongban.procedures.cases.rules.commands import CompleteStep, Decide, LicenceGrant
from tongban.procedures.cases.rules.state import CaseState, Setting, TaskView
from tongban.registry.catalog.version import Branch, Step

VERDICTS = {"pass": "通过", "object": "不通过"}


def _step_task(state: CaseState, branch: Branch, step: Step, setting: Setting, due_at: datetime | None) -> Insert:
    if step.limit:
        due_at = parts.end_of(parts.due_on(step.limit, setting.today, setting)[0])
    return parts.new_task(
        state,
        setting,
        kind=step.kind,
        name=step.name,
        post_id=step.post_id,
        department_id=branch.department_id,
        due_at=due_at,
        branch_key=branch.key,
        step_key=step.key,
    )


def _decision_task(state: CaseState, setting: Setting, due_at: datetime | None) -> Insert:
    flow = setting.content.flow
    return parts.new_task(
        state,
        setting,
        kind="decide",
        name="作出决定",
        post_id=flow.decision_post_id,
        department_id=state.department_id,
        due_at=due_at,
    )


def open_branches(state: CaseState, setting: Setting, due_at: datetime) -> tuple[Insert, ...]:
    """Every department begins at once: one active branch each, with its first step; none = straight to the decision."""
    changes: list[Insert] = []
    for branch in setting.content.flow.branches:
        changes.append(
            Insert(
                "cases.CaseBranch",
                {
                    "id": uuid7(setting.at),
                    "case_id": state.id,
                    "key": branch.key,
                    "name": branch.name,
                    "department_id": branch.department_id,
                    "state": "active",
                },
            )
        )
        changes.append(_step_task(state, branch, branch.steps[0], setting, due_at))
    if not setting.content.flow.branches:
        changes.append(_decision_task(state, setting, due_at))
    return tuple(changes)


def _task_of(state: CaseState, command: CompleteStep, setting: Setting) -> TaskView:
    task = next((t for t in state.tasks if t.id == command.task_id and t.kind in ("handle", "examine")), None)
    if task is None:
        raise Refusal("step.unknown", "没有找到这项任务", remedy="回到待办列表重新打开")
    if task.done:
        raise Refusal("step.done", "这一步已经办完了", remedy="刷新页面，看最新状态")
    if task.post_id != setting.principal.post_id:
        raise Refusal("step.other_post", "这一步由别的岗位办理", remedy="请切换到承担这项任务的岗位")
    return task


def complete_step(state: CaseState, command: CompleteStep, setting: Setting) -> Outcome:
    """A post gives its opinion; the next step of the branch opens, or the branch ends; the last one joins."""
    parts.require_state(state, "in_review")
    task = _task_of(state, command, setting)
    parts.require(setting.principal, f"cases.step.{task.kind}", state, task.kind)
    if command.verdict not in VERDICTS:
        raise Refusal("step.verdict", "请选择审查意见：通过或不通过", field="verdict")
    if not command.text.strip():
        raise Refusal("step.text", "请写明审查意见", field="text", remedy="写清看了什么、结论是什么；不通过要写明理由")
    branch = next(b for b in setting.content.flow.branches if b.key == task.branch_key)
    position = next(i for i, s in enumerate(branch.steps) if s.key == task.step_key)
    step = branch.steps[position]
    opinion = _opinion(state, command, task, step, branch, setting)
    changes: list[Change] = [parts.finish_task(task, setting, command.verdict), opinion]
    body: dict[str, object] = {
        "branch": branch.key,
        "step": step.key,
        "verdict": command.verdict,
        "opinion_id": opinion.values["id"],
    }
    last = position + 1 == len(branch.steps) or command.verdict == "object"
    clock = state.clock("promised")
    due_at = parts.end_of(clock.due_on) if clock else None
    if not last:
        changes.append(_step_task(state, branch, branch.steps[position + 1], setting, due_at))
        return Outcome((EventDraft("case.step_completed", body),), tuple(changes))
    view = next(b for b in state.branches if b.key == branch.key)
    changes.append(
        Update(
            "cases.CaseBranch",
            {"id": view.id},
            {"state": "done", "verdict": command.verdict, "finished_at": setting.at},
        )
    )
    joined = all(b.state == "done" for b in state.branches if b.key != branch.key)
    body |= {"branch_done": True, "joined": joined}
    if joined:
        changes.append(_decision_task(state, setting, due_at))
    return Outcome((EventDraft("case.step_completed", body),), tuple(changes))


def _opinion(
    state: CaseState, command: CompleteStep, task: TaskView, step: Step, branch: Branch, setting: Setting
) -> Insert:
    return Insert(
        "cases.Opinion",
        {
            "id": uuid7(setting.at),
            "case_id": state.id,
            "task_id": task.id,
            "branch_key": branch.key,
            "step_key": step.key,
            "step_name": step.name,
            "verdict": command.verdict,
            "text": command.text.strip(),
            "points": [dict(p) for p in command.points],
            "staff_id": setting.principal.staff_id,
            "staff_name": setting.principal.name,
            "department_name": branch.department_name,
            "given_at": setting.at,
        },
    )


def _separate(state: CaseState, setting: Setting) -> None:
    """Accept-approve separation (WIN-02): on a ``strict`` version nobody accepts or handles, and approves."""
    if setting.content.separation_level != "strict":
        return
    staff_id = setting.principal.staff_id
    if staff_id == state.accepted_by:
        raise Refusal(
            "separation.same_person",
            "这件办件是您受理的，不能再由您审批",
            remedy="受理和审批要由不同的人办理，请交给同岗位的另一位同事",
        )
    if any(t.done_by == staff_id for t in state.tasks if t.kind == "handle"):
        raise Refusal(
            "separation.handled",
            "这件办件是您承办的，不能再由您作决定",
            remedy="承办和批准要由不同的人办理，请交给另一位批准人",
        )


def _check_decision(state: CaseState, command: Decide) -> None:
    if command.outcome not in ("granted", "refused"):
        raise Refusal("decision.outcome", "请选择准予或不予许可", field="outcome")
    if command.outcome == "granted":
        if objected := [b.name for b in state.branches if b.verdict == "object"]:
            raise Refusal(
                "decision.objected",
                f"{'、'.join(objected)}的审查意见是不通过，不能准予许可",
                field="outcome",
                remedy="按审查意见作不予许可决定",
            )
        if command.licence is None:
            raise ValueError("a grant needs the licence's contents")
        return
    wanted = (("facts", command.facts, "请写明查明的事实"), ("reasons", command.reasons, "请写明不予许可的理由"))
    for field, text, sentence in wanted:
        if not text.strip():
            raise Refusal(
                f"decision.{field}",
                sentence,
                field=field,
                remedy="不予许可要说明事实、依据和理由（行政许可法第三十八条）",
            )
    if not command.basis:
        raise Refusal(
            "decision.basis",
            "请选择不予许可的依据条文",
            field="basis",
            remedy="从本事项的依据中选择，或写明法规名称和条款",
        )


def decide(state: CaseState, command: Decide, setting: Setting) -> Outcome:
    """The written decision; a grant prepares the licence. Both papers wait for the document worker."""
    parts.require_state(state, "in_review")
    parts.require(setting.principal, "cases.case.decide", state, "decide")
    _separate(state, setting)
    _check_decision(state, command)
    granted = command.outcome == "granted"
    document = parts.paper("decision_grant" if granted else "decision_refuse", state.id, setting)
    changes: list[Change] = [
        Update(
            "cases.Case",
            {"id": state.id},
            {
                "state": "decided",
                "outcome": command.outcome,
                "decided_at": setting.at,
                "concluded_at": setting.at,
            },
        ),
        Insert(
            "cases.Decision",
            {
                "case_id": state.id,
                "outcome": command.outcome,
                "facts": command.facts.strip(),
                "reasons": command.reasons.strip(),
                "basis": [dict(b) for b in command.basis],
                "staff_id": setting.principal.staff_id,
                "staff_name": setting.principal.name,
                "decided_at": setting.at,
            },
        ),
        document,
        parts.start_clock(state, "delivery", setting.content.delivery_limit, setting.today, setting),
        *parts.end_clocks(state, setting, "statutory", "promised"),
        *(parts.finish_task(t, setting, command.outcome) for t in state.open_tasks("decide")),
    ]
    papers, licence_ids = [document.values["id"]], []
    if command.licence and granted:
        licence = _licence(state, command.licence, setting)
        changes.extend(licence)
        papers.append(licence[0].values["id"])
        licence_ids.append(licence[1].values["id"])
    body = {
        "outcome": command.outcome,
        "documents": papers,
        "licences": licence_ids,
        "basis": [dict(b) for b in command.basis],
    }
    return Outcome((EventDraft("case.decided", body),), tuple(changes))


def _licence(state: CaseState, grant: LicenceGrant, setting: Setting) -> tuple[Insert, Insert]:
    content, year = setting.content, setting.today.year
    result = content.result
    document = parts.paper("licence", state.id, setting, title=result.name)
    licence = Insert(
        "licences.Licence",
        {
            "id": uuid7(setting.at),
            "type_id": result.licence_type,
            "licence_number": NextNumber(
                scope=f"licence:{result.licence_type}:{content.authority.uscc}:{year}",
                prefix=f"{content.authority.document_word}证字〔{year}〕第",
                suffix="号",
                width=6,
            ),
            "holder_kind": grant.holder_kind,
            "holder_id": grant.holder_id,
            "holder_name": grant.holder_name,
            "state": "prepared",
            "case_id": state.id,
            "attributes": grant.attributes,
            "issuer_id": content.authority.id,
            "document_id": document.values["id"],
        },
    )
    return document, licence
