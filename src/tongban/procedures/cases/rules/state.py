"""A case as the rules see it: plain frozen data, loaded by one query. No Django."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from tongban.ground.calendar import WorkingCalendar
from tongban.ground.changes import Subject
from tongban.ground.clock import ClockSpec, Step
from tongban.ground.policy import Principal, Target
from tongban.procedures.work.cards import CardRule
from tongban.procedures.work.clocks import begun, continued, history_of
from tongban.registry.catalog.version import VersionContent

DECISION_CLOCKS = ("promised", "statutory", "joint")


@dataclass(frozen=True, slots=True)
class TaskView:
    """A task of the case; ``done_by`` and ``assigned_to`` are staff ids."""

    id: uuid.UUID
    kind: str
    branch_key: str
    step_key: str
    name: str
    post_id: int
    done: bool
    done_by: uuid.UUID | None
    assigned_to: uuid.UUID | None = None


@dataclass(frozen=True, slots=True)
class ClockView:
    """A clock of the case; ``state`` running, stopped or done. ``touched``: this act added a step.

    ``history`` is the text of its row: most acts look at few clocks, so it is read when somebody asks.
    """

    id: uuid.UUID
    kind: str
    key: str
    state: str
    due_on: date | None
    provisional: bool
    history: str
    touched: bool = False

    @classmethod
    def begun(cls, id_: uuid.UUID, kind: str, key: str, spec: ClockSpec, step: Step) -> ClockView:
        """A clock that this act starts."""
        return cls(id_, kind, key, "running", None, False, begun(spec, step), True)

    def with_step(self, step: Step) -> ClockView:
        """The clock after one more step of this act."""
        return replace(self, history=continued(self.history, step), touched=True)

    @property
    def spec(self) -> ClockSpec:
        """What was frozen when it started."""
        return history_of(self.history).spec

    @property
    def steps(self) -> tuple[Step, ...]:
        """What happened to it, the start first."""
        return history_of(self.history).steps

    @property
    def by_moment(self) -> bool:
        """Whether it may count hours or minutes (asked of the text: nearly none does)."""
        return '"hour"' in self.history or '"minute"' in self.history

    @property
    def started_on(self) -> date:
        """The day of its start step."""
        return self.steps[0].on


@dataclass(frozen=True, slots=True)
class BranchView:
    """One department's part: ``state`` waiting, active, suspended, done or stopped."""

    id: uuid.UUID
    key: str
    name: str
    state: str
    verdict: str
    department_id: int = 0


@dataclass(frozen=True, slots=True)
class MaterialView:
    """What was given for one material; replaced ones are not among them."""

    id: uuid.UUID
    code: str
    name: str
    state: str


@dataclass(frozen=True, slots=True)
class NoticeView:
    """A one-time notice; ``targets`` are (target, code) pairs."""

    id: uuid.UUID
    number: int
    targets: tuple[tuple[str, str], ...]
    due_on: date
    answered: bool


@dataclass(frozen=True, slots=True)
class ProceedingView:
    """A side matter of the case (``procedures.cases.rules.proceedings``)."""

    id: uuid.UUID
    kind: str
    key: str
    branch_key: str
    state: str
    result: str
    due_on: date | None
    opened_at: datetime
    opened_by: uuid.UUID | None
    closed_by: uuid.UUID | None
    data: dict[str, Any]

    @property
    def open(self) -> bool:
        """Whether it still goes on."""
        return self.state == "open"


@dataclass(frozen=True, slots=True)
class PaperView:
    """An official document of the case and its state (pending, sealed, waiting)."""

    id: uuid.UUID
    kind: str
    state: str


@dataclass(frozen=True, slots=True)
class CaseState:
    """Everything a rule may look at."""

    id: uuid.UUID
    number: str
    seq: int
    head: bytes
    state: str
    outcome: str
    version_id: uuid.UUID
    title: str
    region_no: int
    department_id: int
    applicant_person_id: uuid.UUID | None
    applicant_organisation_id: uuid.UUID | None
    applicant_label: str
    channel: str
    submitted_at: datetime
    received_at: datetime | None
    accepted_at: datetime | None
    accepted_by: uuid.UUID | None
    acceptance_mode: str
    decided_at: datetime | None
    delivery_mode: str
    corrections: int
    round: int
    tasks: tuple[TaskView, ...] = ()
    clocks: tuple[ClockView, ...] = ()
    branches: tuple[BranchView, ...] = ()
    materials: tuple[MaterialView, ...] = ()
    notices: tuple[NoticeView, ...] = ()
    papers: tuple[PaperView, ...] = ()
    proceedings: tuple[ProceedingView, ...] = ()

    def subject(self) -> Subject:
        """The ledger subject with its chain head."""
        return Subject("case", "cases.Case", self.id, self.seq, self.head, self.region_no)

    def open_tasks(self, *kinds: str) -> tuple[TaskView, ...]:
        """Tasks not yet done, of these kinds (all kinds when none is named)."""
        return tuple(t for t in self.tasks if not t.done and (not kinds or t.kind in kinds))

    def open_clocks(self, *kinds: str) -> tuple[ClockView, ...]:
        """Clocks that run or are stopped, of these kinds (of all when none is named)."""
        return tuple(c for c in self.clocks if c.state != "done" and (not kinds or c.kind in kinds))

    def clock(self, kind: str, key: str = "") -> ClockView | None:
        """The open clock of that kind (and key)."""
        return next((c for c in self.open_clocks(kind) if c.key == key), None)

    def binding_due(self) -> date | None:
        """The day by which the decision is due: the earliest of promise, law and joint cap that runs (C14)."""
        return min(
            (c.due_on for c in self.open_clocks(*DECISION_CLOCKS) if c.due_on and c.state == "running"), default=None
        )

    def open_proceedings(self, *kinds: str) -> tuple[ProceedingView, ...]:
        """Side matters that still go on, of these kinds (of all when none is named)."""
        return tuple(p for p in self.proceedings if p.open and (not kinds or p.kind in kinds))

    def proceeding(self, id_: uuid.UUID) -> ProceedingView | None:
        """The side matter of that id."""
        return next((p for p in self.proceedings if p.id == id_), None)

    def open_notice(self) -> NoticeView | None:
        """The notice that waits for the applicant."""
        return next((n for n in self.notices if not n.answered), None)

    def target(self, *kinds: str) -> Target:
        """What the policy must know; with ``kinds`` only the posts of open tasks of these kinds count."""
        tasks = self.open_tasks(*kinds) if kinds else self.tasks
        return Target(
            region_no=self.region_no,
            department_ids=tuple({self.department_id, *(b.department_id for b in self.branches)}),
            post_ids=tuple({t.post_id for t in tasks}),
            person_ids=(self.applicant_person_id,) if self.applicant_person_id else (),
            organisation_ids=(self.applicant_organisation_id,) if self.applicant_organisation_id else (),
        )


@dataclass(frozen=True, slots=True)
class Setting:
    """The circumstances of a decision: the law of the case, who acts, when, by which calendar and card rule.

    ``received_on`` is the legal day on which something that arrives now is received (C2: the calendar day of entry, or
    by the place's office hours).
    """

    content: VersionContent
    principal: Principal
    at: datetime
    today: date
    calendar: WorkingCalendar
    received_on: date
    card_rule: CardRule
