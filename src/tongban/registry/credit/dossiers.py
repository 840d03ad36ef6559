"""Readers of credit by somebody: find them, everything that is on record, what a grade means today, objections.

What a grade means is read from the published versions: nothing here decides anything.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final, TypeVar

from django.db.models import Count

from tongban.ground import identifiers, moment
from tongban.ground.calendars.selectors import calendar_of
from tongban.ground.errors import NotFound, Refusal
from tongban.ground.masking import mask_id_number, mask_name
from tongban.ground.paging import Page
from tongban.ground.policy import Principal, Target, allowed
from tongban.registry.catalog import reliefs
from tongban.registry.catalog.selectors import options_in_force
from tongban.registry.credit import rules
from tongban.registry.credit.models import CreditObjection, CreditPush, CreditRecord
from tongban.registry.credit.parties import Party
from tongban.registry.credit.rules import Grade, GradeRule
from tongban.registry.credit.selectors import facts_in, rule_in_force, target_of, visible
from tongban.registry.parties import selectors as parties
from tongban.registry.parties.models import Organisation, Person

T = TypeVar("T")
MOST_HITS: Final = 20
LEAST_NAME: Final = 2


# ---- what a grade means --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Use:
    """An item whose published rule looks at the grade: what it gives or takes, on which basis."""

    slug: str
    name: str
    authority: str
    excluded: bool
    """Kept from deferral and commitment."""
    reliefs: tuple[str, ...]
    """What is given, in words."""
    basis: str


def uses_of(letter: str) -> tuple[Use, ...]:
    """What a grade gives or takes today, item by item in catalogue order; one query, versions are kept."""
    found = []
    for _, content in options_in_force():
        given = tuple(reliefs.RELIEFS[key] for key in reliefs.earned(content, letter))
        kept_out = reliefs.excluded(content, letter)
        if given or kept_out:
            basis = content.credit.basis if content.credit else ""
            found.append(Use(content.slug, content.name, content.authority.short_name, kept_out, given, basis))
    return tuple(found)


# ---- finding somebody ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Hit:
    """Somebody found: masked as far as it is a person."""

    party: Party
    name: str
    number: str
    records: int = 0


def find(principal: Principal, text: str) -> tuple[Hit, ...]:
    """Who has this ID number or credit code, or is called so.

    Names of persons are encrypted: by name, a person is found only among those of whom the officer has a record.

    :raises Refusal: ``credit.find`` when nothing can be looked up, and those of a number that is not right.
    """
    _require_officer(principal)
    typed = text.replace("\x00", "").strip()
    number = identifiers.tidy(typed)
    if len(typed) < LEAST_NAME:
        raise Refusal(
            "credit.find", "请填写要查的人或单位", field="q", remedy="身份证号、统一社会信用代码，或者至少两个字的名称"
        )
    if number.isascii() and number.isalnum() and len(number) >= 15:
        return _by_number(number)
    return (*_organisations(typed), *_persons(principal, typed))


def _by_number(number: str) -> tuple[Hit, ...]:
    person = _right(parties.person_by_id_number, number)
    if person is not None:
        return (_of_person(person),)
    body = _right(parties.organisation_by_uscc, number)
    if body is not None:
        return (_of_body(body),)
    if not (_right(identifiers.parse_id_number, number) or _right(identifiers.parse_uscc, number)):
        raise Refusal(
            "credit.number", "这个号码不对，校验没有通过", field="q", remedy="对照证件核对 18 位号码，看有没有抄错"
        )
    return ()


def _right(look_up: Callable[[str], T], number: str) -> T | None:
    """What a reader gives to a number of its kind; None when the number is of another kind."""
    try:
        return look_up(number)
    except Refusal:
        return None


def _of_person(person: Person, records: int = 0) -> Hit:
    return Hit(Party(person_id=person.id), mask_name(person.name), mask_id_number(person.id_number), records)


def _of_body(body: Organisation, records: int = 0) -> Hit:
    return Hit(Party(organisation_id=body.id), body.name, body.uscc, records)


def _organisations(name: str) -> list[Hit]:
    rows = Organisation.objects.filter(name__contains=name).annotate(n=Count("credit_records"))
    return [_of_body(row, row.n) for row in rows.order_by("name")[:MOST_HITS]]


def _persons(principal: Principal, name: str) -> list[Hit]:
    known = visible(principal).filter(person__isnull=False, label=mask_name(name)).values_list("person_id", flat=True)
    ids = known.order_by("person_id").distinct()[: MOST_HITS * 5]
    rows = Person.objects.filter(id__in=list(ids)).annotate(n=Count("credit_records")).order_by("id")
    return [_of_person(row, row.n) for row in rows if row.name == name][:MOST_HITS]


def _require_officer(principal: Principal) -> None:
    if not allowed(principal, "credit.record.enter", Target(region_no=principal.region_no)):
        raise NotFound("credit.party_not_found", "没有找到这个人或单位")


# ---- everything about somebody -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class FactLine:
    """One record with what happens to it."""

    record: CreditRecord
    counts: bool
    note: CreditRecord | None
    objection: CreditObjection | None
    push: CreditPush | None
    repairable_from: date | None
    may_open: bool


@dataclass(frozen=True)
class Dossier:
    """Somebody's credit as the officer sees it."""

    hit: Hit
    grade: Grade
    lines: tuple[FactLine, ...]
    uses: tuple[Use, ...]


