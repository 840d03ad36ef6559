"""Archiving as an act of its own: the package is kept, and its receipt says so. Pure (ARC-01, 国办发〔2023〕26号)."""

from __future__ import annotations

from tongban.ground.changes import Insert, NextNumber, Outcome
from tongban.ground.errors import Refusal
from tongban.ground.ids import uuid7
from tongban.ground.ledger.chain import EventDraft
from tongban.procedures.cases.rules import parts
from tongban.procedures.cases.rules.commands import Archive
from tongban.procedures.cases.rules.state import CaseState, Setting

RECEIPT = "archive_receipt"


def archive(state: CaseState, command: Archive, setting: Setting) -> Outcome:
    """A closed (or voided) case on which nothing is open goes into the archive, once; what happens later follows in
    supplements, each with its own receipt.

    :raises Refusal: ``archive.done``, ``archive.first`` (a supplement of what is not archived),
        ``archive.open_matters`` (a commitment that is still to be checked, ...).
    """
    parts.require_state(state, "closed", "void")
    parts.require(setting.principal, "cases.case.archive", state)
    receipts = sum(paper.kind == RECEIPT for paper in state.papers)
    if receipts and not command.from_seq:
        raise Refusal("archive.done", "这件办件已经归档", remedy="在归档记录里查看归档回执")
    if command.from_seq and not receipts:
        raise Refusal("archive.first", "这件办件还没有归档，不能补充归档", remedy="先归档整件")
    if pending := state.open_proceedings():
        raise Refusal(
            "archive.open_matters", f"还有 {len(pending)} 项程序没有结束，不能归档", remedy="程序结束后再归档"
        )
    receipt = parts.paper(RECEIPT, state.id, setting)
    package = _package(state, command, setting, receipt, receipts)
    body = {
        "package_id": package.values["id"],
        "file_id": command.file_id,
        "content_hash": command.content_hash,
        "entries": command.entries,
        "retention": setting.content.retention,
        "retain_until": command.retain_until,
        "documents": [receipt.values["id"]],
    }
    kind = "case.archived"
    if command.from_seq:
        kind = "case.archive_supplemented"
        body |= {"part": receipts, "from_seq": command.from_seq, "to_seq": state.seq}
    return Outcome((EventDraft(kind, body),), (receipt, package))


def _package(state: CaseState, command: Archive, setting: Setting, receipt: Insert, part: int) -> Insert:
    authority, year = setting.content.authority, setting.today.year
    supplement = {"part": part, "from_seq": command.from_seq, "to_seq": state.seq} if command.from_seq else {}
    return Insert(
        "cases.ArchiveSupplement" if supplement else "cases.ArchivePackage",
        {
            **supplement,
            "id": uuid7(setting.at),
            "case_id": state.id,
            "file_id": command.file_id,
            "content_hash": command.content_hash,
            "entries": command.entries,
            "number": NextNumber(
                scope=f"archive:{authority.uscc}:{year}", prefix=f"{authority.document_word}档〔{year}〕", suffix="号"
            ),
            "retention": setting.content.retention,
            "retain_until": command.retain_until,
            "archived_at": setting.at,
            "archived_by": setting.principal.staff_id,
            "receipt_id": receipt.values["id"],
        },
    )
