"""What the desk's administration pages read: readers of the ledger, the audit of a subject, posts and holders."""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Exists, OuterRef, Q

from tongban.ground import moment
from tongban.ground.errors import NotFound, Refusal
from tongban.ground.ledger import consumers, subjects
from tongban.ground.ledger.chain import Row
from tongban.ground.ledger.examination import ChainExamination, Finding
from tongban.ground.ledger.models import Failure, Position
from tongban.ground.ledger.selectors import events_of
from tongban.ground.paging import Page
from tongban.procedures.cases.models import Case
from tongban.procedures.cases.services.matters import ROLES
from tongban.procedures.work.models import Task
from tongban.registry.parties.models import Department, Post, Staff, StaffPost

MOST_POSTS = 200
MOST_LAG = 1000
"""Events behind a reader are counted up to here."""
ACTOR_WORDS = {"account": "申请人", "staff": "工作人员", "system": "系统", "api_client": "接口调用方"}
_SEALER = "ledger.sealer"
_EVENTS_A_PAGE = 200


@dataclass(frozen=True)
class Reader:
    """A reader of the ledger: how many events it has not read, since when the oldest of them waits."""

    name: str
    moved_at: datetime | None
    behind: int
    waiting_since: datetime | None
    failing: int

    def waited(self, now: datetime) -> timedelta | None:
        """How long the oldest unread event has been waiting."""
        return now - self.waiting_since if self.waiting_since else None

    @property
    def behind_words(self) -> str:
        """``0``, ``12``, ``1000+``."""
        return f"{MOST_LAG}+" if self.behind > MOST_LAG else str(self.behind)


def readers() -> tuple[Reader, ...]:
    """Every registered consumer and the sealer with its position; one query a reader and two in all."""
    places = {place.name: place for place in Position.objects.all()}
    failing: dict[str, int] = {}
    for name in Failure.objects.values_list("consumer", flat=True)[:MOST_LAG]:
        failing[name] = failing.get(name, 0) + 1
    return tuple(_reader(name, places.get(name), failing.get(name, 0)) for name in (*consumers.names(), _SEALER))


def _reader(name: str, place: Position | None, failing: int) -> Reader:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), min(recorded_at) FROM (SELECT recorded_at FROM ledger_event"
            " WHERE (tx, id) > (%s::xid8, %s::uuid) ORDER BY tx, id LIMIT %s) waiting",
            [str(place.tx) if place else "0", place.event_id if place else uuid.UUID(int=0), MOST_LAG + 1],
        )
        behind, since = cursor.fetchone()
    return Reader(name, place.moved_at if place else None, behind, since, failing)


@dataclass(frozen=True)
class EventLine:
    """One event of an audit; ``body`` is its JSON (ids, codes and hashes, never personal values)."""

    seq: int
    kind: str
    who: str
    role: str
    at: datetime
    body: str
    digest: str


@dataclass(frozen=True)
class Audit:
    """The chain of one subject: its newest events, how many it has, and what is wrong with it (nothing: ``None``)."""

    subject_kind: str
    subject_id: uuid.UUID
    title: str
    events: tuple[EventLine, ...]
    count: int
    finding: Finding | None


def audit(asked: str) -> Audit:
    """The audit of a case number, or of ``kind:id``; walks the whole chain and compares it with the subject's head.

    :raises Refusal: the text is neither. :raises NotFound: no such subject, or it has no events.
    """
    kind, key, title = _subject(asked.strip())
    examination = ChainExamination(kind, key)
    events: list[Row] = []
    while block := events_of(kind, key, after_seq=examination.seq):
        for row in block:
            examination.add(row)
        events = [*events, *block][-_EVENTS_A_PAGE:]
    if not events:
        raise NotFound("audit.nothing", "账本里没有这个对象的记录")
    finding = examination.close(_head(kind, key)) if kind in subjects.registered() else examination.finding
    return Audit(kind, key, title, _lines(events), examination.seq, finding)


def _lines(events: list[Row]) -> tuple[EventLine, ...]:
    """Newest first, staff by name."""
    ids = {event.actor_id for event in events if event.actor_kind == "staff" and event.actor_id}
    names = names_of_staff(ids)
    return tuple(
        EventLine(
            event.seq,
            event.kind,
            names.get(event.actor_id, ACTOR_WORDS.get(event.actor_kind, event.actor_kind))
            if event.actor_id
            else "系统",
            event.role,
            event.occurred_at,
            json.dumps(event.body, ensure_ascii=False, sort_keys=True),
            event.hash.hex()[:16],
        )
        for event in reversed(events)
    )


