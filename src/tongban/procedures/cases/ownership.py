"""Which cases are whose: the applicant's own, those of persons and organisations that the applicant acts for."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from tongban.ground.policy import Principal


def mine(principal: Principal) -> Q:
    """Cases of the person, of those who gave the person a mandate, and of the organisations acted for."""
    persons = Q(applicant_person_id__in=principal.person_ids())
    return persons | Q(applicant_organisation_id__in=principal.organisation_ids())


MINE = "(applicant_person_id = ANY(%(persons)s) OR applicant_organisation_id = ANY(%(organisations)s))"
"""The same as a condition of SQL; :func:`sides` are its values. A test holds the two together."""


def sides(principal: Principal) -> dict[str, Any]:
    """For whom the person acts, as values of :data:`MINE`."""
    return {"persons": list(principal.person_ids()), "organisations": list(principal.organisation_ids())}
