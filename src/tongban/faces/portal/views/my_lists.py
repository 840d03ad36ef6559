"""The lists of my space: cases with filters, papers, licences, messages, drafts. Each is a page of its own."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from tongban.faces import ready
from tongban.faces.access import signed_in
from tongban.faces.addresses import path_of
from tongban.faces.context import principal_of_request as principal_of
from tongban.faces.portal import forms_steps
from tongban.faces.portal.answers import see_other
from tongban.ground import moment
from tongban.ground.notifications import selectors as messages
from tongban.ground.notifications import services as message_services
from tongban.ground.notifications.models import Notification
from tongban.ground.paging import Page
from tongban.ground.policy import Principal
from tongban.procedures.cases import drafts, selectors, waiting
from tongban.procedures.cases.models import Case, Draft
from tongban.registry.catalog import forms
from tongban.registry.catalog import selectors as catalog
from tongban.registry.licences import selectors as licences
from tongban.registry.licences.models import Licence

GROUPS = (("", _("全部")), ("open", _("办理中")), ("done", _("办好的")), ("ended", _("没办成和撤回的")))
LICENCES_SHOWN = 40
SOON_DAYS = 60
MESSAGES_SHOWN = 20


@dataclass(frozen=True)
class DraftLine:
    """An unfinished application: what is missing, and where it goes on."""

    id: uuid.UUID
    title: str
    applicant: str
    saved_at: datetime
    missing: int
    url: str


@dataclass(frozen=True)
class MessageLine:
    """A message with the address of the case that it is about (empty: none)."""

    id: uuid.UUID
    title: str
    text: str
    at: datetime
    unread: bool
    url: str


@dataclass(frozen=True)
class LicenceLine:
    """A licence with its holder; ``days``: until it ends, where that is near; ``renew``: the guide that renews it.

    ``standing`` is its state as of today: one whose last day has passed is no longer valid.
    """

    licence: Licence
    holder: str
    days: int | None
    renew: str

    @property
    def standing(self) -> str:
        """The state that its tag shows."""
        over = self.days is not None and self.days < 0
        return "expired" if over else self.licence.state


@signed_in
@require_GET
def my_cases(request: HttpRequest) -> HttpResponse:
    """All my cases: by group (``?group=``) and by whom I act for (``?whose=``)."""
    principal = principal_of(request)
    group, whose = request.GET.get("group", ""), request.GET.get("whose", "")
    values = {
        "page": selectors.my_cases(principal, group=group, whose=whose, after=request.GET.get("after", "")),
        "groups": GROUPS,
        "group": group if group in selectors.MY_GROUPS else "",
        "sides": sides(principal),
        "whose": whose,
    }
    return render(request, "portal/my_cases.html", values)


def sides(principal: Principal) -> tuple[tuple[str, str], ...]:
    """Whom the person acts for, oneself first: (key, name); empty when it is only oneself."""
    others = [*principal.persons, *principal.organisations]
    if not others:
        return ()
    return (("", str(_("全部"))), ("self", str(_("我本人"))), *((str(key), name) for key, name in others))


@signed_in
@require_GET
def my_papers(request: HttpRequest) -> HttpResponse:
    """Every sealed paper of my cases, newest first."""
    principal = principal_of(request)
    page = selectors.my_papers(principal, after=request.GET.get("after", ""))
    numbers = waiting.numbers_of(principal, [d.subject_id for d in page.items])
    return render(request, "portal/my_papers.html", {"page": page, "numbers": numbers})


@signed_in
@require_GET
def my_licences(request: HttpRequest) -> HttpResponse:
    """Licences of mine and of those whom I act for; what ends soon comes first."""
    return render(request, "portal/my_licences.html", {"licences": licence_lines(principal_of(request))})


def licence_lines(principal: Principal) -> list[LicenceLine]:
    """Licences with a sealed paper: those in force first, of these the nearest end first."""
    persons = dict(_persons(principal))
    organisations = dict(principal.organisations)
    most = LICENCES_SHOWN * (len(persons) + len(organisations))
    found = licences.shown_to(tuple(persons), tuple(organisations), most)
    names = {**persons, **organisations}
    lines = _with_renewals([_licence_line(licence, names[licence.holder_id]) for licence in found])
    return sorted(lines, key=lambda line: (line.standing != "valid", line.licence.valid_until or date.max))


def _persons(principal: Principal) -> list[tuple[uuid.UUID, str]]:
    own = [(principal.person_id, principal.name)] if principal.person_id else []
    return [*own, *principal.persons]


def _licence_line(licence: Licence, holder: str) -> LicenceLine:
    until = licence.valid_until
    left = (until - moment.today()).days if until and licence.state == "valid" else None
    return LicenceLine(licence, holder, left if left is not None and left <= SOON_DAYS else None, "")


def _with_renewals(lines: list[LicenceLine]) -> list[LicenceLine]:
    """The lines, those near their end with the guide that renews them; the catalogue is asked only for these."""
    if all(line.days is None for line in lines):
        return lines
    renewals = _renewals(ready.current_stamp())
    return [
        line if line.days is None else replace(line, renew=renewals.get(line.licence.type_id, "")) for line in lines
    ]


@lru_cache(maxsize=2)
def _renewals(_stamp: str) -> dict[str, str]:
    """Slug of the guide that renews a type of licence; the same for everybody until something is published."""
    return {c.result.licence_type: c.slug for c in catalog.renewals()}


@signed_in
@require_http_methods(["GET", "POST"])
def my_messages(request: HttpRequest) -> HttpResponse:
    """The inbox, newest first. POST marks what the page shows as read."""
    principal = principal_of(request)
    if request.method == "POST":
        keys = [key for key in map(_uuid, request.POST.getlist("message")[:MESSAGES_SHOWN]) if key]
        if principal.account_id is not None:
            message_services.mark_read(principal.account_id, keys)
        return see_other(reverse("portal:my_messages"))
    lines = message_lines(principal, MESSAGES_SHOWN + 1, _place(request.GET.get("after", "")))
    shown = lines[:MESSAGES_SHOWN]
    after = f"{shown[-1].at.isoformat()}_{shown[-1].id}" if len(lines) > MESSAGES_SHOWN else ""
    page = Page(tuple(shown), after)
    values = {"page": page, "unread": [line for line in shown if line.unread]}
    return render(request, "portal/my_messages.html", values)


def message_lines(
    principal: Principal,
    limit: int,
    before: tuple[datetime, uuid.UUID] | None = None,
    own: Iterable[Case] = (),
) -> list[MessageLine]:
    """The newest messages of the person's account, with where they lead; two queries.

    :param own: cases of the person that are at hand; their numbers are not asked for again.
    """
    if principal.account_id is None:
        return []
    rows = messages.inbox(principal.account_id, limit=limit, before=before)
    numbers = {case.id: case.number for case in own}
    asked = {m.subject_id for m in rows if m.subject_kind == "case" and m.subject_id} - numbers.keys()
    numbers |= waiting.numbers_of(principal, asked)
    return [_message_line(row, numbers) for row in rows]


def _message_line(row: Notification, numbers: dict[uuid.UUID, str]) -> MessageLine:
    number = numbers.get(row.subject_id) if row.subject_id else None
    url = path_of("portal:my_case", number) if number else ""
    if row.subject_kind == "credit_record" and row.subject_id:
        url = path_of("portal:my_credit_record", row.subject_id)
    return MessageLine(row.id, row.title, row.text, row.created_at, row.read_at is None, url)


def draft_lines(principal: Principal) -> list[DraftLine]:
    """What is not finished yet, newest first; one query, the versions are kept."""
    return [_draft_line(draft) for draft in selectors.drafts_of(principal)]


def _draft_line(draft: Draft) -> DraftLine:
    content = catalog.content(draft.version_id)
    answers = drafts.answers_of(draft)
    gaps = forms.missing(content, answers, draft.files)
    step = forms_steps.resume_step(content, answers, draft.files)
    side = draft.organisation.name if draft.organisation else draft.person.name if draft.person else ""
    return DraftLine(draft.id, content.name, side, draft.updated_at, len(gaps), forms_steps.step_url(draft.id, step))


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def _place(text: str) -> tuple[datetime, uuid.UUID] | None:
    """Where the page before ended; a place that cannot be read is the first page."""
    at, _sep, key = text.replace(" ", "+").rpartition("_")
    try:
        found = datetime.fromisoformat(at)
    except ValueError:
        return None
    last = _uuid(key)
    return (found, last) if found.tzinfo and last else None


def soon(lines: list[LicenceLine]) -> list[LicenceLine]:
    """Those that end within two months and can be renewed; what was only for a time simply ends."""
    return [line for line in lines if line.days is not None and line.renew]
