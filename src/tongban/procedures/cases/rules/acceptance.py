"""Acceptance in all its modes: after a look at the materials, on receipt, deemed by law, or none at all. Pure.

行政许可法 art. 32: acceptance on the spot or within five working days, else accepted from the day of receipt; that
fiction binds only where the legal regime says so (C7). Registration and filing know no acceptance: a check of form
opens the review, and the clock has run since the receipt (市场主体登记管理条例 art. 19).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from tongban.ground.changes import Change, Insert, Outcome, Update
from tongban.ground.errors import Refusal
from tongban.ground.ledger.chain import EventDraft
from tongban.procedures.cases.rules import clocking, crediting, gaps, parts
from tongban.procedures.cases.rules.clocking import ClockStep
from tongban.procedures.cases.rules.commands import Accept, DeemAccepted
from tongban.procedures.cases.rules.crediting import Taken
from tongban.procedures.cases.rules.review import first_clocks, open_branches
from tongban.procedures.cases.rules.state import DECISION_CLOCKS, CaseState, ClockView, Setting
from tongban.registry.catalog.version import Branch

INTAKE_CLOCKS = ("acceptance", "record", *DECISION_CLOCKS)
"""Clocks that the arrival of an application may start, by its regime."""


@dataclass(frozen=True, slots=True)
class Begun:
    """What every acceptance does: clock steps, values of the case, due dates told, due moment of the first tasks."""

    steps: tuple[ClockStep, ...]
    values: dict[str, Any]
    dues: dict[str, date]
    due_at: datetime | None


# ---- from which day ------------------------------------------------------------------------------------------------


def arrived_on(clock: ClockView) -> date:
    """The day on which what is looked at now arrived: that of the receipt, or of the newest correction."""
    return next(step.on for step in reversed(clock.steps) if step.do in ("start", "resume"))


def is_deemed(state: CaseState, setting: Setting) -> bool:
    """Whether silence has accepted the application by law: the limit is over and the regime says so (C7)."""
    clock = state.clock("acceptance")
    over = clock is not None and clock.due_on is not None and setting.today > clock.due_on
    return over and setting.content.law.deemed_acceptance


def accepted_on(state: CaseState, setting: Setting) -> tuple[date, str]:
    """From which day the decision clocks run, and the mode.

    A late acceptance counts from the receipt where silence accepts (C7), else from its own day; a complete correction
    from its own receipt when it was answered in time (glossary 8.2); any other acceptance from its own day.
    """
    clock = state.clock("acceptance")
    if clock is None or clock.due_on is None:
        return setting.today, "normal"
    if is_deemed(state, setting):
        return arrived_on(clock), "deemed"
    in_time = setting.today <= clock.due_on
    return (arrived_on(clock) if state.corrections and in_time else setting.today), "normal"


def decision_clocks(on: date, setting: Setting) -> tuple[ClockStep, ...]:
    """Statutory, joint cap and promised, from the day that the regime names; whatever the version has."""
    content, law = setting.content, setting.content.law
    own = content.extension.n if content.extension else law.extension_max
    steps = []
    if content.statutory_limit:
        steps.append(clocking.start("statutory", content.statutory_limit, on, at=setting.at, extension_max=own))
    if content.joint_limit and content.joint:
        most = law.joint_extension_max
        steps.append(clocking.start("joint", content.joint_limit, on, at=setting.at, extension_max=most))
    steps.append(clocking.start("promised", content.promised_limit, on, at=setting.at, extension_max=own))
    return tuple(steps)


# ---- the act -------------------------------------------------------------------------------------------------------


def begun(state: CaseState, setting: Setting, mode: str, on: date) -> Begun:
    """Clocks and values of an acceptance that counts from ``on``."""
    starts = decision_clocks(on, setting)
    read = {step.clock: clocking.due_of(step, setting) for step in starts}
    steps = (*clocking.stop(state, setting, "acceptance", "notice", "correction"), *starts)
    values = {
        "state": "in_review",
        "accepted_at": setting.at if on == setting.today else parts.end_of(on),
        "accepted_by": setting.principal.staff_id,
        "acceptance_mode": mode,
        "received_at": state.received_at or setting.at,
    }
    dues = {clock: told.due for clock, told in read.items() if told.due is not None}
    first = min((told.due_at for told in read.values() if told.due_at is not None), default=None)
    return Begun(steps, values, dues, first)


def intake_ended(state: CaseState, setting: Setting, verdict: str) -> tuple[Update, ...]:
    """The window's task is done, or dropped when the clock acts."""
    tasks = state.open_tasks("accept")
    if not setting.principal.is_staff:
        return parts.drop_tasks(tasks, setting, verdict)
    return tuple(parts.finish_task(task, setting, verdict) for task in tasks)


