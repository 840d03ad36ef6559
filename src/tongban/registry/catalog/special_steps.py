"""Special steps that a version may publish (APR-02): the closed list of glossary 8.3. Pure."""

from __future__ import annotations

SPECIAL_STEPS: dict[str, str] = {
    "hearing": "听证",
    "tender": "招标",
    "auction": "拍卖",
    "conformity_inspection": "检验",
    "testing": "检测",
    "quarantine": "检疫",
    "appraisal": "鉴定",
    "expert_review": "专家评审",
    "site_check": "现场勘验",
    "technical_review": "技术审查",
    "publicity": "公示",
    "referral": "请示",
    "payment": "缴费",
    "other_branch": "等待其他分支",
    "force_majeure": "不可抗力",
}
"""Kinds that may stop a clock (glossary 8.3), with their words."""
