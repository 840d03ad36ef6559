"""The Chinese of rules: names of elements, shown values, verbs; for explanations and for the stewards' rendering."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Literal as Choice

from tongban.ground.elements import ElementDefinition, mask, template_of
from tongban.ground.elements.values import canonical, yuan
from tongban.ground.expressions.logic import Known
from tongban.ground.expressions.nodes import (
    Arithmetic,
    Compare,
    CompareOp,
    Count,
    DateDifference,
    Expr,
    Literal,
    Parameter,
    Path,
)

Elements = Mapping[str, ElementDefinition]
Kind = Choice["boolean", "number", "money", "text", "code", "codes", "date", "any"]

_KINDS: dict[str, Kind] = {
    "integer": "number",
    "decimal": "number",
    "money": "money",
    "date": "date",
    "boolean": "boolean",
    "code": "code",
    "codes": "codes",
}
_VERBS: dict[str, dict[CompareOp, str]] = {
    "number": {"eq": "等于", "ne": "不等于", "lt": "小于", "le": "不大于", "gt": "大于", "ge": "不小于"},
    "date": {"eq": "是", "ne": "不是", "lt": "早于", "le": "不晚于", "gt": "晚于", "ge": "不早于"},
    "other": {"eq": "是", "ne": "不是", "lt": "小于", "le": "不大于", "gt": "大于", "ge": "不小于"},
}
OPPOSITE: dict[CompareOp, CompareOp] = {"eq": "ne", "ne": "eq", "lt": "ge", "ge": "lt", "gt": "le", "le": "gt"}
_UNITS = {"day": "天", "month": "个月", "year": "年"}
_SIGNS = {"add": "加", "subtract": "减", "multiply": "乘以", "divide": "除以"}


def definition_of(expr: Expr, elements: Elements) -> ElementDefinition | None:
    """The element that an expression is about; sums and differences are about their first element."""
    if isinstance(expr, Path):
        return elements.get(template_of(expr.path))
    if isinstance(expr, Arithmetic) and expr.op in ("add", "subtract"):
        found = (definition_of(item, elements) for item in expr.items)
        return next((definition for definition in found if definition), None)
    return None


def kind_of_type(kind: str | None) -> Kind:
    """The kind of value of an element type or literal type."""
    return "any" if kind is None else _KINDS.get(kind, "text")


def kind_of(expr: Expr, elements: Elements) -> Kind:
    """What kind of value an expression gives; ``any`` when that is only known when it runs."""
    match expr:
        case Literal() | Parameter():
            return kind_of_type(expr.type)
        case Path():
            definition = definition_of(expr, elements)
            return kind_of_type(definition.type) if definition else "any"
        case Count() | DateDifference():
            return "number"
        case Arithmetic():
            kinds = [kind_of(item, elements) for item in expr.items]
            if expr.op == "divide":
                return "money" if kinds[0] == "money" and kinds[1] != "money" else "number"
            return "money" if "money" in kinds else "number"
        case _:
            return "boolean"


def verb(op: CompareOp, left: Kind, right: Kind) -> str:
    """``大于``, ``早于``, ``是``."""
    kinds = {left, right}
    if "date" in kinds:
        return _VERBS["date"][op]
    return _VERBS["number" if kinds & {"number", "money"} else "other"][op]


def name_of(path: str, elements: Elements) -> str:
    """The Chinese name of the element, else its path."""
    definition = elements.get(template_of(path))
    return definition.name if definition else path


def show(value: Known, kind: Kind, definition: ElementDefinition | None = None) -> str:
    """A value as people read it; a personal element is masked, for explanations are kept."""
    if definition is not None and definition.is_personal and isinstance(value, str):
        return mask(definition, value)
    if definition is not None and definition.is_personal:
        return "****"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Decimal):
        if kind == "money":
            return yuan(value)
        unit = definition.unit if definition else ""
        return f"{_number(value)} {unit}".rstrip()
    if isinstance(value, date):
        return f"{value.year}年{value.month}月{value.day}日"
    if isinstance(value, tuple):
        return "、".join(_label(code, definition) for code in value)
    return _label(value, definition)


def _number(value: Decimal) -> str:
    """At most six decimals: a third of something is not shown with sixty."""
    return canonical(Decimal(f"{value:.6f}"))


def _label(code: str, definition: ElementDefinition | None) -> str:
    label = definition.code_list.label(code) if definition and definition.code_list else None
    return label or code


def partner(expr: Compare, elements: Elements) -> ElementDefinition | None:
    """The element whose unit and labels both sides of a comparison share."""
    return definition_of(expr.left, elements) or definition_of(expr.right, elements)


def describe(expr: Expr, elements: Elements) -> str:
    """What an operand is called, without its value; empty for a literal."""
    match expr:
        case Path():
            return name_of(expr.path, elements)
        case Parameter():
            return expr.name or ("今天" if expr.code == "today" else expr.code)
        case Count():
            return (
                f"{expr.name or expr.group}的个数"
                if expr.where is None
                else f"符合条件的{expr.name or expr.group}的个数"
            )
        case DateDifference():
            sides = f"{operand(expr.start, elements)}到{operand(expr.end, elements)}"
            return f"{sides}相差的{_UNITS[expr.unit].removeprefix('个')}数"
        case Arithmetic():
            return f"（{_SIGNS[expr.op].join(operand(item, elements) for item in expr.items)}）"
        case _:
            return ""


def operand(expr: Expr, elements: Elements, definition: ElementDefinition | None = None) -> str:
    """An operand of a rule in words: the name, or the fixed value itself."""
    if isinstance(expr, Literal):
        return show_literal(expr, definition)
    return describe(expr, elements) or "这个条件"


def show_literal(literal: Literal, definition: ElementDefinition | None) -> str:
    """A fixed value in words; text in quotation marks."""
    if literal.type == "money" and isinstance(literal.value, int):
        return yuan(Decimal(literal.value))
    if literal.type == "date" and isinstance(literal.value, str):
        return show(date.fromisoformat(literal.value), "date")
    if literal.type == "boolean":
        return "是" if literal.value else "否"
    if literal.type == "text":
        return f"“{_label(str(literal.value), definition)}”"
    unit = definition.unit if definition and definition.type in ("integer", "decimal") else ""
    return f"{canonical(Decimal(str(literal.value)))} {unit}".rstrip()
