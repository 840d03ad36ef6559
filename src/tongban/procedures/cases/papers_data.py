"""What each paper of a case says: the data for the typst templates, read from the case (keys: ``papers/README.md``)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.conf import settings

from tongban.ground import moment
from tongban.ground.clock import UNIT_WORDS
from tongban.ground.documents.models import Document
from tongban.ground.masking import mask_id_number
from tongban.procedures.cases.models import Case
from tongban.procedures.cases.selectors import CaseDetail
from tongban.registry.catalog.version import TimeLimit

CHANNELS = {"portal": "网上提交", "window": "窗口提交", "api": "单位系统提交", "mobile": "手机提交"}


def verify_url() -> str:
    """Public address of the verification page."""
    return f"{settings.PUBLIC_URL}/verify/"


def _day(at: datetime | None) -> str:
    return moment.local(at).date().isoformat() if at else ""


def _limit(limit: TimeLimit | None) -> str:
    if limit is None:
        return ""
    return f"{limit.n} {UNIT_WORDS[limit.unit]}" if limit.n else "当场"  # type: ignore[index]


def _parties(detail: CaseDetail) -> list[dict[str, str]]:
    organisation, person = detail.organisation, detail.person
    if organisation is None:
        assert person is not None  # a case has an applicant (database constraint)
        return [
            {"label": "申请人", "value": person.name},
            {"label": "身份证号", "value": mask_id_number(person.id_number)},
        ]
    rows = [
        {"label": "申请人", "value": organisation.name},
        {"label": "统一社会信用代码", "value": organisation.uscc},
        {"label": "法定代表人", "value": organisation.legal_representative.name},
    ]
    if person and person.id != organisation.legal_representative_id:
        rows.append({"label": "经办人", "value": person.name})
    return rows


def applicant_name(detail: CaseDetail) -> str:
    """The applicant's full name, as papers carry it."""
    if detail.organisation:
        return detail.organisation.name
    return detail.person.name if detail.person else ""


def common(detail: CaseDetail, document: Document) -> dict[str, Any]:
    """What every paper carries: parties, item and code, dates, contact, remedies."""
    content, case = detail.content, detail.case
    authority = content.authority
    return {
        "number": document.number,
        "title": document.title,
        "authority": authority.name,
        "date": _day(document.created_at),
        "addressee": applicant_name(detail),
        "case_number": case.number,
        "item": {"name": content.name, "code": content.item_code},
        "parties": _parties(detail),
        "received_on": _day(case.submitted_at),
        "accepted_on": _day(case.accepted_at),
        "contact": {
            "address": authority.address,
            "phone": authority.phone,
            "hours": content.places[0].hours if content.places else "",
        },
        "remedies": {
            "reconsideration_authority": authority.reconsideration_authority,
            "court": authority.court,
        },
    }


def _receipt(detail: CaseDetail, document: Document) -> dict[str, Any]:
    case = detail.case
    clock = next((c for c in detail.state.clocks if c.kind == "acceptance"), None)
    return {
        "received_at": f"{moment.local(case.submitted_at):%Y年%-m月%-d日 %H:%M}",
        "channel": CHANNELS.get(case.channel, case.channel),
        "query_password": case.query_password,
        "answer_due": clock.due_on.isoformat() if clock else "",
        "materials": [
            {
                "name": given.row.name,
                "form": "纸质扫描件" if case.channel == "window" else "电子文件",
                "copies": str(len(given.files)),
                "note": "窗口已核对" if given.row.evidence_grade == "B" else "",
            }
            for given in detail.materials
        ],
    }


def _acceptance(detail: CaseDetail, document: Document) -> dict[str, Any]:
    content = detail.content
    due = next((c for c in detail.state.clocks if c.kind == "promised"), None)
    return {
        "bases": [{"instrument": "中华人民共和国行政许可法", "article": "第三十二条"}],
        "statutory_limit": _limit(content.statutory_limit),
        "promised_limit": _limit(content.promised_limit),
        "due_on": due.due_on.isoformat() if due else "",
    }


def _correction(detail: CaseDetail, document: Document) -> dict[str, Any]:
    notice = max((n for n in detail.notices if n.issued_at <= document.created_at), key=lambda n: n.number)
    return {
        "bases": [{"instrument": "中华人民共和国行政许可法", "article": "第三十二条"}],
        "items": [{key: item[key] for key in ("name", "fault", "remedy")} for item in notice.items],
        "due_on": notice.due_on.isoformat(),
    }


def _not_accepted(detail: CaseDetail, document: Document) -> dict[str, Any]:
    decision = detail.decision
    assert decision is not None  # written by the same act
    right = decision.reasons if decision.kind == "no_jurisdiction" else ""
    return {"reasons": decision.facts, "right_authority": right, "bases": decision.basis}


def _grant(detail: CaseDetail, document: Document) -> dict[str, Any]:
    licence = detail.licences[0] if detail.licences else None
    decision = detail.decision
    assert decision is not None  # written by the same act
    months = detail.content.result.validity_months
    return {
        "bases": decision.basis,
        "decision": f"准予{applicant_name(detail)}的上述行政许可申请。",
        "licence_name": detail.content.result.name,
        "licence_number": licence.licence_number if licence else "",
        "validity": (f"{months // 12} 年" if months % 12 == 0 else f"{months} 个月")
        if months
        else "以证件载明的期限为准",
    }


def _refuse(detail: CaseDetail, document: Document) -> dict[str, Any]:
    decision = detail.decision
    assert decision is not None  # written by the same act
    return {"facts": decision.facts, "reasons": decision.reasons, "bases": decision.basis}


def _withdrawal(detail: CaseDetail, document: Document) -> dict[str, Any]:
    case: Case = detail.case
    return {
        "withdrawn_on": _day(case.concluded_at),
        "withdrawn_by": detail.person.name if detail.person else applicant_name(detail),
        "reason": case.withdrawal_reason,
    }


BUILDERS: dict[str, Callable[[CaseDetail, Document], dict[str, Any]]] = {
    "receipt": _receipt,
    "acceptance_notice": _acceptance,
    "correction_notice": _correction,
    "refusal_of_acceptance": _not_accepted,
    "decision_grant": _grant,
    "decision_refuse": _refuse,
    "withdrawal_receipt": _withdrawal,
}


def paper_data(detail: CaseDetail, document: Document) -> dict[str, Any]:
    """All data of one paper; an unknown kind is a ``KeyError`` (a programming error)."""
    return common(detail, document) | BUILDERS[document.kind](detail, document)
