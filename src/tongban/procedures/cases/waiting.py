"""What waits for the applicant: read by *my space* and home. One plain query each.

They stand on pages of everybody who is signed in, so they are written out: building such a query anew costs more than
the whole of it.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from tongban.ground.policy import Principal
from tongban.procedures.cases.models import CaseState
from tongban.procedures.cases.ownership import MINE, sides

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


_WAITING = f"""
SELECT CASE WHEN notice.due_on IS NULL THEN 'collect' ELSE 'correct' END,
       own.number, own.title, own.applicant_label, notice.due_on, coalesce(jsonb_array_length(notice.items), 0)
FROM (SELECT id, number, title, applicant_label, state FROM cases_case
      WHERE {MINE} AND state = ANY(%(todo)s) ORDER BY id LIMIT {MOST_SHOWN}) own
LEFT JOIN LATERAL (SELECT due_on, items FROM cases_correctionnotice
      WHERE case_id = own.id AND answered_at IS NULL AND own.state = 'correction_requested'
      ORDER BY number DESC LIMIT 1) notice ON true
ORDER BY notice.due_on NULLS LAST, own.id
"""  # noqa: S608 - constants


def waiting_for(principal: Principal) -> list[Waiting]:
    """Cases in which the person must act, the nearest date first; collecting a result has no date of its own."""
    return [Waiting(*row) for row in _rows(_WAITING, {**sides(principal), "todo": list(TO_DO)})]


@dataclass(frozen=True)
class Things:
    """How much there is for a person: to do, going on, unread messages."""

    todo: int
    open: int
    unread: int


_THINGS = f"""
SELECT (SELECT count(*) FROM cases_case WHERE {MINE} AND state = ANY(%(todo)s)),
       (SELECT count(*) FROM cases_case WHERE {MINE} AND state = ANY(%(going_on)s)),
       (SELECT count(*) FROM notifications_notification
        WHERE recipient_account = %(account)s AND channel = 'inbox' AND read_at IS NULL)
"""  # noqa: S608 - constants


def things_of(principal: Principal) -> Things:
    """The numbers of the strip under the head of the home page."""
    if principal.account_id is None:
        return Things(0, 0, 0)
    given = {**sides(principal), "account": principal.account_id, "todo": list(TO_DO), "going_on": list(GOING_ON)}
    return Things(*_rows(_THINGS, given)[0])


_NUMBERS = f"SELECT id, number FROM cases_case WHERE {MINE} AND id = ANY(%(asked)s)"  # noqa: S608 - constants


def numbers_of(principal: Principal, case_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, str]:
    """Numbers of those of the cases that are the person's own; nothing is asked when there are none."""
    asked = list(case_ids)
    return dict(_rows(_NUMBERS, {**sides(principal), "asked": asked})) if asked else {}


def _rows(statement: str, given: dict[str, Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, given)
        found: list[Any] = cursor.fetchall()
    return found
