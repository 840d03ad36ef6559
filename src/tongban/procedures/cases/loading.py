"""The one SELECT that loads a case for an act: its row, tasks, clocks, branches, materials, notices, papers."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from tongban.ground import acts
from tongban.ground.crypto import decrypt
from tongban.ground.errors import NotFound
from tongban.ground.ids import uuid_of
from tongban.procedures.cases.rules.state import (
    BranchView,
    CaseState,
    ClockView,
    MaterialView,
    NoticeView,
    PaperView,
    ProceedingView,
    TaskView,
)

_COLUMNS = (
    "id",
    "number",
    "seq",
    "state",
    "outcome",
    "version_id",
    "title",
    "region_no",
    "department_id",
    "applicant_person_id",
    "applicant_organisation_id",
    "applicant_label",
    "channel",
    "submitted_at",
    "received_at",
    "accepted_at",
    "accepted_by",
    "acceptance_mode",
    "decided_at",
    "delivery_mode",
    "corrections",
    "round",
)


def _list(columns: str, table: str, condition: str, order: str = "id") -> str:
    return (
        f"(SELECT coalesce(json_agg(json_build_array({columns}) ORDER BY x.{order}), '[]')"  # noqa: S608 - constants
        f" FROM {table} x WHERE {condition})"
    )


_SELECT = (
    f"SELECT json_build_array(encode(c.head, 'hex'), {', '.join('c.' + n for n in _COLUMNS)}, "  # noqa: S608 - constants
    + ", ".join(
        (
            _list(
                "x.id, x.kind, x.branch_key, x.step_key, x.name, x.post_id, x.done_at IS NOT NULL, x.done_by,"
                " x.assigned_to",
                "work_task",
                "x.subject_id = c.id",
            ),
            _list(
                "x.id, x.kind, x.key, x.state, x.due_on, x.provisional, x.history::text",
                "work_clockrow",
                "x.subject_id = c.id",
            ),
            _list("x.id, x.key, x.name, x.state, x.verdict, x.department_id", "cases_casebranch", "x.case_id = c.id"),
            _list("x.id, x.code, x.name, x.state", "cases_casematerial", "x.case_id = c.id AND x.state <> 'replaced'"),
            _list(
                "x.id, x.number, x.items, x.due_on, x.answered_at IS NOT NULL",
                "cases_correctionnotice",
                "x.case_id = c.id",
                "number",
            ),
            _list("x.id, x.kind, x.state", "documents_document", "x.subject_kind = 'case' AND x.subject_id = c.id"),
            _list(
                "x.id, x.kind, x.key, x.branch_key, x.state, x.result, x.due_on, x.opened_at, x.opened_by, x.closed_by,"
                " x.data",
                "cases_proceeding",
                "x.case_id = c.id",
            ),
        )
    )
    + ") FROM cases_case c WHERE "
)
_BY_ID, _BY_NUMBER = f"{_SELECT}c.id = $1::uuid".encode(), f"{_SELECT}c.number = $1::text".encode()
_LOCK = b"SELECT 1 FROM cases_case WHERE id = $1::uuid FOR UPDATE"


def _key(text: str) -> uuid.UUID:
    """As ``uuid.UUID(text)`` of what PostgreSQL wrote, which needs no second look."""
    return uuid_of(int(text.replace("-", ""), 16))


_DAY, _MOMENT = date.fromisoformat, datetime.fromisoformat


def _uuid(text: str | None) -> uuid.UUID | None:
    return _key(text) if text else None


def _task(row: list[Any]) -> TaskView:
    key, kind, branch, step, name, post, done, done_by, assigned_to = row
    return TaskView(_key(key), kind, branch, step, name, post, done, _uuid(done_by), _uuid(assigned_to))


def _notice(row: list[Any]) -> NoticeView:
    key, number, items, due_on, answered = row
    targets = tuple((item["target"], item["code"]) for item in items)
    return NoticeView(_key(key), number, targets, _DAY(due_on), answered)


def _day(value: str | None) -> date | None:
    return _DAY(value) if value else None


def _clock(row: list[Any]) -> ClockView:
    key, kind, of, state, due_on, provisional, history = row
    return ClockView(_key(key), kind, of, state, _day(due_on), provisional, history)


def _proceeding(row: list[Any]) -> ProceedingView:
    key, kind, of, branch, state, result, due_on, opened_at, opened_by, closed_by, data = row
    opened = _MOMENT(opened_at)
    return ProceedingView(
        _key(key), kind, of, branch, state, result, _day(due_on), opened, _uuid(opened_by), _uuid(closed_by), data
    )


def load(case_id: uuid.UUID, lock: bool = False) -> CaseState:
    """The case as the rules see it; ``lock`` takes the row lock first. Raises ``NotFound``.

    The lock is a statement of its own: one that waits for it would still read tasks and branches as they were before.
    """
    if lock:
        acts.run(_LOCK, (case_id,))
    return _loaded(acts.run(_BY_ID, (case_id,)))


def load_numbered(number: str) -> CaseState:
    """The case of a 办件编号, for a look at it. Raises ``NotFound``."""
    return _loaded(acts.run(_BY_NUMBER, (number,)))


def _loaded(row: tuple[Any, ...] | None) -> CaseState:
    if row is None:
        raise NotFound("case.not_found", "没有找到这件办件")
    return _state(*row[0])


_VIEWS: dict[str, Callable[[list[Any]], Any]] = {
    "tasks": _task,
    "clocks": _clock,
    "branches": lambda row: BranchView(_key(row[0]), *row[1:]),
    "materials": lambda row: MaterialView(_key(row[0]), *row[1:]),
    "notices": _notice,
    "papers": lambda row: PaperView(_key(row[0]), *row[1:]),
    "proceedings": _proceeding,
}
"""The lists of a case in the order of the statement, and the view of one row of each."""


_put = object.__setattr__  # the case is frozen for everybody else


class _LoadedCase(CaseState):
    """A case as it was read: a list of views is made when a rule first looks at it."""

    __slots__ = ("_rows",)
    _rows: dict[str, list[Any]]

    @classmethod
    def read(cls, own: Mapping[str, Any], head: bytes, rows: Sequence[list[Any]]) -> _LoadedCase:
        """The case of one row: its own columns at once, its lists later."""
        case = cls.__new__(cls)
        for name, value in own.items():
            _put(case, name, value)
        _put(case, "head", head)
        _put(case, "_rows", dict(zip(_VIEWS, rows, strict=True)))
        return case

    def __getattr__(self, name: str) -> Any:
        """Asked for what is not there yet."""
        view = _VIEWS.get(name)
        if view is None:
            raise AttributeError(name)
        made = tuple([view(row) for row in self._rows[name]])
        _put(self, name, made)
        return made


def _state(head: str, *row: Any) -> CaseState:
    """One conversion of everything: the statement answers one JSON array, read faster than typed columns."""
    own = dict(zip(_COLUMNS, row, strict=False))
    for convert, names in _CONVERTED:
        for name in names:
            if own[name] is not None:
                own[name] = convert(own[name])
    return _LoadedCase.read(own, bytes.fromhex(head), row[len(_COLUMNS) :])


_CONVERTED = (
    (_key, ("id", "version_id", "applicant_person_id", "applicant_organisation_id", "accepted_by")),
    (_MOMENT, ("submitted_at", "received_at", "accepted_at", "decided_at")),
)


@dataclass(frozen=True, slots=True)
class SubmittedDraft:
    """A draft with everything that its submission needs: who it is for, what is in force, what its files are."""

    id: uuid.UUID
    version_id: uuid.UUID
    version_in_force: uuid.UUID | None
    organisation_id: uuid.UUID | None
    organisation_name: str
    person_id: uuid.UUID
    person_name: str
    person_mobile: str
    principal_id: uuid.UUID | None
    principal_name: str
    answers: dict[str, Any]
    files: dict[str, list[str]]
    file_hashes: dict[str, str]
    revision: int
    sources: dict[str, str]


_DRAFT = b"""
SELECT d.id, d.version_id,
       (SELECT w.id FROM catalog_itemversion w WHERE w.option_id = v.option_id AND w.valid @> $3::date
        AND w.state IN ('published', 'superseded') ORDER BY w.number DESC LIMIT 1),
       d.organisation_id, coalesce(o.name, ''), p.id, p.name, p.mobile, d.answers, d.files::json,
       (SELECT coalesce(json_object_agg(f.id, f.content_hash), '{}') FROM storage_storedfile f
        WHERE f.id = ANY (SELECT (jsonb_array_elements_text(e.value))::uuid FROM jsonb_each(d.files) e)),
       d.revision, d.person_id, q.name, d.sources::json
