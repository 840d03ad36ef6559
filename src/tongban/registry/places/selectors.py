"""The readers of places: halls, what can be done there, who waits, who sits where. Each tells its queries."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q

from tongban.ground import moment
from tongban.registry.places import rules
from tongban.registry.places.hours import Opening, extended_hours, opening
from tongban.registry.places.models import Hall, HallName, Queue, QueueTicket, Stationing, Window, WindowDuty
from tongban.registry.places.rules import Place, Ticket
from tongban.registry.places.services import as_ticket, called_lately


@dataclass(frozen=True, slots=True)
class Seat:
    """The window at which somebody sits now, and the ticket that was called to it."""

    window: Window
    """With its hall, zone and queue."""
    since: datetime
    ticket: Ticket | None


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits at the queue of a window."""

    total: int
    first: tuple[Ticket, ...]
    """Those who will be called next, in that order; at most as many as were asked for."""
    passed_over: tuple[Ticket, ...]
    """Missed calls of today that may still come back."""


def window_of(staff: uuid.UUID | None) -> Seat | None:
    """Where a staff member sits now; two queries."""
    duty = None
    if staff is not None:
        rows = WindowDuty.objects.select_related("window__hall", "window__zone", "window__queue")
        duty = rows.filter(staff_id=staff, until_at=None).first()
    if duty is None:
        return None
    row = QueueTicket.objects.filter(window_id=duty.window_id, state__in=("called", "serving")).first()
    return Seat(duty.window, duty.from_at, as_ticket(row) if row else None)


def waiting(window: uuid.UUID, first: int = 5) -> Waiting:
    """Who waits for a window now, in the order of calling; three queries."""
    day = moment.today()
    queue = Window.objects.filter(pk=window).values_list("queue_id", flat=True).first()
    if queue is None:
        return Waiting(0, (), ())
    rows = list(QueueTicket.objects.filter(queue_id=queue, day=day, state__in=("waiting", "passed_over")))
    known = {row.id: row for row in rows}
    places = [Place(row.id, row.placed_at, bool(row.priority), row.ordinal) for row in rows if row.state == "waiting"]
    order = rules.line(places, called_lately(queue, day))
    missed = [row for row in rows if row.state == "passed_over"]
    return Waiting(
        len(order),
        tuple(as_ticket(known[one.id]) for one in order[:first]),
        tuple(as_ticket(row) for row in missed[-first:]),
    )


def free_windows(hall: uuid.UUID) -> tuple[Window, ...]:
    """Windows of a hall at which nobody sits, by number; one query."""
    rows = Window.objects.select_related("zone", "queue").filter(hall_id=hall, retired_on=None, state="closed")
    return tuple(rows.order_by("number"))


@dataclass(frozen=True, slots=True)
class QueueLine:
    """A waiting line now."""

    queue: Queue
    waiting: int
    windows_open: int
    served: int


@dataclass(frozen=True, slots=True)
class Call:
    """A call on the screen of the hall."""

    number: str
    window: str
    window_name: str
    called_at: datetime
    calls: int
    state: str


@dataclass(frozen=True, slots=True)
class HallDay:
    """A hall today: its hours, its lines, the newest calls."""

    opening: Opening
    open_now: bool
    queues: tuple[QueueLine, ...]
    calls: tuple[Call, ...]

    @property
    def waiting(self) -> int:
        """How many wait in the whole hall."""
        return sum(one.waiting for one in self.queues)

    @property
    def windows_open(self) -> int:
        """At how many windows with a waiting line somebody sits."""
        return sum(one.windows_open for one in self.queues)


@dataclass(frozen=True, slots=True)
class HallLine:
    """A hall in a list."""

    hall: Hall
    opening: Opening
    open_now: bool
    waiting: int | None
    """How many wait; ``None`` where no tickets are drawn."""


@dataclass(frozen=True, slots=True)
class PlaceFor:
    """A place where an item can be done, or the reasoned entry that it cannot be done there."""

    hall: Hall
    stationing: Stationing
    windows: tuple[Window, ...]
    opening: Opening
    open_now: bool


