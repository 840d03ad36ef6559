"""The applicant's credit for an act or a screen: looked up only where the version uses it (NTC-14)."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from tongban.procedures.cases.rules.commands import Standing
from tongban.procedures.cases.rules.state import CaseState
from tongban.registry.catalog.reliefs import RELIEFS, earned, excluded, uses_credit
from tongban.registry.catalog.version import VersionContent
from tongban.registry.credit import selectors as credit
from tongban.registry.credit.parties import Party
from tongban.registry.credit.rules import Grade


def party_of(person_id: uuid.UUID | None, organisation_id: uuid.UUID | None) -> Party:
    """The applicant: the organisation where one applies, else the person."""
    return Party(organisation_id=organisation_id) if organisation_id else Party(person_id=person_id)


def standing_of(
    content: VersionContent, person_id: uuid.UUID | None, organisation_id: uuid.UUID | None
) -> Standing | None:
    """The grade today, for a command; None without a query where credit counts for nothing."""
    if not uses_credit(content):
        return None
    grade = credit.grade_of(party_of(person_id, organisation_id), content.region_no)
    return Standing(grade.letter, grade.rule, grade.on)


def standing_in(state: CaseState, content: VersionContent) -> Standing | None:
    """The applicant's grade today, for an act on a case."""
    return standing_of(content, state.applicant_person_id, state.applicant_organisation_id)


@dataclass(frozen=True)
class Offer:
    """What the applicant's credit means for an item: the grade with its reasons, reliefs with words, exclusion."""

    grade: Grade
    reliefs: tuple[tuple[str, str], ...]
    excluded: bool
    basis: str


def offer_of(content: VersionContent, person_id: uuid.UUID | None, organisation_id: uuid.UUID | None) -> Offer | None:
    """For the desk and the portal; None where credit counts for nothing."""
    if not uses_credit(content):
        return None
    grade = credit.grade_of(party_of(person_id, organisation_id), content.region_no)
    given = tuple((relief, RELIEFS[relief]) for relief in RELIEFS if relief in earned(content, grade.letter))
    basis = content.credit.basis if content.credit else ""
    return Offer(grade, given, excluded(content, grade.letter), basis)
