"""Which column of a workbook holds what: headings as provinces, exchange tables and people write them. Pure.

Sources: field names and meanings of the national exchange tables ``up_task_general_basic`` and ``task_general_extend``;
the variants are those met in workbooks of districts.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tongban.ground.identifiers import half_width

OTHER_PREFIX = "其他："
"""Marks an exported column that no field holds although its heading looks like one."""

_BRACKETS = re.compile(r"[(（\[【].*?[)）\]】]")
_NOISE = re.compile(r"[\s*＊:：_\-/、]+")


@dataclass(frozen=True)
class Field:
    """A field that a column can hold: its key, its heading in exports, and how else it is written."""

    key: str
    label: str
    variants: tuple[str, ...] = ()


FIELDS: tuple[Field, ...] = (
    Field("item_code", "实施编码", ("item_code", "task_code", "事项编码", "实施清单编码", "事项实施编码")),
    Field("option_code", "业务办理项编码", ("option_code", "task_handle_item", "办理项编码")),
    Field("entry_code", "基本编码", ("entry_code", "catalog_code", "基本目录编码")),
    Field("group_name", "主项名称", ("group_name", "main_item", "主项", "大项名称", "父项名称")),
    Field("item_name", "事项名称", ("item_name", "task_name", "item", "子项名称", "子项", "实施清单名称", "名称")),
    Field("option_name", "业务办理项名称", ("option_name", "办理项名称", "业务办理项")),
    Field("item_type", "事项类型", ("item_type", "type", "task_type", "权力类型", "事项类别", "类型", "事项性质")),
    Field("item_type_code", "事项类型编码", ("item_type_code", "type_code", "类型编码")),
    Field(
        "department",
        "实施主体",
        ("department", "dept_name", "dept", "实施部门", "实施机关", "部门", "责任部门", "办理部门", "实施主体名称",
         "部门名称", "单位"),
    ),
    Field(
        "department_code",
        "实施主体编码",
        ("department_code", "dept_code", "统一社会信用代码", "部门编码", "实施主体统一社会信用代码"),
    ),
    Field("region_code", "行政区划代码", ("region_code", "area_code", "区划代码", "行政区划", "行政区划编码")),
    Field("exercising_level", "行使层级", ("exercising_level", "use_level", "层级")),
    Field("domain", "公共服务领域", ("domain", "服务领域")),
    Field("case_type", "办件类型", ("case_type", "project_type", "办理类型")),
    Field("audience", "服务对象", ("audience", "server_type", "办理对象", "面向对象")),
    Field("statutory", "法定办结时限", ("statutory", "anticipate_day", "法定时限", "法定期限")),
    Field("statutory_unit", "法定办结时限单位", ("statutory_unit", "anticipate_type", "法定时限单位")),
    Field("promised", "承诺办结时限", ("promised", "promise_day", "承诺时限", "承诺期限", "办结时限")),
    Field("promised_unit", "承诺办结时限单位", ("promised_unit", "promise_type", "承诺时限单位")),
    Field("limit_words", "承诺办结时限说明", ("limit_words", "promise_explain", "时限说明", "承诺时限说明")),
    Field("visits", "到办事现场次数", ("visits", "limit_scene_num", "跑动次数", "到现场次数", "到现场办理次数")),
    Field("application_modes", "申请方式", ("application_modes", "handle_type", "办理形式", "办理方式")),
    Field("online_depth", "网上办理深度", ("online_depth", "online_handle_depth", "网办深度")),
    Field("service_scope", "通办范围", ("service_scope", "handle_area",)),
    Field("legal_basis", "设定依据", ("legal_basis", "by_law", "法律依据", "实施依据", "依据", "办理依据")),
    Field("conditions", "受理条件", ("conditions", "accept_condition", "申请条件", "办理条件")),
    Field("materials", "申请材料", ("materials", "material_name", "材料清单", "材料名称", "所需材料", "办理材料")),
    Field("flow", "办理流程", ("flow", "handle_flow")),
    Field("special_steps", "特别程序", ("special_steps", "special_procedure", "特殊环节")),
    Field("result", "审批结果名称", ("result", "result_name", "办理结果", "结果名称", "审批结果")),
    Field("fee_charged", "是否收费", ("fee_charged", "is_fee")),
    Field("fee", "收费标准", ("fee", "fee_stand", "收费")),
    Field("fee_basis", "收费依据", ("fee_basis",)),
    Field("address", "办理地点", ("address", "transact_addr", "办理地址")),
    Field("hours", "办理时间", ("hours", "transact_time", "办公时间")),
    Field("phone", "咨询方式", ("phone", "link_way", "咨询电话", "联系电话")),
    Field("complaint", "监督投诉方式", ("complaint", "supervise_way", "监督电话", "投诉电话", "监督投诉电话")),
    Field(
        "online_url",
        "网办地址",
        ("online_url", "online_handle_url", "link_addr", "计算端在线办理地址", "计算机端在线办理地址", "在线办理地址"),
    ),
    Field("themes", "主题分类", ("themes", "user_topic_type", "面向自然人主题分类", "主题")),
    Field("themes_organisation", "面向法人主题分类", ("corp_topic_type",)),
    Field("life_stages", "人生阶段", ("life_stages", "生命周期", "企业阶段")),
    Field("industries", "行业分类", ("industries", "国民经济行业")),
    Field("aliases", "别名", ("aliases", "俗称", "常用说法")),
    Field("plain", "通俗说明", ("plain", "一句话说明", "事项简介")),
    Field("system_of_record", "办理系统", ("system_of_record", "业务系统", "业务系统名称")),
    Field("source", "清单来源", ("source", "来源")),
)  # fmt: skip
BY_KEY: Mapping[str, Field] = {field.key: field for field in FIELDS}
NEEDED: tuple[tuple[str, ...], ...] = (
    ("item_code", "option_code"),
    ("item_name", "option_name"),
    ("department",),
    ("item_type", "item_type_code"),
)
"""Of each group one column at least must be there, else nothing can be imported."""


def tidy(heading: str) -> str:
    """A heading without what people add to it: blanks, stars, colons, remarks in brackets, a table's name."""
    text = half_width(heading).strip().lower()
    text = _BRACKETS.sub("", text) or text
    if re.fullmatch(r"[a-z0-9_]+\.[a-z0-9_]+", text):
        text = text.rpartition(".")[2]
    return _NOISE.sub("", text)


