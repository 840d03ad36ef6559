"""Review: steps, special steps, extension, supplements, opinions, hearings, parties. Imperatives; no Django."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from tongban.procedures.cases.rules.commands.shared import Fault, Given


@dataclass(frozen=True, slots=True)
class CompleteStep:
    """A post has done its step; ``verdict`` pass or object."""

    task_id: uuid.UUID
    verdict: str
    text: str
    points: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Suspend:
    """Open a special step (glossary 8.3): it stops the clocks that law or the published version lets it stop.

    ``limit_n``/``limit_unit``: the time that it needs, told in writing. ``people``: names of those who do it (site
    check two or more staff, expert review outside experts).
    """

    kind: str
    reason: str
    basis: str
    limit_n: int
    limit_unit: str
    branch_key: str = ""
    held_on: date | None = None
    place: str = ""
    people: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Resume:
    """The special step is over: what it found, who took part, the record's words."""

    proceeding_id: uuid.UUID
    result: str
    record: str
    people: tuple[str, ...] = ()
    known: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Extend:
    """More days, by the named head before expiry, once; the reason is told (art. 42). ``joint``: the joint cap."""

    days: int
    reason: str
    joint: bool = False


@dataclass(frozen=True, slots=True)
class RequestSupplement:
    """Ask for more during review; the statutory clock runs on."""

    faults: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class Supplement:
    """The applicant hands in what was asked."""

    proceeding_id: uuid.UUID
    answers: str
    content_hash: str
    materials: tuple[Given, ...]
    account_id: uuid.UUID
    fields: tuple[str, ...] = ()
    called: tuple[tuple[str, str], ...] = ()
    left: tuple[tuple[str, str], ...] = ()
    """``called`` and ``left`` as of :class:`SubmitCorrection`."""


@dataclass(frozen=True, slots=True)
class RequestOpinion:
    """Ask another unit within one branch, with a limit."""

    branch_key: str
    post_id: int
    post_name: str
    department_id: int
    department_name: str
    question: str
    limit_n: int
    limit_unit: str = "working_day"


@dataclass(frozen=True, slots=True)
class GiveOpinion:
    """The asked unit answers: ``agree``, ``disagree`` or ``no_view``."""

    proceeding_id: uuid.UUID
    answer: str
    text: str
    known: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class HoldJointMeeting:
    """One meeting, many opinions (APR-07): department name -> words."""

    held_on: date
    place: str
    opinions: Mapping[str, str]
    conclusion: str


@dataclass(frozen=True, slots=True)
class TellHearingRight:
    """Tell applicant and interested parties that they may ask for a hearing within five working days."""

    reason: str
    basis: str


@dataclass(frozen=True, slots=True)
class AskHearing:
    """Somebody entitled asks for it; the authority must hold it within twenty working days.

    ``party_id``: an interested party asks on paper, entered by staff; ``proof`` is that paper.
    """

    proceeding_id: uuid.UUID
    asked_by: str
    account_id: uuid.UUID
    party_id: uuid.UUID | None = None
    proof: tuple[uuid.UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class ScheduleHearing:
    """Time and place, told at least seven working days before; the officer has not examined the case (art. 48)."""

    proceeding_id: uuid.UUID
    held_at: datetime
    place: str
    officer_id: uuid.UUID
    officer_name: str
    public: bool = True
    known: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class HoldHearing:
    """The record, signed by those who took part; the decision must rest on it."""

    proceeding_id: uuid.UUID
    participants: tuple[str, ...]
    minutes: str
    signed: bool
    known: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class WaiveHearing:
    """Nobody asked in time, or who asked gave it up."""

    proceeding_id: uuid.UUID
    reason: str
    known: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TellInterestedParty:
    """A third person whose major interest the decision touches is told (art. 36)."""

    name: str
    interest: str


@dataclass(frozen=True, slots=True)
class HearParty:
    """What the interested party (or the applicant) said, or that nothing was said in time."""

    proceeding_id: uuid.UUID
    statement: str
    known: Mapping[str, Any] = field(default_factory=dict)
