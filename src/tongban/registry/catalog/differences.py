"""What a new version changes against the one in force: places in words, value before, value after. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

WORDS: Mapping[str, str] = {
    "name": "名称",
    "plain": "一句话说明",
    "aliases": "大家的叫法",
    "themes": "主题",
    "audience": "服务对象",
    "legal_regime": "法律制度",
    "legal_basis": "依据",
    "case_type": "办件类型",
    "separation_level": "受审分离级别",
    "acceptance_limit": "受理时限",
    "statutory_limit": "法定时限",
    "promised_limit": "承诺时限",
    "delivery_limit": "送达时限",
    "correction_limit": "补正时限",
    "joint_limit": "联合办理总时限",
    "notice_limit": "答复承诺",
    "renewal_limit": "提前申请的期限",
    "supplement_limit": "补充材料期限",
    "record_limit": "备案时限",
    "regime": "法律制度",
    "extension": "延长办理",
    "correction_clock": "补正后的受理时限",
    "accept_on_receipt": "收件即受理",
    "lapsed_correction_terminates": "逾期不补正终止办理",
    "retention": "保管期限",
    "application_modes": "申请方式",
    "life_stages": "人生阶段",
    "industries": "所属行业",
    "domain": "公共服务领域",
    "service_scope": "通办范围",
    "sample": "示范文本",
    "risk_level": "风险等级",
    "reliefs": "信用激励",
    "prerequisites": "前置事项",
    "credit": "信用规则",
    "dispute": "争议",
    "claim": "请求",
    "respondent": "被申请人",
    "answer": "答辩",
    "excluded_grades": "不适用容缺和承诺的等级",
    "check_post_name": "事后核查岗位",
    "relief": "信用减免",
    "document_only": "只审材料",
    "effect": "作用",
    "special_steps": "特殊环节",
    "stops_statutory": "不计入法定时限",
    "stops_promised": "不计入承诺时限",
    "deferral": "容缺",
    "due_rule": "什么时候补交",
    "consequence": "逾期后果",
    "commitment": "告知承诺",
    "mode": "方式",
    "pair_version": "文本版本",
    "statement": "告知书",
    "letter": "承诺书",
    "check_limit": "核查期限",
    "rectification_limit": "整改期限",
    "liability": "不实承诺的后果",
    "by_statute": "法律规定的承诺",
    "excluded_fields": "高风险领域",
    "single_post": "单岗办理授权",
    "post_name": "岗位",
    "published_on": "公布日期",
    "valid_from": "生效日期",
    "valid_until": "截止日期",
    "approver": "批准人",
    "essential": "主要材料",
    "limit": "时限",
    "conditions": "申请条件",
    "exclusions": "不能办的情况",
    "questions": "问题",
    "situations": "办理情形",
    "form": "表单",
    "fields": "字段",
    "elements": "数据元",
    "code_lists": "码表",
    "materials": "材料",
    "flow": "流程",
    "branches": "分支",
    "steps": "环节",
    "result": "结果",
    "receipt_points": "收件要点",
    "review_points": "审查要点",
    "fee": "收费",
    "fee_basis": "收费依据",
    "visits_required": "跑动次数",
    "online_depth": "网办深度",
    "assurance_level": "实名等级",
    "places": "办理地点",
    "faq": "常见问题",
    "authority": "实施机关",
    "n": "数量",
    "unit": "单位",
    "basis": "依据",
    "check": "核对",
    "text": "条文",
    "label": "标题",
    "title": "标题",
    "hint": "提示",
    "requirement": "要求",
    "todo": "申请人要做的",
    "when": "条件",
    "article": "条款",
    "instrument": "文件",
}
_IDENTITY = ("path", "code", "key", "question", "name")


@dataclass(frozen=True)
class Change:
    """One changed place. ``before`` or ``after`` is empty for what is new or gone."""

    place: str
    before: str
    after: str


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Change, ...]:
    """Changed leaves of two contents (``version.to_json``), in the order of the new one."""
    return tuple(_compare("", dict(before), dict(after)))


def _compare(place: str, before: Any, after: Any) -> Iterator[Change]:
    if before == after:
        return
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for key in dict.fromkeys([*after, *before]):
            yield from _compare(_join(place, WORDS.get(key, key)), before.get(key), after.get(key))
    elif _is_list(before) and _is_list(after) and any(isinstance(entry, Mapping) for entry in [*before, *after]):
        old, new = _keyed(before), _keyed(after)
        for key in dict.fromkeys([*new, *old]):
            yield from _compare(_join(place, key), old.get(key), new.get(key))
    else:
        yield Change(place, show(before), show(after))


def _join(place: str, part: str) -> str:
    return f"{place} › {part}" if place else part


def _is_list(value: object) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)


def _keyed(entries: Sequence[Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for place, entry in enumerate(entries, start=1):
        key = next((str(entry[k]) for k in _IDENTITY if isinstance(entry, Mapping) and entry.get(k)), f"第 {place} 条")
        found[key if key not in found else f"{key}（{place}）"] = entry
    return found


def show(value: Any) -> str:
    """A value as words: lists joined, yes and no, nothing for nothing."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Mapping):
        parts = ((WORDS.get(key, key), show(inner)) for key, inner in value.items())
        return "；".join(f"{words}：{text}" for words, text in parts if text)
    if _is_list(value):
        return "、".join(show(entry) for entry in value)
    return str(value)
