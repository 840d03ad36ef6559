"""Halls on the public pages: find one, see what it does and how many wait, take a queue ticket, see the calls.

A ticket needs no account, no telephone and no booking (WIN-21). Pages that speak of now refresh themselves with a
``Refresh`` header, which whoever reads slowly can stop (``?still=1``); without scripts they are whole.
"""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID, uuid4

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from tongban.faces.access import public
from tongban.faces.context import principal_of_request
from tongban.faces.fields import FieldView
from tongban.faces.limits import Limit, address_of
from tongban.faces.portal.answers import see_other
from tongban.faces.portal.page_meta import PageMeta
from tongban.ground import moment
from tongban.ground.documents.typesetting import qr_svg
from tongban.ground.errors import Refusal, TongbanError, TooMany
from tongban.registry.parties.models import Region
from tongban.registry.places import hours, lines, selectors, services
from tongban.registry.places.models import Hall, QueueTicket
from tongban.registry.places.selectors import Counter, HallLine, Profile

PER_ADDRESS = Limit("queue.address", 200, timedelta(hours=1), "这个网络一小时里取的号太多了")
TICKET_SECONDS, SCREEN_SECONDS, KIOSK_SECONDS = 30, 8, 20
DAYS_SHOWN = 7


def _refreshing(request: HttpRequest, response: HttpResponse, seconds: int, address: str = "") -> HttpResponse:
    if request.GET.get("still") != "1":
        response["Refresh"] = f"{seconds}; url={address}" if address else str(seconds)
    return response


@public
@never_cache
@require_safe
def places(request: HttpRequest) -> HttpResponse:
    """Halls by region; ``q``: a name, an address or a bus route; ``region``: a code; ``open``: only those open now."""
    words, code = request.GET.get("q", "").strip()[:40], request.GET.get("region", "")[:12]
    only_open = request.GET.get("open") == "1"
    regions = list(Region.objects.filter(level__in=("city", "county")).order_by("no"))
    top = next((one for one in regions if one.level == "city"), None)
    chosen = next((one for one in regions if one.code == code), top)
    found: tuple[HallLine, ...] = ()
    if chosen is not None:
        found = selectors.halls(chosen.no, chosen.end_no, words)
    shown = tuple(one for one in found if one.open_now or not only_open)
    values = {
        "page_meta": PageMeta(
            _("大厅和服务点"), _("政务服务中心、便民服务中心和服务站在哪里，几点开门。"), request.path
        ),
        "section": "help",
        "words": words,
        "regions": regions,
        "chosen": chosen,
        "only_open": only_open,
        "groups": _by_region(shown, regions),
        "count": len(shown),
        "open_count": sum(one.open_now for one in found),
        "now": moment.local(moment.now()),
    }
    return render(request, "portal/places.html", values)


def _by_region(found_halls: tuple[HallLine, ...], regions: list[Region]) -> list[tuple[Region, list[HallLine]]]:
    """Under the county in which they lie, or under the city."""
    found: list[tuple[Region, list[HallLine]]] = []
    for region in regions:
        county = region.level == "county"
        inside = [one for one in found_halls if _lies(one.hall, region, regions, county=county)]
        if inside:
            found.append((region, inside))
    return found


def _lies(hall: Hall, region: Region, regions: list[Region], *, county: bool) -> bool:
    if county:
        return region.no <= hall.region_no <= region.end_no
    return not any(one.no <= hall.region_no <= one.end_no for one in regions if one.level == "county")


@public
@never_cache
@require_safe
def place(request: HttpRequest, slug: str) -> HttpResponse:
    """One hall: where, when, who waits, its windows, what is done there and what is not, and why."""
    hall = selectors.hall_called(slug)
    profile = selectors.profile(hall)
    values = {
        "page_meta": PageMeta(hall.name, f"{hall.address} · {hall.phone}", request.path, region=hall.region.name),
        "section": "help",
        "hall": hall,
        "profile": profile,
        "windows": _windows(profile),
        "today": lines.today(hall),
        "week": _week(hall),
        "qr": _qr(reverse("portal:place", args=[slug])),
        "takes": hall.queues.exists(),
    }
    return render(request, "portal/place.html", values)


def _windows(profile: Profile) -> list[tuple[str, list[tuple[str, Counter, int]]]]:
    """Windows by zone, those that are alike on one line: their numbers, one of them, at how many somebody sits."""
    sits = {one.window.number for _zone, counters in profile.counters for one in counters if one.staff_name}
    return [
        (zone, [(numbers, one, sum(number in sits for number in numbers.split("、"))) for numbers, one in counters])
        for zone, counters in profile.guide
    ]


def _week(hall: Hall) -> list[hours.Opening]:
    """The hours of the next days."""
    first = moment.today()
    extended = hours.extended_hours(first)
    return [hours.opening(hall, date.fromordinal(first.toordinal() + n), extended) for n in range(DAYS_SHOWN)]


