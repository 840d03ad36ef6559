"""Delegations of 云溪市: the window receives and accepts by entrustment, chief representatives decide by authorisation.

``load`` may be called again: what was given stays.
"""

from __future__ import annotations

from datetime import date

from tongban.demo import names
from tongban.ground.policy import Principal
from tongban.registry.parties import delegating
from tongban.registry.parties.delegation import ENTRUSTED, INTERNAL
from tongban.registry.parties.models import Delegation, Department, Post, StaffPost
from tongban.registry.parties.selectors import department_by_short_name, principal_of

PUBLISHED_ON = date(2025, 12, 22)
FIRST, LAST = date(2026, 1, 1), date(2028, 12, 31)
AT_THE_WINDOW = ("receive", "accept", "issue", "serve")
ENTRUSTED_BY = {
    names.HEALTH: AT_THE_WINDOW,
    names.ROADS: AT_THE_WINDOW,
    names.MARKET: (*AT_THE_WINDOW, "record"),
    names.LABOUR: AT_THE_WINDOW,
    names.CIVIL_AFFAIRS: AT_THE_WINDOW,
    names.HOUSING_FUND: AT_THE_WINDOW,
    names.FIRE: AT_THE_WINDOW,
}
"""Who entrusts the comprehensive window with what (WIN-07)."""
INSTANT = {
    names.LABOUR: names.LABOUR_REPRESENTATIVE_POST,
    names.MARKET: names.REGISTER_WINDOW_POST,
}
"""Which post of a department may decide instantly (WIN-10)."""


def load() -> None:
    """Give every delegation that is missing, each decided by the head of its authority."""
    window = department_by_short_name(names.GOVERNMENT_SERVICES)
    for giver_name, powers in ENTRUSTED_BY.items():
        giver = department_by_short_name(giver_name)
        words = f"{giver.name}关于委托{window.name}收件、受理和出证的公告（演示文件）"
        if not Delegation.objects.filter(from_department=giver, to_department=window, kind=ENTRUSTED).exists():
            _give(ENTRUSTED, giver, window, powers, words)
    for giver_name, post_name in INSTANT.items():
        giver = department_by_short_name(giver_name)
        post = Post.objects.get(department=giver, name=post_name)
        words = f"{giver.name}关于授权{post.name}当场办理事项的决定（演示文件）"
        if not Delegation.objects.filter(to_post=post, kind=INTERNAL).exists():
            _give(INTERNAL, giver, post, ("decide_instantly",), words)


def _give(kind: str, giver: Department, receiver: Department | Post, powers: tuple[str, ...], words: str) -> None:
    delegating.give(
        _head(giver),
        kind,
        giver,
        receiver,
        powers=powers,
        first=FIRST,
        until=LAST,
        instrument=words,
        published_on=PUBLISHED_ON,
    )


def _head(giver: Department) -> Principal:
    held = StaffPost.objects.select_related("staff__account").get(
        post__department=giver, post__roles__contains=["authority_head"]
    )
    return principal_of(held.staff.account, held.post_id)
