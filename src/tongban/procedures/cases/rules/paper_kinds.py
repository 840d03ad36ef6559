"""Every kind of paper of a case: its title, the word in its number, whether an authority seals it. Pure.

The law wants papers by name: 行政许可法 art. 32 (receipt, notice, refusal of acceptance), 38 (decision), 42 and 45
(extension, special step), 46-48 (hearing), 36 (interested parties), 49, 50, 69, 70 (change, renewal, annulment,
cancellation). Other regimes name their decision after their own act (确认, 给付, 奖励, 裁决, 登记, 备案).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PaperKind:
    """``word`` stands in the number after the authority's own word; ``sealed``: the approval seal goes on it.

    An unsealed one is a slip or a record: persons sign it, or it only lists things; it is numbered and kept all the
    same, and never goes through the seal's register.
    """

    title: str
    word: str
    sealed: bool = True


KINDS: dict[str, PaperKind] = {
    # intake
    "receipt": PaperKind("申请材料接收凭证", "收"),
    "correction_notice": PaperKind("一次性补正告知书", "补"),
    "acceptance_notice": PaperKind("受理通知书", "受"),
    "deferral_acceptance": PaperKind("容缺受理通知书", "容受"),
    "deferral_letter": PaperKind("容缺承诺书", "容诺", sealed=False),
    "requirement_statement": PaperKind("告知承诺制告知书", "告"),
    "commitment_letter": PaperKind("告知承诺书", "诺", sealed=False),
    "refusal_of_acceptance": PaperKind("不予受理决定书", "不受"),
    "withdrawal_receipt": PaperKind("撤回申请凭证", "撤"),
    "void_record": PaperKind("作废录入记录", "废", sealed=False),
    "materials_return_list": PaperKind("材料退还清单", "退", sealed=False),
    "handover_list": PaperKind("材料交接单", "交", sealed=False),
    # review
    "extension_notice": PaperKind("延长办理期限告知书", "延"),
    "special_step_notice": PaperKind("特别程序所需时间告知书", "特"),
    "site_check_notice": PaperKind("现场勘验通知书", "勘通"),
    "site_check_record": PaperKind("现场勘验记录", "勘", sealed=False),
    "hearing_right_notice": PaperKind("听证权利告知书", "听告"),
    "hearing_notice": PaperKind("听证通知书", "听通"),
    "hearing_record": PaperKind("听证笔录", "听录", sealed=False),
    "interested_party_notice": PaperKind("利害关系人告知书", "利"),
    "supplement_notice": PaperKind("补充材料通知书", "充"),
    "opinion_request": PaperKind("征求意见函", "函"),
    "expert_review_record": PaperKind("专家评审意见", "评", sealed=False),
    "joint_meeting_record": PaperKind("联合会商纪要", "商", sealed=False),
    "transfer_notice": PaperKind("移送（转报）通知书", "移"),
    "termination_decision": PaperKind("终止办理决定书", "终"),
    # decision, by the regime's own name of the act
    "decision_grant": PaperKind("准予行政许可决定书", "准"),
    "decision_refuse": PaperKind("不予行政许可决定书", "不准"),
    "change_decision": PaperKind("准予变更行政许可决定书", "变"),
    "renewal_decision": PaperKind("准予延续行政许可决定书", "续"),
    "registration_decision": PaperKind("准予登记通知书", "登"),
    "registration_refusal": PaperKind("不予登记通知书", "不登"),
    "confirmation_decision": PaperKind("行政确认决定书", "确"),
    "confirmation_refusal": PaperKind("不予行政确认决定书", "不确"),
    "payment_decision": PaperKind("行政给付决定书", "给"),
    "payment_refusal": PaperKind("不予行政给付决定书", "不给"),
    "award_decision": PaperKind("行政奖励决定书", "奖"),
    "award_refusal": PaperKind("不予行政奖励决定书", "不奖"),
    "adjudication_decision": PaperKind("行政裁决书", "裁"),
    "power_decision": PaperKind("行政决定书", "决"),
    "power_refusal": PaperKind("不予办理决定书", "不决"),
    "filing_receipt": PaperKind("备案凭证", "备"),
    "service_result": PaperKind("公共服务办结单", "服"),
    "licence": PaperKind("许可证件", "证"),
    # afterwards
    "rectification_order": PaperKind("责令限期整改通知书", "改"),
    "annulment_prior_notice": PaperKind("拟撤销行政许可告知书", "拟销"),
    "annulment_decision": PaperKind("撤销行政许可决定书", "销"),
    "cancellation_decision": PaperKind("注销行政许可决定书", "注"),
    "service_proof": PaperKind("送达回证", "送"),
    "archive_receipt": PaperKind("归档回执", "归"),
}

RESULT_PAPERS: dict[tuple[str, str], str] = {
    ("licensing", "granted"): "decision_grant",
    ("licensing", "refused"): "decision_refuse",
    ("registration", "granted"): "registration_decision",
    ("registration", "refused"): "registration_refusal",
    ("confirmation", "granted"): "confirmation_decision",
    ("confirmation", "refused"): "confirmation_refusal",
    ("payment", "granted"): "payment_decision",
    ("payment", "refused"): "payment_refusal",
    ("award", "granted"): "award_decision",
    ("award", "refused"): "award_refusal",
    ("adjudication", "adjudicated"): "adjudication_decision",
    ("filing", "recorded"): "filing_receipt",
    ("public_service", "provided"): "service_result",
    ("public_service", "not_provided"): "service_result",
    ("other_power", "granted"): "power_decision",
    ("other_power", "refused"): "power_refusal",
}
"""(legal regime, outcome) -> kind of the paper that says it (glossary 8.2). A filing is never refused: what does
not fit is corrected, or not accepted."""

_LICENSING_BY_OPTION = {
    "change": "change_decision",
    "renew": "renewal_decision",
    "renewal": "renewal_decision",
    "cancel": "cancellation_decision",
    "cancellation": "cancellation_decision",
}


def result_paper(regime: str, outcome: str, option_kind: str = "new") -> str:
    """The kind of paper of a decision; a granted change, renewal or cancellation of a licence has its own (arts 49-50,
    70). ``KeyError`` when the regime does not know the outcome (glossary 8.2)."""
    if (regime, outcome) == ("licensing", "granted"):
        return _LICENSING_BY_OPTION.get(option_kind, "decision_grant")
    return RESULT_PAPERS[regime, outcome]


def title_of(kind: str) -> str:
    """The name of the paper as it is printed."""
    return KINDS[kind].title
