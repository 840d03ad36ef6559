"""The figures of a big city: roll-ups by day out of the cloned rows of its cases, in one statement."""

from __future__ import annotations

from typing import Any

import psycopg

ROLLED_UP = {
    "submitted": ("submitted_on", "true"),
    "from_portal": ("submitted_on", "channel = 'portal'"),
    "accepted": ("accepted_on", "true"),
    "granted": ("decided_on", "outcome = 'granted'"),
    "refused": ("decided_on", "outcome = 'refused'"),
    "timed": ("decided_on", "promised_days IS NOT NULL"),
    "overdue_promised": ("decided_on", "overdue_promised"),
    "overdue_statutory": ("decided_on", "overdue_statutory"),
    "closed": ("closed_on", "outcome <> ''"),
}


def roll_up(connection: psycopg.Connection[Any]) -> None:
    """The sums of a day that pages tell most, over all cases; the others stay what they are."""
    from tongban.insight.indicators.rules import MEASURES

    zeros = ", ".join("0" for name in MEASURES if name not in ROLLED_UP)
    rest = ", ".join(name for name in MEASURES if name not in ROLLED_UP)
    counted = " UNION ALL ".join(
        f"SELECT {day} AS day, region_no, department_id, option_id,"
        f" {', '.join('1' if name == other else '0' for other in ROLLED_UP)}"
        f" FROM indicators_casefigure WHERE {day} IS NOT NULL AND {condition}"
        for name, (day, condition) in ROLLED_UP.items()
    )
    connection.execute(
        f"INSERT INTO indicators_dayfigure (day, region_no, department_id, option_id, {', '.join(ROLLED_UP)}, {rest})"
        f" SELECT day, region_no, department_id, option_id, {', '.join(f'sum({name})' for name in ROLLED_UP)}, {zeros}"
        f" FROM ({counted}) AS c (day, region_no, department_id, option_id, {', '.join(ROLLED_UP)}) GROUP BY 1, 2, 3, 4"
        " ON CONFLICT (day, region_no, department_id, option_id) DO UPDATE SET "
        + ", ".join(f"{name} = excluded.{name}" for name in ROLLED_UP)
    )
