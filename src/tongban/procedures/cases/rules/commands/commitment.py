"""Commitments and checks after the decision. Imperatives with everything that the rule needs; no Django."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CheckCommitment:
    """What the check after the decision found: ``kept`` or ``breached``, with facts."""

    proceeding_id: uuid.UUID
    result: str
    facts: str
    gravity: str = "general"
    """Of a breach: ``minor``, ``general``, ``serious``; it goes into the credit record."""


@dataclass(frozen=True, slots=True)
class DrawForCheck:
    """The draw (or a single post, or a postponed review) wants a decided case checked afterwards (NTC-15)."""

    reason: str
    drawn_on: str


@dataclass(frozen=True, slots=True)
class RecordAfterCheck:
    """What a check afterwards found: ``passed`` or ``failed``, with facts; a failed one opens a breach."""

    proceeding_id: uuid.UUID
    result: str
    facts: str
    gravity: str = "general"


@dataclass(frozen=True, slots=True)
class TellAnnulment:
    """Prior notice of an annulment: facts, reasons and articles, and until when to state and defend (art. 7)."""

    proceeding_id: uuid.UUID
    facts: str
    reasons: str
    basis: tuple[Mapping[str, str], ...]


@dataclass(frozen=True, slots=True)
class OrderRectification:
    """A breach: put it right within the term, and say what you have to say."""

    proceeding_id: uuid.UUID
    facts: str
    basis: tuple[Mapping[str, str], ...]


@dataclass(frozen=True, slots=True)
class Defend:
    """The applicant's statement and defence; ``rectified`` says that it has been put right."""

    proceeding_id: uuid.UUID
    text: str
    rectified: bool
    account_id: uuid.UUID


@dataclass(frozen=True, slots=True)
class ConcludeBreach:
    """After rectification term and defence: ``rectified`` ends it, ``annul`` annuls the licence (art. 69)."""

    proceeding_id: uuid.UUID
    outcome: str
    facts: str
    reasons: str
    basis: tuple[Mapping[str, str], ...]
