"""Checks after decisions: every draw with its seed and chances, so that anybody can draw again; and what came of it."""

from __future__ import annotations

from django.db.models import Count, Q, QuerySet

from tongban.ground.errors import NotFound
from tongban.insight.indicators import selectors
from tongban.insight.indicators.definitions import measures_of
from tongban.insight.indicators.reports.report import (
    Asked,
    Cell,
    Head,
    Report,
    Table,
    added,
    by_departments,
    by_options,
    tile,
)
from tongban.procedures.cases.models import DrawnCase
from tongban.procedures.cases.rules.sampling import PARTS, SINGLE_POST

CODES = ("checks_drawn", "checks_failed", "check_failure_rate")


def build(asked: Asked) -> Report:
    """By department and item from the roll-ups, the draws from their own rows; four queries."""
    measures = measures_of(*CODES)
    departments = selectors.by_department(asked.scope, asked.period, measures)
    options = selectors.by_option(asked.scope, asked.period, measures)
    whole = added(departments)
    return Report(
        tuple(tile(code, whole.of(code)) for code in CODES),
        (
            by_departments(departments, CODES, {}, "各部门"),
            by_options(options, CODES, {}, "各事项"),
            _draws(asked),
            _tickets(asked),
        ),
        note="每天的种子是当天最后一个台账根哈希，作决定时没有人能知道，事后也改不了。"
        "办件的签号 = SHA-256(种子:办件编号) 除以 1000 的余数，小于抽取比例（千分之几）就抽中，"
        "任何人都能照着再算一遍。",
    )


def _draws(asked: Asked) -> Table:
    rows = _taking_part(asked).values("draw_id", "draw__seed", "draw__rule", "group", "rate")
    counted = rows.annotate(n=Count("id"), hit=Count("id", filter=Q(drawn=True))).order_by("-draw_id", "group")
    cells = tuple(
        (
            Cell(row["draw_id"], "day"),
            Cell(group_words(row["group"])),
            Cell(row["rate"] / PARTS, "share"),
            Cell(row["n"], "count"),
            Cell(row["hit"], "count"),
            Cell(row["draw__rule"]),
            Cell(row["draw__seed"]),
        )
        for row in counted
    )
    heads = (
        Head("决定日期"),
        Head("风险和信用"),
        Head("抽取比例", True),
        Head("参加抽取", True),
        Head("抽中", True),
        Head("规则版本"),
        Head("种子"),
    )
    return Table("draws", "每天的抽取", heads, cells)


def _taking_part(asked: Asked) -> QuerySet[DrawnCase]:
    own = {f"case__{name}": value for name, value in asked.scope.where.items()}
    return DrawnCase.objects.filter(draw__day__range=asked.period.days, **own)


def _tickets(asked: Asked) -> Table:
    rows = _taking_part(asked)
    if asked.after:
        if not asked.after.isdecimal():
            raise NotFound
        rows = rows.filter(id__lt=int(asked.after))
    found = list(rows.order_by("-id")[: asked.limit + 1])
    shown = found[: asked.limit]
    cells = tuple(
        (
            Cell(row.draw_id, "day"),
            Cell(row.number, "case"),
            Cell(group_words(row.group)),
            Cell(row.rate, "count"),
            Cell(row.ticket, "count"),
            Cell("抽中" if row.drawn else "没有抽中"),
        )
        for row in shown
    )
    heads = (
        Head("决定日期"),
        Head("办件"),
        Head("风险和信用"),
        Head("千分之几", True),
        Head("签号", True),
        Head("结果"),
    )
    more = str(shown[-1].pk) if len(found) > asked.limit else ""
    return Table("tickets", "参加抽取的办件", heads, cells, next=more)


RISK_WORDS = {"low": "低风险", "medium": "中风险", "high": "高风险"}


def group_words(group: str) -> str:
    """``low:A`` in words."""
    if group == SINGLE_POST:
        return "一个岗位当场办结"
    risk, _, grade = group.partition(":")
    return f"{RISK_WORDS.get(risk, risk)}，{grade} 级"
