"""Who has how much to do, and which tasks may be given to somebody else (办件调度, WIN-24): for whoever dispatches."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, F, Min, Q

from tongban.ground import moment
from tongban.ground.errors import NotFound
from tongban.ground.paging import Page
from tongban.ground.policy import DEPARTMENT, PERMISSIONS, REGION, Principal
from tongban.procedures.work.asking import Asked
from tongban.procedures.work.listing import Where, first_page
from tongban.procedures.work.models import Task
from tongban.registry.parties.models import Staff, StaffPost

MOST_LINES = 600


@dataclass(frozen=True, slots=True)
class Load:
    """What one person has to do at one post; ``staff_id`` None: what nobody of the post has claimed.

    ``next_due`` is the nearest due moment.
    """

    post_id: int
    post: str
    department: str
    staff_id: uuid.UUID | None
    name: str
    open: int
    overdue: int
    next_due: datetime | None


def _scope(principal: Principal) -> dict[str, Any]:
    """Which tasks the principal may dispatch: column -> value, or the first and the last value.

    :raises NotFound: none at all.
    """
    scopes = {scope for role, scope in PERMISSIONS["work.task.assign"].items() if role in principal.roles}
    if REGION in scopes:
        return {"region_no__range": (principal.region_no, principal.region_end_no)}
    if DEPARTMENT in scopes and principal.department_id is not None:
        return {"department_id": principal.department_id}
    raise NotFound("work.no_dispatch", "您的岗位没有调度任务的权限")


def loads(principal: Principal) -> tuple[Load, ...]:
    """Every post with open tasks: what nobody has claimed, then each holder, by department and post; two queries.

    Who has tasks there and does not hold the post any more comes last; their names are a third query.
    """
    now = moment.now()
    rows = (
        Task.objects.filter(done_at=None, **_scope(principal))
        .values("post_id", "assigned_to")
        .annotate(
            post_name=F("post__name"),
            unit=F("post__department__short_name"),
            n=Count("post_id"),
            late=Count("post_id", filter=Q(due_at__lt=now)),
            next=Min("due_at"),
        )
        .order_by("unit", "post_name")[:MOST_LINES]
    )
    counted = {(row["post_id"], row["assigned_to"]): row for row in rows}
    posts = {row["post_id"]: (row["post_name"], row["unit"]) for row in counted.values()}
    held = StaffPost.objects.filter(post_id__in=posts, valid__contains=moment.today())
    people: dict[int, dict[uuid.UUID, str]] = {}
    for post_id, staff_id, name in held.values_list("post_id", "staff_id", "staff__name").order_by("staff__name"):
        people.setdefault(post_id, {})[staff_id] = name
    here = {staff for holders in people.values() for staff in holders}
    names = _names({staff for _, staff in counted if staff} - here)
    lines: list[Load] = []
    for post_id, words in posts.items():
        holders = people.get(post_id, {})
        gone = {
            staff: names.get(staff, "") for post, staff in counted if post == post_id and staff and staff not in holders
        }
        for staff, name in [(None, ""), *holders.items(), *gone.items()]:
            line = _line(post_id, words, staff, name, counted.get((post_id, staff)))
            if line.open or staff in holders:
                lines.append(line)
    return tuple(lines)


def _names(ids: set[uuid.UUID]) -> dict[uuid.UUID, str]:
    return dict(Staff.objects.filter(id__in=ids).values_list("id", "name")) if ids else {}


def _line(
    post_id: int, words: tuple[str, str], staff: uuid.UUID | None, name: str, row: Mapping[str, Any] | None
) -> Load:
    counted = (row["n"], row["late"], row["next"]) if row else (0, 0, None)
    return Load(post_id, *words, staff, name, *counted)


def to_dispatch(
    principal: Principal, asked: Asked, *, post_id: int | None, staff_id: uuid.UUID | None, after: str, limit: int = 20
) -> Page[Task]:
    """Open tasks that the principal may dispatch, narrowed to a post and to a person; one query."""
    where = Where(wide=post_id is None and staff_id is None)
    scope = _scope(principal)
    if span := scope.get("region_no__range"):
        where.add("region_no BETWEEN %s AND %s", *span)
    if department := scope.get("department_id"):
        where.add("department_id = %s", department)
    if post_id is not None:
        where.add("post_id = %s", post_id)
    if staff_id is not None:
        where.add("assigned_to = %s", staff_id)
    where.narrow(asked, principal.staff_id)
    return first_page(where, after, limit)


def chosen(principal: Principal, ids: list[uuid.UUID]) -> dict[uuid.UUID, Task]:
    """Open tasks of those ids which the principal holds by post or may dispatch; one query. Others are left out."""
    own = Q(post_id=principal.post_id) if principal.post_id is not None else Q(pk__in=[])
    scopes = {scope for role, scope in PERMISSIONS["work.task.assign"].items() if role in principal.roles}
    if REGION in scopes:
        own |= Q(region_no__range=(principal.region_no, principal.region_end_no))
    if DEPARTMENT in scopes and principal.department_id is not None:
        own |= Q(department_id=principal.department_id)
    rows = Task.objects.filter(own, id__in=ids, done_at=None).select_related("post__department")
    return {task.id: task for task in rows}


def holders_today(post_ids: set[int]) -> list[tuple[uuid.UUID, str]]:
    """Who holds every one of these posts today, by name; one query."""
    found: dict[uuid.UUID, tuple[str, set[int]]] = {}
    rows = StaffPost.objects.filter(post_id__in=post_ids, valid__contains=moment.today())
    for staff_id, name, post_id in rows.values_list("staff_id", "staff__name", "post_id").order_by("staff__name"):
        found.setdefault(staff_id, (name, set()))[1].add(post_id)
    return [(staff_id, name) for staff_id, (name, posts) in found.items() if posts == post_ids]
