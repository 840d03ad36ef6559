"""Leave and rosters: B stands in for A at a post for some days (AB岗, WIN-14).

The substitute signs in, or switches, to the post while it is valid; every act names the person who acts. The absent one
keeps the post. Sessions are compiled anew: the substitute's end when powers change today, and every staff session is
compiled again on a new day.
"""

from __future__ import annotations

import uuid
from datetime import date, timedelta

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from tongban.ground import moment
from tongban.ground.errors import NotFound, Refusal
from tongban.ground.ledger.chain import EventDraft
from tongban.ground.ledger.services import append
from tongban.ground.ledger.subjects import SubjectRef
from tongban.ground.policy import Principal, Target, allowed
from tongban.registry.parties.models import Post, Staff, StaffPost, Substitution
from tongban.registry.parties.services import actor_of, check_separation, end_sessions

ENTERED, ENDED = "substitution.entered", "substitution.ended"
LONGEST = timedelta(days=366)


def enter(
    principal: Principal, post: Post, absent: Staff, substitute: Staff, *, first: date, until: date, reason: str
) -> Substitution:
    """Let ``substitute`` act at ``post`` from ``first`` to ``until``, both included.

    :raises Refusal: ``substitution.*`` with what to mend; ``staff.three_administrators`` when powers would be joined.
    """
    _require(principal, post)
    _check(post, absent, substitute, first, until, reason)
    with transaction.atomic():
        made = Substitution.objects.create(
            post=post,
            absent=absent,
            substitute=substitute,
            valid=DateRange(first, until + timedelta(days=1)),
            reason=reason,
            entered_by=principal.actor_id,
            entered_at=moment.now(),
        )
        body = {
            "post": post.pk,
            "absent": absent.pk,
            "substitute": substitute.pk,
            "reason": reason,
            "first": first.isoformat(),
            "until": until.isoformat(),
        }
        append(SubjectRef("substitution", made.pk), [EventDraft(ENTERED, body)], actor_of(principal, "desk"))
    if first <= moment.today():
        end_sessions(substitute.account_id)
    return made


def end(principal: Principal, substitution_id: uuid.UUID) -> Substitution:
    """The absent one is back: it ends today, and the substitute's sessions with it.

    :raises NotFound: no such substitution. :raises Refusal: it is over already.
    """
    today = moment.today()
    with transaction.atomic():
        rows = Substitution.objects.select_for_update(of=("self",)).select_related("post__region", "substitute")
        found = rows.filter(pk=substitution_id).first()
        if found is None:
            raise NotFound("substitution.not_found", "没有找到这条顶岗登记")
        _require(principal, found.post)
        if found.valid.isempty or found.valid.upper <= today:
            raise Refusal("substitution.over", "这条顶岗已经结束")
        lower = found.valid.lower
        found.valid = DateRange(lower, today) if lower < today else DateRange(empty=True)
        found.save(update_fields=["valid"])
        draft = EventDraft(ENDED, {"from_day": today.isoformat()})
        append(SubjectRef("substitution", found.pk), [draft], actor_of(principal, "desk"))
    end_sessions(found.substitute.account_id)
    return found


def in_force(department_id: int, day: date | None = None) -> tuple[Substitution, ...]:
    """Who stands in for whom in a department, that day or later; the earliest first."""
    rows = Substitution.objects.select_related("post", "absent", "substitute").filter(post__department_id=department_id)
    return tuple(rows.filter(valid__endswith__gt=day or moment.today()).order_by("valid", "pk"))


def _require(principal: Principal, post: Post) -> None:
    target = Target(region_no=post.region.no, department_ids=(post.department_id,))
    if not allowed(principal, "parties.substitution.enter", target):
        raise Refusal("substitution.not_allowed", "您的岗位不能登记顶岗", remedy="请联系大厅管理岗或本机关负责人")


def _check(post: Post, absent: Staff, substitute: Staff, first: date, until: date, reason: str) -> None:
    if absent.pk == substitute.pk:
        raise Refusal("substitution.same", "顶岗的人和请假的人是同一个", field="substitute", remedy="换一个人顶岗")
    if reason not in Substitution.Reason.values:
        raise Refusal("substitution.reason", "请选择请假或者排班", field="reason")
    if first < moment.today() or until < first or until - first > LONGEST:
        raise Refusal(
            "substitution.days", "起止日期不对", field="first", remedy="从今天或以后开始，结束不早于开始，不超过一年"
        )
    if not StaffPost.objects.filter(staff=absent, post=post, valid__contains=first).exists():
        raise Refusal("substitution.post", f"{absent.name}那天不担任「{post.name}」", field="post")
    held = [
        row.post for row in StaffPost.objects.select_related("post").filter(staff=substitute, valid__contains=first)
    ]
    if any(one.pk == post.pk for one in held):
        raise Refusal("substitution.holds", f"{substitute.name}自己就担任这个岗位，不用顶岗", field="substitute")
    check_separation([*held, post])
