"""What a licence says of itself on paper. Pure reading of one row and its type; no query."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from tongban.ground.elements import ElementDefinition, display
from tongban.registry.licences.models import Licence


def licence_data(licence: Licence) -> dict[str, Any]:
    """Data of the licence papers (see ``papers/README.md``): labelled fields in the order of the schema."""
    answers: Mapping[str, Any] = json.loads(licence.attributes)
    return {
        "licence_name": licence.type.name,
        "licence_number": licence.licence_number,
        "licence_identifier": licence.licence_identifier,
        "holder": licence.holder_name,
        "fields": [
            {"label": entry["label"], "value": _shown(entry, answers[entry["path"]])}
            for entry in licence.type.schema
            if answers.get(entry["path"]) not in (None, "", [])
        ],
        "valid_from": _iso(licence.valid_from),
        "valid_until": _iso(licence.valid_until),
        "authority": licence.issuer.name,
        "date": _iso(licence.issued_on),
        "basis": licence.type.basis,
    }


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def _shown(entry: Mapping[str, Any], value: Any) -> str:
    """By the element's definition when the schema carries one; else the value as it is."""
    if "definition" in entry:
        return display(ElementDefinition.from_json(entry["definition"]), value)
    return "、".join(str(part) for part in value) if isinstance(value, list) else str(value)
