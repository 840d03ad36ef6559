"""The readers of cases: one function a screen. Every read by staff stands on the person's own ledger."""

from __future__ import annotations

import json
import secrets
import uuid
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from tongban.ground import moment
from tongban.ground.calendars.selectors import calendar_of
from tongban.ground.clock import Line, read, remaining
from tongban.ground.documents.models import Document
from tongban.ground.errors import NotFound, Refusal
from tongban.ground.paging import Page
from tongban.ground.policy import Principal, allowed
from tongban.ground.storage.models import StoredFile
from tongban.procedures.cases.loading import load, load_numbered
from tongban.procedures.cases.models import (
    Application,
    Case,
    CaseMaterial,
    CaseMessage,
    Consignment,
    CorrectionNotice,
    Decision,
    Draft,
    Opinion,
    Proceeding,
    ServiceProof,
)
from tongban.procedures.cases.ownership import MINE, sides
from tongban.procedures.cases.rules.state import CaseState, ClockView
from tongban.procedures.cases.whole import Whole, read_whole
from tongban.registry.catalog import selectors as catalog
from tongban.registry.catalog.version import VersionContent
from tongban.registry.licences.models import Licence
from tongban.registry.parties.models import Organisation, Person
from tongban.registry.parties.services import record_view

FOR_OTHERS = ("opinion_request", "interested_party_notice", "joint_meeting_record", "handover_list", "void_record")
"""Kinds of papers between units, or to third persons (with their names): the applicant does not see them."""


@dataclass(frozen=True)
class GivenMaterial:
    """A material of the case with its stored files."""

    row: CaseMaterial
    files: tuple[StoredFile, ...]


@dataclass(frozen=True)
class ClockLine:
    """An open clock: days left after today (the last day = 0), negative when overdue; what is kept while stopped.

    ``lines`` explain the due date; their deltas sum to it.
    """

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
    lines: tuple[Line, ...]


@dataclass
class CaseDetail:
    """Everything a screen of one case may show; parts are read when first asked for."""

    state: CaseState
    content: VersionContent
    for_staff: bool

    @cached_property
    def whole(self) -> Whole:
        """Every row that hangs on the case; the one query of all properties below."""
        return read_whole(self.state.id, for_staff=self.for_staff)

    @cached_property
    def case(self) -> Case:
        """The row of the case; a query of its own only when nothing else of it was read yet."""
        return self.whole.case if "whole" in vars(self) else Case.objects.get(pk=self.state.id)

    @cached_property
    def answers(self) -> dict[str, Any]:
        """Element path -> value of the newest round."""
        application = self.whole.application
        return json.loads(application.answers) if application else {}

    @cached_property
    def materials(self) -> list[GivenMaterial]:
        """Current materials with their files."""
        files = self.whole.files
        return [GivenMaterial(r, tuple(files[i] for i in r.files if i in files)) for r in self.whole.materials]

    @cached_property
    def notices(self) -> list[CorrectionNotice]:
        """One-time notices, oldest first."""
        return list(self.whole.notices)

    @property
    def open_notice(self) -> CorrectionNotice | None:
        """The notice that waits for the applicant."""
        if self.case.state != "correction_requested":
            return None
        return next((n for n in self.notices if n.answered_at is None), None)

    @cached_property
    def proceedings(self) -> list[Proceeding]:
        """Side matters with their words, oldest first; gaps are told by what fills them."""
        return list(self.whole.proceedings)

    @property
    def messages(self) -> tuple[CaseMessage, ...]:
        """Words between applicant and authority, oldest first."""
        return self.whole.messages

    @property
    def consignments(self) -> tuple[Consignment, ...]:
        """Paper by courier, both ways, oldest first."""
        return self.whole.consignments

    @cached_property
    def opinions(self) -> list[Opinion]:
        """Opinions of the steps; empty for the applicant (internal)."""
        return list(self.whole.opinions) if self.for_staff else []

    @cached_property
    def documents(self) -> list[Document]:
        """Official documents of the case, oldest first."""
        return [one for one in self.whole.documents if self.for_staff or one.kind not in FOR_OTHERS]

    @cached_property
    def licences(self) -> list[Licence]:
        """Licences that came of the case."""
        return list(self.whole.licences)

    @property
    def proofs(self) -> tuple[ServiceProof, ...]:
        """How papers reached the party, oldest first."""
        return self.whole.proofs

    @cached_property
    def decision(self) -> Decision | None:
        """The written decision, or the refusal of acceptance."""
        return self.whole.decision

    @cached_property
    def person(self) -> Person | None:
        """The natural person who applies, or who acts for the organisation."""
        return self.whole.person

    @cached_property
    def organisation(self) -> Organisation | None:
        """The organisation that applies."""
        return self.whole.organisation

    @cached_property
    def clocks(self) -> list[ClockLine]:
        """Open clocks with what is left of them."""
        return [_clock_line(view, self.content.region_no) for view in self.state.open_clocks()]

    def clock(self, kind: str) -> ClockLine | None:
        """The open clock of that kind."""
        return next((c for c in self.clocks if c.kind == kind), None)


