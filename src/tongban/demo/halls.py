"""Halls of 云溪市: the city's centre, six county centres, township centres, village stations; and a day at the centre.

Read from ``data/halls.json``. ``load`` makes each hall once; ``open_today`` seats the clerks and lets people come, call
and be served from the opening until now, so that a demo that begins at any hour shows the day as far as it has gone.
"""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from tongban.demo import names
from tongban.demo.files import read
from tongban.ground import moment
from tongban.ground.errors import Conflict, Refusal
from tongban.ground.ledger.chain import SYSTEM as LEDGER_SYSTEM
from tongban.ground.parameters.selectors import find
from tongban.ground.parameters.services import set_value
from tongban.ground.policy import Principal
from tongban.registry.catalog.models import HandlingOption
from tongban.registry.parties.models import Department, Post, Region, Staff, StaffPost
from tongban.registry.parties.selectors import principal_of
from tongban.registry.places import configuring, founding, hours, layout, services
from tongban.registry.places.configuring import NegativeEntry, WindowDraft
from tongban.registry.places.founding import HallDraft
from tongban.registry.places.models import Hall, HallName, Queue, QueueTicket, Window, WindowDuty
from tongban.registry.places.rules import qualified

CITY_HALL = "yunxi"
EXTENDED = [{"halls": [CITY_HALL], "weekdays": [1, 2, 3, 4, 5, 6, 7], "opens": "08:00", "closes": "22:00"}]
EXTENDED_BASIS = "云溪市政务服务中心延时错时服务公告（演示文件）"
ARRIVALS, LATE_ARRIVALS = 70, 28
SHORTEST, LONGEST = 6, 17
"""Minutes at a window."""
RESULTS = {
    "handling": ("received", "received", "handed_back"),
    "consulting": ("answered",),
    "collecting": ("collected",),
}
FREE_AT_THE_END = "05"
"""The window whose clerk has nobody before them when the demo begins."""


def load() -> None:
    """Make every hall that is missing, with what belongs to it."""
    known = set(Hall.objects.values_list("slug", flat=True))
    rows = [row for row in read("halls") if row["slug"] not in known]
    if not rows:
        return
    by = _manager()
    made: dict[str, uuid.UUID] = dict(Hall.objects.values_list("slug", "pk"))
    regions = {region.code: region for region in Region.objects.all()}
    units = dict(Department.objects.values_list("short_name", "pk"))
    options = dict(HandlingOption.objects.exclude(versions=None).values_list("slug", "pk"))
    for row in rows:
        made[row["slug"]] = _hall(by, row, regions[row["region"]], made, units, options)
    if not find([hours.EXTENDED], None, moment.today()):
        set_value(hours.EXTENDED, EXTENDED, valid_from=moment.today(), basis=EXTENDED_BASIS, actor=LEDGER_SYSTEM)


def _manager() -> Principal:
    """The city's hall manager."""
    held = StaffPost.objects.select_related("staff__account").filter(post__name=names.HALL_POST)
    first = held.earliest("staff__number")
    return principal_of(first.staff.account, first.post_id)


def _hall(
    by: Principal,
    row: dict[str, Any],
    region: Region,
    made: dict[str, uuid.UUID],
    units: dict[str, int],
    options: dict[str, int],
) -> uuid.UUID:
    draft = HallDraft(
        slug=row["slug"],
        kind=row["kind"],
        name=row["name"],
        address=row["address"],
        phone=row["phone"],
        bus_routes=tuple(row["bus"]),
        directions=row.get("directions", ""),
        hours_text=row.get("hours_text", ""),
        area=row.get("area"),
        founded=row.get("founded", ""),
        plates=tuple((name, date.fromisoformat(since)) for name, since in row.get("plates", ())),
        parent_id=made.get(row.get("parent", "")),
        department_id=units.get(row.get("department", "")),
    )
    hall = founding.record_hall(by, region, draft)
    if former := row.get("former"):
        _renamed(hall, *former)
    zones = layout.add_zones(by, hall, [tuple(one) for one in row["zones"]]) if row["zones"] else {}
    queues = layout.add_queues(by, hall, [tuple(one) for one in row["queues"]]) if row["queues"] else {}
    for one in row["windows"]:
        window = WindowDraft(
            number=one["number"],
            name=one["name"],
            kind=one["kind"],
            mode=one["mode"],
            field_name=one["field"],
            departments=tuple(units[name] for name in one["departments"]),
            options=tuple(slug for slug in one["options"] if slug in options),
            zone_id=zones.get(one["zone"]),
            queue_id=queues.get(one["queue"]),
        )
        configuring.add_window(by, hall, window)
    exceptions = [
        NegativeEntry(options[one["slug"]], one["reason"], one["words"], one["basis"], one["elsewhere"])
        for one in row["exceptions"]
        if one["slug"] in options
    ]
    apart = {one.option_id for one in exceptions}
    wanted = options.values() if row["stationed"] == "*" else (options[s] for s in row["stationed"] if s in options)
    if stationed := [option for option in wanted if option not in apart]:
        configuring.station(by, hall, stationed)
    if exceptions:
        configuring.list_exceptions(by, hall, exceptions)
    return hall


