"""Work lists of both engines: indexed queries, keyset pages, no COUNT on a hot page."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db.models import BooleanField, CharField, Q, QuerySet
from django.db.models.expressions import RawSQL

from tongban.ground import masking, moment
from tongban.ground.errors import Refusal
from tongban.ground.paging import Page
from tongban.ground.policy import PERMISSIONS, POST, REGION, Principal
from tongban.procedures.work.asking import Asked, due_range
from tongban.procedures.work.cards import LEVELS
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


def open_tasks(
    principal: Principal, *, kind: str = "", asked: Asked | None = None, after: str = "", limit: int = 20
) -> Page[Task]:
    """Open tasks of the acting post, or of the region for who oversees it; the nearest due date first; one query.

    Each has ``told``, the highest level of its subject's running clocks, and ``holder``, the name of who is at it.
    """
    tasks = _visible(principal)
    if tasks is None:
        return Page(())
    asked = asked or Asked((kind,) if kind else ())
    found = narrowed(tasks, asked, principal.staff_id, wide=not _by_post(principal))
    return first_page(found, after, limit)


def first_page(tasks: QuerySet[Task], after: str, limit: int) -> Page[Task]:
    """The tasks after a key by due date, with level and holder; one query."""
    if key := _key(after):
        tasks = tasks.filter(Q(due_at__gte=key[0]), Q(due_at__gt=key[0]) | Q(id__gt=key[1]))
    rows = tuple(tasks.annotate(told=_TOLD, holder=_HOLDER).order_by("due_at", "id")[: limit + 1])
    more = rows[limit - 1] if len(rows) > limit else None
    return Page(rows[:limit], f"{more.due_at.isoformat()}_{more.id}" if more and more.due_at else "")


_TOLD = RawSQL(  # written out: the work list stands on every page of the desk
    "coalesce((SELECT clock.told FROM work_clockrow clock WHERE clock.subject_id = work_task.subject_id"
    " AND clock.state = 'running' AND clock.told <> ''"
    " ORDER BY array_position(%s::text[], clock.told::text) DESC NULLS LAST LIMIT 1), '')",
    [list(LEVELS)],
    output_field=CharField(),
)


def _told(levels: list[str]) -> RawSQL:
    """Whether a running clock of the task's subject has one of the levels.

    The subjects are found once, as an array: as a semi-join they are looked up one by one among all open tasks, because
    the planner takes carded clocks for far rarer than they are (9 s against 10 ms with a million cases).
    """
    return RawSQL(
        "work_task.subject_id = ANY(ARRAY(SELECT clock.subject_id FROM work_clockrow clock"
        " WHERE clock.state = 'running' AND clock.told <> '' AND clock.told = ANY(%s::text[])))",
        [levels],
        output_field=BooleanField(),
    )


_HOLDER = RawSQL(
    "coalesce((SELECT staff.name FROM parties_staff staff WHERE staff.id = work_task.assigned_to), '')",
    [],
    output_field=CharField(),
)


def narrowed(tasks: QuerySet[Task], asked: Asked, staff_id: uuid.UUID | None, *, wide: bool = False) -> QuerySet[Task]:
    """The tasks that were asked for; ``staff_id`` is whose ``mine`` are.

    :param wide: they are those of a region: names are found by the index of their characters (a million cases: 0.1 to
        60 ms instead of 130 ms and more). The few of a post are walked through in their order.
    """
    if asked.kinds:
        tasks = tasks.filter(kind__in=asked.kinds)
    if asked.item:
        tasks = tasks.filter(title__contains=asked.item)
    if asked.words:
        tasks = tasks.filter(_fits(asked.words, by_characters=wide))
    if asked.card:
        tasks = tasks.filter(_told([asked.card]))
        if worse := LEVELS[LEVELS.index(asked.card) + 1 :]:
            tasks = tasks.exclude(_told(list(worse)))
    since, until = due_range(asked.due, moment.now())
    if since is not None:
        tasks = tasks.filter(due_at__gt=since)
    if until is not None:
        tasks = tasks.filter(due_at__lte=until)
    if asked.whose == "mine":
        tasks = tasks.filter(assigned_to=staff_id)
    elif asked.whose == "free":
        tasks = tasks.filter(assigned_to=None)
    elif asked.whose == "others":
        tasks = tasks.exclude(assigned_to=None).exclude(assigned_to=staff_id)
    return tasks


def _fits(words: str, *, by_characters: bool) -> Q:
    """Part of a number, which is plain ASCII, or of a name; one of two characters and more also as lists show it."""
    names = {words, masking.mask_name(words)} if len(words) > 1 else {words}
    fits = Q(number__contains=words.upper()) if words.isascii() else Q()
    for name in names:
        found = Q(applicant_label__contains=name)
        fits |= found & Q(_has_characters(name)) if by_characters else found
    return fits


def _has_characters(name: str) -> RawSQL:
    return RawSQL(
        "string_to_array(work_task.applicant_label::text, NULL) @> %s::text[]",
        [sorted(set(name) - {"*"})],
        output_field=BooleanField(),
    )


def _visible(principal: Principal) -> QuerySet[Task] | None:
    """Open tasks that the policy lets the principal see: by post, else by region."""
    tasks = Task.objects.filter(done_at=None, due_at__isnull=False)
    if principal.post_id is not None and _by_post(principal):
        return tasks.filter(post_id=principal.post_id)
    if REGION in _scopes(principal):
        return tasks.filter(region_no__range=(principal.region_no, principal.region_end_no))
    return None


def _by_post(principal: Principal) -> bool:
    return POST in _scopes(principal) and principal.post_id is not None


def _scopes(principal: Principal) -> set[str]:
    return {scope for role, scope in PERMISSIONS["work.task.view"].items() if role in principal.roles}


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
    tasks = Task.objects.filter(done_by=principal.staff_id, done_at__isnull=False)
    if key := _key(after):
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
