"""What is wrong with a chain, pure: rows of one subject in order in, findings out."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from tongban.ground.ledger.chain import Row, genesis, link


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it was written.

    :param kind: ``edited``, ``missing``, ``inserted``, ``broken`` (order or link), ``truncated``, ``root``,
        ``unsealed``, ``seal``, ``anchor`` or ``key``.
    :param place: ``<subject kind>:<subject id>#<seq>``, ``root <number>`` or ``day <date>``.
    :param sentence: plain Chinese; holds no personal value.
    """

    kind: str
    place: str
    sentence: str

    def as_json(self) -> dict[str, Any]:
        """For ``verify ledger --json``."""
        return {"kind": self.kind, "place": self.place, "sentence": self.sentence}


class ChainExamination:
    """Walks the events of one subject, ordered by ``seq``; stops judging at the first finding."""

    def __init__(self, subject_kind: str, subject_id: uuid.UUID) -> None:
        self.subject_kind = subject_kind
        self.subject_id = subject_id
        self.seq = 0
        self.head = genesis(subject_kind, subject_id)
        self.finding: Finding | None = None

    def add(self, row: Row) -> None:
        """The next event."""
        if self.finding is None:
            self.finding = self._judge(row)
        self.seq, self.head = row.seq, row.hash

    def _judge(self, row: Row) -> Finding | None:
        place = f"{self.subject_kind}:{self.subject_id}#{row.seq}"
        if row.seq > self.seq + 1:
            first = f"{self.subject_kind}:{self.subject_id}#{self.seq + 1}"
            return Finding("missing", first, f"第 {self.seq + 1} 条到第 {row.seq - 1} 条事件不见了")
        if row.seq <= self.seq:
            return Finding("inserted", place, f"第 {row.seq} 条事件出现了两次，有一条是后来加入的")
        if link(row.prev_hash, row) != row.hash:
            return Finding("edited", place, f"第 {row.seq} 条事件的内容与写入时的哈希不符")
        if row.prev_hash != self.head:
            return Finding("broken", place, f"第 {row.seq} 条事件与前一条接不上：顺序被改，或其中一条被换过")
        return None

    def close(self, head: tuple[int, bytes] | None) -> Finding | None:
        """The end of the chain against the subject's own row: ``(seq, head)``, ``None`` when that row is gone."""
        if self.finding is not None:
            return self.finding
        place = f"{self.subject_kind}:{self.subject_id}#{self.seq}"
        if head is None:
            return Finding("broken", place, "事件所属的主体已不在库中")
        seq, stored = head
        if seq > self.seq:
            return Finding(
                "truncated", place, f"末尾缺少 {seq - self.seq} 条事件：主体记到第 {seq} 条，链只到第 {self.seq} 条"
            )
        if seq < self.seq:
            return Finding("inserted", place, f"链上有 {self.seq} 条事件，主体只写过 {seq} 条")
        if stored != self.head:
            return Finding("broken", place, "链尾的哈希与主体记录的不符")
        return None
