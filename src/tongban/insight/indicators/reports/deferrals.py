"""The tolerance mechanism in numbers: what may be deferred, how often it was, what came late (NTC-09, K-54)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from tongban.ground import moment
from tongban.insight.indicators import selectors
from tongban.insight.indicators.definitions import measures_of
from tongban.insight.indicators.reports.items import Published, published
from tongban.insight.indicators.reports.report import Asked, Cell, Head, Report, Table, added, figures, head, tile
from tongban.insight.indicators.selectors import Line, Scope
from tongban.procedures.cases.models import Proceeding
from tongban.registry.catalog.version import Material

CODES = ("deferrals", "deferrals_settled", "deferrals_late", "deferrals_lapsed")
DRILLS = {"deferrals": "deferred"}
SPLITS = {
    "deferred_material": "deferrals",
    "settled_material": "deferrals_settled",
    "late_material": "deferrals_late",
    "lapsed_material": "deferrals_lapsed",
}


def deferrable(item: Published) -> tuple[Material, ...]:
    """The secondary materials that the guide lets follow later."""
    return tuple(m for m in item.content.materials if m.deferral is not None and not m.essential)


def overdue_now(scope: Scope) -> dict[int, int]:
    """Deferred materials that are past their day and still awaited, by department; one query."""
    rows = Proceeding.objects.filter(kind="deferral", state__in=("open", "lapsed"), due_on__lt=moment.today())
    rows = rows.filter(**{f"case__{name}": value for name, value in scope.where.items()})
    return dict(Counter(rows.values_list("case__department_id", flat=True)))


def build(asked: Asked) -> Report:
    """What the guides of today allow, what was used in the period, and what is overdue now."""
    items = tuple(item for item in published(asked.scope) if deferrable(item))
    departments = selectors.by_department(asked.scope, asked.period, measures_of(*CODES))
    late, whole = overdue_now(asked.scope), added(departments)
    return Report(
        tuple(tile(code, whole.of(code), DRILLS.get(code, "")) for code in CODES),
        (
            _mechanism(items, departments, late, whole),
            _materials(items, selectors.split_by_option(asked.scope, asked.period, *SPLITS)),
        ),
        note=f"按今天生效的办事指南，{len({i.department_id for i in items})} 个部门的 {len(items)} 个事项、"
        f"{count(items)} 份材料可以容缺受理；现在逾期没有补齐的有 {sum(late.values())} 份。",
    )


def count(items: Iterable[Published]) -> int:
    """K-54: deferrable materials, each in each item."""
    return sum(len(deferrable(item)) for item in items)


def _mechanism(items: tuple[Published, ...], lines: tuple[Line, ...], late: dict[int, int], whole: Line) -> Table:
    by_key = {line.key: line for line in lines}
    names = {item.department_id: item.department for item in items}
    names |= {line.key: line.name for line in lines if any(line.of(code) for code in CODES)}
    rows = []
    for key, name in sorted(names.items(), key=lambda pair: pair[1]):
        own = [item for item in items if item.department_id == key]
        line = by_key.get(key, Line(key, name, {}))
        rows.append((Cell(name), *_row(own, line, late.get(key, 0), key)))
    if len(rows) > 1:
        rows.append((Cell("合计"), *_row(items, whole, sum(late.values()), None)))
    heads = (
        Head("部门"),
        Head("可容缺事项", True),
        Head("可容缺材料", True),
        *map(head, CODES),
        Head("现在逾期未补（份）", True),
    )
    return Table("departments", "各部门", heads, tuple(rows), empty="没有事项公布可以容缺的材料。")


def _row(items: Iterable[Published], line: Line, late: int, department: int | None) -> tuple[Cell, ...]:
    own = tuple(items)
    narrowed = {} if department is None else {"department": department}
    return (
        Cell(len(own), "count"),
        Cell(count(own), "count"),
        *figures(line, CODES, DRILLS, **narrowed),
        Cell(late, "count"),
    )


def _materials(items: tuple[Published, ...], used: dict[tuple[int, str], dict[str, int]]) -> Table:
    rows = []
    for item in items:
        for material in deferrable(item):
            counted = used.get((item.option_id, material.code), {})
            sums = Line(item.option_id, "", {SPLITS[measure]: n for measure, n in counted.items()})
            rows.append(
                (Cell(item.content.name), Cell(item.department), Cell(material.name), *figures(sums, CODES, {}))
            )
    heads = (Head("事项"), Head("部门"), Head("材料"), *map(head, CODES))
    return Table("materials", "各材料", heads, tuple(rows), empty="没有事项公布可以容缺的材料。")
