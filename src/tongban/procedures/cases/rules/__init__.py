"""Pure decisions of engine 1: (case, command, setting) -> outcome. No Django, no database, no clock.

One table says which rule answers which command; the laws stand in the rules' docstrings.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tongban.ground.changes import Outcome
from tongban.procedures.cases.rules import commands, intake, result, review
from tongban.procedures.cases.rules.state import CaseState, Setting

RULES: dict[type, Callable[[CaseState, Any, Setting], Outcome]] = {
    commands.Submit: intake.submit,
    commands.Receive: intake.receive,
    commands.RequestCorrection: intake.request_correction,
    commands.SubmitCorrection: intake.submit_correction,
    commands.Accept: intake.accept,
    commands.RefuseAcceptance: intake.refuse_acceptance,
    commands.CompleteStep: review.complete_step,
    commands.Decide: review.decide,
    commands.Issue: result.issue,
    commands.Deliver: result.deliver,
    commands.Close: result.close,
    commands.Withdraw: result.withdraw,
}


def decide(state: CaseState, command: object, setting: Setting) -> Outcome:
    """What the command does to the case; raises ``Refusal`` when law or policy forbids it."""
    return RULES[type(command)](state, command, setting)
