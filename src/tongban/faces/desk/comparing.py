"""What the applicant filled in beside what the register says: equal, different, or nothing to compare with. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tongban.ground.elements import ElementDefinition, display, mask
from tongban.ground.errors import Refusal
from tongban.registry.catalog.version import FormField

SAME, DIFFERENT, MISSING = "same", "different", "missing"
WORDS: dict[str, tuple[str, str]] = {SAME: ("ok", "一致"), DIFFERENT: ("warn", "不一致"), MISSING: ("", "没有登记")}


@dataclass(frozen=True)
class Compared:
    """One row: both values as they may be shown, where the second comes from, and the result."""

    label: str
    filled: str
    known: str
    source: str
    result: str

    @property
    def tone(self) -> str:
        """Colour family of the result."""
        return WORDS[self.result][0]

    @property
    def words(self) -> str:
        """The result in words."""
        return WORDS[self.result][1]


@dataclass(frozen=True)
class Comparison:
    """All rows of a case."""

    rows: tuple[Compared, ...]

    @property
    def same(self) -> int:
        """How many are equal."""
        return sum(row.result == SAME for row in self.rows)

    @property
    def different(self) -> int:
        """How many differ."""
        return sum(row.result == DIFFERENT for row in self.rows)


def compare(
    fields: tuple[FormField, ...],
    elements: Mapping[str, ElementDefinition],
    answers: Mapping[str, Any],
    facts: Mapping[str, Any],
) -> Comparison:
    """Every answered field that a register knows something about. ``facts``: prefill source -> value."""
    rows = (
        _row(field, elements[field.path], answers[field.path], facts.get(field.prefill), _source(field.prefill, facts))
        for field in fields
        if field.prefill and answers.get(field.path) not in (None, "", [])
    )
    return Comparison(tuple(rows))


def _row(field: FormField, definition: ElementDefinition, filled: Any, known: Any, source: str) -> Compared:
    if known in (None, ""):
        return Compared(field.label, _shown(definition, filled), "—", source, MISSING)
    result = SAME if _plain(filled) == _plain(known) else DIFFERENT
    return Compared(field.label, _shown(definition, filled), _shown(definition, known), source, result)


def _plain(value: Any) -> str:
    """Blanks, width and case say nothing: an address copied from a letter is the same address."""
    return "".join(str(value).split()).replace("（", "(").replace("）", ")").upper()


def _shown(definition: ElementDefinition, value: Any) -> str:
    try:
        return display(definition, value) if definition.pattern_name == "person_name" else mask(definition, value)
    except Refusal:
        return "—"


def _source(prefill: str, facts: Mapping[str, Any]) -> str:
    whose = prefill.partition(".")[0]
    if whose == "applicant":
        whose = "organisation" if facts.get("organisation.uscc") else "person"
    return {"person": "人口登记", "organisation": "法人登记"}.get(whose, "")
