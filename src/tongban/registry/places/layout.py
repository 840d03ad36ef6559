"""The only writers of what a hall is divided into: its zones, its waiting lines. All on the hall's ledger."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Sequence

from tongban.ground import moment
from tongban.ground.changes import Insert, Outcome, Update
from tongban.ground.errors import Conflict, NotFound, Refusal, Refusals
from tongban.ground.ids import uuid7
from tongban.ground.ledger.chain import EventDraft
from tongban.ground.policy import Principal
from tongban.registry.places.acting import at_hall, require_working
from tongban.registry.places.models import Hall, Queue, Zone

ZONE, QUEUE = "places.Zone", "places.Queue"
MOST_NAME = 40


def add_zones(by: Principal, hall: uuid.UUID, zones: Sequence[tuple[str, str, str]]) -> dict[str, uuid.UUID]:
    """Zones as (name, kind, floor); name -> id."""
    made = {name: uuid7() for name, _kind, _floor in zones}

    def decide(row: Hall) -> Outcome:
        """Zones are added."""
        require_working(row)
        _refuse_wrong(_unfit_zones(row, zones))
        first = row.zones.count()
        rows = tuple(
            Insert(
                ZONE, {"id": made[z[0]], "hall_id": row.pk, "name": z[0], "kind": z[1], "floor": z[2], "position": n}
            )
            for n, z in enumerate(zones, first)
        )
        return Outcome((EventDraft("hall.zones_added", {"kinds": [kind for _n, kind, _f in zones]}),), rows)

    at_hall(by, hall, decide)
    return made


def add_queues(by: Principal, hall: uuid.UUID, queues: Sequence[tuple[str, str, str]]) -> dict[str, uuid.UUID]:
    """Waiting lines as (letter, name, purpose); letter -> id."""
    made = {letter: uuid7() for letter, _name, _purpose in queues}

    def decide(row: Hall) -> Outcome:
        """Waiting lines are added."""
        require_working(row)
        _refuse_wrong(_unfit_queues(row, queues))
        first = row.queues.count()
        rows = tuple(
            Insert(
                QUEUE,
                {"id": made[q[0]], "hall_id": row.pk, "letter": q[0], "name": q[1], "purpose": q[2], "position": n},
            )
            for n, q in enumerate(queues, first)
        )
        return Outcome((EventDraft("hall.queues_added", {"letters": [q[0] for q in queues]}),), rows)

    at_hall(by, hall, decide)
    return made


def change_zone(by: Principal, hall: uuid.UUID, zone: uuid.UUID, name: str, kind: str, floor: str) -> None:
    """From now on the zone is called ``name``. :raises Refusals: what is wrong, each at its field."""

    def decide(row: Hall) -> Outcome:
        """A zone has another name, kind or floor."""
        found = _zone(row, zone)
        _refuse_wrong(_unfit_zones(row, [(name, kind, floor)], found))
        values = {"name": name, "kind": kind, "floor": floor}
        event = EventDraft("hall.zone_changed", {"zone": str(zone), "name": name, "was": found.name})
        return Outcome((event,), (Update(ZONE, {"id": zone}, values),))

    at_hall(by, hall, decide)


def close_zone(by: Principal, hall: uuid.UUID, zone: uuid.UUID) -> None:
    """The zone is no more; its name is free again. :raises Refusal: windows are in it."""

    def decide(row: Hall) -> Outcome:
        """A zone is there no more."""
        found = _zone(row, zone)
        numbers = list(found.windows.filter(retired_on=None).order_by("number").values_list("number", flat=True))
        if numbers:
            sentence = f"{found.name}里还有 {'、'.join(numbers)} 号窗口"
            raise Refusal("zone.windows", sentence, remedy="先把这些窗口移到别的专区，或撤销窗口")
        event = EventDraft("hall.zone_closed", {"zone": str(zone), "name": found.name})
        return Outcome((event,), (Update(ZONE, {"id": zone}, {"closed_on": moment.today()}),))

    at_hall(by, hall, decide)


def _zone(hall: Hall, zone: uuid.UUID) -> Zone:
    found = Zone.objects.filter(pk=zone, hall=hall, closed_on=None).first()
    if found is None:
        raise NotFound("zone.not_found", "没有找到这个专区，可能已经撤销")
    return found


def _refuse_wrong(found: Iterable[Refusal | Conflict]) -> None:
    wrong = tuple(found)
    taken = next((one for one in wrong if isinstance(one, Conflict)), None)
    if taken is not None:
        raise taken
    if wrong:
        raise Refusals(tuple(one for one in wrong if isinstance(one, Refusal)))


def _unfit_zones(
    hall: Hall, zones: Sequence[tuple[str, str, str]], own: Zone | None = None
) -> Iterator[Refusal | Conflict]:
    others = hall.zones.filter(closed_on=None).exclude(pk__in=[own.pk] if own else [])
    taken = set(others.values_list("name", flat=True))
    for name, kind, floor in zones:
        if not name.strip() or len(name) > MOST_NAME:
            yield Refusal("zone.name", f"专区名称写 1 到 {MOST_NAME} 个字", "name")
        if name in taken:
            yield Conflict("zone.name_taken", f"本大厅已经有“{name}”", "name", "换一个名称")
        if kind not in Zone.Kind.values:
            yield Refusal("zone.kind", "请选择专区类型", "kind")
        if len(floor) > 10:
            yield Refusal("zone.floor", "楼层最多 10 个字", "floor")
        taken.add(name)


def _unfit_queues(hall: Hall, queues: Sequence[tuple[str, str, str]]) -> Iterator[Refusal | Conflict]:
    letters, names = (set(hall.queues.values_list(one, flat=True)) for one in ("letter", "name"))
    for letter, name, purpose in queues:
        if not (1 <= len(letter) <= 2 and letter.isascii() and letter.isalpha() and letter.isupper()):
            yield Refusal("queue.letter", "号头写一两个大写字母，例如 A", "letter")
        if letter in letters:
            yield Conflict("queue.letter_taken", f"本大厅已经有号头 {letter}", "letter", "换一个字母")
        if not name.strip() or len(name) > MOST_NAME:
            yield Refusal("queue.name", f"队列名称写 1 到 {MOST_NAME} 个字", "name")
        if name in names:
            yield Conflict("queue.name_taken", f"本大厅已经有队列“{name}”", "name", "换一个名称")
        if purpose not in Queue.Purpose.values:
            yield Refusal("queue.purpose", "请选择做什么", "purpose")
        letters.add(letter)
        names.add(name)
