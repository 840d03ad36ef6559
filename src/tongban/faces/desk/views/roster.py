"""Leave and substitution (AB岗), and delegations of an authority."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from tongban.faces.access import staff
from tongban.faces.acts import form as forms
from tongban.faces.acts.act import Act
from tongban.faces.desk import roster
from tongban.ground.errors import Refusal
from tongban.ground.policy import Principal
from tongban.registry.parties import delegating, substituting
from tongban.registry.parties.models import Post, Staff


def _see_other(name: str) -> HttpResponse:
    response = HttpResponseRedirect(reverse(name))
    response.status_code = 303
    return response


def _page(
    request: HttpRequest, name: str, act: Act, carry_out: Callable[[dict[str, Any]], object], values: dict[str, Any]
) -> HttpResponse:
    """List and form on one page; POST carries the form out and shows the list again."""
    form = forms.fresh(act, roster.NOWHERE)
    status = 200
    if request.method == "POST":
        form = forms.read(act, roster.NOWHERE, request.POST)
        try:
            carry_out(form.arguments())
        except Refusal as error:
            form, status = form.told(error), error.status
        else:
            return _see_other(f"desk:{name}")
    boxes = form.boxes()
    shown = {"act": act, "boxes": boxes, "links": form.links(boxes), "problems": form.problems, **values}
    return render(request, f"desk/{name}.html", shown, status=status)


@require_http_methods(["GET", "POST"])
@staff("parties.substitution.enter")
def substitutions(request: HttpRequest) -> HttpResponse:
    """Who stands in for whom in the department, today and later; POST enters one more."""
    principal: Principal = request.principal  # type: ignore[attr-defined]

    def carry_out(given: dict[str, Any]) -> None:
        substituting.enter(
            principal,
            Post.objects.select_related("department", "region").get(pk=given["post"]),
            Staff.objects.get(pk=given["absent"]),
            Staff.objects.get(pk=given["substitute"]),
            first=given["first"],
            until=given["until"],
            reason=given["reason"],
        )

    rows = substituting.in_force(principal.department_id or 0)
    return _page(request, "substitutions", roster.substitution_form(principal), carry_out, {"rows": rows})


@require_POST
@staff("parties.substitution.enter")
def substitution_end(request: HttpRequest, substitution: UUID) -> HttpResponse:
    """The absent one is back."""
    substituting.end(request.principal, substitution)  # type: ignore[attr-defined]
    return _see_other("desk:substitutions")


@require_http_methods(["GET", "POST"])
@staff("parties.delegation.decide")
def delegations(request: HttpRequest) -> HttpResponse:
    """What the department has given to others; POST gives one more."""
    principal: Principal = request.principal  # type: ignore[attr-defined]

    def carry_out(given: dict[str, Any]) -> None:
        kind, receiver = given.pop("kind"), roster.receiver_of(given.pop("receiver"))
        giver = Post.objects.select_related("department__region").get(pk=principal.post_id or 0).department
        delegating.give(principal, kind, giver, receiver, **given)

    rows = delegating.in_force(department_id=principal.department_id)
    return _page(request, "delegations", roster.delegation_form(principal), carry_out, {"rows": rows})


@require_POST
@staff("parties.delegation.decide")
def delegation_revoke(request: HttpRequest, delegation: UUID) -> HttpResponse:
    """It gives no power from today on."""
    delegating.revoke(request.principal, delegation)  # type: ignore[attr-defined]
    return _see_other("desk:delegations")
