"""What the API says in lists of cases: lines, events, messages."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from ninja import Schema

from tongban.faces.openapi import words
from tongban.faces.openapi.shapes_cases import Asked
from tongban.faces.openapi.webhooks.events import EVENTS
from tongban.ground.ledger.chain import Row
from tongban.procedures.cases.models import Case, CaseMessage
from tongban.procedures.cases.rules.parts import STATE_WORDS


class CaseLine(Schema):
    """One case of a list; the applicant is masked."""

    number: str
    title: str
    state: str
    state_words: str
    outcome: str
    applicant: str
    channel: str
    submitted_at: datetime
    accepted_at: datetime | None
    decided_at: datetime | None


class CasePage(Schema):
    """One page, newest first; ``next`` is the ``after`` of the following page, empty at the end."""

    items: list[CaseLine]
    next: str


class EventEntry(Schema):
    """One event of the case's ledger that is told outside; ``sequence`` has gaps where others are not."""

    id: UUID
    sequence: int
    kind: str
    words: str
    at: datetime
    recorded_at: datetime
    role: str


class MessageEntry(Schema):
    """A word between applicant and authority; ``answer`` is empty while it waits."""

    id: UUID
    department: str
    text: str
    written_at: datetime
    answer: str
    answered_at: datetime | None


class AnswerGiven(Asked):
    """The department's answer."""

    text: words.NeededText


def line_of(case: Case) -> CaseLine:
    """The list's line of a case."""
    return CaseLine(
        number=case.number,
        title=case.title,
        state=case.state,
        state_words=STATE_WORDS[case.state],
        outcome=case.outcome,
        applicant=case.applicant_label,
        channel=case.channel,
        submitted_at=case.submitted_at,
        accepted_at=case.accepted_at,
        decided_at=case.decided_at,
    )


def event_of(row: Row) -> EventEntry:
    """The list's line of an event."""
    return EventEntry(
        id=row.id,
        sequence=row.seq,
        kind=row.kind,
        words=EVENTS[row.kind],
        at=row.occurred_at,
        recorded_at=row.recorded_at,
        role=row.role,
    )


def message_of(message: CaseMessage) -> MessageEntry:
    """A message with its answer."""
    answer: CaseMessage | None = getattr(message, "answer", None)
    return MessageEntry(
        id=message.pk,
        department=message.department.name,
        text=message.text,
        written_at=message.written_at,
        answer=answer.text if answer else "",
        answered_at=message.answered_at,
    )
