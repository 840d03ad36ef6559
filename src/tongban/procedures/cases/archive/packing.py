"""Build the package: the same case gives the same bytes."""

from __future__ import annotations

import hashlib
import io
import uuid
import zipfile
from dataclasses import dataclass
from datetime import date
from typing import Any

from tongban.ground import moment
from tongban.ground.errors import Refusal
from tongban.procedures.cases.archive.entries import Entry, all_entries, later_entries
from tongban.procedures.cases.archive.manifest import FORMAT, MANIFEST, Retention, encode, retention_of
from tongban.procedures.cases.selectors import CaseDetail, system_detail

_STAMP = (1980, 1, 1, 0, 0, 0)
_READ_ONLY = 0o100444 << 16


@dataclass(frozen=True)
class Package:
    """A package in memory. ``seq``: the last event that it contains."""

    content: bytes
    content_hash: str
    manifest: dict[str, Any]
    retention: Retention
    seq: int
    from_seq: int = 0
    """Of a supplement: its first event; 0: the whole case."""

    @property
    def entries(self) -> int:
        """Files beside the manifest."""
        return len(self.manifest["entries"])


def build_package(case_id: uuid.UUID, after: Before | None = None) -> Package:
    """The package of a case that has ended and whose papers are made. Nothing is stored.

    :param after: what is archived already: then a supplement of what happened since.

    :raises Refusal: ``archive.open`` (the case goes on), ``archive.papers`` (a paper is not made yet).
    """
    detail = system_detail(case_id)
    _require_ended(detail, supplement=after is not None)
    entries = later_entries(detail, after.seq + 1) if after else all_entries(detail)
    kept = retention_of(detail.content.retention, _concluded(detail))
    manifest = _manifest(detail, entries, kept)
    if after is not None:
        manifest["supplement"] = {"from_seq": after.seq + 1, "head": after.head, "of": after.content_hash}
    content = _zip([Entry(MANIFEST, "about", "目录", "application/json", encode(manifest)), *entries])
    first = after.seq + 1 if after else 0
    return Package(content, hashlib.sha256(content).hexdigest(), manifest, kept, manifest["ledger"]["seq"], first)


@dataclass(frozen=True)
class Before:
    """The package that a supplement follows: its last event with that event's hash, and its fingerprint."""

    seq: int
    head: str
    content_hash: str


def _require_ended(detail: CaseDetail, *, supplement: bool = False) -> None:
    if detail.case.state not in ("closed", "void"):
        raise Refusal("archive.open", "这件办件还没有办结，不能归档", remedy="办结关闭后再归档")
    own = () if supplement else ("archive_receipt",)
    if waiting := [d for d in detail.documents if d.file is None and d.kind not in own]:
        raise Refusal(
            "archive.papers", f"还有 {len(waiting)} 份文书没有制作完成，不能归档", remedy="文书制作完成后再归档"
        )


def _concluded(detail: CaseDetail) -> date:
    case = detail.case
    return moment.local(case.concluded_at or case.decided_at or case.submitted_at).date()


def _manifest(detail: CaseDetail, entries: list[Entry], kept: Retention) -> dict[str, Any]:
    ledger = next(entry for entry in entries if entry.category == "ledger")
    return {
        "format": FORMAT,
        "case": _case(detail),
        "authority": {"name": detail.content.authority.name, "uscc": detail.content.authority.uscc},
        "region": detail.content.region_name,
        "retention": {"period": kept.words, "until": kept.until.isoformat() if kept.until else None},
        "ledger": {"seq": ledger.facts["seq"], "head": ledger.facts["head"]},
        "entries": [_row(entry) for entry in entries],
    }


def _case(detail: CaseDetail) -> dict[str, Any]:
    case, content = detail.case, detail.content
    times = ("submitted_at", "received_at", "accepted_at", "decided_at", "concluded_at")
    return {
        "id": str(case.id),
        "number": case.number,
        "title": case.title,
        "item_code": content.item_code,
        "option_code": content.option_code,
        "version_id": str(case.version_id),
        "version_hash": case.version_hash,
        "legal_regime": content.legal_regime,
        "channel": case.channel,
        "state": case.state,
        "outcome": case.outcome,
        "acceptance_mode": case.acceptance_mode,
        "applicant": case.applicant_label,
        "applicant_kind": "organisation" if case.applicant_organisation_id else "person",
        **{name: at.isoformat() if (at := getattr(case, name)) else None for name in times},
    }


def _row(entry: Entry) -> dict[str, Any]:
    return {
        "path": entry.path,
        "category": entry.category,
        "name": entry.name,
        "media_type": entry.media_type,
        "size": len(entry.content),
        "sha256": hashlib.sha256(entry.content).hexdigest(),
        "facts": entry.facts,
    }


def _zip(entries: list[Entry]) -> bytes:
    """Stored, not compressed (scans are compressed already): one date, read-only, the manifest first."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for entry in entries:
            info = zipfile.ZipInfo(entry.path, _STAMP)
            info.create_system, info.external_attr = 3, _READ_ONLY
            archive.writestr(info, entry.content)
    return out.getvalue()
