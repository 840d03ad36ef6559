"""Data of every paper, as the rooms pass it; names hold the rare characters 𬭎 (U+2CB4E) and 㼆 (U+3F06)."""

from __future__ import annotations

from typing import Any

VERIFICATION = {
    "code": "7K2M 9QXR 04TB",
    "mark": "tongban-verify:7K2M9QXR04TB",
    "address": "https://yunxi.example/verify/",
    "url": "https://yunxi.example/verify/?code=7K2M9QXR04TB",
}
COMMON: dict[str, Any] = {
    "authority": "云溪市卫生健康委员会",
    "number": "云卫许〔2026〕12号",
    "addressee": "云溪市㼆氏理发店",
    "case_number": "YX2026112200012",
    "item": {"name": "公共场所卫生许可", "code": "11620200MB0000019Q300012345678901"},
    "parties": [{"label": "申请人", "value": "云溪市㼆氏理发店"}, {"label": "经办人", "value": "张𬭎"}],
    "bases": [{"instrument": "中华人民共和国行政许可法", "article": "第三十二条"}],
    "contact": {"address": "云溪市政务服务中心", "phone": "0999-1234567", "hours": "工作日"},
    "date": "2026-11-22",
    "received_on": "2026-11-20",
    "accepted_on": "2026-11-21",
    "verification": VERIFICATION,
}
REMEDIES = {"reconsideration_authority": "云溪市人民政府", "court": "云溪市云台区人民法院"}

CASE_PAPERS: dict[str, dict[str, Any]] = {
    "receipt": {
        "title": "申请材料接收凭证",
        "received_at": "2026年11月20日 09:32",
        "query_password": "482913",
        "answer_due": "2026-11-27",
        "materials": [{"name": "平面布局图", "form": "PDF 文件", "copies": 1, "note": ""}],
    },
    "acceptance_notice": {
        "title": "受理通知书",
        "statutory_limit": "20 个工作日",
        "promised_limit": "8 个工作日",
        "due_on": "2026-12-18",
        "special_steps": [{"name": "现场核查", "time": "5 个工作日"}],
        "deferred": [{"name": "健康合格证明", "due": "领取证照时"}],
    },
    "correction_notice": {
        "title": "一次性补正告知书",
        "due_on": "2026-12-04",
        "items": [{"name": "平面布局图", "fault": "没有标明消毒间", "remedy": "请标注位置和面积"}],
    },
    "refusal_of_acceptance": {
        "title": "不予受理决定书",
        "reasons": ["经营场所位于石桥县。"],
        "right_authority": "石桥县卫生健康局",
        "remedies": REMEDIES,
    },
    "decision_grant": {
        "title": "准予行政许可决定书",
        "decision": "准予你店从事理发经营活动。",
        "licence_name": "卫生许可证",
        "licence_number": "云卫证字〔2026〕第000009号",
        "validity": "2026年11月22日至2030年11月21日",
        "conditions": ["保持消毒设施完好"],
    },
    "decision_refuse": {
        "title": "不予行政许可决定书",
        "facts": "现场没有独立的消毒间。",
        "reasons": "不符合公共场所卫生管理的要求。",
        "remedies": REMEDIES,
    },
    "withdrawal_receipt": {
        "title": "撤回申请凭证",
        "withdrawn_on": "2026-11-21",
        "withdrawn_by": "张𬭎",
        "reason": "另行选址",
    },
}
LICENCE: dict[str, Any] = {
    "licence_number": "云卫证字〔2026〕第000009号",
    "holder": "云溪市㼆氏理发店",
    "fields": [{"label": "负责人", "value": "张𬭎"}, {"label": "地址", "value": "解放路 88 号"}],
    "valid_from": "2026-11-22",
    "valid_until": "2030-11-21",
}
LICENCE_PAPERS: dict[str, dict[str, Any]] = {
    "licence_hygiene": {"title": "卫生许可证", "licence_name": "卫生许可证"},
    "permit_road": {
        "title": "占用、挖掘城市道路许可证",
        "licence_name": "占用、挖掘城市道路许可证",
        "conditions": ["夜间设置警示灯", "完工后恢复路面"],
    },
    "licence_generic": {"title": "许可证", "licence_name": "小餐饮经营许可证"},
}


def data_of(kind: str, **changes: Any) -> dict[str, Any]:
    """The data of one kind, with changes."""
    if kind in CASE_PAPERS:
        return {**COMMON, **CASE_PAPERS[kind], **changes}
    return {**COMMON, **LICENCE, **LICENCE_PAPERS[kind], **changes}
