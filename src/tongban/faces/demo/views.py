"""Everybody of the demo city by role, one-button sign-in (passing the second factor), and the sandbox's messages."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from tongban.faces.access import public
from tongban.faces.accounts import session
from tongban.ground import masking
from tongban.ground.errors import NotFound
from tongban.ground.notifications.selectors import sandbox_messages
from tongban.registry.parties import selectors
from tongban.registry.parties.models import Staff, UserAccount

# role -> (group, what somebody in it can do here)
DUTIES: dict[str, tuple[str, str]] = {
    "window_clerk": ("窗口", "收件、受理、一次性告知补正、不予受理，帮上门的人当场申请"),
    "issuing_clerk": ("窗口", "统一出件：核对签收人，把文书和证照交给申请人"),
    "chief_representative": ("窗口", "凭公布的书面授权，一个岗位当场办结即办件；不予办理的转交审批岗"),
    "hall_manager": ("窗口", "看大厅所有待办，裁定受理争议，作废录错的办件"),
    "handler": ("审批部门", "承办：核对申请内容，写承办意见"),
    "examiner": ("审批部门", "审核或会同审查：写审查意见"),
    "approver": ("审批部门", "作出准予或不予许可的决定，盖章前预览决定书"),
    "authority_head": ("审批部门", "本机关负责人：批准延长办理期限"),
    "government_head": ("审批部门", "本级政府负责人：批准延长联合办理的总时限"),
    "hearing_officer": ("审批部门", "主持听证，作听证笔录"),
    "supervisor": ("督查", "看全市办件和时限，不办件"),
    "item_editor": ("事项", "编辑办事指南、表单和材料，不能自己发布"),
    "item_publisher": ("事项", "检查并发布事项版本"),
    "data_steward": ("事项", "管理数据项，查看事项版本"),
    "archivist": ("管理", "归档：核对归档包，出具归档回执"),
    "system_admin": ("管理", "管人员和岗位，看系统运行，不办件"),
    "security_admin": ("管理", "管安全策略，不办件"),
    "audit_admin": ("管理", "查审计记录、验证台账，不办件"),
}
GROUPS = ("窗口", "审批部门", "督查", "事项", "管理")


@dataclass(frozen=True)
class Card:
    """Somebody whom one may sign in as."""

    account_id: uuid.UUID
    name: str
    where: str
    can: tuple[str, ...]
    note: str = ""


@public
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """The list of people."""
    groups = [(name, []) for name in GROUPS]  # type: list[tuple[str, list[Card]]]
    places = dict(groups)
    everybody = Staff.objects.select_related("employer").prefetch_related("held_posts__post").order_by("number")
    for member in everybody:
        posts = [holding.post for holding in member.held_posts.all()]
        roles = [role for post in posts for role in post.roles]
        card = Card(
            member.account_id,
            member.name,
            f"{member.employer.short_name} · {'、'.join(post.name for post in posts)}",
            tuple(DUTIES[role][1] for role in dict.fromkeys(roles) if role in DUTIES),
            f"工号 {member.number}",
        )
        group = next((DUTIES[role][0] for role in roles if role in DUTIES), "窗口")
        places[group].append(card)
    context = {"groups": [(name, cards) for name, cards in groups if cards], "residents": _residents()}
    return render(request, "demo/home.html", context)


def _residents() -> list[Card]:
    """Who acts for an organisation first."""
    accounts = list(
        UserAccount.objects.filter(person__isnull=False, is_active=True)
        .select_related("person")
        .prefetch_related("person__represents", "person__mandates__organisation")
        .order_by("created_at", "pk")[:60]
    )
    cards = [_resident(account) for account in accounts]
    return sorted(cards, key=lambda card: (-len(card.can), card.where))


def _resident(account: UserAccount) -> Card:
    person = account.person
    if person is None:
        raise NotFound("demo.person", "演示名单里没有这个人")
    led = [f"法定代表人：{organisation.name}" for organisation in person.represents.all()]
    given = [f"受委托代办：{m.organisation.name}" for m in person.mandates.all() if m.organisation]
    return Card(account.pk, person.name, f"手机 {masking.mask_mobile(person.mobile)}", (*led, *given))


@public
@require_POST
def sign_in(request: HttpRequest, person: str) -> HttpResponse:
    """Sign in as somebody of the list with one button; the second factor counts as passed."""
    account = selectors.account(_uuid(person))
    principal = session.start(request, account, how="demo", second_factor=True)
    response = HttpResponseRedirect(reverse("desk:home" if principal.kind == "staff" else "portal:my"))
    response.status_code = 303
    return response


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


@public
@require_GET
def sms(request: HttpRequest) -> HttpResponse:
    """Short messages that the sandbox gateway took instead of a phone."""
    messages = [
        {"mobile": masking.mask_mobile(row.mobile), "text": row.text, "at": row.taken_at}
        for row in sandbox_messages(50)
    ]
    return render(request, "demo/sms.html", {"messages": messages})
