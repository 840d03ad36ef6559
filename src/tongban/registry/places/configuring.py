"""The only writers of the windows of a hall and of what is stationed there. All on the ledger.

The hall manager of the region does it (``places.hall.configure``); whoever may not is refused before anything is read.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Iterator
from dataclasses import asdict, dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from tongban.ground import acts, moment
from tongban.ground.changes import Insert, Outcome, Subject, Update
from tongban.ground.errors import Conflict, NotFound, Refusal, Refusals
from tongban.ground.ids import uuid7
from tongban.ground.ledger.chain import EventDraft
from tongban.ground.policy import Principal
from tongban.registry.catalog.models import HandlingOption
from tongban.registry.parties.models import Department
from tongban.registry.parties.services import actor_of
from tongban.registry.places import rules
from tongban.registry.places.acting import at_hall, at_window, hall_to_configure, require_working
from tongban.registry.places.models import Hall, Queue, Stationing, Window, Zone

STATIONING = "places.Stationing"


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


def add_window(by: Principal, hall: uuid.UUID, draft: WindowDraft) -> uuid.UUID:
    """A new window, closed. :raises Refusals: what is wrong, each at its field."""
    row = hall_to_configure(by, hall)
    require_working(row)
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
        at_window(by, window, decide)
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

    at_window(by, window, decide)


def station(by: Principal, hall: uuid.UUID, options: Collection[int]) -> None:
    """From today on these items are done in the hall (应进必进); an entry of the negative list ends."""

    def decide(row: Hall) -> Outcome:
        """Items are handled at the hall from today on."""
        require_working(row)
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
            at_hall(by, hall, end)
        at_hall(by, hall, decide)


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
    if draft.zone_id and not Zone.objects.filter(pk=draft.zone_id, hall=hall, closed_on=None).exists():
        yield Refusal("window.zone", "这个专区不在本大厅", field="zone_id")
    if draft.queue_id and not Queue.objects.filter(pk=draft.queue_id, hall=hall).exists():
        yield Refusal("window.queue", "这个队列不在本大厅", field="queue_id")
    if draft.options and HandlingOption.objects.filter(slug__in=draft.options).count() != len(set(draft.options)):
        yield Refusal("window.options", "有一个事项没有找到", field="options")
    if draft.departments and Department.objects.filter(pk__in=draft.departments).count() != len(set(draft.departments)):
        yield Refusal("window.departments", "有一个部门没有找到", field="departments")


def _number_taken(draft: WindowDraft) -> Conflict:
    return Conflict("window.number_taken", f"本大厅已经有 {draft.number} 号窗口", field="number", remedy="换一个窗口号")
