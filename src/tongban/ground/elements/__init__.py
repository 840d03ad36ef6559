"""Data elements: definitions, and values from what was typed to what is shown (``shapes.md`` 5)."""

from tongban.ground.elements.definition import (
    Code,
    CodeList,
    ElementDefinition,
    ElementType,
    Sensitivity,
    Value,
    is_answer_path,
    is_template,
    template_of,
)
from tongban.ground.elements.values import accept, display, mask, parse, to_input

__all__ = [
    "Code",
    "CodeList",
    "ElementDefinition",
    "ElementType",
    "Sensitivity",
    "Value",
    "accept",
    "display",
    "is_answer_path",
    "is_template",
    "mask",
    "parse",
    "template_of",
    "to_input",
]
