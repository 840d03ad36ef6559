"""My details: what the house holds of me, where it came from, how surely it knows me, and where it is mended."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from tongban.faces.access import signed_in
from tongban.faces.context import principal_of_request as principal_of
from tongban.ground import masking
from tongban.registry.parties import selectors as parties
from tongban.registry.parties.models import Organisation


@dataclass(frozen=True)
class Fact:
    """One thing that is known of the person: masked, with its source and where it can be changed."""

    label: str
    words: str
    source: str
    mend: str


@signed_in
@require_GET
def my_profile(request: HttpRequest) -> HttpResponse:
    """Facts with source, the assurance level and what it opens, and the organisations that the person leads."""
    principal = principal_of(request)
    account = parties.account(principal.account_id)
    person = account.person
    facts: list[Fact] = []
    if person is not None:
        register = account.assurance_source or _("登记时填写")
        window = _("有错的，带身份证到窗口更正")
        facts = [
            Fact(_("姓名"), person.name, register, window),
            Fact(_("身份证号"), masking.mask_id_number(person.id_number), register, window),
            Fact(_("手机"), masking.mask_mobile(person.mobile), _("您验证过的号码"), _("换号码，带身份证到窗口办")),
            Fact(_("住址"), masking.mask_address(person.address), register, window),
        ]
    led = Organisation.objects.filter(legal_representative_id=principal.person_id).order_by("name")[:50]
    values = {
        "facts": [fact for fact in facts if fact.words],
        "level": account.assurance_level,
        "level_words": account.get_assurance_level_display(),
        "led": [(one.name, one.uscc, one.get_kind_display()) for one in led],
    }
    return render(request, "portal/my_profile.html", values)
