"""Before acceptance and at it. Imperatives with everything that the rule needs; no Django."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from tongban.procedures.cases.rules.commands.shared import (
    AskedAgain,
    Awaited,
    Fault,
    Given,
    LicenceGrant,
    Standing,
)


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
    delivery_address: str = ""
    """Where a result goes by post; empty for the other ways."""
    draft_id: uuid.UUID | None = None
    at_window: bool = False
    missing: tuple[str, ...] = ()
    """Codes of required materials that are left out: to be deferred, promised, or told in the notice."""
    accepts: bool = False
    """Receipt is acceptance: an authorised window enters an item that its version lets it accept (WIN-08)."""
    standing: Standing | None = None
    awaits: tuple[Awaited, ...] = ()
    """Prerequisites of the decision that are not there yet: they run side by side and hold it (APR-08)."""
    asked_again: tuple[AskedAgain, ...] = ()
    """Materials that were held and that a window asked for all the same (WIN-20)."""
    mandate: str = ""
    """How the agent at the counter proved it: ``legal_representative``, ``register`` or ``paper``."""


@dataclass(frozen=True, slots=True)
class Receive:
    """A window confirms the receipt (the acceptance clock runs since the submission)."""


@dataclass(frozen=True, slots=True)
class RequestCorrection:
    """Tell everything that is missing, once, in writing."""

    faults: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class NoteSecondDemand:
    """Somebody tried to ask for more after the one notice: it was refused, and stands as a fact of supervision."""

    targets: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class SubmitCorrection:
    """The applicant answers the notice."""

    answers: str
    content_hash: str
    materials: tuple[Given, ...]
    corrected_fields: tuple[str, ...]
    account_id: uuid.UUID
    called: tuple[tuple[str, str], ...] = ()
    """(``material`` or ``field``, code): what the new answers call for and the old ones did not."""
    left: tuple[tuple[str, str], ...] = ()
    """(``material`` or ``field``, code): what the new answers call for and nobody has given."""


@dataclass(frozen=True, slots=True)
class CorrectOnTheSpot:
    """The applicant mends at the counter and signs (art. 32(3)): no notice, no clock."""

    answers: str
    content_hash: str
    materials: tuple[Given, ...]
    corrected_fields: tuple[str, ...]
    signed_by: str
    account_id: uuid.UUID
    called: tuple[tuple[str, str], ...] = ()
    left: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Accept:
    """A formal yes to examine; ``reliefs`` are those that the applicant's credit earns and that are taken (NTC-14)."""

    points: tuple[str, ...] = ()
    standing: Standing | None = None
    reliefs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AcceptWithDeferral:
    """Accept although secondary materials are missing; the applicant chose it and signed the letter (NTC-06, 07)."""

    materials: tuple[str, ...]
    chosen_by_applicant: bool
    signed_by: str
    points: tuple[str, ...] = ()
    standing: Standing | None = None
    reliefs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AcceptWithCommitment:
    """Accept on the applicant's written promise; ``pair_version`` is that of statement and letter (NTC-10)."""

    pair_version: str
    signed_by: str
    points: tuple[str, ...] = ()
    standing: Standing | None = None


@dataclass(frozen=True, slots=True)
class DeemAccepted:
    """The clock acts: five days have passed without a word (art. 32(4)); only where the regime says so."""


@dataclass(frozen=True, slots=True)
class DecideInstantly:
    """Accept and decide in one act, at a post that is authorised for it (glossary 即办); grants only.

    ``received_by``: who waits at the counter and signs for the paper as soon as it is sealed; empty: nobody waits.
    """

    licence: LicenceGrant | None
    basis: tuple[Mapping[str, str], ...]
    points: tuple[str, ...] = ()
    received_by: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """A filing is recorded: formal check only, on the spot."""

    licence: LicenceGrant | None = None
    basis: tuple[Mapping[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class RefuseAcceptance:
    """A written no: ``kind`` not_required, no_jurisdiction, uncorrected, barred."""

    kind: str
    reason: str
    right_authority: str = ""
    article: str = ""
    """Of ``barred``: the article that bars."""


@dataclass(frozen=True, slots=True)
class VoidEntry:
    """Wrong person or item, entered today, no paper served yet; the number is burned."""

    reason: str


@dataclass(frozen=True, slots=True)
class RaiseDispute:
    """The department says that what the window accepted is incomplete; the applicant is not touched."""

    points: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class RuleDispute:
    """The hall manager rules within one working day; ``fault`` window or department bears it."""

    proceeding_id: uuid.UUID
    fault: str
    words: str


@dataclass(frozen=True, slots=True)
class SettleDeferral:
    """The deferred materials are handed in."""

    materials: tuple[Given, ...]
    account_id: uuid.UUID


@dataclass(frozen=True, slots=True)
class LapseDeferral:
    """The clock acts: the term of a deferral has passed. The result stays withheld; ending needs a person."""

    proceeding_id: uuid.UUID
