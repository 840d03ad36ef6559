"""The only writers of what a hall is: names, zones, queues, windows, what is stationed there. All on the ledger.

The hall manager of the region does it (``places.hall.configure``); whoever may not is refused before anything is read.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from tongban.ground import acts, moment
from tongban.ground.changes import Change, Insert, Outcome, Subject, Update
from tongban.ground.errors import Conflict, NotFound, Refusal, Refusals
from tongban.ground.ids import uuid7
from tongban.ground.ledger.chain import EventDraft
from tongban.ground.policy import Principal, Target, allowed
from tongban.registry.catalog.models import HandlingOption
from tongban.registry.parties.models import Department, Region
from tongban.registry.parties.services import actor_of
from tongban.registry.places import rules
from tongban.registry.places.models import Hall, HallName, Queue, Stationing, Window, Zone

NAME, ZONE, QUEUE, STATIONING = "places.HallName", "places.Zone", "places.Queue", "places.Stationing"
CONFIGURE = "places.hall.configure"


@dataclass(frozen=True, slots=True)
class HallDraft:
    """What is written about a hall (HAL-06)."""

    slug: str
    kind: str
    name: str
    address: str
    phone: str
    bus_routes: tuple[str, ...] = ()
    directions: str = ""
    hours_text: str = ""
    area: int | None = None
    founded: str = ""
    plates: tuple[tuple[str, date], ...] = ()
    """Further names on the door, each with its first day."""
    parent_id: uuid.UUID | None = None
    department_id: int | None = None


@dataclass(frozen=True, slots=True)
class WindowDraft:
    """What is written about a window (WIN-03, WIN-06, WIN-11). ``departments``: ids; ``options``: slugs."""

    number: str
    name: str
    kind: str
    mode: str
    field_name: str = ""
    departments: tuple[int, ...] = ()
    options: tuple[str, ...] = ()
    zone_id: uuid.UUID | None = None
    queue_id: uuid.UUID | None = None

    def values(self) -> dict[str, Any]:
        """Values of the row."""
        return {**asdict(self), "departments": list(self.departments), "options": list(self.options)}


@dataclass(frozen=True, slots=True)
class NegativeEntry:
    """An item that is not stationed: why, on what basis, and where it is done instead (WIN-25)."""

    option_id: int
    reason: str
    words: str
    basis: str
    elsewhere: str


def record_hall(by: Principal, region: Region, draft: HallDraft) -> uuid.UUID:
    """A new hall. :raises Refusal: not this region's manager, or a name that breaks the rule of names (HAL-08)."""
    _require(by, region.no)
    _require_name(draft.kind, draft.name)
    now = moment.now()
    key, day = uuid7(now), moment.local(now).date()
    written = asdict(draft)
    plates = written.pop("plates")
    row = {"id": key, "region_id": region.pk, "region_no": region.no, **written, "bus_routes": list(draft.bus_routes)}
    named: list[Change] = [_named(key, draft.name, HallName.Kind.MAIN, day, "")]
    named += [_named(key, name, HallName.Kind.PLATE, since, "") for name, since in plates]
    event = EventDraft("hall.recorded", {"slug": draft.slug, "kind": draft.kind})
    outcome = Outcome((event,), (Insert(rules.HALL, row), *named))
    try:
        acts.commit(Subject("hall", rules.HALL, key, 0, b"", region.no), outcome, actor_of(by, "desk"), now)
    except IntegrityError as error:
        raise Conflict("hall.slug", f"网址名 {draft.slug} 已经有大厅在用", remedy="换一个网址名") from error
    return key


def _named(hall: uuid.UUID, name: str, kind: str, since: date, basis: str) -> Insert:
    return Insert(NAME, {"hall_id": hall, "name": name, "kind": kind, "valid": DateRange(since, None), "basis": basis})


