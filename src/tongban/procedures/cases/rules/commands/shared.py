"""What several commands carry. Imperatives with everything that the rule needs; no Django."""

from __future__ import annotations

import uuid
from dataclasses import dataclass


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
class LicenceGrant:
    """What the licence says of its holder; ``attributes`` is JSON {element path: value}."""

    holder_kind: str
    holder_id: uuid.UUID
    holder_name: str
    attributes: str
