"""Where decided cases came in: hall, network, machines; a decision outside them cannot exist here (WIN-29)."""

from __future__ import annotations

from tongban.insight.indicators import selectors
from tongban.insight.indicators.definitions import measures_of
from tongban.insight.indicators.reports.report import Asked, Report, added, by_departments, by_options, tile

CODES = ("decided", "decided_window", "decided_portal", "decided_api", "decided_other")
DRILLS = {"decided": "decided"}


def build(asked: Asked) -> Report:
    """By department and by item; two queries."""
    measures = measures_of(*CODES)
    departments = selectors.by_department(asked.scope, asked.period, measures)
    options = selectors.by_option(asked.scope, asked.period, measures)
    whole = added(departments)
    return Report(
        tuple(tile(code, whole.of(code), DRILLS.get(code, "")) for code in CODES),
        (
            by_departments(departments, CODES, DRILLS, "各部门"),
            by_options(options, CODES, DRILLS, "各事项"),
        ),
        note="每个决定都来自大厅、网上或单位系统的办件；平台上没有办件就不能作决定、不能盖章，"
        "所以「大厅以外」应当是 0。",
    )
