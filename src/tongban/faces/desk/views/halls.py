"""The hall manager's pages: the queue now, windows and who sits there, what is done where, names, the printed guide."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tongban.faces.access import staff
from tongban.faces.acts import form as forms
from tongban.faces.acts.act import Act
from tongban.faces.desk import places
from tongban.faces.desk.roster import NOWHERE
from tongban.ground import moment
from tongban.ground.errors import Refusal, TongbanError
from tongban.ground.policy import Principal
from tongban.registry.parties.selectors import account, principal_of
from tongban.registry.places import configuring, founding, lines, selectors, services
from tongban.registry.places.models import Hall, Stationing

CONFIGURE = "places.hall.configure"


def principal_of_request(request: HttpRequest) -> Principal:
    """Who acts."""
    principal: Principal = request.principal  # type: ignore[attr-defined]
    return principal


def see_other(name: str, *args: object) -> HttpResponse:
    """To another page, by its name."""
    response = HttpResponseRedirect(reverse(name, args=args))
    response.status_code = 303
    return response


@staff(CONFIGURE)
@require_safe
def halls(request: HttpRequest) -> HttpResponse:
    """The halls of the region; one alone opens at once."""
    found = selectors.desk_halls(principal_of_request(request))
    return render(
        request, "desk/halls.html", {"lines": found, "today": moment.today(), "now": moment.local(moment.now())}
    )


@staff(CONFIGURE)
@require_safe
def hall(request: HttpRequest, slug: str) -> HttpResponse:
    """One hall now."""
    return _hall(request, selectors.desk_hall(principal_of_request(request), slug))


def _hall(request: HttpRequest, found: Hall, error: TongbanError | None = None) -> HttpResponse:
    values = {
        "hall": found,
        "profile": selectors.profile(found),
        "today": lines.today(found),
        "now": moment.local(moment.now()),
        "error": error,
    }
    return render(request, "desk/hall.html", values, status=error.status if error else 200)


@staff(CONFIGURE)
@require_safe
def hall_guide(request: HttpRequest, slug: str) -> HttpResponse:
    """The window guide to print: each window with its items (WIN-03)."""
    found = selectors.desk_hall(principal_of_request(request), slug)
    values = {"hall": found, "profile": selectors.profile(found), "today": moment.today()}
    return render(request, "desk/hall_guide.html", values)


def page(
    request: HttpRequest,
    template: str,
    act: Act,
    carry_out: Callable[[dict[str, Any]], object],
    then: tuple[str, str],
    values: dict[str, Any],
    begin: forms.ActForm | None = None,
) -> HttpResponse:
    """The page of a form: what it asks, or what was refused with everything that was typed; else the page after it."""
    form, status = begin or forms.fresh(act, NOWHERE), 200
    if request.method == "POST":
        form = forms.read(act, NOWHERE, request.POST)
        try:
            carry_out(form.arguments())
        except TongbanError as error:
            form, status = form.told(error), error.status
        else:
            return see_other(then[0], then[1])
    boxes = form.boxes()
    shown = {"act": act, "boxes": boxes, "links": form.links(boxes), "problems": form.problems, **values}
    return render(request, f"desk/{template}.html", shown, status=status)


@staff(CONFIGURE)
@require_http_methods(["GET", "POST"])
def hall_items(request: HttpRequest, slug: str) -> HttpResponse:
    """What is stationed and what is not, and why (WIN-25, WIN-26); POST registers one item."""
    principal = principal_of_request(request)
    found = selectors.desk_hall(principal, slug)
    profile = selectors.profile(found)

    def carry_out(given: dict[str, Any]) -> None:
        if given["standing"] == Stationing.Standing.STATIONED:
            configuring.station(principal, found.pk, [given["option"]])
            return
        entry = configuring.NegativeEntry(
            given["option"], given["reason"], given["words"], given["basis"], given["elsewhere"]
        )
        configuring.list_exceptions(principal, found.pk, [entry])

    values = {"hall": found, "profile": profile}
    return page(request, "hall_items", places.items_form(profile), carry_out, ("desk:hall_items", slug), values)


@staff(CONFIGURE)
@require_http_methods(["GET", "POST"])
def hall_name(request: HttpRequest, slug: str) -> HttpResponse:
    """A new name on the door; the history beside it (HAL-08)."""
    principal = principal_of_request(request)
    found = selectors.desk_hall(principal, slug)

    def carry_out(given: dict[str, Any]) -> None:
        founding.rename_hall(principal, found.pk, given["name"], given["basis"])

    values = {"hall": found, "profile": selectors.profile(found)}
    return page(request, "hall_name", places.name_form(), carry_out, ("desk:hall", slug), values)


@staff(CONFIGURE)
@require_http_methods(["GET", "POST"])
def window_add(request: HttpRequest, slug: str) -> HttpResponse:
    """One more window."""
    principal = principal_of_request(request)
    found = selectors.desk_hall(principal, slug)
    act = places.window_form(found, selectors.profile(found), _("设这个窗口"))

    def carry_out(given: dict[str, Any]) -> None:
        configuring.add_window(principal, found.pk, places.window_draft(given))

    return page(request, "hall_window", act, carry_out, ("desk:hall", slug), {"hall": found})


@staff(CONFIGURE)
@require_http_methods(["GET", "POST"])
def window_edit(request: HttpRequest, slug: str, window: UUID) -> HttpResponse:
    """What a window is and accepts."""
    principal = principal_of_request(request)
    found = selectors.desk_window(principal, slug, window)
    act = places.window_form(found.hall, selectors.profile(found.hall), _("保存窗口"), found)

    def carry_out(given: dict[str, Any]) -> None:
        configuring.configure_window(principal, found.pk, places.window_draft(given))

    begin = forms.read(act, NOWHERE, places.as_typed(found))
    values = {"hall": found.hall, "window": found}
    return page(request, "hall_window", act, carry_out, ("desk:hall", slug), values, begin)


def _seats(request: HttpRequest, slug: str, window: UUID, error: TongbanError | None = None) -> HttpResponse:
    found = selectors.desk_window(principal_of_request(request), slug, window)
    values = {
        "hall": found.hall,
        "window": found,
        "duty": found.duties.filter(until_at=None).first(),
        "people": selectors.who_may_sit(found) if found.state == "closed" else (),
        "past": found.duties.exclude(until_at=None).order_by("-from_at")[:20],
        "error": error,
    }
    return render(request, "desk/window_duty.html", values, status=error.status if error else 200)


@staff(CONFIGURE)
@require_http_methods(["GET", "POST"])
def window_duty(request: HttpRequest, slug: str, window: UUID) -> HttpResponse:
    """Who sits there. POST ``do``: ``seat`` (``person``), ``close``, ``retire``."""
    if request.method != "POST":
        return _seats(request, slug, window)
    principal = principal_of_request(request)
    found = selectors.desk_window(principal, slug, window)
    try:
        if request.POST.get("do") == "close":
            services.close_window(found.pk, principal)
        elif request.POST.get("do") == "retire":
            configuring.retire_window(principal, found.pk)
        else:
            chosen = request.POST.get("person", "")
            person = next((p for p in selectors.who_may_sit(found) if str(p.staff_id) == chosen), None)
            if person is None:
                raise Refusal("window.person", "请选择谁来坐这个窗口", field="person")
            services.seat(found.pk, principal_of(account(person.account_id), person.post_id), principal)
    except TongbanError as error:
        return _seats(request, slug, window, error)
    return see_other("desk:hall", slug)
