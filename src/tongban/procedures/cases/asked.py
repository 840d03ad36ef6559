"""Words of applicants that wait for an answer of the acting post, and results that go by post: for the desk's lists."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef

from tongban.ground import masking
from tongban.ground.policy import DEPARTMENT, PERMISSIONS, Principal, may_ever
from tongban.procedures.cases.models import Case, CaseMessage, Consignment
from tongban.procedures.work.models import Task

MOST = 20


@dataclass(frozen=True, slots=True)
class Waiting:
    """A message without an answer. Its words are read on the case, where the look is on record."""

    id: uuid.UUID
    number: str
    title: str
    applicant: str
    written_at: datetime


def waiting_messages(principal: Principal, limit: int = MOST) -> tuple[Waiting, ...]:
    """Messages to the principal's department on cases that the acting post works at (an approver: all of them).

    The oldest first; one query, none for who may not answer.
    """
    if not may_ever(principal, "cases.message.answer") or principal.department_id is None or principal.post_id is None:
        return ()
    rows = CaseMessage.objects.filter(department_id=principal.department_id, by_applicant=True, answered_at=None)
    views = {scope for role, scope in PERMISSIONS["cases.case.view"].items() if role in principal.roles}
    if DEPARTMENT not in views:
        rows = rows.filter(Exists(Task.objects.filter(subject_id=OuterRef("case_id"), post_id=principal.post_id)))
    found = rows.order_by("id").values_list("id", "case__number", "case__title", "case__applicant_label", "written_at")[
        :limit
    ]
    return tuple(Waiting(*row) for row in found)


@dataclass(frozen=True, slots=True)
class ToSend:
    """A result that the applicant wants by post; ``consignment`` is what is on its way already."""

    case_id: uuid.UUID
    number: str
    title: str
    applicant: str
    address: str
    due_at: datetime | None
    consignment: Consignment | None


def to_send(principal: Principal, limit: int = 50) -> tuple[ToSend, ...]:
    """Open deliveries of the acting post that go by post, the nearest due first; two queries.

    Addresses are masked here; the envelope is written from the case's own page, where the look is on record.
    """
    if principal.post_id is None:
        return ()
    tasks = Task.objects.filter(post_id=principal.post_id, kind="deliver", done_at=None, due_at__isnull=False)
    wanted = Case.objects.filter(id=OuterRef("subject_id"), delivery_mode="post", state="issued")
    dues = dict(tasks.filter(Exists(wanted)).order_by("due_at", "id").values_list("subject_id", "due_at")[:limit])
    if not dues:
        return ()
    cases = Case.objects.filter(id__in=dues).prefetch_related("consignments").in_bulk()
    return tuple(_to_send(cases[key], due_at) for key, due_at in dues.items())


def _to_send(case: Case, due_at: datetime | None) -> ToSend:
    sent = [one for one in case.consignments.all() if one.direction == Consignment.Direction.OUT]
    on_its_way = sent[-1] if sent else None
    return ToSend(
        case.id,
        case.number,
        case.title,
        case.applicant_label,
        masking.mask_address(case.delivery_address),
        due_at,
        on_its_way,
    )
