"""Everything that hangs on a case for a screen, read by one statement (shapes 1: a page of a case is one look).

The rows come as JSON and become unsaved-looking model instances as the ORM would have made them: same fields, same
decryption, files and types already attached. Screens read them through ``selectors.CaseDetail``.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar

from django.db import DEFAULT_DB_ALIAS, models

from tongban.ground import acts, moment
from tongban.ground.documents.models import Document
from tongban.ground.errors import NotFound
from tongban.ground.storage.models import StoredFile
from tongban.procedures.cases.models import (
    Application,
    Case,
    CaseMaterial,
    CaseMessage,
    Consignment,
    CorrectionNotice,
    Decision,
    Opinion,
    Proceeding,
    ServiceProof,
)
from tongban.registry.licences.models import Licence, LicenceType
from tongban.registry.parties.models import Department, Organisation, Person

M = TypeVar("M", bound=models.Model)
MOST_MESSAGES = 100


@dataclass(frozen=True)
class Whole:
    """The rows of one case: of each kind in the order in which they came.

    ``heads``: where the ledger of each person stands. ``staff`` and ``posts`` are read for staff only: names of who
    worked on it, and of who answers for its open tasks.
    """

    case: Case
    application: Application | None
    materials: tuple[CaseMaterial, ...]
    files: dict[str, StoredFile]
    notices: tuple[CorrectionNotice, ...]
    proceedings: tuple[Proceeding, ...]
    opinions: tuple[Opinion, ...]
    documents: tuple[Document, ...]
    licences: tuple[Licence, ...]
    messages: tuple[CaseMessage, ...]
    consignments: tuple[Consignment, ...]
    proofs: tuple[ServiceProof, ...]
    decision: Decision | None
    person: Person | None
    organisation: Organisation | None
    heads: dict[uuid.UUID, tuple[int, bytes]]
    staff: dict[uuid.UUID, str]
    posts: dict[int, Holders]


@dataclass(frozen=True, slots=True)
class Holders:
    """A post with an open task: its name, and the names of who holds it today."""

    post: str
    names: tuple[str, ...]


def _rows(table: str, condition: str, order: str = "x.id", limit: str = "") -> str:
    inner = f"SELECT x.* FROM {table} x WHERE {condition} ORDER BY {order} {limit}"  # noqa: S608 - constants
    return f"(SELECT coalesce(json_agg(row_to_json(x) ORDER BY {order}), '[]') FROM ({inner}) x)"  # noqa: S608


_OF_CASE = "x.case_id = c.id"
_FILES = (
    "x.id IN (SELECT (jsonb_array_elements_text(m.files))::uuid FROM cases_casematerial m"
    " WHERE m.case_id = c.id AND m.state <> 'replaced')"
    " OR x.id IN (SELECT d.file_id FROM documents_document d WHERE d.subject_kind = 'case' AND d.subject_id = c.id)"
)
_TYPES = "x.code IN (SELECT l.type_id FROM licences_licence l WHERE l.case_id = c.id)"
_UNITS = "x.id IN (SELECT m.department_id FROM cases_casemessage m WHERE m.case_id = c.id)"
_PERSONS = "x.id IN (coalesce(c.applicant_person_id, c.agent_person_id), o.legal_representative_id)"
_PARTS: tuple[tuple[str, str], ...] = (
    ("case", "row_to_json(c)"),
    ("application", _rows("cases_application", _OF_CASE, "x.round DESC", "LIMIT 1")),
    ("materials", _rows("cases_casematerial", f"{_OF_CASE} AND x.state <> 'replaced'")),
    ("files", _rows("storage_storedfile", _FILES)),
    ("notices", _rows("cases_correctionnotice", _OF_CASE, "x.number")),
    ("proceedings", _rows("cases_proceeding", f"{_OF_CASE} AND x.kind <> 'gap'", "x.opened_at, x.id")),
    ("opinions", _rows("cases_opinion", _OF_CASE, "x.given_at")),
    ("documents", _rows("documents_document", "x.subject_kind = 'case' AND x.subject_id = c.id")),
    ("licences", _rows("licences_licence", _OF_CASE)),
    (
        "types",
        _rows("licences_licencetype", _TYPES, "x.code"),
    ),
    ("messages", _rows("cases_casemessage", _OF_CASE, "x.id", f"LIMIT {MOST_MESSAGES}")),
    (
        "units",
        _rows("parties_department", _UNITS),
    ),
    ("consignments", _rows("cases_consignment", _OF_CASE)),
    ("proofs", _rows("cases_serviceproof", _OF_CASE, "x.at")),
    ("decision", _rows("cases_decision", _OF_CASE)),
    (
        "persons",
        _rows("parties_person", _PERSONS),
    ),
    ("organisation", _rows("parties_organisation", "x.id = c.applicant_organisation_id")),
)
_FOR_STAFF: tuple[tuple[str, str], ...] = (
    (
        "staff",
        "(SELECT coalesce(json_object_agg(s.id, s.name), '{}') FROM parties_staff s WHERE s.id = ANY(ARRAY("
        "SELECT c.accepted_by UNION ALL SELECT n.issued_by FROM cases_correctionnotice n WHERE n.case_id = c.id"
        " UNION ALL SELECT p.opened_by FROM cases_proceeding p WHERE p.case_id = c.id)))",
    ),
    (
        "posts",
        "(SELECT coalesce(json_object_agg(post.id, json_build_array(unit.short_name || '·' || post.name, ARRAY("
        "SELECT s.name FROM parties_staffpost held JOIN parties_staff s ON s.id = held.staff_id"
        " WHERE held.post_id = post.id AND held.valid @> $2::date))), '{}')"
        " FROM parties_post post JOIN parties_department unit ON unit.id = post.department_id"
        " WHERE post.id = ANY(ARRAY("
        "SELECT t.post_id FROM work_task t WHERE t.subject_id = c.id AND t.done_at IS NULL)))",
    ),
)


def _select(parts: tuple[tuple[str, str], ...]) -> bytes:
    return (
        "SELECT json_build_object("  # noqa: S608 - constants
        + ", ".join(f"'{name}', {sql}" for name, sql in parts)
        + "), coalesce(c.applicant_person_id, c.agent_person_id) FROM cases_case c"
        " LEFT JOIN parties_organisation o ON o.id = c.applicant_organisation_id WHERE c.id = $1::uuid"
    ).encode()


_OF_ALL, _OF_STAFF = _select(_PARTS), _select(_PARTS + _FOR_STAFF)


def read_whole(case_id: uuid.UUID, *, for_staff: bool) -> Whole:
    """Every row of a case that a screen may show; one query.

    :raises NotFound: no such case.
    """
    found = acts.run(_OF_STAFF, (case_id, moment.today())) if for_staff else acts.run(_OF_ALL, (case_id,))
    if found is None:
        raise NotFound("case.not_found", "没有找到这件办件")
    rows, person_id = found
    files = {str(file.id): file for file in _made(StoredFile, rows["files"])}
    documents = _with_files(_made(Document, rows["documents"]), files)
    persons = {person.pk: person for person in _made(Person, rows["persons"])}
    organisations = _made(Organisation, rows["organisation"])
    for one in organisations:
        one.legal_representative = persons[one.legal_representative_id]
    return Whole(
        case=_made(Case, [rows["case"]])[0],
        application=_first(Application, rows["application"]),
        materials=_made(CaseMaterial, rows["materials"]),
        files=files,
        notices=_made(CorrectionNotice, rows["notices"]),
        proceedings=_made(Proceeding, rows["proceedings"]),
        opinions=_made(Opinion, rows["opinions"]),
        documents=documents,
        licences=_licences(rows, {document.pk: document for document in documents}),
        messages=_messages(rows),
        consignments=_made(Consignment, rows["consignments"]),
        proofs=_made(ServiceProof, rows["proofs"]),
        decision=_first(Decision, rows["decision"]),
        person=persons.get(person_id),
        organisation=organisations[0] if organisations else None,
        heads={uuid.UUID(row["id"]): (row["seq"], _head(row)) for row in rows["persons"]},
        staff={uuid.UUID(key): name for key, name in rows.get("staff", {}).items()},
        posts={int(key): Holders(post, tuple(sorted(held))) for key, (post, held) in rows.get("posts", {}).items()},
    )


def _head(row: dict[str, Any]) -> bytes:
    """A chain's head as PostgreSQL writes bytes into JSON; empty before the first event."""
    return bytes.fromhex((row["head"] or "").removeprefix("\\x")) if row["seq"] else b""


