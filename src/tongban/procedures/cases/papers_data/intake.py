"""Papers of intake: receipt, notice, acceptance (deferral, commitment), its refusal, withdrawal, void entry."""

from __future__ import annotations

from typing import Any

from tongban.procedures.cases.models import Proceeding
from tongban.procedures.cases.papers_data import laws
from tongban.procedures.cases.papers_data.common import (
    CHANNELS,
    applicant_name,
    chinese_day,
    chinese_moment,
    due_of,
    iso,
    materials_rows,
    moment_words,
    signer,
)
from tongban.procedures.cases.papers_data.reliefs import relief_words
from tongban.procedures.cases.papers_data.source import Source, Told, told
from tongban.registry.catalog.checklists import limit_words
from tongban.registry.catalog.version import CommitmentRule

AT_PICKUP = "领取办理结果时"
_RIGHTS = ["可以凭办件编号查询办理进度；作出决定前，可以撤回申请。", "对办理有意见的，可以向本机关反映。"]
_NOT_REQUIRED = "not_required"


def receipt(source: Source) -> dict[str, Any]:
    """申请材料接收凭证: what was handed in, when the answer is due."""
    case = source.detail.case
    due = due_of(source.detail, "acceptance")
    return {
        "received_at": chinese_moment(case.submitted_at),
        "channel": CHANNELS.get(case.channel, case.channel),
        "query_password": case.query_password,
        "answer_due": due,
        "answer": _answer(source, due),
        "materials": materials_rows(source.detail),
    }


_ONCE = "材料不齐全或者不符合规定形式的，一次告知需要补正的全部内容"


def _answer(source: Source, due: str) -> str:
    """When and how the authority answers: silence accepts only where the regime says so (行政许可法 art. 32(4))."""
    law, limit = source.content.regime, limit_words(source.content.acceptance_limit)
    if law is not None and not law.separate_acceptance:
        return f"本凭证表示已经收到申请材料，办理期限自收到材料之日起计算。{_ONCE}。"
    by = f"，最迟{moment_words(due)}" if due else ""
    start = "本凭证只表示收到材料，不表示申请已经受理。"
    told = f"{start}本机关自收到材料之日起{limit}内作出是否受理的答复{by}；{_ONCE}"
    if law is None or law.deemed_acceptance:
        return f"{told}，逾期不告知的，自收到申请材料之日起即为受理。"
    return f"{told}。"


def acceptance(source: Source) -> dict[str, Any]:
    """受理通知书: the dates that run from now on; deemed acceptance says so."""
    content, detail = source.content, source.detail
    data: dict[str, Any] = {
        "bases": laws.notice_basis("acceptance_notice", content),
        "statutory_limit": limit_words(content.statutory_limit),
        "promised_limit": limit_words(content.promised_limit),
        "due_on": due_of(detail, "promised", "statutory", "joint"),
        "deemed": detail.case.acceptance_mode == "deemed",
        "special_steps": [
            {"name": step.name, "time": limit_words(step.limit)}
            for step in content.flow.special_steps
            if step.stops_statutory or step.stops_promised
        ],
    }
    if reliefs := relief_words(content, source.rows("relief")):
        data["reliefs"] = reliefs
    if data["deemed"]:
        data["bases"] = [{"instrument": laws.LICENSING_LAW, "article": "第三十二条第一款第四项"}]
    if not laws.licensing(content):
        data["rights"] = _RIGHTS
    return data


def correction(source: Source) -> dict[str, Any]:
    """一次性补正告知书: everything at once."""
    at = source.document.created_at
    notice = max((n for n in source.detail.notices if n.issued_at <= at), key=lambda n: n.number)
    return {
        "bases": laws.notice_basis("correction_notice", source.content),
        "items": [{key: item[key] for key in ("name", "fault", "remedy")} for item in notice.items],
        "due_on": notice.due_on.isoformat(),
    }


def not_accepted(source: Source) -> dict[str, Any]:
    """不予受理决定书: reason, the right authority, materials back, remedies."""
    decision = source.decision
    return {
        "reasons": decision.facts,
        "right_authority": decision.reasons if decision.kind == "no_jurisdiction" else "",
        "bases": decision.basis or laws.own(source.content),
        "not_required": decision.kind == _NOT_REQUIRED,
        "materials_return": _materials_back(source),
    }


def _materials_back(source: Source) -> str:
    return "你（单位）提交的纸质材料可以到窗口领回。" if source.detail.case.channel == "window" else ""


