"""The files of the demo city, ``data/``: read here, without Django, so that a walk from outside may read them too."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "data"
OPTIONS = (
    "hygiene_licence",
    "road_permit",
    "fire_check",
    "hygiene_renewal",
    "hygiene_change",
    "self_employed",
    "business_pause",
    "old_age_allowance",
    "housing_fund",
    "work_injury",
    "insurance_certificate",
    "food_licence",
    "nurse_registration",
    "gas_licence",
    "building_permit",
    "outdoor_advertising",
    "birth_registration",
    "residence_permit",
    "disability_allowance",
    "flexible_subsidy",
    "student_aid",
    "survivor_benefit",
    "chronic_illness",
    "quality_award",
    "land_dispute",
    "vehicle_review",
    "entertainment_licence",
)


def read(name: str) -> Any:
    """A file of the data folder, by its path without ending."""
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


@lru_cache(maxsize=64)
def item(name: str) -> dict[str, Any]:
    """The file of one option."""
    data: dict[str, Any] = read(f"items/{name}")
    return data


@lru_cache(maxsize=1)
def by_slug() -> dict[str, dict[str, Any]]:
    """The file of each option by its slug."""
    return {item(name)["slug"]: item(name) for name in OPTIONS}