def rename_hall(by: Principal, hall: uuid.UUID, name: str, basis: str) -> None:
    """From today on the door says ``name``; the former name stays in the history and is still found."""

    def decide(row: Hall) -> Outcome:
        """The hall has another name from today on."""
        _require_name(row.kind, name)
        if not basis:
            raise Refusal("hall.basis", "请写明更名的依据", field="basis")
        if name == row.name:
            raise Refusal("hall.same_name", "名称没有变", field="name")
        today = moment.today()
        ended = HallName.objects.filter(hall=row, kind=HallName.Kind.MAIN, valid__upper_inf=True).first()
        changes: list[Change] = [Update(rules.HALL, {"id": row.pk}, {"name": name})]
        if ended is not None:
            changes.append(Update(NAME, {"id": ended.pk}, {"valid": DateRange(ended.valid.lower, today)}))
        changes.append(_named(row.pk, name, HallName.Kind.MAIN, today, basis))
        return Outcome((EventDraft("hall.renamed", {"basis": basis}),), tuple(changes))

    _at_hall(by, hall, decide)


def merge_hall(by: Principal, hall: uuid.UUID, into: uuid.UUID, on: date) -> None:
    """From a day on another hall does its work; its page says so."""

    def decide(row: Hall) -> Outcome:
        """The hall goes into another one."""
        if into == row.pk or not Hall.objects.filter(pk=into, merged_on=None).exists():
            raise Refusal("hall.into", "请选择还在办公的另一个大厅", field="into")
        if row.windows.filter(state="open").exists():
            raise Refusal("hall.windows_open", "还有窗口在办公", remedy="请先让所有窗口离窗")
        values = {"merged_on": on, "merged_into_id": into}
        event = EventDraft("hall.merged", {"into": str(into), "on": on})
        return Outcome((event,), (Update(rules.HALL, {"id": row.pk}, values),))

    _at_hall(by, hall, decide)


def add_zones(by: Principal, hall: uuid.UUID, zones: Sequence[tuple[str, str, str]]) -> dict[str, uuid.UUID]:
    """Zones as (name, kind, floor); name -> id."""
    made = {name: uuid7() for name, _kind, _floor in zones}

    def decide(row: Hall) -> Outcome:
        """Zones are added."""
        first = row.zones.count()
        rows = tuple(
            Insert(
                ZONE, {"id": made[z[0]], "hall_id": row.pk, "name": z[0], "kind": z[1], "floor": z[2], "position": n}
            )
            for n, z in enumerate(zones, first)
        )
        return Outcome((EventDraft("hall.zones_added", {"kinds": [kind for _n, kind, _f in zones]}),), rows)

    _at_hall(by, hall, decide)
    return made


def add_queues(by: Principal, hall: uuid.UUID, queues: Sequence[tuple[str, str, str]]) -> dict[str, uuid.UUID]:
    """Waiting lines as (letter, name, purpose); letter -> id."""
    made = {letter: uuid7() for letter, _name, _purpose in queues}

    def decide(row: Hall) -> Outcome:
        """Waiting lines are added."""
        first = row.queues.count()
        rows = tuple(
            Insert(
                QUEUE,
                {"id": made[q[0]], "hall_id": row.pk, "letter": q[0], "name": q[1], "purpose": q[2], "position": n},
            )
            for n, q in enumerate(queues, first)
        )
        return Outcome((EventDraft("hall.queues_added", {"letters": [q[0] for q in queues]}),), rows)

    _at_hall(by, hall, decide)
    return made


def add_window(by: Principal, hall: uuid.UUID, draft: WindowDraft) -> uuid.UUID:
    """A new window, closed. :raises Refusals: what is wrong, each at its field."""
    row = _hall(by, hall)
    _require_window(row, draft)
    now = moment.now()
    key = uuid7(now)
    values = {"id": key, "hall_id": row.pk, "region_no": row.region_no, **draft.values()}
    outcome = Outcome((_configured("window.recorded", draft),), (Insert(rules.WINDOW, values),))
    try:
        acts.commit(Subject("window", rules.WINDOW, key, 0, b"", row.region_no), outcome, actor_of(by, "desk"), now)
    except IntegrityError as error:
        raise _number_taken(draft) from error
    return key


def configure_window(by: Principal, window: uuid.UUID, draft: WindowDraft) -> None:
    """Change what a window is and accepts, from now on; open or closed."""

    def decide(row: Window) -> Outcome:
        """What a window is and takes is written."""
        _require_window(row.hall, draft, row.pk)
        return Outcome(
            (_configured("window.configured", draft),), (Update(rules.WINDOW, {"id": row.pk}, draft.values()),)
        )

    try:
        _at_window(by, window, decide)
    except IntegrityError as error:
        raise _number_taken(draft) from error


