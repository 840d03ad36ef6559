"""Checks the whole ledger: every chain to its subject's head, every root to its events, every seal to its anchor.

Streams with server-side cursors in one repeatable-read snapshot, so memory stays flat and writers go on.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.db import connection, transaction

from tongban.ground.crypto import Signature, verify_signature
from tongban.ground.crypto.keys import KeyMissing
from tongban.ground.ledger import positions
from tongban.ground.ledger.chain import merkle_root
from tongban.ground.ledger.examination import ChainExamination, Finding
from tongban.ground.ledger.models import LedgerSeal, Position
from tongban.ground.ledger.sealer import FIRST_PREVIOUS, READER, anchors_dir, root_hash, statement_bytes
from tongban.ground.ledger.selectors import SELECT_COLUMNS, row_from
from tongban.ground.ledger.subjects import register_subject, registered, table_of

__all__ = ["Finding", "Report", "register_subject", "verify"]

BLOCK: Final = 2000
MOST_FINDINGS: Final = 100
ROOT_COLUMNS: Final = "number, made_at, count, leaves, merkle, prev_hash, hash"


@dataclass(slots=True)
class Report:
    """What :func:`verify` saw. ``findings`` holds the first hundred; ``finding_count`` all."""

    events: int = 0
    subjects: int = 0
    roots: int = 0
    seals: int = 0
    finding_count: int = 0
    findings: list[Finding] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Nothing was found."""
        return self.finding_count == 0

    @property
    def first_bad(self) -> Finding | None:
        """The first finding."""
        return self.findings[0] if self.findings else None

    def add(self, finding: Finding | None) -> None:
        """Count a finding, if it is one."""
        if finding is None:
            return
        self.finding_count += 1
        if len(self.findings) < MOST_FINDINGS:
            self.findings.append(finding)

    def as_json(self) -> dict[str, Any]:
        """The object of ``./tongban verify ledger --json``."""
        return {
            "ok": self.ok,
            "events": self.events,
            "subjects": self.subjects,
            "roots": self.roots,
            "seals": self.seals,
            "first_bad": self.first_bad.as_json() if self.first_bad else None,
            "findings": [finding.as_json() for finding in self.findings],
        }


def verify() -> Report:
    """Check everything; a finding never raises. Needs the keys folder for the day seals."""
    report = Report()
    alone = not connection.in_atomic_block
    with transaction.atomic():
        if alone:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        _check_chains(report)
        _check_emptied_subjects(report)
        root_hashes = _check_roots(report)
        _check_seals(report, root_hashes)
    return report


def _stream(sql: str) -> Iterator[tuple[Any, ...]]:
    with connection.chunked_cursor() as cursor:
        cursor.execute(sql)
        while block := cursor.fetchmany(BLOCK):
            yield from block


def _check_chains(report: Report) -> None:
    current: ChainExamination | None = None
    closed: list[ChainExamination] = []
    sql = f"SELECT {SELECT_COLUMNS} FROM ledger_event ORDER BY subject_id, subject_kind, seq, id"  # noqa: S608
    for record in _stream(sql):
        row = row_from(record)
        report.events += 1
        if current is None or (current.subject_id, current.subject_kind) != (row.subject_id, row.subject_kind):
            current = ChainExamination(row.subject_kind, row.subject_id)
            closed.append(current)
            report.subjects += 1
            if len(closed) > BLOCK:
                _compare_heads(report, closed[:-1])
                closed = [current]
        current.add(row)
    _compare_heads(report, closed)


def _compare_heads(report: Report, chains: Sequence[ChainExamination]) -> None:
    heads = {kind: _heads(kind, [c.subject_id for c in chains if c.subject_kind == kind]) for kind in registered()}
    for chain in chains:
        if chain.subject_kind in heads:
            report.add(chain.close(heads[chain.subject_kind].get(chain.subject_id)))
        else:
            report.add(chain.finding)


def _heads(kind: str, ids: list[uuid.UUID]) -> dict[uuid.UUID, tuple[int, bytes]]:
    if not ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id, seq, head FROM {table_of(kind)} WHERE id = ANY(%s)", [ids])  # noqa: S608
        return {subject_id: (seq, bytes(head or b"")) for subject_id, seq, head in cursor.fetchall()}


def _check_emptied_subjects(report: Report) -> None:
    """Subjects that have written events of which none is left."""
    for kind in registered():
        sql = (
            f"SELECT id, seq FROM {table_of(kind)} subject WHERE seq > 0"  # noqa: S608 - a registered table
            " AND NOT EXISTS (SELECT 1 FROM ledger_event WHERE subject_id = subject.id)"
        )
        for subject_id, seq in _stream(sql):
            report.add(Finding("truncated", f"{kind}:{subject_id}#0", f"{seq} 条事件全部不见了"))


