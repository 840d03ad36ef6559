"""Checks after the decision, and prerequisites that have come: acts of the system and of the regulator's post."""

from __future__ import annotations

import uuid

from tongban.ground.policy import SYSTEM, Principal
from tongban.procedures.cases.acting import Done
from tongban.procedures.cases.rules import commands
from tongban.procedures.cases.services.doing import act


def draw_for_check(case_id: uuid.UUID, *, reason: str, drawn_on: str, channel: str = "system") -> Done:
    """The draw wants the case checked; ``reason`` of ``rules.aftercare.REASONS``, ``drawn_on`` the day drawn from."""
    return act(SYSTEM, case_id, commands.DrawForCheck(reason, drawn_on), channel)


def record_after_check(
    principal: Principal,
    case_id: uuid.UUID,
    *,
    proceeding_id: uuid.UUID,
    result: str,
    facts: str,
    gravity: str = "general",
    channel: str = "desk",
) -> Done:
    """What the check found: ``passed`` or ``failed``; it goes into the applicant's credit record."""
    command = commands.RecordAfterCheck(proceeding_id, result, facts, gravity)
    return act(principal, case_id, command, channel)


def satisfy_prerequisite(
    case_id: uuid.UUID, *, proceeding_id: uuid.UUID, by: uuid.UUID, channel: str = "system"
) -> Done:
    """What the decision waited for has come; ``by`` is the case that brought it."""
    return act(SYSTEM, case_id, commands.SatisfyPrerequisite(proceeding_id, by), channel)