def retire_window(by: Principal, window: uuid.UUID) -> None:
    """The window is no more; its past stays."""

    def decide(row: Window) -> Outcome:
        """The window is there no more."""
        if row.state == Window.State.OPEN:
            raise Refusal("window.open", f"{row.number} 号窗口有人在办公", remedy="请先离窗，再撤销")
        values = {"retired_on": moment.today()}
        return Outcome(
            (EventDraft("window.retired", {"number": row.number}),), (Update(rules.WINDOW, {"id": row.pk}, values),)
        )

    _at_window(by, window, decide)


def station(by: Principal, hall: uuid.UUID, options: Collection[int]) -> None:
    """From today on these items are done in the hall (应进必进); an entry of the negative list ends."""

    def decide(row: Hall) -> Outcome:
        """Items are handled at the hall from today on."""
        return _stationed(row, {one: {"standing": Stationing.Standing.STATIONED} for one in options}, "hall.stationed")

    _enter(by, hall, options, decide)


def list_exceptions(by: Principal, hall: uuid.UUID, exceptions: Collection[NegativeEntry]) -> None:
    """From today on these items are on the negative list of the hall, each with reason, basis and the place instead.

    :raises Refusals: an entry that does not say why, on what basis, or where to go.
    """
    wrong = [
        Refusal("stationing.unreasoned", f"请写明{words}", field=name)
        for one in exceptions
        for name, words in (("words", "为什么不进驻"), ("basis", "依据"), ("elsewhere", "到哪里办"))
        if not getattr(one, name).strip()
    ]
    wrong += [
        Refusal("stationing.reason", "请从清单里选一个理由", field="reason")
        for one in exceptions
        if one.reason not in Stationing.Reason.values
    ]
    if wrong:
        raise Refusals(tuple(wrong))

    def decide(row: Hall) -> Outcome:
        """Items that are not handled at the hall are listed with reason and basis."""
        entries = {
            one.option_id: {
                "standing": Stationing.Standing.NOT_STATIONED,
                "reason": one.reason,
                "words": one.words.strip(),
                "basis": one.basis.strip(),
                "elsewhere": one.elsewhere.strip(),
            }
            for one in exceptions
        }
        return _stationed(row, entries, "hall.exceptions_listed")

    _enter(by, hall, [one.option_id for one in exceptions], decide)


def _stationed(hall: Hall, entries: dict[int, dict[str, Any]], kind: str) -> Outcome:
    codes = dict(HandlingOption.objects.filter(pk__in=list(entries)).values_list("pk", "code"))
    if len(codes) != len(entries):
        raise NotFound("stationing.option", "有一个事项没有找到")
    valid = DateRange(moment.today(), None)
    rows = tuple(
        Insert(STATIONING, {"id": uuid7(), "hall_id": hall.pk, "option_id": option, "valid": valid, **values})
        for option, values in entries.items()
    )
    return Outcome((EventDraft(kind, {"options": sorted(codes.values())}),), rows)


def _enter(by: Principal, hall: uuid.UUID, options: Collection[int], decide: Callable[[Hall], Outcome]) -> None:
    """What stood before ends, then the new entry begins: two acts, one transaction.

    What stood for less than a day ends before it began: an empty range, kept as the ledger keeps it.
    """

    def end(row: Hall) -> Outcome:
        """What stood of these items at the hall ends."""
        standing = Stationing.objects.filter(hall=row, option__in=options, valid__upper_inf=True).select_related(
            "option"
        )
        ended = [(one.option.code, one) for one in standing]
        changes = tuple(
            Update(STATIONING, {"id": one.pk}, {"valid": DateRange(one.valid.lower, moment.today())})
            for _code, one in ended
        )
        return Outcome((EventDraft("hall.stationing_ended", {"options": sorted(code for code, _ in ended)}),), changes)

    with transaction.atomic():
        if Stationing.objects.filter(hall=hall, option__in=options, valid__upper_inf=True).exists():
            _at_hall(by, hall, end)
        _at_hall(by, hall, decide)


def _configured(kind: str, draft: WindowDraft) -> EventDraft:
    body = {"number": draft.number, "window_kind": draft.kind, "mode": draft.mode, "options": sorted(draft.options)}
    return EventDraft(kind, {**body, "departments": sorted(draft.departments)})