def _renamed(hall: uuid.UUID, former: str, on: str, basis: str) -> None:
    """It had another name until a day before this platform began: history that was taken over, not an act."""
    day = date.fromisoformat(on)
    current = HallName.objects.get(hall_id=hall, kind=HallName.Kind.MAIN)
    HallName.objects.filter(pk=current.pk).update(valid=(day, None), basis=basis)
    HallName.objects.create(hall_id=hall, name=former, kind=HallName.Kind.MAIN, valid=(None, day))


@dataclass
class _Desk:
    """A window on this day: who sits there, and until when the present one takes."""

    window: uuid.UUID
    number: str
    by: Principal
    purpose: str
    ticket: uuid.UUID | None = None
    until: datetime | None = None


@dataclass
class _Day:
    """The day as it goes."""

    chance: random.Random
    queues: list[Queue]
    options: dict[str, list[str]]
    """Letter of a queue -> slugs of what people come for."""
    desks: list[_Desk] = field(default_factory=list)
    rest: datetime | None = None
    """From when on :data:`FREE_AT_THE_END` calls nobody more."""


def open_today() -> None:
    """Seat the clerks and let the day go until now. Once a day; nothing while the hall has not opened."""
    hall = Hall.objects.filter(slug=CITY_HALL).first()
    now = moment.now()
    local = moment.local(now)
    if hall is None or QueueTicket.objects.filter(hall=hall, day=local.date()).exists():
        return
    services.end_days()
    opening = hours.opening(hall, local.date())
    if opening.opens is None or opening.closes is None or not opening.at(local.time()):
        return
    opened = _at(local.date(), opening.opens)
    chance = random.Random(local.date().toordinal())  # noqa: S311 - a day of a demo, no secret
    day = _Day(chance, list(hall.queues.order_by("position")), _wishes(hall))
    day.rest = now - timedelta(minutes=LONGEST + 1)
    with moment.at(opened):
        day.desks = list(_seated(hall))
    _goes(day, opened, now)


def _at(day: date, clock: time) -> datetime:
    return datetime.combine(day, clock, moment.SHANGHAI)


def _seated(hall: Hall) -> Iterator[_Desk]:
    rows = {row["number"]: row["staff"] for row in next(h for h in read("halls") if h["slug"] == CITY_HALL)["windows"]}
    for window in Window.objects.select_related("queue").filter(hall=hall, state="closed").order_by("number"):
        person = Staff.objects.select_related("account").filter(name=rows.get(window.number) or "").first()
        if person is None or window.queue is None or WindowDuty.objects.filter(staff=person, until_at=None).exists():
            continue
        fit = qualified(window.kind)
        post = Post.objects.filter(holders__staff=person, roles__overlap=list(fit)).order_by("pk").first()
        if post is None:
            continue
        by = principal_of(person.account, post.pk)
        services.open_window(window.pk, by)
        yield _Desk(window.pk, window.number, by, window.queue.purpose)


def _wishes(hall: Hall) -> dict[str, list[str]]:
    """What people come for, by the letter of the queue; what is done alone at another window is left out."""
    rows = HandlingOption.objects.select_related("item").filter(
        stationings__hall=hall, stationings__standing="stationed"
    )
    found: dict[str, list[str]] = {}
    windows = list(Window.objects.select_related("queue").filter(hall=hall, retired_on=None, queue__purpose="handling"))
    for option in rows.order_by("slug"):
        for window in windows:
            takes = window.mode == "all_items" or option.slug in window.options
            if window.queue and (takes or option.item.authority_id in window.departments):
                found.setdefault(window.queue.letter, []).append(option.slug)
    return found


