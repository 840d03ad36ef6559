"""Reader of what the house already holds of an applicant; the rules are ``rules.held``.

Seven queries, whatever the form: the parameter in its place, earlier cases, their newest answers, their materials,
licences, uploads online.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any, Final

from django.db.models import Q

from tongban.ground import moment
from tongban.ground.calendars.regions import lineage
from tongban.ground.parameters import selectors as parameters
from tongban.procedures.cases.models import Application, Case, CaseMaterial, Draft
from tongban.procedures.cases.rules import held
from tongban.procedures.cases.rules.held import HeldMaterial, Known, Origin
from tongban.registry.catalog import selectors as catalog
from tongban.registry.catalog.version import VersionContent
from tongban.registry.licences.models import Licence
from tongban.registry.licences.selectors import licences_of
from tongban.registry.parties.models import Organisation, Person

MONTHS: Final = "cases.held_months"
"""Parameter: for how many months what was given counts as held; :data:`SHIPPED_MONTHS` where nobody set it."""
SHIPPED_MONTHS: Final = 12
MOST_CASES: Final = 20
OF_WHO_IS_HERE: Final = ("person.", "applicant.")
"""Prefills of who applies or acts today: never taken from what somebody said last time."""


@dataclass(frozen=True)
class Held:
    """What is held of one applicant for one item: values by element path, materials by code."""

    values: Mapping[str, Known] = field(default_factory=dict)
    materials: Mapping[str, HeldMaterial] = field(default_factory=dict)


def register_facts(person: Person | None, organisation: Organisation | None) -> dict[str, Any]:
    """What the registers say: prefill source name -> value, without what they do not know.

    :param person: who applies, or who acts for the organisation.
    """
    found: dict[str, Any] = {}
    if person:
        found = {
            "person.name": person.name,
            "person.id_number": person.id_number,
            "person.mobile": person.mobile,
            "person.address": person.address,
            "applicant.name": person.name,
            "applicant.number": person.id_number,
        }
    if organisation:
        found |= {
            "organisation.name": organisation.name,
            "organisation.uscc": organisation.uscc,
            "organisation.address": organisation.address,
            "organisation.legal_representative": organisation.legal_representative.name,
            "applicant.name": organisation.name,
            "applicant.number": organisation.uscc,
        }
    return {key: value for key, value in found.items() if value}


def held_of(
    content: VersionContent,
    person: Person | None,
    organisation: Organisation | None,
    *,
    besides: uuid.UUID | None = None,
) -> Held:
    """Everything held of the applicant (the organisation, else the person) that this item would ask for.

    :param besides: a draft that is being filled in, which holds nothing for itself.
    """
    if person is None and organisation is None:
        return Held()
    today = moment.today()
    since = datetime.combine(held.first_day(today, months(content, today)), time(), moment.SHANGHAI)
    cases = _cases(person, organisation, since)
    licences = _licences(content, person, organisation)
    values = _answered(content, cases) | _registered(content, person, organisation)
    for path, known in _on_licences(content, licences):
        if path not in values or values[path].origin.kind == "case":
            values[path] = known
    offers = [*_of_licences(licences), *_of_cases(content, cases), *_of_drafts(content, person, organisation, besides)]
    return Held(values, held.best(offers, today))


def months(content: VersionContent, on: date) -> int:
    """For how many months what was given counts as held, in the place of the item."""
    found = parameters.find([MONTHS], lineage(content.region_no), on).get(MONTHS)
    return int(found.value) if found else SHIPPED_MONTHS


def _cases(person: Person | None, organisation: Organisation | None, since: datetime) -> dict[uuid.UUID, Case]:
    whose = {"applicant_organisation": organisation} if organisation else {"applicant_person": person}
    rows = Case.objects.filter(**whose, submitted_at__gte=since).exclude(state="void").order_by("-id")
    return {case.id: case for case in rows.only("title", "submitted_at")[:MOST_CASES]}


def _registered(content: VersionContent, person: Person | None, organisation: Organisation | None) -> dict[str, Known]:
    facts = register_facts(person, organisation)
    return {
        f.path: Known(facts[f.prefill], Origin("register")) for f in content.all_fields() if facts.get(f.prefill or "")
    }


def _answered(content: VersionContent, cases: Mapping[uuid.UUID, Case]) -> dict[str, Known]:
    """Newest answers to the same elements, for fields of the form; questions about the situation are asked anew."""
    asked = {
        f.path
        for section in content.form
        for f in section.fields
        if held.lasts(content.elements[f.path]) and not f.prefill.startswith(OF_WHO_IS_HERE)
    }
    if not cases or not asked:
        return {}
    found: dict[str, Known] = {}
    rows = Application.objects.filter(case_id__in=list(cases)).order_by("-case_id", "-round").distinct("case_id")
    for case_id, answers in rows.values_list("case_id", "answers"):
        case = cases[case_id]
        origin = Origin("case", case.title, moment.local(case.submitted_at).date(), case.id)
        for path, value in json.loads(answers).items():
            if path in asked and path not in found and held.fitting(content.elements[path], value):
                found[path] = Known(value, origin)
    return found


def _licences(content: VersionContent, person: Person | None, organisation: Organisation | None) -> list[Licence]:
    kind = Licence.HolderKind.ORGANISATION if organisation else Licence.HolderKind.PERSON
    holder = organisation or person
    assert holder is not None  # asked for one of them
    rows = licences_of(kind, holder.pk).filter(Q(state=Licence.State.VALID), document__file__isnull=False)
    return list(rows.select_related(None).select_related("type", "document").only(*_READ_OF_LICENCE)[:MOST_CASES])


_READ_OF_LICENCE = ("type__name", "issued_on", "case_id", "attributes", "valid_until", "document__file")


def _origin(licence: Licence) -> Origin:
    return Origin("licence", licence.type.name, licence.issued_on, licence.case_id)


def _on_licences(content: VersionContent, licences: Iterable[Licence]) -> Iterator[tuple[str, Known]]:
    """What valid licences say of elements that the form asks for, the newest licence first."""
    asked = {f.path for section in content.form for f in section.fields if not f.prefill}
    seen: set[str] = set()
    for licence in licences:
        for path, value in json.loads(licence.attributes).items():
            if path in asked - seen and held.fitting(content.elements[path], value):
                seen.add(path)
                yield path, Known(value, _origin(licence))


def _of_licences(licences: Iterable[Licence]) -> Iterator[HeldMaterial]:
    for licence in licences:
        if licence.document and licence.document.file_id:
            yield HeldMaterial(
                f"licence:{licence.id}",
                licence.type_id,
                (licence.document.file_id,),
                _origin(licence),
                "A",
                licence.valid_until,
            )


def _of_cases(content: VersionContent, cases: Mapping[uuid.UUID, Case]) -> Iterator[HeldMaterial]:
    """Materials of earlier cases that a window or department found good."""
    codes = [m.code for m in content.materials if m.source == "uploaded"]
    rows = CaseMaterial.objects.filter(case_id__in=list(cases), code__in=codes, state=CaseMaterial.State.QUALIFIED)
    read = rows.order_by("-id").values_list("id", "case_id", "code", "files", "evidence_grade")
    for key, case_id, code, files, grade in read if cases else ():
        case = cases[case_id]
        origin = Origin("case", case.title, moment.local(case.submitted_at).date(), case.id)
        yield HeldMaterial(f"case:{key}", code, tuple(map(uuid.UUID, files)), origin, grade)


def _of_drafts(
    content: VersionContent, person: Person | None, organisation: Organisation | None, besides: uuid.UUID | None
) -> Iterator[HeldMaterial]:
    """What the person has uploaded online for an application that is not submitted yet."""
    if person is None:
        return
    codes = {m.code for m in content.materials if m.source == "uploaded"}
    rows = Draft.objects.filter(account__person=person, organisation=organisation, person=None)
    others = rows.exclude(id=besides) if besides else rows
    read = others.order_by("-updated_at").values_list("id", "version_id", "updated_at", "files")
    for key, version_id, updated_at, given in read[:MOST_CASES]:
        origin = Origin("draft", catalog.content(version_id).name, moment.local(updated_at).date())
        for code, files in given.items():
            if code in codes and files:
                yield HeldMaterial(f"draft:{key}/{code}", code, tuple(map(uuid.UUID, files)), origin)
