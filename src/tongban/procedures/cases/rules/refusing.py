"""Refusal of acceptance: four kinds, in writing, with the right authority or the article. Pure.

行政许可法 art. 32(1) no. 1 (no licence needed), no. 2 (another authority), no. 4 (not corrected), arts 78 and 79
(barred for a time). Never for lack of merit: that is a decision.
"""

from __future__ import annotations

from tongban.ground import moment
from tongban.ground.changes import Change, Insert, Outcome, Update
from tongban.ground.errors import Refusal
from tongban.procedures.cases.rules import clocking, parts, proceedings
from tongban.procedures.cases.rules.acceptance import intake_ended, is_deemed
from tongban.procedures.cases.rules.commands import RefuseAcceptance
from tongban.procedures.cases.rules.state import CaseState, Setting

REFUSAL_KINDS = {
    "not_required": "依法不需要取得行政许可",
    "no_jurisdiction": "不属于本机关职权范围",
    "uncorrected": "逾期没有补正或补正后仍不符合要求",
    "barred": "申请人在禁止申请的期限内",
}
LICENSING_LAW = "中华人民共和国行政许可法"
_ARTICLES = {
    "not_required": "第三十二条第一款第一项",
    "no_jurisdiction": "第三十二条第一款第二项",
    "uncorrected": "第三十二条第一款第四项",
}
BARRED_ARTICLES = {"第七十八条": "隐瞒情况或者提供虚假材料，一年内", "第七十九条": "以欺骗、贿赂取得许可，三年内"}
"""Articles that bar an applicant of a licence for a time, and when."""
_AT_ONCE = ("not_required", "no_jurisdiction")


def refuse_acceptance(state: CaseState, command: RefuseAcceptance, setting: Setting) -> Outcome:
    """A written refusal of acceptance with its kind and reason; the wrong authority is told the right one.

    What needs no licence, or belongs elsewhere, is said at once (即时): a later day stands in the event.
    """
    parts.require_state(state, "submitted", "received", "correction_requested")
    # while the applicant corrects, the window's task is done: whoever had it may end the matter
    kinds = () if state.state == "correction_requested" else ("accept",)
    parts.require(setting.principal, "cases.case.refuse_acceptance", state, *kinds)
    _check(state, command, setting)
    document = parts.paper("refusal_of_acceptance", state.id, setting)
    steps = clocking.stop(state, setting)
    decision = {
        "case_id": state.id,
        "outcome": "not_accepted",
        "facts": command.reason.strip(),
        "reasons": command.right_authority.strip() if command.kind == "no_jurisdiction" else "",
        "basis": basis_of(command, setting),
        "staff_id": setting.principal.staff_id,
        "staff_name": setting.principal.name,
        "decided_at": setting.at,
        "kind": command.kind,
    }
    changes: list[Change] = [
        Update("cases.Case", {"id": state.id}, {"state": "not_accepted", "concluded_at": setting.at}),
        Insert("cases.Decision", decision),
        document,
        *clocking.react(state, steps, setting),
        *intake_ended(state, setting, "not_accepted"),
        *(proceedings.closed(p, setting, state="cancelled", result="not_accepted") for p in state.open_proceedings()),
    ]
    body = {"documents": [document.values["id"]], "basis": decision["basis"]}
    if command.kind in _AT_ONCE:
        body["at_once"] = _told_at_once(state, setting)
    return Outcome((clocking.event("case.not_accepted", body, steps, command.kind),), tuple(changes))


def _told_at_once(state: CaseState, setting: Setting) -> bool:
    return moment.local(state.submitted_at).date() == setting.today


def basis_of(command: RefuseAcceptance, setting: Setting) -> list[dict[str, str]]:
    """The article of the kind in licensing; elsewhere the version's own basis."""
    content = setting.content
    if command.kind == "barred":
        own = next((b for b in content.legal_basis if b.article == command.article), None)
        return [{"instrument": own.instrument if own else LICENSING_LAW, "article": command.article}]
    if content.legal_regime == "licensing":
        return [{"instrument": LICENSING_LAW, "article": _ARTICLES[command.kind]}]
    return [{"instrument": b.instrument, "article": b.article} for b in content.legal_basis]


def _check(state: CaseState, command: RefuseAcceptance, setting: Setting) -> None:
    if command.kind not in REFUSAL_KINDS:
        raise Refusal("refusal.kind", "请选择不予受理的情形", field="kind")
    if not command.reason.strip():
        raise Refusal("refusal.reason", "请写明不予受理的理由", field="reason", remedy="写清事实和依据，申请人要能看懂")
    if command.kind == "no_jurisdiction" and not command.right_authority.strip():
        raise Refusal("refusal.authority", "请写明应当向哪个机关申请", field="right_authority")
    if is_deemed(state, setting):
        raise Refusal(
            "refusal.deemed",
            "受理期限已经过了，依法自收到申请之日起视为受理，不能再不予受理",
            remedy="请办理受理；不符合条件的，在审查后作出不予许可的决定",
        )
    if command.kind == "uncorrected":
        _check_uncorrected(state, setting)
    if command.kind == "barred":
        _check_barred(command, setting)


def _check_uncorrected(state: CaseState, setting: Setting) -> None:
    if not state.notices:
        raise Refusal(
            "refusal.no_notice", "没有告知过补正，不能以没有补正为由不予受理", field="kind", remedy="先发一次性告知"
        )
    waiting = state.open_notice()
    if waiting is not None and setting.today <= waiting.due_on:
        raise Refusal(
            "refusal.term_running",
            f"补正期限到 {waiting.due_on.isoformat()} 为止，还没有过",
            field="kind",
            remedy="等申请人补正；期满没有补正的，再作不予受理决定",
        )


def _check_barred(command: RefuseAcceptance, setting: Setting) -> None:
    content = setting.content
    known = {b.article for b in content.legal_basis}
    if content.legal_regime == "licensing":
        known |= BARRED_ARTICLES.keys()
    if command.article not in known:
        raise Refusal(
            "refusal.article",
            "请选择禁止申请的依据条文",
            field="article",
            remedy="行政许可法第七十八条（一年内）或者第七十九条（三年内）；其他事项从本事项的依据中选择",
        )
