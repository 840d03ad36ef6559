"""Conditions that a form can show: some comparisons of answers, all or any of which must hold. Pure.

A rule is a tree (``ground.expressions``); most rules of a catalogue are a handful of comparisons. ``rows_of`` gives
them as rows, ``tree_of`` makes the tree again; a rule of another shape is left alone and only read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tongban.ground.elements import ElementDefinition
from tongban.ground.errors import Refusal

OPS: Mapping[str, str] = {
    "eq": "是",
    "ne": "不是",
    "gt": "大于",
    "ge": "不小于",
    "lt": "小于",
    "le": "不大于",
    "in": "是其中之一",
}
_TYPES = {"integer": "integer", "decimal": "decimal", "boolean": "boolean", "date": "date", "money": "money"}
YES, NO = frozenset({"是", "true", "yes", "1"}), frozenset({"否", "false", "no", "0"})


@dataclass(frozen=True)
class Row:
    """One comparison: element path, operator, value as typed (several codes with spaces between for ``in``)."""

    path: str
    op: str
    value: str


@dataclass(frozen=True)
class Condition:
    """Rows with how they are joined: ``and`` or ``or``."""

    rows: tuple[Row, ...]
    join: str = "and"


def rows_of(tree: Mapping[str, Any] | None) -> Condition | None:
    """The rows of a tree; an empty condition for no tree; None when the tree has another shape."""
    if tree is None:
        return Condition(())
    if tree.get("node") == "boolean" and tree.get("op") in ("and", "or"):
        found = [_row(item) for item in tree["items"]]
        return Condition(tuple(r for r in found if r), tree["op"]) if all(found) else None
    one = _row(tree)
    return Condition((one,)) if one else None


def _row(tree: Mapping[str, Any]) -> Row | None:
    if tree.get("node") == "in_list" and tree["item"].get("node") == "path":
        values = [v["value"] if isinstance(v, Mapping) else v for v in tree["values"]]
        return Row(tree["item"]["path"], "in", " ".join(str(v) for v in values))
    if tree.get("node") != "compare" or tree["left"].get("node") != "path" or tree["right"].get("node") != "literal":
        return None
    value = tree["right"]["value"]
    shown = ("是" if value else "否") if isinstance(value, bool) else str(value)
    return Row(tree["left"]["path"], tree["op"], shown)


def tree_of(condition: Condition, elements: Mapping[str, ElementDefinition], place: str) -> dict[str, Any] | None:
    """The tree of the rows; None for none.

    :raises Refusal: an element that does not exist, or a value that is not of its kind; ``field`` is the place.
    """
    trees = [_tree(row, elements, place) for row in condition.rows]
    if len(trees) > 1:
        return {"node": "boolean", "op": condition.join, "items": trees}
    return trees[0] if trees else None


def _tree(row: Row, elements: Mapping[str, ElementDefinition], place: str) -> dict[str, Any]:
    definition = elements.get(row.path)
    if definition is None:
        raise Refusal("condition.element", f"条件里的数据元 {row.path} 不存在", place, "从列表里选一个")
    if row.op not in OPS:
        raise Refusal("condition.operator", "条件里没有选怎么比", place, "选「是」「不是」或大小")
    left = {"node": "path", "path": row.path}
    if row.op == "in":
        return {
            "node": "in_list",
            "item": left,
            "values": [_value(part, definition, place) for part in _parts(row.value)],
        }
    return {"node": "compare", "op": row.op, "left": left, "right": _literal(row.value.strip(), definition, place)}


def _parts(text: str) -> Sequence[str]:
    return [part for part in text.replace("、", " ").replace("，", " ").replace(",", " ").split() if part]


def _literal(text: str, definition: ElementDefinition, place: str) -> dict[str, Any]:
    kind = _TYPES.get(definition.type, "text")
    return {"node": "literal", "type": kind, "value": _value(text, definition, place)}


def _value(text: str, definition: ElementDefinition, place: str) -> Any:
    """The value that the kind of the element calls for; a code may be written as its words."""
    kind = _TYPES.get(definition.type, "text")
    if kind == "boolean":
        if text not in YES | NO:
            raise Refusal("condition.value", f"「{definition.name}」只能比「是」或「否」", place, "写「是」或「否」")
        return text in YES
    if kind in ("integer", "money"):
        if not text.lstrip("-").isdecimal():
            raise Refusal("condition.value", f"「{definition.name}」要和一个整数比", place, "只写数字")
        return int(text)
    if definition.code_list is not None:
        codes = {code.code: code.code for code in definition.code_list.codes}
        codes |= {code.label: code.code for code in definition.code_list.codes}
        if text not in codes:
            known = "、".join(code.label for code in definition.code_list.codes[:8])
            raise Refusal("condition.value", f"「{definition.name}」没有「{text}」这一项", place, f"可以写：{known}")
        return codes[text]
    if not text:
        raise Refusal("condition.value", f"条件「{definition.name}」没有写和什么比", place, "写一个值，或删掉这一行")
    return text
