"""What a compiled version asks of one applicant: pure, no Django.

Fields and materials are shown when their rule is true for the answers given so far. *Not answered yet* is neither true
nor false: a field whose rule cannot be decided stays hidden, a material is listed as possible, and nothing hidden is
ever demanded or kept as a fact (shapes 5).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tongban.ground import expressions
from tongban.ground.elements import ElementDefinition, accept
from tongban.ground.errors import Refusal
from tongban.registry.catalog.version import FormField, FormSection, Material, Situation, VersionContent

QUESTIONS = "questions"
MATERIALS = "materials"
CHOICE_TYPES = frozenset({"code", "codes", "boolean"})


@dataclass(frozen=True)
class Missing:
    """One thing that still stands in the way of submission.

    Exactly one of ``path`` (element path) and ``material`` (material code) is set; ``step`` is where it is mended:
    ``questions``, a section key, or ``materials``.
    """

    path: str
    material: str
    sentence: str
    step: str


@dataclass(frozen=True)
class MaterialChoice:
    """A material with the standing of its rule: ``certain`` is False while an answer that decides it is open."""

    material: Material
    certain: bool


@dataclass(frozen=True)
class Asked:
    """What a version asks for some answers, worked out once: the answers that count and the fields to show."""

    content: VersionContent
    answers: Mapping[str, Any]
    fields: tuple[FormField, ...]


MOST_RULES = 4096
_rules: dict[int, tuple[dict[str, Any], expressions.Expr]] = {}


def _expression(when: dict[str, Any]) -> expressions.Expr:
    """The rule's tree, kept with the data it was read from: an address in memory means nothing without its owner."""
    kept = _rules.get(id(when))
    if kept is None or kept[0] is not when:
        if len(_rules) >= MOST_RULES:
            _rules.clear()
        kept = _rules[id(when)] = (when, expressions.from_json(when))
    return kept[1]


def standing(content: VersionContent, when: dict[str, Any] | None, answers: Mapping[str, Any]) -> bool | None:
    """Whether a rule holds for the answers: ``True``, ``False``, or ``None`` while it cannot be decided."""
    if when is None:
        return True
    value = expressions.evaluate(_expression(when), answers, elements=content.elements).value
    return None if value is expressions.UNKNOWN else bool(value)


def asked(content: VersionContent, answers: Mapping[str, Any]) -> Asked:
    """The answers that count and the fields they show. A caller that needs more than one of both asks once."""
    fields = content.all_fields()
    if all(f.when is None for f in fields):
        return Asked(content, dict(answers), fields)
    paths = {f.path for f in fields}
    facts = {path: value for path, value in answers.items() if path not in paths}
    kept = dict(answers)
    for _ in range(len(fields) + 1):
        visible = _shown(content, fields, kept)
        shown = {f.path for f in visible}
        narrowed = facts | {path: value for path, value in answers.items() if path in shown}
        if narrowed == kept:
            return Asked(content, kept, visible)
        kept = narrowed
    return Asked(content, kept, _shown(content, fields, kept))


def _shown(content: VersionContent, fields: Sequence[FormField], answers: Mapping[str, Any]) -> tuple[FormField, ...]:
    return tuple(f for f in fields if f.when is None or standing(content, f.when, answers))


def known_answers(content: VersionContent, answers: Mapping[str, Any]) -> dict[str, Any]:
    """The answers that count: those of visible fields, and facts that no field asks for."""
    return dict(asked(content, answers).answers)


def visible_fields(content: VersionContent, answers: Mapping[str, Any]) -> tuple[FormField, ...]:
    """Questions and form fields to show for these answers, in order."""
    return asked(content, answers).fields


def visible_sections(
    content: VersionContent, answers: Mapping[str, Any]
) -> tuple[tuple[FormSection, tuple[FormField, ...]], ...]:
    """The sections of the form that have something to ask, each with its visible fields."""
    kept = known_answers(content, answers)
    pairs = ((s, tuple(f for f in s.fields if standing(content, f.when, kept))) for s in content.form)
    return tuple((section, fields) for section, fields in pairs if fields)


def material_choices(content: VersionContent, answers: Mapping[str, Any]) -> tuple[MaterialChoice, ...]:
    """Materials that are needed for sure, and those that depend on an answer not given yet."""
    return _choices(asked(content, answers))


def _choices(call: Asked) -> tuple[MaterialChoice, ...]:
    listed = ((m, standing(call.content, m.when, call.answers)) for m in call.content.materials)
    return tuple(MaterialChoice(m, certain is True) for m, certain in listed if certain is not False)


def visible_materials(content: VersionContent, answers: Mapping[str, Any]) -> tuple[Material, ...]:
    """Materials that these answers call for, exempt ones included (they are shown as such)."""
    return materials_of(asked(content, answers))


def materials_of(call: Asked) -> tuple[Material, ...]:
    """As :func:`visible_materials`, of what is worked out already."""
    return tuple(choice.material for choice in _choices(call) if choice.certain)