FROM cases_draft d
JOIN catalog_itemversion v ON v.id = d.version_id
JOIN parties_useraccount a ON a.id = d.account_id
JOIN parties_person p ON p.id = a.person_id
LEFT JOIN parties_organisation o ON o.id = d.organisation_id
LEFT JOIN parties_person q ON q.id = d.person_id
WHERE d.id = $1::uuid AND d.account_id = $2::uuid
"""


def load_draft(draft_id: uuid.UUID, account_id: uuid.UUID, today: date) -> SubmittedDraft:
    """The account's own draft, ready to be submitted; one query. A foreign one answers ``NotFound``."""
    row = acts.run(_DRAFT, (draft_id, account_id, today))
    if row is None:
        raise NotFound("draft.not_found", "没有找到这份草稿，可能已经提交或删除")
    name, mobile, answers = (decrypt(value) if value else "" for value in row[6:9])
    files, hashes, revision, principal_id, principal_name, sources = row[9:]
    key, version_id, in_force, organisation_id, organisation_name, person_id = row[:6]
    return SubmittedDraft(
        key,
        version_id,
        in_force,
        organisation_id,
        organisation_name,
        person_id,
        name,
        mobile,
        principal_id,
        decrypt(principal_name) if principal_name else "",
        json.loads(answers),
        files,
        hashes,
        revision,
        sources,
    )


_GRANT = b"""
SELECT a.answers, o.id, o.name, p.id, p.name
FROM cases_case c
JOIN LATERAL (SELECT x.answers FROM cases_application x WHERE x.case_id = c.id ORDER BY x.round DESC LIMIT 1) a ON true
LEFT JOIN parties_organisation o ON o.id = c.applicant_organisation_id
LEFT JOIN parties_person p ON p.id = c.applicant_person_id
WHERE c.id = $1::uuid
"""


def load_holder(case_id: uuid.UUID) -> tuple[str, uuid.UUID, str, dict[str, Any]]:
    """Who a licence would be for: kind, id, full name, and the newest answers; one query."""
    row = acts.run(_GRANT, (case_id,))
    if row is None:
        raise NotFound("case.not_found", "没有找到这件办件")
    answers: dict[str, Any] = json.loads(decrypt(row[0]))
    if row[1]:
        return "organisation", row[1], row[2], answers
    return "person", row[3], decrypt(row[4]), answers
