"""Fields of an application as controls: what stands in them, where it came from, what is wrong with it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from tongban.faces.fields import FieldView, view_of
from tongban.ground.elements import ElementDefinition, display, mask, to_input
from tongban.ground.errors import Refusal
from tongban.procedures.cases.rules import held
from tongban.registry.catalog.forms import typed_value
from tongban.registry.catalog.version import FormField, VersionContent

LOCKED_PREFILLS = frozenset({"person.name", "person.id_number", "organisation.name", "organisation.uscc"})
"""Facts of checked identity: shown, never typed over in an application."""


def posted_values(data: QueryDict, fields: Iterable[FormField]) -> dict[str, str]:
    """What was typed, by element path; several ticks joined by commas. A field that was not posted is left out."""
    return {f.path: str(typed_value(data.getlist(f.path))) for f in fields if f.path in data}


def is_locked(field: FormField, answers: Mapping[str, Any], sources: Mapping[str, str]) -> bool:
    """Whether the value is a checked fact that the page shows but does not let anybody type over."""
    checked = field.path in sources and held.origin_of(sources[field.path]) is None
    return field.prefill in LOCKED_PREFILLS and checked and bool(answers.get(field.path))


def with_locked(
    content: VersionContent,
    fields: Iterable[FormField],
    typed: Mapping[str, str],
    answers: Mapping[str, Any],
    sources: Mapping[str, str],
) -> dict[str, str]:
    """What was typed, with the checked facts put back whatever the browser sent in their place."""
    facts = {
        f.path: to_input(content.elements[f.path], answers[f.path]) for f in fields if is_locked(f, answers, sources)
    }
    return {**typed, **facts}


def source_words(field: FormField, sources: Mapping[str, str]) -> str:
    """Where a value that the house filled in came from, in words; empty when the person typed it."""
    if field.path not in sources:
        return ""
    if origin := held.origin_of(sources[field.path]):
        return _("已填好，%(whence)s，请核对") % {"whence": held.words(origin)}
    if field.prefill.startswith("organisation"):
        return _("已填好，来自企业登记信息")
    return _("已填好，来自您的身份信息")


def explain(refusal: Refusal) -> str:
    """Sentence and remedy of a refusal as the words beside the field."""
    return f"{refusal.sentence}。{refusal.remedy}" if refusal.remedy else refusal.sentence


def field_views(
    content: VersionContent,
    fields: Iterable[FormField],
    answers: Mapping[str, Any],
    *,
    sources: Mapping[str, str],
    typed: Mapping[str, str] | None = None,
    errors: Iterable[Refusal] = (),
) -> tuple[FieldView, ...]:
    """Controls of the fields: what was just typed goes before what is stored, so nobody types anything twice."""
    wrong = {refusal.field: explain(refusal) for refusal in errors}
    views = []
    for field in fields:
        definition = content.elements[field.path]
        value = answers.get(field.path)
        source = source_words(field, sources)
        if is_locked(field, answers, sources):
            shown = mask_own(definition, value)
            views.append(FieldView(field.path, field.label, value=shown, source=source, readonly=True))
            continue
        raw = (typed or {}).get(field.path)
        error = wrong.get(field.path, "")
        views.append(view_of(field, definition, value, raw=raw, error=error, source="" if error else source))
    return tuple(views)


def mask_own(definition: ElementDefinition, value: Any) -> str:
    """A person's own value on their own page: identity numbers are masked, the rest is shown."""
    return mask(definition, value) if definition.type == "id_number" else display(definition, value)
