"""The only writers of places: who sits where, and the tickets of the waiting lines. Every act is on the ledger.

``by`` is the acting principal; windows, queues and tickets are named by id. Refusals are sentences (``ground.errors``).
"""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Callable
from datetime import date

from django.db import IntegrityError, transaction

from tongban.ground import acts, moment
from tongban.ground.changes import Outcome, Subject
from tongban.ground.errors import Conflict, NotFound, Refusal
from tongban.ground.ids import uuid7
from tongban.ground.numbers.services import next_number
from tongban.ground.policy import ANONYMOUS, SYSTEM, Principal, Target, allowed
from tongban.registry.catalog.models import HandlingOption
from tongban.registry.parties.services import actor_of
from tongban.registry.places import hours, rules
from tongban.registry.places.models import Queue, QueueTicket, Window, WindowDuty
from tongban.registry.places.rules import Place, Setting, Ticket, WindowState

ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
CODE_LENGTH = 10
TRIES = 5
LATELY = rules.PRIORITY_RUN

_IN_HAND = (rules.CALLED, rules.SERVING)


def open_window(window: uuid.UUID, by: Principal) -> WindowState:
    """Sit down at a window. :raises Refusal: not this post, somebody sits there, or you sit at another one."""
    setting = _setting(by)
    return _sit(window, by, setting, lambda state: rules.open_window(state, setting))


def seat(window: uuid.UUID, person: Principal, by: Principal) -> WindowState:
    """The hall manager seats somebody (排班): ``person`` is their principal at the post in which they sit there."""
    setting = _setting(by)
    return _sit(window, person, setting, lambda state: rules.seat(state, person, setting))


def _sit(
    window: uuid.UUID, person: Principal, setting: Setting, decide: Callable[[WindowState], Outcome]
) -> WindowState:
    elsewhere = WindowDuty.objects.filter(staff=person.staff_id, until_at=None).exclude(window_id=window)
    if person.staff_id and (other := elsewhere.values_list("window__number", flat=True).first()):
        who = "您" if person.staff_id == setting.principal.staff_id else person.name
        raise Refusal("window.elsewhere", f"{who}还坐在 {other} 号窗口", remedy="先在那里离窗，再换窗口")
    try:
        _at_window(window, setting, decide)
    except IntegrityError as error:
        raise Conflict("window.taken", "刚刚有人坐到这个窗口", remedy="刷新页面，看最新状态") from error
    return window_state(window)


def close_window(window: uuid.UUID, by: Principal) -> WindowState:
    """Leave a window; the hall manager may do it for somebody who went without."""
    setting = _setting(by)
    _at_window(window, setting, lambda state: rules.close_window(state, setting))
    return window_state(window)


def take_ticket(
    queue: uuid.UUID,
    subject: str = "",
    priority: str = "",
    by: Principal = ANONYMOUS,
    *,
    source: str = "phone",
    key: uuid.UUID | None = None,
) -> Ticket:
    """Draw a ticket. Needs no account, no phone and no booking (WIN-21).

    :param subject: slug of the item it is for; empty for what the queue is for (a consultation, collecting).
    :param priority: of ``QueueTicket.Priority``; told by the person, seen by the clerk only.
    :param key: id of the ticket to be: a form that is sent twice draws one ticket.
    :raises Refusal: the hall is closed now, an unknown item, or a guide's ticket by somebody who is none.
    """
    setting = _setting(by)
    found = Queue.objects.select_related("hall").filter(pk=queue).first()
    if found is None:
        raise NotFound("queue.not_found", "没有找到这个队列")
    if source == "guide" and not allowed(by, "places.queue.take", Target(region_no=found.hall.region_no)):
        raise Refusal("place.not_allowed", "您当前的岗位不能替人取号", remedy="请导办员取，或自己在取号机、手机上取")
    if key is not None and (drawn := QueueTicket.objects.filter(pk=key, queue=found).first()):
        return as_ticket(drawn)
    if priority and priority not in QueueTicket.Priority.values:
        raise Refusal("queue.priority", "没有这一类优先", field="priority")
    if source not in QueueTicket.Source.values:
        raise Refusal("queue.source", "取号方式不对", field="source")
    hours.require_open(found.hall, setting.at)
    name = found.name
    if subject:
        option = HandlingOption.objects.filter(slug=subject).only("name").first()
        if option is None:
            raise Refusal("queue.option", "没有找到这个事项", field="option", remedy="请重新选择，或选“咨询”")
        name = option.name
    day = moment.local(setting.at).date()
    ticket_id = key or uuid7(setting.at)
    with transaction.atomic():
        ordinal = next_number(f"queue:{found.pk}:{day:%Y%m%d}")
        values = {
            "id": ticket_id,
            "hall_id": found.hall_id,
            "queue_id": found.pk,
            "region_no": found.hall.region_no,
            "day": day,
            "ordinal": ordinal,
            "number": f"{found.letter}{ordinal:03d}",
            "code": "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH)),
            "option": subject,
            "subject": name[:200],
            "priority": priority,
            "source": source,
            "taken_at": setting.at,
            "placed_at": setting.at,
        }
        begun = Subject("queue_ticket", rules.TICKET, ticket_id, 0, b"", found.hall.region_no)
        acts.commit(begun, rules.taken(values), actor_of(by, source), setting.at)
    return ticket_state(ticket_id)


