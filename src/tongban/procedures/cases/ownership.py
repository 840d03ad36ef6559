"""Which cases are whose: the applicant's own, those of persons and organisations that the applicant acts for."""

from __future__ import annotations

from django.db.models import Q

from tongban.ground.policy import Principal


def mine(principal: Principal) -> Q:
    """Cases of the person, of those who gave the person a mandate, and of the organisations acted for."""
    persons = Q(applicant_person_id__in=principal.person_ids())
    return persons | Q(applicant_organisation_id__in=principal.organisation_ids())
