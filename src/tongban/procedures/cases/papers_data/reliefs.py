"""What good credit has spared the applicant, in the words of the papers and of the timeline (NTC-14)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from tongban.procedures.cases.models import Proceeding
from tongban.procedures.cases.rules.aftercare import DEFAULT_LIMIT
from tongban.registry.catalog.checklists import limit_words
from tongban.registry.catalog.reliefs import RELIEFS, REVIEW_LATER, SUPPLY_LATER
from tongban.registry.catalog.version import VersionContent


def relief_words(content: VersionContent, rows: Iterable[Proceeding]) -> list[str]:
    """One sentence for each relief that was taken, the grade with its basis first; empty when none was."""
    row = next((one for one in rows if one.kind == "relief"), None)
    return _words(content, row.data, row.basis) if row is not None else []


def _words(content: VersionContent, data: Mapping[str, Any], basis: str) -> list[str]:
    taken, branches = data.get("reliefs", ()), {b.key: b.name for b in content.flow.branches}
    told = [f"申请人的信用等级为 {data['grade']}，依据《{basis}》享受下列信用激励："]
    if waived := [m.name for m in content.materials if m.code in data.get("waived", ())]:
        told.append(f"免交材料：{'、'.join(waived)}。")
    if SUPPLY_LATER in taken:
        told.append("列明的次要材料可以在领取办理结果时补交。")
    if skipped := [branches[key] for key in data.get("skipped", ()) if key in branches]:
        told.append(f"豁免书面审查：{'、'.join(skipped)}。")
    if REVIEW_LATER in taken:
        limit = content.credit.check_limit if content.credit else None
        within = limit_words(limit or DEFAULT_LIMIT)
        told.append(f"审查后置：先作出决定，自决定之日起 {within}内核查；与申请不符的，依法责令改正直至撤销。")
    return told if len(told) > 1 else [*told, *(f"{RELIEFS[one]}。" for one in taken if one in RELIEFS)]
