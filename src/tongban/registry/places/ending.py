"""The only writers of the end of a hall: it goes into another one, or it is closed; on the day its windows follow.

The day may lie ahead; until then the hall works as before and the decision can be taken back. On the day itself nobody
may still wait (tickets are drawn for one day only, so a day ahead needs no more than the night before).
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from datetime import date

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Q

from tongban.ground import moment
from tongban.ground.changes import Change, Insert, Outcome, Update
from tongban.ground.errors import Conflict, Refusal, Refusals
from tongban.ground.ids import uuid7
from tongban.ground.ledger.chain import EventDraft
from tongban.ground.policy import SYSTEM, Principal, Target, allowed
from tongban.registry.places import rules
from tongban.registry.places.acting import CONFIGURE, at_hall, at_window
from tongban.registry.places.models import Hall, Queue, QueueTicket, Stationing, Window, Zone

STATIONING = "places.Stationing"
_UNDER_WAY = (rules.WAITING, rules.CALLED, rules.SERVING)


def merge_hall(by: Principal, hall: uuid.UUID, into: uuid.UUID, on: date, basis: str, *, follow: bool = False) -> None:
    """From a day on another hall does its work; its page says so. What is stationed goes there too.

    :param follow: its windows go there as well, those in whose place another number stands excepted; else they end.
    :raises Refusal: the other one is none that works here, somebody still waits or sits, a number is taken.
    """

    def decide(row: Hall) -> Outcome:
        """From a day on another hall does the work of this one."""
        _require_end(row, on, basis)
        other = Hall.objects.filter(pk=into, merged_on=None, closed_on=None).exclude(pk=row.pk).first()
        if other is None:
            raise Refusal("hall.into", "请选择还在办公的另一个大厅", field="into")
        if not allowed(by, CONFIGURE, Target(region_no=other.region_no)):
            raise Refusal("hall.into_foreign", f"{other.name}不归您管", field="into", remedy="请上级大厅管理岗办理")
        if follow and (taken := _taken_numbers(row, other)):
            sentence = f"{other.name}已经有 {'、'.join(taken)} 号窗口"
            raise Refusal("hall.numbers", sentence, "windows", "先改窗口号，或选窗口撤销")
        values = {"merged_on": on, "merged_into_id": into, "end_basis": basis, "windows_follow": follow}
        body = {"into": str(into), "name": other.name, "on": on, "basis": basis, "windows_follow": follow}
        below = tuple(Update(rules.HALL, {"id": one.pk}, {"parent_id": into}) for one in _below(row) if one.pk != into)
        return Outcome((EventDraft("hall.merged", body),), (Update(rules.HALL, {"id": row.pk}, values), *below))

    _end(by, hall, on, decide)


def close_hall(by: Principal, hall: uuid.UUID, on: date, basis: str) -> None:
    """From a day on it works no more, and no other hall does its work.

    :raises Refusal: halls belong to it, or somebody still waits or sits.
    """

    def decide(row: Hall) -> Outcome:
        """From a day on the hall works no more."""
        _require_end(row, on, basis)
        if below := [one.name for one in _below(row)]:
            sentence = f"下面还有{'、'.join(below[:3])}{'等' if len(below) > 3 else ''}"
            raise Refusal("hall.below", sentence, remedy="先改它们的上级大厅，或并入另一个大厅")
        event = EventDraft("hall.closed", {"on": on, "basis": basis})
        values = {"closed_on": on, "end_basis": basis}
        return Outcome((event,), (Update(rules.HALL, {"id": row.pk}, values),))

    _end(by, hall, on, decide)


def keep_hall(by: Principal, hall: uuid.UUID) -> None:
    """Take an end back whose day has not come. :raises Conflict: there is none, or the day has come."""

    def decide(row: Hall) -> Outcome:
        """The end that was decided is taken back."""
        if row.ended is None or row.ended <= moment.today():
            raise Conflict("hall.no_end", "没有可以取消的并入或停办", remedy="刷新页面，看最新状态")
        values = {
            "merged_on": None,
            "merged_into_id": None,
            "closed_on": None,
            "end_basis": "",
            "windows_follow": False,
        }
        event = EventDraft("hall.end_revoked", {"on": row.ended})
        return Outcome((event,), (Update(rules.HALL, {"id": row.pk}, values),))

    at_hall(by, hall, decide)


def end_halls() -> int:
    """In the night: halls whose day has come have no windows any more and nothing is stationed there. Repeatable."""
    today = moment.today()
    rows = Hall.objects.filter(Q(merged_on__lte=today) | Q(closed_on__lte=today))
    left = rows.filter(Q(windows__retired_on=None, windows__isnull=False) | Q(stationings__valid__upper_inf=True))
    found = list(left.distinct().values_list("pk", flat=True))
    for hall in found:
        with transaction.atomic():
            _conclude(SYSTEM, hall)
    return len(found)


def _end(by: Principal, hall: uuid.UUID, on: date, decide: Callable[[Hall], Outcome]) -> None:
    with transaction.atomic():
        at_hall(by, hall, decide)
        if on <= moment.today():
            _conclude(by, hall)


def _require_end(row: Hall, on: date, basis: str) -> None:
    today, wrong = moment.today(), []
    if row.ended is not None and row.ended <= today:
        raise Conflict("hall.ended", f"{row.name}已经并入其他大厅或停办", remedy="刷新页面，看最新状态")
    if row.ended is not None:
        raise Conflict("hall.end_decided", f"已经定了{row.ended:%Y-%m-%d}并入或停办", remedy="先取消，再重新定")
    if on < today:
        wrong.append(Refusal("hall.end_day", "日期不能早于今天", field="on"))
    if not basis.strip():
        wrong.append(Refusal("hall.end_basis", "请写明依据", field="basis"))
    if wrong:
        raise Refusals(tuple(wrong))
    if on == today:
        _require_quiet(row)


def _require_quiet(row: Hall) -> None:
    """Nobody waits and nobody sits at a window."""
    waiting = QueueTicket.objects.filter(hall=row, day=moment.today(), state__in=_UNDER_WAY).count()
    later = "先办完，或者从明天起"
    if waiting:
        raise Refusal("hall.waiting", f"还有 {waiting} 个人在等号或正在办理", field="on", remedy=later)
    numbers = list(row.windows.filter(state="open").order_by("number").values_list("number", flat=True))
    if numbers:
        sentence = f"{'、'.join(numbers)} 号窗口还在办公"
        raise Refusal("hall.windows_open", sentence, field="on", remedy="请先让这些窗口离窗，或者从明天起")


def _below(row: Hall) -> Iterator[Hall]:
    yield from Hall.objects.filter(parent=row, merged_on=None, closed_on=None).order_by("name")


def _taken_numbers(row: Hall, other: Hall) -> list[str]:
    there = other.windows.filter(retired_on=None).values("number")
    found = row.windows.filter(retired_on=None, number__in=there).order_by("number")
    return list(found.values_list("number", flat=True))


def _conclude(by: Principal, hall: uuid.UUID) -> None:
    """What follows on the day: windows, then what is stationed; each an act of its own in the caller's transaction."""
    row = Hall.objects.select_related("merged_into").get(pk=hall)
    other = row.merged_into
    taken = set(_taken_numbers(row, other)) if other else set()
    for window in row.windows.filter(retired_on=None).select_related("zone", "queue").order_by("number"):
        if other is not None and row.windows_follow and window.number not in taken:
            _move(by, window, other)
        else:
            _retire(by, window)
    ended = _end_stationing(by, row)
    if other is not None:
        _take_over(by, other, row, ended)


