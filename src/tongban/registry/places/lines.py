"""The readers of the waiting lines of a hall: who waits, who is called where, for what a ticket may be taken."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q

from tongban.ground import moment
from tongban.ground.errors import NotFound
from tongban.registry.places import rules
from tongban.registry.places.hours import Opening, opening
from tongban.registry.places.models import Hall, Queue, QueueTicket, Stationing, Window, WindowDuty
from tongban.registry.places.rules import Place, Ticket
from tongban.registry.places.selectors import takes
from tongban.registry.places.services import as_ticket, called_lately, waiting_places


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


@dataclass(frozen=True, slots=True)
class Choice:
    """For what a ticket may be taken: an item with the queue that is the shortest now, or what a queue is for."""

    queue: Queue
    option: str
    name: str
    waiting: int
    windows_open: int


def choices(hall: Hall, day: HallDay) -> tuple[tuple[Choice, ...], tuple[Choice, ...]]:
    """What a ticket may be taken for on the day of :func:`today`: (not for an item, for an item); two queries."""
    now = {one.queue.pk: one for one in day.queues}
    others = tuple(
        Choice(one.queue, "", one.queue.name, one.waiting, one.windows_open)
        for one in now.values()
        if one.queue.purpose != Queue.Purpose.HANDLING
    )
    entries = Stationing.objects.filter(hall=hall, standing="stationed", valid__contains=moment.today())
    windows = list(Window.objects.filter(hall=hall, retired_on=None, queue__isnull=False))
    found = []
    for entry in entries.select_related("option__item").order_by("option__name"):
        lines = {one.queue_id for one in windows if one.queue_id in now and takes(one, entry)}
        best = min((now[key] for key in lines), key=_crowd, default=None)
        if best is not None:
            found.append(Choice(best.queue, entry.option.slug, entry.option.name, best.waiting, best.windows_open))
    return others, tuple(found)


def _crowd(line: QueueLine) -> tuple[bool, float, int]:
    """Lines that somebody calls from first, then the fewest waiting for each open window."""
    return line.windows_open == 0, line.waiting / max(1, line.windows_open), line.queue.position


@dataclass(frozen=True, slots=True)
class InLine:
    """A ticket as whoever holds it sees it; others' priority is in the number ahead and nowhere else."""

    ticket: Ticket
    hall: Hall
    queue: Queue
    ahead: int
    windows_open: int
    window: Window | None
    today: bool


def ticket_called(code: str) -> InLine:
    """The ticket of a code; four queries. Raises ``NotFound``."""
    row = QueueTicket.objects.select_related("hall", "queue", "window__zone").filter(code=code).first()
    if row is None:
        raise NotFound("queue.ticket_not_found", "没有找到这个号，可能网址抄错了")
    ahead, windows_open = 0, 0
    if row.state == QueueTicket.State.WAITING:
        order = rules.line(waiting_places(row.queue_id, row.day), called_lately(row.queue_id, row.day))
        ahead = next((n for n, one in enumerate(order) if one.id == row.pk), 0)
        windows_open = Window.objects.filter(queue_id=row.queue_id, state="open").count()
    return InLine(as_ticket(row), row.hall, row.queue, ahead, windows_open, row.window, row.day == moment.today())
