"""My space: what waits for me first, then my cases, drafts, licences, messages; and who looked at my data."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from tongban.faces.access import signed_in
from tongban.faces.context import principal_of_request as principal_of
from tongban.faces.portal import forms_steps
from tongban.faces.portal.answers import see_other
from tongban.faces.portal.views.my_case import my_case, receipt, withdraw
from tongban.faces.portal.views.my_correct import correct
from tongban.faces.portal.views.my_papers import paper, paper_pictures
from tongban.ground.documents.models import Document
from tongban.ground.notifications import selectors as messages
from tongban.ground.notifications import services as message_services
from tongban.ground.policy import Principal
from tongban.procedures.cases import drafts, selectors, waiting
from tongban.procedures.cases.models import Draft
from tongban.registry.catalog import forms
from tongban.registry.catalog import selectors as catalog
from tongban.registry.licences import selectors as licences
from tongban.registry.licences.models import Licence
from tongban.registry.parties import selectors as parties

__all__ = ["access_history", "correct", "my", "my_case", "paper", "paper_pictures", "receipt", "withdraw"]

MESSAGES_SHOWN = 10
LICENCES_SHOWN = 20


@dataclass(frozen=True)
class DraftLine:
    """An unfinished application: what is missing, and where it goes on. ``changed``: the guide has a newer version."""

    id: uuid.UUID
    title: str
    applicant: str
    saved_at: datetime
    missing: int
    url: str


@dataclass(frozen=True)
class MessageLine:
    """A message with the address of the case that it is about (empty: none)."""

    title: str
    text: str
    at: datetime
    unread: bool
    url: str


@signed_in
@require_http_methods(["GET", "POST"])
def my(request: HttpRequest) -> HttpResponse:
    """The overview. POST ``action=read`` marks the messages on the page as read."""
    principal = principal_of(request)
    if request.method == "POST":
        _mark_read(principal)
        return see_other(reverse("portal:my") + "#messages")
    after = request.GET.get("after", "")
    lines = _messages(principal)
    values = {
        "todos": waiting.waiting_for(principal),
        "page": selectors.my_cases(principal, after=after),
        "drafts": [_draft_line(draft) for draft in selectors.drafts_of(principal)],
        "licences": _licences(principal),
        "messages": lines,
        "unread": any(line.unread for line in lines),
        "later": bool(after),
    }
    return render(request, "portal/my.html", values)


def _mark_read(principal: Principal) -> None:
    if principal.account_id is not None:
        shown = messages.inbox(principal.account_id, limit=MESSAGES_SHOWN)
        message_services.mark_read(principal.account_id, [m.id for m in shown])


def _draft_line(draft: Draft) -> DraftLine:
    content = catalog.content(draft.version_id)
    answers = drafts.answers_of(draft)
    gaps = forms.missing(content, answers, draft.files)
    step = forms_steps.resume_step(content, answers, draft.files)
    applicant = draft.organisation.name if draft.organisation else ""
    return DraftLine(
        draft.id, content.name, applicant, draft.updated_at, len(gaps), forms_steps.step_url(draft.id, step)
    )


def _licences(principal: Principal) -> list[Licence]:
    holders: list[tuple[str, uuid.UUID]] = [("organisation", key) for key in principal.organisation_ids()]
    if principal.person_id is not None:
        holders.insert(0, ("person", principal.person_id))
    found = [licence for kind, key in holders for licence in licences.licences_of(kind, key)[:LICENCES_SHOWN]]
    return [one for one in found if one.document is not None and one.document.state == Document.State.SEALED]


def _messages(principal: Principal) -> list[MessageLine]:
    if principal.account_id is None:
        return []
    rows = messages.inbox(principal.account_id, limit=MESSAGES_SHOWN)
    numbers = waiting.numbers_of(principal, [m.subject_id for m in rows if m.subject_kind == "case" and m.subject_id])
    return [
        MessageLine(
            m.title,
            m.text,
            m.created_at,
            m.read_at is None,
            _case_url(numbers.get(m.subject_id) if m.subject_id else None),
        )
        for m in rows
    ]


def _case_url(number: str | None) -> str:
    return reverse("portal:my_case", args=[number]) if number else ""


@signed_in
@require_GET
def access_history(request: HttpRequest) -> HttpResponse:
    """Who looked at my data: every recorded read, with purpose and case."""
    principal = principal_of(request)
    after = request.GET.get("after", "")
    page = parties.access_history(principal.person_id, after or None) if principal.person_id else None
    ids = [line.case_id for line in page.items if line.case_id] if page else []
    values = {"page": page, "numbers": waiting.numbers_of(principal, ids)}
    return render(request, "portal/my_access.html", values)
