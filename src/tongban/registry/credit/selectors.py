"""Readers of credit: the rule in force, somebody's grade with its reasons, records, objections."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib import resources
from typing import Final

from django.db.models import Count, Q, QuerySet

from tongban.ground import moment
from tongban.ground.calendars.regions import lineage
from tongban.ground.errors import NotFound, Refusal
from tongban.ground.paging import Page
from tongban.ground.parameters import selectors as parameters
from tongban.ground.policy import PERMISSIONS, REGION, Principal, Target, allowed
from tongban.registry.credit import rules
from tongban.registry.credit.models import CreditObjection, CreditRecord
from tongban.registry.credit.parties import Party
from tongban.registry.credit.rules import Fact, Grade, GradeRule
from tongban.registry.parties.models import Organisation, Person

RULE: Final = "credit.grade_rule"
"""Parameter: the rule of a region as one object of ``data/grade_rules.json``."""


@lru_cache(maxsize=1)
def shipped() -> tuple[GradeRule, ...]:
    """The rules that ship with the house, the oldest first."""
    text = resources.files("tongban.registry.credit").joinpath("data/grade_rules.json").read_text(encoding="utf-8")
    return rules.from_json(json.loads(text))


def rule_in_force(region_no: int, on: date) -> GradeRule:
    """The rule of a place on a day: the parameter of the region or its nearest ancestor, else the shipped one."""
    own = parameters.find([RULE], lineage(region_no), on).get(RULE)
    known = shipped() if own is None else rules.from_json([own.value])
    return rules.rule_of(on, known)


_FACT = ("id", "kind", "gravity", "occurred_on", "effect_until", "ended_on", "title", "basis")


def _fact(row: tuple[object, ...], ended_by: str) -> Fact:
    key, kind, gravity, on, until, ended_on, title, basis = row
    return Fact(key, kind, gravity, on, until, ended_on, ended_by, title, basis)  # type: ignore[arg-type]


def facts_of(party: Party) -> tuple[Fact, ...]:
    """Everything that is known of somebody, the oldest first; one query."""
    own = {key: value for key, value in party.columns().items() if value}
    rows = list(CreditRecord.objects.filter(**own).order_by("occurred_on", "id").values_list(*_FACT, "about_id"))
    ended = {about: str(kind) for _, kind, *_, about in rows if about is not None}
    return tuple(_fact(row[:-1], ended.get(row[0], "")) for row in rows)


def grade_of(party: Party, region_no: int, on: date | None = None) -> Grade:
    """The grade of somebody on a day, with its reasons line by line; two queries."""
    day = on or moment.today()
    return rules.grade(rule_in_force(region_no, day), facts_of(party), day)


# ---- somebody's own record -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class OwnRecord:
    """What somebody sees of the own record: grade with reasons, facts, objections by record."""

    party: Party
    name: str
    grade: Grade
    records: tuple[CreditRecord, ...]
    objections: dict[uuid.UUID, CreditObjection]


def parties_of(principal: Principal) -> tuple[Party, ...]:
    """For whom a signed-in person may look: themselves, persons and organisations that they act for."""
    persons = [Party(person_id=key) for key in principal.person_ids()]
    return (*persons, *(Party(organisation_id=key) for key in principal.organisation_ids()))


def own_records(principal: Principal, region_no: int) -> tuple[OwnRecord, ...]:
    """The records of everybody for whom the person may look; four queries whatever their number, one rule more."""
    wanted = parties_of(principal)
    names = _names(wanted)
    rule, today = rule_in_force(region_no, moment.today()), moment.today()
    found: dict[Party, list[CreditRecord]] = {party: [] for party in wanted}
    own = Q(person_id__in=[p.person_id for p in wanted if p.person_id]) | Q(
        organisation_id__in=[p.organisation_id for p in wanted if p.organisation_id]
    )
    records = CreditRecord.objects.filter(own).select_related("department").order_by("-occurred_on", "-id")
    for record in records:
        found[_party_of(record)].append(record)
    objections = _newest_objections([record.id for rows in found.values() for record in rows])
    return tuple(
        OwnRecord(
            party,
            names.get(party, ""),
            rules.grade(rule, facts_in(rows), today),
            tuple(rows),
            {record.id: objections[record.id] for record in rows if record.id in objections},
        )
        for party, rows in found.items()
    )


def _party_of(record: CreditRecord) -> Party:
    return Party(record.person_id, record.organisation_id)


def facts_in(records: Iterable[CreditRecord]) -> list[Fact]:
    """Records that are read already as facts; what ended one counts when it is among them."""
    rows = list(records)
    ended = {row.about_id: row.kind for row in rows if row.about_id}
    return [_fact(tuple(getattr(row, name) for name in _FACT), ended.get(row.id, "")) for row in rows]


def _names(wanted: Iterable[Party]) -> dict[Party, str]:
    persons = Person.objects.filter(id__in=[p.person_id for p in wanted if p.person_id])
    bodies = Organisation.objects.filter(id__in=[p.organisation_id for p in wanted if p.organisation_id])
    found = {Party(person_id=row.id): row.name for row in persons}
    return found | {Party(organisation_id=row.id): row.name for row in bodies}


def _newest_objections(ids: list[uuid.UUID]) -> dict[uuid.UUID, CreditObjection]:
    rows = CreditObjection.objects.filter(record_id__in=ids).order_by("made_at", "id") if ids else ()
    return {row.record_id: row for row in rows}


# ---- the officer's desk --------------------------------------------------------------------------------------------


def target_of(record: CreditRecord) -> Target:
    """What the policy must know of a record."""
    return Target(
        region_no=record.region_no,
        department_ids=(record.department_id,),
        person_ids=(record.person_id,) if record.person_id else (),
        organisation_ids=(record.organisation_id,) if record.organisation_id else (),
    )


def visible(principal: Principal) -> QuerySet[CreditRecord]:
    """Records that the policy lets a staff member see: of the region for the credit officer, else of the department."""
    grants = PERMISSIONS["credit.record.view"]
    scopes = {grants[role] for role in principal.roles if role in grants}
    if REGION in scopes:
        return CreditRecord.objects.filter(region_no__range=(principal.region_no, principal.region_end_no))
    if scopes and principal.department_id is not None:
        return CreditRecord.objects.filter(department_id=principal.department_id)
    return CreditRecord.objects.none()


def records(
    principal: Principal, *, kind: str = "", against: bool = False, after: str = "", limit: int = 20
) -> Page[CreditRecord]:
    """Records that the staff member may see, the newest first; one query.

    :param against: only facts against somebody that still count.
    """
    rows = visible(principal)
    if kind in rules.KINDS:
        rows = rows.filter(kind=kind)
    if against:
        today = moment.today()
        rows = rows.filter(kind__in=rules.BAD, ended_on=None)
        rows = rows.filter(Q(effect_until=None) | Q(effect_until__gte=today))
    if after:
        rows = rows.filter(id__lt=_key(after))
    found = tuple(rows.select_related("department").order_by("-id")[: limit + 1])
    return Page(found[:limit], str(found[limit - 1].id) if len(found) > limit else "")


def _key(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError as error:
        raise Refusal("page.key", "翻页的位置不对", remedy="回到列表第一页") from error


@dataclass(frozen=True)
class RecordDetail:
    """One record with everything the officer needs: the grade of its subject today, notes about it, objections."""

    record: CreditRecord
    grade: Grade
    others: tuple[CreditRecord, ...]
    note: CreditRecord | None
    objections: tuple[CreditObjection, ...]
    repairable_from: date | None
    """From which day a repair may be granted; None when there is nothing to repair."""


def record_of(principal: Principal, record_id: uuid.UUID) -> RecordDetail:
    """One record; a foreign one answers ``NotFound``. The caller notes the look in the person's own ledger."""
    record = CreditRecord.objects.select_related("department", "person", "organisation").filter(id=record_id).first()
    if record is None or not allowed(principal, "credit.record.view", target_of(record)):
        raise NotFound("credit.not_found", "没有找到这条信用记录")
    own = {"person_id": record.person_id} if record.person_id else {"organisation_id": record.organisation_id}
    rows = tuple(CreditRecord.objects.filter(**own).select_related("department").order_by("-occurred_on", "-id"))
    facts = facts_in(rows)
    rule = rule_in_force(record.region_no, moment.today())
    this = next(fact for fact in facts if fact.id == record.id)
    return RecordDetail(
        record,
        rules.grade(rule, facts, moment.today()),
        tuple(row for row in rows if row.id != record.id),
        next((row for row in rows if row.about_id == record.id), None),
        tuple(record.objections.order_by("-made_at")),
        rules.repairable_from(rule, this),
    )


