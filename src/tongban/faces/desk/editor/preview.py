"""A draft as an applicant meets it: the questions, and for the answers tried the form, the materials, the situation."""

from __future__ import annotations

from typing import Any

from django.http import QueryDict

from tongban.faces.fields import FieldView, view_of
from tongban.faces.portal import cards, guides
from tongban.registry.catalog import forms
from tongban.registry.catalog.version import FormField, VersionContent


def preview_values(content: VersionContent, tried: QueryDict) -> dict[str, Any]:
    """What the preview shows; values that do not fit are told at their question and count as not answered."""
    raw = {f.path: forms.typed_value(tried.getlist(f.path)) for f in content.all_fields() if f.path in tried}
    answers, problems = forms.parse_answers(content, raw) if raw else ({}, ())
    wrong = {p.field: p.sentence for p in problems if p.field in raw}
    shown = {f.path for f in forms.visible_fields(content, answers)}
    situation = forms.situation(content, answers)

    def controls(fields: tuple[FormField, ...]) -> list[FieldView]:
        return [
            view_of(f, content.elements[f.path], answers.get(f.path), error=wrong.get(f.path, ""))
            for f in fields
            if f.path in shown
        ]

    return {
        "content": content,
        "card": cards.service_card(content),
        "guide": guides.guide_parts(content, answers),
        "questions": controls(content.questions),
        "sections": [(s.title, s.intro, controls(s.fields)) for s in content.form],
        "materials": forms.visible_materials(content, answers),
        "situation": situation.name if situation else "",
    }
