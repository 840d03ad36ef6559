"""Work lists of both engines: indexed queries, keyset pages, no COUNT on a hot page."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db.models import Q, QuerySet

from tongban.ground import moment
from tongban.ground.errors import Refusal
from tongban.ground.paging import Page
from tongban.ground.policy import PERMISSIONS, POST, REGION, Principal
from tongban.procedures.work.models import ClockRow, Task

MOST_COUNTED = 100


def _key(text: str) -> tuple[datetime, uuid.UUID] | None:
    if not text:
        return None
    try:
        at, _, key = text.rpartition("_")
        return datetime.fromisoformat(at), uuid.UUID(key)
    except ValueError as error:
        raise Refusal("page.key", "翻页的位置不对", remedy="回到列表第一页") from error


def open_tasks(principal: Principal, *, kind: str = "", after: str = "", limit: int = 20) -> Page[Task]:
    """Open tasks of the acting post, or of the region for who oversees it; the nearest due date first; one query."""
    tasks = _visible(principal)
    if tasks is None:
        return Page(())
    if kind:
        tasks = tasks.filter(kind=kind)
    if key := _key(after):
        tasks = tasks.filter(Q(due_at__gt=key[0]) | Q(due_at=key[0], id__gt=key[1]))
    rows = tuple(tasks.order_by("due_at", "id")[: limit + 1])
    more = rows[limit - 1] if len(rows) > limit else None
    return Page(rows[:limit], f"{more.due_at.isoformat()}_{more.id}" if more and more.due_at else "")


def _visible(principal: Principal) -> QuerySet[Task] | None:
    """Open tasks that the policy lets the principal see: by post, else by region."""
    scopes = {scope for role, scope in PERMISSIONS["work.task.view"].items() if role in principal.roles}
    tasks = Task.objects.filter(done_at=None, due_at__isnull=False)
    if POST in scopes and principal.post_id is not None:
        return tasks.filter(post_id=principal.post_id)
    if REGION in scopes:
        return tasks.filter(region_no__range=(principal.region_no, principal.region_end_no))
    return None


def open_count(principal: Principal) -> dict[str, int]:
    """Open tasks of the acting post by kind, counted up to 100 in all (shown as 99+)."""
    counted: dict[str, int] = {}
    tasks = _visible(principal)
    kinds = [] if tasks is None else tasks.values_list("kind", flat=True)[:MOST_COUNTED]
    for kind in kinds:
        counted[kind] = counted.get(kind, 0) + 1
    return counted


def done_tasks(principal: Principal, *, after: str = "", limit: int = 20) -> Page[Task]:
    """What the staff member has done, newest first; one query."""
    if principal.staff_id is None:
        return Page(())
    tasks = Task.objects.filter(done_by=principal.staff_id)
    if key := _key(after):
        tasks = tasks.filter(Q(done_at__lt=key[0]) | Q(done_at=key[0], id__lt=key[1]))
    rows = tuple(tasks.order_by("-done_at", "-id")[: limit + 1])
    more = rows[limit - 1] if len(rows) > limit else None
    return Page(rows[:limit], f"{more.done_at.isoformat()}_{more.id}" if more and more.done_at else "")


def done_today(principal: Principal) -> int:
    """How many tasks the staff member finished today (up to 999)."""
    start = moment.local(moment.now()).replace(hour=0, minute=0, second=0, microsecond=0)
    done = Task.objects.filter(done_by=principal.staff_id, done_at__gte=start).values_list("id")[:999]
    return len(done) if principal.staff_id else 0


def running_clocks(subject_ids: list[uuid.UUID]) -> dict[uuid.UUID, list[ClockRow]]:
    """Running clocks of several subjects; one query."""
    found: dict[uuid.UUID, list[ClockRow]] = {}
    for clock in ClockRow.objects.filter(subject_id__in=subject_ids, state=ClockRow.State.RUNNING).order_by("due_at"):
        found.setdefault(clock.subject_id, []).append(clock)
    return found
