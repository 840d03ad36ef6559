"""Posts and their powers, and the coming and going of staff: what a system administrator does (OPS, g6 lines 4 and 10).

Permissions hang on posts. A changed post ends the sessions of whoever holds it, so that nobody acts on with old powers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pyotp
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from tongban.ground import moment
from tongban.ground.errors import Conflict, NotFound, Refusal
from tongban.ground.ledger.chain import EventDraft
from tongban.ground.ledger.services import append
from tongban.ground.ledger.subjects import SubjectRef
from tongban.ground.policy import PERMISSIONS, Principal, Target, allowed
from tongban.registry.parties.models import Department, Post, Region, Staff, StaffPost, UserAccount
from tongban.registry.parties.services import actor_of, check_separation, end_sessions

ROLES = frozenset(role for grants in PERMISSIONS.values() for role in grants) - {"applicant", "system"}
"""Roles that a post may have: every one that some permission names, but those of applicants and the clock."""


def _require(principal: Principal, permission: str) -> None:
    if not allowed(principal, permission, Target()):
        raise NotFound


def _known(roles: Sequence[str]) -> list[str]:
    chosen = sorted(set(roles))
    if not chosen:
        raise Refusal("post.roles", "请至少选一种权限", field="roles")
    if unknown := [role for role in chosen if role not in ROLES]:
        raise Refusal("post.roles", f"没有「{unknown[0]}」这种权限", field="roles")
    return chosen


def add_post(principal: Principal, *, department: Department, name: str, roles: Sequence[str], region: Region) -> Post:
    """A new post of a department.

    :raises NotFound: not an administrator. :raises Refusal: no name or powers. :raises Conflict: the name is taken.
    """
    _require(principal, "parties.post.configure")
    tidy = " ".join(name.split())[:60]
    if len(tidy) < 2:
        raise Refusal("post.name", "请填写岗位名称", field="name")
    chosen = _known(roles)
    try:
        with transaction.atomic():
            post = Post.objects.create(department=department, name=tidy, roles=chosen, region=region)
            body = {"post": post.pk, "department": department.pk, "roles": chosen}
            _append(principal, "post.added", body)
    except IntegrityError as error:
        raise Conflict("post.exists", "这个部门已经有同名的岗位", field="name", remedy="换一个名称") from error
    return post


def change_post(principal: Principal, post_id: int, roles: Sequence[str]) -> Post:
    """Other powers for a post; whoever holds it signs in again. Unchanged powers change nothing.

    :raises NotFound: not an administrator, no such post.
    :raises Refusal: no powers, one's own post, or a holder would join powers that stay apart.
    """
    _require(principal, "parties.post.configure")
    post = Post.objects.filter(pk=post_id).first()
    if post is None:
        raise NotFound("post.not_found", "没有找到这个岗位")
    chosen = _known(roles)
    if chosen == sorted(post.roles):
        return post
    held = list(StaffPost.objects.filter(post=post).select_related("staff"))
    if principal.staff_id in {row.staff_id for row in held}:
        raise Refusal("post.own", "不能改自己担任的岗位", remedy="请由另一位系统管理员办理")
    before, post.roles = sorted(post.roles), chosen
    for row in held:
        others = Post.objects.filter(holders__staff_id=row.staff_id).exclude(pk=post.pk)
        check_separation([post, *others])
    with transaction.atomic():
        post.save(update_fields=["roles"])
        _append(principal, "post.roles_changed", {"post": post.pk, "before": before, "after": chosen})
    for row in held:
        end_sessions(row.staff.account_id)
    return post


@dataclass(frozen=True)
class Renewed:
    """A staff member's new authenticator secret: shown once."""

    staff: Staff
    secret: str


def renew_second_factor(principal: Principal, staff: Staff) -> Renewed:
    """A lost authenticator: a new secret, shown once; every session ends.

    :raises NotFound: not an administrator. :raises Refusal: one's own.
    """
    _require(principal, "parties.staff.configure")
    if principal.staff_id == staff.pk:
        raise Refusal("staff.own_factor", "不能给自己换验证器", remedy="请由另一位系统管理员办理")
    secret = pyotp.random_base32()
    account = UserAccount.objects.get(pk=staff.account_id)
    with transaction.atomic():
        account.second_factor = secret
        account.save(update_fields=["second_factor"])
        draft = EventDraft("account.second_factor_renewed", {"staff": staff.pk})
        append(SubjectRef("account", account.pk), [draft], actor_of(principal, "desk"))
    end_sessions(account.pk)
    return Renewed(staff, secret)


def retire_staff(principal: Principal, staff: Staff) -> None:
    """Somebody leaves: posts end today, the account is switched off, sessions end; what was done stays theirs.

    :raises NotFound: not an administrator. :raises Refusal: oneself. Repeating changes nothing.
    """
    _require(principal, "parties.staff.configure")
    if principal.staff_id == staff.pk:
        raise Refusal("staff.own_leave", "不能给自己办离岗", remedy="请由另一位系统管理员办理")
    account = UserAccount.objects.get(pk=staff.account_id)
    if not account.is_active:
        return
    today = moment.today()
    with transaction.atomic():
        for row in StaffPost.objects.filter(staff=staff, valid__contains=today):
            first = row.valid.lower
            row.valid = DateRange(empty=True) if first == today else DateRange(first, today)
            row.save(update_fields=["valid"])
        account.is_active = False
        account.save(update_fields=["is_active"])
        draft = EventDraft("account.closed", {"staff": staff.pk})
        append(SubjectRef("account", account.pk), [draft], actor_of(principal, "desk"))
    end_sessions(account.pk)


def _append(principal: Principal, kind: str, body: dict[str, object]) -> None:
    """Posts are no subject of their own: what an administrator does to them stands on the administrator's account."""
    assert principal.account_id is not None  # the policy gives these permissions to staff only
    append(SubjectRef("account", principal.account_id), [EventDraft(kind, body)], actor_of(principal, "desk"))
