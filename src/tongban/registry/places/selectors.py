"""The readers of places: halls, what can be done there, who sits where. Each tells its queries."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import Count, F, Func, Q, QuerySet, TextField, Value

from tongban.ground import moment
from tongban.ground.errors import NotFound
from tongban.ground.policy import Principal, Target, allowed
from tongban.registry.parties.models import StaffPost
from tongban.registry.places import rules
from tongban.registry.places.hours import Opening, extended_hours, opening
from tongban.registry.places.models import Hall, HallName, Queue, QueueTicket, Stationing, Window, WindowDuty, Zone


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


_STAMP = (
    "SELECT (SELECT sum(seq) FROM places_hall), (SELECT sum(hashtext(concat(number, name, mode, kind, departments,"
    " options))::bigint) FROM places_window WHERE retired_on IS NULL)"
)


def stamp() -> str:
    """A short text that changes whenever a hall, its windows or what is stationed there changes; one small query."""
    with connection.cursor() as cursor:
        cursor.execute(_STAMP)
        return ":".join(str(part) for part in cursor.fetchone())


def working(prefix: str = "") -> Q:
    """Halls that work today; an end that lies ahead takes nothing away.

    :param prefix: how the hall is reached, with two underscores: ``hall__``.
    """
    today = moment.today()
    found = Q()
    for name in ("merged_on", "closed_on"):
        found &= Q(**{f"{prefix}{name}": None}) | Q(**{f"{prefix}{name}__gt": today})
    return found


def halls(region_no: int, region_end_no: int, words: str = "", *, ended: bool = False) -> tuple[HallLine, ...]:
    """Halls of a subtree of the division tree, the higher ones first; four queries.

    :param words: part of a name (also a former one), an address or a bus route.
    :param ended: those too that were merged or closed.
    """
    rows = Hall.objects.filter(region_no__gte=region_no, region_no__lte=region_end_no).select_related("region")
    rows = rows.annotate(buses=Func(F("bus_routes"), Value("、"), function="array_to_string", output_field=TextField()))
    if not ended:
        rows = rows.filter(working())
    for word in words.split()[:5]:
        rows = rows.filter(
            Q(name__icontains=word)
            | Q(address__icontains=word)
            | Q(region__name__icontains=word)
            | Q(buses__icontains=word)
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
    return _places_for(Stationing.objects.filter(option_id=option))


def places_for_slug(slug: str) -> tuple[PlaceFor, ...]:
    """:func:`places_for` by the slug of the option."""
    return _places_for(Stationing.objects.filter(option__slug=slug))


def _places_for(entries_of: QuerySet[Stationing]) -> tuple[PlaceFor, ...]:
    rows = entries_of.filter(working("hall__"), valid__contains=moment.today())
    entries = list(
        rows.select_related("hall", "hall__region", "option__item").order_by("hall__region_no", "hall__name")
    )
    if not entries:
        return ()
    windows = Window.objects.filter(hall__in=[one.hall_id for one in entries], retired_on=None).order_by("number")
    by_hall: dict[uuid.UUID, list[Window]] = {}
    for window in windows:
        if takes(window, entries[0]):
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


def _opened(found: Sequence[Hall]) -> Iterator[tuple[Hall, Opening, bool]]:
    """Each hall with its hours of today; one query."""
    local = moment.local(moment.now())
    extended = extended_hours(local.date())
    for hall in found:
        when = opening(hall, local.date(), extended)
        yield hall, when, when.at(local.time())


@dataclass(frozen=True, slots=True)
class Counter:
    """A window as the hall's page and its guide show it: who sits there, what it accepts here."""

    window: Window
    staff_name: str
    since: datetime | None
    items: tuple[Stationing, ...]
    ticket: str
    """Number that was called to it and is not ended."""

    @property
    def takes(self) -> str:
        """What it takes, where one sentence says it."""
        if self.window.kind in WITHOUT_ITEMS:
            return WITHOUT_ITEMS[self.window.kind]
        return "大厅里能办的事项都可以" if self.window.mode == Window.Mode.ALL_ITEMS else ""


WITHOUT_ITEMS = {
    "consulting": "问事项、材料和去哪里办",
    "assistance": "帮您填表、陪您办，或受委托替您办，不收费",
    "backstop": "别的窗口办不成、说不清的，在这里反映",
    "issuing": "凭受理编号领取证照和决定书",
}
"""What is done at windows where no application is made."""


@dataclass(frozen=True, slots=True)
class Profile:
    """Everything that a hall's page shows of it (HAL-06, WIN-25, WIN-26)."""

    hall: Hall
    former: tuple[HallName, ...]
    plates: tuple[HallName, ...]
    counters: tuple[tuple[str, tuple[Counter, ...]], ...]
    """By zone: its name with the floor, and its windows."""
    stationed: tuple[Stationing, ...]
    exceptions: tuple[Stationing, ...]
    below: tuple[Hall, ...]
    """Halls that belong to it."""
    uncovered: tuple[Stationing, ...]
    """Stationed items that no window accepts: for the manager."""

    @property
    def guide(self) -> tuple[tuple[str, tuple[tuple[str, Counter], ...]], ...]:
        """The counters by zone, with those that are alike on one line: their numbers, and one of them (WIN-03)."""
        found = []
        for zone, counters in self.counters:
            alike: dict[tuple[object, ...], list[Counter]] = {}
            for one in counters:
                w = one.window
                items = tuple(entry.option_id for entry in one.items)
                alike.setdefault((w.name, w.kind, w.mode, w.field_name, w.queue_id, items), []).append(one)
            lines = tuple(("、".join(one.window.number for one in same), same[0]) for same in alike.values())
            found.append((zone, lines))
        return tuple(found)

    @property
    def departments(self) -> int:
        """How many departments' items are done here."""
        return len({one.option.item.authority_id for one in self.stationed})

    @property
    def staff(self) -> int:
        """How many people sit at windows now."""
        return sum(1 for _zone, found in self.counters for one in found if one.staff_name)

    @property
    def coverage(self) -> int:
        """Percent of the published items that are stationed here, of those that are or are not (WIN-26)."""
        told = len(self.stationed) + len(self.exceptions)
        return round(100 * len(self.stationed) / told) if told else 0


