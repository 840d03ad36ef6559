"""Who acts and under which circumstances: shared by every service of cases."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from tongban.ground import calendar, moment
from tongban.ground.ledger.chain import Actor
from tongban.ground.policy import Principal
from tongban.procedures.cases.rules.state import CaseState, Setting
from tongban.registry.catalog.version import VersionContent


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
    kinds = {"person": "account", "staff": "staff", "api_client": "api_client", "system": "system"}
    role = ",".join(sorted(principal.roles)) if principal.kind != "person" else "applicant"
    return Actor(kinds[principal.kind], principal.actor_id, principal.post_id, role, behalf, channel)


def setting_of(principal: Principal, content: VersionContent) -> Setting:
    """The circumstances of an act at this moment."""
    now = moment.now()
    return Setting(content, principal, now, moment.local(now).date(), calendar.load())
