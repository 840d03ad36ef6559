"""Who calls: the client of a token, and whether an agent may act for an organisation."""

from __future__ import annotations

import hashlib

from tongban.faces.openapi.models import AccessToken
from tongban.ground import moment
from tongban.ground.policy import Principal
from tongban.registry.parties.models import Mandate, Organisation, Person
from tongban.registry.parties.selectors import principal_of_client


def digest_of(token: str) -> str:
    """What is stored of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def principal_of_token(token: str) -> Principal | None:
    """What the caller may act as; ``None`` for an unknown or expired token or a client that was switched off."""
    found = (
        AccessToken.objects.select_related("client__department", "client__post__region")
        .filter(digest=digest_of(token), expires_at__gt=moment.now(), client__is_active=True)
        .first()
    )
    return None if found is None else principal_of_client(found.client)


def may_act_for(agent: Person, organisation: Organisation) -> bool:
    """Whether the agent leads the organisation or holds its mandate today (g6 line 7)."""
    if organisation.legal_representative_id == agent.pk:
        return True
    return Mandate.objects.filter(
        organisation=organisation, agent=agent, valid__contains=moment.today(), revoked_at=None
    ).exists()