def _move(by: Principal, window: Window, other: Hall) -> None:
    """A window follows its hall into the one that takes over, into the zone and queue of the same name there."""
    zone = Zone.objects.filter(hall=other, closed_on=None, name=window.zone.name).first() if window.zone else None
    queue = Queue.objects.filter(hall=other, letter=window.queue.letter).first() if window.queue else None

    def decide(row: Window) -> Outcome:
        """The window goes to the hall that takes over."""
        values = {"hall_id": other.pk, "region_no": other.region_no}
        values |= {"zone_id": zone.pk if zone else None, "queue_id": queue.pk if queue else None}
        event = EventDraft("window.moved", {"number": row.number, "hall": str(other.pk)})
        return Outcome((event,), (Update(rules.WINDOW, {"id": row.pk}, values),))

    at_window(by, window.pk, decide)


def _retire(by: Principal, window: Window) -> None:
    """A window that follows nowhere ends with its hall."""

    def decide(row: Window) -> Outcome:
        """The window ends with its hall."""
        event = EventDraft("window.retired", {"number": row.number})
        return Outcome((event,), (Update(rules.WINDOW, {"id": row.pk}, {"retired_on": moment.today()}),))

    at_window(by, window.pk, decide)


def _end_stationing(by: Principal, row: Hall) -> list[Stationing]:
    """What is stationed at a hall ends with it; the hall that takes over receives it in an act of its own."""
    standing = list(Stationing.objects.filter(hall=row, valid__upper_inf=True).select_related("option"))
    if not standing:
        return []

    def decide(hall: Hall) -> Outcome:
        """What is stationed at the hall ends with it."""
        until = moment.today()
        changes: tuple[Change, ...] = tuple(
            Update(STATIONING, {"id": one.pk}, {"valid": DateRange(one.valid.lower, until)}) for one in standing
        )
        event = EventDraft("hall.stationing_ended", {"options": sorted(one.option.code for one in standing)})
        return Outcome((event,), changes)

    at_hall(by, row.pk, decide)
    return standing


def _take_over(by: Principal, other: Hall, row: Hall, ended: list[Stationing]) -> None:
    """The other hall does what was stationed here, unless it says itself whether it does."""
    known = set(Stationing.objects.filter(hall=other, valid__upper_inf=True).values_list("option_id", flat=True))
    come = [one for one in ended if one.standing == Stationing.Standing.STATIONED and one.option_id not in known]

    def decide(hall: Hall) -> Outcome:
        """The hall takes over the work of another one."""
        valid = DateRange(moment.today(), None)
        rows = tuple(
            Insert(
                STATIONING,
                {
                    "id": uuid7(),
                    "hall_id": hall.pk,
                    "option_id": one.option_id,
                    "standing": Stationing.Standing.STATIONED,
                    "valid": valid,
                },
            )
            for one in come
        )
        body = {"from": str(row.pk), "name": row.name, "options": sorted(one.option.code for one in come)}
        return Outcome((EventDraft("hall.took_over", body),), rows)

    at_hall(by, other.pk, decide)
