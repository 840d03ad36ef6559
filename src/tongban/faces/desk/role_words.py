"""Roles in words (glossary 9): what a post may do, as the desk says it."""

from __future__ import annotations

ROLE_WORDS: dict[str, str] = {
    "guide": "导办取号",
    "first_contact": "首问接待",
    "window_clerk": "窗口受理",
    "issuing_clerk": "统一出件",
    "helper": "帮办代办",
    "station_clerk": "便民站点",
    "chief_representative": "首席事务代表",
    "hall_manager": "大厅管理",
    "handler": "承办",
    "examiner": "审核",
    "inspector": "监督检查",
    "approver": "批准",
    "authority_head": "本机关负责人",
    "government_head": "本级政府负责人",
    "hearing_officer": "听证主持",
    "archivist": "档案管理",
    "item_editor": "事项编辑",
    "item_reviewer": "事项联合审核",
    "legality_reviewer": "合法性审查",
    "item_publisher": "事项发布",
    "data_steward": "数据管理",
    "content_editor": "公告编辑",
    "content_approver": "公告审批",
    "credit_officer": "信用管理",
    "supervisor": "督查",
    "system_admin": "系统管理",
    "security_admin": "安全管理",
    "audit_admin": "审计管理",
}