def _subject(asked: str) -> tuple[str, uuid.UUID, str]:
    kind, colon, key = asked.replace("：", ":").partition(":")
    if colon:
        try:
            return kind, uuid.UUID(key), f"{kind}:{key}"
        except ValueError:
            raise Refusal(
                "audit.subject", "冒号后面不是对象编号", field="q", remedy="写成 case:编号，或直接写办件编号"
            ) from None
    found = Case.objects.filter(number=asked.upper()).values_list("id", flat=True).first()
    if found is None:
        raise Refusal("audit.subject", "没有这个办件编号", field="q", remedy="核对编号；其他对象写成 种类：编号")
    return "case", found, asked.upper()


def _head(kind: str, key: uuid.UUID) -> tuple[int, bytes] | None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT seq, head FROM {subjects.table_of(kind)} WHERE id = %s", [key])  # noqa: S608 - registered
        found = cursor.fetchone()
    return (found[0], bytes(found[1] or b"")) if found else None


def names_of_staff(ids: set[uuid.UUID]) -> dict[uuid.UUID, str]:
    """Staff id -> name; one query, none for no ids."""
    return dict(Staff.objects.filter(id__in=ids).values_list("id", "name")) if ids else {}


@dataclass(frozen=True)
class PostLine:
    """A post with its powers and who holds it today."""

    id: int
    department: str
    name: str
    roles: tuple[str, ...]
    holders: tuple[str, ...]


def posts() -> tuple[PostLine, ...]:
    """All posts by department with today's holders; two queries."""
    held: dict[int, list[str]] = {}
    for post_id, name in StaffPost.objects.filter(valid__contains=moment.today()).values_list("post_id", "staff__name"):
        held.setdefault(post_id, []).append(name)
    rows = Post.objects.select_related("department").order_by("department__name", "name")
    return tuple(
        PostLine(p.pk, p.department.name, p.name, tuple(p.roles), tuple(sorted(held.get(p.pk, [])))) for p in rows
    )


@dataclass(frozen=True)
class StaffLine:
    """A staff member with the posts held today."""

    number: str
    name: str
    department: str
    posts: tuple[str, ...]
    active: bool


def staff_lines(asked: str, after: str, limit: int) -> Page[StaffLine]:
    """Staff by number, narrowed by what was asked (name, number, department, post); two queries."""
    rows = Staff.objects.select_related("employer", "account").order_by("number")
    if asked:
        words = Q(name__contains=asked) | Q(number__startswith=asked) | Q(employer__name__contains=asked)
        rows = rows.filter(words | Exists(StaffPost.objects.filter(staff=OuterRef("pk"), post__name__contains=asked)))
    found = list(rows.filter(number__gt=after)[: limit + 1] if after else rows[: limit + 1])
    held: dict[uuid.UUID, list[str]] = {}
    today = StaffPost.objects.filter(staff__in=found, valid__contains=moment.today()).order_by("pk")
    for staff_id, name in today.values_list("staff_id", "post__name"):
        held.setdefault(staff_id, []).append(name)
    shown = found[:limit]
    lines = (
        StaffLine(one.number, one.name, one.employer.short_name, tuple(held.get(one.pk, ())), one.account.is_active)
        for one in shown
    )
    return Page(tuple(lines), shown[-1].number if len(found) > limit else "")


def posts_of_staff(staff: Staff) -> list[int]:
    """Ids of the posts that somebody holds today."""
    return list(StaffPost.objects.filter(staff=staff, valid__contains=moment.today()).values_list("post_id", flat=True))


def all_posts() -> list[Post]:
    """Every post, by department and name."""
    return list(Post.objects.select_related("department").order_by("department__short_name", "name"))


def department_names(ids: set[int]) -> dict[str, str]:
    """Department id as text -> name; one query."""
    return {str(key): name for key, name in Department.objects.filter(pk__in=ids).values_list("pk", "name")}


def posts_for_tasks(tasks: Sequence[Task]) -> list[tuple[str, str]]:
    """Posts that may take every one of these tasks: their roles and region fit; one query."""
    wanted = [set(ROLES.get(kind, ())) for kind in {task.kind for task in tasks}]
    regions = {task.region_no for task in tasks}
    rows = Post.objects.select_related("department").filter(
        region__no__lte=min(regions), region__end_no__gte=max(regions)
    )
    for roles in wanted:
        rows = rows.filter(roles__overlap=sorted(roles))
    held = {task.post_id for task in tasks}
    found = rows.order_by("department__name", "name")[:MOST_POSTS]
    return [(str(post.pk), str(post)) for post in found if post.pk not in held]