def _require_window(hall: Hall, draft: WindowDraft, window: uuid.UUID | None = None) -> None:
    same = Window.objects.filter(hall=hall, number=draft.number, retired_on=None).exclude(
        pk__in=[window] if window else []
    )
    if same.exists():
        raise _number_taken(draft)
    wrong = tuple(_unfit(hall, draft))
    if wrong:
        raise Refusals(wrong) if len(wrong) > 1 else wrong[0]


def _unfit(hall: Hall, draft: WindowDraft) -> Iterator[Refusal]:
    """What no window may say, each at its field."""
    by_field = draft.mode == Window.Mode.BY_FIELD
    told = (
        ("number", not draft.number.strip(), "请写窗口号"),
        ("name", not draft.name.strip(), "请写窗口名称"),
        ("kind", draft.kind not in Window.Kind.values, "请选择窗口类型"),
        ("mode", draft.mode not in Window.Mode.values, "请选择受理方式"),
        ("departments", by_field and not (draft.departments or draft.options), "分领域窗口要写明受理哪些部门或事项"),
        ("field_name", by_field and not draft.field_name.strip(), "请写明是哪个领域"),
    )
    for field, wrong, sentence in told:
        if wrong:
            yield Refusal(f"window.{field}", sentence, field=field)
    if draft.zone_id and not Zone.objects.filter(pk=draft.zone_id, hall=hall).exists():
        yield Refusal("window.zone", "这个专区不在本大厅", field="zone_id")
    if draft.queue_id and not Queue.objects.filter(pk=draft.queue_id, hall=hall).exists():
        yield Refusal("window.queue", "这个队列不在本大厅", field="queue_id")
    if draft.options and HandlingOption.objects.filter(slug__in=draft.options).count() != len(set(draft.options)):
        yield Refusal("window.options", "有一个事项没有找到", field="options")
    if draft.departments and Department.objects.filter(pk__in=draft.departments).count() != len(set(draft.departments)):
        yield Refusal("window.departments", "有一个部门没有找到", field="departments")


def _number_taken(draft: WindowDraft) -> Conflict:
    return Conflict("window.number_taken", f"本大厅已经有 {draft.number} 号窗口", field="number", remedy="换一个窗口号")


def _require_name(kind: str, name: str) -> None:
    if kind not in Hall.Kind.values:
        raise Refusal("hall.kind", "请选择大厅类型", field="kind")
    if not name:
        raise Refusal("hall.name", "请写名称", field="name")
    if wrong := rules.naming_problem(kind, name):
        raise Refusal("hall.naming", wrong, field="name")


def _require(by: Principal, region_no: int) -> None:
    if by.staff_id is None or not allowed(by, CONFIGURE, Target(region_no=region_no)):
        raise Refusal("place.not_allowed", "您当前的岗位不能做这一步", remedy="请切换到有权限的岗位，或请同事办理")


def _hall(by: Principal, hall: uuid.UUID, *, lock: bool = False) -> Hall:
    rows = Hall.objects.select_for_update() if lock else Hall.objects.all()
    row = rows.filter(pk=hall).first()
    if row is None:
        raise NotFound("hall.not_found", "没有找到这个大厅，或不在您的管理范围内")
    _require(by, row.region_no)
    return row


def _at_hall(by: Principal, hall: uuid.UUID, decide: Callable[[Hall], Outcome]) -> None:
    def both(row: Hall) -> tuple[Subject, Outcome]:
        return Subject("hall", rules.HALL, row.pk, row.seq, bytes(row.head), row.region_no), decide(row)

    acts.perform(lambda lock: _hall(by, hall, lock=lock), both, actor_of(by, "desk"), moment.now())


def _at_window(by: Principal, window: uuid.UUID, decide: Callable[[Window], Outcome]) -> None:
    def load(lock: bool) -> Window:
        rows = Window.objects.select_for_update(of=("self",)) if lock else Window.objects.all()
        row = rows.select_related("hall").filter(pk=window, retired_on=None).first()
        if row is None:
            raise NotFound("window.not_found", "没有找到这个窗口，或不在您的管理范围内")
        _require(by, row.region_no)
        return row

    def both(row: Window) -> tuple[Subject, Outcome]:
        return Subject("window", rules.WINDOW, row.pk, row.seq, bytes(row.head), row.region_no), decide(row)

    acts.perform(load, both, actor_of(by, "desk"), moment.now())
