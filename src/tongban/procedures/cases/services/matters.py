"""What services look up for a side matter: its words so far, the post or the person that it names."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from typing import Any

from tongban.ground import moment
from tongban.ground.errors import Refusal
from tongban.procedures.cases.models import Proceeding
from tongban.procedures.cases.rules.state import CaseState
from tongban.registry.parties.models import Post, Staff, StaffPost

ROLES: dict[str, tuple[str, ...]] = {
    "accept": ("window_clerk", "chief_representative"),
    "handle": ("handler",),
    "examine": ("examiner",),
    "decide": ("approver",),
    "deliver": ("issuing_clerk", "window_clerk"),
    "opinion": ("handler", "examiner", "approver"),
    "commitment_check": ("handler", "examiner"),
    "after_check": ("inspector", "handler", "examiner"),
}
"""Kind of task -> roles, one of which its post must have."""


def words_of(case_id: uuid.UUID, proceeding_id: uuid.UUID) -> Mapping[str, Any]:
    """The words that a side matter of the case has had so far; empty when there is none such."""
    found = Proceeding.objects.filter(id=proceeding_id, case_id=case_id).values_list("record", flat=True).first()
    words: dict[str, Any] = json.loads(found or "{}")
    return words


def post_for(post_id: int, kind: str, state: CaseState) -> Post:
    """The post that is to do a task of this kind on this case.

    :raises Refusal: ``post.unknown``, ``post.unfit``.
    """
    post = Post.objects.select_related("department", "region").filter(pk=post_id).first()
    if post is None:
        raise Refusal("post.unknown", "没有找到这个岗位", field="post_id")
    fit = set(post.roles) & set(ROLES[kind]) and post.region.no <= state.region_no <= post.region.end_no
    if not fit:
        raise Refusal("post.unfit", f"「{post}」不能承担这项任务", field="post_id", remedy="请选择有相应权限的岗位")
    return post


def officer_for(staff_id: uuid.UUID, state: CaseState) -> Staff:
    """Who may preside over the hearing: a hearing officer of the deciding department who examines nothing of the case.

    :raises Refusal: ``hearing.officer``, ``hearing.officer_examined``.
    """
    held = StaffPost.objects.select_related("staff", "post").filter(staff_id=staff_id, valid__contains=moment.today())
    holdings = list(held)
    able = [h for h in holdings if "hearing_officer" in h.post.roles and h.post.department_id == state.department_id]
    if not able:
        raise Refusal("hearing.officer", "请选择本机关的听证主持人", field="officer_id")
    busy = {t.post_id for t in state.tasks if t.kind in ("handle", "examine")}
    if any(h.post_id in busy for h in holdings):
        raise Refusal(
            "hearing.officer_examined",
            "承担这件办件审查的岗位人员不能主持听证",
            field="officer_id",
            remedy="请指定没有参加审查的人员（行政许可法第四十八条）",
        )
    return able[0].staff
