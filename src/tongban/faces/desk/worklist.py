"""The work list as the desk shows it: rows with their deadline and the page where the work is done."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.http import HttpRequest

from tongban.faces.addresses import path_of
from tongban.faces.desk import deadlines
from tongban.ground.policy import Principal, may_ever
from tongban.procedures.work import asking
from tongban.procedures.work import selectors as work
from tongban.procedures.work.models import Task

KIND_WORDS: dict[str, str] = {
    "accept": "受理",
    "handle": "承办",
    "examine": "审核",
    "decide": "审批",
    "deliver": "送达",
    "opinion": "答复意见",
    "commitment_check": "核查承诺",
    "after_check": "事后核查",
}
VERDICT_WORDS: dict[str, str] = {
    "accepted": "已受理",
    "not_accepted": "不予受理",
    "correction_requested": "一次性告知",
    "pass": "通过",
    "object": "不通过",
    "granted": "准予许可",
    "refused": "不予许可",
    "counter": "窗口领取",
    "portal": "网上领取",
    "withdrawn": "申请人撤回",
    "post": "邮寄送达",
    "left_behind": "留置送达",
    "checked": "形式核对",
    "recorded": "已备案",
    "provided": "已提供",
    "not_provided": "不能提供",
    "adjudicated": "已作出裁决",
    "instant": "当场办结",
    "agree": "同意",
    "disagree": "不同意",
    "no_view": "没有意见",
    "kept": "履行了承诺",
    "breached": "没有履行承诺",
    "terminated": "终止办理",
    "transferred": "已移送",
    "void": "作废录入",
    "passed": "核查合格",
    "failed": "核查不合格",
}
CARD_WORDS: dict[str, tuple[str, str]] = {
    "warning": ("info", "预警"),
    "yellow": ("warn", "黄牌"),
    "red": ("bad", "红牌"),
}
DUE_WORDS: dict[str, str] = {"overdue": "已超期", "today": "今天到期", "week": "本周到期"}
WHOSE_WORDS: dict[str, str] = {"mine": "我的", "free": "没有人认领的", "others": "同事在办的"}
AT_WINDOW, IN_REVIEW = (
    ("accept", "deliver"),
    ("handle", "examine", "decide", "opinion", "commitment_check", "after_check"),
)
_ROLE_KINDS: dict[str, tuple[str, ...]] = {
    "window_clerk": ("accept", "deliver"),
    "issuing_clerk": ("deliver",),
    "chief_representative": ("accept",),
    "handler": ("handle", "opinion", "commitment_check", "after_check"),
    "examiner": ("examine", "opinion", "commitment_check", "after_check"),
    "inspector": ("after_check",),
    "approver": ("decide", "opinion"),
    "hall_manager": tuple(KIND_WORDS),
    "supervisor": tuple(KIND_WORDS),
}
_AT_THE_WINDOW = frozenset({"accept", "deliver"})
_ACT_OF = {"opinion": "give-opinion", "commitment_check": "check-commitment", "after_check": "record-after-check"}
"""Kinds of tasks that are done on the page of one act."""


@dataclass(frozen=True)
class Row:
    """One task in a list."""

    number: str
    title: str
    applicant: str
    kind: str
    name: str
    url: str
    badge: deadlines.Badge | None
    done_at: datetime | None
    verdict_words: str
    id: uuid.UUID
    card: tuple[str, str] | None
    """Tone and words of the highest level of the case's clocks."""
    holder: str
    """Who is at it; empty: nobody has claimed it."""
    mine: bool
    kind_code: str


@dataclass(frozen=True)
class Listing:
    """A page of rows; ``after`` is the key of the next page, empty on the last one. ``asked``: what narrows it."""

    rows: tuple[Row, ...]
    after: str
    asked: asking.Asked = field(default_factory=asking.Asked)


def kinds_of(principal: Principal, among: tuple[str, ...] = ()) -> tuple[str, ...]:
    """The kinds of task that the acting post may meet, in the order of a case; ``among``: only of these."""
    mine = {kind for role in principal.roles for kind in _ROLE_KINDS.get(role, ())}
    return tuple(kind for kind in KIND_WORDS if kind in mine and (not among or kind in among))


def address_of(kind: str, number: str) -> str:
    """Where the work of a task is done."""
    if kind in _ACT_OF:
        return path_of("desk:act", number, _ACT_OF[kind])
    return path_of("desk:window_case" if kind in _AT_THE_WINDOW else "desk:review_case", number)


def row_of(task: Task, staff_id: uuid.UUID | None = None) -> Row:
    """A task as a line; ``staff_id``: who looks at it."""
    return Row(
        task.number,
        task.title,
        task.applicant_label,
        KIND_WORDS.get(task.kind, task.kind),
        task.name,
        address_of(task.kind, task.number),
        None if task.done_at else deadlines.of_task(task.due_at),
        task.done_at,
        VERDICT_WORDS.get(task.verdict, ""),
        task.id,
        CARD_WORDS.get(getattr(task, "told", "")),
        getattr(task, "holder", ""),
        staff_id is not None and task.assigned_to == staff_id,
        task.kind,
    )


def open_rows(principal: Principal, asked: asking.Asked | None = None, *, after: str = "", limit: int = 20) -> Listing:
    """Open tasks of the acting post, the most urgent first; one query."""
    asked = asked or asking.Asked()
    page = work.open_tasks(principal, asked=asked, after=after, limit=limit)
    return Listing(tuple(row_of(task, principal.staff_id) for task in page.items), page.next, asked)


def asked_of(request: HttpRequest, kinds: tuple[str, ...]) -> asking.Asked:
    """The filter that stands in the address; ``kinds`` are those of the list."""
    return asking.read(request.GET.dict(), kinds)


def filters_of(principal: Principal, kinds: tuple[str, ...], *, by_person: bool = True) -> dict[str, Any]:
    """What the filter form offers; ``by_person``: whether somebody's own tasks are in the list."""
    words = [(kind, KIND_WORDS[kind]) for kind in kinds]
    return {
        "kinds": words if len(words) > 1 else [],
        "cards": [(code, words) for code, (_tone, words) in CARD_WORDS.items()],
        "dues": list(DUE_WORDS.items()),
        "whose": list(WHOSE_WORDS.items()) if by_person and may_ever(principal, "work.task.claim") else [],
    }


def done_rows(principal: Principal, after: str = "") -> Listing:
    """What the staff member has done, the newest first."""
    page = work.done_tasks(principal, after=after)
    return Listing(tuple(row_of(task) for task in page.items), page.next)
