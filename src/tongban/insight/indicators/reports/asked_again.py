"""Materials that were held and that a window asked for all the same, with the reason that it had to give (WIN-20)."""

from __future__ import annotations

import uuid

from django.db.models import Count, QuerySet

from tongban.ground.errors import NotFound
from tongban.insight.indicators.reports.report import Asked, Cell, Head, Report, Table
from tongban.procedures.cases.models import Proceeding
from tongban.procedures.cases.rules.held import REASONS
from tongban.registry.catalog.models import MaterialType
from tongban.registry.parties.models import Staff

HELD_WORDS = {"licence": "电子证照", "case": "以前办件的材料", "draft": "网上已上传"}


def build(asked: Asked) -> Report:
    """How often by department and by reason, then each one; five queries, whatever the number of rows."""
    rows = _rows(asked)
    by_department = (
        rows.values("case__department__name").annotate(n=Count("id")).order_by("-n", "case__department__name")
    )
    by_reason = rows.values("data__reason").annotate(n=Count("id")).order_by("-n", "data__reason")
    return Report(
        (),
        (
            Table(
                "departments",
                "各部门的事项",
                (Head("部门"), Head("又要求提交", True)),
                tuple((Cell(r["case__department__name"]), Cell(r["n"], "count")) for r in by_department),
            ),
            Table(
                "reasons",
                "各种理由",
                (Head("理由"), Head("次数", True)),
                tuple((Cell(REASONS.get(r["data__reason"], "")), Cell(r["n"], "count")) for r in by_reason),
            ),
            _register(rows, asked),
        ),
        note="线上收取过的材料、能共享的证照，窗口不得再要。确实要再收的，收件人员必须选理由；没有理由，系统不收。",
    )


def _rows(asked: Asked) -> QuerySet[Proceeding]:
    begins, ends = asked.period.moments
    rows = Proceeding.objects.filter(kind="asked_again", opened_at__gte=begins, opened_at__lt=ends)
    return rows.filter(**{f"case__{name}": value for name, value in asked.scope.where.items()})


def _register(rows: QuerySet[Proceeding], asked: Asked) -> Table:
    if asked.after:
        try:
            rows = rows.filter(id__lt=uuid.UUID(asked.after))
        except ValueError as error:
            raise NotFound from error
    found = list(rows.select_related("case__department").order_by("-id")[: asked.limit + 1])
    shown = found[: asked.limit]
    names = dict(MaterialType.objects.filter(code__in={row.key for row in shown}).values_list("code", "name"))
    clerks = dict(Staff.objects.filter(id__in={row.opened_by for row in shown}).values_list("id", "name"))
    heads = ("时间", "办件", "事项", "材料", "已有的是", "理由", "收件人")
    lines = tuple(
        (
            Cell(row.opened_at, "time"),
            Cell(row.case.number, "case"),
            Cell(row.case.title),
            Cell(names.get(row.key, row.key)),
            Cell(HELD_WORDS.get(row.data.get("held", ""), "")),
            Cell(REASONS.get(row.data.get("reason", ""), "")),
            Cell(clerks.get(row.opened_by, "") if row.opened_by else ""),
        )
        for row in shown
    )
    more = str(shown[-1].pk) if len(found) > asked.limit else ""
    return Table("register", "逐件", tuple(map(Head, heads)), lines, next=more)
