"""The applicant's credit at intake: which reliefs are taken, who is kept from deferral and commitment. Pure. NTC-14.

003 方案二(二)2: materials supplied later or waived, review postponed or waived, by risk and credit. The grade was
looked up for the act and is frozen into its event; what a grade earns is published (``catalog.reliefs``). A relief
is a lawful substitute only when the version gives it to that grade: nothing else may be missing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tongban.ground.changes import Insert
from tongban.ground.errors import Refusal
from tongban.procedures.cases.rules import gaps, proceedings
from tongban.procedures.cases.rules.commands import Standing
from tongban.procedures.cases.rules.state import CaseState, Setting
from tongban.registry.catalog.reliefs import (
    RELIEFS,
    REVIEW_LATER,
    SUPPLY_LATER,
    WAIVE_MATERIAL,
    WAIVE_REVIEW,
    earned,
    excluded,
    spared,
)
from tongban.registry.catalog.version import Branch, DeferralRule, VersionContent

KIND = "relief"
LATER_CONSEQUENCE = "材料补齐以前，不发给办理结果。"


@dataclass(frozen=True, slots=True)
class Taken:
    """The reliefs of one acceptance: what they waive, postpone and skip."""

    standing: Standing | None = None
    reliefs: tuple[str, ...] = ()
    waived: tuple[str, ...] = ()
    """Codes of the missing materials that are waived."""
    branches: tuple[Branch, ...] = ()
    """The branches that review now."""
    postponed: tuple[str, ...] = ()
    skipped: tuple[str, ...] = ()

    @property
    def later(self) -> bool:
        """Whether missing materials may follow although the general list does not let them."""
        return SUPPLY_LATER in self.reliefs

    def told(self) -> dict[str, Any]:
        """What the event keeps: the grade, the rule it came from, and what was taken. Nothing without a grade."""
        if self.standing is None:
            return {}
        told: dict[str, Any] = {"grade": self.standing.grade, "rule": self.standing.rule, "on": self.standing.on}
        taken = {"reliefs": self.reliefs, "waived": self.waived, "postponed": self.postponed, "skipped": self.skipped}
        return {"credit": told | {key: list(value) for key, value in taken.items() if value}}


def take(state: CaseState, standing: Standing | None, asked: Sequence[str], setting: Setting) -> Taken:
    """The reliefs that are asked for, checked against what the version gives to the grade.

    :raises Refusal: ``credit.not_earned`` for a relief that the grade does not earn.
    """
    content = setting.content
    own = earned(content, standing.grade if standing else "")
    for relief in asked:
        if relief not in own:
            words = RELIEFS.get(relief, relief)
            grade = f"信用等级 {standing.grade} 的申请人" if standing else "这件办件"
            raise Refusal(
                "credit.not_earned",
                f"按公布的规则，{grade}没有「{words}」这项激励",
                field="reliefs",
                remedy="按普通程序受理；激励规则在办事指南里",
            )
    reliefs = tuple(relief for relief in RELIEFS if relief in asked)
    missing = gaps.outstanding(state)
    grade = standing.grade if standing else ""
    waived = tuple(c for c in missing if WAIVE_MATERIAL in reliefs and WAIVE_MATERIAL in spared(content, grade, c))
    skipped = tuple(b.key for b in content.flow.branches if WAIVE_REVIEW in reliefs and b.document_only)
    rest = tuple(b for b in content.flow.branches if b.key not in skipped)
    if REVIEW_LATER in reliefs:
        return Taken(standing, reliefs, waived, (), tuple(b.key for b in rest), skipped)
    return Taken(standing, reliefs, waived, rest, (), skipped)


def later_rule(content: VersionContent, code: str, taken: Taken) -> DeferralRule | None:
    """The rule by which a material follows on credit: when the result is collected; None when it may not."""
    grade = taken.standing.grade if taken.standing else ""
    if not taken.later or SUPPLY_LATER not in spared(content, grade, code):
        return None
    basis = content.credit.basis if content.credit else ""
    return DeferralRule("at_pickup", None, LATER_CONSEQUENCE, basis)


def row(state: CaseState, taken: Taken, setting: Setting) -> tuple[Insert, ...]:
    """The side matter that keeps what was taken; none when nothing was."""
    if not taken.reliefs or taken.standing is None:
        return ()
    content = setting.content
    data = {
        "grade": taken.standing.grade,
        "rule": taken.standing.rule,
        "risk": content.risk_level,
        "reliefs": list(taken.reliefs),
        "waived": list(taken.waived),
        "postponed": list(taken.postponed),
        "skipped": list(taken.skipped),
    }
    basis = content.credit.basis if content.credit else ""
    return (proceedings.opened(state, setting, KIND, basis=basis, data=data, done=True, result="taken"),)


def require_not_excluded(standing: Standing | None, what: str, setting: Setting) -> None:
    """Raise ``credit.excluded`` where the published rule keeps the applicant's grade from ``what``.

    :raises ValueError: the version excludes grades and nobody looked the grade up (a programming error).
    """
    rule = setting.content.credit
    if rule is None or not rule.excluded_grades:
        return
    if standing is None:
        raise ValueError("the version excludes grades: the act needs the applicant's standing")
    if excluded(setting.content, standing.grade):
        raise Refusal(
            "credit.excluded",
            f"按公布的规则（{rule.basis}），信用等级 {standing.grade} 的申请人不适用{what}",
            field="signed_by",
            remedy="一次性告知需要补正的材料，按普通程序办理；信用修复以后可以再选择",
        )


def taken_of(state: CaseState) -> dict[str, Any]:
    """What an earlier acceptance took; empty when nothing was."""
    return next((p.data for p in state.proceedings if p.kind == KIND), {})


def postponed(state: CaseState) -> tuple[str, ...]:
    """Keys of the branches whose review was postponed until after the decision."""
    return tuple(taken_of(state).get("postponed", ()))
