"""Small compiled versions for pure tests: one question, one section, two materials."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from tongban.ground.elements import ElementDefinition
from tongban.registry.catalog.regimes import regime_of
from tongban.registry.catalog.version import (
    Authority,
    Branch,
    Flow,
    FormField,
    FormSection,
    LegalBasis,
    Material,
    Place,
    Result,
    Situation,
    Step,
    TimeLimit,
    VersionContent,
)

KINDS = {"name": "kind", "codes": [["hair", "理发店"], ["pool", "游泳馆"]]}
ROWS: tuple[dict[str, Any], ...] = (
    {"path": "premises.kind", "name": "类别", "type": "code", "code_list": KINDS},
    {"path": "premises.central_air", "name": "集中空调", "type": "boolean"},
    {"path": "premises.pool_m2", "name": "泳池面积", "type": "decimal", "unit": "平方米", "min": "1"},
    {"path": "premises.lanes", "name": "泳道数", "type": "integer"},
    {"path": "applicant.mobile", "name": "手机", "type": "mobile", "sensitivity": "personal"},
)
ELEMENTS = {str(row["path"]): ElementDefinition.from_json(row) for row in ROWS}


def equals(path: str, value: object) -> dict[str, Any]:
    """The rule ``path = value``."""
    return {
        "node": "compare",
        "op": "eq",
        "left": {"node": "path", "path": path},
        "right": {"node": "literal", "value": value},
    }


def more_than(path: str, value: int) -> dict[str, Any]:
    """The rule ``path > value``."""
    return {**equals(path, value), "op": "gt"}


def limit(n: int, unit: str = "working_day", basis: str = "某条例第四条") -> TimeLimit:
    return TimeLimit(n, unit, basis)


LICENSING = regime_of("licensing", date(2026, 6, 1))


BASE = VersionContent(
    option_code="O1",
    slug="small",
    item_code="I1",
    entry_code="E1",
    item_name="小许可",
    name="小许可（新办）",
    kind="new",
    item_type="licensing",
    legal_regime="licensing",
    case_type="promised",
    separation_level="strict",
    authority=Authority(1, "X", "市卫健委", "卫健委", "云卫"),
    region_no=1,
    region_name="云溪市",
    audience=("person",),
    plain="说明",
    aliases=("开店",),
    themes=("opening",),
    legal_basis=(LegalBasis("某条例", "第四条", "", "checked"),),
    acceptance_limit=limit(5),
    statutory_limit=limit(20),
    promised_limit=limit(8),
    delivery_limit=limit(10),
    correction_limit=limit(15),
    conditions=("有固定的经营场所",),
    exclusions=(),
    questions=(FormField("premises.kind", "哪一类"), FormField("premises.central_air", "用不用集中空调")),
    situations=(Situation("air", "使用集中空调", equals("premises.central_air", True)),),
    form=(
        FormSection(
            "premises",
            "场所",
            (
                FormField("premises.pool_m2", "泳池面积", when=equals("premises.kind", "pool")),
                FormField("premises.lanes", "泳道数", optional=True, when=more_than("premises.pool_m2", 100)),
                FormField("applicant.mobile", "手机"),
            ),
        ),
    ),
    elements=ELEMENTS,
    code_lists={"kind": {"hair": "理发店", "pool": "游泳馆"}},
    materials=(
        Material("id_card", "身份证", source="exempt"),
        Material("plan", "平面图", receipt_points=("清楚",)),
        Material("air", "空调报告", receipt_points=("清楚",), when=equals("premises.central_air", True)),
    ),
    flow=Flow(
        1,
        "受理岗",
        (Branch("health", "卫生", 1, "卫健委", (Step("handle", "handle", "承办", 2, "承办岗"),)),),
        3,
        "审批岗",
        4,
        "出件岗",
    ),
    result=Result("small_licence", "小许可证", 48, {"手机": "applicant.mobile"}),
    receipt_points=(),
    fee="不收费",
    fee_basis="",
    visits_required=0,
    online_depth=("submit", "handle", "result"),
    assurance_level=2,
    places=(Place("中心", "路 1 号", "工作日"),),
    faq=(),
    regime=LICENSING,
)


def a_version(**changes: Any) -> VersionContent:
    """The small version with some parts replaced."""
    return replace(BASE, **changes)
