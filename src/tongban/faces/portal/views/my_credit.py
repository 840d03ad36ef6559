"""My credit: what is on record about me and whom I act for, what it means, until when; saying that it is wrong."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from tongban.faces import kept
from tongban.faces.access import signed_in
from tongban.faces.context import principal_of_request as principal_of
from tongban.faces.fields import FieldView, error_links
from tongban.faces.portal.answers import see_other
from tongban.faces.portal.forms_fields import explain
from tongban.ground import moment
from tongban.ground.errors import Conflict, Refusal
from tongban.registry.credit import dossiers, rules, selectors, services
from tongban.registry.credit.dossiers import Use
from tongban.registry.credit.models import CreditObjection, CreditRecord
from tongban.registry.credit.selectors import OwnRecord
from tongban.registry.parties.selectors import city_no


@dataclass(frozen=True)
class Side:
    """Me, or one of those whom I act for: grade, what it means, what counts, and what counts no more."""

    own: OwnRecord
    mine: bool
    uses: tuple[Use, ...]
    counting: tuple[tuple[CreditRecord, CreditObjection | None], ...]
    over: tuple[tuple[CreditRecord, CreditObjection | None], ...]


@signed_in
@require_GET
def my_credit(request: HttpRequest) -> HttpResponse:
    """Everybody for whom I may look, myself first."""
    principal = principal_of(request)
    owns = selectors.own_records(principal, city_no())
    uses = {letter: dossiers.uses_of(letter) for letter in {own.grade.letter for own in owns}}
    sides = [_side(own, own.party.person_id == principal.person_id, uses[own.grade.letter]) for own in owns]
    return render(request, "portal/my_credit.html", {"sides": sides})


def _side(own: OwnRecord, mine: bool, uses: tuple[Use, ...]) -> Side:
    today = moment.today()
    counting = {fact.id for fact in selectors.facts_in(own.records) if fact.counts_on(today)}
    told = [(row, own.objections.get(row.id)) for row in own.records if row.kind not in rules.ABOUT]
    return Side(
        own,
        mine,
        uses,
        tuple(pair for pair in told if pair[0].id in counting),
        tuple(pair for pair in told if pair[0].id not in counting),
    )


@signed_in
@require_http_methods(["GET", "POST"])
def my_credit_record(request: HttpRequest, record: uuid.UUID) -> HttpResponse:
    """One record: who says it, on which basis, how it ends. POST ``words``: an objection; a foreign record is 404."""
    principal = principal_of(request)
    words, error, status = "", "", 200
    if request.method == "POST":
        words = request.POST.get("words", "").replace("\x00", "").strip()
        try:
            services.object_to(principal, record, words)
            return see_other(reverse("portal:my_credit_record", args=[record]) + "?done=objected")
        except Refusal as refusal:
            error, status = explain(refusal), refusal.status
        except Conflict as conflict:
            error, status = conflict.sentence, conflict.status
    own = dossiers.own_fact(principal, record)
    if request.method == "GET" and (held := kept.take(request)):
        words = held.get("words", "")
    hint = _("写清哪里不对、您有什么证明。答复会发到您的消息里。")
    control = FieldView(
        "words", _("哪里不对"), "long_text", words, hint=hint, error=error, max_length=services.MOST_WORDS
    )
    values = {
        "own": own,
        "record": own.record,
        "control": control,
        "errors": error_links([control]),
        "refused": "" if own.may_object else error,
        "today": moment.today(),
        "done": request.GET.get("done", "") if status == 200 else "",
    }
    return render(request, "portal/my_credit_record.html", values, status=status)
