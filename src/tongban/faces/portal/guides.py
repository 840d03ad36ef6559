"""The parts of a service guide for the answers given so far. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from tongban.faces.portal import cards
from tongban.registry.catalog import checks, forms
from tongban.registry.catalog.taxonomy import ITEM_TYPES
from tongban.registry.catalog.version import LegalBasis, Material, TimeLimit, VersionContent

_LONGEST_BAR = 100


@dataclass(frozen=True)
class MaterialLine:
    """One row of 要交什么. ``certain`` is False while an open answer decides whether it is needed."""

    name: str
    source: str
    source_state: str
    requirement: str
    todo: str
    certain: bool


@dataclass(frozen=True)
class FlowStep:
    """One mark of 怎么办."""

    title: str
    detail: str


@dataclass(frozen=True)
class Bar:
    """A limit drawn as a bar; ``width`` is per cent of the longest."""

    label: str
    words: str
    width: int
    tone: str


@dataclass(frozen=True)
class Guide:
    """Everything that the page computes from the version and the answers."""

    situation: str
    materials: tuple[MaterialLine, ...]
    uploads: int
    possible: int
    exempt: int
    steps: tuple[FlowStep, ...]
    bars: tuple[Bar, ...]
    saved: int
    item_type: str
    case_type: str
    audience: str
    delivery: str
    validity: str
    basis: tuple[LegalBasis, ...]


def guide_parts(content: VersionContent, answers: Mapping[str, Any]) -> Guide:
    """The guide for these answers."""
    choices = forms.material_choices(content, answers)
    lines = tuple(_material_line(choice.material, choice.certain) for choice in choices)
    uploaded = [choice for choice in choices if choice.material.source == "uploaded"]
    found = forms.situation(content, answers)
    return Guide(
        situation=found.name if found else "",
        materials=lines,
        uploads=sum(choice.certain for choice in uploaded),
        possible=sum(not choice.certain for choice in uploaded),
        exempt=sum(choice.material.source != "uploaded" and choice.certain for choice in choices),
        steps=_steps(content),
        bars=_bars(content),
        saved=_saved(content),
        item_type=ITEM_TYPES.get(content.item_type, content.item_type),
        case_type=cards.CASE_TYPES.get(content.case_type, content.case_type),
        audience="、".join(cards.AUDIENCE.get(kind, kind) for kind in content.audience),
        delivery=cards.limit_words(content.delivery_limit),
        validity=_validity(content.result.validity_months),
        basis=content.legal_basis,
    )


def _material_line(material: Material, certain: bool) -> MaterialLine:
    sources = {"exempt": (_("免提交"), "ok"), "verified": (_("系统核验"), "ok"), "uploaded": (_("您提交"), "info")}
    words, state = sources.get(material.source, (material.source, ""))
    todo = material.todo if certain else _("看您的情况：回答上面的问题就知道")
    return MaterialLine(material.name, words, state, material.requirement, todo, certain)


def _steps(content: VersionContent) -> tuple[FlowStep, ...]:
    units = list(dict.fromkeys(branch.department_name for branch in content.flow.branches))
    together = _("%(n)s 个部门同时审") % {"n": len(units)} if len(units) > 1 else units[0]
    return (
        FlowStep(_("网上申请"), _("您，随时可以")),
        FlowStep(_("受理"), _("%(limit)s内") % {"limit": cards.limit_words(content.acceptance_limit)}),
        FlowStep(_("审查"), together),
        FlowStep(_("决定"), content.authority.name),
        FlowStep(_("发证"), _("电子证件，网上下载")),
    )


def _bars(content: VersionContent) -> tuple[Bar, ...]:
    limits: list[tuple[str, TimeLimit, str]] = []
    if content.statutory_limit:
        limits.append((_("法定时限"), content.statutory_limit, "law"))
    limits.append((_("我们承诺"), content.promised_limit, "promise"))
    longest = max(checks.days(limit) for _label, limit, _tone in limits) or 1
    return tuple(
        Bar(label, cards.limit_words(limit), max(1, round(_LONGEST_BAR * checks.days(limit) / longest)), tone)
        for label, limit, tone in limits
    )


def _saved(content: VersionContent) -> int:
    """By how many per cent the promise is shorter than the law; 0 without a statutory limit."""
    law = checks.days(content.statutory_limit) if content.statutory_limit else 0
    return round(100 - 100 * checks.days(content.promised_limit) / law) if law else 0


def _validity(months: int | None) -> str:
    if months is None:
        return ""
    return _("%(n)s 年") % {"n": months // 12} if months % 12 == 0 else _("%(n)s 个月") % {"n": months}
