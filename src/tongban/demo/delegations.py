"""Delegations of 云溪市, of all four kinds.

The window receives and accepts by entrustment, chief representatives decide by authorisation, the powers of one bureau
went over to another, and vertical authorities let the window take in and hand out for them.

``load`` may be called again: what was given stays.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import TypeVar

from tongban.demo import names
from tongban.ground.policy import Principal
from tongban.registry.parties import delegating
from tongban.registry.parties.delegation import AGENCY, ENTRUSTED, INTERNAL, TRANSFERRED
from tongban.registry.parties.models import Delegation, Department, Post, StaffPost
from tongban.registry.parties.selectors import department_by_short_name, principal_of

T = TypeVar("T")
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
    names.BUILDING: AT_THE_WINDOW,
    names.POLICE: AT_THE_WINDOW,
    names.EDUCATION: AT_THE_WINDOW,
    names.MEDICAL_INSURANCE: AT_THE_WINDOW,
    names.TRANSPORT: AT_THE_WINDOW,
    names.CULTURE: AT_THE_WINDOW,
}
"""Who entrusts the comprehensive window with what (WIN-07)."""
INSTANT = {
    names.LABOUR: names.LABOUR_REPRESENTATIVE_POST,
    names.MARKET: names.REGISTER_WINDOW_POST,
    names.HEALTH: names.HEALTH_REPRESENTATIVE_POST,
}
"""Which post of a department may decide instantly (WIN-10)."""
MOVED = {names.FORESTRY: names.LAND}
"""Whose powers another department exercises (行政许可法 art. 25)."""
AT_THE_COUNTER_ONLY = ("税务局", "烟草局", "气象局")
"""Who lets the window receive and hand out for them, nothing more (行政许可法 art. 26)."""


def load() -> None:
    """Give every delegation that is missing, each decided by the head of its authority."""
    window = department_by_short_name(names.GOVERNMENT_SERVICES)
    for giver, powers in _units(ENTRUSTED_BY):
        words = f"{giver.name}关于委托{window.name}收件、受理和出证的公告（演示文件）"
        _once(ENTRUSTED, giver, window, powers, words)
    for giver, post_name in _units(INSTANT):
        post = Post.objects.get(department=giver, name=post_name)
        words = f"{giver.name}关于授权{post.name}当场办理事项的决定（演示文件）"
        _once(INTERNAL, giver, post, ("decide_instantly",), words)
    for giver, receiver_name in _units(MOVED):
        receiver = department_by_short_name(receiver_name)
        words = f"{names.CITY}人民政府关于{giver.name}的许可权划转{receiver.name}行使的决定（演示文件）"
        _once(TRANSFERRED, giver, receiver, ("receive", "accept", "handle", "decide", "issue", "serve"), words)
    for giver, powers in _units(dict.fromkeys(AT_THE_COUNTER_ONLY, ("receive", "issue", "serve"))):
        words = f"{giver.name}关于由{window.name}代收代发申请材料的公告（演示文件）"
        _once(AGENCY, giver, window, powers, words)


def _units(by_name: Mapping[str, T]) -> Iterator[tuple[Department, T]]:
    return ((department_by_short_name(name), what) for name, what in by_name.items())


def _once(kind: str, giver: Department, receiver: Department | Post, powers: tuple[str, ...], words: str) -> None:
    to = {"to_post": receiver} if isinstance(receiver, Post) else {"to_department": receiver}
    if not Delegation.objects.filter(from_department=giver, kind=kind, **to).exists():
        _give(kind, giver, receiver, powers, words)


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
