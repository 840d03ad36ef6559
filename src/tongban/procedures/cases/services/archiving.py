"""Put a finished case into the archive: build the package, prove it, keep it, and write the act."""

from __future__ import annotations

import uuid

from tongban.ground.errors import Conflict, Refusal
from tongban.ground.ledger.selectors import events_of
from tongban.ground.policy import SYSTEM, Principal
from tongban.ground.storage.services import store_package
from tongban.procedures.cases.acting import Done
from tongban.procedures.cases.archive import Before, Package, build_package, verify_package
from tongban.procedures.cases.loading import load
from tongban.procedures.cases.rules import commands, parts
from tongban.procedures.cases.rules.archiving import RECEIPT
from tongban.procedures.cases.rules.state import CaseState
from tongban.procedures.cases.services.doing import act
from tongban.registry.licences.models import SealUse

ARCHIVED = ("case.archived", "case.archive_supplemented")
MOST_EVENTS = 5_000


def archive(principal: Principal, case_id: uuid.UUID, *, channel: str = "desk") -> Done:
    """The case's package is in the archive, and its receipt is ordered (ARC-01, ARC-02).

    :raises Refusal: the case goes on, a paper is missing, it is archived already, or the package does not prove right.
    :raises Conflict: something happened in the case while it was packed.
    """
    state = load(case_id)
    parts.require(principal, "cases.case.archive", state)
    if any(paper.kind == RECEIPT for paper in state.papers):
        raise Refusal("archive.done", "这件办件已经归档", remedy="在归档记录里查看归档回执")
    return _keep(principal, state, build_package(case_id), channel)


def supplement_archive(principal: Principal, case_id: uuid.UUID, *, channel: str = "desk") -> Done:
    """What happened since the case was archived goes into a package of its own, with its own receipt.

    :raises Refusal: ``archive.first``, ``archive.nothing_new``, and those of :func:`archive`.
    """
    state = load(case_id)
    parts.require(principal, "cases.case.archive", state)
    before = archived_before(case_id)
    if before is None:
        raise Refusal("archive.first", "这件办件还没有归档，不能补充归档", remedy="先归档整件")
    if state.seq <= before.seq + 1:  # the archiving itself is the one event after the package
        raise Refusal("archive.nothing_new", "归档以后没有新的记录，不用补充归档")
    return _keep(principal, state, build_package(case_id, before), channel)


def archived_before(case_id: uuid.UUID) -> Before | None:
    """The newest package of a case: its last event and fingerprint; None when it is not archived."""
    found = None
    for row in events_of("case", case_id, limit=MOST_EVENTS):
        if row.kind in ARCHIVED:
            found = Before(row.seq - 1, row.prev_hash.hex(), str(row.body["content_hash"]))
    return found


def _keep(principal: Principal, state: CaseState, package: Package, channel: str) -> Done:
    case_id = state.id
    _prove(case_id, package)
    name = f"{state.number}{f'-{package.from_seq}' if package.from_seq else ''}.zip"
    file = store_package(package.content, name)

    def command(now: CaseState) -> commands.Archive:
        if now.seq != package.seq:
            raise Conflict("archive.changed", "归档时办件有了新的记录", remedy="请重新归档")
        return commands.Archive(
            file.id, package.content_hash, package.entries, package.retention.until, package.from_seq
        )

    return act(principal, case_id, command, channel)


def archive_by_system(case_id: uuid.UUID) -> Done:
    """The system archives a case that has been closed."""
    return archive(SYSTEM, case_id, channel="system")


def supplement_by_system(case_id: uuid.UUID) -> Done:
    """The system archives what has happened to an archived case since."""
    return supplement_archive(SYSTEM, case_id, channel="system")


def _prove(case_id: uuid.UUID, package: Package) -> None:
    """What does not prove right is not kept; a paper that the register of seals knows by its fingerprint is sealed."""
    sealed = set(SealUse.objects.filter(case_id=case_id).values_list("document_hash", flat=True))
    if findings := verify_package(package.content, sealed).findings:
        first = findings[0]
        raise Refusal(
            "archive.unproven",
            f"归档包没有通过检查：{first.place} {first.sentence}",
            remedy="请系统管理员按提示修复后重新归档",
        )
