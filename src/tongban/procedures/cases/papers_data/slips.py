"""Lists that are handed over with the materials: given back to the applicant, or passed to a colleague. No seal."""

from __future__ import annotations

from typing import Any

from tongban.procedures.cases.papers_data.common import (
    applicant_name,
    chinese_moment,
    due_of,
    iso,
    materials_rows,
    signer,
)
from tongban.procedures.cases.papers_data.source import Source

REASONS = {
    "withdrawn": "申请人撤回申请",
    "not_accepted": "不予受理",
    "terminated": "终止办理",
    "closed": "办件已经办结",
    "void": "录入作废",
    "transferred": "办件已经移送",
}


def materials_return(source: Source) -> dict[str, Any]:
    """材料退还清单: what goes back, and why; both sides sign."""
    detail = source.detail
    return {
        "reason": REASONS.get(detail.case.state, "申请人领回材料"),
        "returned_on": iso(source.document.created_at),
        "items": materials_rows(detail),
        "signers": [signer("经办人"), signer("领取人", applicant_name(detail))],
    }


def handover(source: Source) -> dict[str, Any]:
    """材料交接单: the open work of a case and its materials pass from one person to another (APR-17)."""
    detail = source.detail
    tasks = detail.state.open_tasks()
    return {
        "addressee": "",
        "reason": "岗位交接",
        "handed_at": chinese_moment(source.document.created_at),
        "due_on": due_of(detail, "promised", "statutory", "joint", "acceptance"),
        "open": "、".join(task.name for task in tasks),
        "items": materials_rows(detail),
        "signers": [signer("移交人"), signer("接收人")],
    }
