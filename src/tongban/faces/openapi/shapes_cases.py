"""What the API takes and says of a case. Personal values are masked: a machine sees what its post's screen shows."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from ninja import Schema
from pydantic import ConfigDict, Field

from tongban.faces.openapi import words
from tongban.ground.elements import mask
from tongban.ground.policy import Principal
from tongban.procedures.cases.rules.parts import STATE_WORDS
from tongban.procedures.cases.selectors import CaseDetail
from tongban.procedures.cases.services import Done
from tongban.procedures.cases.timeline import TimelineStep, timeline
from tongban.registry.catalog import forms


class Asked(Schema):
    """A request body: what it does not know it refuses."""

    model_config = ConfigDict(extra="forbid")


class PersonGiven(Asked):
    """A human being by ID number and name; the mobile is needed for somebody who is not registered yet."""

    id_number: words.NeededLine
    name: words.NeededLine
    mobile: words.Line = ""


class Applicant(Asked):
    """Either ``person``, or ``organisation_uscc`` with the ``agent`` who acts for it."""

    person: PersonGiven | None = None
    organisation_uscc: words.Line = ""
    agent: PersonGiven | None = None


class Application(Asked):
    """Answers by element path, ids of uploaded files by material code."""

    item: Annotated[str, Field(min_length=1, max_length=80, pattern=r"^[a-z0-9-]+$")]
    applicant: Applicant
    answers: Annotated[dict[words.ElementPath, words.Answer], Field(max_length=500)]
    files: Annotated[dict[words.Code, Annotated[list[UUID], Field(max_length=50)]], Field(max_length=100)] = {}
    delivery_mode: words.DeliveryMode = "download"


class Acceptance(Asked):
    """The points of receipt that were checked."""

    points: Annotated[list[words.Line], Field(max_length=100)] = []


class Fault(Asked):
    """One entry of the one-time notice."""

    target: Literal["material", "field"]
    code: words.ElementPath
    fault: words.NeededText
    remedy: words.NeededText


class Notice(Asked):
    """Everything that is missing or wrong, told at once."""

    items: Annotated[list[Fault], Field(min_length=1, max_length=100)]


class AcceptanceRefusal(Asked):
    """A written refusal of acceptance."""

    kind: Literal["not_required", "no_jurisdiction", "uncorrected", "barred"]
    reason: words.NeededText
    right_authority: words.Line = ""


class Point(Asked):
    """One review point and whether it holds."""

    point: words.NeededLine
    ok: bool


class StepOpinion(Asked):
    """The opinion of one step."""

    verdict: Literal["pass", "object"]
    text: words.NeededText
    points: Annotated[list[Point], Field(max_length=100)] = []


class Article(Asked):
    """Instrument and article."""

    instrument: words.NeededLine
    article: words.NeededLine


class Decision(Asked):
    """Granted, or refused with facts, reasons and basis."""

    outcome: Literal["granted", "refused"]
    facts: words.Text = ""
    reasons: words.Text = ""
    basis: Annotated[list[Article], Field(max_length=20)] = []


class Delivery(Asked):
    """Who signed for the result at the counter."""

    received_by: words.NeededLine


class Receipt(Schema):
    """The case that an application became; the query password is told here and on the receipt only."""

    number: str
    state: str
    state_words: str
    query_password: str


class Standing(Schema):
    """A case after an act."""

    number: str
    state: str
    state_words: str


class Branch(Schema):
    """One department's part of a parallel review."""

    name: str
    department: str
    state: str
    state_words: str
    finished_at: datetime | None


class Step(Schema):
    """One node of the timeline; ``standing`` is done, current or future."""

    key: str
    title: str
    text: str
    standing: str
    at: datetime | None
    due_on: date | None
    branches: list[Branch]


class Clock(Schema):
    """An open clock; ``left`` counts days after today, negative when overdue; a stopped one has no due date."""

    kind: str
    key: str
    state: str
    started_on: date
    due_on: date | None
    left: int
    limit_n: int
    limit_unit: str
    basis: str
    provisional: bool


class Paper(Schema):
    """An official document; ``state`` is pending, sealed or waiting."""

    id: UUID
    kind: str
    title: str
    number: str
    state: str
    sealed_at: datetime | None


class FileEntry(Schema):
    """A file of a material."""

    id: UUID
    name: str
    media_type: str
    size: int
    pages: int | None


class MaterialEntry(Schema):
    """A material that was given."""

    code: str
    name: str
    state: str
    files: list[FileEntry]


class AnswerEntry(Schema):
    """One answer as people read it; personal values are masked."""

    path: str
    label: str
    shown: str


class TaskEntry(Schema):
    """A task that waits for the caller's post."""

    id: UUID
    kind: str
    name: str


class Case(Schema):
    """A case as the caller's post sees it."""

    number: str
    title: str
    item: str
    state: str
    state_words: str
    outcome: str
    applicant: str
    channel: str
    delivery_mode: str
    submitted_at: datetime
    received_at: datetime | None
    accepted_at: datetime | None
    decided_at: datetime | None
    timeline: list[Step]
    clocks: list[Clock]
    papers: list[Paper]
    answers: list[AnswerEntry]
    materials: list[MaterialEntry]
    tasks: list[TaskEntry]


def receipt_of(done: Done) -> Receipt:
    """What the applicant gets at once."""
    return Receipt(
        number=done.number, state=done.state, state_words=STATE_WORDS[done.state], query_password=done.query_password
    )


def standing_of(done: Done) -> Standing:
    """Where the case stands after an act."""
    return Standing(number=done.number, state=done.state, state_words=STATE_WORDS[done.state])


def case_of(detail: CaseDetail, principal: Principal) -> Case:
    """Everything of a case that the caller's post may see."""
    case = detail.case
    return Case(
        number=case.number,
        title=case.title,
        item=detail.content.slug,
        state=case.state,
        state_words=STATE_WORDS[case.state],
        outcome=case.outcome,
        applicant=case.applicant_label,
        channel=case.channel,
        delivery_mode=case.delivery_mode,
        submitted_at=case.submitted_at,
        received_at=case.received_at,
        accepted_at=case.accepted_at,
        decided_at=case.decided_at,
        timeline=[step_of(step) for step in timeline(detail)],
        clocks=[Clock.from_orm(clock) for clock in detail.clocks],
        papers=[Paper.from_orm(document) for document in detail.documents],
        answers=_answers(detail),
        materials=[
            MaterialEntry(
                code=m.row.code, name=m.row.name, state=m.row.state, files=[FileEntry.from_orm(f) for f in m.files]
            )
            for m in detail.materials
        ],
        tasks=[
            TaskEntry(id=t.id, kind=t.kind, name=t.name)
            for t in detail.state.open_tasks()
            if t.post_id == principal.post_id
        ],
    )


def step_of(step: TimelineStep) -> Step:
    """A node of the timeline with its branches."""
    branches = [
        Branch(name=b.name, department=b.department, state=b.state, state_words=b.words, finished_at=b.finished_at)
        for b in step.branches
    ]
    return Step(
        key=step.key,
        title=step.title,
        text=step.text,
        standing=step.standing,
        at=step.at,
        due_on=step.due_on,
        branches=branches,
    )


def _answers(detail: CaseDetail) -> list[AnswerEntry]:
    content, answers = detail.content, detail.answers
    return [
        AnswerEntry(path=f.path, label=f.label, shown=mask(content.elements[f.path], answers[f.path]))
        for f in forms.visible_fields(content, answers)
        if answers.get(f.path) not in (None, "", [])
    ]
