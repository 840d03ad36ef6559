"""Words for what a case shows: outcomes by legal regime, clocks, states and results of side matters. Pure.

A word says what the law calls it: 许可 is granted, 登记 is registered, a filing is recorded (glossary 8.2).
"""

from __future__ import annotations

from tongban.ground.clock import Step
from tongban.procedures.cases.rules.assignment import REASONS
from tongban.procedures.cases.rules.commitments import CHECK_RESULTS
from tongban.procedures.cases.rules.specials import RESULTS
from tongban.procedures.cases.rules.state import ClockView
from tongban.procedures.cases.rules.supplements import ANSWERS

_OUTCOMES: dict[tuple[str, str], str] = {
    ("licensing", "granted"): "准予许可",
    ("licensing", "refused"): "不予许可",
    ("registration", "granted"): "准予登记",
    ("registration", "refused"): "不予登记",
    ("confirmation", "granted"): "予以确认",
    ("confirmation", "refused"): "不予确认",
    ("payment", "granted"): "准予给付",
    ("payment", "refused"): "不予给付",
    ("award", "granted"): "给予奖励",
    ("award", "refused"): "不予奖励",
}
_PLAIN: dict[str, str] = {
    "granted": "准予办理",
    "refused": "不予办理",
    "recorded": "已备案",
    "provided": "已提供",
    "not_provided": "不能提供",
    "adjudicated": "已作出裁决",
    "not_accepted": "不予受理",
    "terminated": "终止办理",
    "transferred": "已移送",
    "void": "已作废",
}
CLOCKS: dict[str, str] = {
    "acceptance": "受理期限",
    "notice": "告知期限",
    "correction": "补正期限",
    "record": "备案时限",
    "statutory": "法定时限",
    "promised": "承诺时限",
    "joint": "联合办理总时限",
    "step": "环节时限",
    "special": "特殊环节时限",
    "delivery": "送达期限",
    "deferral": "容缺补交期限",
    "dispute": "争议裁定期限",
    "commitment_check": "承诺核查期限",
    "rectification": "整改期限",
    "defence": "陈述申辩期限",
    "after_check": "事后核查期限",
    "hearing_apply": "要求听证的期限",
    "hearing_hold": "举行听证的期限",
    "supplement": "补充材料期限",
    "opinion": "答复意见期限",
}
_MATTER_RESULTS: dict[str, str] = {
    **RESULTS,
    **ANSWERS,
    **REASONS,
    **dict(zip(CHECK_RESULTS, ("履行了承诺", "没有履行承诺"), strict=True)),
    "given": "已经交来",
    "late": "逾期交来",
    "settled": "已补交",
    "deferred": "选择后补",
    "promised": "以承诺代替",
    "lapsed": "逾期没有补交",
    "extended": "已延长",
    "held": "已举行",
    "signed": "已签名",
    "asked": "要求听证",
    "not_asked": "没有人要求",
    "given_up": "放弃",
    "heard": "已听取意见",
    "silent": "没有陈述意见",
    "window": "由窗口承担",
    "department": "由部门承担",
    "rectified": "已经整改",
    "annulled": "已撤销",
    "stated": "已陈述",
    "taken": "已享受",
    "satisfied": "已经办好",
    "consented": "同意",
    "waived": "凭信用免交",
    "counter": "窗口领取",
    "portal": "网上签收",
    "post": "邮寄送达",
    "left_behind": "留置送达",
    "withdrawn": "申请人撤回",
    "terminated": "终止办理",
    "transferred": "已移送",
}
_MATTER_STATES: dict[str, tuple[str, str]] = {
    "open": ("info", "进行中"),
    "done": ("ok", "已完成"),
    "lapsed": ("warn", "逾期"),
    "cancelled": ("", "已取消"),
}


def outcome(regime: str, code: str) -> str:
    """An outcome as the law of the item calls it; empty for none."""
    return _OUTCOMES.get((regime, code)) or _PLAIN.get(code, code)


def matter_result(code: str) -> str:
    """What a side matter came to; empty for an unknown one."""
    return _MATTER_RESULTS.get(code, "")


def matter_state(code: str) -> tuple[str, str]:
    """(colour family, word) of a side matter's state."""
    return _MATTER_STATES.get(code, ("", code))


def open_pause(view: ClockView) -> Step | None:
    """The first suspension of a stopped clock that has not been resumed: since when and why it stands still."""
    ended = {step.key for step in view.steps if step.do == "resume"}
    return next((s for s in view.steps if s.do == "suspend" and s.key not in ended), None)
