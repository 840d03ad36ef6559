"""Materials that the demo's people hand in: one-page PDFs that say what they are, typeset by the house itself.

A drawing names the place; a sheet of words says nothing of anybody, so that it is typeset once for all who hand it in.
"""

from __future__ import annotations

import uuid
from functools import lru_cache
from typing import Any

from tongban.demo import catalogue, files, names
from tongban.ground.documents.typesetting import register_template, render
from tongban.ground.storage.services import store
from tongban.registry.catalog import forms
from tongban.registry.catalog import selectors as catalog

TEMPLATE = "demo_sample"
TITLES = {
    "hygiene_report": "卫生检测报告",
    "air_report": "集中空调通风系统卫生检测报告",
    "consent_proof": "同意移送确认书",
}
"""Where a paper's own title is shorter than the material's name, or it is no material of an item."""
DRAWINGS = frozenset(
    {
        "floor_plan",
        "site_plan",
        "traffic_plan",
        "fire_plan",
        "food_layout",
        "gas_design",
        "ad_picture",
        "land_sketch",
        "entertainment_plan",
    }
)


def wanted(slug: str, answers: dict[str, Any]) -> list[str]:
    """Codes of the materials that must be uploaded for these answers."""
    _, content = catalog.version_in_force(slug)
    return [m.code for m in forms.visible_materials(content, answers) if m.source == "uploaded"]


def file_for(code: str, answers: dict[str, Any], account_id: uuid.UUID, *, corrected: bool = False) -> uuid.UUID:
    """A stored sample of the material, owned by the account."""
    title = TITLES.get(code) or catalogue.masters().materials[code][1]
    place = name = ""
    if code in DRAWINGS:
        known = ("premises.address", "ad.place", "dispute.place", "road.name")
        place = str(next((answers[path] for path in known if answers.get(path)), names.CITY))
        name = str(answers.get("premises.name") or answers.get("contractor.name") or "")
    return store(_pdf(code, title, name, place, corrected), f"{title}.pdf", owner=account_id).id


@lru_cache(maxsize=1)
def _points() -> dict[str, list[str]]:
    """Code -> what such a material shows, as the window looks for it."""
    found: dict[str, list[str]] = {}
    for name in files.OPTIONS:
        for row in files.item(name)["draft"]["materials"]:
            if not isinstance(row, str):
                found.setdefault(row["code"], [*row.get("receipt_points", ()), *row.get("review_points", ())])
    return found


@lru_cache(maxsize=256)
def _pdf(code: str, title: str, name: str, place: str, corrected: bool) -> bytes:
    register_template(TEMPLATE, files.FOLDER / "sample.typ")
    shape = {"drawing": code in DRAWINGS, "points": _points().get(code, [])}
    return render(TEMPLATE, {"title": title, "name": name, "place": place, "corrected": corrected, **shape})
