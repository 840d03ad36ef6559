"""Provisions that a version may carry: limits, extension, deferral, commitment, authorised post, special steps. Pure.

Parts of ``version.VersionContent``, frozen data as JSON; what each needs to be lawful is checked by ``lawful``.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class TimeLimit:
    """A duration with unit (``working_day``, ``calendar_day``, ``hour``, ``at_once`` ...) and basis.

    ``counts_day_zero`` and ``roll_forward``: see ``ground.clock.Limit`` (C3, C4).
    """

    n: int
    unit: str
    basis: str
    counts_day_zero: bool = False
    roll_forward: bool = True


@dataclass(frozen=True)
class ExtensionRule:
    """The item's own rule of extension; goes before the regime's (C6)."""

    n: int
    basis: str
    approver: str = "authority_head"


@dataclass(frozen=True)
class DeferralRule:
    """A secondary material may follow after acceptance (NTC-06): ``due_rule`` at_pickup or by_date."""

    due_rule: str = "at_pickup"
    limit: TimeLimit | None = None
    consequence: str = ""
    basis: str = ""


@dataclass(frozen=True)
class DisputeRule:
    """Where an adjudication's application says who stands against whom: element paths of its form."""

    claim: str
    respondent: str
    answer: str = ""
    """The respondent's answer, where the form already has it."""


@dataclass(frozen=True)
class CommitmentRule:
    """Handling on a written promise: statement of requirements and letter, one version pair (NTC-10).

    ``mode``: ``approval`` (the whole is granted on the promise) or ``proof`` (it replaces ``materials``).
    """

    mode: str
    pair_version: str
    statement: tuple[str, ...]
    letter: tuple[str, ...]
    materials: tuple[str, ...]
    check_limit: TimeLimit
    rectification_limit: TimeLimit
    liability: tuple[str, ...]
    basis: str
    by_statute: bool = False
    """A law itself prescribes the commitment (消防法 art. 15): only then may it touch an excluded field."""


@dataclass(frozen=True)
class CreditRule:
    """How the applicant's credit counts for the item, beside its risk level and reliefs (NTC-14, NTC-15).

    ``excluded_grades`` get neither deferral nor commitment. ``check_*``: whose post checks a decided case afterwards
    (the regulator's), and within which time; needed where the review is postponed or cases are drawn.
    """

    basis: str
    excluded_grades: tuple[str, ...] = ()
    check_limit: TimeLimit | None = None
    check_post_id: int = 0
    check_post_name: str = ""
    check_department_id: int = 0


@dataclass(frozen=True)
class SinglePostRule:
    """Written, published, dated authorisation of one post to accept and grant instant items (WIN-10)."""

    post_id: int
    post_name: str
    instrument: str
    published_on: str
    valid_from: str
    valid_until: str | None = None


@dataclass(frozen=True)
class SpecialStepRule:
    """A special step that the guide publishes (APR-02): own limit, and what it stops (glossary 8.3)."""

    kind: str
    name: str
    limit: TimeLimit
    branch_key: str = ""
    stops_statutory: bool = False
    stops_promised: bool = False
    basis: str = ""
