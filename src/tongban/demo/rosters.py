"""Who of 云溪市 stood, or stands, in for whom (AB岗): leave and rosters, entered the afternoon before by who may.

``load`` may be called again: absences are entered once.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import NamedTuple

from tongban.demo import names
from tongban.ground import moment
from tongban.ground.policy import Principal
from tongban.registry.parties import substituting
from tongban.registry.parties.models import Post, Staff, StaffPost, Substitution
from tongban.registry.parties.selectors import principal_of

ENTERED_AT = time(16, 20)


class Absence(NamedTuple):
    """The last holder of ``post`` is away, the last holder of ``by`` acts there; ``first`` in days from today."""

    post: str
    by: str
    first: int
    days: int
    reason: str


ABSENCES: tuple[Absence, ...] = (
    Absence("户外广告审核岗", names.ROAD_EXAMINE_POST, -76, 5, "leave"),
    Absence("食品许可审核岗", "质量发展审核岗", -48, 4, "leave"),
    Absence("医政审核岗", names.HYGIENE_EXAMINE_POST, -27, 6, "leave"),
    Absence("施工许可审核岗", "燃气审核岗", -13, 3, "roster"),
    Absence(names.FUND_HANDLE_POST, "公积金中心负责人岗", -1, 6, "leave"),
    Absence("医保待遇承办岗", "医保待遇审核岗", 0, 4, "leave"),
    Absence(names.ISSUING_POST, names.FIRST_CONTACT_POST, -1, 5, "roster"),
)


def load() -> None:
    """Enter every absence, counted from today."""
    if Substitution.objects.exists():
        return
    end = moment.today()
    for absence in ABSENCES:
        first = end + timedelta(days=absence.first)
        until = first + timedelta(days=absence.days - 1)
        with moment.at(datetime.combine(first - timedelta(days=1), ENTERED_AT, moment.SHANGHAI)):
            post = Post.objects.select_related("department", "region").get(name=absence.post)
            substituting.enter(
                _head(post),
                post,
                _last(absence.post),
                _last(absence.by),
                first=first,
                until=until,
                reason=absence.reason,
            )


def _last(post: str) -> Staff:
    """The holder whose number is the highest."""
    held = StaffPost.objects.select_related("staff").filter(post__name=post).order_by("-staff__number").first()
    if held is None:
        raise LookupError(f"nobody holds {post}")
    return held.staff


def _head(post: Post) -> Principal:
    """Who answers for the people of a department: its head, in a hall its manager."""
    may = StaffPost.objects.select_related("staff__account").filter(
        post__department=post.department, post__roles__overlap=["authority_head", "hall_manager"]
    )
    held = may.earliest("staff__number")
    return principal_of(held.staff.account, held.post_id)
