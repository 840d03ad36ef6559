"""Messages of a case as the desk shows them: who asked whom, the answer or that none is there yet."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from tongban.ground.policy import Principal, allowed
from tongban.procedures.cases.asked import Waiting, waiting_messages
from tongban.procedures.cases.selectors import CaseDetail


@dataclass(frozen=True)
class Question:
    """What the applicant's side asked a unit, with its answer. ``mine``: the acting post may answer it now."""

    id: uuid.UUID
    text: str
    written_at: datetime
    unit: str
    answer: str
    answered_at: datetime | None
    mine: bool


def waiting(principal: Principal) -> tuple[Waiting, ...]:
    """Questions that wait for the acting post; one query, none for who does not answer."""
    return waiting_messages(principal)


def of_case(principal: Principal, detail: CaseDetail) -> tuple[Question, ...]:
    """The questions of a case with their answers, unanswered ones first; no query beside the case's own."""
    answers = {one.answers_id: one for one in detail.messages if not one.by_applicant}
    may = allowed(principal, "cases.message.answer", detail.state.target())
    found = []
    for asked in (one for one in detail.messages if one.by_applicant):
        given = answers.get(asked.pk)
        found.append(
            Question(
                asked.pk,
                asked.text,
                asked.written_at,
                asked.department.short_name,
                given.text if given else "",
                given.written_at if given else None,
                may and given is None and asked.department_id == principal.department_id,
            )
        )
    return tuple(sorted(found, key=lambda one: one.answered_at is not None))
