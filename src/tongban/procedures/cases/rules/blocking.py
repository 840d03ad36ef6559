"""What must be over before a decision may be made. Pure.

行政许可法 art. 36 (applicant and interested parties are heard), 46-48 (hearing, and the decision rests on its record).
A side matter whose term has passed in silence blocks nothing: no state is without a lawful way out.
"""

from __future__ import annotations

from tongban.ground.errors import Refusal
from tongban.procedures.cases.rules import gaps, parts, prerequisites
from tongban.procedures.cases.rules.state import CaseState, ProceedingView, Setting
from tongban.registry.catalog.special_steps import SPECIAL_STEPS

WAITS: dict[str, tuple[str, str]] = {
    "hearing_right": ("告知听证权利后的申请期限还没有过", "等到期限届满，或等申请人提出听证"),
    "supplement": ("补充材料的期限还没有过，申请人还没有交来", "等申请人补充，或等期限届满"),
    "opinion": ("征求的意见还没有答复", "等对方答复，或等期限届满"),
    "interested_party": ("利害关系人还没有陈述意见", "记录其意见，或等期限届满"),
}
"""Kind of side matter -> what is still awaited, and what to do."""


def awaited(matter: ProceedingView, setting: Setting) -> bool:
    """Whether an open side matter is still within its term (the whole last day is in time, C8)."""
    return matter.open and (matter.due_on is None or setting.today <= matter.due_on)


def require_reviewed(state: CaseState) -> None:
    """Raise unless the case is in review and nothing suspends it."""
    if state.state == "suspended":
        open_ = next((SPECIAL_STEPS[p.kind] for p in state.open_proceedings(*SPECIAL_STEPS)), "特殊环节")
        if state.open_proceedings("hearing"):
            raise Refusal(
                "decision.hearing_open",
                "已经要求听证，听证没有举行，不能作决定",
                remedy="举行听证并完成听证笔录后再作决定",
            )
        raise Refusal(
            "decision.suspended", f"「{open_}」还没有结束，不能作决定", remedy="结束特殊环节、恢复办理后再作决定"
        )
    parts.require_state(state, "in_review")


def require_nothing_awaited(state: CaseState, positive: bool, setting: Setting) -> None:
    """Raise what stands in the way of this decision, the first that is found."""
    if state.open_proceedings("hearing"):
        raise Refusal("decision.hearing_open", "听证没有举行，不能作决定", remedy="举行听证并完成听证笔录后再作决定")
    for matter in state.open_proceedings(*WAITS):
        if awaited(matter, setting):
            what, remedy = WAITS[matter.kind]
            until = f"（到 {matter.due_on.isoformat()}）" if matter.due_on else ""
            raise Refusal(f"decision.{matter.kind}_open", f"{what}{until}，不能作决定", remedy=remedy)
    if positive:
        _require_grantable(state, setting)


def _require_grantable(state: CaseState, setting: Setting) -> None:
    gaps.require_complete(state, setting)
    prerequisites.require_none_awaited(state, setting)
    objected = [b.name for b in state.branches if b.verdict == "object"]
    if objected and setting.content.law.negative:
        raise Refusal(
            "decision.objected",
            f"{'、'.join(objected)}的审查意见是不通过，不能准予",
            field="outcome",
            remedy="按审查意见作不予决定",
        )
    if any(p.kind == "deferral" and p.state == "lapsed" for p in state.proceedings):
        raise Refusal(
            "decision.deferral_lapsed",
            "容缺的材料逾期没有补交，不能准予",
            field="outcome",
            remedy="请作不予决定，或终止办理；申请人补齐后可以继续",
        )
