"""How far limits were compressed: what the law allows, what is promised, what was used (APR-14, K-01, K-12)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tongban.insight.indicators import selectors
from tongban.insight.indicators.definitions import measures_of
from tongban.insight.indicators.reports.items import Published, published
from tongban.insight.indicators.reports.report import Asked, Cell, Head, Report, Table, added, figures, head, tile
from tongban.insight.indicators.selectors import Line
from tongban.registry.catalog.checklists import limit_words
from tongban.registry.catalog.version import TimeLimit

CODES = ("decided", "mean_statutory", "mean_promised", "mean_used", "saved_days", "used_compression")
TILES = ("mean_used", "mean_promised", "mean_statutory", "saved_days", "used_compression")
DRILLS = {"decided": "timed"}


@dataclass(frozen=True, slots=True)
class Compressed:
    """Working days that the law allows and that are promised, over the items that publish both."""

    items: int = 0
    statutory: int = 0
    promised: int = 0

    def __add__(self, other: Compressed) -> Compressed:
        return Compressed(self.items + other.items, self.statutory + other.statutory, self.promised + other.promised)

    @property
    def share(self) -> float | None:
        """K-01: 1 − promised ÷ statutory."""
        return 1 - self.promised / self.statutory if self.statutory else None

    @property
    def saved(self) -> int:
        """K-12."""
        return self.statutory - self.promised


def days_of(limit: TimeLimit | None) -> int | None:
    """A published limit in working days; at once is none of them; None of other units."""
    if limit is None:
        return None
    if limit.unit == "at_once":
        return 0
    return limit.n if limit.unit == "working_day" else None


def compressed(items: Iterable[Published]) -> Compressed:
    """Over the items that publish both limits in working days."""
    found = Compressed()
    for item in items:
        statutory, promised = days_of(item.content.statutory_limit), days_of(item.content.promised_limit)
        if statutory and promised is not None:
            found += Compressed(1, statutory, promised)
    return found


def build(asked: Asked) -> Report:
    """Limits of the guides in force today, and what was used in the period."""
    items = published(asked.scope)
    measures = measures_of(*CODES, *TILES)
    departments = selectors.by_department(asked.scope, asked.period, measures)
    options = {line.key: line for line in selectors.by_option(asked.scope, asked.period, measures)}
    whole, all_items = added(departments), compressed(items)
    return Report(
        (
            tile("item_compression", all_items.share),
            tile("item_saved", all_items.saved),
            *(tile(code, whole.of(code)) for code in TILES),
        ),
        (_departments(items, departments, whole, all_items), _items(items, options)),
        note="事项一栏按今天生效的办事指南；办件一栏按当期作出的决定。",
    )


def _departments(items: tuple[Published, ...], lines: tuple[Line, ...], whole: Line, all_items: Compressed) -> Table:
    by_key = {line.key: line for line in lines}
    names = {line.key: line.name for line in lines} | {item.department_id: item.department for item in items}
    rows = []
    for key, name in sorted(names.items(), key=lambda pair: pair[1]):
        own = compressed(item for item in items if item.department_id == key)
        line = by_key.get(key, Line(key, name, {}))
        rows.append((Cell(name), *_published(own), *figures(line, CODES, DRILLS, department=key)))
    if len(rows) > 1:
        rows.append((Cell("合计"), *_published(all_items), *figures(whole, CODES, DRILLS)))
    heads = (Head("部门"), Head("事项", True), head("item_compression"), head("item_saved"), *map(head, CODES))
    return Table("departments", "各部门", heads, tuple(rows))


def _published(own: Compressed) -> tuple[Cell, ...]:
    return Cell(own.items, "count"), Cell(own.share, "share"), Cell(own.saved, "count")


def _items(items: tuple[Published, ...], options: dict[int, Line]) -> Table:
    codes = CODES[:1] + CODES[3:]
    rows = []
    for item in items:
        content = item.content
        statutory, promised = content.statutory_limit, content.promised_limit
        own = compressed([item])
        line = options.get(item.option_id, Line(item.option_id, content.name, {}))
        rows.append(
            (
                Cell(content.name),
                Cell(item.department),
                Cell(limit_words(statutory) or "没有规定"),
                Cell(limit_words(promised) or "没有承诺"),
                Cell(own.share, "share"),
                *figures(line, codes, DRILLS, option=item.option_id),
            )
        )
    heads = (
        Head("事项"),
        Head("部门"),
        Head("法定期限"),
        Head("承诺期限"),
        head("item_compression"),
        *map(head, codes),
    )
    return Table("items", "各事项", heads, tuple(rows), empty="没有在办事项。")