_KNOWN: dict[str, str] = {tidy(words): one.key for one in FIELDS for words in (one.label, *one.variants)}


def field_of(heading: str) -> str:
    """The key of the field that a heading means; empty when none does."""
    if heading.startswith(OTHER_PREFIX):
        return ""
    return _KNOWN.get(tidy(heading), "")


def score(texts: Sequence[str]) -> int:
    """How many different fields a row names: the row of headings names the most."""
    return len({key for text in texts if text and len(text) <= 40 and (key := field_of(text))})


def automatic(headings: Sequence[str]) -> dict[str, str]:
    """{field: heading} for every heading that means a field; the plainest heading wins a field."""
    found: dict[str, str] = {}
    for heading in headings:
        key = field_of(heading)
        if key and (key not in found or tidy(heading) == tidy(BY_KEY[key].label)):
            found[key] = heading
    return found


def missing(mapping: Mapping[str, str]) -> tuple[str, ...]:
    """What is still needed, in words: 「实施编码」或「业务办理项编码」."""
    return tuple(
        "或".join(f"「{BY_KEY[key].label}」" for key in group)
        for group in NEEDED
        if not any(mapping.get(key) for key in group)
    )


def signature(headings: Sequence[str]) -> str:
    """What tells workbooks of one kind from others: sha256 (hex) of their headings in order."""
    return hashlib.sha256("\n".join(tidy(heading) for heading in headings).encode()).hexdigest()


def other_heading(heading: str) -> str:
    """How an exported column is headed that no field holds, so that it is never taken for a field again."""
    return f"{OTHER_PREFIX}{heading}" if field_of(heading) else heading


def told_heading(heading: str) -> str:
    """The heading under which such a column is kept: the way back of :func:`other_heading`."""
    rest = heading.removeprefix(OTHER_PREFIX)
    return rest if rest != heading and field_of(rest) else heading
