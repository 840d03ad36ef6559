"""A case with everything that papers tell of: stored rows beside a case that a resident of the demo has submitted."""

from __future__ import annotations

import json
import uuid
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from tests.support import builders
from tongban.ground import moment
from tongban.ground.documents.models import Document
from tongban.ground.storage.services import store_package
from tongban.procedures.cases.models import ArchivePackage, CorrectionNotice, Decision, Proceeding, ServiceProof
from tongban.procedures.cases.rules.paper_kinds import KINDS
from tongban.procedures.cases.selectors import CaseDetail, system_detail
from tongban.registry.catalog.regimes import regime_of
from tongban.registry.catalog.version import CommitmentRule, DeferralRule, LegalBasis, TimeLimit

AT = datetime(2026, 11, 20, 10, 0, tzinfo=moment.SHANGHAI)
APPLICANT = "周𬭎"
FACTS = "经查，经营场所使用面积86平方米，消毒间没有独立的上下水。"
REASONS = "不符合公共场所卫生管理的要求。"
ITEM_BASIS = ({"instrument": "公共场所卫生管理条例", "article": "第四条"},)
COMMITMENT = CommitmentRule(
    mode="approval",
    pair_version="2026年第1版",
    statement=("有固定的经营场所", "设有独立的消毒间"),
    letter=("已经知悉告知书的全部内容", "具备告知书所列的全部条件"),
    materials=(),
    check_limit=TimeLimit(2, "month", "告知承诺实施办法"),
    rectification_limit=TimeLimit(10, "working_day", "告知承诺实施办法"),
    liability=("撤销行政许可决定", "记入信用记录"),
    basis="《云溪市告知承诺制实施办法》第八条",
)
DEFERRAL = DeferralRule("by_date", TimeLimit(5, "working_day", ""), "不发给许可证件", "《云溪市容缺受理办法》第五条")


def a_case() -> CaseDetail:
    """A submitted case of somebody with a rare name, as the papers read it; nothing runs yet."""
    return system_detail(builders.a_submitted_case(builders.resident(APPLICANT)))


def of_regime(detail: CaseDetail, code: str) -> None:
    """Let the version be one of another regime, with a basis of its own (in memory)."""
    own = (LegalBasis("公共场所卫生管理条例", "第四条"),)
    detail.content = replace(detail.content, legal_regime=code, regime=regime_of(code, AT.date()), legal_basis=own)


def a_document(detail: CaseDetail, kind: str, **values: Any) -> Document:
    """The paper that is to be written."""
    known = KINDS[kind]
    number = f"云卫{known.word}〔2026〕7号"
    told = {"title": known.title, "authority_id": detail.content.authority.id, "created_at": AT, "number": number}
    return Document(kind=kind, subject_kind="case", subject_id=detail.case.id, **(told | values))


def a_proceeding(detail: CaseDetail, kind: str, words: dict[str, Any] | None = None, **values: Any) -> Proceeding:
    """A stored side matter opened an hour before the papers."""
    told: dict[str, Any] = {"opened_at": AT - timedelta(hours=1), "record": json.dumps(words or {}, ensure_ascii=False)}
    return Proceeding.objects.create(case=detail.case, kind=kind, **(told | values))


def accepted(detail: CaseDetail) -> None:
    """The case as it stands after acceptance."""
    detail.case.accepted_at = AT - timedelta(days=1)


def decided(detail: CaseDetail, outcome: str, **values: Any) -> None:
    """A stored decision on an accepted case."""
    accepted(detail)
    told = {"facts": FACTS, "reasons": REASONS, "basis": list(ITEM_BASIS), "staff_name": "岳峰", "decided_at": AT}
    Decision.objects.create(case=detail.case, outcome=outcome, staff_id=uuid.uuid4(), **(told | values))


