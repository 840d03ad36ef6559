"""Words and parcels of one case of mine: a message to the unit, paper that I send by courier."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from tongban.faces.access import signed_in
from tongban.faces.context import principal_of_request as principal_of
from tongban.faces.portal import forms_fields
from tongban.faces.portal.answers import see_other
from tongban.faces.portal.views import my_case
from tongban.ground.errors import Refusal
from tongban.procedures.cases import selectors, services


@signed_in
@require_POST
def my_message(request: HttpRequest, number: str) -> HttpResponse:
    """Ask the unit; a refused one comes back with what was typed."""
    principal = principal_of(request)
    detail = selectors.case_of(principal, number)
    text = request.POST.get("text", "")
    unit = request.POST.get("department", "")
    try:
        services.write_message(
            principal, detail.case.id, department_id=int(unit) if unit.isdecimal() and len(unit) < 19 else 0, text=text
        )
    except Refusal as refusal:
        wrong = {f"message_{refusal.field or 'text'}": forms_fields.explain(refusal)}
        return my_case.page(request, detail, typed={"text": text, "department": unit}, wrong=wrong, status=422)
    return see_other(reverse("portal:my_case", args=[number]) + "#words")


@signed_in
@require_POST
def my_consignment(request: HttpRequest, number: str) -> HttpResponse:
    """Tell the waybill of what I sent; a refused one comes back with what was typed."""
    principal = principal_of(request)
    detail = selectors.case_of(principal, number)
    typed = {name: request.POST.get(name, "").replace("\x00", "")[:300] for name in ("courier", "waybill", "contents")}
    try:
        services.consign(principal, detail.case.id, **typed)
    except Refusal as refusal:
        wrong = {f"consign_{refusal.field or 'waybill'}": forms_fields.explain(refusal)}
        return my_case.page(request, detail, typed=typed, wrong=wrong, status=422)
    return see_other(reverse("portal:my_case", args=[number]) + "#parcels")