def open_objections(principal: Principal, *, limit: int = 50) -> tuple[CreditObjection, ...]:
    """What waits for the credit officer's answer, the oldest first; one query."""
    waiting = CreditObjection.objects.filter(
        state=CreditObjection.State.OPEN, region_no__range=(principal.region_no, principal.region_end_no)
    )
    return tuple(waiting.select_related("record__department").order_by("made_at")[:limit])


def counted(principal: Principal) -> dict[str, int]:
    """Records that the staff member may see by kind, for the officer's overview; one query."""
    rows = visible(principal).values_list("kind").annotate(n=Count("id")).order_by()
    return {str(kind): int(n) for kind, n in rows}


def published(region_no: int, region_end_no: int, *, after: str = "", limit: int = 20) -> Page[CreditRecord]:
    """What is published today of organisations: facts whose publicity has a basis, while they count; one query.

    Natural persons are never published by name.
    """
    today = moment.today()
    rows = CreditRecord.objects.filter(
        Q(effect_until=None) | Q(effect_until__gte=today),
        public=True,
        ended_on=None,
        organisation__isnull=False,
        region_no__range=(region_no, region_end_no),
    )
    if after:
        rows = rows.filter(id__lt=_key(after))
    found = tuple(rows.select_related("department").order_by("-id")[: limit + 1])
    return Page(found[:limit], str(found[limit - 1].id) if len(found) > limit else "")