def a_notice(detail: CaseDetail) -> None:
    """A one-time notice of ten things."""
    items = [
        {"target": "material", "code": f"m{n}", "name": f"材料{n}", "fault": "没有标明消毒间", "remedy": "请标注位置"}
        for n in range(1, 11)
    ]
    CorrectionNotice.objects.create(
        case=detail.case,
        number=1,
        items=items,
        due_on=date(2026, 12, 4),
        issued_at=AT - timedelta(minutes=1),
        issued_by=uuid.uuid4(),
    )


def deferrals(detail: CaseDetail) -> None:
    """One material that may follow; the version says so."""
    accepted(detail)
    material = replace(detail.content.materials[0], name="健康合格证明", essential=False, deferral=DEFERRAL)
    detail.content = replace(detail.content, materials=(material, *detail.content.materials[1:]))
    data = {"due_rule": "by_date"}
    a_proceeding(detail, "deferral", {"signed_by": APPLICANT}, key=material.code, data=data, due_on=date(2026, 11, 27))


def commitment(detail: CaseDetail) -> None:
    """An item that is granted on a promise."""
    accepted(detail)
    detail.content = replace(detail.content, commitment=COMMITMENT)
    a_proceeding(detail, "commitment", {"signed_by": APPLICANT}, data={"pair_version": "2026年第1版"})


def breach(detail: CaseDetail) -> Proceeding:
    """A promise that was not kept; the holder has said something."""
    commitment(detail)
    detail.case.decided_at = AT - timedelta(days=30)
    basis = [{"instrument": "中华人民共和国行政许可法", "article": "第六十九条第二款"}]
    words = {"facts": FACTS, "reasons": REASONS}
    row = a_proceeding(detail, "breach", words, data={"basis": basis}, due_on=date(2026, 12, 10))
    a_proceeding(detail, "defence", {"text": "已经补装了排水管。"}, key=str(row.id))
    return row


def special(detail: CaseDetail, kind: str, words: dict[str, Any] | None = None, **data: Any) -> Proceeding:
    """A special step that stops both clocks (the lawful ones) or none."""
    accepted(detail)
    told = {"limit_n": 15, "limit_unit": "working_day", "held_on": "2026-11-25", **data}
    people = {"place": "云溪市云台区解放路88号", "people": ["许知行（卫生监督岗）", "傅文澜（审核岗）"]}
    return a_proceeding(
        detail,
        kind,
        people | (words or {}),
        data=told,
        reason="申请人不能提供一年内的检测报告。",
        basis="《公共场所卫生管理条例实施细则》第二十六条",
        due_on=date(2026, 12, 11),
        result="conditional",
    )


def hearing(detail: CaseDetail) -> Proceeding:
    """A hearing that was held."""
    words = {
        "place": "云溪市政务服务中心三楼听证室",
        "officer_name": "岳峰",
        "participants": ["申请人：周𬭎", "利害关系人：马晓东", "审查人员：许知行"],
        "minutes": "审查人员：场所与住宅间距符合要求。\n利害关系人：担心夜间噪声。",
    }
    return special(detail, "hearing", words, held_at="2026-12-08T09:00:00+08:00", public=True)


def served(detail: CaseDetail, mode: str, **values: Any) -> ServiceProof:
    """A proof of service of the papers that the case has."""
    return ServiceProof.objects.create(
        case=detail.case,
        mode=mode,
        at=AT - timedelta(minutes=5),
        by_account=values.pop("by_account", None) or builders.clerk().account_id,
        document_ids=[str(d.id) for d in Document.objects.filter(subject_id=detail.case.id)],
        received_by=values.pop("received_by", ""),
        details=json.dumps(values, ensure_ascii=False),
    )


def archived(detail: CaseDetail, content: bytes) -> ArchivePackage:
    """A stored package."""
    return ArchivePackage.objects.create(
        case=detail.case,
        file=store_package(content, "x.zip"),
        content_hash="9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        entries=23,
        number="云卫许档〔2026〕1号",
        retention="30年",
        retain_until=date(2056, 12, 31),
        archived_at=AT,
    )
