"""What the screen of a visit shows beside the form: items to choose, what the person has going on, counts, papers."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from tongban.faces.desk.casefile import CaseFile
from tongban.faces.desk.intake import Intake, MaterialBox
from tongban.faces.desk.parties import Party
from tongban.ground.policy import Principal
from tongban.insight.search import selectors as search
from tongban.procedures.cases.models import Case
from tongban.procedures.cases.rules.parts import STATE_WORDS
from tongban.registry.catalog import selectors as catalog
from tongban.registry.catalog.version import VersionContent

DONE_WORDS = {
    "accept": "已受理",
    "request_correction": "已一次性告知，全部问题都写在告知书里",
    "refuse_acceptance": "已作出不予受理决定",
    "decide_instantly": "已当场办结",
    "record": "已当场备案",
}
_GOING_ON = ("submitted", "received", "correction_requested", "accepted", "in_review", "suspended", "decided", "issued")
_FOR_THE_COUNTER = {
    "submitted": "网上已提交，可以当场受理",
    "correction_requested": "等补正，可以当场更正",
    "issued": "可以领取",
}
MOST_OPTIONS, MOST_CASES = 12, 8


@dataclass(frozen=True)
class OpenCase:
    """A case of the person that goes on; ``hint`` says what the counter can do for it now."""

    number: str
    title: str
    state: str
    hint: str


@dataclass(frozen=True)
class Tally:
    """Materials by verdict, as the head of the list counts them."""

    asked: int
    good: int
    held: int
    faulty: int
    missing: int


def options(asked: str, kind: str) -> tuple[VersionContent, ...]:
    """Items in force for this kind of applicant: those that fit the words (pinyin too), or all in their order."""
    known = {content.slug: content for _, content in catalog.options_in_force() if kind in content.audience}
    if not asked:
        return tuple(known.values())[:MOST_OPTIONS]
    hits = [hit.slug for hit in search.find(asked, MOST_OPTIONS).results]
    spoken = [slug for slug, content in known.items() if _speaks_of(content, asked)]
    return tuple(known[slug] for slug in dict.fromkeys([*hits, *spoken]) if slug in known)[:MOST_OPTIONS]


def _speaks_of(content: VersionContent, asked: str) -> bool:
    words = (content.name, content.item_name, content.plain, *content.aliases)
    return any(asked in word for word in words)


def open_cases(principal: Principal, party: Party) -> tuple[OpenCase, ...]:
    """What the applicant has going on in this clerk's place, what the counter can end first; one query."""
    whose = {"applicant_organisation": party.organisation} if party.organisation else {"applicant_person": party.person}
    rows = (
        Case.objects.filter(**whose, state__in=_GOING_ON).order_by("-id").only("number", "title", "state", "region_no")
    )
    cases = [
        OpenCase(row.number, row.title, STATE_WORDS.get(row.state, row.state), _FOR_THE_COUNTER.get(row.state, ""))
        for row in rows[:MOST_CASES]
        if principal.region_no <= row.region_no <= principal.region_end_no
    ]
    return tuple(sorted(cases, key=lambda case: not case.hint))


def tally(materials: Sequence[MaterialBox]) -> Tally:
    """How many there are, and how they stand."""
    asked = [box for box in materials if box.uploadable]
    by_mark = [box.mark.mark for box in asked if not box.locked]
    return Tally(
        len(asked),
        sum(mark in ("ok", "spot") for mark in by_mark),
        sum(box.locked for box in asked),
        by_mark.count("faulty"),
        sum(mark in ("missing", "defer", "promise") for mark in by_mark),
    )


def points(form: Intake, ticked: Sequence[str]) -> tuple[tuple[str, bool], ...]:
    """收件要点 of the item and of its materials, and which the clerk has ticked: the same whoever serves (WIN-15)."""
    of_materials = (point for material in form.called for point in material.receipt_points)
    return tuple((point, point in ticked) for point in dict.fromkeys((*form.content.receipt_points, *of_materials)))


def person_of(case_id: uuid.UUID) -> uuid.UUID | None:
    """The person of a case, applicant or agent."""
    row = Case.objects.filter(id=case_id).values_list("applicant_person_id", "agent_person_id").first()
    return (row[0] or row[1]) if row else None


@dataclass(frozen=True)
class Made:
    """What the slip tells besides the receipt: faults to mend by a day, what follows later, why not."""

    faults: tuple[dict[str, str], ...] = ()
    due_on: object = None
    later: tuple[str, ...] = ()
    promised: tuple[str, ...] = ()
    corrected: tuple[str, ...] = ()
    reason: str = ""
    waiting: bool = False


def made(file: CaseFile) -> Made:
    """What came of the visit, from the case itself."""
    detail, notice = file.detail, file.detail.open_notice
    names = {m.code: m.name for m in file.content.materials}

    def of(kind: str) -> tuple[str, ...]:
        return tuple(names.get(row.key, row.key) for row in detail.proceedings if row.kind == kind and row.key)

    promised = [
        code for row in detail.proceedings if row.kind == "commitment" for code in row.data.get("materials", ())
    ]
    spot = [
        code for row in detail.proceedings if row.kind == "spot_correction" for code in row.data.get("materials", ())
    ]
    refused = detail.decision if detail.case.state == "not_accepted" else None
    return Made(
        tuple(notice.items) if notice else (),
        notice.due_on if notice else None,
        of("deferral"),
        tuple(names.get(code, code) for code in promised),
        tuple(names.get(code, code) for code in spot),
        (refused.reasons or refused.facts) if refused else "",
        any(paper.state == "pending" for paper in file.papers),
    )
