"""What a slip says: the checklist of an item and situation, the materials handed back, the "no" with its article. Pure.

Everything comes from the published version; nothing is typed twice. The same checklist as one paragraph is the template
of an answer by telephone (NTC-02).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tongban.registry.catalog.checklists import checklist, fee_of, guidance, limits_of, place_of
from tongban.registry.catalog.version import VersionContent

SLIP_OF_OUTCOME = {
    "guidance": "guidance_notice",
    "handed_back": "handed_back_list",
    "negative_answer": "negative_answer",
}
"""Outcome -> template of this room."""
TITLES = {
    "guidance_notice": "一次性告知单",
    "handed_back_list": "材料带回清单",
    "negative_answer": "否定答复告知单",
}


@dataclass(frozen=True, slots=True)
class Told:
    """Who asked and who told: the head of every slip. ``day`` is ISO, ``asked_by`` masked."""

    number: str
    day: str
    asked_by: str
    told_by: str


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
    told.append(f"办理时限：{limits_of(content)}。收费：{fee_of(content)}。")
    if "submit" in content.online_depth:
        told.append("可以在网上申请。")
    if content.places:
        told.append(f"也可以到{'；'.join(place_of(p) for p in content.places)}办理。")
    return "".join(told)
