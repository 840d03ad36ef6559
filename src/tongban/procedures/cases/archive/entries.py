"""What goes into a package: every entry with its bytes, read from the rows of the case."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tongban.ground import moment
from tongban.ground.documents.typesetting import render
from tongban.ground.ledger.chain import Row, canonical
from tongban.ground.ledger.selectors import events_of
from tongban.ground.storage.models import StoredFile
from tongban.ground.storage.selectors import open_file
from tongban.procedures.cases.archive.manifest import encode
from tongban.procedures.cases.models import Application
from tongban.procedures.cases.papers_data.common import applicant_name, chinese_moment, contact, parties
from tongban.procedures.cases.papers_data.filled import filled_sections
from tongban.procedures.cases.selectors import CaseDetail

JSON = "application/json"
PDF = "application/pdf"
_ENDINGS = {PDF: "pdf", "image/jpeg": "jpg", "image/png": "png"}
_BLOCK = 500


@dataclass(frozen=True)
class Entry:
    """One file of a package: plain ASCII path, category, the name that people know, its bytes, further facts."""

    path: str
    category: str
    name: str
    media_type: str
    content: bytes
    facts: dict[str, Any] = field(default_factory=dict)


def all_entries(detail: CaseDetail) -> list[Entry]:
    """Every entry but the manifest, by path."""
    families = (_forms, _materials, _records, _papers, _ledger, _about)
    return sorted((entry for family in families for entry in family(detail)), key=lambda entry: entry.path)


def later_entries(detail: CaseDetail, from_seq: int) -> list[Entry]:
    """What a supplement holds: the events since ``from_seq``, the papers that they made, the records as they are now.

    The receipt of the package before it is among the papers: it was made after that package.
    """
    rows = [row for row in events(detail) if row.seq >= from_seq]
    wanted = {str(key) for row in rows for key in row.body.get("documents", ())}
    papers = [paper for paper in _papers(detail, with_receipts=True) if paper.facts["id"] in wanted]
    found = [*_records(detail), *papers, _ledger_entry(rows), *_about(detail, from_seq)]
    return sorted(found, key=lambda entry: entry.path)


def _forms(detail: CaseDetail) -> Iterator[Entry]:
    """Each round of the application: the answers as data, and printed for people."""
    for one in detail.case.applications.order_by("round"):
        answers = json.loads(one.answers)
        data = {
            "round": one.round,
            "answers": answers,
            "content_hash": one.content_hash,
            "submitted_at": one.submitted_at.isoformat(),
            "submitted_by": str(one.submitted_by),
        }
        facts = {"round": one.round, "content_hash": one.content_hash}
        base = f"form/application-{one.round:02d}"
        yield Entry(f"{base}.json", "form", f"申请表数据（第{one.round}次提交）", JSON, encode(data), facts)
        with moment.at(one.submitted_at):
            printed = render("application_form", form_data(detail, one, answers))
        yield Entry(f"{base}.pdf", "form", f"申请表（第{one.round}次提交）", PDF, printed, {"round": one.round})


def form_data(detail: CaseDetail, application: Application, answers: dict[str, Any]) -> dict[str, Any]:
    """The data of the printed form: the visible fields by section, as a person reads them."""
    content, case = detail.content, detail.case
    return {
        "title": "申请表",
        "number": f"第{application.round}次提交",
        "authority": content.authority.name,
        "case_number": case.number,
        "item": {"name": content.name, "code": content.item_code},
        "parties": parties(detail),
        "contact": contact(detail),
        "date": moment.local(application.submitted_at).date().isoformat(),
        "submitted_at": chinese_moment(application.submitted_at),
        "applicant": applicant_name(detail),
        "content_hash": application.content_hash,
        "sections": filled_sections(content, answers),
    }


def _materials(detail: CaseDetail) -> Iterator[Entry]:
    """Every file that was ever given, also replaced ones, under the code and round of its material."""
    rows = list(detail.case.materials.order_by("id"))
    files = {str(f.id): f for f in StoredFile.objects.filter(id__in=[key for row in rows for key in row.files])}
    deferred = _handed_in_later(events(detail))
    for number, row in enumerate(rows, 1):
        for place, key in enumerate(row.files, 1):
            file = files[str(key)]
            facts = {
                "code": row.code,
                "round": row.round,
                "source": row.source,
                "evidence_grade": row.evidence_grade,
                "state": row.state,
                "file_name": file.name,
                "deferred": (row.code, str(key)) in deferred,
            }
            deferred.discard((row.code, str(key)))  # handed in once more it belongs to that submission
            path = f"materials/{number:03d}-{place:02d}.{_ENDINGS.get(file.media_type, 'bin')}"
            yield Entry(path, "material", row.name, file.media_type, open_file(file), facts)


def _handed_in_later(rows: list[Row]) -> set[tuple[str, str]]:
    """Code and file of each deferred material that came by an act of its own: no submission's fingerprint holds it."""
    settled = [row.body["materials"] for row in rows if row.kind == "case.deferral_settled"]
    return {(code, file) for materials in settled for code, files in materials.items() for file in files}


