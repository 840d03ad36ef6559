"""What each figure means, as data: its words, unit and denominator stand beside it wherever it is shown."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tongban.insight.indicators.rules import MEASURES


@dataclass(frozen=True, slots=True)
class Indicator:
    """One figure: (sum of ``plus`` − sum of ``minus``) ÷ sum of ``over``; without ``over`` a plain sum.

    :param unit: 件, 次, 份, 项, 工作日, or %; a share is a fraction of one.
    :param words: the formula as people read it. :param denominator: what it is a share or a mean of; else empty.
    :param source: requirement ids, indicator ids, articles.
    :param plus: measures of the roll-up; none for figures of the catalogue.
    """

    code: str
    name: str
    unit: str
    words: str
    denominator: str
    source: tuple[str, ...]
    plus: tuple[str, ...]
    minus: tuple[str, ...]
    over: tuple[str, ...]

    @property
    def measures(self) -> tuple[str, ...]:
        """Every measure that it reads."""
        return tuple(dict.fromkeys((*self.plus, *self.minus, *self.over)))

    def of(self, sums: Mapping[str, int]) -> float | int | None:
        """The figure; ``None`` of a share or a mean of nothing."""
        amount = sum(sums.get(m, 0) for m in self.plus) - sum(sums.get(m, 0) for m in self.minus)
        if not self.over:
            return amount
        base = sum(sums.get(m, 0) for m in self.over)
        return amount / base if base else None


@cache
def indicators() -> Mapping[str, Indicator]:
    """Every definition by its code."""
    rows = json.loads((Path(__file__).parent / "data" / "indicators.json").read_text(encoding="utf-8"))
    found = {
        row["code"]: Indicator(
            row["code"],
            row["name"],
            row["unit"],
            row["words"],
            row.get("denominator", ""),
            tuple(row["source"]),
            tuple(row.get("plus", ())),
            tuple(row.get("minus", ())),
            tuple(row.get("over", ())),
        )
        for row in rows
    }
    if unknown := {m for one in found.values() for m in one.measures} - set(MEASURES):
        raise LookupError(f"no measures: {sorted(unknown)}")
    return found


def indicator(code: str) -> Indicator:
    """The definition of a code; ``KeyError`` of an unknown one."""
    return indicators()[code]


def measures_of(*codes: str) -> tuple[str, ...]:
    """Every measure that these figures read."""
    return tuple(dict.fromkeys(m for code in codes for m in indicator(code).measures))