def _goes(day: _Day, opened: datetime, now: datetime) -> None:
    """Minute by minute: people come, windows end and call."""
    minutes = max(1, int((now - opened).total_seconds() // 60))
    comes = sorted(day.chance.randrange(minutes) for _ in range(min(ARRIVALS, minutes // 2)))
    comes += [max(0, minutes - 1 - day.chance.randrange(5)) for _ in range(LATE_ARRIVALS)]
    by_minute: dict[int, int] = {}
    for minute in comes:
        by_minute[minute] = by_minute.get(minute, 0) + 1
    busy = sorted({*by_minute, minutes})
    for minute in busy:
        _ends_until(day, opened + timedelta(minutes=minute))
        for number in range(by_minute.get(minute, 0)):
            with moment.at(min(now, opened + timedelta(minutes=minute, seconds=7 * number + 3))):
                _comes(day)
        late = minute >= minutes - 6
        with moment.at(min(now, opened + timedelta(minutes=minute, seconds=50))):
            for desk in day.desks:
                if desk.ticket is None and not (late and day.chance.random() < 0.7):
                    _calls(day, desk)


def _comes(day: _Day) -> None:
    served = [queue for queue in day.queues if any(desk.purpose == queue.purpose for desk in day.desks)]
    queue = day.chance.choices(served, [6 if one.letter == "A" else 2 for one in served])[0]
    slugs = day.options.get(queue.letter, []) if queue.purpose == "handling" else []
    if queue.purpose == "handling" and not slugs:
        return
    priority = day.chance.choices(("", "elderly", "pregnant", "disabled"), (12, 3, 1, 1))[0]
    source = day.chance.choice(("kiosk", "kiosk", "phone"))
    services.take_ticket(queue.pk, day.chance.choice(slugs) if slugs else "", priority, source=source)


def _calls(day: _Day, desk: _Desk) -> None:
    if desk.number == FREE_AT_THE_END and day.rest is not None and moment.now() >= day.rest:
        return
    ticket = services.call_next(desk.window, desk.by)
    if ticket is None:
        return
    if day.chance.random() < 0.04:
        services.pass_over(ticket.id, desk.by)
        return
    services.begin(ticket.id, desk.by)
    desk.ticket = ticket.id
    desk.until = moment.now() + timedelta(minutes=day.chance.randint(SHORTEST, LONGEST))


def _ends_until(day: _Day, at: datetime) -> None:
    """Whoever is done by ``at`` goes, and the next one is called at once."""
    while True:
        done = [desk for desk in day.desks if desk.until is not None and desk.until <= at]
        if not done:
            return
        desk = min(done, key=lambda one: (one.until, one.number))
        assert desk.until is not None
        assert desk.ticket is not None
        with moment.at(desk.until):
            with suppress(Refusal):  # somebody at the running demo was faster
                services.serve(desk.ticket, desk.by, day.chance.choice(RESULTS[desk.purpose]))
            desk.ticket, desk.until = None, None
            _calls(day, desk)


def go_on(chance: random.Random) -> None:
    """A turn of the running demo: some come, whoever is done goes, the next are called; played windows are left."""
    hall = Hall.objects.filter(slug=CITY_HALL).first()
    local = moment.local(moment.now())
    if hall is None or not hours.opening(hall, local.date()).at(local.time()):
        return
    if not QueueTicket.objects.filter(hall=hall, day=local.date()).exists():
        open_today()
        return
    day = _Day(chance, list(hall.queues.order_by("position")), _wishes(hall), list(_still_seated(hall)))
    for _ in range(chance.randrange(3)):
        with suppress(Refusal):
            _comes(day)
    for desk in day.desks:
        with suppress(Refusal, Conflict):  # somebody who plays them was faster
            _goes_on(day, desk)


def _still_seated(hall: Hall) -> Iterator[_Desk]:
    played = {row["name"] for row in read("staff") if row.get("password")}
    at_hand = {
        row.window_id: row
        for row in QueueTicket.objects.filter(hall=hall, state__in=("called", "serving")).order_by("id")
    }
    duties = WindowDuty.objects.select_related("window__queue", "staff__account").filter(
        window__hall=hall, until_at=None
    )
    for duty in duties.exclude(staff_name__in=played).order_by("window__number"):
        if duty.window.queue is None:
            continue
        by = principal_of(duty.staff.account, duty.post_id)
        row = at_hand.get(duty.window_id)
        until = row.called_at + timedelta(minutes=LONGEST) if row and row.called_at else None
        yield _Desk(duty.window_id, duty.window.number, by, duty.window.queue.purpose, row.pk if row else None, until)


def _goes_on(day: _Day, desk: _Desk) -> None:
    if desk.ticket is not None and desk.until is not None:
        if moment.now() < desk.until - timedelta(minutes=day.chance.randint(0, LONGEST - SHORTEST)):
            return
        services.serve(desk.ticket, desk.by, day.chance.choice(RESULTS[desk.purpose]))
    _calls(day, desk)
