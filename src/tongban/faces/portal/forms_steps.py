"""The road through one application: its steps in order, their addresses, and what the answers call for so far."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from tongban.registry.catalog import forms
from tongban.registry.catalog.version import VersionContent

CHECK = "check"


@dataclass(frozen=True)
class StepMark:
    """One of the (at most four) marks above the page. ``state``: done, current, future."""

    label: str
    state: str


@dataclass(frozen=True)
class Road:
    """The step that is open, with its neighbours. ``part`` and ``parts`` count the sections of the form."""

    marks: tuple[StepMark, ...]
    previous_url: str
    next_url: str
    part: int = 0
    parts: int = 0


@dataclass(frozen=True)
class Outlook:
    """What the answers given so far call for: shown beside the questions."""

    situation: str
    uploads: tuple[str, ...]
    exempt: tuple[str, ...]
    possible: tuple[str, ...]


def step_url(draft_id: UUID, step: str) -> str:
    """The address of a step: ``questions``, a section key, ``materials`` or ``check``."""
    if step in (forms.QUESTIONS, forms.MATERIALS, CHECK):
        return reverse(f"portal:apply_{step}", args=[draft_id])
    return reverse("portal:apply_form", args=[draft_id, step])


def step_keys(content: VersionContent, answers: Mapping[str, Any]) -> list[str]:
    """Steps in order; a section with nothing to ask for these answers is left out."""
    questions = [forms.QUESTIONS] if content.questions else []
    sections = [section.key for section, _fields in forms.visible_sections(content, answers)]
    return [*questions, *sections, forms.MATERIALS, CHECK]


def road(content: VersionContent, draft_id: UUID, answers: Mapping[str, Any], current: str) -> Road:
    """The marks and neighbours of the step ``current``."""
    keys = step_keys(content, answers)
    place = keys.index(current) if current in keys else 0
    sections = [key for key in keys if key not in (forms.QUESTIONS, forms.MATERIALS, CHECK)]
    return Road(
        marks=_marks(bool(content.questions), current),
        previous_url=step_url(draft_id, keys[place - 1]) if place else "",
        next_url=step_url(draft_id, keys[place + 1]) if place + 1 < len(keys) else "",
        part=sections.index(current) + 1 if current in sections else 0,
        parts=len(sections),
    )


def first_step(content: VersionContent, answers: Mapping[str, Any]) -> str:
    """Where a new draft begins."""
    return step_keys(content, answers)[0]


def resume_step(content: VersionContent, answers: Mapping[str, Any], files: Mapping[str, Sequence[str]]) -> str:
    """Where an unfinished draft goes on: the step of the first thing that is missing, else the check."""
    open_things = forms.missing(content, answers, files)
    return open_things[0].step if open_things else CHECK


def outlook(content: VersionContent, answers: Mapping[str, Any]) -> Outlook:
    """What these answers call for: sure uploads, what need not be given, and what depends on an open answer."""
    choices = forms.material_choices(content, answers)
    found = forms.situation(content, answers)
    return Outlook(
        situation=found.name if found else "",
        uploads=tuple(c.material.name for c in choices if c.certain and c.material.source == "uploaded"),
        exempt=tuple(c.material.name for c in choices if c.certain and c.material.source != "uploaded"),
        possible=tuple(c.material.name for c in choices if not c.certain and c.material.source == "uploaded"),
    )


def _marks(has_questions: bool, current: str) -> tuple[StepMark, ...]:
    groups = [(forms.QUESTIONS, _("说说情况"))] if has_questions else []
    groups += [("form", _("填表")), (forms.MATERIALS, _("核对材料")), (CHECK, _("确认提交"))]
    names = [key for key, _label in groups]
    place = names.index(current if current in names else "form")
    return tuple(
        StepMark(label, "done" if i < place else "current" if i == place else "future")
        for i, (_key, label) in enumerate(groups)
    )
