"""What a checklist of an item says for one situation: one maker for every slip, letter and telephone answer. Pure.

Everything comes from the published version; nothing is typed twice (NTC-02). First contacts print it, papers of cases
use the same words for limits.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tongban.ground.clock import UNIT_WORDS
from tongban.registry.catalog import forms
from tongban.registry.catalog.version import Material, Place, TimeLimit, VersionContent

_FORMATS = (("PDF", frozenset({"pdf"})), ("照片", frozenset({"jpeg", "png"})))


def limit_words(limit: TimeLimit | None) -> str:
    """``8 个工作日``, ``当场``, or empty."""
    return duration(limit.n, limit.unit) if limit else ""


def duration(n: int, unit: str) -> str:
    """A number of units in words; none of them is ``当场``."""
    return f"{n} {UNIT_WORDS.get(unit, unit)}" if n else "当场"  # type: ignore[call-overload]


def checklist(content: VersionContent, answers: Mapping[str, Any]) -> tuple[list[dict[str, str]], list[str]]:
    """What must be brought for these answers (name, form, note), and the names of what nobody asks for."""
    choices = forms.material_choices(content, answers)
    rows = [
        {"name": choice.material.name, "form": _form(choice.material), "note": _note(choice.material, choice.certain)}
        for choice in choices
        if choice.material.source == "uploaded"
    ]
    return rows, [choice.material.name for choice in choices if choice.material.source != "uploaded"]


def _form(material: Material) -> str:
    kinds = [word for word, known in _FORMATS if known & set(material.types)]
    return f"原件 1 份，或{'、'.join(kinds)}" if kinds else "原件 1 份"


def _note(material: Material, certain: bool) -> str:
    told = [text.rstrip("。；") for text in (material.requirement, material.todo) if text]
    if not certain:
        told.append("看您的情况，回答情形问题后就能确定要不要交")
    if not material.essential and material.deferral is not None:
        told.append("可以容缺，受理后再补")
    return "；".join(told)


def guidance(content: VersionContent, answers: Mapping[str, Any], words: str = "") -> dict[str, Any]:
    """The checklist of an item for one situation: conditions, materials, time, fee, places, basis."""
    found = forms.situation(content, answers)
    materials, exempt = checklist(content, answers)
    return {
        "situation": found.name if found else "",
        "limit": limits_of(content),
        "fee": fee_of(content),
        "place": "；".join(place_of(p) for p in content.places),
        "online": "可以在网上申请" if "submit" in content.online_depth else "",
        "conditions": list(content.conditions),
        "materials": materials,
        "exempt": exempt,
        "words": words,
        "bases": [{"instrument": b.instrument, "article": b.article} for b in content.legal_basis],
    }


def limits_of(content: VersionContent) -> str:
    """Promised and statutory limit in words."""
    told = [f"承诺 {limit_words(content.promised_limit)}"]
    if content.statutory_limit:
        told.append(f"法定 {limit_words(content.statutory_limit)}")
    return f"{'，'.join(told)}（从受理起算）"


def fee_of(content: VersionContent) -> str:
    """What it costs, with its basis."""
    basis = f"（{content.fee_basis}）" if content.fee_basis else ""
    return f"{content.fee or '不收费'}{basis}"


def place_of(place: Place) -> str:
    """Where it is done, with hours and telephone."""
    phone = f"，电话 {place.phone}" if place.phone else ""
    return f"{place.name}（{place.address}，{place.hours}{phone}）"