def hall_called(slug: str) -> Hall:
    """The hall at an address; one query. Raises ``NotFound``."""
    rows = Hall.objects.select_related("region", "parent", "department", "merged_into")
    found = rows.filter(slug=slug).first()
    if found is None:
        raise NotFound("hall.not_found", "没有找到这个大厅，可能网址抄错了")
    return found


def profile(hall: Hall) -> Profile:
    """Everything about a hall; six queries."""
    day = moment.today()
    names = list(HallName.objects.filter(hall=hall).order_by("valid"))
    entries = list(
        Stationing.objects.filter(hall=hall, valid__contains=day)
        .select_related("option__item__authority")
        .order_by("option__item__authority__name", "option__name")
    )
    stationed = tuple(one for one in entries if one.standing == Stationing.Standing.STATIONED)
    windows = list(
        Window.objects.filter(hall=hall, retired_on=None)
        .select_related("zone", "queue")
        .order_by("zone__position", "number")
    )
    duties = {one.window_id: one for one in WindowDuty.objects.filter(window__hall=hall, until_at=None)}
    at_hand = dict(
        QueueTicket.objects.filter(hall=hall, state__in=("called", "serving")).values_list("window_id", "number")
    )
    counters: dict[str, list[Counter]] = {}
    covered: set[int] = set()
    for window in windows:
        items = tuple(one for one in stationed if takes(window, one))
        covered.update(one.option_id for one in items)
        duty = duties.get(window.pk)
        one = Counter(
            window,
            duty.staff_name if duty else "",
            duty.from_at if duty else None,
            items,
            at_hand.get(window.pk, ""),
        )
        zone = f"{window.zone.name}{f'（{window.zone.floor}）' if window.zone.floor else ''}" if window.zone else ""
        counters.setdefault(zone, []).append(one)
    return Profile(
        hall,
        tuple(one for one in names if one.kind == HallName.Kind.MAIN and one.valid.upper is not None),
        tuple(one for one in names if one.kind == HallName.Kind.PLATE and one.valid.upper is None),
        tuple((zone, tuple(found)) for zone, found in counters.items()),
        stationed,
        tuple(one for one in entries if one.standing == Stationing.Standing.NOT_STATIONED),
        tuple(Hall.objects.filter(working(), parent=hall).order_by("region_no")),
        tuple(one for one in stationed if one.option_id not in covered),
    )


def takes(window: Window, entry: Stationing) -> bool:
    """Whether a window does what is stationed in its hall."""
    if window.kind in WITHOUT_ITEMS:
        return False
    option = entry.option
    return rules.accepts(window.mode, window.departments, window.options, option.slug, option.item.authority_id)


def desk_halls(principal: Principal) -> tuple[HallLine, ...]:
    """Halls that the acting post manages; four queries."""
    return halls(principal.region_no, principal.region_end_no, ended=True)


def desk_hall(principal: Principal, slug: str) -> Hall:
    """A hall that the acting post manages; one query. A foreign one answers ``NotFound``."""
    hall = hall_called(slug)
    if not allowed(principal, "places.hall.configure", Target(region_no=hall.region_no)):
        raise NotFound("hall.not_found", "没有找到这个大厅，或不在您的管理范围内")
    return hall


def zones(hall: Hall) -> tuple[Zone, ...]:
    """Zones of a hall that are there, in order, each with ``windows_here``; one query."""
    here = Count("windows", filter=Q(windows__retired_on=None))
    return tuple(
        Zone.objects.filter(hall=hall, closed_on=None).annotate(windows_here=here).order_by("position", "name")
    )


def queues(hall: Hall) -> tuple[Queue, ...]:
    """Waiting lines of a hall in order, each with ``windows_here``; one query."""
    here = Count("windows", filter=Q(windows__retired_on=None))
    return tuple(Queue.objects.filter(hall=hall).annotate(windows_here=here).order_by("position", "letter"))


def desk_window(principal: Principal, slug: str, window: uuid.UUID) -> Window:
    """A window of a hall that the acting post manages; two queries."""
    hall = desk_hall(principal, slug)
    found = Window.objects.select_related("hall").filter(pk=window, hall=hall, retired_on=None).first()
    if found is None:
        raise NotFound("window.not_found", "没有找到这个窗口，可能已经撤销")
    return found


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who may sit at a window now: with the post in which they would."""

    staff_id: uuid.UUID
    account_id: uuid.UUID
    name: str
    post_id: int
    post_name: str


def who_may_sit(window: Window) -> tuple[Person, ...]:
    """Holders of a post that fits the window and lies in its region, who sit nowhere now; one query."""
    held = StaffPost.objects.select_related("staff", "post").filter(
        valid__contains=moment.today(),
        post__roles__overlap=list(rules.qualified(window.kind)),
        post__region__no__lte=window.region_no,
        post__region__end_no__gte=window.region_no,
    )
    free = held.exclude(staff__in=WindowDuty.objects.filter(until_at=None).values("staff_id"))
    found: dict[uuid.UUID, Person] = {}
    for one in free.order_by("staff__number", "post__name"):
        person = Person(one.staff_id, one.staff.account_id, one.staff.name, one.post_id, one.post.name)
        found.setdefault(one.staff_id, person)
    return tuple(found.values())