def qualified(state: CaseState, setting: Setting) -> tuple[Update, ...]:
    """What a person has looked at and accepted is in order; what was accepted by law has been looked at by nobody."""
    seen = state.materials if setting.principal.is_staff else ()
    return tuple(Update("cases.CaseMaterial", {"id": m.id}, {"state": "qualified"}) for m in seen)


def accepted_event(
    what: Begun, mode: str, on: date, papers: Sequence[Insert], points: Sequence[str] = (), **more: Any
) -> EventDraft:
    """``case.accepted`` with its mode, its day and the due dates that were told."""
    body = {
        "mode": mode,
        "accepted_on": on,
        "points": list(points),
        "due": what.dues,
        "documents": [paper.values["id"] for paper in papers],
        **more,
    }
    return clocking.event("case.accepted", body, what.steps)


def review_started(setting: Setting, branches: Sequence[Branch] | None = None, **more: Any) -> EventDraft:
    """Every branch begins at once; the clocks of the first steps start (their rows come with the branches)."""
    reviewing = setting.content.flow.branches if branches is None else branches
    body = {"branches": [b.key for b in reviewing], **more}
    return clocking.event("case.review_started", body, first_clocks(setting, reviewing))


def accepted(
    state: CaseState,
    setting: Setting,
    mode: str,
    on: date,
    points: Sequence[str] = (),
    taken: Taken | None = None,
) -> Outcome:
    """An acceptance with its notice; statutory and promised clocks start, every branch that reviews now opens."""
    what = begun(state, setting, mode, on)
    notice = parts.paper("acceptance_notice", state.id, setting)
    branches = taken.branches if taken else None
    changes: list[Change] = [
        Update("cases.Case", {"id": state.id}, what.values),
        *clocking.react(state, what.steps, setting),
        notice,
        *(crediting.row(state, taken, setting) if taken else ()),
        *(gaps.filled(state, taken.waived, setting, "waived") if taken else ()),
        *intake_ended(state, setting, "accepted"),
        *qualified(state, setting),
        *open_branches(state, setting, what.due_at, branches),
    ]
    told = taken.told() if taken else {}
    events = (accepted_event(what, mode, on, [notice], points, **told), review_started(setting, branches))
    return Outcome(events, tuple(changes))


def accept(state: CaseState, command: Accept, setting: Setting) -> Outcome:
    """Acceptance: written, sealed, dated. Where the regime has none, the check of form only opens the review."""
    parts.require_state(state, "submitted", "received")
    parts.require(setting.principal, "cases.case.accept", state, "accept")
    taken = crediting.take(state, command.standing, command.reliefs, setting)
    if not is_deemed(state, setting):  # what is accepted by law lacks whatever was not asked for in time
        gaps.require_complete(state, setting, taken.waived)
    if not setting.content.law.separate_acceptance:
        return _form_checked(state, command, setting)
    on, mode = accepted_on(state, setting)
    return accepted(state, setting, mode, on, command.points, taken)


def _form_checked(state: CaseState, command: Accept, setting: Setting) -> Outcome:
    """Registration and filing: the form is right, the review opens; the clock has run since the receipt (C7)."""
    steps = clocking.stop(state, setting, "notice")
    clock = state.clock("record")
    due = state.binding_due() or (clock.due_on if clock else None)
    values = {
        "state": "in_review",
        "accepted_by": setting.principal.staff_id,  # who checked may not decide on a strict version
        "received_at": state.received_at or setting.at,
    }
    changes: list[Change] = [
        Update("cases.Case", {"id": state.id}, values),
        *clocking.react(state, steps, setting),
        *intake_ended(state, setting, "checked"),
        *qualified(state, setting),
        *open_branches(state, setting, parts.end_of(due) if due else None),
    ]
    body = {"branches": [b.key for b in setting.content.flow.branches], "points": list(command.points)}
    started = clocking.event("case.review_started", body, (*steps, *first_clocks(setting)))
    return Outcome((started,), tuple(changes))


def deem_accepted(state: CaseState, command: DeemAccepted, setting: Setting) -> Outcome:
    """The clock acts: nobody spoke within the limit, the application is accepted from the day of receipt (art. 32(4)).

    Nothing is deemed outside a regime that says so; a late notice or a late acceptance does not undo it.
    """
    parts.require(setting.principal, "cases.case.deem", state)
    if not setting.content.law.deemed_acceptance:
        raise Refusal("deem.regime", "这类事项没有视为受理的规定", remedy="请按公布的期限办理受理")
    parts.require_state(state, "submitted", "received")
    clock = state.clock("acceptance")
    if clock is None or not is_deemed(state, setting):
        raise Refusal("deem.in_time", "受理期限还没有过，不能视为受理")
    return accepted(state, setting, "deemed", arrived_on(clock))
