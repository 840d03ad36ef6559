"""Requests and answers as the OpenAPI document shows them; tests hold them against the schemas. Pure data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_FILE = "0198a3c2-5b1e-7c3a-9d4f-2a6b8c0d1e2f"
_TASK = "0198a3c2-6f00-7b11-8c22-3d44e55f6677"
_HOOK = "0198a3c2-7a10-7d21-9e32-4f5566778899"
_NUMBER = "YX2026-1129-000001"
_STANDING = {"number": _NUMBER, "state": "in_review", "state_words": "审查中"}

REQUESTS: Mapping[str, Any] = {
    "issue_token": {"grant_type": "client_credentials", "client_id": "yx-health", "client_secret": "…"},
    "submit_application": {
        "item": "hygiene-licence",
        "applicant": {"organisation_uscc": "91330000MA00000000", "agent": {"id_number": "…", "name": "…"}},
        "answers": {"premises.kind": "hair_salon", "premises.area_m2": 86},
        "files": {"floor_plan": [_FILE]},
        "delivery_mode": "download",
    },
    "accept_case": {"points": ["申请书填写完整"]},
    "request_correction": {
        "items": [
            {
                "target": "material",
                "code": "floor_plan",
                "fault": "平面图没有标出消毒间的位置",
                "remedy": "请补一张标出消毒间的平面图",
            }
        ]
    },
    "refuse_acceptance": {
        "kind": "no_jurisdiction",
        "reason": "经营场所不在本市",
        "right_authority": "场所所在地的卫生健康部门",
    },
    "complete_step": {
        "verdict": "pass",
        "text": "材料齐全，符合条件",
        "points": [{"point": "平面图与现场一致", "ok": True}],
    },
    "decide_case": {"outcome": "granted"},
    "deliver_result": {"received_by": "签收人姓名"},
    "do_act": {"values": {"text": "材料齐全，符合条件", "verdict": "pass"}, "files": {}},
    "answer_case_message": {"text": "您好，审查预计本周内完成，结果会发短信告诉您。"},
    "get_progress": {"number": _NUMBER, "query_password": "482913"},
}

ANSWERS: Mapping[str, Any] = {
    "issue_token": {
        "access_token": "…",
        "token_type": "Bearer",
        "expires_in": 3600,
        "scope": "cases.case.view work.task.view",
    },
    "list_items": {
        "items": [
            {
                "slug": "hygiene-licence",
                "name": "公共场所卫生许可",
                "configured": True,
                "plain": "开理发店、旅馆、浴室以前要办的许可。",
                "department": "云溪市卫生健康委员会",
                "aliases": ["开理发店"],
                "time": "5 个工作日",
                "fee": "不收费",
                "visits": 0,
                "online": True,
                "guide": "https://city.example/guide/hygiene-licence/",
            }
        ],
        "next": "c12",
        "total": 612,
        "nearest": [],
        "exports": {
            "csv_url": "https://city.example/items/items.csv",
            "json_url": "https://city.example/items/items.json",
            "licence_url": "https://creativecommons.org/licenses/by/4.0/",
        },
    },
    "list_item_changes": {
        "items": [
            {
                "id": _FILE,
                "kind": "published",
                "words": "发布",
                "at": "2026-11-29T09:00:00+08:00",
                "slug": "hygiene-licence",
                "name": "公共场所卫生许可",
                "detail": "第 2 版，从 2026-12-01 起",
                "number": 2,
                "valid_from": "2026-12-01",
                "valid_until": None,
                "item": "https://city.example/api/v1/items/hygiene-licence",
            }
        ],
        "cursor": _FILE,
        "more": False,
    },
    "regions": [{"code": "339900", "name": "云溪市", "level": "city", "parent": ""}],
    "upload_file": {
        "id": _FILE,
        "name": "平面图.pdf",
        "media_type": "application/pdf",
        "size": 182044,
        "pages": 1,
        "content_hash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    },
    "submit_application": {
        "number": _NUMBER,
        "state": "submitted",
        "state_words": "已提交",
        "query_password": "482913",
    },
    "accept_case": _STANDING,
    "complete_step": _STANDING,
    "do_act": _STANDING,
    "list_acts": [
        {
            "act": "accept",
            "title": "受理",
            "meaning": "出受理通知书，开始计时",
            "group": "main",
            "ends": False,
            "makes_paper": True,
            "values": [
                {
                    "name": "points",
                    "label": "收件要点",
                    "kind": "codes",
                    "optional": True,
                    "hint": "",
                    "max_length": None,
                    "options": [{"code": "1", "label": "申请书填写完整"}],
                }
            ],
            "materials": [],
            "more_rows": False,
        }
    ],
    "list_tasks": {
        "items": [
            {
                "id": _TASK,
                "kind": "handle",
                "name": "材料审查",
                "number": _NUMBER,
                "title": "公共场所卫生许可",
                "applicant_label": "陆**",
                "created_at": "2026-11-29T09:00:00+08:00",
                "due_at": "2026-12-04T17:30:00+08:00",
            }
        ],
        "next": "",
    },
    "list_webhooks": [
        {
            "id": _HOOK,
            "url": "https://health.example/tongban",
            "kinds": ["case.accepted", "case.decided"],
            "is_active": True,
            "failing_since": None,
            "off_reason": "",
        }
    ],
    "test_webhook": {"id": _TASK},
    "resend_webhook_message": {"id": _TASK},
}
