"""The readers of first contacts: lists of a post, one contact, the reported "no", the report of a month."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from tongban.ground import moment
from tongban.ground.errors import NotFound, Refusal
from tongban.ground.paging import Page
from tongban.ground.policy import PERMISSIONS, REGION, Principal, allowed
from tongban.procedures.contacts import rules
from tongban.procedures.contacts.models import ContactAnswer, FirstContact, NegativeAnswer, Outcome
from tongban.procedures.contacts.rules import ContactState
from tongban.procedures.contacts.services import load
from tongban.registry.catalog import selectors as catalog
from tongban.registry.catalog.version import VersionContent
from tongban.registry.parties.models import Post

MOST_WAITING = 50
REPORTED = (*rules.OUTCOMES, "waiting")
MOST_POSTS = 500
ANSWERING_ROLES = tuple(sorted(PERMISSIONS["contacts.contact.answer"]))


@dataclass(frozen=True)
class GivenAnswer:
    """One answer with who gave it."""

    row: ContactAnswer
    returned: tuple[dict[str, Any], ...]
    report: NegativeAnswer | None


@dataclass(frozen=True)
class ContactDetail:
    """One contact with its answers, oldest first, and the item that it is about."""

    contact: FirstContact
    state: ContactState
    content: VersionContent | None
    answers: Mapping[str, Any]
    given: tuple[GivenAnswer, ...]

    def answer_of(self, round_: int) -> GivenAnswer | None:
        """The answer of that round."""
        return next((one for one in self.given if one.row.round == round_), None)


@dataclass(frozen=True)
class ReportLine:
    """Contacts of one department in one region and month: all, and by outcome."""

    region: str
    department: str
    total: int
    by_outcome: tuple[int, ...]


@dataclass(frozen=True)
class Report:
    """The register of a month. ``outcomes`` heads the columns; ``waiting`` are those without a result yet."""

    month: date
    outcomes: tuple[str, ...]
    lines: tuple[ReportLine, ...]
    total: int
    by_channel: tuple[tuple[str, int], ...]
    waiting: int
    negatives: int
    negatives_checked: int
    negatives_overturned: int


def _sees_region(principal: Principal) -> bool:
    grants = PERMISSIONS["contacts.contact.view"]
    return any(grants.get(role) == REGION for role in principal.roles)


def _visible(principal: Principal) -> QuerySet[FirstContact]:
    """What the acting post may see: its own, or those of the region for a hall manager."""
    if principal.post_id is None:
        return FirstContact.objects.none()
    if _sees_region(principal):
        return FirstContact.objects.filter(region_no__range=(principal.region_no, principal.region_end_no))
    mine = ContactAnswer.objects.filter(contact=OuterRef("pk"), post_id=principal.post_id)
    return FirstContact.objects.filter(Exists(mine) | Q(holder_post_id=principal.post_id))


def contacts_of(principal: Principal, *, after: str = "", limit: int = 20) -> Page[FirstContact]:
    """Contacts that the acting post may see, newest first; one query."""
    rows = _visible(principal).select_related("post", "department", "holder_post").defer("question", "answers")
    if after:
        try:
            rows = rows.filter(id__lt=uuid.UUID(after))
        except ValueError as error:
            raise Refusal("page.key", "翻页的位置不对", remedy="回到列表第一页") from error
    found = tuple(rows.order_by("-id")[: limit + 1])
    return Page(found[:limit], str(found[limit - 1].id) if len(found) > limit else "")


def waiting_for(principal: Principal) -> tuple[FirstContact, ...]:
    """Contacts that wait for an answer of the acting post, oldest first; one query."""
    rows = FirstContact.objects.filter(holder_post_id=principal.post_id, concluded_at=None)
    return tuple(rows.select_related("post", "department", "holder_post").order_by("id")[:MOST_WAITING])


def unchecked_negatives(principal: Principal) -> tuple[NegativeAnswer, ...]:
    """Reported "no" of the manager's region that nobody has checked, oldest first; one query."""
    rows = NegativeAnswer.objects.filter(
        checked_at=None, region_no__range=(principal.region_no, principal.region_end_no)
    )
    return tuple(rows.select_related("contact__post", "answer__post").order_by("id")[:MOST_WAITING])