def _records(detail: CaseDetail) -> Iterator[Entry]:
    """What was found, asked, decided and served, as data."""
    case = detail.case
    records: dict[str, tuple[str, list[dict[str, Any]]]] = {
        "opinions": ("审查意见", [_plain(row) for row in case.opinions.order_by("given_at", "id")]),
        "notices": ("一次性告知", [_plain(row) for row in case.notices.order_by("number")]),
        "proceedings": ("办理中的程序", [_plain(row) for row in case.proceedings.order_by("opened_at", "id")]),
        "branches": ("并联分支", [_plain(row) for row in case.branches.order_by("id")]),
        "service": ("送达", [_plain(row) for row in case.service_proofs.order_by("at", "id")]),
        "decision": ("决定", [_plain(detail.decision)] if detail.decision else []),
    }
    for key, (name, rows) in records.items():
        if rows:
            yield Entry(f"records/{key}.json", "record", name, JSON, encode(rows), {"count": len(rows)})


def _plain(row: Any) -> dict[str, Any]:
    """A row as JSON: every column under its own name; a column that holds JSON text is opened."""
    return {column.attname: _value(getattr(row, column.attname)) for column in row._meta.concrete_fields}


def _value(value: Any) -> Any:
    if isinstance(value, str) and value[:1] in "[{" and value[-1:] in "]}":
        try:
            return json.loads(value)
        except json.JSONDecodeError:
            return value
    return value if isinstance(value, (str, int, bool, list, dict, type(None))) else str(value)


def _papers(detail: CaseDetail, *, with_receipts: bool = False) -> Iterator[Entry]:
    """Every paper as it was made; the archive's own receipt comes later."""
    for number, document in enumerate(detail.documents, 1):
        if (document.kind == "archive_receipt" and not with_receipts) or document.file is None:
            continue
        facts = {
            "id": str(document.id),
            "kind": document.kind,
            "number": document.number,
            "code": document.code,
            "made_at": document.sealed_at.isoformat() if document.sealed_at else "",
        }
        content = open_file(document.file)
        yield Entry(f"papers/{number:03d}-{document.kind}.pdf", "paper", document.title, PDF, content, facts)


def events(detail: CaseDetail) -> list[Row]:
    """The whole ledger of the case, in order."""
    found: list[Row] = []
    while block := events_of("case", detail.case.id, after_seq=found[-1].seq if found else 0, limit=_BLOCK):
        found.extend(block)
    return found


def _ledger(detail: CaseDetail) -> Iterator[Entry]:
    """The events as they were hashed, each with its hash: the chain can be counted again without this platform."""
    yield _ledger_entry(events(detail))


def _ledger_entry(rows: list[Row]) -> Entry:
    data = [{**json.loads(canonical(row)), "hash": row.hash.hex()} for row in rows]
    last = rows[-1] if rows else None
    facts = {"events": len(rows), "seq": last.seq if last else 0, "head": last.hash.hex() if last else ""}
    return Entry("ledger/events.json", "ledger", "办理过程的事件", JSON, encode(data), facts)


_ABOUT = """办件电子档案包

办件编号：{number}
事项：{title}
机关：{authority}

manifest.json      目录：每个文件的类别、名称、大小和 SHA-256 指纹，办件要素，保管期限
form/              申请表：每次提交的数据（JSON）和可以打印的申请表（PDF）
materials/         申请人提交的材料原件，目录中记有材料名称、提交次数和原文件名
records/           审查意见、一次性告知、办理中的程序、决定、送达的数据（JSON）
papers/            文书原件（PDF/A，盖章的带电子签名）
ledger/events.json 办件账本：按发生次序的全部事件，每个事件的指纹由前一个事件的指纹和本事件内容算出

指纹的算法：hash = SHA-256(前一个事件的 hash ‖ 本事件去掉 hash 后按键名排序、不带空格的 JSON)，
第一个事件之前的值为 SHA-256（“tongban:case:” ‖ 办件标识）。
"""


_LATER = """
这是补充归档包：只有原归档包之后发生的事（第 {from_seq} 个事件起）。第一个事件的 prev_hash 就是原归档包账本末尾的指纹。
"""


def _about(detail: CaseDetail, from_seq: int = 0) -> Iterator[Entry]:
    words = {"number": detail.case.number, "title": detail.case.title, "authority": detail.content.authority.name}
    text = _ABOUT.format(**words) + (_LATER.format(from_seq=from_seq) if from_seq else "")
    yield Entry("README.txt", "about", "说明", "text/plain", text.encode())
