"""Who is called next, what a window accepts, what a door may be called, what an act of a place changes. Pure.

**The line** (HAL-10, WIN-21). Tickets stand in the order in which they were taken. Whoever has priority goes before the
others, but never more than :data:`PRIORITY_RUN` in a row while somebody without it waits: so whoever stands at place
``k`` of those without priority is called after at most ``k * (PRIORITY_RUN + 1)`` calls, and nobody starves. A person
who missed the call and comes back is put behind the next :data:`BACK_BEHIND` waiting ones.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tongban.ground.changes import Insert, Outcome, Subject, Update
from tongban.ground.errors import Refusal
from tongban.ground.ids import uuid7
from tongban.ground.ledger.chain import EventDraft
from tongban.ground.policy import Principal, Target, allowed

HALL, WINDOW, DUTY, TICKET = "places.Hall", "places.Window", "places.WindowDuty", "places.QueueTicket"
PRIORITY_RUN = 2
"""How many with priority may be called in a row while others wait."""
BACK_BEHIND = 3
"""Behind how many waiting ones a missed ticket is put back."""
MOST_PASSES = 2
"""After so many missed calls a new ticket must be taken."""

WAITING, CALLED, SERVING, SERVED, PASSED_OVER, LEFT = "waiting", "called", "serving", "served", "passed_over", "left"
RESULTS = ("received", "answered", "collected", "handed_back", "referred")

DOOR_NAMES: Mapping[str, tuple[str, ...]] = {
    "centre": ("政务服务中心",),
    "township_centre": ("便民服务中心",),
    "village_station": ("便民服务站",),
}
"""How the name on the door ends at each level (HAL-08, 统一名称和标识)."""


_HANDLING = ("window_clerk", "chief_representative", "station_clerk")
QUALIFIED: Mapping[str, tuple[str, ...]] = {
    "consulting": ("first_contact", *_HANDLING),
    "assistance": ("helper", *_HANDLING),
    "backstop": ("first_contact", "helper", *_HANDLING),
    "issuing": ("issuing_clerk", "window_clerk", "station_clerk"),
}
"""Which roles may sit at a window of a kind (WIN-06); every other kind is for whoever may receive an application."""


def qualified(kind: str) -> tuple[str, ...]:
    """Roles that may sit at a window of this kind."""
    return QUALIFIED.get(kind, _HANDLING)


@dataclass(frozen=True, slots=True)
class Place:
    """A ticket in the line, as the rule of calling sees it."""

    id: uuid.UUID
    placed_at: datetime
    priority: bool = False
    ordinal: int = 0


def line(waiting: Sequence[Place], lately: Sequence[bool] = ()) -> tuple[Place, ...]:
    """The waiting ones in the order in which they will be called, if nobody comes or leaves.

    :param lately: whether those called last had priority, the newest first.
    """
    ordered = sorted(waiting, key=lambda one: (one.placed_at, one.ordinal, one.id))
    first, others = [one for one in ordered if one.priority], [one for one in ordered if not one.priority]
    run = next((n for n, had in enumerate(lately) if not had), len(lately))
    found: list[Place] = []
    while first and others:
        if run >= PRIORITY_RUN:
            found.append(others.pop(0))
            run = 0
        else:
            found.append(first.pop(0))
            run += 1
    return (*found, *first, *others)


def back_in_line(waiting: Sequence[Place], now: datetime) -> datetime:
    """Where a missed one is put back: just behind the next :data:`BACK_BEHIND` waiting ones."""
    ahead = line(waiting)[:BACK_BEHIND]
    if not ahead:
        return now
    return max(one.placed_at for one in ahead) + timedelta(microseconds=1)


def naming_problem(kind: str, name: str) -> str:
    """What is wrong with a name on a door, in a sentence; empty when it is right."""
    ends = DOOR_NAMES.get(kind)
    if ends and not name.endswith(ends):
        return f"名称要以“{'”或“'.join(ends)}”结尾（统一名称和标识）"
    return ""


def accepts(mode: str, departments: Sequence[int], options: Sequence[str], slug: str, authority_id: int | None) -> bool:
    """Whether a window of this mode takes an item that is stationed in its hall (WIN-06)."""
    if mode == "all_items":
        return True
    if mode == "by_field":
        return slug in options or authority_id in departments
    return slug in options


@dataclass(frozen=True, slots=True)
class Setting:
    """Who acts, and when."""

    principal: Principal
    at: datetime


@dataclass(frozen=True, slots=True)
class WindowState:
    """A window as the rules see it; ``duty_id``, ``staff_id`` and ``staff_name``: who sits there now."""

    id: uuid.UUID
    hall_id: uuid.UUID
    queue_id: uuid.UUID | None
    number: str
    kind: str
    state: str
    retired: bool
    region_no: int
    seq: int
    head: bytes
    duty_id: uuid.UUID | None = None
    staff_id: uuid.UUID | None = None
    staff_name: str = ""
    at_hand: str = ""
    """Number of the ticket that was called to it and is not ended."""

    def subject(self) -> Subject:
        """The ledger subject with its chain head."""
        return Subject("window", WINDOW, self.id, self.seq, self.head, self.region_no)

    def target(self) -> Target:
        """Where it lies."""
        return Target(region_no=self.region_no)


@dataclass(frozen=True, slots=True)
class Ticket:
    """A queue ticket as the rules see it, and as the services give it back."""

    id: uuid.UUID
    hall_id: uuid.UUID
    queue_id: uuid.UUID
    number: str
    code: str
    option: str
    """Slug of the item that it is for; empty for a consultation or for collecting."""
    subject_name: str
    priority: str
    """For the clerk only; empty = none."""
    state: str
    region_no: int
    taken_at: datetime
    placed_at: datetime
    calls: int = 0
    passes: int = 0
    called_at: datetime | None = None
    begun_at: datetime | None = None
    ended_at: datetime | None = None
    window_id: uuid.UUID | None = None
    staff_id: uuid.UUID | None = None
    result: str = ""
    case_id: uuid.UUID | None = None
    seq: int = 0
    head: bytes = b""

    def subject(self) -> Subject:
        """The ledger subject with its chain head."""
        return Subject("queue_ticket", TICKET, self.id, self.seq, self.head, self.region_no)

    def target(self) -> Target:
        """Where it lies."""
        return Target(region_no=self.region_no)


def open_window(state: WindowState, setting: Setting) -> Outcome:
    """Sit down at a window. :raises Refusal: not this post, retired, or somebody sits there."""
    _require(setting.principal, "places.window.open", state.target())
    return _seated(state, setting.principal, setting)


def seat(state: WindowState, person: Principal, setting: Setting) -> Outcome:
    """The hall manager seats somebody whose post fits. :raises Refusal: as :func:`open_window`."""
    _require(setting.principal, "places.hall.configure", state.target())
    _require(person, "places.window.open", state.target())
    return _seated(state, person, setting)


def _seated(state: WindowState, person: Principal, setting: Setting) -> Outcome:
    """Somebody sits down at the window."""
    own = person.staff_id == setting.principal.staff_id
    if state.retired:
        raise Refusal("window.retired", f"{state.number} 号窗口已经撤销", remedy="请选别的窗口")
    if not person.roles.intersection(qualified(state.kind)):
        remedy = "请切换岗位，或选您的岗位能坐的窗口" if own else "请选岗位合适的人"
        whose = "您" if own else person.name
        raise Refusal("window.not_qualified", f"{whose}的岗位不能坐 {state.number} 号窗口", remedy=remedy)
    if state.duty_id is not None:
        mine = state.staff_id == setting.principal.staff_id
        who = "您已经在" if mine else f"{state.staff_name}正在"
        remedy = "直接叫号就可以" if mine else "请对方先离窗，或选别的窗口"
        raise Refusal("window.taken", f"{who} {state.number} 号窗口办公", remedy=remedy)
    duty = {
        "id": uuid7(setting.at),
        "window_id": state.id,
        "staff_id": person.staff_id,
        "staff_name": person.name,
        "post_id": person.post_id,
        "from_at": setting.at,
    }
    body = {"duty": str(duty["id"]), "staff": str(person.staff_id), "post": person.post_name}
    changes = (Update(WINDOW, {"id": state.id}, {"state": "open"}), Insert(DUTY, duty))
    return Outcome((EventDraft("window.opened", body),), changes)


def close_window(state: WindowState, setting: Setting) -> Outcome:
    """Leave a window: whoever sits there, or the hall manager for them."""
    if state.duty_id is None:
        raise Refusal("window.not_open", f"{state.number} 号窗口没有人在办公", remedy="刷新页面，看最新状态")
    own = state.staff_id == setting.principal.staff_id
    _require(setting.principal, "places.window.open" if own else "places.hall.configure", state.target())
    if state.at_hand:
        remedy = "先办完、过号或登记离开，再离窗"
        raise Refusal("window.ticket_at_hand", f"{state.at_hand} 号还没有办完", remedy=remedy)
    return _left(state, setting, "own" if own else "manager")


def end_duty(state: WindowState, setting: Setting) -> Outcome:
    """The day is over, and whoever sat there forgot to leave."""
    if setting.principal.kind != "system":
        raise Refusal("place.not_allowed", "这一步由系统在夜里做")
    return _left(state, setting, "system")


def _left(state: WindowState, setting: Setting, who: str) -> Outcome:
    """Whoever sat there has left the window."""
    changes = (
        Update(WINDOW, {"id": state.id}, {"state": "closed"}),
        Update(DUTY, {"id": state.duty_id}, {"until_at": setting.at}),
    )
    return Outcome((EventDraft("window.closed", {"duty": str(state.duty_id), "by": who}),), changes)


def require_caller(state: WindowState, setting: Setting) -> None:
    """Only whoever sits at a window calls to it, and one at a time. :raises Refusal: says which."""
    _require(setting.principal, "places.queue.call", state.target())
    if state.staff_id is None or state.staff_id != setting.principal.staff_id:
        raise Refusal("window.not_yours", f"您没有在 {state.number} 号窗口当班", remedy="先坐到这个窗口，再叫号")
    if state.queue_id is None:
        raise Refusal("window.no_queue", f"{state.number} 号窗口没有接叫号队列", remedy="请大厅管理人员给窗口接上队列")
    if state.at_hand:
        raise Refusal(
            "window.ticket_at_hand", f"{state.at_hand} 号还没有办完", remedy="先办完、过号或登记离开，再叫下一位"
        )


def taken(values: Mapping[str, Any]) -> Outcome:
    """A ticket was drawn. ``values``: its row."""
    body = {name: str(values[name]) for name in ("number", "day", "queue_id", "source")}
    return Outcome(
        (EventDraft("queue.taken", {**body, "priority": bool(values["priority"])}),), (Insert(TICKET, values),)
    )


def call(ticket: Ticket, window: WindowState, setting: Setting) -> Outcome:
    """Call a waiting ticket to a window."""
    if ticket.state != WAITING:
        raise _moved(ticket)
    values = {
        "state": CALLED,
        "called_at": setting.at,
        "calls": ticket.calls + 1,
        "window_id": window.id,
        "staff_id": setting.principal.staff_id,
    }
    return _changed(ticket, "queue.called", {"window": window.number}, values)


def call_again(ticket: Ticket, setting: Setting) -> Outcome:
    """Call it once more, aloud and on the screen."""
    _require_holder(ticket, setting)
    if ticket.state != CALLED:
        raise _moved(ticket)
    values = {"called_at": setting.at, "calls": ticket.calls + 1}
    return _changed(ticket, "queue.called", {"again": ticket.calls}, values)


def pass_over(ticket: Ticket, setting: Setting) -> Outcome:
    """Nobody came: the window is free for the next one."""
    _require_holder(ticket, setting)
    if ticket.state != CALLED:
        raise _moved(ticket)
    return _changed(
        ticket, "queue.passed_over", {"calls": ticket.calls}, {"state": PASSED_OVER, "passes": ticket.passes + 1}
    )


def rejoin(ticket: Ticket, waiting: Sequence[Place], setting: Setting) -> Outcome:
    """A missed one is back: into the line again, behind the next few."""
    if ticket.state != PASSED_OVER:
        raise _moved(ticket)
    if ticket.passes >= MOST_PASSES:
        raise Refusal("queue.passes", f"{ticket.number} 号已经过号 {ticket.passes} 次", remedy="请重新取号")
    placed = back_in_line(waiting, setting.at)
    return _changed(ticket, "queue.rejoined", {"passes": ticket.passes}, {"state": WAITING, "placed_at": placed})


def begin(ticket: Ticket, setting: Setting) -> Outcome:
    """The person came: the handling begins."""
    _require_holder(ticket, setting)
    if ticket.state != CALLED:
        raise _moved(ticket)
    return _changed(ticket, "queue.begun", {}, {"state": SERVING, "begun_at": setting.at})


def serve(ticket: Ticket, result: str, case_id: uuid.UUID | None, setting: Setting) -> Outcome:
    """It is done; ``case_id`` is what came of it. A called one may be served without ``begin``."""
    _require_holder(ticket, setting)
    if ticket.state not in (CALLED, SERVING):
        raise _moved(ticket)
    if result not in RESULTS:
        raise Refusal("queue.result", "请选择这一号的结果", field="result")
    values = {
        "state": SERVED,
        "begun_at": ticket.begun_at or setting.at,
        "ended_at": setting.at,
        "result": result,
        "case_id": case_id,
    }
    return _changed(ticket, "queue.served", {"result": result, "case": str(case_id) if case_id else ""}, values)


def end_of_day(ticket: Ticket, setting: Setting) -> Outcome:
    """The day is over, and nobody ended the ticket."""
    if setting.principal.kind != "system":
        raise Refusal("place.not_allowed", "这一步由系统在夜里做")
    return _gone(ticket, setting, "day_over")


def leave(ticket: Ticket, setting: Setting) -> Outcome:
    """The person goes: whoever holds the ticket says so before it is their turn, or the staff who deals with it.

    Staff: who called it, the hall manager, and for one that waits whoever draws tickets for others.
    """
    staff = setting.principal.kind == "staff"
    if staff and ticket.state == WAITING:
        _require(setting.principal, "places.queue.take", ticket.target())
    elif staff:
        _require_holder(ticket, setting)
    if ticket.state not in ((WAITING, CALLED, SERVING, PASSED_OVER) if staff else (WAITING, CALLED, PASSED_OVER)):
        raise _moved(ticket)
    return _gone(ticket, setting, "")


def _gone(ticket: Ticket, setting: Setting, why: str) -> Outcome:
    """Whoever held the ticket went away."""
    return _changed(ticket, "queue.left", {"from": ticket.state, "why": why}, {"state": LEFT, "ended_at": setting.at})


def _changed(ticket: Ticket, kind: str, body: Mapping[str, Any], values: Mapping[str, Any]) -> Outcome:
    event = EventDraft(kind, {"number": ticket.number, **body})
    return Outcome((event,), (Update(TICKET, {"id": ticket.id}, values),))


def _require_holder(ticket: Ticket, setting: Setting) -> None:
    if ticket.staff_id is not None and ticket.staff_id == setting.principal.staff_id:
        _require(setting.principal, "places.queue.call", ticket.target())
        return
    if allowed(setting.principal, "places.hall.configure", ticket.target()):
        return
    raise Refusal("queue.not_yours", f"{ticket.number} 号不是您叫的", remedy="请由叫号的窗口处理")


def _moved(ticket: Ticket) -> Refusal:
    told = {
        WAITING: "还在等候",
        CALLED: "已经叫过号",
        SERVING: "正在办理",
        SERVED: "已经办完",
        PASSED_OVER: "已经过号",
        LEFT: "已经离开",
    }
    return Refusal(
        "queue.moved_on", f"{ticket.number} 号{told[ticket.state]}，不能做这一步", remedy="刷新页面，看最新状态"
    )


def _require(principal: Principal, permission: str, target: Target) -> None:
    if principal.staff_id is None or not allowed(principal, permission, target):
        raise Refusal("place.not_allowed", "您当前的岗位不能做这一步", remedy="请切换到有权限的岗位，或请同事办理")