def situation(content: VersionContent, answers: Mapping[str, Any]) -> Situation | None:
    """The first situation (办理情形) that the answers fulfil."""
    kept = known_answers(content, answers)
    return next((s for s in content.situations if standing(content, s.when, kept)), None)


def fields_of(content: VersionContent, step: str) -> tuple[FormField, ...]:
    """All fields of a step: ``questions`` or a section key; an unknown key raises ``Refusal``."""
    if step == QUESTIONS:
        return content.questions
    for section in content.form:
        if section.key == step:
            return section.fields
    raise Refusal("form.section", f"这份表单里没有「{step}」这一步", remedy="回到申请的第一步重新进入")


def step_of(content: VersionContent, path: str) -> str:
    """The step that asks for an element path; empty when none does."""
    if any(f.path == path for f in content.questions):
        return QUESTIONS
    return next((s.key for s in content.form if any(f.path == path for f in s.fields)), "")


def typed_value(given: object) -> object:
    """What was typed or ticked as one value: several ticks are joined by commas, blanks become the empty text."""
    if isinstance(given, list | tuple):
        return ",".join(str(part).strip() for part in given if str(part).strip())
    return given.strip() if isinstance(given, str) else given


def _check(field: FormField, definition: ElementDefinition, given: object) -> tuple[Any, Refusal | None]:
    value = typed_value(given)
    if value is None or value == "":
        if field.optional:
            return None, None
        return None, Refusal("field.missing", f"{_verb(definition)}{field.label}", field.path)
    try:
        return accept(definition, value), None
    except Refusal as refusal:
        return None, Refusal(refusal.code, refusal.sentence, field.path, refusal.remedy)


def _verb(definition: ElementDefinition) -> str:
    return "请选择" if definition.type in CHOICE_TYPES else "请填写"


def _parse_fields(
    content: VersionContent,
    fields: Sequence[FormField],
    raw: Mapping[str, object],
    answers: Mapping[str, Any],
) -> tuple[dict[str, Any], tuple[Refusal, ...]]:
    outcomes = {f.path: _check(f, content.elements[f.path], raw.get(f.path)) for f in fields}
    given = {path: value for path, (value, _) in outcomes.items() if value is not None}
    others = {path: value for path, value in answers.items() if path not in outcomes}
    shown = {f.path for f in visible_fields(content, others | given)}
    values = {path: value for path, value in given.items() if path in shown}
    errors = tuple(refusal for path, (_, refusal) in outcomes.items() if refusal and path in shown)
    return values, errors


def parse_step(
    content: VersionContent,
    section_key: str,
    raw: Mapping[str, object],
    answers: Mapping[str, Any] | None = None,
) -> tuple[dict[str, Any], tuple[Refusal, ...]]:
    """Check what was posted for one step.

    :param section_key: ``questions`` or the key of a section.
    :param raw: element path -> typed text, list of ticks, or a JSON value; spaces and full-width digits are accepted.
    :param answers: what the other steps hold already; it decides which fields are visible.
    :returns: (clean JSON-safe values by path, refusals each with its ``field``). Hidden fields are left out of both.
    """
    return _parse_fields(content, fields_of(content, section_key), raw, answers or {})


def parse_answers(content: VersionContent, raw: Mapping[str, object]) -> tuple[dict[str, Any], tuple[Refusal, ...]]:
    """Check a whole form at once: for the window, the API and imports."""
    return _parse_fields(content, content.all_fields(), raw, {})


def missing(
    content: VersionContent, answers: Mapping[str, Any], files: Mapping[str, Sequence[str]]
) -> tuple[Missing, ...]:
    """Everything that is still missing before submission, in the order of the steps.

    :param answers: clean values by element path.
    :param files: material code -> ids of stored files.
    """
    call = asked(content, answers)
    return gaps(call, materials_of(call), files)


def gaps(call: Asked, materials: Sequence[Material], files: Mapping[str, Sequence[str]]) -> tuple[Missing, ...]:
    """As :func:`missing`, of what is worked out already; ``materials`` as :func:`materials_of` gives them."""
    content = call.content
    found = [
        Missing(f.path, "", f"{_verb(content.elements[f.path])}{f.label}", step_of(content, f.path))
        for f in call.fields
        if not f.optional and call.answers.get(f.path) in (None, "", [])
    ]
    found += [
        Missing("", m.code, f"请上传{m.name}", MATERIALS)
        for m in materials
        if m.source == "uploaded" and not files.get(m.code)
    ]
    return tuple(found)


def prefilled(content: VersionContent, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Values that the house already holds, by element path.

    :param facts: source name -> value: ``person.name``, ``person.id_number``, ``organisation.uscc`` ...
    """
    return {f.path: facts[f.prefill] for f in content.all_fields() if f.prefill and facts.get(f.prefill)}
