"""The parts of a service guide for the answers given so far. Pure.

Every guide is made of the same elements in the same words (统一办事指南要素, PRT-06): :data:`ELEMENTS` names them; a
test compares every template that shows one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongban.faces.portal import cards, flow_picture, guide_flow
from tongban.faces.portal.flow_picture import Picture, Station
from tongban.registry.catalog import checks, forms
from tongban.registry.catalog.forms import MaterialChoice
from tongban.registry.catalog.taxonomy import APPLICATION_MODES, ITEM_TYPES, SCOPES
from tongban.registry.catalog.version import LegalBasis, TimeLimit, VersionContent

ELEMENTS: Mapping[str, Promise | str] = {
    "time": gettext_lazy("办好要多久"),
    "fee": gettext_lazy("收费"),
    "papers": gettext_lazy("要交几份"),
    "visits": gettext_lazy("要跑几次"),
    "who": gettext_lazy("谁来办"),
    "applicants": gettext_lazy("谁可以办"),
    "ask": gettext_lazy("咨询"),
    "conditions": gettext_lazy("能不能办"),
    "materials": gettext_lazy("要交什么"),
    "flow": gettext_lazy("怎么办"),
    "limits": gettext_lazy("办多久"),
    "places": gettext_lazy("到哪里办"),
    "result": gettext_lazy("拿到什么"),
    "facts": gettext_lazy("基本信息与依据"),
    "questions": gettext_lazy("常见问题"),
    "statutory": gettext_lazy("法定时限"),
    "code": gettext_lazy("事项编码"),
    "item_type": gettext_lazy("事项类型"),
    "case_type": gettext_lazy("办件类型"),
    "region": gettext_lazy("办理范围"),
    "fee_basis": gettext_lazy("收费依据"),
    "basis": gettext_lazy("设定依据"),
    "domain": gettext_lazy("公共服务领域"),
}
"""Element -> the words by which every guide calls it."""
WAYS = ("", "commitment")
_LONGEST_BAR = 100


@dataclass(frozen=True)
class MaterialLine:
    """One row of 要交什么. ``certain`` is False while an open answer decides whether it is needed."""

    name: str
    source: str
    source_state: str
    requirement: str
    todo: str
    sample: str
    certain: bool
    later: str
    """When a secondary one may follow (容缺); empty when it may not."""


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
    way: str
    materials: tuple[MaterialLine, ...]
    uploads: int
    possible: int
    exempt: int
    stations: tuple[Station, ...]
    picture: Picture
    bars: tuple[Bar, ...]
    time_notes: tuple[str, ...]
    saved: int
    item_type: str
    case_type: str
    audience: str
    delivery: str
    validity: str
    modes: str
    scope: str
    basis: tuple[LegalBasis, ...]


def guide_parts(content: VersionContent, answers: Mapping[str, Any], way: str = "") -> Guide:
    """The guide for these answers.

    :param way: ``commitment`` for handling on a written promise, where the version allows it; else the usual way.
    """
    promised = way == "commitment" and content.commitment is not None
    replaced = frozenset(content.commitment.materials) if promised and content.commitment else frozenset()
    choices = forms.material_choices(content, answers)
    lines = tuple(_material_line(choice, choice.material.code in replaced) for choice in choices)
    asked = [choice for choice in choices if choice.material.source == "uploaded"]
    uploaded = [choice for choice in asked if choice.material.code not in replaced]
    found = forms.situation(content, answers)
    stations = guide_flow.stations(content, promised=promised)
    return Guide(
        situation=found.name if found else "",
        way="commitment" if promised else "",
        materials=lines,
        uploads=sum(choice.certain for choice in uploaded),
        possible=sum(not choice.certain for choice in uploaded),
        exempt=sum(choice.certain for choice in choices if choice not in uploaded),
        stations=stations,
        picture=flow_picture.draw(stations, _("%(name)s的办理流程") % {"name": content.name}),
        bars=_bars(content),
        time_notes=guide_flow.time_notes(content, promised=promised),
        saved=_saved(content),
        item_type=ITEM_TYPES.get(content.item_type, content.item_type),
        case_type=str(cards.CASE_TYPES.get(content.case_type, content.case_type)),
        audience="、".join(str(cards.AUDIENCE.get(kind, kind)) for kind in content.audience),
        delivery=cards.limit_words(content.delivery_limit),
        validity=validity_words(content.result.validity_months),
        modes="、".join(APPLICATION_MODES.get(one, one) for one in content.application_modes),
        scope=SCOPES.get(content.service_scope, ""),
        basis=content.legal_basis,
    )


def _material_line(choice: MaterialChoice, replaced: bool) -> MaterialLine:
    material = choice.material
    sources = {"exempt": (_("免提交"), "ok"), "verified": (_("系统核验"), "ok"), "uploaded": (_("您提交"), "info")}
    words, state = sources.get(material.source, (material.source, ""))
    todo = material.todo if choice.certain else _("看您的情况：回答上面的问题就知道")
    if replaced:
        words, state, todo = _("承诺免交"), "promise", _("签了承诺书就不用交")
    return MaterialLine(
        material.name,
        words,
        state,
        material.requirement,
        todo,
        material.sample,
        choice.certain,
        "" if replaced or material.deferral is None else _deferred(material.deferral.due_rule, material.deferral.limit),
    )


def _deferred(due_rule: str, limit: TimeLimit | None) -> str:
    if due_rule == "by_date" and limit:
        return _("可以容缺，受理后 %(limit)s内补上") % {"limit": cards.limit_words(limit)}
    return _("可以容缺，领取结果前补上")


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


def validity_words(months: int | None) -> str:
    """``5 年``, ``18 个月``; empty when it does not end."""
    if months is None:
        return ""
    return _("%(n)s 年") % {"n": months // 12} if months % 12 == 0 else _("%(n)s 个月") % {"n": months}
