"""The short writing of the demo's items, and the draft that the editor holds of it.

An item file says only what is its own; what every item of 云溪市 shares (where one goes, who accepts, the law's own
limits) stands here once. Short forms:

* a limit: ``[n, unit, basis]``, with ``"day_zero"`` behind it where the day itself counts;
* a condition (``when``): ``{"element.path": value}``, several of them all hold; or a whole expression tree;
* a post: ``"部门/岗位"``; a basis: ``[instrument, article, "checked" | "unchecked", text]``;
* a field: ``[path, label]`` or ``[path, label, hint]``; a situation: ``[key, name, when]``; a question of the FAQ:
  ``[question, answer]``;
* ``applicant``: ``person`` or ``unit``, the section that asks who applies;
* a material that the house has anyway: its code alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

LICENSING_LAW = "中华人民共和国行政许可法"
NOTICE_RULES = "云溪市一次性告知办法（演示参数）"
LIMITS = (
    "acceptance_limit",
    "statutory_limit",
    "joint_limit",
    "promised_limit",
    "delivery_limit",
    "correction_limit",
    "notice_limit",
    "supplement_limit",
    "renewal_limit",
    "record_limit",
)
WINDOW, COUNTER = "政务局/综合窗口受理岗", "政务局/综合窗口出件岗"
KNOWN = "已经知道的都替您填好了，不对的请到发证机关更正。"

COMMON: dict[str, Any] = {
    "separation_level": "strict",
    "case_type": "promised",
    "correction_limit": [15, "working_day", NOTICE_RULES],
    "exclusions": [],
    "questions": [],
    "situations": [],
    "fee": "不收费",
    "fee_basis": "",
    "visits_required": 0,
    "online_depth": ["consult", "submit", "accept", "handle", "result"],
    "assurance_level": 2,
    "application_modes": ["online", "window"],
    "service_scope": "city",
    "places": [
        {
            "name": "云溪市政务服务中心",
            "address": "溪源路 88 号二楼综合窗口 A01—A09",
            "hours": "工作日 8:30—12:00、13:30—17:30",
            "phone": "12345",
        }
    ],
}
OF_LICENSING: dict[str, Any] = {
    "acceptance_limit": [5, "working_day", f"{LICENSING_LAW}第三十二条"],
    "statutory_limit": [20, "working_day", f"{LICENSING_LAW}第四十二条"],
    "delivery_limit": [10, "working_day", f"{LICENSING_LAW}第四十四条"],
}
OF_OTHERS: dict[str, Any] = {"acceptance_limit": [5, "working_day", NOTICE_RULES], "statutory_limit": None}

_PERSON: list[dict[str, Any]] = [
    {"path": "applicant.name", "label": "申请人姓名", "prefill": "person.name"},
    {"path": "applicant.id_number", "label": "申请人身份证号", "prefill": "person.id_number"},
    {
        "path": "applicant.mobile",
        "label": "手机",
        "hint": "办理进度发短信到这个号码",
        "prefill": "person.mobile",
    },
]
_UNIT: list[dict[str, Any]] = [
    {
        "path": "business.name",
        "label": "单位或店铺名称",
        "hint": "和营业执照上的名称一样",
        "prefill": "organisation.name",
    },
    {
        "path": "business.uscc",
        "label": "统一社会信用代码",
        "hint": "营业执照上的 18 位代码；还没有的可以不填",
        "optional": True,
        "prefill": "organisation.uscc",
    },
    {"path": "business.responsible", "label": "法定代表人或负责人", "prefill": "organisation.legal_representative"},
    {"path": "applicant.name", "label": "经办人姓名", "prefill": "person.name"},
    {"path": "applicant.id_number", "label": "经办人身份证号", "prefill": "person.id_number"},
    {
        "path": "applicant.mobile",
        "label": "经办人手机",
        "hint": "办理进度发短信到这个号码",
        "prefill": "person.mobile",
    },
]
APPLICANTS = {"person": _PERSON, "unit": _UNIT}

HELD: dict[str, dict[str, Any]] = {
    "business_licence": {
        "code": "business_licence",
        "name": "营业执照",
        "source": "exempt",
        "requirement": "免提交",
        "todo": "不用管，系统从企业登记信息里取",
    },
    "id_card": {
        "code": "id_card",
        "name": "居民身份证",
        "source": "exempt",
        "requirement": "免提交",
        "todo": "不用管，登录时已经核对",
    },
    "household_register": {
        "code": "household_register",
        "name": "居民户口簿",
        "source": "exempt",
        "requirement": "免提交",
        "todo": "不用管，系统从人口信息里核对",
    },
    "marriage_certificate": {
        "code": "marriage_certificate",
        "name": "结婚证",
        "source": "exempt",
        "requirement": "免提交",
        "todo": "不用管，系统从婚姻登记信息里核对",
    },
}
"""Materials that the city holds itself and asks nobody for."""


def draft_of(short: Mapping[str, Any]) -> dict[str, Any]:
    """The whole draft of a shortly written one, as ``catalog.services.put_option`` takes it."""
    own = OF_LICENSING if short["legal_regime"] == "licensing" else OF_OTHERS
    draft: dict[str, Any] = {**COMMON, **own, **short}
    applicant = draft.pop("applicant", "")
    for name in LIMITS:
        if name in draft:
            draft[name] = limit(draft[name])
    draft["legal_basis"] = [_basis(row) for row in draft["legal_basis"]]
    draft["questions"] = [_field(row) for row in draft["questions"]]
    draft["situations"] = [_situation(row) for row in draft["situations"]]
    draft["form"] = [*_applicant(applicant), *(_section(row) for row in draft["form"])]
    draft["materials"] = [_material(row) for row in draft["materials"]]
    draft["flow"] = _flow(draft["flow"])
    draft["faq"] = [_answer(row) for row in draft["faq"]]
    if "commitment" in draft:
        draft["commitment"] = _with(draft["commitment"], (), check_limit=limit, rectification_limit=limit)
    if "credit" in draft:
        draft["credit"] = _with(draft["credit"], (), check=post, check_limit=limit)
    if "single_post" in draft:
        draft["single_post"] = _single_post(draft["single_post"])
    return draft


def limit(written: Any) -> Any:
    """A limit as the catalogue holds it."""
    if not isinstance(written, list):
        return written
    n, unit, basis, *rest = written
    return {"n": n, "unit": unit, "basis": basis} | ({"counts_day_zero": True} if "day_zero" in rest else {})


def condition(written: Any) -> Any:
    """A condition as an expression tree."""
    if written is None or "node" in written:
        return written
    equal = [_equals(path, value) for path, value in written.items()]
    return equal[0] if len(equal) == 1 else {"node": "boolean", "op": "and", "items": equal}


def _equals(path: str, value: Any) -> dict[str, Any]:
    kind = "boolean" if isinstance(value, bool) else "integer" if isinstance(value, int) else "text"
    literal = {"node": "literal", "type": kind, "value": value}
    return {"node": "compare", "op": "eq", "left": {"node": "path", "path": path}, "right": literal}


def _with(row: Any, keys: tuple[str, ...], **written: Callable[[Any], Any]) -> dict[str, Any]:
    """A list by its keys, or an object as it is; some values in their long form."""
    data = dict(zip(keys, row, strict=False)) if isinstance(row, list) else dict(row)
    return data | {name: write(data[name]) for name, write in written.items() if name in data}


def _basis(row: Any) -> dict[str, Any]:
    return {"text": "", "check": "unchecked"} | _with(row, ("instrument", "article", "check", "text"))


def _field(row: Any) -> dict[str, Any]:
    return _with(row, ("path", "label", "hint"), when=condition)


def _situation(row: Any) -> dict[str, Any]:
    return _with(row, ("key", "name", "when"), when=condition)


def _section(row: Mapping[str, Any]) -> dict[str, Any]:
    return {"intro": "", **row, "fields": [_field(one) for one in row["fields"]]}


def _applicant(kind: str) -> list[dict[str, Any]]:
    if not kind:
        return []
    return [{"key": "applicant", "title": "申请人", "intro": KNOWN, "fields": [dict(f) for f in APPLICANTS[kind]]}]


def _material(row: Any) -> dict[str, Any]:
    if isinstance(row, str):
        return dict(HELD[row])
    return _with(row, (), when=condition, deferral=lambda rule: _with(rule, (), limit=limit))


def post(written: Any) -> Any:
    """A post by its department and name."""
    if not isinstance(written, str):
        return written
    department, _, name = written.partition("/")
    return {"department": department, "post": name}


def _flow(written: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "acceptance": post(written.get("acceptance", WINDOW)),
        "branches": [
            {**branch, "steps": [_with(step, (), post=post, limit=limit) for step in branch["steps"]]}
            for branch in written["branches"]
        ],
        "decision": post(written["decision"]),
        "delivery": post(written.get("delivery", COUNTER)),
        "special_steps": [_with(row, (), limit=limit) for row in written.get("special_steps") or ()],
    }


def _answer(row: Any) -> dict[str, Any]:
    return _with(row, ("question", "answer"))


def _single_post(row: Mapping[str, Any]) -> dict[str, Any]:
    return {**row, **post(row["post"])} if "/" in row["post"] else dict(row)
