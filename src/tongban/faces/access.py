"""Who may open a view: every view carries one policy; a view without one is denied (default deny, checklist g6 line 8).

The policy of a view only answers "may this kind of person ever come here". Whether they may see *this* case is decided
on the object by ``ground.policy`` inside selectors and services; there a foreign object answers 404.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.urls import ResolverMatch

from tongban.ground.errors import SignInNeeded, TongbanError
from tongban.ground.policy import Principal, may_ever

V = TypeVar("V", bound=Callable[..., Any])
_ATTRIBUTE = "access_policy"


class Forbidden(TongbanError):
    """Somebody is signed in but may not come here."""

    status = 403


@dataclass(frozen=True)
class Policy:
    """``kind``: ``public``, ``signed_in`` (a resident), ``account`` (resident or staff), ``staff``, ``machine``.

    ``permissions`` of a staff view: one of them is enough; none means any staff member.
    """

    kind: str
    permissions: tuple[str, ...] = ()


def _mark(policy: Policy) -> Callable[[V], V]:
    def apply(view: V) -> V:
        setattr(view, _ATTRIBUTE, policy)
        return view

    return apply


def public(view: V) -> V:
    """Everybody may open it."""
    return _mark(Policy("public"))(view)


def signed_in(view: V) -> V:
    """A signed-in resident may open it."""
    return _mark(Policy("signed_in"))(view)


def account(view: V) -> V:
    """Any signed-in account, resident or staff, may open it."""
    return _mark(Policy("account"))(view)


def staff(*permissions: str) -> Callable[[V], V]:
    """Staff with one of the permissions (in any scope) may open it; without permissions: any staff member."""
    return _mark(Policy("staff", permissions))


def machine(view: V) -> V:
    """Machines with their own credentials; the API checks them itself."""
    return _mark(Policy("machine"))(view)


def policy_of(match: ResolverMatch | None, view: Callable[..., Any]) -> Policy | None:
    """The policy of a resolved view; ``None`` means denied. The open API authenticates in its own room."""
    found = getattr(view, _ATTRIBUTE, None)
    if isinstance(found, Policy):
        return found
    if match is not None and match.route.startswith("api/"):
        return Policy("machine")
    return None


def check(principal: Principal, policy: Policy | None) -> None:
    """Let the principal in or raise.

    :raises SignInNeeded: ``sign_in_needed`` or ``staff_sign_in_needed``.
    :raises Forbidden: signed in, but not for this page.
    """
    if policy is None:
        raise Forbidden(
            "access.no_policy", "这个页面还没有设定谁可以看，所以没有打开", remedy="请告诉系统管理员这个网址"
        )
    if policy.kind in {"public", "machine"}:
        return
    if policy.kind == "staff":
        _check_staff(principal, policy.permissions)
    elif not principal.signed_in:
        raise SignInNeeded()
    elif policy.kind == "signed_in" and principal.kind != "person":
        raise Forbidden(
            "access.residents_only",
            "您现在用的是工作人员账号，这里是办事人的页面",
            remedy="办自己的事，请先退出，再用自己的手机号登录",
        )


def _check_staff(principal: Principal, permissions: tuple[str, ...]) -> None:
    if principal.kind != "staff":
        raise SignInNeeded("staff_sign_in_needed", "请用工号登录后再打开工作台")
    if not principal.second_factor:
        raise SignInNeeded("second_factor_needed", "请完成第二步验证")
    if permissions and not any(may_ever(principal, permission) for permission in permissions):
        raise Forbidden(
            "access.post_without_power",
            f"您当前的岗位（{principal.post_name or '没有岗位'}）没有这项权限",
            remedy="有其他岗位的，请先切换岗位；需要这项权限的，请找系统管理员",
        )
