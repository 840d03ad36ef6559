"""Forms of the roster: who stands in for whom, which powers are given to whom. The controls of the acts, no case."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast
from uuid import UUID

from tongban.faces.acts.act import Act, Options, Scene
from tongban.faces.acts.controls import Choice, Day, Text, Ticks
from tongban.ground import moment
from tongban.ground.policy import DEPARTMENT, PERMISSIONS, Principal
from tongban.registry.catalog import selectors as catalog
from tongban.registry.parties.delegation import POWERS
from tongban.registry.parties.models import Delegation, Department, Post, Staff, StaffPost, Substitution

NOWHERE = cast(Scene, None)
"""The controls of these forms ask nothing of a case."""
MOST = 500


def _fixed(options: Options) -> Callable[[Scene], Options]:
    return lambda scene: options


def _own_only(principal: Principal, permission: str) -> bool:
    """Whether the permission reaches no further than the own department."""
    scopes = {scope for role, scope in PERMISSIONS[permission].items() if role in principal.roles}
    return scopes == {DEPARTMENT}


def _posts(principal: Principal) -> Options:
    rows = Post.objects.select_related("department").filter(
        region__no__range=(principal.region_no, principal.region_end_no)
    )
    if _own_only(principal, "parties.substitution.enter"):
        rows = rows.filter(department_id=principal.department_id or 0)
    return tuple((str(p.pk), str(p)) for p in rows.order_by("department__name", "name")[:MOST])


def _staff(principal: Principal) -> Options:
    held = StaffPost.objects.filter(valid__contains=moment.today())
    if _own_only(principal, "parties.substitution.enter"):
        held = held.filter(post__department_id=principal.department_id or 0)
    rows = Staff.objects.filter(id__in=held.values("staff_id")).select_related("employer").order_by("number")
    return tuple((str(s.pk), f"{s.name}（{s.employer.short_name} {s.number}）") for s in rows[:MOST])


def substitution_form(principal: Principal) -> Act:
    """Who stands in for whom at which post, from when until when; two queries."""
    staff = _fixed(_staff(principal))
    return Act(
        "enter",
        "登记顶岗",
        "请假或者轮班时，由另一个人顶岗。任务和责任记在实际办理的人名下。",
        ("parties.substitution.enter",),
        (
            Choice("post", "岗位", options=_fixed(_posts(principal)), into=int, long=True),
            Choice("absent", "谁不在（A 岗）", options=staff, into=UUID, long=True),
            Choice("substitute", "谁来顶（B 岗）", options=staff, into=UUID, long=True),
            Day("first", "从哪天"),
            Day("until", "到哪天", "当天也算"),
            Choice("reason", "原因", options=_fixed(tuple(Substitution.Reason.choices))),
        ),
    )


def delegation_form(principal: Principal) -> Act:
    """What the department gives to whom, by which instrument; three queries."""
    items = tuple(
        (c.option_code, c.name) for _id, c in catalog.options_in_force() if c.authority.id == principal.department_id
    )
    posts = Post.objects.select_related("department").order_by("department__name", "name")[:MOST]
    receivers = [(f"department:{d.pk}", d.name) for d in Department.objects.order_by("name")[:MOST]]
    receivers += [(f"post:{p.pk}", f"岗位：{p}") for p in posts]
    return Act(
        "give",
        "登记授权",
        "由机关负责人决定，先公布、后生效。受委托的事项不能再委托。",
        ("parties.delegation.decide",),
        (
            Choice("kind", "方式", options=_fixed(tuple(Delegation.Kind.choices))),
            Choice("receiver", "交给谁", options=_fixed(tuple(receivers)), long=True),
            Ticks("powers", "权限", options=_fixed(tuple(POWERS.items()))),
            Ticks("option_codes", "事项", "一项都不选，就是本机关的全部事项", optional=True, options=_fixed(items)),
            Day("published_on", "公布日期"),
            Day("first", "从哪天生效"),
            Day("until", "到哪天", "不填就是长期有效", optional=True),
            Text("instrument", "文件", "名称和文号"),
        ),
    )


def receiver_of(code: str) -> Department | Post:
    """The department or post of a choice."""
    kind, _sign, key = code.partition(":")
    found: Any = (Post if kind == "post" else Department).objects.get(pk=int(key))
    return cast("Department | Post", found)