def call_next(window: uuid.UUID, by: Principal) -> Ticket | None:
    """Call whoever is next to a window; ``None`` when nobody waits. Two windows never get the same ticket.

    The order is :func:`rules.line`; a ticket that another window is just taking is skipped, never waited for.
    """
    setting = _setting(by)
    with transaction.atomic():
        state = window_state(window, lock=True)
        rules.require_caller(state, setting)
        assert state.queue_id is not None  # require_caller
        day = moment.local(setting.at).date()
        for place in rules.line(waiting_places(state.queue_id, day), called_lately(state.queue_id, day)):
            rows = QueueTicket.objects.select_for_update(skip_locked=True, of=("self",))
            row = rows.filter(pk=place.id, state=rules.WAITING).first()
            if row is None:
                continue
            ticket = as_ticket(row)
            acts.commit(ticket.subject(), rules.call(ticket, state, setting), actor_of(by, "desk"), setting.at)
            return ticket_state(ticket.id)
    return None


def call_again(ticket: uuid.UUID, by: Principal) -> Ticket:
    """Call the ticket once more."""
    setting = _setting(by)
    return _on_ticket(ticket, setting, lambda state: rules.call_again(state, setting))


def pass_over(ticket: uuid.UUID, by: Principal) -> Ticket:
    """Nobody came."""
    setting = _setting(by)
    return _on_ticket(ticket, setting, lambda state: rules.pass_over(state, setting))


def rejoin(ticket: uuid.UUID, by: Principal = ANONYMOUS) -> Ticket:
    """A missed one is back on the same day: into the line again, behind the next few."""
    setting = _setting(by)

    def decide(state: Ticket) -> Outcome:
        return rules.rejoin(state, waiting_places(state.queue_id, moment.local(setting.at).date()), setting)

    return _on_ticket(ticket, setting, decide)


def begin(ticket: uuid.UUID, by: Principal) -> Ticket:
    """The person came to the window."""
    setting = _setting(by)
    return _on_ticket(ticket, setting, lambda state: rules.begin(state, setting))


def serve(ticket: uuid.UUID, by: Principal, outcome: str, case: uuid.UUID | None = None) -> Ticket:
    """It is done. ``outcome`` of ``QueueTicket.Result``; ``case``: the case that came of it."""
    setting = _setting(by)
    return _on_ticket(ticket, setting, lambda state: rules.serve(state, outcome, case, setting))


def leave(ticket: uuid.UUID, by: Principal = ANONYMOUS) -> Ticket:
    """The person goes: who holds the ticket (whoever calls this has its code), or the clerk who called it."""
    setting = _setting(by)
    return _on_ticket(ticket, setting, lambda state: rules.leave(state, setting))


