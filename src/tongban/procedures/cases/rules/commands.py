"""What can be asked of a case: imperative, with everything the rule needs. No Django."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Given:
    """What is given for one material: stored files, their source and evidence grade (A-D)."""

    code: str
    name: str
    files: tuple[uuid.UUID, ...]
    source: str = "uploaded"
    evidence_grade: str = "C"


@dataclass(frozen=True, slots=True)
class Submit:
    """The applicant submits; at a window the clerk enters it and the case begins as received."""

    case_id: uuid.UUID
    number: str
    query_password: str
    submission_key: uuid.UUID
    version_id: uuid.UUID
    version_hash: str
    region_id: int
    applicant_person_id: uuid.UUID | None
    applicant_organisation_id: uuid.UUID | None
    applicant_label: str
    agent_person_id: uuid.UUID | None
    contact_mobile_index: str
    channel: str
    delivery_mode: str
    answers: str
    content_hash: str
    materials: tuple[Given, ...]
    account_id: uuid.UUID
    draft_id: uuid.UUID | None = None
    at_window: bool = False


@dataclass(frozen=True, slots=True)
class Receive:
    """A window confirms the receipt (the acceptance clock runs since the submission)."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One entry of a one-time notice: a ``material`` or a ``field``, what is wrong and how to mend it."""

    target: str
    code: str
    name: str
    fault: str
    remedy: str


@dataclass(frozen=True, slots=True)
class RequestCorrection:
    """Tell everything that is missing, once, in writing."""

    faults: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class SubmitCorrection:
    """The applicant answers the notice."""

    answers: str
    content_hash: str
    materials: tuple[Given, ...]
    corrected_fields: tuple[str, ...]
    account_id: uuid.UUID


@dataclass(frozen=True, slots=True)
class Accept:
    """A formal yes to examine."""

    points: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RefuseAcceptance:
    """A written no: ``kind`` not_required, no_jurisdiction, uncorrected, barred."""

    kind: str
    reason: str
    right_authority: str = ""


@dataclass(frozen=True, slots=True)
class CompleteStep:
    """A post has done its step; ``verdict`` pass or object."""

    task_id: uuid.UUID
    verdict: str
    text: str
    points: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class LicenceGrant:
    """What the licence says of its holder; ``attributes`` is JSON {element path: value}."""

    holder_kind: str
    holder_id: uuid.UUID
    holder_name: str
    attributes: str


@dataclass(frozen=True, slots=True)
class Decide:
    """Grant or refuse; a refusal needs facts, basis and reasons."""

    outcome: str
    facts: str = ""
    reasons: str = ""
    basis: tuple[Mapping[str, str], ...] = ()
    licence: LicenceGrant | None = None


@dataclass(frozen=True, slots=True)
class Issue:
    """Every paper of the decision is sealed."""


@dataclass(frozen=True, slots=True)
class Deliver:
    """The result reached the party; ``mode`` portal or counter."""

    mode: str
    received_by: str = ""
    account_id: uuid.UUID = field(default_factory=lambda: uuid.UUID(int=0))


@dataclass(frozen=True, slots=True)
class Close:
    """Nothing is left to do."""


@dataclass(frozen=True, slots=True)
class Withdraw:
    """The applicant takes the application back, before the decision."""

    reason: str
