"""A rule in plain Chinese, for the stewards who publish it and the citizens who ask why."""

from __future__ import annotations

from collections.abc import Mapping

from tongban.ground.elements import ElementDefinition
from tongban.ground.expressions import phrases
from tongban.ground.expressions.nodes import Boolean, Compare, Count, Exists, Expr, InList, Literal, Path

_JOINTS = {"and": "，并且", "or": "，或者"}


def in_words(expr: Expr, elements: Mapping[str, ElementDefinition] | None = None) -> str:
    """The rule as a sentence without a full stop: ``场所面积大于 100 平方米,并且有外摆区域为“是”``."""
    return _words(expr, elements or {}, inner=False)


def _words(expr: Expr, elements: phrases.Elements, *, inner: bool) -> str:
    match expr:
        case Boolean(op="not"):
            return f"不满足（{_words(expr.items[0], elements, inner=False)}）"
        case Boolean():
            joined = _JOINTS[expr.op].join(_words(item, elements, inner=True) for item in expr.items)
            return f"（{joined}）" if inner and len(expr.items) > 1 else joined
        case Compare():
            return _comparison(expr, elements)
        case InList():
            definition = phrases.definition_of(expr.item, elements)
            values = "、".join(phrases.show_literal(value, definition) for value in expr.values)
            return f"{_side(expr.item, elements)}属于{values or '空的列表'}"
        case Exists():
            name = expr.name or phrases.name_of(expr.group, elements)
            return f"至少有一个{name}满足（{_words(expr.where, elements, inner=False)}）"
        case Literal(type="boolean"):
            return "总是成立" if expr.value else "总是不成立"
        case Path():
            definition = phrases.definition_of(expr, elements)
            name = phrases.name_of(expr.path, elements)
            return f"{name}为“是”" if definition is None or definition.type == "boolean" else name
        case _:
            return _side(expr, elements)


def _comparison(expr: Compare, elements: phrases.Elements) -> str:
    verb = phrases.verb(expr.op, phrases.kind_of(expr.left, elements), phrases.kind_of(expr.right, elements))
    shared = phrases.partner(expr, elements)
    right = _side(expr.right, elements, shared)
    space = " " if right[:1].isdigit() or right[:1] == "-" else ""
    return f"{_side(expr.left, elements, shared)}{verb}{space}{right}"


def _side(expr: Expr, elements: phrases.Elements, shared: ElementDefinition | None = None) -> str:
    """One side of a comparison; a nested condition stands in brackets."""
    if isinstance(expr, Count) and expr.where is not None:
        name = expr.name or phrases.name_of(expr.group, elements)
        return f"满足（{_words(expr.where, elements, inner=False)}）的{name}的个数"
    if isinstance(expr, Boolean | Compare | InList | Exists):
        return f"（{_words(expr, elements, inner=False)}）"
    return phrases.operand(expr, elements, shared)
