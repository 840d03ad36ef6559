"""What a slip says: the checklist of an item and situation, the materials handed back, the "no" with its article. Pure.

Everything comes from the published version; nothing is typed twice. The same checklist as one paragraph is the template
of an answer by telephone (NTC-02).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tongban.ground.clock import UNIT_WORDS
from tongban.registry.catalog import forms
from tongban.registry.catalog.version import Material, Place, TimeLimit, VersionContent

SLIP_OF_OUTCOME = {
    "guidance": "guidance_notice",
    "handed_back": "handed_back_list",
    "negative_answer": "negative_answer",
}
"""Outcome -> template; those of a consultation are the same sheets as in ``procedures/cases/papers``."""
TITLES = {
    "guidance_notice": "一次性告知单",
    "handed_back_list": "材料带回清单",
    "negative_answer": "否定答复告知单",
}
_FORMATS = (("PDF", frozenset({"pdf"})), ("照片", frozenset({"jpeg", "png"})))


@dataclass(frozen=True, slots=True)
class Told:
    """Who asked and who told: the head of every slip. ``day`` is ISO, ``asked_by`` masked."""

    number: str
    day: str
    asked_by: str
    told_by: str


def limit_words(limit: TimeLimit | None) -> str:
    """``8 个工作日``, ``当场``, or empty."""
    if limit is None:
        return ""
    return f"{limit.n} {UNIT_WORDS[limit.unit]}" if limit.n else "当场"  # type: ignore[index]


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


def base(content: VersionContent, kind: str, told: Told) -> dict[str, Any]:
    """What every slip carries."""
    authority, place = content.authority, content.places[0] if content.places else None
    return {
        "title": TITLES[kind],
        "number": f"首问登记号：{told.number}",
        "date": told.day,
        "authority": authority.name,
        "item": {"name": content.name, "code": content.item_code},
        "asked_by": told.asked_by,
        "told_by": told.told_by,
        "contact": {
            "address": place.address if place else authority.address,
            "phone": (place.phone if place else "") or authority.phone,
            "hours": place.hours if place else "",
        },
    }


def guidance(content: VersionContent, answers: Mapping[str, Any], words: str = "") -> dict[str, Any]:
    """The checklist of an item for one situation: conditions, materials, time, fee, places, basis."""
    found = forms.situation(content, answers)
    materials, exempt = checklist(content, answers)
    return {
        "situation": found.name if found else "",
        "limit": _limits(content),
        "fee": _fee(content),
        "place": "；".join(_place(p) for p in content.places),
        "online": "可以在网上申请" if "submit" in content.online_depth else "",
        "conditions": list(content.conditions),
        "materials": materials,
        "exempt": exempt,
        "words": words,
        "bases": [{"instrument": b.instrument, "article": b.article} for b in content.legal_basis],
    }


def _limits(content: VersionContent) -> str:
    told = [f"承诺 {limit_words(content.promised_limit)}"]
    if content.statutory_limit:
        told.append(f"法定 {limit_words(content.statutory_limit)}")
    return f"{'，'.join(told)}（从受理起算）"


def _fee(content: VersionContent) -> str:
    basis = f"（{content.fee_basis}）" if content.fee_basis else ""
    return f"{content.fee or '不收费'}{basis}"


def _place(place: Place) -> str:
    phone = f"，电话 {place.phone}" if place.phone else ""
    return f"{place.name}（{place.address}，{place.hours}{phone}）"


def handed_back(
    content: VersionContent, answers: Mapping[str, Any], returned: Sequence[Mapping[str, Any]], words: str
) -> dict[str, Any]:
    """What the person takes back, with the whole checklist, so that one more visit is enough."""
    rows = [{**row, "copies": f"{row.get('copies', 1)} 份"} for row in returned]
    return guidance(content, answers, words) | {"returned": rows}


def negative(basis: Sequence[Mapping[str, str]], question: str, words: str, reported_to: str) -> dict[str, Any]:
    """The "no" with the article it rests on, and where it was reported."""
    return {"asked": question, "reasons": words, "bases": [dict(b) for b in basis], "reported_to": reported_to}


def phone_answer(content: VersionContent, answers: Mapping[str, Any]) -> str:
    """One complete answer for the telephone: materials, time, fee, place; the template of what is said and recorded."""
    materials, exempt = checklist(content, answers)
    named = "；".join(f"{row['name']}（{row['note']}）" if row["note"] else row["name"] for row in materials)
    told = [f"办理“{content.name}”，要准备：{named}。" if named else f"办理“{content.name}”不用带材料。"]
    if exempt:
        told.append(f"{'、'.join(exempt)}不用交，由部门核验。")
    told.append(f"办理时限：{_limits(content)}。收费：{_fee(content)}。")
    if "submit" in content.online_depth:
        told.append("可以在网上申请。")
    if content.places:
        told.append(f"也可以到{'；'.join(_place(p) for p in content.places)}办理。")
    return "".join(told)
