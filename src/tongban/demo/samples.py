"""Materials that the demo's people hand in: one-page PDFs that say what they are, typeset by the house itself."""

from __future__ import annotations

import json
import uuid
from functools import lru_cache
from pathlib import Path
from typing import Any

from tongban.demo import names
from tongban.ground.documents.typesetting import register_template, render
from tongban.ground.storage.services import store
from tongban.registry.catalog import forms
from tongban.registry.catalog import selectors as catalog

TEMPLATE = "demo_sample"
FOLDER = Path(__file__).parent / "data"
TITLES = {"hygiene_report": "卫生检测报告", "air_report": "集中空调通风系统卫生检测报告"}
"""Where a paper's own title is shorter than the material's name."""


def wanted(slug: str, answers: dict[str, Any]) -> list[str]:
    """Codes of the materials that must be uploaded for these answers."""
    _, content = catalog.version_in_force(slug)
    return [m.code for m in forms.visible_materials(content, answers) if m.source == "uploaded"]


def file_for(code: str, answers: dict[str, Any], account_id: uuid.UUID, *, corrected: bool = False) -> uuid.UUID:
    """A stored sample of the material, owned by the account."""
    place = str(answers.get("premises.address") or answers.get("road.name") or names.CITY)
    name = str(answers.get("premises.name") or answers.get("contractor.name") or "")
    title = TITLES.get(code) or _names()[code]
    return store(_pdf(title, name, place, corrected), f"{title}.pdf", owner=account_id).id


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    """Code -> name of every material of the demo."""
    rows = json.loads((FOLDER / "masters.json").read_text(encoding="utf-8"))["materials"]
    return {code: name for code, name, _ in rows}


@lru_cache(maxsize=256)
def _pdf(title: str, name: str, place: str, corrected: bool) -> bytes:
    register_template(TEMPLATE, FOLDER / "sample.typ")
    return render(TEMPLATE, {"title": title, "name": name, "place": place, "corrected": corrected})
