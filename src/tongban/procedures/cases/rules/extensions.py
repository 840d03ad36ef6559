"""Extension of the time for the decision. Pure.

行政许可法 art. 42: once, by the head of the authority (joint handling: of the government), the reason is told;
the item's own rule goes before the law's ten and fifteen days (C6).
"""

from __future__ import annotations

from tongban.ground.changes import Insert, Outcome
from tongban.ground.errors import Refusal
from tongban.procedures.cases.rules import clocking, parts, proceedings, specials
from tongban.procedures.cases.rules.commands import Extend
from tongban.procedures.cases.rules.state import CaseState, ClockView, Setting


def extend(state: CaseState, command: Extend, setting: Setting) -> Outcome:
    """More days, once, by the head named by law or by the item's rule, before expiry or during a stop (art. 42, C6)."""
    parts.require_state(state, *specials.REVIEW)
    most, basis = _ceiling(command.joint, setting)
    _require_head(state, command.joint, setting)
    clock = _extended_clock(state, command.joint, setting)
    _check(state, command, clock, most)
    kinds = ("joint",) if command.joint else ("statutory", "promised")
    steps = tuple(s for kind in kinds for s in clocking.extend(state, kind, setting, command.days, basis))
    rows = clocking.react(state, steps, setting)
    notice = parts.paper("extension_notice", state.id, setting)
    after = parts.dues_after(state, rows)
    dues = {kind: due.isoformat() for kind in kinds if (due := after.get(kind))}
    matter = _matter(state, command, clock, basis, dues.get(clock, ""), notice, setting)
    body = {
        "proceeding_id": matter.values["id"],
        "clock": clock,
        "days": command.days,
        "basis": basis,
        "due": dues,
        "documents": [notice.values["id"]],
    }
    return Outcome(
        (clocking.event("case.extended", body, steps, "joint" if command.joint else ""),),
        (matter, notice, *rows, *parts.retimed(state, rows)),
    )


def _matter(
    state: CaseState, command: Extend, clock: str, basis: str, new_due: str, notice: Insert, setting: Setting
) -> Insert:
    return proceedings.opened(
        state,
        setting,
        "extension",
        key=clock,
        basis=basis,
        reason=command.reason,
        record={"approver": setting.principal.name},
        data={
            "days": command.days,
            "joint": command.joint,
            "from_due": _iso(state.clock(clock)),
            "new_due": new_due,
        },
        notice_id=notice.values["id"],
        done=True,
        result="extended",
    )


def _check(state: CaseState, command: Extend, clock: str, most: int) -> None:
    if any(p.kind == "extension" and p.key == clock for p in state.proceedings):
        raise Refusal("extend.once", "这件办件已经延长过一次，不能再延长")
    if not 1 <= command.days <= most:
        raise Refusal("extend.ceiling", f"最多可以延长 {most} 个工作日", field="days", remedy=f"填写 1 到 {most}")
    if not command.reason.strip():
        raise Refusal("extend.reason", "请写明延长期限的理由", field="reason", remedy="理由要书面告知申请人")


def _iso(view: ClockView | None) -> str:
    return view.due_on.isoformat() if view and view.due_on else ""


def _ceiling(joint: bool, setting: Setting) -> tuple[int, str]:
    """How many days at most, and by which article: the item's own rule goes before the regime's."""
    content = setting.content
    if joint:
        most, basis = content.law.joint_extension_max, "行政许可法第四十二条第二款"
    elif content.extension:
        most, basis = content.extension.n, content.extension.basis
    else:
        most, basis = content.law.extension_max, "行政许可法第四十二条第一款"
    if not most:
        raise Refusal("extend.none", "本事项没有可以延长期限的规定", remedy="请在期限内作出决定")
    return most, basis


def _require_head(state: CaseState, joint: bool, setting: Setting) -> None:
    """The named head: of the government for joint handling, else the one that the rule names."""
    rule = setting.content.extension
    by_government = joint or (rule is not None and rule.approver == "government_head")
    parts.require(setting.principal, "cases.case.extend_joint" if by_government else "cases.case.extend", state)
    if not by_government:
        parts.require_department(setting.principal, state.department_id)


def _extended_clock(state: CaseState, joint: bool, setting: Setting) -> str:
    """The clock that must not have expired: the law's, or the promise where the law has none."""
    kind = "joint" if joint else "statutory" if state.clock("statutory") else "promised"
    view = state.clock(kind)
    if view is None:
        raise Refusal("extend.no_clock", "这件办件没有可以延长的期限", remedy="联合办理的期限只有多部门办件才有")
    if view.due_on is not None and setting.today > view.due_on:
        raise Refusal("extend.late", f"期限到 {view.due_on.isoformat()} 已经届满，届满后不能再延长")
    return kind
