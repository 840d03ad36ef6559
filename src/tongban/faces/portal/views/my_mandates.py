"""Whom I let act for me, and whom I may act for (授权委托)."""

from __future__ import annotations

import uuid
from datetime import date, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tongban.faces import kept
from tongban.faces.access import signed_in
from tongban.faces.accounts import session
from tongban.faces.context import principal_of_request as principal_of
from tongban.faces.fields import FieldView, error_links
from tongban.faces.portal import forms_fields
from tongban.faces.portal.answers import see_other
from tongban.ground import moment
from tongban.ground.errors import Refusal
from tongban.ground.policy import Principal
from tongban.registry.catalog import selectors as catalog
from tongban.registry.parties import mandates
from tongban.registry.parties.models import Organisation

DEFAULT_DAYS = 365


@signed_in
@require_http_methods(["GET", "POST"])
def my_mandates(request: HttpRequest) -> HttpResponse:
    """GET lists them with the form for a new one; POST ``action``: ``give`` or ``revoke``."""
    principal = principal_of(request)
    if request.method != "POST":
        returned = kept.take(request)
        return _page(request, principal, {name: returned.get(name, "") for name in returned} if returned else {})
    if request.POST.get("action") == "revoke":
        return _revoke(principal, request.POST.get("mandate", ""))
    return _give(request, principal)


def _give(request: HttpRequest, principal: Principal) -> HttpResponse:
    typed = {name: request.POST.get(name, "").replace("\x00", "").strip()[:100] for name in FIELDS}
    try:
        mandate = mandates.give(
            principal,
            agent_name=typed["agent_name"],
            agent_id_number=typed["agent_id_number"],
            until=_day(typed["until"]),
            scope=typed["scope"] or mandates.EVERYTHING,
            organisation_id=_uuid(typed["side"]),
        )
    except Refusal as refusal:
        return _page(request, principal, typed, {refusal.field or "agent_name": forms_fields.explain(refusal)}, 422)
    _tell(mandate.agent_id)
    return see_other(reverse("portal:my_mandates") + "?done=given")


def _revoke(principal: Principal, key: str) -> HttpResponse:
    mandate = mandates.revoke(principal, int(key) if key.isdecimal() and len(key) < 19 else 0)
    _tell(mandate.agent_id)
    return see_other(reverse("portal:my_mandates") + "?done=revoked")


def _tell(agent_id: uuid.UUID) -> None:
    """The agent's living sessions know from now on."""
    if account_id := mandates.account_of(agent_id):
        session.renew(account_id)


FIELDS = ("side", "agent_name", "agent_id_number", "scope", "until")


def _page(
    request: HttpRequest,
    principal: Principal,
    typed: dict[str, str],
    wrong: dict[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    fields = _fields(principal, typed, wrong or {})
    lines = mandates.of_person(principal)
    names = dict(catalog.option_names())
    values = {
        "fields": fields,
        "errors": error_links(fields),
        "given": [line for line in lines if line.given],
        "held": [line for line in lines if not line.given],
        "names": {**names, mandates.EVERYTHING: _("所有事项")},
        "done": request.GET.get("done", "") if status == 200 else "",
    }
    return render(request, "portal/my_mandates.html", values, status=status)


def _fields(principal: Principal, typed: dict[str, str], wrong: dict[str, str]) -> list[FieldView]:
    led = Organisation.objects.filter(legal_representative_id=principal.person_id).values_list("id", "name")
    options = [("*", _("所有事项")), *catalog.option_names()]
    default = (moment.today() + timedelta(days=DEFAULT_DAYS)).isoformat()
    made = [
        FieldView("agent_name", _("对方姓名"), value=typed.get("agent_name", ""), error=wrong.get("agent_name", "")),
        FieldView(
            "agent_id_number",
            _("对方身份证号"),
            kind="id_number",
            value=typed.get("agent_id_number", ""),
            hint=_("对方要先在本站登记过"),
            error=wrong.get("agent_id_number", ""),
        ),
        FieldView(
            "scope",
            _("能替您办什么"),
            kind="select",
            value=typed.get("scope") or "*",
            options=tuple(options),
            error=wrong.get("scope", ""),
        ),
        FieldView(
            "until",
            _("到哪天为止"),
            kind="date",
            value=typed.get("until") or default,
            hint=_("最长三年，随时可以撤销"),
            error=wrong.get("until", ""),
        ),
    ]
    if led:
        sides = (("", _("我本人")), *((str(key), name) for key, name in led))
        made.insert(0, FieldView("side", _("替谁授权"), kind="select", value=typed.get("side", ""), options=sides))
    return made


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refusal("mandate.until", "请填写到期日", field="until", remedy="写成 2027-11-30 这样") from None


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
