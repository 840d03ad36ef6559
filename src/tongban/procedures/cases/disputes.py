"""Acceptance disputes that wait for a ruling: what a hall manager reads. One query."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime

from tongban.ground.policy import Principal, may_ever
from tongban.procedures.cases.models import Proceeding

MOST_SHOWN = 50


@dataclass(frozen=True)
class OpenDispute:
    """One dispute: its case, when it was raised, and by when it is to be ruled."""

    id: uuid.UUID
    case_number: str
    title: str
    reason: str
    points: tuple[str, ...]
    raised_at: datetime
    due_on: date | None


def open_disputes(principal: Principal) -> list[OpenDispute]:
    """The open disputes of the principal's region, the nearest due first; none for who may not rule."""
    if not may_ever(principal, "cases.dispute.rule"):
        return []
    rows = Proceeding.objects.select_related("case").filter(
        kind="dispute",
        state=Proceeding.State.OPEN,
        case__region_no__range=(principal.region_no, principal.region_end_no),
    )
    return [
        OpenDispute(
            row.id,
            row.case.number,
            row.case.title,
            row.reason,
            tuple(row.data.get("points", ())),
            row.opened_at,
            row.due_on,
        )
        for row in rows.order_by("due_on", "id")[:MOST_SHOWN]
    ]
