"""What has to come before the decision and runs beside it: opened at the entry, satisfied by a reaction. Pure. APR-08.

A prerequisite of the application itself never gets here: who applies without it is told before (``submission``). One of
the decision stops no clock and no branch; it holds a positive decision only, with its reason.
"""

from __future__ import annotations

from collections.abc import Sequence

from tongban.ground.changes import Insert, Outcome
from tongban.ground.errors import Refusal
from tongban.ground.ledger.chain import EventDraft
from tongban.procedures.cases.rules import parts, proceedings
from tongban.procedures.cases.rules.commands import Awaited, SatisfyPrerequisite
from tongban.procedures.cases.rules.ending import BEFORE_DECISION
from tongban.procedures.cases.rules.state import CaseState, Setting

KIND = "prerequisite"


def awaited(state: CaseState, awaits: Sequence[Awaited], setting: Setting) -> tuple[Insert, ...]:
    """One side matter for each thing that is still to come."""
    needs = setting.content.prerequisites
    return tuple(
        proceedings.opened(
            state,
            setting,
            KIND,
            key=str(one.number),
            basis=needs[one.number].basis,
            data={"kind": one.kind, "code": one.code, "name": one.name},
        )
        for one in awaits
    )


def names(state: CaseState) -> tuple[str, ...]:
    """What the decision still waits for, by name."""
    return tuple(str(p.data.get("name", "")) for p in state.open_proceedings(KIND))


def require_none_awaited(state: CaseState, setting: Setting) -> None:
    """Raise ``decision.prerequisite`` while something that must come before is not there."""
    if waiting := names(state):
        raise Refusal(
            "decision.prerequisite",
            f"前置的「{'、'.join(waiting)}」还没有办好，不能准予",
            field="outcome",
            remedy="前置事项办好以后系统会提醒；依法不能准予的，可以作不予决定",
        )


def satisfy(state: CaseState, command: SatisfyPrerequisite, setting: Setting) -> Outcome:
    """What was awaited has come: the decision is no longer held by it."""
    parts.require_state(state, *BEFORE_DECISION)
    parts.require(setting.principal, "cases.prerequisite.satisfy", state)
    matter = proceedings.open_one(state, command.proceeding_id, KIND)
    body = {
        "proceeding_id": matter.id,
        "kind": matter.data.get("kind"),
        "code": matter.data.get("code"),
        "by": command.by,
        "left": len(state.open_proceedings(KIND)) - 1,
    }
    closed = proceedings.closed(matter, setting, result="satisfied", data={"by": str(command.by)})
    return Outcome((EventDraft("case.prerequisite_satisfied", body),), (closed,))