def party_of(principal: Principal, kind: str, party_id: uuid.UUID) -> Hit:
    """Whose dossier it is, masked; one query.

    :raises NotFound: nobody has this id, or the post keeps no credit records.
    """
    _require_officer(principal)
    if kind == "organisation":
        body = Organisation.objects.filter(id=party_id).first()
        if body is not None:
            return _of_body(body)
    elif kind == "person":
        person = Person.objects.filter(id=party_id).first()
        if person is not None:
            return _of_person(person)
    raise NotFound("credit.party_not_found", "没有找到这个人或单位")


def dossier_of(principal: Principal, hit: Hit) -> Dossier:
    """Everything on record of somebody; five queries whatever their number. The caller notes the look of a person."""
    own = {key: value for key, value in hit.party.columns().items() if value}
    found = CreditRecord.objects.filter(**own).select_related("department", "push")
    rows = tuple(found.order_by("-occurred_on", "-id"))
    rule, today = rule_in_force(principal.region_no, moment.today()), moment.today()
    grade = rules.grade(rule, facts_in(rows), today)
    return Dossier(hit, grade, _lines(principal, rule, rows), uses_of(grade.letter))


def _lines(principal: Principal, rule: GradeRule, rows: tuple[CreditRecord, ...]) -> tuple[FactLine, ...]:
    notes = {row.about_id: row for row in rows if row.about_id}
    objections = _newest([row.id for row in rows])
    facts = {fact.id: fact for fact in facts_in(rows)}
    return tuple(
        FactLine(
            row,
            facts[row.id].counts_on(moment.today()),
            notes.get(row.id),
            objections.get(row.id),
            getattr(row, "push", None),
            rules.repairable_from(rule, facts[row.id]),
            allowed(principal, "credit.record.view", target_of(row)),
        )
        for row in rows
    )


def _newest(ids: list[uuid.UUID]) -> dict[uuid.UUID, CreditObjection]:
    rows = CreditObjection.objects.filter(record_id__in=ids).order_by("made_at", "id") if ids else ()
    return {row.record_id: row for row in rows}


def push_of(record_id: uuid.UUID) -> CreditPush | None:
    """The way of one record to the platform, with its batch; None: it does not go there. One query."""
    rows = CreditPush.objects.select_related("batch").defer("batch__content", "batch__signature")
    return rows.filter(record_id=record_id).first()


# ---- objections ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ObjectionLine:
    """An objection with the day by which it is to be answered."""

    objection: CreditObjection
    due_on: date

    @property
    def open(self) -> bool:
        """Whether it waits for an answer."""
        return self.objection.state == CreditObjection.State.OPEN

    @property
    def late(self) -> bool:
        """Whether its day has passed without an answer."""
        return self.open and self.due_on < moment.today()


def with_due(objections: Iterable[CreditObjection]) -> tuple[ObjectionLine, ...]:
    """Each with its day: so many working days of its place after the day on which it was made; a query a place."""
    terms: dict[int, int] = {}
    lines = []
    for one in objections:
        if one.region_no not in terms:
            terms[one.region_no] = rule_in_force(one.region_no, moment.today()).answer_days
        made_on = moment.local(one.made_at).date()
        due_on = calendar_of(one.region_no).add_working_days(made_on, terms[one.region_no])
        lines.append(ObjectionLine(one, due_on))
    return tuple(lines)


def answered(principal: Principal, *, after: str = "", limit: int = 20) -> Page[CreditObjection]:
    """Objections of the region that are answered, the newest first; one query."""
    rows = CreditObjection.objects.exclude(state=CreditObjection.State.OPEN).filter(
        region_no__range=(principal.region_no, principal.region_end_no)
    )
    if after:
        try:
            rows = rows.filter(id__lt=uuid.UUID(after))
        except ValueError:
            raise Refusal("page.key", "翻页的位置不对", remedy="回到列表第一页") from None
    found = tuple(rows.select_related("record__department").order_by("-id")[: limit + 1])
    return Page(found[:limit], str(found[limit - 1].id) if len(found) > limit else "")


# ---- one's own -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class OwnFact:
    """One record as its subject reads it."""

    record: CreditRecord
    name: str
    """Whose record it is."""
    counts: bool
    note: CreditRecord | None
    objections: tuple[ObjectionLine, ...]
    repairable_from: date | None
    may_object: bool


def own_fact(principal: Principal, record_id: uuid.UUID) -> OwnFact:
    """One record of the person, or of whom the person acts for; a foreign one answers ``NotFound``."""
    found = CreditRecord.objects.select_related("department", "person", "organisation", "about")
    record = found.filter(id=record_id).first()
    if record is None or not allowed(principal, "credit.objection.make", target_of(record)):
        raise NotFound("credit.not_found", "没有找到这条信用记录")
    note = CreditRecord.objects.select_related("department").filter(about=record, kind__in=rules.ABOUT).first()
    (fact,) = facts_in([record])
    lines = with_due(record.objections.order_by("-made_at"))
    body = record.organisation or record.person
    return OwnFact(
        record,
        body.name if body else "",
        fact.counts_on(moment.today()),
        note,
        lines,
        rules.repairable_from(rule_in_force(record.region_no, moment.today()), fact),
        record.kind not in rules.ABOUT
        and not any(line.open for line in lines)
        and not (note is not None and note.kind == "struck"),
    )