def window_state(window: uuid.UUID, *, lock: bool = False) -> WindowState:
    """The window as the rules see it; three queries. Raises ``NotFound``."""
    rows = Window.objects.select_for_update() if lock else Window.objects.all()
    row = rows.filter(pk=window).first()
    if row is None:
        raise NotFound("window.not_found", "没有找到这个窗口")
    duty = row.duties.filter(until_at=None).first()
    at_hand = row.tickets.filter(state__in=_IN_HAND).values_list("number", flat=True).first()
    return WindowState(
        row.id,
        row.hall_id,
        row.queue_id,
        row.number,
        row.kind,
        row.state,
        row.retired_on is not None,
        row.region_no,
        row.seq,
        bytes(row.head),
        duty.id if duty else None,
        duty.staff_id if duty else None,
        duty.staff_name if duty else "",
        at_hand or "",
    )


def ticket_state(ticket: uuid.UUID, *, lock: bool = False) -> Ticket:
    """The ticket as the rules see it; one query. Raises ``NotFound``."""
    rows = QueueTicket.objects.select_for_update() if lock else QueueTicket.objects.all()
    row = rows.filter(pk=ticket).first()
    if row is None:
        raise NotFound("queue.ticket_not_found", "没有找到这个号")
    return as_ticket(row)


def as_ticket(row: QueueTicket) -> Ticket:
    """The row as the rules see it."""
    return Ticket(
        id=row.id,
        hall_id=row.hall_id,
        queue_id=row.queue_id,
        number=row.number,
        code=row.code,
        option=row.option,
        subject_name=row.subject,
        priority=row.priority,
        state=row.state,
        region_no=row.region_no,
        taken_at=row.taken_at,
        placed_at=row.placed_at,
        calls=row.calls,
        passes=row.passes,
        called_at=row.called_at,
        begun_at=row.begun_at,
        ended_at=row.ended_at,
        window_id=row.window_id,
        staff_id=row.staff_id,
        result=row.result,
        case_id=row.case_id,
        seq=row.seq,
        head=bytes(row.head),
    )


def _setting(by: Principal) -> Setting:
    return Setting(by, moment.now())


def waiting_places(queue: uuid.UUID, day: date) -> list[Place]:
    """Who waits in a queue on a day; one query."""
    rows = QueueTicket.objects.filter(queue_id=queue, day=day, state=rules.WAITING)
    found = rows.values_list("id", "placed_at", "priority", "ordinal")
    return [Place(key, at, bool(priority), ordinal) for key, at, priority, ordinal in found]


def called_lately(queue: uuid.UUID, day: date) -> list[bool]:
    """Whether those called last from a queue had priority, the newest first; one query."""
    rows = QueueTicket.objects.filter(queue_id=queue, day=day, called_at__isnull=False).order_by("-called_at")
    return [bool(priority) for priority in rows.values_list("priority", flat=True)[:LATELY]]


def _at_window(window: uuid.UUID, setting: Setting, decide: Callable[[WindowState], Outcome]) -> None:
    def both(state: WindowState) -> tuple[Subject, Outcome]:
        return state.subject(), decide(state)

    actor = actor_of(setting.principal, "desk")
    acts.perform(lambda lock: window_state(window, lock=lock), both, actor, setting.at)


def _on_ticket(ticket: uuid.UUID, setting: Setting, decide: Callable[[Ticket], Outcome]) -> Ticket:
    def both(state: Ticket) -> tuple[Subject, Outcome]:
        return state.subject(), decide(state)

    channel = "desk" if setting.principal.kind == "staff" else "portal"
    acts.perform(lambda lock: ticket_state(ticket, lock=lock), both, actor_of(setting.principal, channel), setting.at)
    return ticket_state(ticket)


def end_days() -> int:
    """In the night: whoever still stood in a line has left, whoever forgot to leave a window has left it."""
    setting = Setting(SYSTEM, moment.now())
    today = moment.local(setting.at).date()
    open_still = QueueTicket.objects.filter(
        day__lt=today, state__in=(rules.WAITING, rules.CALLED, rules.SERVING, rules.PASSED_OVER)
    )
    ended = 0
    for key in list(open_still.values_list("pk", flat=True)):
        _on_ticket(key, setting, lambda state: rules.end_of_day(state, setting))
        ended += 1
    since = moment.local(setting.at).replace(hour=0, minute=0, second=0, microsecond=0)
    for window in list(WindowDuty.objects.filter(until_at=None, from_at__lt=since).values_list("window_id", flat=True)):
        _at_window(window, setting, lambda state: rules.end_duty(state, setting))
        ended += 1
    return ended
