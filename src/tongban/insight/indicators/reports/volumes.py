"""How much was asked for and decided, how, and within what was promised."""

from __future__ import annotations

from tongban.insight.indicators import rules, selectors
from tongban.insight.indicators.definitions import measures_of
from tongban.insight.indicators.reports.report import (
    Asked,
    Cell,
    Head,
    Report,
    Table,
    added,
    by_departments,
    figures,
    head,
    tile,
)

CODES = (
    "submitted",
    "online_share",
    "accepted",
    "decided",
    "refused",
    "on_time",
    "overdue_promised",
    "overdue_statutory",
)
TILES = ("submitted", "online_share", "accepted", "decided", "on_time", "ended_otherwise")
STEPS = ("submitted", "online_share", "accepted", "decided", "on_time")
DRILLS = {"decided": "decided", "overdue_promised": "overdue_promised", "overdue_statutory": "overdue_statutory"}


def build(asked: Asked) -> Report:
    """Six queries at most, whatever the number of cases."""
    scope, period = asked.scope, asked.period
    measures = measures_of(*CODES, *TILES)
    departments = selectors.by_department(scope, period, measures)
    whole = added(departments)
    days = selectors.split(scope, period, "used_bucket")["used_bucket"]
    weeks = selectors.series(scope, period, measures_of(*STEPS), "week")
    return Report(
        tuple(tile(code, whole.of(code), DRILLS.get(code, "")) for code in TILES),
        (
            by_departments(departments, CODES, DRILLS, "各部门"),
            _spread(days),
            Table(
                "weeks",
                "逐周",
                (Head("周（从周一起）"), *map(head, STEPS)),
                tuple((Cell(line.key, "day"), *figures(line, STEPS, {})) for line in weeks),
            ),
        ),
    )


def _spread(days: dict[str, int]) -> Table:
    """How long decisions took, by small steps; with the middle and the slowest tenth in words."""
    total = sum(days.values())
    rows = []
    for low in rules.BUCKETS:
        if n := days.get(str(low), 0):
            rows.append((Cell(rules.bucket_words(low)), Cell(n, "count"), Cell(n / total, "share")))
    middle, slow = rules.quantile(days, 0.5), rules.quantile(days, 0.9)
    note = f"一半的办件在 {middle} 个工作日这一档以内，九成在 {slow} 个工作日这一档以内。" if total else ""
    heads = (Head("用了几个工作日"), Head("件数", True), Head("占比", True))
    return Table("spread", "用时分布", heads, tuple(rows), note=note)
