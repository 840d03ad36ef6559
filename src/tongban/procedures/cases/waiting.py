"""What waits for the applicant: read by *my space*. Two queries, however many cases a person has."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, IntegerField, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from tongban.ground.notifications.models import Channel, Notification
from tongban.ground.policy import Principal
from tongban.procedures.cases.models import Case, CaseState, CorrectionNotice
from tongban.procedures.cases.ownership import mine
from tongban.registry.parties.models import UserAccount

MOST_SHOWN = 20
TO_DO = (CaseState.CORRECTION_REQUESTED, CaseState.ISSUED)
GOING_ON = (
    CaseState.SUBMITTED,
    CaseState.RECEIVED,
    CaseState.CORRECTION_REQUESTED,
    CaseState.ACCEPTED,
    CaseState.IN_REVIEW,
    CaseState.SUSPENDED,
    CaseState.DECIDED,
)


@dataclass(frozen=True)
class Waiting:
    """One thing to do. ``kind``: ``correct`` (mend and submit again) or ``collect`` (the result is out)."""

    kind: str
    number: str
    title: str
    applicant: str
    due_on: date | None
    count: int


def waiting_for(principal: Principal) -> list[Waiting]:
    """Cases in which the person must act, the nearest date first; collecting a result has no date of its own."""
    cases = Case.objects.filter(mine(principal), state__in=TO_DO).only("number", "state", "title", "applicant_label")
    found = list(cases.order_by("id")[:MOST_SHOWN])
    mended = [case.id for case in found if case.state == CaseState.CORRECTION_REQUESTED]
    asked = CorrectionNotice.objects.filter(case_id__in=mended, answered_at=None).only("case_id", "due_on", "items")
    notices = {notice.case_id: notice for notice in asked.order_by("number")} if mended else {}
    waiting = [_waiting(case, notices.get(case.id)) for case in found]
    return sorted(waiting, key=lambda one: one.due_on or date.max)


@dataclass(frozen=True)
class Things:
    """How much there is for a person: to do, going on, unread messages."""

    todo: int
    open: int
    unread: int


def things_of(principal: Principal) -> Things:
    """The numbers of the strip under the head of the home page; one query."""
    if principal.account_id is None:
        return Things(0, 0, 0)
    own = Case.objects.filter(mine(principal))
    inbox = Notification.objects.filter(recipient_account=principal.account_id, channel=Channel.INBOX, read_at=None)
    found = UserAccount.objects.filter(pk=principal.account_id).values_list(
        _number_of(own.filter(state__in=TO_DO)), _number_of(own.filter(state__in=GOING_ON)), _number_of(inbox)
    )
    return Things(*(found.first() or (0, 0, 0)))


def _number_of(rows: QuerySet[Any]) -> Coalesce:
    """How many rows there are, as part of another query."""
    counted = rows.order_by().annotate(all=Value(1)).values("all").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def _waiting(case: Case, notice: CorrectionNotice | None) -> Waiting:
    if case.state == CaseState.CORRECTION_REQUESTED and notice is not None:
        return Waiting("correct", case.number, case.title, case.applicant_label, notice.due_on, len(notice.items))
    return Waiting("collect", case.number, case.title, case.applicant_label, None, 0)


def numbers_of(principal: Principal, case_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, str]:
    """Numbers of those of the cases that are the person's own; one query."""
    rows = Case.objects.filter(mine(principal), id__in=list(case_ids)).values_list("id", "number")
    return dict(rows)