def contact_of(principal: Principal, number: str) -> ContactDetail:
    """One contact by its number; a foreign one answers ``NotFound``."""
    found = FirstContact.objects.select_related("post", "staff", "department", "region", "holder_post")
    contact = found.filter(number=number.strip().upper()).first()
    if contact is None:
        raise NotFound("contact.not_found", "没有找到这条登记")
    state = load(contact.id)
    if not allowed(principal, "contacts.contact.view", state.target()):
        raise NotFound("contact.not_found", "没有找到这条登记，或不在您的办理范围内")
    content = catalog.content(contact.version_id) if contact.version_id else None
    rows = ContactAnswer.objects.filter(contact=contact).select_related("post", "staff", "passed_to")
    reports = {n.answer_id: n for n in NegativeAnswer.objects.filter(contact=contact).select_related("checked_by")}
    given = tuple(GivenAnswer(r, tuple(json.loads(r.returned)), reports.get(r.id)) for r in rows.order_by("round"))
    return ContactDetail(contact, state, content, json.loads(contact.answers), given)


def posts_to_pass_to(principal: Principal) -> tuple[tuple[int, str], ...]:
    """Posts of the region that may answer: (id, 部门·岗位); the acting post is left out. One query."""
    posts = Post.objects.filter(
        region__no__range=(principal.region_no, principal.region_end_no), roles__overlap=list(ANSWERING_ROLES)
    ).exclude(pk__in=[principal.post_id] if principal.post_id else [])
    found = posts.select_related("department").order_by("department__name", "name")[:MOST_POSTS]
    return tuple((post.pk, str(post)) for post in found)


def _month(first: date) -> tuple[datetime, datetime]:
    """The first moment of the month and of the next one, in Shanghai time."""
    after = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    begins, ends = (datetime.combine(day, time(), moment.SHANGHAI) for day in (first, after))
    return begins, ends


def report(principal: Principal, month: date) -> Report:
    """The register of one month for the principal's region, by region and department; two queries.

    :param month: any day of the month. :raises NotFound: not for this post.
    """
    if not any(role in PERMISSIONS["contacts.report.view"] for role in principal.roles):
        raise NotFound
    first = month.replace(day=1)
    begins, ends = _month(first)
    place = {"region_no__range": (principal.region_no, principal.region_end_no)}
    rows = list(
        FirstContact.objects.filter(asked_at__gte=begins, asked_at__lt=ends, **place)
        .values("region__name", "department__name", "outcome", "channel")
        .annotate(n=Count("id"), waiting=Count("id", filter=Q(concluded_at=None)))
        .order_by("region__name", "department__name")
    )
    checked = NegativeAnswer.objects.filter(reported_at__gte=begins, reported_at__lt=ends, **place).aggregate(
        all=Count("id"), seen=Count("checked_at"), overturned=Count("id", filter=Q(verdict=rules.OVERTURNED))
    )
    channels: dict[str, int] = {}
    for row in rows:
        channels[row["channel"]] = channels.get(row["channel"], 0) + row["n"]
    return Report(
        first,
        REPORTED,
        _lines(rows),
        sum(channels.values()),
        tuple(sorted(channels.items())),
        sum(row["waiting"] for row in rows),
        checked["all"],
        checked["seen"],
        checked["overturned"],
    )


def _lines(rows: Sequence[Mapping[str, Any]]) -> tuple[ReportLine, ...]:
    counted: dict[tuple[str, str], dict[str, int]] = {}
    for row in rows:
        mine = counted.setdefault((row["region__name"], row["department__name"]), {})
        mine[row["outcome"]] = mine.get(row["outcome"], 0) + row["n"]
    return tuple(
        ReportLine(region, department, sum(by.values()), tuple(by.get(outcome, 0) for outcome in REPORTED))
        for (region, department), by in counted.items()
    )


OUTCOME_WORDS: dict[str, str] = {value: str(label) for value, label in Outcome.choices}
