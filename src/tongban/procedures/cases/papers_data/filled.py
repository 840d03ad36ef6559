"""An application form as people read it: the visible fields by section, each with its label and the answer in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tongban.ground import moment
from tongban.ground.documents.typesetting import render
from tongban.ground.elements import accept, display
from tongban.procedures.cases.papers_data.common import chinese_moment
from tongban.registry.catalog import forms
from tongban.registry.catalog.version import FormField, VersionContent, content_hash

QUESTIONS_TITLE = "办理情形"
SAMPLE_MARK = "示范文本，不能当申请用"


def sections_of(content: VersionContent, answers: Mapping[str, Any]) -> Iterator[tuple[str, tuple[FormField, ...]]]:
    """Questions and sections with the fields that these answers show."""
    visible = {one.path for one in forms.visible_fields(content, answers)}
    if content.questions:
        yield QUESTIONS_TITLE, tuple(one for one in content.questions if one.path in visible)
    for section in content.form:
        yield section.title, tuple(one for one in section.fields if one.path in visible)


def filled_sections(content: VersionContent, answers: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Sections with rows of label and words; what was not answered is left out, as are empty sections."""
    found = []
    for title, shown in sections_of(content, answers):
        rows = [
            {"label": one.label, "value": display(content.elements[one.path], answers[one.path])}
            for one in shown
            if answers.get(one.path) not in (None, "", [])
        ]
        if rows:
            found.append({"title": title, "rows": rows})
    return found


def sample_answers(content: VersionContent) -> dict[str, Any]:
    """The answers of the filled-in sample (示范文本) in their stored form; empty when the version has none."""
    return {path: accept(content.elements[path], value) for path, value in content.sample.items()}


def sample_pdf(content: VersionContent) -> bytes:
    """The sample as the application form is printed, marked as a sample. The version has a sample."""
    answers = sample_answers(content)
    place = content.places[0] if content.places else None
    data = {
        "title": "申请表（示范）",
        "number": SAMPLE_MARK,
        "authority": content.authority.name,
        "item": {"name": content.name, "code": content.item_code},
        "parties": [{"label": "示范内容", "value": "人名、号码和地址都是虚构的"}],
        "contact": {
            "address": content.authority.address,
            "phone": content.authority.phone,
            "hours": place.hours if place else "",
        },
        "date": moment.today().isoformat(),
        "submitted_at": chinese_moment(moment.now()),
        "applicant": SAMPLE_MARK,
        "content_hash": content_hash(content.sample),
        "sections": filled_sections(content, answers),
    }
    return render("application_form", data)
