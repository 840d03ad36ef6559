"""One posted step of an application: what was typed, what of it is saved, what the answers newly ask for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from tongban.faces.portal import forms_fields
from tongban.ground.elements import to_input
from tongban.ground.errors import Refusal
from tongban.ground.policy import Principal
from tongban.procedures.cases import drafts
from tongban.procedures.cases.models import Draft
from tongban.registry.catalog import forms
from tongban.registry.catalog.version import FormField, VersionContent


@dataclass(frozen=True)
class Posted:
    """What a page sent. ``shown`` are the fields that stood on it: a group without a tick sends nothing by itself.

    ``told`` is whether the page said so; a caller that posts bare values is asked for nothing that it did not see.
    """

    typed: dict[str, str]
    shown: frozenset[str]
    told: bool
    revision: int
    back: str

    @classmethod
    def of(cls, data: QueryDict, fields: Iterable[FormField]) -> Posted:
        """Read the form of a step; a broken revision becomes -1, which never equals a stored one."""
        known = list(fields)
        typed = forms_fields.posted_values(data, known)
        named = set(data.get("shown", "").split(","))
        text = data.get("revision", "")
        return cls(
            typed=typed,
            told="shown" in data,
            shown=frozenset(f.path for f in known if f.path in named or f.path in typed),
            revision=int(text) if text.isdecimal() and len(text) < 10 else -1,
            back=data.get("back", ""),
        )


@dataclass(frozen=True)
class Difference:
    """One field whose value here differs from the one saved elsewhere. ``theirs`` is as it would be typed."""

    path: str
    label: str
    mine: str
    theirs: str
    mine_words: str
    theirs_words: str


def store(
    principal: Principal, draft: Draft, content: VersionContent, step: str, posted: Posted, revision: int
) -> tuple[Draft, tuple[Refusal, ...]]:
    """Save what is right of the step, keep what is wrong out of it; an emptied field is emptied in the draft too.

    :raises drafts.DraftChanged: another tab saved first.
    """
    answers = drafts.answers_of(draft)
    fields = forms.fields_of(content, step)
    whole = forms_fields.with_locked(content, fields, posted.typed, answers, draft.sources)
    values, errors = forms.parse_step(content, step, whole, answers)
    visible = {f.path for f in forms.visible_fields(content, answers | values)}
    cleared = [path for path in posted.shown if path in visible and path in answers and not whole.get(path)]
    return drafts.save_draft(principal, draft.id, revision, values, cleared=cleared), errors


def newly_asked(
    content: VersionContent, step: str, answers: Mapping[str, Any], before: Mapping[str, Any], posted: Posted
) -> frozenset[str]:
    """Fields of the step that the answers call for and that the posted page did not have (no script ran there)."""
    if not posted.told:
        return frozenset()
    visible = {f.path for f in forms.visible_fields(content, answers)}
    fields = forms.fields_of(content, step)
    return frozenset(
        f.path for f in fields if f.path in visible and f.path not in posted.shown and f.path not in before
    )


def differences(current: Draft, content: VersionContent, step: str, posted: Posted) -> tuple[Difference, ...]:
    """Where page and stored draft hold different values; what is empty in the draft differs from nothing."""
    answers = drafts.answers_of(current)
    values, _errors = forms.parse_step(content, step, posted.typed, answers)
    found = []
    for field in forms.fields_of(content, step):
        stored = answers.get(field.path)
        locked = forms_fields.is_locked(field, answers, current.sources)
        if field.path not in posted.shown or stored is None or locked or values.get(field.path) == stored:
            continue
        definition = content.elements[field.path]
        mine = posted.typed.get(field.path, "")
        mine_words = forms_fields.mask_own(definition, values[field.path]) if field.path in values else mine
        theirs_words = forms_fields.mask_own(definition, stored)
        found.append(Difference(field.path, field.label, mine, to_input(definition, stored), mine_words, theirs_words))
    return tuple(found)
