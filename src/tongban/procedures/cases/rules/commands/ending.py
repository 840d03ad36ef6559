"""Decision, result, and every other end. Imperatives with everything that the rule needs; no Django."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from tongban.procedures.cases.rules.commands.shared import LicenceGrant


@dataclass(frozen=True, slots=True)
class Decide:
    """The outcome by the regime (granted, refused, provided ...); a negative one needs facts, basis and reasons."""

    outcome: str
    facts: str = ""
    reasons: str = ""
    basis: tuple[Mapping[str, str], ...] = ()
    licence: LicenceGrant | None = None
    ruling: str = ""
    """Of an adjudication: what is ruled (裁决主文)."""


@dataclass(frozen=True, slots=True)
class DeemRenewed:
    """The clock acts: the licence has expired, renewal was asked in time, nobody decided (art. 50)."""

    licence_id: uuid.UUID
    expires_on: date
    licence: LicenceGrant | None = None


@dataclass(frozen=True, slots=True)
class Issue:
    """Every paper of the decision is sealed. ``handed_to``: who has been waiting at the counter and signs for it."""

    handed_to: str = ""


@dataclass(frozen=True, slots=True)
class NotifyReady:
    """The result waits at the counter: from now on the delivery clock stands still (C16)."""


@dataclass(frozen=True, slots=True)
class Deliver:
    """The result reached the party; ``mode`` portal, counter, post (``waybill``) or left_behind (``witnesses``)."""

    mode: str
    received_by: str = ""
    waybill: str = ""
    witnesses: tuple[str, ...] = ()
    account_id: uuid.UUID = field(default_factory=lambda: uuid.UUID(int=0))


@dataclass(frozen=True, slots=True)
class Close:
    """Nothing is left to do."""


@dataclass(frozen=True, slots=True)
class Withdraw:
    """The applicant takes the application back, before the decision."""

    reason: str


@dataclass(frozen=True, slots=True)
class Terminate:
    """A person's written end without decision; ``kind`` of :data:`rules.ending.TERMINATIONS`."""

    kind: str
    facts: str
    basis: tuple[Mapping[str, str], ...]


@dataclass(frozen=True, slots=True)
class Transfer:
    """The whole file goes elsewhere: ``kind`` upward, right_authority, other_region."""

    kind: str
    authority: str
    reason: str
    consented: bool = False
    own_misrouting: bool = False
    consent_by: str = ""
    consent_files: tuple[uuid.UUID, ...] = ()
    """Who consented, and the signed consent: what is said to be agreed to is proven."""


@dataclass(frozen=True, slots=True)
class HandOver:
    """A task goes to another post (roster, leave, conflict of interest): who answers for it changes, on record."""

    task_id: uuid.UUID
    post_id: int
    post_name: str
    department_id: int
    reason_code: str
    reason: str


@dataclass(frozen=True, slots=True)
class ClaimTask:
    """A holder of the post says: I am at it."""

    task_id: uuid.UUID


@dataclass(frozen=True, slots=True)
class ReleaseTask:
    """Whose task it is gives it back to the post."""

    task_id: uuid.UUID


@dataclass(frozen=True, slots=True)
class AssignTask:
    """A task is given to a person of its post; ``department_id`` is that of the post.

    :param holds_post: whether the person holds the post of the task today.
    """

    task_id: uuid.UUID
    staff_id: uuid.UUID
    department_id: int
    holds_post: bool
    reason_code: str
    reason: str


@dataclass(frozen=True, slots=True)
class SatisfyPrerequisite:
    """What had to come before is there; ``by`` is the case or licence that brought it."""

    proceeding_id: uuid.UUID
    by: uuid.UUID


@dataclass(frozen=True, slots=True)
class Archive:
    """The package is in the archive: its own act with its own receipt (国办发〔2023〕26号).

    ``from_seq``: of a supplement, the first event that it holds; 0: the whole case.
    """

    file_id: uuid.UUID
    content_hash: str
    entries: int
    retain_until: date | None
    from_seq: int = 0
