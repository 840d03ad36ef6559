"""Why a search answers what it answers, in words for stewards (「为什么是这个结果」)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongban.insight.search import queries
from tongban.insight.search.evidence import Fit
from tongban.insight.search.lexicon import ACTS
from tongban.insight.search.ranking import Ranked
from tongban.insight.search.selectors import Explanation
from tongban.insight.search.weighing import Weighed

MOST = 10

_UNDERSTOOD: Mapping[str, Promise | str] = {
    queries.TEXT: gettext_lazy("词库里没有，按字找"),
    queries.MEANS: gettext_lazy("俗称，按对应说法找"),
    queries.DEPARTMENT: gettext_lazy("部门"),
    queries.ACT: gettext_lazy("办理动作"),
    queries.LETTERS: gettext_lazy("字母，按拼音或首字母找"),
    queries.OUTSIDE: gettext_lazy("不归政务服务"),
}
_REASONS: Mapping[str, Promise | str] = {
    "name": gettext_lazy("名称里有"),
    "other_name": gettext_lazy("主项名称里有"),
    "phrase": gettext_lazy("对应说法"),
    "sound": gettext_lazy("同音"),
    "skip": gettext_lazy("差一个字"),
    "heard": gettext_lazy("听起来像"),
    "pinyin": gettext_lazy("拼音"),
    "initials": gettext_lazy("首字母"),
    "department": gettext_lazy("部门"),
    "text": gettext_lazy("说明里有"),
    "act": gettext_lazy("办理动作"),
}
_PARTS: Mapping[str, Promise | str] = {
    "exact": gettext_lazy("与名称一样"),
    "tight": gettext_lazy("名称短而贴近"),
    "meant": gettext_lazy("首选说法"),
    "act": gettext_lazy("办理动作"),
    "configured": gettext_lazy("可在本平台办"),
    "chosen": gettext_lazy("别人搜后常点"),
}


@dataclass(frozen=True)
class PartLine:
    """One part of what was typed: how it was understood, and its share of the whole in per cent."""

    text: str
    understood: str
    meanings: tuple[str, ...]
    share: int


@dataclass(frozen=True)
class AnswerLine:
    """One answer: how much of the question it covers in per cent, and why."""

    title: str
    listed: bool
    coverage: int
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Explained:
    """The parts, the answers in their order, and when there are none the nearest."""

    parts: tuple[PartLine, ...]
    answers: tuple[AnswerLine, ...]
    nearest: tuple[AnswerLine, ...]

    @property
    def shown(self) -> tuple[AnswerLine, ...]:
        """The answers, else the nearest."""
        return self.answers or self.nearest


def explained(found: Explanation) -> Explained:
    """An explanation in words."""
    total = sum(one.mass for one in found.weighed) or 1.0
    return Explained(
        tuple(_part(one, total) for one in found.weighed),
        tuple(_answer(found, one) for one in found.answers.accepted[:MOST]),
        tuple(_answer(found, one) for one in found.answers.nearest),
    )


def _part(one: Weighed, total: float) -> PartLine:
    unit = one.unit
    meanings = unit.phrases if unit.kind != queries.ACT else tuple(_(ACTS.get(act, act)) for act in unit.acts)
    return PartLine(unit.text, str(_UNDERSTOOD[unit.kind]), meanings, round(100 * one.mass / total))


def _answer(found: Explanation, one: Ranked) -> AnswerLine:
    reasons = [
        _reason(weighed, fit) for weighed, fit in zip(found.weighed, one.fits, strict=True) if fit.value and fit.reason
    ]
    reasons += [
        f"{_PARTS[name]} {'+' if value > 0 else '−'}{abs(round(100 * value))}"
        for name, value in one.parts.items()
        if abs(value) >= 0.005
    ]
    candidate = one.candidate
    return AnswerLine(candidate.title, not candidate.configured, round(100 * one.coverage), tuple(reasons))


def _reason(weighed: Weighed, fit: Fit) -> str:
    how = "、".join(str(_REASONS[name]) for name in fit.reason.split("+"))
    phrase = f"「{fit.phrase}」" if fit.phrase and fit.phrase != weighed.unit.text else ""
    return f"{weighed.unit.text}：{how}{phrase}"
