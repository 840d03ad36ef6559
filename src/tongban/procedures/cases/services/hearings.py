"""Hearings: the right told, asked for, scheduled, held, given up (行政许可法 art. 46-48)."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime

from tongban.ground.policy import Principal
from tongban.procedures.cases.acting import Done
from tongban.procedures.cases.rules import commands
from tongban.procedures.cases.rules.state import CaseState
from tongban.procedures.cases.services.doing import act
from tongban.procedures.cases.services.matters import officer_for, words_of
from tongban.procedures.cases.submission import require_own_files


def tell_hearing_right(
    principal: Principal, case_id: uuid.UUID, *, reason: str, basis: str = "", channel: str = "desk"
) -> Done:
    """Tell applicant and interested parties that they may ask for a hearing within five working days."""
    return act(principal, case_id, commands.TellHearingRight(reason, basis), channel)


def ask_hearing(
    principal: Principal, case_id: uuid.UUID, *, proceeding_id: uuid.UUID, asked_by: str = "", channel: str = "portal"
) -> Done:
    """Ask for the hearing, in time; ``asked_by`` defaults to the acting person."""
    account = principal.account_id or uuid.UUID(int=0)
    command = commands.AskHearing(proceeding_id, asked_by or principal.name, account)
    return act(principal, case_id, command, channel)


REQUEST_PROOF = "hearing_request"
"""Code under which the written request of a party is handed in."""


def enter_hearing_request(
    principal: Principal,
    case_id: uuid.UUID,
    *,
    proceeding_id: uuid.UUID,
    asked_by: str,
    party_id: uuid.UUID | None = None,
    files: Mapping[str, Sequence[str]] | None = None,
    channel: str = "window",
) -> Done:
    """Enter a request for a hearing that came on paper: of an interested party, or of the applicant (art. 47).

    :param party_id: the interested party's side matter; None: the applicant's own request.
    :param files: ``{"hearing_request": [...]}``: the signed request.
    """
    given = files or {}
    require_own_files(principal, given)
    proof = tuple(uuid.UUID(str(key)) for key in given.get(REQUEST_PROOF, ()))
    account = principal.account_id or uuid.UUID(int=0)
    command = commands.AskHearing(proceeding_id, asked_by, account, party_id, proof)
    return act(principal, case_id, command, channel)


def schedule_hearing(
    principal: Principal,
    case_id: uuid.UUID,
    *,
    proceeding_id: uuid.UUID,
    held_at: datetime,
    place: str,
    officer_id: uuid.UUID,
    public: bool = True,
    channel: str = "desk",
) -> Done:
    """Set time, place and officer (a staff id), at least seven working days ahead; ``held_at`` is aware."""
    known = words_of(case_id, proceeding_id)

    def command(state: CaseState) -> commands.ScheduleHearing:
        officer = officer_for(officer_id, state)
        return commands.ScheduleHearing(proceeding_id, held_at, place, officer_id, officer.name, public, known)

    return act(principal, case_id, command, channel)


def hold_hearing(
    principal: Principal,
    case_id: uuid.UUID,
    *,
    proceeding_id: uuid.UUID,
    participants: Sequence[str],
    minutes: str,
    signed: bool,
    channel: str = "desk",
) -> Done:
    """The officer enters the signed record."""
    known = words_of(case_id, proceeding_id)
    command = commands.HoldHearing(proceeding_id, tuple(participants), minutes, signed, known)
    return act(principal, case_id, command, channel)


def waive_hearing(
    principal: Principal, case_id: uuid.UUID, *, proceeding_id: uuid.UUID, reason: str, channel: str = "desk"
) -> Done:
    """Nobody asked in time, or who asked gave it up."""
    known = words_of(case_id, proceeding_id)
    return act(principal, case_id, commands.WaiveHearing(proceeding_id, reason, known), channel)
