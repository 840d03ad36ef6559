"""Lists of a case and lists of cases: what a department's system keeps in step with.

On the router of the cases: one path has one router.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Query

from tongban.faces.openapi import shapes_lists as shapes
from tongban.faces.openapi.calling import KeyOptional, Number, answer, caller
from tongban.faces.openapi.problems import SIGNED
from tongban.faces.openapi.views.cases import router
from tongban.faces.openapi.webhooks.events import EVENTS
from tongban.ground.errors import NotFound
from tongban.ground.ledger.selectors import events_of
from tongban.procedures.cases import selectors, viewing
from tongban.procedures.cases.models import CaseMessage
from tongban.procedures.cases.rules.parts import STATE_WORDS
from tongban.procedures.cases.services import messages
from tongban.registry.catalog import selectors as catalog

VIEW = "cases.case.view"
STATES = f"^({'|'.join(STATE_WORDS)})?$"
Key = Annotated[str, Query(max_length=36, pattern=r"^([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})?$")]


@router.get("/cases", response={200: shapes.CasePage, **SIGNED}, summary="办件列表", operation_id="list_cases")
def cases(
    request: HttpRequest,
    state: Annotated[str, Query(pattern=STATES)] = "",
    item: Annotated[str, Query(max_length=80, pattern=r"^[a-z0-9-]*$")] = "",
    submitted_from: Annotated[date | None, Query()] = None,
    submitted_until: Annotated[date | None, Query()] = None,
    after: Key = "",
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> shapes.CasePage:
    """Cases that the caller's post may see, newest first; days are days of Shanghai, both included."""
    page = viewing.cases_in_view(
        caller(request, VIEW),
        state=state,
        version_ids=catalog.version_ids_of(item) if item else None,
        first=submitted_from,
        last=submitted_until,
        after=after,
        limit=limit,
    )
    return shapes.CasePage(items=[shapes.line_of(case) for case in page.items], next=page.next)


@router.get(
    "/cases/{number}/events",
    response={200: list[shapes.EventEntry], **SIGNED},
    summary="办件经过",
    operation_id="list_case_events",
)
def events(
    request: HttpRequest, number: Number, after: Annotated[int, Query(ge=0, le=1_000_000)] = 0
) -> list[shapes.EventEntry]:
    """Events of the ledger in order, those after sequence ``after``: the same that webhooks tell, to catch up with."""
    detail = selectors.case_of(caller(request, VIEW), number, record=False)
    return [shapes.event_of(row) for row in events_of("case", detail.case.id, after_seq=after) if row.kind in EVENTS]


@router.get(
    "/cases/{number}/messages",
    response={200: list[shapes.MessageEntry], **SIGNED},
    summary="办件留言",
    operation_id="list_case_messages",
)
def case_messages(request: HttpRequest, number: Number) -> list[shapes.MessageEntry]:
    """What the applicant asked the caller's department about this case. The read is recorded."""
    principal = caller(request, VIEW)
    detail = selectors.case_of(principal, number)
    asked = CaseMessage.objects.filter(
        case_id=detail.case.id, department_id=principal.department_id or 0, by_applicant=True
    )
    rows = asked.select_related("department", "answer").order_by("id")[:100]
    return [shapes.message_of(message) for message in rows]


@router.post(
    "/cases/{number}/messages/{message_id}/answer",
    response={200: shapes.MessageEntry, **SIGNED},
    summary="答复留言",
    operation_id="answer_case_message",
)
def answer_message(
    request: HttpRequest, number: Number, message_id: UUID, payload: shapes.AnswerGiven, key: KeyOptional = None
) -> HttpResponse:
    """Answer once, in the department's name; an answer that asks for a material is refused: that needs a notice."""
    principal = caller(request, VIEW, "cases.message.answer")

    def call() -> shapes.MessageEntry:
        detail = selectors.case_of(principal, number, record=False)
        asked = CaseMessage.objects.filter(pk=message_id, case_id=detail.case.id)
        if not asked.exists():
            raise NotFound("message.not_found", "没有找到这条留言")
        messages.answer_message(principal, message_id, payload.text)
        return shapes.message_of(asked.select_related("department", "answer").get())

    return answer(request, principal, key, call)
