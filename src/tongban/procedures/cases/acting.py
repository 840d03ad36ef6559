"""Who acts and under which circumstances: shared by every service of cases."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from tongban.ground import calendar, moment
from tongban.ground.ledger.chain import Actor
from tongban.ground.policy import Principal
from tongban.procedures.cases.rules.state import CaseState, Setting
from tongban.registry.catalog.version import VersionContent
from tongban.registry.parties.services import actor_of as party_actor


@dataclass(frozen=True, slots=True)
class Done:
    """What an act came to: the case and its new state."""

    id: uuid.UUID
    number: str
    state: str
    query_password: str = ""


def actor_of(principal: Principal, channel: str, state: CaseState | None = None) -> Actor:
    """The ledger's actor: who, at which post, on whose behalf."""
    behalf = ""
    if principal.kind == "person" and state is not None:
        organisation = state.applicant_organisation_id
        behalf = f"organisation:{organisation}" if organisation else f"person:{state.applicant_person_id}"
    return party_actor(principal, channel, behalf)


def setting_of(principal: Principal, content: VersionContent) -> Setting:
    """The circumstances of an act at this moment."""
    now = moment.now()
    return Setting(content, principal, now, moment.local(now).date(), calendar.load())
