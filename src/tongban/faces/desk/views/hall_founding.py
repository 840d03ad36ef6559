"""The hall manager's pages of what a hall is: found it, describe it, divide it, end it; and its history."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tongban.faces import kept
from tongban.faces.access import staff
from tongban.faces.acts import form as forms
from tongban.faces.desk import hall_history as history
from tongban.faces.desk import hallforms
from tongban.faces.desk.roster import NOWHERE
from tongban.faces.desk.views.halls import CONFIGURE, page, principal_of_request, see_other
from tongban.ground import moment
from tongban.ground.errors import NotFound, Refusal, TongbanError
from tongban.ground.ids import uuid7
from tongban.registry.parties.models import Region
from tongban.registry.places import ending, founding, layout, selectors
from tongban.registry.places.models import Hall


@staff(CONFIGURE)
@require_http_methods(["GET", "POST"])
def hall_new(request: HttpRequest) -> HttpResponse:
    """Found a hall (HAL-06, HAL-08). ``key`` makes a second sending harmless."""
    principal = principal_of_request(request)
    act = hallforms.found_form(principal)
    sent = request.POST if request.method == "POST" else kept.take(request)
    key = _key(sent.get("key", "") if sent is not None else "")

    def carry_out(given: dict[str, Any]) -> None:
        region = Region.objects.filter(pk=given["region"]).first()
        if region is None:
            raise Refusal("hall.region", _("请选择地区"), "region")
        founding.record_hall(principal, region, hallforms.draft(given), key)

    begin = forms.read(act, NOWHERE, sent) if sent is not None else None
    slug = request.POST.get("slug", "").strip()
    return page(request, "hall_new", act, carry_out, ("desk:hall", slug), {"key": key}, begin)


def _key(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        return uuid7()


@staff(CONFIGURE)
@require_http_methods(["GET", "POST"])
def hall_edit(request: HttpRequest, slug: str) -> HttpResponse:
    """What is written about a hall."""
    principal = principal_of_request(request)
    found = selectors.desk_hall(principal, slug)
    act = hallforms.describe_form(found)

    def carry_out(given: dict[str, Any]) -> None:
        founding.describe_hall(principal, found.pk, hallforms.draft(given, found))

    begin = forms.read(act, NOWHERE, kept.take(request) or hallforms.described(found))
    return page(request, "hall_edit", act, carry_out, ("desk:hall", slug), {"hall": found}, begin)


@staff(CONFIGURE)
@require_http_methods(["GET", "POST"])
def hall_zones(request: HttpRequest, slug: str) -> HttpResponse:
    """The zones of a hall; POST adds one."""
    principal = principal_of_request(request)
    found = selectors.desk_hall(principal, slug)

    def carry_out(given: dict[str, Any]) -> None:
        layout.add_zones(principal, found.pk, [(given["name"], given["kind"], given["floor"])])

    values = {"hall": found, "zones": selectors.zones(found)}
    return page(request, "hall_zones", hallforms.zone_form(_("设专区")), carry_out, ("desk:hall_zones", slug), values)


@staff(CONFIGURE)
@require_http_methods(["GET", "POST"])
def zone_edit(request: HttpRequest, slug: str, zone: UUID) -> HttpResponse:
    """One zone. POST ``do`` = ``close`` closes it, else what it is called is saved."""
    principal = principal_of_request(request)
    hall = selectors.desk_hall(principal, slug)
    found = hall.zones.filter(pk=zone, closed_on=None).first()
    if found is None:
        raise NotFound("zone.not_found", _("没有找到这个专区，可能已经撤销"))
    act, closing = hallforms.zone_form(_("保存专区")), request.POST.get("do") == "close"
    values: dict[str, Any] = {"hall": hall, "zone": found}
    begin = forms.read(act, NOWHERE, hallforms.zone_as_typed(found))
    if closing:
        try:
            layout.close_zone(principal, hall.pk, zone)
        except TongbanError as error:
            form = begin.told(error)
            shown = {"act": act, "boxes": form.boxes(), "links": [], "problems": form.problems, **values}
            return render(request, "desk/zone_edit.html", shown, status=error.status)
        return see_other("desk:hall_zones", slug)

    def carry_out(given: dict[str, Any]) -> None:
        layout.change_zone(principal, hall.pk, zone, given["name"], given["kind"], given["floor"])

    return page(request, "zone_edit", act, carry_out, ("desk:hall_zones", slug), values, begin)


@staff(CONFIGURE)
@require_http_methods(["GET", "POST"])
def hall_queues(request: HttpRequest, slug: str) -> HttpResponse:
    """The waiting lines of a hall; POST adds one."""
    principal = principal_of_request(request)
    found = selectors.desk_hall(principal, slug)

    def carry_out(given: dict[str, Any]) -> None:
        layout.add_queues(principal, found.pk, [(given["letter"].upper(), given["name"], given["purpose"])])

    values = {"hall": found, "queues": selectors.queues(found)}
    return page(request, "hall_queues", hallforms.queue_form(), carry_out, ("desk:hall_queues", slug), values)


@staff(CONFIGURE)
@require_http_methods(["GET", "POST"])
def hall_end(request: HttpRequest, slug: str) -> HttpResponse:
    """Merge a hall into another one or close it, from a day on; POST ``do`` = ``keep`` takes that back."""
    principal = principal_of_request(request)
    found = selectors.desk_hall(principal, slug)
    act, values = hallforms.end_form(principal, found), {"hall": found, "today": moment.today()}
    if request.POST.get("do") == "keep":
        try:
            ending.keep_hall(principal, found.pk)
        except TongbanError as error:
            form = forms.fresh(act, NOWHERE).told(error)
            shown = {"act": act, "boxes": form.boxes(), "links": [], "problems": form.problems, **values}
            return render(request, "desk/hall_end.html", shown, status=error.status)
        return see_other("desk:hall", slug)

    def carry_out(given: dict[str, Any]) -> None:
        _end(request, found, given)

    return page(request, "hall_end", act, carry_out, ("desk:hall", slug), values)


def _end(request: HttpRequest, hall: Hall, given: dict[str, Any]) -> None:
    principal = principal_of_request(request)
    if given["how"] == hallforms.CLOSE:
        ending.close_hall(principal, hall.pk, given["on"], given["basis"])
        return
    if given["into"] is None:
        raise Refusal("hall.into", _("请选择并入哪个大厅"), "into")
    follow = given["windows"] == hallforms.FOLLOW
    ending.merge_hall(principal, hall.pk, given["into"], given["on"], given["basis"], follow=follow)


@staff(CONFIGURE)
@require_safe
def hall_history(request: HttpRequest, slug: str) -> HttpResponse:
    """What was done to a hall, by whom, when; the newest first."""
    found = selectors.desk_hall(principal_of_request(request), slug)
    values = {"hall": found, "entries": history.of_hall(found), "profile": selectors.profile(found)}
    return render(request, "desk/hall_history.html", values)
