"""Commitment: acceptance on a promise, its check after the decision, and what follows a breach."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence

from tongban.ground.policy import Principal
from tongban.procedures.cases.acting import Done
from tongban.procedures.cases.rules import commands
from tongban.procedures.cases.rules.state import CaseState
from tongban.procedures.cases.services.doing import act
from tongban.procedures.cases.standing import standing_in
from tongban.registry.catalog import selectors as catalog


def accept_with_commitment(
    principal: Principal,
    case_id: uuid.UUID,
    *,
    pair_version: str,
    signed_by: str,
    points: Sequence[str] = (),
    channel: str = "window",
) -> Done:
    """Accept on the applicant's written promise; ``pair_version`` is that of the statement and letter used."""

    def command(state: CaseState) -> commands.AcceptWithCommitment:
        standing = standing_in(state, catalog.content(state.version_id))
        return commands.AcceptWithCommitment(pair_version, signed_by, tuple(points), standing)

    return act(principal, case_id, command, channel)


def check_commitment(
    principal: Principal,
    case_id: uuid.UUID,
    *,
    proceeding_id: uuid.UUID,
    result: str,
    facts: str,
    gravity: str = "general",
    channel: str = "desk",
) -> Done:
    """Record what the check found: ``kept`` or ``breached`` (then with its gravity)."""
    command = commands.CheckCommitment(proceeding_id, result, facts, gravity)
    return act(principal, case_id, command, channel)


def tell_annulment(
    principal: Principal,
    case_id: uuid.UUID,
    *,
    proceeding_id: uuid.UUID,
    facts: str,
    reasons: str,
    basis: Sequence[Mapping[str, str]],
    channel: str = "desk",
) -> Done:
    """Prior notice of an annulment: the holder states and defends within the term."""
    command = commands.TellAnnulment(proceeding_id, facts, reasons, tuple(basis))
    return act(principal, case_id, command, channel)


def order_rectification(
    principal: Principal,
    case_id: uuid.UUID,
    *,
    proceeding_id: uuid.UUID,
    facts: str,
    basis: Sequence[Mapping[str, str]],
    channel: str = "desk",
) -> Done:
    """Order in writing to put it right within the published term; ``basis`` = [{instrument, article}]."""
    return act(principal, case_id, commands.OrderRectification(proceeding_id, facts, tuple(basis)), channel)


def defend(
    principal: Principal,
    case_id: uuid.UUID,
    *,
    proceeding_id: uuid.UUID,
    text: str,
    rectified: bool = False,
    channel: str = "portal",
) -> Done:
    """The applicant's statement and defence; ``rectified`` says that it has been put right."""
    account = principal.account_id or principal.actor_id or uuid.UUID(int=0)
    return act(principal, case_id, commands.Defend(proceeding_id, text, rectified, account), channel)


def conclude_breach(
    principal: Principal,
    case_id: uuid.UUID,
    *,
    proceeding_id: uuid.UUID,
    outcome: str,
    facts: str,
    reasons: str = "",
    basis: Sequence[Mapping[str, str]] = (),
    channel: str = "desk",
) -> Done:
    """End a breach: ``rectified``, or ``annul`` (the licence is annulled in the same act)."""
    command = commands.ConcludeBreach(proceeding_id, outcome, facts, reasons, tuple(basis))
    return act(principal, case_id, command, channel)