def _with_files(documents: tuple[Document, ...], files: dict[str, StoredFile]) -> tuple[Document, ...]:
    for document in documents:
        document.file = files.get(str(document.file_id)) if document.file_id else None
    return documents


def _licences(rows: dict[str, Any], documents: dict[uuid.UUID, Document]) -> tuple[Licence, ...]:
    types = {one.pk: one for one in _made(LicenceType, rows["types"])}
    made = _made(Licence, rows["licences"])
    for one in made:
        one.type = types[one.type_id]
        one.document = documents.get(one.document_id) if one.document_id else None
    return made


def _messages(rows: dict[str, Any]) -> tuple[CaseMessage, ...]:
    units = {unit.pk: unit for unit in _made(Department, rows["units"])}
    made = _made(CaseMessage, rows["messages"])
    for one in made:
        one.department = units[one.department_id]
    return made


def _first(model: type[M], rows: list[dict[str, Any]]) -> M | None:
    made = _made(model, rows[:1])
    return made[0] if made else None


def _made(model: type[M], rows: list[dict[str, Any]]) -> tuple[M, ...]:
    if not rows:
        return ()
    names, columns = _columns(model)

    def values(row: dict[str, Any]) -> list[Any]:
        given = [(row[column], convert) for column, convert in columns]
        return [convert(value) if convert and value is not None else value for value, convert in given]

    return tuple(model.from_db(DEFAULT_DB_ALIAS, names, values(row)) for row in rows)


@cache
def _columns(model: type[models.Model]) -> tuple[list[str], list[tuple[str, Callable[[Any], Any] | None]]]:
    """Attribute names and, for each, its column with what makes JSON the value that the ORM gives."""
    fields = [field for field in model._meta.concrete_fields if not isinstance(field, models.BinaryField)]
    return [field.attname for field in fields], [(str(field.column), _converter(field)) for field in fields]


def _converter(field: Any) -> Callable[[Any], Any] | None:
    if hasattr(field, "from_db_value") and not isinstance(field, models.JSONField):
        return lambda value: field.from_db_value(value, None, None)
    target = field.target_field if field.is_relation else field
    if isinstance(target, models.UUIDField):
        return uuid.UUID
    if isinstance(target, models.DateTimeField | models.DateField):
        return target.to_python
    return None
