"""The register of uses of seals: which seal, on which paper of which case, at whose request, who keeps it (APR-16)."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from django.db.models import Count, QuerySet

from tongban.ground.errors import NotFound
from tongban.ground.ledger.models import Event
from tongban.insight.indicators.reports.report import Asked, Cell, Head, Report, Table
from tongban.procedures.cases.models import Case
from tongban.registry.licences.models import SealUse
from tongban.registry.parties.models import Staff

WITHOUT_PERSON = {"system": "系统自动办理", "account": "申请人的操作", "api_client": "单位系统"}


def build(asked: Asked) -> Report:
    """Uses of the period, newest first, and how many by seal; five queries, whatever the number of rows."""
    uses = _uses(asked)
    by_seal = uses.values("seal__name", "seal__authority__name").annotate(n=Count("id")).order_by("seal__name")
    return Report(
        (),
        (
            Table(
                "seals",
                "各枚印章",
                (Head("印章"), Head("部门"), Head("用印次数", True)),
                tuple(
                    (Cell(r["seal__name"]), Cell(r["seal__authority__name"]), Cell(r["n"], "count")) for r in by_seal
                ),
            ),
            _register(uses, asked),
        ),
        note="平台上没有办件就不能用印：每次用印都写明办件，印模只在本平台的印章服务里，经办人拿不到。",
    )


def _uses(asked: Asked) -> QuerySet[SealUse]:
    begins, ends = asked.period.moments
    scope = asked.scope
    rows = SealUse.objects.filter(used_at__gte=begins, used_at__lt=ends)
    rows = rows.filter(seal__authority__region__no__range=(scope.first_region, scope.last_region))
    return rows if scope.department_id is None else rows.filter(seal__authority_id=scope.department_id)


def _register(uses: QuerySet[SealUse], asked: Asked) -> Table:
    if asked.after:
        if not asked.after.isdecimal():
            raise NotFound
        uses = uses.filter(id__lt=int(asked.after))
    found = list(
        uses.select_related("seal", "document", "approval").defer("certificate_pem").order_by("-id")[: asked.limit + 1]
    )
    shown = found[: asked.limit]
    numbers = dict(Case.objects.filter(id__in={use.case_id for use in shown}).values_list("id", "number"))
    asked_by = requesters({use.case_id for use in shown})
    names = _names({use.approval.approved_by for use in shown} | {key for _, key in asked_by.values() if key})
    rows = tuple(
        (
            Cell(use.used_at, "time"),
            Cell(use.seal.name),
            Cell(f"{use.document.title} {use.document.number}".strip()),
            Cell(numbers.get(use.case_id, ""), "case"),
            Cell(_who(asked_by.get(use.document_id), names)),
            Cell(names.get(use.approval.approved_by, "")),
            Cell(f"批准 {use.approval_id}，第 {use.count} 次"),
        )
        for use in shown
    )
    heads = ("时间", "印章", "文书", "办件", "用印申请人", "印章保管人", "依据的用印批准")
    more = str(shown[-1].pk) if len(found) > asked.limit else ""
    return Table("register", "用印登记簿", tuple(map(Head, heads)), rows, next=more)


def requesters(case_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, tuple[str, uuid.UUID | None]]:
    """By document: what kind of actor had it made, and which staff member; one query of the cases' ledgers."""
    found: dict[uuid.UUID, tuple[str, uuid.UUID | None]] = {}
    events = Event.objects.filter(subject_id__in=list(case_ids), subject_kind="case", body__has_key="documents")
    for kind, actor, body in events.order_by("seq").values_list("actor_kind", "actor_id", "body"):
        for key in body["documents"]:
            found.setdefault(uuid.UUID(str(key)), (kind, actor if kind == "staff" else None))
    return found


def _names(staff_ids: set[Any]) -> dict[uuid.UUID, str]:
    return dict(Staff.objects.filter(id__in=staff_ids).values_list("id", "name"))


def _who(known: tuple[str, uuid.UUID | None] | None, names: dict[uuid.UUID, str]) -> str:
    if known is None:
        return ""
    kind, key = known
    return names.get(key, "") if key else WITHOUT_PERSON.get(kind, "")
