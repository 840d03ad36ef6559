"""A case as the rules see it: plain frozen data, loaded by one query. No Django."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime

from tongban.ground.calendar import WorkingCalendar
from tongban.ground.changes import Subject
from tongban.ground.policy import Principal, Target
from tongban.registry.catalog.version import VersionContent


@dataclass(frozen=True, slots=True)
class TaskView:
    """A task of the case; ``done_by`` is a staff id."""

    id: uuid.UUID
    kind: str
    branch_key: str
    step_key: str
    name: str
    post_id: int
    done: bool
    done_by: uuid.UUID | None


@dataclass(frozen=True, slots=True)
class ClockView:
    """A clock of the case; ``state`` running, stopped or done."""

    id: uuid.UUID
    kind: str
    state: str
    started_on: date
    due_on: date
    limit_n: int
    limit_unit: str
    basis: str
    provisional: bool


@dataclass(frozen=True, slots=True)
class BranchView:
    """One department's part."""

    id: uuid.UUID
    key: str
    name: str
    state: str
    verdict: str


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

    def subject(self) -> Subject:
        """The ledger subject with its chain head."""
        return Subject("case", "cases.Case", self.id, self.seq, self.head, self.region_no)

    def open_tasks(self, *kinds: str) -> tuple[TaskView, ...]:
        """Tasks not yet done, of these kinds (all kinds when none is named)."""
        return tuple(t for t in self.tasks if not t.done and (not kinds or t.kind in kinds))

    def clock(self, kind: str) -> ClockView | None:
        """The running clock of that kind."""
        return next((c for c in self.clocks if c.kind == kind and c.state == "running"), None)

    def open_notice(self) -> NoticeView | None:
        """The notice that waits for the applicant."""
        return next((n for n in self.notices if not n.answered), None)

    def target(self, *kinds: str) -> Target:
        """What the policy must know; with ``kinds`` only the posts of open tasks of these kinds count."""
        tasks = self.open_tasks(*kinds) if kinds else self.tasks
        return Target(
            region_no=self.region_no,
            department_ids=(self.department_id,),
            post_ids=tuple({t.post_id for t in tasks}),
            person_ids=(self.applicant_person_id,) if self.applicant_person_id else (),
            organisation_ids=(self.applicant_organisation_id,) if self.applicant_organisation_id else (),
        )


@dataclass(frozen=True, slots=True)
class Setting:
    """The circumstances of a decision: the law of the case, who acts, when, by which calendar."""

    content: VersionContent
    principal: Principal
    at: datetime
    today: date
    calendar: WorkingCalendar
