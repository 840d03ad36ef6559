"""What each paper of a case says: the data for the typst templates, read from the case (keys: ``papers/README.md``).

One builder a kind, by family: ``intake``, ``steps``, ``decisions``, ``afterwards``, ``slips``. Every value comes from
a row.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tongban.ground.documents.models import Document
from tongban.procedures.cases.models import Proceeding
from tongban.procedures.cases.papers_data import afterwards, decisions, intake, slips, steps
from tongban.procedures.cases.papers_data.common import applicant_name, common, verify_url
from tongban.procedures.cases.papers_data.source import Source
from tongban.procedures.cases.selectors import CaseDetail

__all__ = ["BUILDERS", "applicant_name", "paper_data", "verify_url"]

Builder = Callable[[Source], dict[str, Any]]

BUILDERS: dict[str, Builder] = {
    "receipt": intake.receipt,
    "correction_notice": intake.correction,
    "acceptance_notice": intake.acceptance,
    "deferral_acceptance": intake.deferral_acceptance,
    "deferral_letter": intake.deferral_letter,
    "requirement_statement": intake.requirement_statement,
    "commitment_letter": intake.commitment_letter,
    "refusal_of_acceptance": intake.not_accepted,
    "withdrawal_receipt": intake.withdrawal,
    "void_record": intake.void_record,
    "decision_grant": decisions.grant,
    "decision_refuse": decisions.refuse,
    "change_decision": decisions.change,
    "renewal_decision": decisions.renewal,
    "cancellation_decision": decisions.cancellation,
    "registration_decision": decisions.positive,
    "registration_refusal": decisions.refuse,
    "confirmation_decision": decisions.positive,
    "confirmation_refusal": decisions.refuse,
    "payment_decision": decisions.positive,
    "payment_refusal": decisions.refuse,
    "award_decision": decisions.positive,
    "award_refusal": decisions.refuse,
    "power_decision": decisions.positive,
    "power_refusal": decisions.refuse,
    "adjudication_decision": decisions.adjudication,
    "filing_receipt": decisions.filing,
    "service_result": decisions.service_result,
    "termination_decision": decisions.termination,
    "transfer_notice": decisions.transfer,
    "extension_notice": steps.extension,
    "special_step_notice": steps.special_step,
    "site_check_notice": steps.site_check_notice,
    "site_check_record": steps.site_check_record,
    "expert_review_record": steps.expert_review,
    "joint_meeting_record": steps.joint_meeting,
    "hearing_right_notice": steps.hearing_right,
    "hearing_notice": steps.hearing_notice,
    "hearing_record": steps.hearing_record,
    "interested_party_notice": steps.interested_party,
    "supplement_notice": steps.supplement,
    "opinion_request": steps.opinion_request,
    "rectification_order": afterwards.rectification,
    "annulment_prior_notice": afterwards.annulment_prior,
    "annulment_decision": afterwards.annulment,
    "service_proof": afterwards.service_proof,
    "archive_receipt": afterwards.archive_receipt,
    "materials_return_list": slips.materials_return,
    "handover_list": slips.handover,
}


def paper_data(detail: CaseDetail, document: Document, drafted: tuple[Proceeding, ...] = ()) -> dict[str, Any]:
    """All data of one paper; an unknown kind is a ``KeyError`` (a programming error).

    :param drafted: rows of an act that is only previewed.
    """
    source = Source(detail, document, drafted)
    data = common(source)
    return data | steps.without_identifiers(document.kind, data) | BUILDERS[document.kind](source)
