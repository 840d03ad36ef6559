"""My space: what waits for me first, then my cases, drafts, licences, messages; and who looked at my data."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tongban.faces.access import signed_in
from tongban.faces.context import principal_of_request as principal_of
from tongban.faces.portal.views.my_case import my_case, receipt, withdraw
from tongban.faces.portal.views.my_correct import correct
from tongban.faces.portal.views.my_lists import draft_lines, licence_lines, message_lines, soon
from tongban.faces.portal.views.my_papers import paper, paper_pictures
from tongban.procedures.cases import selectors, waiting
from tongban.registry.parties import selectors as parties

__all__ = ["access_history", "correct", "my", "my_case", "paper", "paper_pictures", "receipt", "withdraw"]

MESSAGES_SHOWN = 3
CASES_SHOWN = 5


@signed_in
@require_GET
def my(request: HttpRequest) -> HttpResponse:
    """The overview: what waits for me, then the newest of everything with the way to all of it."""
    principal = principal_of(request)
    found = licence_lines(principal)
    newest = selectors.my_cases(principal, limit=CASES_SHOWN)
    values = {
        "todos": waiting.waiting_for(principal),
        "page": newest,
        "drafts": draft_lines(principal),
        "licences": found[:LICENCES_ON_OVERVIEW],
        "ending": soon(found),
        "messages": message_lines(principal, MESSAGES_SHOWN, own=newest.items),
        "acting_for": (*principal.persons, *principal.organisations),
    }
    return render(request, "portal/my.html", values)


LICENCES_ON_OVERVIEW = 3


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
