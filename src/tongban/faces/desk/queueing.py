"""The line at the clerk's window beside a visit: who waits, who was called, what came of it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from tongban.ground.errors import Refusal
from tongban.ground.policy import Principal
from tongban.registry.places import lines, selectors, services
from tongban.registry.places.lines import Seat, Waiting
from tongban.registry.places.models import Hall, QueueTicket, Window
from tongban.registry.places.rules import CALLED, Ticket

SHOWN = 6
OUTCOMES = tuple((value, str(label)) for value, label in QueueTicket.Result.choices)


@dataclass(frozen=True)
class Pane:
    """Where the clerk sits, who waits there; nothing of it for a clerk without a window."""

    seat: Seat | None = None
    line: Waiting | None = None

    @property
    def ticket(self) -> Ticket | None:
        """The ticket at hand."""
        return self.seat.ticket if self.seat else None

    @property
    def called(self) -> bool:
        """Called, and nobody has come yet."""
        return self.ticket is not None and self.ticket.state == CALLED

    @property
    def outcomes(self) -> tuple[tuple[str, str], ...]:
        """What may have come of the ticket at hand."""
        return OUTCOMES


def pane(principal: Principal) -> Pane:
    """The line of the window at which the clerk sits; five queries."""
    seat = lines.window_of(principal.staff_id)
    return Pane(seat, lines.waiting(seat.window.id, SHOWN)) if seat else Pane()


def arrived(principal: Principal) -> None:
    """Somebody's document is being looked at: whoever was called has come."""
    seat = lines.window_of(principal.staff_id)
    if seat and seat.ticket and seat.ticket.state == CALLED:
        services.begin(seat.ticket.id, principal)


def carry_out(principal: Principal, command: str, outcome: str, case: uuid.UUID | None) -> str:
    """One press at the line; gives the item that the ticket now at hand is for, or empty.

    :raises Refusal: the clerk sits at no window, or nothing waits.
    """
    seat = lines.window_of(principal.staff_id)
    if seat is None:
        raise Refusal("queue.no_window", "您还没有坐到窗口，不能叫号", remedy="没有取号的人，直接读证件就能办")
    ticket = seat.ticket
    if command == "again" and ticket:
        services.call_again(ticket.id, principal)
        return ticket.option
    if command == "pass" and ticket:
        services.pass_over(ticket.id, principal)
    elif ticket:
        if command == "next" and ticket.state == CALLED:
            raise Refusal(
                "queue.called", f"{ticket.number} 号已经叫了，还没有来", remedy="再叫一次，或者按「没来，过号」"
            )
        _end(principal, ticket, outcome, case)
    if command == "finish":
        return ""
    return (called.option if (called := services.call_next(seat.window.id, principal)) else "") or ""


def _end(principal: Principal, ticket: Ticket, outcome: str, case: uuid.UUID | None) -> None:
    if ticket.state == CALLED:
        services.begin(ticket.id, principal)
    known = {value for value, _ in OUTCOMES}
    services.serve(ticket.id, principal, outcome if outcome in known else "received" if case else "answered", case)


MOST_HALLS = 5


def free(principal: Principal) -> tuple[tuple[Hall, tuple[Window, ...]], ...]:
    """Windows at which nobody sits, by hall, in the halls of the clerk's place; two queries and one a hall."""
    near = selectors.halls(principal.region_no, principal.region_end_no)[:MOST_HALLS]
    found = ((one.hall, lines.free_windows(one.hall.pk)) for one in near)
    return tuple((hall, windows) for hall, windows in found if windows)


def sit(principal: Principal, window: str) -> None:
    """Sit down at a window; :raises Refusal: none chosen, taken, or not for this post."""
    try:
        key = uuid.UUID(window)
    except ValueError:
        raise Refusal("queue.window", "请选择窗口", field="window") from None
    services.open_window(key, principal)


def leave(principal: Principal) -> None:
    """Leave the window at which the clerk sits; nothing happens when there is none."""
    if seat := lines.window_of(principal.staff_id):
        services.close_window(seat.window.id, principal)