def today(hall: Hall, calls: int = 8) -> HallDay:
    """A hall today; five queries at most."""
    local = moment.local(moment.now())
    day = local.date()
    tickets = QueueTicket.objects.filter(hall=hall, day=day)
    counts = {
        (row["queue_id"], row["state"]): row["n"]
        for row in tickets.filter(state__in=("waiting", "served")).values("queue_id", "state").annotate(n=Count("id"))
    }
    open_here = Count("windows", filter=Q(windows__state="open"))
    queues = Queue.objects.filter(hall=hall).annotate(open_here=open_here).order_by("position", "letter")
    newest = tickets.filter(state__in=("called", "serving")).select_related("window").order_by("-called_at")[:calls]
    hours_today = opening(hall, day)
    return HallDay(
        hours_today,
        hours_today.at(local.time()),
        tuple(
            QueueLine(one, counts.get((one.pk, "waiting"), 0), one.open_here, counts.get((one.pk, "served"), 0))
            for one in queues
        ),
        tuple(_call(row) for row in newest),
    )


def _call(row: QueueTicket) -> Call:
    assert row.window is not None
    assert row.called_at is not None  # the database keeps both for a called ticket
    return Call(row.number, row.window.number, row.window.name, row.called_at, row.calls, row.state)


def halls(region_no: int, region_end_no: int, words: str = "", *, merged: bool = False) -> tuple[HallLine, ...]:
    """Halls of a subtree of the division tree, the higher ones first; four queries.

    :param words: part of a name (also a former one), an address or a bus route.
    """
    rows = Hall.objects.filter(region_no__gte=region_no, region_no__lte=region_end_no).select_related("region")
    if not merged:
        rows = rows.filter(merged_on=None)
    for word in words.split()[:5]:
        rows = rows.filter(
            Q(name__icontains=word)
            | Q(address__icontains=word)
            | Q(region__name__icontains=word)
            | Q(bus_routes__contains=[word])
            | Q(pk__in=HallName.objects.filter(name__icontains=word).values("hall_id"))
        )
    found = sorted(rows, key=lambda one: (one.region_no, list(Hall.Kind.values).index(one.kind), one.name))
    lines = dict.fromkeys(Queue.objects.filter(hall__in=found).values_list("hall_id", flat=True), 0)
    waits = QueueTicket.objects.filter(day=moment.today(), state="waiting", hall__in=list(lines))
    counted = dict(waits.values_list("hall_id").annotate(n=Count("id")))
    return tuple(
        HallLine(one, when, open_now, counted.get(one.pk, 0) if one.pk in lines else None)
        for one, when, open_now in _opened(found)
    )


def places_for(option: int) -> tuple[PlaceFor, ...]:
    """Where an item can be done, the halls of the city first, then by region; at most four queries.

    :param option: id of the handling option.
    """
    day = moment.today()
    rows = Stationing.objects.filter(option_id=option, valid__contains=day, hall__merged_on=None)
    entries = list(
        rows.select_related("hall", "hall__region", "option__item").order_by("hall__region_no", "hall__name")
    )
    if not entries:
        return ()
    windows = Window.objects.filter(hall__in=[one.hall_id for one in entries], retired_on=None).order_by("number")
    by_hall: dict[uuid.UUID, list[Window]] = {}
    slug, authority = entries[0].option.slug, entries[0].option.item.authority_id
    for window in windows:
        if rules.accepts(window.mode, window.departments, window.options, slug, authority):
            by_hall.setdefault(window.hall_id, []).append(window)
    opened = {hall.pk: (when, open_now) for hall, when, open_now in _opened([one.hall for one in entries])}
    return tuple(
        PlaceFor(
            one.hall,
            one,
            tuple(by_hall.get(one.hall_id, ())) if one.standing == Stationing.Standing.STATIONED else (),
            *opened[one.hall_id],
        )
        for one in entries
    )


def _opened(found: list[Hall]) -> Iterator[tuple[Hall, Opening, bool]]:
    """Each hall with its hours of today; one query."""
    local = moment.local(moment.now())
    extended = extended_hours(local.date())
    for hall in found:
        when = opening(hall, local.date(), extended)
        yield hall, when, when.at(local.time())