def _clock_line(view: ClockView, region_no: int) -> ClockLine:
    days = calendar_of(region_no)
    told = read(view.spec, view.steps, days)
    left = remaining(told.due, moment.today(), days).after_today if told.due else told.left or 0
    limit = view.spec.limit
    return ClockLine(
        view.kind,
        view.key,
        view.state,
        view.started_on,
        told.due,
        left,
        limit.n,
        limit.unit,
        limit.basis,
        told.provisional,
        told.lines,
    )


def case_of(principal: Principal, key: str | uuid.UUID, *, record: bool = True) -> CaseDetail:
    """One case by number or id. A foreign one answers ``NotFound``; a read by staff is recorded.

    :param record: False for the second look within one request (a file, a preview), already on record.
    """
    state = load(key) if isinstance(key, uuid.UUID) else load_numbered(key)
    if not allowed(principal, "cases.case.view", state.target()):
        raise NotFound("case.not_found", "没有找到这件办件，或不在您的办理范围内")
    detail = _detail(state, for_staff=principal.is_staff)
    if detail.for_staff and record and (person_id := state.applicant_person_id or detail.case.agent_person_id):
        record_view(principal, [person_id], case_id=state.id, purpose="办理办件", heads=detail.whole.heads)
    return detail


def system_detail(case_id: uuid.UUID) -> CaseDetail:
    """The case for the system's own work (papers); nobody reads it, so nothing is recorded."""
    return _detail(load(case_id), for_staff=True)


def _detail(state: CaseState, *, for_staff: bool) -> CaseDetail:
    return CaseDetail(state, catalog.content(state.version_id), for_staff)


MY_GROUPS: dict[str, tuple[str, ...]] = {
    "open": (
        "submitted",
        "received",
        "correction_requested",
        "accepted",
        "in_review",
        "suspended",
        "decided",
        "issued",
    ),
    "done": ("delivered", "closed"),
    "ended": ("not_accepted", "withdrawn", "terminated", "transferred", "void"),
}
"""Groups of *my cases*: still going on, finished with a result, ended without one."""


def my_cases(principal: Principal, *, group: str = "", whose: str = "", after: str = "", limit: int = 20) -> Page[Case]:
    """The person's own cases and those of persons and organisations acted for, newest first; one query.

    :param group: key of :data:`MY_GROUPS`; empty for all. :param whose: id of one of those acted for, or ``self``.
    """
    given: dict[str, Any] = {**_whose(principal, whose), "most": limit + 1}
    conditions = ""
    if group in MY_GROUPS:
        conditions += " AND state = ANY(%(states)s)"
        given["states"] = list(MY_GROUPS[group])
    if after:
        conditions += " AND id < %(after)s"
        try:
            given["after"] = uuid.UUID(after)
        except ValueError as error:
            raise Refusal("page.key", "翻页的位置不对", remedy="回到列表第一页") from error
    rows = tuple(Case.objects.raw(_OWN_LINES.format(conditions), given))
    return Page(rows[:limit], str(rows[limit - 1].id) if len(rows) > limit else "")


_OWN_LINES = """
SELECT id, number, title, applicant_label, submitted_at, state, outcome, version_id FROM cases_case WHERE id IN (
    SELECT own.id FROM unnest(%(persons)s::uuid[]) AS owner CROSS JOIN LATERAL (
        SELECT id FROM cases_case WHERE applicant_person_id = owner{0} ORDER BY id DESC LIMIT %(most)s) AS own
    UNION ALL
    SELECT own.id FROM unnest(%(organisations)s::uuid[]) AS owner CROSS JOIN LATERAL (
        SELECT id FROM cases_case WHERE applicant_organisation_id = owner{0} ORDER BY id DESC LIMIT %(most)s) AS own
) ORDER BY id DESC LIMIT %(most)s
"""
"""What a line of *my cases* shows; the rest of a case (two encrypted texts among it) is left where it is.

The newest of each owner by an index of its own, then the newest of them all: asked for with an OR, PostgreSQL walks
through everybody's cases until it has met enough of theirs.
"""


def _whose(principal: Principal, whose: str) -> dict[str, Any]:
    """All sides, or only one of them; an unknown side has none."""
    all_sides = sides(principal)
    if not whose:
        return all_sides
    own = str(principal.person_id) if whose == "self" else whose
    return {kind: [key for key in keys if str(key) == own] for kind, keys in all_sides.items()}


