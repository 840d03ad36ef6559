"""Papers of a decision, named by the regime's own act, and of an end without one."""

from __future__ import annotations

from typing import Any

from tongban.ground.elements import display
from tongban.procedures.cases.papers_data import laws
from tongban.procedures.cases.papers_data.common import applicant_name, iso, materials_rows, moment_words, result_rows
from tongban.procedures.cases.papers_data.source import Source
from tongban.procedures.cases.rules.ending import TERMINATIONS

WAYS = {"upward": "转报", "right_authority": "移送", "other_region": "移送"}
_VERDICTS = {
    "registration_decision": "准予{who}的“{item}”申请，予以登记。",
    "confirmation_decision": "对{who}申请的“{item}”事项予以确认。",
    "payment_decision": "准予{who}的“{item}”申请，按上表所列内容给付。",
    "award_decision": "准予{who}的“{item}”申请，予以奖励。",
    "power_decision": "准予{who}的“{item}”申请。",
    "change_decision": "准予变更{who}的“{item}”许可事项。",
    "renewal_decision": "准予延续{who}的“{item}”许可。",
    "cancellation_decision": "注销{who}的“{item}”许可。",
}


def grant(source: Source) -> dict[str, Any]:
    """准予行政许可决定书: licence, number, how long it is valid."""
    detail, decision = source.detail, source.decision
    return {
        "facts": decision.facts,
        "bases": laws.with_law("decision_grant", source.content, list(decision.basis) or laws.own(source.content)),
        "decision": f"准予{applicant_name(detail)}的上述行政许可申请。",
        **_licence(source),
        "validity": _validity(source),
        "delivery": _delivery(source),
    }


def _validity(source: Source) -> str:
    months = source.content.result.validity_months
    if not months:
        return "以证件载明的期限为准" if source.content.result.licence_type else ""
    return f"{months // 12} 年" if months % 12 == 0 else f"{months} 个月"


def _licence(source: Source) -> dict[str, str]:
    licences = source.detail.licences
    if not source.content.result.licence_type:
        return {}
    return {
        "licence_name": source.content.result.name,
        "licence_number": licences[0].licence_number if licences else "",
    }


def _delivery(source: Source) -> str:
    limit = source.content.delivery_limit
    days = f"{limit.n}个工作日" if limit.unit == "working_day" and limit.n else "规定期限"
    what = "行政许可证件" if source.content.result.licence_type else "本决定书"
    return f"本机关自作出决定之日起{days}内向你（单位）颁发、送达{what}。本决定依法公开，公众有权查阅。"


def refuse(source: Source) -> dict[str, Any]:
    """A refusal of any regime: facts, reasons, articles; the remedies stand in what every paper carries."""
    decision = source.decision
    cited = list(decision.basis) or laws.own(source.content)
    return {
        "facts": decision.facts,
        "reasons": decision.reasons,
        "bases": laws.with_law(source.document.kind, source.content, cited),
    }


def positive(source: Source) -> dict[str, Any]:
    """A positive decision of another regime, or a change, renewal or cancellation of a licence."""
    decision, kind = source.decision, source.document.kind
    cited = list(decision.basis) or laws.own(source.content)
    words = {"who": applicant_name(source.detail), "item": source.content.name}
    return {
        "facts": decision.facts,
        "reasons": decision.reasons,
        "bases": laws.with_law(kind, source.content, cited),
        "decision": _VERDICTS[kind].format(**words),
        "contents": result_rows(source.detail),
        **_licence(source),
    }


def change(source: Source) -> dict[str, Any]:
    """准予变更行政许可决定书: what the licence says from now on."""
    rows = [{"name": row["label"], "after": row["value"]} for row in result_rows(source.detail)]
    return {**positive(source), "changes": rows}


def renewal(source: Source) -> dict[str, Any]:
    """准予延续行政许可决定书; a fiction of law (``deemed``) says so."""
    deemed = source.decision.kind == "deemed"
    return {**positive(source), "deemed": deemed, "validity": _validity(source)}


def cancellation(source: Source) -> dict[str, Any]:
    """注销行政许可决定书: the ground is one of article 70."""
    decision = source.decision
    return {**positive(source), "ground": decision.facts, "facts": "", "cancelled_on": iso(decision.decided_at)}


def adjudication(source: Source) -> dict[str, Any]:
    """行政裁决书: who claims what of whom, facts, reasons, ruling.

    Without a field of its own (an older version) the ruling is the last paragraph of the reasons.
    """
    decision, reasons, ruling = source.decision, source.decision.reasons.strip(), source.decision.ruling.strip()
    if not ruling:
        *before, ruling = reasons.split("\n") or [""]
        reasons = "\n".join(before)
    return {
        **_dispute(source),
        "facts": decision.facts,
        "reasons": reasons,
        "decision": ruling,
        "bases": list(decision.basis) or laws.own(source.content),
    }


def _dispute(source: Source) -> dict[str, str]:
    """Claim, respondent and answer, from the answers that the version names."""
    rule, answers, elements = source.content.dispute, source.detail.answers, source.content.elements
    if rule is None:
        return {}
    paths = {"claim": rule.claim, "respondent": rule.respondent, "answer": rule.answer}
    return {
        name: str(display(elements[path], answers[path]))
        for name, path in paths.items()
        if path in elements and answers.get(path) not in (None, "", [])
    }


def filing(source: Source) -> dict[str, Any]:
    """备案凭证: recorded after a formal check."""
    detail = source.detail
    decision = detail.decision
    at = decision.decided_at if decision else source.document.created_at
    return {
        "filing_number": source.document.number,
        "recorded_on": iso(at),
        "bases": (list(decision.basis) if decision else []) or laws.own(source.content),
        "contents": result_rows(detail),
    }


def service_result(source: Source) -> dict[str, Any]:
    """公共服务办结单: provided or not, with the reason."""
    decision = source.decision
    provided = decision.outcome == "provided"
    return {
        "result": "已提供" if provided else "不能提供",
        "concluded_on": iso(decision.decided_at),
        "contents": result_rows(source.detail) if provided else [],
        "facts": decision.facts,
        "reasons": decision.reasons,
        "bases": list(decision.basis) or laws.own(source.content),
    }


def termination(source: Source) -> dict[str, Any]:
    """终止办理决定书: a person's written act; ground, facts, remedies."""
    decision = source.decision
    back = "你（单位）提交的纸质材料可以到窗口领回。" if source.detail.case.channel == "window" else ""
    return {
        "ground": TERMINATIONS.get(decision.kind, decision.kind),
        "facts": decision.facts,
        "reasons": decision.reasons,
        "bases": list(decision.basis) or laws.own(source.content),
        "materials_return": back,
    }


def transfer(source: Source) -> dict[str, Any]:
    """移送（转报）通知书: who goes on with it."""
    decision = source.decision
    upward = decision.kind == "upward"
    lower_first = [{"instrument": laws.LICENSING_LAW, "article": "第三十五条"}]
    return {
        "way": WAYS.get(decision.kind, "移送"),
        "to": decision.reasons,
        "transferred_on": iso(decision.decided_at),
        "reason": decision.facts,
        "bases": lower_first if upward and laws.licensing(source.content) else list(decision.basis),
        "clock": f"自{moment_words(iso(decision.decided_at))}起，由接收机关按其法定期限办理。",
        "materials": materials_rows(source.detail),
    }
