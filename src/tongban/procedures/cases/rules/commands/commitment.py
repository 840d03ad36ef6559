"""Commitments after the decision. Imperatives with everything that the rule needs; no Django."""

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