def _qr(path: str) -> SafeString:
    """The address for paper and screen; made of black squares alone, nothing typed stands in it."""
    return mark_safe(qr_svg(f"{settings.PUBLIC_URL}{path}"))  # noqa: S308


@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def place_take(request: HttpRequest, slug: str) -> HttpResponse:
    """Take a ticket; ``kiosk=1``: at the machine in the hall. ``for``: slug of an item; ``q``: words of its name."""
    hall = selectors.hall_called(slug)
    given = request.POST if request.method == "POST" else request.GET
    kiosk = given.get("kiosk") == "1"
    error: TongbanError | None = None
    if request.method == "POST":
        try:
            PER_ADDRESS.check(address_of(request))
            drawn = services.take_ticket(
                _uuid(given.get("queue", "")) or UUID(int=0),
                given.get("for", "")[:80],
                given.get("priority", "")[:10],
                principal_of_request(request),
                source="kiosk" if kiosk else "phone",
                key=_uuid(given.get("key", "")),
            )
        except (Refusal, TooMany) as refused:
            error = refused
        else:
            PER_ADDRESS.note(address_of(request))
            return see_other(reverse("portal:queue_ticket", args=[drawn.code]) + ("?kiosk=1" if kiosk else ""))
    return _choose(request, hall, given.get("for", "")[:80], error, kiosk=kiosk)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _choose(request: HttpRequest, hall: Hall, option: str, error: TongbanError | None, *, kiosk: bool) -> HttpResponse:
    day = lines.today(hall)
    others, items = lines.choices(hall, day)
    words = request.GET.get("q", "").strip()[:40]
    chosen = next((one for one in items if one.option == option), None) if option else None
    queue = request.GET.get("queue", "") or request.POST.get("queue", "")
    if chosen is None and queue:
        chosen = next((one for one in others if str(one.queue.pk) == queue), None)
    shown = [one for one in items if words.lower() in one.name.lower()] if words else list(items)
    groups = [(value, str(label)) for value, label in QueueTicket.Priority.choices if value]
    options = (("", _("不用优先")), *groups)
    priority = FieldView(
        "priority",
        _("要优先吗"),
        "code",
        request.POST.get("priority", ""),
        hint=_("只有叫号的窗口看得到，大屏和别人都看不到。"),
        options=options,
        optional=True,
    )
    values = {
        "page_meta": PageMeta(_("取号"), hall.name, request.path),
        "section": "help",
        "hall": hall,
        "today": day,
        "others": others,
        "items": shown,
        "words": words,
        "chosen": chosen,
        "priority": priority,
        "error": error,
        "kiosk": kiosk,
        "key": str(uuid4()),
    }
    return render(request, "portal/place_take.html", values, status=error.status if error else 200)


@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def queue_ticket(request: HttpRequest, code: str) -> HttpResponse:
    """A ticket: its place in the line. POST ``do``: ``leave``, or ``rejoin`` after a missed call."""
    found = lines.ticket_called(code)
    error: TongbanError | None = None
    if request.method == "POST":
        try:
            if request.POST.get("do") == "rejoin":
                services.rejoin(found.ticket.id)
            else:
                services.leave(found.ticket.id)
        except TongbanError as refused:
            error, found = refused, lines.ticket_called(code)
        else:
            return see_other(reverse("portal:queue_ticket", args=[code]))
    kiosk = request.GET.get("kiosk") == "1"
    address = reverse("portal:queue_ticket", args=[code])
    values = {
        "page_meta": PageMeta(_("我的号"), found.hall.name, request.path),
        "section": "help",
        "line": found,
        "error": error,
        "kiosk": kiosk,
        "qr": _qr(address),
        "address": f"{settings.PUBLIC_URL}{address}",
        "still": request.GET.get("still") == "1",
        "refreshes": found.today and found.ticket.state in ("waiting", "called"),
        "seconds": TICKET_SECONDS,
        "now": moment.local(moment.now()),
    }
    response = render(request, "portal/queue_ticket.html", values, status=error.status if error else 200)
    response["Cache-Control"] = "no-store, private"
    if kiosk:
        return _refreshing(
            request, response, KIOSK_SECONDS, f"{reverse('portal:place_take', args=[found.hall.slug])}?kiosk=1"
        )
    return _refreshing(request, response, TICKET_SECONDS) if values["refreshes"] else response


@public
@never_cache
@require_safe
def place_screen(request: HttpRequest, slug: str) -> HttpResponse:
    """The big screen of a hall: which number goes to which window, and how many wait."""
    hall = selectors.hall_called(slug)
    values = {
        "hall": hall,
        "today": lines.today(hall, calls=12),
        "now": moment.local(moment.now()),
        "still": request.GET.get("still") == "1",
        "seconds": SCREEN_SECONDS,
    }
    return _refreshing(request, render(request, "portal/place_screen.html", values), SCREEN_SECONDS)
