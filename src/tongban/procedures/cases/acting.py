"""Who acts and under which circumstances: shared by every service of cases."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from tongban.ground import moment
from tongban.ground.calendars.selectors import circumstances
from tongban.ground.clock.receipt import effective_day
from tongban.ground.ledger.chain import Actor
from tongban.ground.policy import Principal
from tongban.procedures.cases.rules.state import CaseState, Setting
from tongban.procedures.work.cards import rule_of
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
    """The circumstances of an act at this moment: calendar and rule of receipt of the place, card rule of the day."""
    now = moment.now()
    today = moment.local(now).date()
    place = circumstances(content.region_no, today)
    received = effective_day(now, place.receipt_rule, place.office_close, place.calendar)
    return Setting(content, principal, now, today, place.calendar, received, rule_of(today))
