"""The demo's door: everybody by role and story, one-button sign-in (passing the second factor), sandbox messages."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from tongban.faces.access import public
from tongban.faces.accounts import session
from tongban.faces.demo import cards
from tongban.ground import masking
from tongban.ground.notifications.selectors import sandbox_messages
from tongban.registry.parties import selectors

LONGEST_QUESTION = 60


@public
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """The main cast, then everybody by what they do; a question leaves those of whom it speaks."""
    asked = request.GET.get("q", "").strip()[:LONGEST_QUESTION]
    everybody = cards.everybody()
    found = cards.matching(everybody, asked)
    context = {
        "asked": asked,
        "first": [] if asked or settings.REHEARSAL else cards.first_of(everybody),
        "groups": [(name, [card for card in found if card.group == name]) for name in cards.GROUPS],
        "number": len(found),
        "nobody": not everybody,
    }
    return render(request, "demo/home.html", context)


@public
@require_POST
def sign_in(request: HttpRequest, person: str) -> HttpResponse:
    """Sign in as somebody of the list with one button; the second factor counts as passed."""
    account = selectors.account(_uuid(person))
    principal = session.start(request, account, how="demo", second_factor=True)
    response = HttpResponseRedirect(reverse("desk:home" if principal.kind == "staff" else "portal:my"))
    response.status_code = 303
    return response


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


@public
@require_GET
def sms(request: HttpRequest) -> HttpResponse:
    """Short messages that the sandbox gateway took instead of a phone."""
    messages = [
        {"mobile": masking.mask_mobile(row.mobile), "text": row.text, "at": row.taken_at}
        for row in sandbox_messages(50)
    ]
    return render(request, "demo/sms.html", {"messages": messages})