def my_papers(principal: Principal, *, after: str = "", limit: int = 20) -> Page[Document]:
    """Sealed papers of the person's cases, newest first, without those between units; one query."""
    given: dict[str, Any] = {**sides(principal), "others": list(FOR_OTHERS), "most": limit + 1}
    older = ""
    if after:
        older = " AND id < %(after)s"
        try:
            given["after"] = uuid.UUID(after)
        except ValueError as error:
            raise Refusal("page.key", "翻页的位置不对", remedy="回到列表第一页") from error
    found = tuple(Document.objects.raw(_OWN_PAPERS.format(MINE, older), given))
    return Page(found[:limit], str(found[limit - 1].id) if len(found) > limit else "")


_OWN_PAPERS = """
WITH own AS MATERIALIZED (SELECT id FROM cases_case WHERE {0})
SELECT paper.* FROM own CROSS JOIN LATERAL (
    SELECT id, title, number, subject_id, sealed_at FROM documents_document
    WHERE subject_kind = 'case' AND subject_id = own.id AND state = 'sealed' AND kind <> ALL(%(others)s){1}
    OFFSET 0
) AS paper ORDER BY id DESC LIMIT %(most)s
"""
"""Their cases first, then the papers of each: the other way round it would walk through everybody's papers."""


def drafts_of(principal: Principal) -> list[Draft]:
    """The person's drafts, newest first; one query (titles come from the cached versions)."""
    return list(
        Draft.objects.select_related("organisation", "person")
        .only("version", "answers", "files", "updated_at", "organisation__name", "person__name")
        .filter(account_id=principal.account_id)
        .order_by("-updated_at")[:30]
    )


def paper_of(principal: Principal, document_id: uuid.UUID) -> tuple[Document, CaseDetail]:
    """A sealed paper of a case that the principal may see, with its case; a foreign one answers ``NotFound``."""
    document = Document.objects.select_related("file").filter(id=document_id, subject_kind="case").first()
    if document is None:
        raise NotFound("paper.not_found", "没有找到这份文书")
    if document.kind in FOR_OTHERS and not principal.is_staff:
        raise NotFound("paper.not_found", "没有找到这份文书")
    return document, case_of(principal, document.subject_id, record=False)


def file_of(principal: Principal, key: str, file_id: uuid.UUID, *, record: bool = True) -> StoredFile:
    """A file of one of the case's materials; anything else answers ``NotFound``. ``record``: see :func:`case_of`."""
    detail = case_of(principal, key, record=record)
    given = CaseMaterial.objects.filter(case_id=detail.state.id).values_list("files", flat=True)
    if str(file_id) not in {f for files in given for f in files}:
        raise NotFound("file.not_found", "没有找到这个文件")
    return StoredFile.objects.get(id=file_id)


def by_query_password(number: str, password: str) -> CaseDetail | None:
    """The case of a number with its query password; ``None`` for any mismatch (the answer never says which)."""
    case = Case.objects.filter(number=number.strip().upper()).first()
    stored = case.query_password if case else "------"
    fits = secrets.compare_digest(stored.encode(), password.strip().encode())
    if case is None or not fits:
        return None
    return _detail(load(case.id), for_staff=False)


def by_contact(number: str, mobile_index: str) -> CaseDetail | None:
    """The case of a number whose applicant left that mobile (its blind index); ``None`` for any mismatch."""
    if not mobile_index:
        return None
    case = Case.objects.filter(number=number.strip().upper()).first()
    if case is None or not secrets.compare_digest(case.contact_mobile_index, mobile_index):
        return None
    return _detail(load(case.id), for_staff=False)


_COMMANDS: tuple[tuple[str, str, tuple[str, ...], tuple[str, ...]], ...] = (
    ("receive", "cases.case.receive", ("accept",), ("submitted",)),
    ("request_correction", "cases.case.request_correction", ("accept",), ("submitted", "received")),
    ("accept", "cases.case.accept", ("accept",), ("submitted", "received")),
    ("refuse_acceptance", "cases.case.refuse_acceptance", ("accept",), ("submitted", "received")),
    ("handle", "cases.step.handle", ("handle",), ("in_review",)),
    ("examine", "cases.step.examine", ("examine",), ("in_review",)),
    ("decide", "cases.case.decide", ("decide",), ("in_review",)),
    ("submit_correction", "cases.case.submit_correction", (), ("correction_requested",)),
    ("withdraw", "cases.case.withdraw", (), ("submitted", "received", "correction_requested", "accepted", "in_review")),
)


def allowed_commands(principal: Principal, detail: CaseDetail) -> set[str]:
    """Names of the commands that the screen may offer; the act itself checks again."""
    state = detail.state
    found = {
        name
        for name, permission, kinds, states in _COMMANDS
        if state.state in states and allowed(principal, permission, state.target(*kinds))
    }
    kinds = ("deliver",) if principal.is_staff else ()
    if state.state == "issued" and allowed(principal, "cases.case.deliver", state.target(*kinds)):
        found.add("deliver")
    return found


def applications_of(case_id: uuid.UUID) -> list[Application]:
    """Every round of the applicant's submission, oldest first."""
    return list(Application.objects.filter(case_id=case_id).order_by("round"))
