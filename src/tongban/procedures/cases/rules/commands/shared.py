"""What several commands carry. Imperatives with everything that the rule needs; no Django."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Given:
    """What is given for one material: stored files, their source and evidence grade (A-D)."""

    code: str
    name: str
    files: tuple[uuid.UUID, ...]
    source: str = "uploaded"
    evidence_grade: str = "C"


@dataclass(frozen=True, slots=True)
class Fault:
    """One entry of a one-time notice: a ``material`` or a ``field``, what is wrong and how to mend it."""

    target: str
    code: str
    name: str
    fault: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Standing:
    """The applicant's credit as it was looked up for this act, only where the version uses it (NTC-14)."""

    grade: str
    rule: str
    on: date


@dataclass(frozen=True, slots=True)
class Awaited:
    """Something that must come before and has not come yet: number of the version's prerequisite, kind, code, name."""

    number: int
    kind: str
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class LicenceGrant:
    """What the licence says of its holder; ``attributes`` is JSON {element path: value}."""

    holder_kind: str
    holder_id: uuid.UUID
    holder_name: str
    attributes: str


@dataclass(frozen=True, slots=True)
class AskedAgain:
    """A material that is held and was asked for all the same: what held it, the reason of the closed list, words."""

    code: str
    held: str
    reason: str
    words: str = ""
