"""Seals of the demo's authorities, and the standing approvals by which papers are sealed without a click each."""

from __future__ import annotations

from datetime import date

from tongban.demo import files
from tongban.ground import moment
from tongban.ground.ledger.chain import SYSTEM
from tongban.procedures.cases.rules.paper_kinds import KINDS
from tongban.registry.licences.models import Seal
from tongban.registry.licences.selectors import active_seal
from tongban.registry.licences.services import give_standing_approval, register_seal
from tongban.registry.parties.models import Department, Staff

CEILING = 1_000_000
YEARS = 3


def load() -> None:
    """One approval seal for each authority, approved for every kind of paper by its own approver."""
    authorities = {files.item(name)["authority"] for name in files.OPTIONS}
    for department in Department.objects.filter(short_name__in=authorities).order_by("pk"):
        if active_seal(department.pk):
            continue
        seal = register_seal(department, Seal.Kind.APPROVAL_SEAL, SYSTEM)
        keeper = Staff.objects.filter(
            held_posts__post__department=department, held_posts__post__roles__contains=["approver"]
        ).order_by("number")
        approved_by = keeper.values_list("id", flat=True).first()
        if approved_by is None:
            raise LookupError(f"{department.name} has no approver to give the standing approval")
        first = moment.today()
        last = date(first.year + YEARS, 12, 31)
        for kind, known in KINDS.items():
            if not known.sealed:
                continue
            give_standing_approval(
                seal,
                kind,
                first,
                last,
                CEILING,
                approved_by,
                f"{known.title}按办件流程逐件用印，由审批岗事先批准",
                SYSTEM,
            )