def _check_roots(report: Report) -> dict[int, str]:
    """Check the chain of roots and their leaves; gives back number -> hash for the seals."""
    previous, number, sealed = FIRST_PREVIOUS, 0, 0
    hashes: dict[int, str] = {}
    wanted = set(LedgerSeal.objects.values_list("root_id", flat=True)) | _anchored_numbers()
    for record in _stream(
        "SELECT number, made_at, count, leaves, merkle, prev_hash, hash FROM ledger_root ORDER BY number"
    ):
        root = _StoredRoot(*record)
        report.roots += 1
        sealed += root.count
        report.add(_judge_root(root, number, previous))
        number, previous = root.number, bytes(root.hash)
        if number in wanted:
            hashes[number] = previous.hex()
    _check_coverage(report, sealed)
    return hashes


@dataclass(frozen=True, slots=True)
class _StoredRoot:
    number: int
    made_at: datetime
    count: int
    leaves: bytes
    merkle: bytes
    prev_hash: bytes
    hash: bytes


def _judge_root(root: _StoredRoot, before: int, previous: bytes) -> Finding | None:
    place = f"root {root.number}"
    if root.number != before + 1:
        return Finding("root", f"root {before + 1}", f"第 {before + 1} 个封存根不见了")
    stored_previous, stored_hash, merkle = bytes(root.prev_hash), bytes(root.hash), bytes(root.merkle)
    if stored_previous != previous:
        return Finding("root", place, f"第 {root.number} 个封存根与前一个接不上")
    if root_hash(root.number, root.made_at, root.count, merkle, stored_previous) != stored_hash:
        return Finding("root", place, f"第 {root.number} 个封存根的内容被改过")
    leaves = bytes(root.leaves)
    ids = [uuid.UUID(bytes=leaves[start : start + 16]) for start in range(0, len(leaves), 16)]
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, hash FROM ledger_event WHERE id = ANY(%s)", [ids])
        stored = {event_id: bytes(event_hash) for event_id, event_hash in cursor.fetchall()}
    missing = [event_id for event_id in ids if event_id not in stored]
    if missing:
        return Finding("missing", place, f"封存根里的 {len(missing)} 条事件不见了，第一条是 {missing[0]}")
    if len(ids) != root.count or merkle_root([stored[event_id] for event_id in ids]) != merkle:
        return Finding("root", place, f"第 {root.number} 个封存根与它的事件不符：有事件被换过")
    return None


def _check_coverage(report: Report, sealed: int) -> None:
    """Every event stands in a root or waits behind the sealer's place; a third kind was slipped in."""
    place = Position.objects.filter(name=READER).first()
    tx, event_id = (place.tx, place.event_id) if place else (0, positions.NOTHING)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM ledger_event WHERE (tx, id) > (%s::xid8, %s::uuid)", [str(tx), event_id])
        waiting = cursor.fetchone()[0]
    if sealed + waiting != report.events:
        sentence = f"库中有 {report.events} 条事件，封存根里 {sealed} 条，待封存 {waiting} 条：数目对不上"
        report.add(Finding("unsealed", "roots", sentence))


def _anchored_numbers() -> set[int]:
    return {anchor["statement"]["root_number"] for _, anchor in _anchors() if anchor is not None}


def _anchors() -> list[tuple[str, dict[str, Any] | None]]:
    """Exported anchors by file name; ``None`` for a file that is no anchor any more."""
    return [(path.name, _read_anchor(path.read_text())) for path in sorted(anchors_dir().glob("*.json"))]


def _read_anchor(text: str) -> dict[str, Any] | None:
    try:
        anchor = json.loads(text)
        bytes.fromhex(anchor["signature"])
        return anchor if isinstance(anchor["statement"]["root_number"], int) and anchor["key_id"] else None
    except (ValueError, KeyError, TypeError):
        return None


def _check_seals(report: Report, root_hashes: dict[int, str]) -> None:
    for seal in LedgerSeal.objects.order_by("day"):
        report.seals += 1
        signature = Signature(seal.key_id, bytes(seal.signature))
        report.add(_judge_statement("seal", f"day {seal.day}", seal.statement, signature, root_hashes))
    for name, anchor in _anchors():
        if anchor is None:
            report.add(Finding("anchor", name, f"存证文件 {name} 读不出来，可能被改过"))
            continue
        signature = Signature(anchor["key_id"], bytes.fromhex(anchor["signature"]))
        report.add(_judge_statement("anchor", name, anchor["statement"], signature, root_hashes))


def _judge_statement(
    kind: str, place: str, statement: dict[str, Any], signature: Signature, root_hashes: dict[int, str]
) -> Finding | None:
    try:
        signed = verify_signature(statement_bytes(statement), signature)
    except KeyMissing:
        return Finding("key", place, f"签名密钥 {signature.key_id} 不在密钥目录中，请从备份恢复后再核对")
    if not signed:
        return Finding(kind, place, "日封存的签名与内容不符")
    if root_hashes.get(statement["root_number"]) != statement["root_hash"]:
        return Finding(kind, place, f"日封存所指的第 {statement['root_number']} 个封存根不在库中，或已被换过")
    return None
