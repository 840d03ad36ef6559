"""Side matters of a case: kinds, how they are opened and closed. Pure (glossary 8.1-8.3)."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from datetime import date
from typing import Any

from tongban.ground.changes import Insert, Update
from tongban.ground.errors import Refusal
from tongban.ground.ids import uuid7
from tongban.procedures.cases.rules.state import CaseState, ProceedingView, Setting
from tongban.registry.catalog.special_steps import SPECIAL_STEPS

KINDS: dict[str, str] = SPECIAL_STEPS | {
    "gap": "欠缺材料",
    "spot_correction": "当场更正",
    "commitment_check": "履诺核查",
    "defence": "陈述申辩",
    "deferral": "容缺后补",
    "commitment": "告知承诺",
    "breach": "违诺处理",
    "extension": "延长期限",
    "supplement": "补充材料",
    "opinion": "征求意见",
    "joint_meeting": "联合会商",
    "hearing_right": "听证权利告知",
    "interested_party": "利害关系人",
    "dispute": "受理争议",
    "pickup": "待领取",
    "hand_over": "任务移交",
    "assignment": "任务派给",
    "relief": "信用激励",
    "prerequisite": "前置事项",
    "after_check": "事后核查",
    "handing": "当面交付",
    "consent": "申请人同意",
    "asked_again": "已有材料又要求提交",
}

MOST_BASIS = 300


def opened(
    state: CaseState,
    setting: Setting,
    kind: str,
    *,
    key: str = "",
    branch_key: str = "",
    basis: str = "",
    reason: str = "",
    record: Mapping[str, Any] | None = None,
    data: Mapping[str, Any] | None = None,
    due_on: date | None = None,
    notice_id: uuid.UUID | None = None,
    done: bool = False,
    result: str = "",
) -> Insert:
    """A side matter that this act opens (``done``: opens and closes at once). Words of people go into ``record``."""
    if len(basis) > MOST_BASIS:
        raise Refusal("proceeding.basis", f"依据最多 {MOST_BASIS} 个字", field="basis", remedy="只写法规名称和条款")
    at, by = setting.at, setting.principal.actor_id
    return Insert(
        "cases.Proceeding",
        {
            "id": uuid7(at),
            "case_id": state.id,
            "kind": kind,
            "key": key,
            "branch_key": branch_key,
            "state": "done" if done else "open",
            "basis": basis,
            "reason": reason.strip(),
            "record": json.dumps(dict(record or {}), ensure_ascii=False),
            "data": dict(data or {}),
            "due_on": due_on,
            "opened_at": at,
            "opened_by": by,
            "closed_at": at if done else None,
            "closed_by": by if done else None,
            "result": result,
            "notice_id": notice_id,
        },
    )


def closed(
    proceeding: ProceedingView,
    setting: Setting,
    *,
    state: str = "done",
    result: str = "",
    record: Mapping[str, Any] | None = None,
    data: Mapping[str, Any] | None = None,
    notice_id: uuid.UUID | None = None,
) -> Update:
    """The end of a side matter; ``data`` is merged into what it had, ``record`` replaces the words when given."""
    values: dict[str, Any] = {
        "state": state,
        "result": result,
        "closed_at": setting.at,
        "closed_by": setting.principal.actor_id,
        "data": {**proceeding.data, **dict(data or {})},
    }
    if record is not None:
        values["record"] = json.dumps(dict(record), ensure_ascii=False)
    if notice_id is not None:
        values["notice_id"] = notice_id
    return Update("cases.Proceeding", {"id": proceeding.id}, values)


def changed(
    proceeding: ProceedingView, *, due_on: date | None = None, record: Mapping[str, Any] | None = None, **data: Any
) -> Update:
    """A side matter goes on with more data (and another due date when given); ``record`` replaces the words."""
    values: dict[str, Any] = {"data": {**proceeding.data, **data}}
    if due_on is not None:
        values["due_on"] = due_on
    if record is not None:
        values["record"] = json.dumps(dict(record), ensure_ascii=False)
    return Update("cases.Proceeding", {"id": proceeding.id}, values)


def open_one(state: CaseState, id_: uuid.UUID, *kinds: str) -> ProceedingView:
    """The open side matter of that id and of one of these kinds.

    :raises Refusal: ``proceeding.unknown``, ``proceeding.closed``.
    """
    found = state.proceeding(id_)
    if found is None or (kinds and found.kind not in kinds):
        raise Refusal("proceeding.unknown", "没有找到这项程序", remedy="刷新页面，看最新状态")
    if not found.open:
        raise Refusal("proceeding.closed", f"「{KINDS[found.kind]}」已经结束了", remedy="刷新页面，看最新状态")
    return found
