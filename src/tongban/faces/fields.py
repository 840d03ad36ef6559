"""A form control as data: what ``components/field.html`` draws. Made from a catalogue field or by hand."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext as _

from tongban.ground.elements import ElementDefinition, to_input
from tongban.ground.elements.definition import Value
from tongban.registry.catalog.version import FormField

_AUTOCOMPLETE = {"mobile": "tel"}
_INPUT_MODE = {"integer": "numeric", "decimal": "decimal", "money": "decimal", "mobile": "numeric"}
_WIDE = frozenset({"long_text", "address", "codes"})


@dataclass(frozen=True)
class FieldView:
    """One control with its label, hint, value, provenance and error.

    :param name: form name, for catalogue fields the element path.
    :param kind: an element type, or ``password``, ``file``, ``one_time_code``, ``time``, or ``select``
        (never radio cards).
    :param value: what stands in the control; ``values`` for ``codes``.
    :param options: (code, label) of ``code`` and ``codes``.
    :param source: where a value came from, e.g. 来自您的身份信息.
    :param error: a sentence; the control is then marked invalid.
    """

    name: str
    label: str
    kind: str = "text"
    value: str = ""
    values: tuple[str, ...] = ()
    hint: str = ""
    optional: bool = False
    error: str = ""
    source: str = ""
    readonly: bool = False
    options: tuple[tuple[str, str], ...] = ()
    unit: str = ""
    autocomplete: str = "off"
    placeholder: str = ""
    max_length: int = 0
    autofocus: bool = False

    @cached_property
    def id(self) -> str:
        """Stable element id, safe in HTML and in a CSS selector."""
        return "f-" + re.sub(r"[^0-9A-Za-z_-]+", "-", self.name).strip("-")

    @cached_property
    def described_by(self) -> str:
        """Ids of hint, provenance and error, in reading order."""
        parts = (("h", self.hint), ("s", self.source), ("e", self.error))
        return " ".join(f"{self.id}-{key}" for key, text in parts if text)

    @property
    def input_type(self) -> str:
        """HTML input type; numbers stay text so that full-width digits and spaces can be pasted."""
        own = {"date": "date", "time": "time", "password": "password", "file": "file", "mobile": "tel"}
        return own.get(self.kind, "text")

    @property
    def input_mode(self) -> str:
        """On-screen keyboard."""
        return "numeric" if self.kind == "one_time_code" else _INPUT_MODE.get(self.kind, "")

    @property
    def wide(self) -> bool:
        """Takes the whole row of a form grid."""
        return self.kind in _WIDE or (self.kind == "code" and len(self.options) <= 8)

    @cached_property
    def as_choice(self) -> bool:
        """Radio cards for a short list, a select for a long one."""
        return self.kind == "boolean" or (self.kind == "code" and len(self.options) <= 8)

    @property
    def numeric(self) -> bool:
        """Tabular digits."""
        return self.kind in {"integer", "decimal", "money", "id_number", "uscc", "mobile", "one_time_code", "date"}


@dataclass(frozen=True)
class ErrorLink:
    """One line of the error summary."""

    href: str
    sentence: str


def view_of(
    field: FormField,
    definition: ElementDefinition,
    value: Value | None = None,
    *,
    raw: str | list[str] | None = None,
    error: str = "",
    source: str = "",
    readonly: bool = False,
) -> FieldView:
    """The control of a catalogue field. ``raw`` (typed, kept after an error) goes before the stored ``value``."""
    shown: str | list[str] = raw if raw is not None else ("" if value is None else to_input(definition, value))
    values = tuple(shown) if isinstance(shown, list) else tuple(v for v in shown.split(",") if v)
    options: tuple[tuple[str, str], ...] = ()
    if definition.code_list is not None:
        options = tuple((c.code, c.label) for c in definition.code_list.codes)
    elif definition.type == "boolean":
        options = (("true", _("是")), ("false", _("否")))
    return FieldView(
        name=field.path,
        label=field.label or definition.name,
        kind=definition.type,
        value=",".join(shown) if isinstance(shown, list) else shown,
        values=values,
        hint=field.hint,
        optional=field.optional,
        error=error,
        source=source,
        readonly=readonly,
        options=options,
        unit=_("元") if definition.type == "money" else definition.unit,
        autocomplete=_AUTOCOMPLETE.get(definition.type, "off"),
        max_length=definition.longest if definition.type in {"text", "long_text", "address"} else 0,
    )


def error_links(fields: Iterable[FieldView]) -> tuple[ErrorLink, ...]:
    """The error summary of a form: the same words as beside the fields, in their order."""
    return tuple(ErrorLink(f"#{field.id}", field.error) for field in fields if field.error)
