"""What is wrong with a workbook, cell by cell, in words of the person who keeps it. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

MOST_KEPT = 2000


@dataclass(frozen=True)
class Fault:
    """One fault or remark: ``row`` as the spreadsheet counts (0: the whole file), ``column`` as its heading."""

    row: int
    column: str
    sentence: str
    remedy: str = ""

    def to_json(self) -> dict[str, Any]:
        """As ``CatalogueImport.faults`` and ``notices`` keep it."""
        return asdict(self)

    @property
    def words(self) -> str:
        """One line for the command line: 第 5 行「实施编码」：……"""
        place = f"第 {self.row} 行" if self.row else "整个文件"
        column = f"「{self.column}」" if self.column else ""
        return f"{place}{column}：{self.sentence}" + (f"。{self.remedy}" if self.remedy else "")


class Unreadable(ValueError):
    """A value that cannot be taken as told: a sentence that follows its place, and what to do."""

    def __init__(self, sentence: str, remedy: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.remedy = remedy


@dataclass
class Faults:
    """Collects faults: every one is counted, the first :data:`MOST_KEPT` are kept."""

    total: int = 0
    kept: list[Fault] = field(default_factory=list)

    def add(self, fault: Fault) -> None:
        """Count one fault and keep it while there is room."""
        self.total += 1
        if len(self.kept) < MOST_KEPT:
            self.kept.append(fault)

    def extend(self, faults: Iterable[Fault]) -> None:
        """Add several."""
        for fault in faults:
            self.add(fault)

    def in_order(self) -> list[Fault]:
        """The kept ones by row."""
        return sorted(self.kept, key=lambda fault: fault.row)
