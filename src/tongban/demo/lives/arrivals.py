"""An application comes in: filled in at home and submitted, or entered by a clerk while the applicant stands there."""

from __future__ import annotations

import random
import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from tongban.demo import samples, stories
from tongban.demo.lives.cast import Cast
from tongban.demo.lives.fates import Fate, deferrable
from tongban.demo.lives.matters import Matter
from tongban.ground import moment
from tongban.ground.policy import Principal
from tongban.procedures.cases import drafts, services
from tongban.registry.catalog import selectors as catalog
from tongban.registry.catalog.version import VersionContent
from tongban.registry.parties.models import Organisation, Person


@dataclass(frozen=True)
class Arrival:
    """A matter that is about to be applied for: by whom, where, with which fate."""

    matter: Matter
    fate: Fate
    window: bool
    key: str
    """The same key at the same window makes the same case."""


def organisation_of(key: uuid.UUID | None) -> Organisation | None:
    """The organisation with its legal representative; ``None`` for nobody's."""
    found = Organisation.objects.select_related("legal_representative")
    return found.filter(id=key).first() if key else None


def person_facts(resident: Principal, organisation_id: uuid.UUID | None) -> dict[str, Any]:
    """What the form knows of the applicant."""
    return drafts.facts_of(resident, organisation_of(organisation_id))


def begins_at_window(matter: Matter, chance: random.Random) -> bool:
    """Whether the applicant goes to a window: some always do, some never, most do now and then."""
    return matter.way == "window" or (matter.way == "mixed" and chance.random() < 0.3)


def apply(cast: Cast, arrival: Arrival, chance: random.Random) -> uuid.UUID:
    """Make the case, now."""
    matter = arrival.matter
    resident = cast.resident(matter.resident)
    acts = cast.resident(matter.agent) if matter.agent and not arrival.window else resident
    unit = cast.unit(matter.organisation) if matter.organisation else None
    _, content = catalog.version_in_force(matter.slug)
    answers = answers_of(matter, arrival.fate, content, person_facts(resident, unit), chance)
    wanted = samples.wanted(matter.slug, answers)
    without = _left_out(arrival, content, wanted, chance)
    given = [code for code in wanted if code not in without]
    if arrival.window:
        return _at_window(cast, arrival, content, resident, unit, answers, given, without, chance)
    return _online(arrival, acts, resident, unit, answers, given, without, chance)


def answers_of(
    matter: Matter, fate: Fate, content: VersionContent, facts: dict[str, Any], chance: random.Random
) -> dict[str, Any]:
    """What the applicant fills in; who promises instead of proving has something to prove."""
    answers = stories.answers(matter.slug, chance, facts, moment.today(), matter.answers)
    if fate.intake == "promise" and content.commitment and content.commitment.mode == "proof":
        answers["elder.lives_here"] = False
    return answers


def _left_out(arrival: Arrival, content: VersionContent, wanted: list[str], chance: random.Random) -> tuple[str, ...]:
    """Materials that do not come: to follow later, to be promised, or simply forgotten."""
    road = arrival.fate.intake
    if road == "defer":
        late = [code for code in deferrable(content) if code in wanted]
        return (chance.choice(late),) if late else ()
    if road == "promise" and content.commitment:
        return tuple(code for code in content.commitment.materials if code in wanted)
    if road in ("notice", "lapsed") and arrival.window and wanted and chance.random() < 0.4:
        return (chance.choice(wanted),)
    return ()


def _online(
    arrival: Arrival,
    acts: Principal,
    resident: Principal,
    unit: uuid.UUID | None,
    answers: dict[str, Any],
    given: list[str],
    without: tuple[str, ...],
    chance: random.Random,
) -> uuid.UUID:
    assert acts.account_id is not None  # residents of the cast have accounts
    with moment.at(moment.now() - timedelta(minutes=chance.randint(6, 40))):
        draft = drafts.start_draft(acts, arrival.matter.slug, unit, person_id=resident.person_id if not unit else None)
    draft = drafts.save_draft(acts, draft.id, draft.revision, answers)
    for code in given:
        drafts.attach(acts, draft.id, code, samples.file_for(code, answers, acts.account_id))
    way = _COLLECTED.get(arrival.fate.delivery, "download")
    address = f"{_address(acts)} {acts.name}收" if way == "post" else ""
    return services.submit(acts, draft.id, delivery_mode=way, delivery_address=address, without=without).id


_COLLECTED = {"counter": "counter", "post": "post"}
"""How the applicant wants the result; everybody else downloads it."""


def _address(who: Principal) -> str:
    assert who.person_id is not None  # residents are persons
    return str(Person.objects.only("address").get(id=who.person_id).address)


def _at_window(
    cast: Cast,
    arrival: Arrival,
    content: VersionContent,
    resident: Principal,
    unit: uuid.UUID | None,
    answers: dict[str, Any],
    given: list[str],
    without: tuple[str, ...],
    chance: random.Random,
) -> uuid.UUID:
    clerk = cast.at_post(content.flow.acceptance_post_id, chance)
    assert clerk.account_id is not None  # staff have accounts
    assert resident.person_id is not None  # residents are persons
    files = {code: [str(samples.file_for(code, answers, clerk.account_id))] for code in given}
    person = Person.objects.get(id=resident.person_id)
    organisation = organisation_of(unit)
    done = services.submit_for(
        clerk,
        slug=arrival.matter.slug,
        person=None if organisation else person,
        organisation=organisation,
        agent=person if organisation else None,
        answers=answers,
        files=files,
        key=arrival.key,
        without=without,
    )
    return done.id
