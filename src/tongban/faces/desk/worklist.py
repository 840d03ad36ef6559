"""The work list as the desk shows it: rows with their deadline and the page where the work is done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from tongban.faces.desk import deadlines
from tongban.ground.policy import Principal
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


@dataclass(frozen=True)
class Listing:
    """A page of rows; ``after`` is the key of the next page, empty on the last one."""

    rows: tuple[Row, ...]
    after: str


def kinds_of(principal: Principal) -> tuple[str, ...]:
    """The kinds of task that the acting post may meet, in the order of a case."""
    mine = {kind for role in principal.roles for kind in _ROLE_KINDS.get(role, ())}
    return tuple(kind for kind in KIND_WORDS if kind in mine)


def address_of(kind: str, number: str) -> str:
    """Where the work of a task is done."""
    if kind in _ACT_OF:
        return reverse("desk:act", args=[number, _ACT_OF[kind]])
    return reverse("desk:window_case" if kind in _AT_THE_WINDOW else "desk:review_case", args=[number])


def _row(task: Task) -> Row:
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
    )


def open_rows(principal: Principal, kind: str = "", after: str = "", limit: int = 20) -> Listing:
    """Open tasks of the acting post, the most urgent first."""
    page = work.open_tasks(principal, kind=kind, after=after, limit=limit)
    return Listing(tuple(_row(task) for task in page.items), page.next)


def done_rows(principal: Principal, after: str = "") -> Listing:
    """What the staff member has done, the newest first."""
    page = work.done_tasks(principal, after=after)
    return Listing(tuple(_row(task) for task in page.items), page.next)
