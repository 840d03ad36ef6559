"""What every paper carries, and the small words that several papers share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.conf import settings

from tongban.ground import moment
from tongban.ground.elements import display
from tongban.ground.masking import mask_id_number
from tongban.procedures.cases.papers_data.source import Source
from tongban.procedures.cases.selectors import CaseDetail

CHANNELS = {"portal": "网上提交", "window": "窗口提交", "api": "单位系统提交", "mobile": "手机提交"}


def verify_url() -> str:
    """Public address of the verification page."""
    return f"{settings.PUBLIC_URL}/verify/"


def iso(at: datetime | date | None) -> str:
    """The legal day of a moment, or a date, as ISO text; empty for nothing."""
    if at is None:
        return ""
    return (moment.local(at).date() if isinstance(at, datetime) else at).isoformat()


def chinese_day(day: date | None) -> str:
    """``2026年11月22日``; empty for nothing."""
    return f"{day.year}年{day.month}月{day.day}日" if day else ""


def chinese_moment(at: datetime | None) -> str:
    """``2026年11月22日 09:30`` in Asia/Shanghai; empty for nothing."""
    return f"{moment.local(at):%Y年%-m月%-d日 %H:%M}" if at else ""


def moment_words(text: str) -> str:
    """An ISO moment or day in words; anything else as it is."""
    try:
        return chinese_moment(datetime.fromisoformat(text)) if "T" in text else chinese_day(date.fromisoformat(text))
    except ValueError:
        return text


def applicant_name(detail: CaseDetail) -> str:
    """The applicant's full name, as papers carry it."""
    if detail.organisation:
        return detail.organisation.name
    return detail.person.name if detail.person else ""


def parties(detail: CaseDetail) -> list[dict[str, str]]:
    """Who applies, with identifiers (an ID number is masked), and who acts for an organisation."""
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


def contact(detail: CaseDetail) -> dict[str, str]:
    """Where to ask."""
    content = detail.content
    return {
        "address": content.authority.address,
        "phone": content.authority.phone,
        "hours": content.places[0].hours if content.places else "",
    }


def remedies(detail: CaseDetail, paper: str = "决定书", act: str = "决定") -> dict[str, Any]:
    """The way to object, by authority and kind: reconsideration and suit, or complaint where there is no administrative
    act (行政复议法 art. 20, 行政诉讼法 art. 46)."""
    authority, regime = detail.content.authority, detail.content.regime
    told = {
        "remedies": {
            "reconsideration_authority": authority.reconsideration_authority,
            "court": authority.court,
            "paper": paper,
            "act": act,
        }
    }
    if regime is not None and regime.remedies == "complaint":
        return {"complaint": {"phone": authority.phone}}
    return told


def common(source: Source) -> dict[str, Any]:
    """What every paper carries: parties, item and code, dates, contact, remedies."""
    detail, case, content = source.detail, source.detail.case, source.content
    return {
        "number": source.document.number,
        "title": source.document.title,
        "authority": content.authority.name,
        "date": iso(source.document.created_at),
        "addressee": applicant_name(detail),
        "case_number": case.number,
        "item": {"name": content.name, "code": content.item_code},
        "parties": parties(detail),
        "received_on": iso(case.submitted_at),
        "accepted_on": iso(case.accepted_at),
        "contact": contact(detail),
        **remedies(detail, *_paper_words(source.document.title)),
    }


def _paper_words(title: str) -> tuple[str, str]:
    """How the paper names itself in the sentence on remedies: 本决定书, 本通知书, 本告知书, 本裁决书."""
    for ending in ("裁决书", "通知书", "告知书", "决定书"):
        if title.endswith(ending):
            return ending, "裁决" if ending == "裁决书" else "决定"
    return "文书", "决定"


def to_applicant_only(data: Mapping[str, Any]) -> dict[str, Any]:
    """For a paper that goes to somebody else: the applicant's name stays, identifiers and agents go."""
    return {"parties": [row for row in data["parties"] if row["label"] == "申请人"]}


def materials_rows(detail: CaseDetail) -> list[dict[str, str]]:
    """The materials that were given as rows of a list: name, form, copies, note; what is still missing has no row."""
    return [
        {
            "name": given.row.name,
            "form": "纸质扫描件" if detail.case.channel == "window" else "电子文件",
            "copies": str(len(given.files)),
            "note": "窗口已核对" if given.row.evidence_grade == "B" else "",
        }
        for given in detail.materials
        if given.files
    ]


def result_rows(detail: CaseDetail) -> list[dict[str, str]]:
    """What the result says, by the version's own mapping: label and value as a person reads it."""
    content, answers = detail.content, detail.answers
    return [
        {"label": content.elements[path].name, "value": display(content.elements[path], answers[path])}
        for path in content.result.attributes.values()
        if path in content.elements and answers.get(path) not in (None, "", [])
    ]


def due_of(detail: CaseDetail, *kinds: str) -> str:
    """The earliest due day of the clocks of these kinds, ISO; empty when none has one (stopped, or never begun)."""
    days: Iterable[date | None] = (c.due_on for c in detail.state.clocks if c.kind in kinds)
    return iso(min((day for day in days if day), default=None))


def signer(role: str, name: str = "", signed: str = "", on: str = "") -> dict[str, str]:
    """One line of the signatures."""
    return {"role": role, "name": name, "signed": signed, "on": on}
