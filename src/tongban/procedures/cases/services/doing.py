"""How every act of a case is done: load, decide by pure rules, commit as one statement (shapes 1)."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from tongban.ground import acts, moment
from tongban.ground.policy import Principal
from tongban.procedures.cases import rules
from tongban.procedures.cases.acting import Done, actor_of, setting_of
from tongban.procedures.cases.loading import load
from tongban.procedures.cases.rules.state import CaseState, Setting
from tongban.procedures.cases.rules.states import state_after
from tongban.registry.catalog import selectors as catalog
from tongban.registry.catalog.version import VersionContent

_only_asking: ContextVar[bool] = ContextVar("only_asking", default=False)


class _AskedError(BaseException):
    """Carries the command out of a service that is only asked; no handler of errors may take it for one."""

    def __init__(self, command: object) -> None:
        super().__init__()
        self.command = command


def asked_by(call: Callable[[], object]) -> object:
    """The command that a service would carry out, without doing it: for the preview of its paper.

    ``call`` calls one service of this room; what the service itself refuses before it acts is raised.
    """
    token = _only_asking.set(True)
    try:
        call()
    except _AskedError as asked:
        return asked.command
    finally:
        _only_asking.reset(token)
    raise TypeError("the call is no act of a case")


def act(
    principal: Principal, case_id: uuid.UUID, command: Callable[[CaseState], object] | object, channel: str
) -> Done:
    """Load, decide, commit. ``command`` may be built from the loaded state."""
    if _only_asking.get():
        raise _AskedError(command)
    content: VersionContent | None = None
    setting: Setting | None = None

    def decide(state: CaseState) -> tuple[Any, Any]:
        nonlocal content, setting
        content = content or catalog.content(state.version_id)
        setting = setting or setting_of(principal, content)
        asked = command(state) if callable(command) else command
        return state.subject(), rules.decide(state, asked, setting)

    # who acts for whom depends on the case alone, which never changes its applicant
    first = load(case_id)
    seen = [first]

    def read(lock: bool) -> CaseState:
        return load(case_id, True) if lock or not seen else seen.pop()

    now = moment.now()
    state, committed = acts.perform(read, decide, actor_of(principal, channel, first), now)
    after = state.state
    for event in committed.events:
        after = state_after(event.kind, event.body, after)
    return Done(state.id, state.number, after)
