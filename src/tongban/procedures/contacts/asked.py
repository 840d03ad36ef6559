"""The readers of web questions: by number and password, by number and mobile, those of a signed-in person."""

from __future__ import annotations

import secrets
import uuid
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet

from tongban.ground.errors import NotFound, Refusal
from tongban.ground.paging import Page
from tongban.ground.policy import Principal
from tongban.procedures.contacts.asking_rules import CALL_TIMES, WEB
from tongban.procedures.contacts.models import ContactAnswer, FirstContact

PAGE = 20


@dataclass(frozen=True)
class ReadAnswer:
    """One answer as the person reads it: the unit answers in its own name, no clerk is named."""

    department: str
    given_at: datetime
    outcome: str
    words: str
    basis: tuple[tuple[str, str], ...]
    passed_to: str


@dataclass(frozen=True)
class ReadQuestion:
    """A question as the person who asked reads it."""

    number: str
    title: str
    slug: str
    question: str
    asked_at: datetime
    due_on: date | None
    answered_at: datetime | None
    department: str
    call_back: str
    answers: tuple[ReadAnswer, ...]


@dataclass(frozen=True)
class QuestionLine:
    """One question in the list of my space."""

    number: str
    title: str
    asked_at: datetime
    due_on: date | None
    answered: bool


def by_password(number: str, password: str) -> ReadQuestion | None:
    """The question of a number with its query password; ``None`` for any mismatch (the answer never says which)."""
    row = _rows().filter(number=number.strip().upper()).first()
    stored = row.query_password if row else "------"
    fits = secrets.compare_digest(stored.encode(), password.strip().encode())
    return _read(row) if row is not None and fits and stored else None


def by_contact(number: str, phone_index: str) -> ReadQuestion | None:
    """The question of a number whose asker left that mobile (its blind index); ``None`` for any mismatch."""
    row = _rows().filter(number=number.strip().upper()).first()
    if row is None or not phone_index or not secrets.compare_digest(row.phone_index, phone_index):
        return None
    return _read(row)


def question_of(principal: Principal, number: str) -> ReadQuestion:
    """A question that the signed-in person asked; anything else answers ``NotFound``."""
    row = _rows().filter(number=number.strip().upper(), asker_id=principal.person_id).first()
    if row is None or principal.person_id is None:
        raise NotFound("question.not_found", "没有找到这个提问，或不是您问的")
    return _read(row)


def questions_of(principal: Principal, after: str = "") -> Page[QuestionLine]:
    """Questions that the signed-in person asked, newest first; one query."""
    if principal.person_id is None:
        return Page(())
    rows = FirstContact.objects.filter(channel=WEB, asker_id=principal.person_id)
    if after:
        try:
            rows = rows.filter(id__lt=uuid.UUID(after))
        except ValueError as error:
            raise Refusal("page.key", "翻页的位置不对", remedy="回到列表第一页") from error
    names = ("id", "number", "title", "asked_at", "due_on", "concluded_at")
    found = list(rows.order_by("-id").values_list(*names)[: PAGE + 1])
    lines = tuple(QuestionLine(r[1], r[2], r[3], r[4], r[5] is not None) for r in found[:PAGE])
    return Page(lines, str(found[PAGE - 1][0]) if len(found) > PAGE else "")


def _rows() -> QuerySet[FirstContact]:
    rows = FirstContact.objects.filter(channel=WEB)
    return rows.select_related("department", "version__option", "holder_post__department")


def _read(row: FirstContact) -> ReadQuestion:
    given = ContactAnswer.objects.filter(contact=row).select_related("post__department", "passed_to__department")
    answers = tuple(_answer(one) for one in given.order_by("round"))
    holder = row.holder_post.department.name if row.holder_post else ""
    return ReadQuestion(
        row.number,
        row.title,
        row.version.option.slug if row.version else "",
        row.question,
        row.asked_at,
        row.due_on,
        row.concluded_at,
        holder or row.department.name,
        CALL_TIMES.get(row.call_back, ""),
        answers,
    )


def _answer(row: ContactAnswer) -> ReadAnswer:
    basis = tuple((str(one["instrument"]), str(one["article"])) for one in row.basis)
    passed_to = row.passed_to.department.name if row.passed_to else ""
    words = row.words if row.outcome != "passed_on" else ""
    return ReadAnswer(row.post.department.name, row.given_at, row.get_outcome_display(), words, basis, passed_to)