def withdrawal(source: Source) -> dict[str, Any]:
    """撤回申请凭证: who took it back, when, why."""
    detail, case = source.detail, source.detail.case
    return {
        "withdrawn_on": iso(case.concluded_at),
        "withdrawn_by": detail.person.name if detail.person else applicant_name(detail),
        "reason": case.withdrawal_reason,
    }


def deferral_acceptance(source: Source) -> dict[str, Any]:
    """容缺受理通知书: each missing material, its form, its term, what follows."""
    return {
        **acceptance(source),
        "bases": _deferral_basis(source) or laws.own(source.content),
        "deferred": [_deferred(source, row) for row in source.rows("deferral")],
    }


def deferral_letter(source: Source) -> dict[str, Any]:
    """容缺承诺书: the same list as a promise, signed by the applicant."""
    rows = source.rows("deferral")
    name = next((told(row).get("signed_by") for row in rows), "") or applicant_name(source.detail)
    return {
        "deferred": [_deferred(source, row) for row in rows],
        "signers": [_applicant_signature(source, name)],
    }


def _applicant_signature(source: Source, name: str) -> dict[str, str]:
    online = source.detail.case.channel != "window"
    on = iso(source.document.created_at)
    return signer("承诺人", name, "已在线确认" if online else "", on if online else "")


def _deferral_basis(source: Source) -> list[laws.Basis]:
    texts = (
        m.deferral.basis for row in source.rows("deferral") if (m := source.content.material(row.key)) and m.deferral
    )
    return laws.words(next((text for text in texts if text), ""))


def _deferred(source: Source, row: Proceeding) -> dict[str, str]:
    """One missing material as the applicant must know it."""
    material = source.content.material(row.key)
    rule = material.deferral if material else None
    at_pickup = (row.data.get("due_rule") or (rule.due_rule if rule else "")) != "by_date"
    return {
        "name": material.name if material else row.key,
        "form": "电子文件，1份" if source.detail.case.channel != "window" else "原件或复印件，1份",
        "due": AT_PICKUP if at_pickup else chinese_day(row.due_on),
        "consequence": (rule.consequence if rule else "") or "补齐前不发给办理结果",
    }


def _commitment(source: Source) -> tuple[CommitmentRule, Told]:
    rule = source.content.commitment
    if rule is None:
        raise LookupError(f"case {source.detail.case.number}: the version has no commitment")
    return rule, source.proceeding("commitment")


def _replaced(source: Source, rule: CommitmentRule) -> list[str]:
    return [m.name if (m := source.content.material(code)) else code for code in rule.materials]


def requirement_statement(source: Source) -> dict[str, Any]:
    """告知承诺制告知书: the authority's half of the version pair."""
    rule, row = _commitment(source)
    return {
        "pair_version": row.get("pair_version", rule.pair_version),
        "statement": list(rule.statement),
        "materials": _replaced(source, rule),
        "check_limit": f"作出决定之日起{limit_words(rule.check_limit)}内",
        "rectification": limit_words(rule.rectification_limit),
        "liability": list(rule.liability),
        "bases": [*laws.own(source.content), *laws.words(rule.basis)],
    }


def commitment_letter(source: Source) -> dict[str, Any]:
    """告知承诺书: the applicant's half, of the same version."""
    rule, row = _commitment(source)
    return {
        "pair_version": row.get("pair_version", rule.pair_version),
        "statement_number": source.numbers_of("requirement_statement"),
        "letter": list(rule.letter),
        "materials": _replaced(source, rule),
        "liability": list(rule.liability),
        "signers": [_applicant_signature(source, row.get("signed_by") or applicant_name(source.detail))],
    }


def void_record(source: Source) -> dict[str, Any]:
    """作废录入记录: who entered, who voided, why; the number is burned."""
    decision, case = source.decision, source.detail.case
    entered_by = source.entered_by()
    return {
        "entered_by": entered_by or CHANNELS.get(case.channel, case.channel),
        "entered_at": chinese_moment(case.submitted_at),
        "voided_by": decision.staff_name,
        "voided_at": chinese_moment(decision.decided_at),
        "reason": decision.facts,
        "remedy": decision.reasons,
        "papers": "、".join(d.number for d in source.detail.documents if d.kind == "receipt"),
        "signers": [signer("录入人", entered_by), signer("批准人", decision.staff_name)],
    }
