"""Materials that the demo's people hand in: one-page PDFs that say what they are, typeset by the house itself."""

from __future__ import annotations

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
TITLES = {
    "floor_plan": "场所平面图和卫生设施布局图",
    "hygiene_report": "卫生检测报告",
    "hygiene_rules": "卫生管理制度",
    "air_report": "集中空调通风系统卫生检测报告",
    "site_plan": "施工位置图",
    "work_plan": "施工组织方案",
    "traffic_plan": "交通组织方案",
}


def wanted(slug: str, answers: dict[str, Any]) -> list[str]:
    """Codes of the materials that must be uploaded for these answers."""
    _, content = catalog.version_in_force(slug)
    return [m.code for m in forms.visible_materials(content, answers) if m.source == "uploaded"]


def file_for(code: str, answers: dict[str, Any], account_id: uuid.UUID, *, corrected: bool = False) -> uuid.UUID:
    """A stored sample of the material, owned by the account."""
    place = str(answers.get("premises.address") or answers.get("road.name") or names.CITY)
    name = str(answers.get("premises.name") or answers.get("contractor.name") or "")
    title = TITLES[code]
    return store(_pdf(title, name, place, corrected), f"{title}.pdf", owner=account_id).id


@lru_cache(maxsize=256)
def _pdf(title: str, name: str, place: str, corrected: bool) -> bytes:
    register_template(TEMPLATE, Path(__file__).parent / "data" / "sample.typ")
    return render(TEMPLATE, {"title": title, "name": name, "place": place, "corrected": corrected})
