"""How often applicants had to come: what the guides say, and what really happened (APR-12, K-04)."""

from __future__ import annotations

from collections.abc import Iterable

from tongban.insight.indicators import selectors
from tongban.insight.indicators.definitions import measures_of
from tongban.insight.indicators.reports.items import Published, published
from tongban.insight.indicators.reports.report import Asked, Cell, Head, Report, Table, added, figures, head, tile
from tongban.insight.indicators.selectors import Line

CODES = ("closed", "mean_told_visits", "mean_made_visits", "at_most_one", "more_than_told")
TILES = ("at_most_one", "mean_made_visits", "mean_told_visits", "more_than_told")
DRILLS = {"closed": "closed", "more_than_told": "more_than_told"}
ONE_VISIT = 1


def build(asked: Asked) -> Report:
    """Predicted by the guides of today, real by the cases that were closed in the period."""
    items, measures = published(asked.scope), measures_of(*CODES, *TILES)
    departments = selectors.by_department(asked.scope, asked.period, measures)
    options = {line.key: line for line in selectors.by_option(asked.scope, asked.period, measures)}
    whole = added(departments)
    return Report(
        (
            tile("item_one_visit", share_of(items)),
            *(tile(code, whole.of(code), DRILLS.get(code, "")) for code in TILES),
        ),
        (_departments(items, departments, whole), _items(items, options)),
        note="实际次数按申请人在窗口办过手续的日子计：提交、当面补正、补交容缺材料、签承诺书、到窗口领结果；同一天算一次。",
    )


def share_of(items: Iterable[Published]) -> float | None:
    """K-04 over items: those whose guide tells of at most one visit."""
    known = [item.content.visits_required for item in items]
    return sum(visits <= ONE_VISIT for visits in known) / len(known) if known else None


def _departments(items: tuple[Published, ...], lines: tuple[Line, ...], whole: Line) -> Table:
    by_key = {line.key: line for line in lines}
    names = {line.key: line.name for line in lines} | {item.department_id: item.department for item in items}
    rows = []
    for key, name in sorted(names.items(), key=lambda pair: pair[1]):
        own = [item for item in items if item.department_id == key]
        line = by_key.get(key, Line(key, name, {}))
        published_ = (Cell(len(own), "count"), Cell(share_of(own), "share"))
        rows.append((Cell(name), *published_, *figures(line, CODES, DRILLS, department=key)))
    if len(rows) > 1:
        published_ = (Cell(len(items), "count"), Cell(share_of(items), "share"))
        rows.append((Cell("合计"), *published_, *figures(whole, CODES, DRILLS)))
    heads = (Head("部门"), Head("事项", True), head("item_one_visit"), *map(head, CODES))
    return Table("departments", "各部门", heads, tuple(rows))


def _items(items: tuple[Published, ...], options: dict[int, Line]) -> Table:
    codes = ("closed", "mean_made_visits", "at_most_one", "more_than_told")
    rows = tuple(
        (
            Cell(item.content.name),
            Cell(item.department),
            Cell(item.content.visits_required, "count"),
            *figures(
                options.get(item.option_id, Line(item.option_id, item.content.name, {})),
                codes,
                DRILLS,
                option=item.option_id,
            ),
        )
        for item in items
    )
    heads = (Head("事项"), Head("部门"), Head("指南写明几次", True), *map(head, codes))
    return Table("items", "各事项", heads, rows, empty="没有在办事项。")
