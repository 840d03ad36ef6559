"""Work lists of both engines: indexed queries, keyset pages, no COUNT on a hot page."""

from __future__ import annotations

import uuid
from collections import Counter

from django.db import connection
from django.db.models import Q

from tongban.ground import moment
from tongban.ground.paging import Page
from tongban.ground.policy import PERMISSIONS, POST, REGION, Principal
from tongban.procedures.work.asking import Asked
from tongban.procedures.work.listing import Where, first_page, key_of
from tongban.procedures.work.models import ClockRow, Task

MOST_COUNTED = 100


def open_tasks(
    principal: Principal, *, kind: str = "", asked: Asked | None = None, after: str = "", limit: int = 20
) -> Page[Task]:
    """Open tasks of the acting post, or of the region for who oversees it; the nearest due date first; one query.

    Each has ``told``, the highest level of its subject's running clocks, and ``holder``, the name of who is at it.
    """
    where = _visible(principal)
    if where is None:
        return Page(())
    where.narrow(asked or Asked((kind,) if kind else ()), principal.staff_id)
    return first_page(where, after, limit)


def _visible(principal: Principal) -> Where | None:
    """Open tasks that the policy lets the principal see: by post, else by region."""
    scopes = {scope for role, scope in PERMISSIONS["work.task.view"].items() if role in principal.roles}
    if POST in scopes and principal.post_id is not None:
        where = Where()
        where.add("post_id = %s", principal.post_id)
        return where
    if REGION in scopes:
        where = Where(wide=True)
        where.add("region_no BETWEEN %s AND %s", principal.region_no, principal.region_end_no)
        return where
    return None


def open_count(principal: Principal) -> dict[str, int]:
    """Open tasks of the acting post by kind, counted up to 100 in all (shown as 99+)."""
    where = _visible(principal)
    if where is None:
        return {}
    sql = f"SELECT kind FROM work_task WHERE {' AND '.join(where.conditions)} LIMIT %s"  # noqa: S608 - constants
    with connection.cursor() as cursor:
        cursor.execute(sql, [*where.values, MOST_COUNTED])
        return dict(Counter(kind for (kind,) in cursor.fetchall()))


def done_tasks(principal: Principal, *, after: str = "", limit: int = 20) -> Page[Task]:
    """What the staff member has done, newest first; one query."""
    if principal.staff_id is None:
        return Page(())
    tasks = Task.objects.filter(done_by=principal.staff_id, done_at__isnull=False)
    if key := key_of(after):
        tasks = tasks.filter(Q(done_at__lte=key[0]), Q(done_at__lt=key[0]) | Q(id__lt=key[1]))
    rows = tuple(tasks.order_by("-done_at", "-id")[: limit + 1])
    more = rows[limit - 1] if len(rows) > limit else None
    return Page(rows[:limit], f"{more.done_at.isoformat()}_{more.id}" if more and more.done_at else "")


def done_today(principal: Principal) -> int:
    """How many tasks the staff member finished today (up to 999)."""
    start = moment.local(moment.now()).replace(hour=0, minute=0, second=0, microsecond=0)
    done = Task.objects.filter(done_by=principal.staff_id, done_at__isnull=False, done_at__gte=start).values_list("id")[
        :999
    ]
    return len(done) if principal.staff_id else 0


def running_clocks(subject_ids: list[uuid.UUID]) -> dict[uuid.UUID, list[ClockRow]]:
    """Running clocks of several subjects; one query."""
    found: dict[uuid.UUID, list[ClockRow]] = {}
    for clock in ClockRow.objects.filter(subject_id__in=subject_ids, state=ClockRow.State.RUNNING).order_by("due_at"):
        found.setdefault(clock.subject_id, []).append(clock)
    return found
