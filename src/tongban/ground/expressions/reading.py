"""The JSON form of a rule. ``from_json(to_json(expr)) == expr``; whatever is malformed is a Refusal with its place.

::

    {"node": "literal", "type": "integer", "value": 100}      type may be left out for text, integer and boolean
    {"node": "path", "path": "premises[].area_m2"}
    {"node": "parameter", "code": "hygiene.least_area", "name": "最低面积", "type": "decimal"}
    {"node": "compare", "op": "gt", "left": ..., "right": ...}           eq ne lt le gt ge
    {"node": "boolean", "op": "and", "items": [...]}                     and or not
    {"node": "arithmetic", "op": "add", "items": [...]}                  add subtract multiply divide
    {"node": "in_list", "item": ..., "values": ["a", "b"]}               or literal nodes as values
    {"node": "exists", "group": "premises", "name": "经营场所", "where": ...}
    {"node": "count", "group": "premises", "name": "经营场所", "where": ...}    where may be left out
    {"node": "date_difference", "unit": "year", "from": ..., "to": ...}  day month year
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, get_args

from tongban.ground.elements import is_template
from tongban.ground.elements.definition import is_answer_path
from tongban.ground.errors import Refusal
from tongban.ground.expressions.nodes import (
    Arithmetic,
    ArithmeticOp,
    Boolean,
    BooleanOp,
    Compare,
    CompareOp,
    Count,
    DateDifference,
    DateUnit,
    Exists,
    Expr,
    InList,
    Literal,
    LiteralType,
    Parameter,
    Path,
)

MAX_DEPTH = 32
MAX_NODES = 500
_CODE = re.compile(r"[a-z][a-z0-9_.]{0,99}")
_DECIMAL = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,6})?")


def from_json(content: object) -> Expr:
    """The rule tree of JSON data.

    :raises Refusal: ``rule.malformed``; the sentence names the place.
    """
    return _Reader().read(content, "", 0)


def to_json(expr: Expr) -> dict[str, Any]:
    """JSON data of a rule tree."""
    match expr:
        case Literal():
            return {"node": "literal", "type": expr.type, "value": expr.value}
        case Path():
            return {"node": "path", "path": expr.path}
        case Parameter():
            extra = {"name": expr.name, "type": expr.type}
            return {"node": "parameter", "code": expr.code} | {key: value for key, value in extra.items() if value}
        case Compare():
            return {"node": "compare", "op": expr.op, "left": to_json(expr.left), "right": to_json(expr.right)}
        case Boolean():
            return {"node": "boolean", "op": expr.op, "items": [to_json(item) for item in expr.items]}
        case Arithmetic():
            return {"node": "arithmetic", "op": expr.op, "items": [to_json(item) for item in expr.items]}
        case InList():
            return {"node": "in_list", "item": to_json(expr.item), "values": [to_json(item) for item in expr.values]}
        case Exists() | Count():
            found: dict[str, Any] = {"node": "exists" if isinstance(expr, Exists) else "count", "group": expr.group}
            found |= {"name": expr.name} if expr.name else {}
            return found | ({"where": to_json(expr.where)} if expr.where is not None else {})
        case DateDifference():
            both = {"from": to_json(expr.start), "to": to_json(expr.end)}
            return {"node": "date_difference", "unit": expr.unit} | both


class _Reader:
    """Reads one tree; counts its nodes, so that a hostile document ends early."""

    def __init__(self) -> None:
        self.nodes = 0

    def read(self, content: object, place: str, depth: int) -> Expr:
        self.nodes += 1
        if depth > MAX_DEPTH or self.nodes > MAX_NODES:
            raise _malformed(place, f"规则太大，最多 {MAX_DEPTH} 层、{MAX_NODES} 个节点")
        if not isinstance(content, Mapping):
            raise _malformed(place, "这里应当是一个规则节点")
        kind = content.get("node")
        if not isinstance(kind, str) or kind not in _READERS:
            raise _malformed(place, f"节点类型不存在，可用的有：{'、'.join(_READERS)}")
        keys, reader = _READERS[kind]
        unknown = [str(key)[:40] for key in content if key not in keys and key != "node"]
        if unknown:
            raise _malformed(place, f"有不认识的项目：{'、'.join(unknown[:5])}")
        return reader(self, content, place, depth + 1)

    def items(self, content: Mapping[Any, Any], place: str, depth: int) -> tuple[Expr, ...]:
        items = content.get("items")
        if not isinstance(items, list | tuple) or not items:
            raise _malformed(place, "至少要有一个子条件")
        return tuple(self.read(item, f"{place}/items/{index}", depth) for index, item in enumerate(items))

    def where(self, content: Mapping[Any, Any], place: str, depth: int) -> Expr:
        return self.read(content.get("where"), f"{place}/where", depth)


def _malformed(place: str, sentence: str) -> Refusal:
    shown = place if len(place) <= 120 else f"{place[:120]}…"
    return Refusal("rule.malformed", f"规则在 {shown or '/'} 处写法不对：{sentence}", remedy="请改正后重新保存")


def _choice(content: Mapping[Any, Any], key: str, choices: Any, place: str) -> Any:
    value = content.get(key)
    if not isinstance(value, str) or value not in get_args(choices):
        raise _malformed(place, f"{key} 应当是其中之一：{'、'.join(get_args(choices))}")
    return value


def _name(content: Mapping[Any, Any], place: str) -> str:
    name = content.get("name", "")
    if not isinstance(name, str) or len(name) > 100:
        raise _malformed(place, "name 应当是不超过 100 个字的文字")
    return name


def literal(value: object, kind: str | None = None, place: str = "") -> Literal:
    """A literal node; the type of text, integer and boolean is seen from the value.

    :raises Refusal: ``rule.malformed``.
    """
    if kind is None:
        kind = "boolean" if isinstance(value, bool) else "integer" if isinstance(value, int) else "text"
    if not isinstance(kind, str) or kind not in get_args(LiteralType):
        raise _malformed(place, f"type 应当是其中之一：{'、'.join(get_args(LiteralType))}")
    if not _is_literal(kind, value):
        raise _malformed(place, "value 与 type 不符：小数和日期写成文字，金额写成整数（分）")
    return Literal(kind, value)  # type: ignore[arg-type]


def _is_literal(kind: str, value: object) -> bool:
    if kind == "boolean":
        return isinstance(value, bool)
    if kind in ("integer", "money"):
        return isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**15
    if not isinstance(value, str):
        return False
    if kind == "decimal":
        return bool(_DECIMAL.fullmatch(value))
    return len(value) <= 500 if kind == "text" else _is_date(value)


def _is_date(value: str) -> bool:
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def _read_literal(_: _Reader, content: Mapping[Any, Any], place: str, __: int) -> Expr:
    return literal(content.get("value"), content.get("type"), place)


def _read_path(_: _Reader, content: Mapping[Any, Any], place: str, __: int) -> Expr:
    path = content.get("path")
    if not isinstance(path, str) or not is_answer_path(path.replace("[]", "[0]")):
        raise _malformed(place, "path 不是数据元路径")
    return Path(path)


def _read_parameter(_: _Reader, content: Mapping[Any, Any], place: str, __: int) -> Expr:
    code = content.get("code")
    if not isinstance(code, str) or not _CODE.fullmatch(code):
        raise _malformed(place, "code 不是参数代码")
    kind = _choice(content, "type", LiteralType, place) if content.get("type") is not None else None
    return Parameter(code, _name(content, place), kind)


def _read_compare(reader: _Reader, content: Mapping[Any, Any], place: str, depth: int) -> Expr:
    op = _choice(content, "op", CompareOp, place)
    left = reader.read(content.get("left"), f"{place}/left", depth)
    return Compare(op, left, reader.read(content.get("right"), f"{place}/right", depth))


def _read_boolean(reader: _Reader, content: Mapping[Any, Any], place: str, depth: int) -> Expr:
    op = _choice(content, "op", BooleanOp, place)
    items = reader.items(content, place, depth)
    if op == "not" and len(items) != 1:
        raise _malformed(place, "“不”只能有一个子条件")
    return Boolean(op, items)


def _read_arithmetic(reader: _Reader, content: Mapping[Any, Any], place: str, depth: int) -> Expr:
    op = _choice(content, "op", ArithmeticOp, place)
    items = reader.items(content, place, depth)
    if len(items) < 2 or (op in ("subtract", "divide") and len(items) != 2):
        raise _malformed(place, "加和乘至少两项，减和除正好两项")
    return Arithmetic(op, items)


def _read_in_list(reader: _Reader, content: Mapping[Any, Any], place: str, depth: int) -> Expr:
    values = content.get("values")
    if not isinstance(values, list | tuple) or len(values) > MAX_NODES:
        raise _malformed(place, f"values 应当是一列值，最多 {MAX_NODES} 个")
    found = []
    for index, value in enumerate(values):
        there = f"{place}/values/{index}"
        node = reader.read(value, there, depth) if isinstance(value, Mapping) else literal(value, None, there)
        if not isinstance(node, Literal):
            raise _malformed(there, "列表里只能是固定的值")
        found.append(node)
    return InList(reader.read(content.get("item"), f"{place}/item", depth), tuple(found))


def _group(content: Mapping[Any, Any], place: str) -> str:
    group = content.get("group")
    if not isinstance(group, str) or not is_template(group) or group.endswith("]"):
        raise _malformed(place, "group 不是重复组的路径")
    return group


def _read_exists(reader: _Reader, content: Mapping[Any, Any], place: str, depth: int) -> Expr:
    return Exists(_group(content, place), reader.where(content, place, depth), _name(content, place))


def _read_count(reader: _Reader, content: Mapping[Any, Any], place: str, depth: int) -> Expr:
    where = reader.where(content, place, depth) if content.get("where") is not None else None
    return Count(_group(content, place), where, _name(content, place))


def _read_date_difference(reader: _Reader, content: Mapping[Any, Any], place: str, depth: int) -> Expr:
    unit = _choice(content, "unit", DateUnit, place)
    start = reader.read(content.get("from"), f"{place}/from", depth)
    return DateDifference(unit, start, reader.read(content.get("to"), f"{place}/to", depth))


_READERS: dict[str, tuple[tuple[str, ...], Callable[[_Reader, Mapping[Any, Any], str, int], Expr]]] = {
    "literal": (("type", "value"), _read_literal),
    "path": (("path",), _read_path),
    "parameter": (("code", "name", "type"), _read_parameter),
    "compare": (("op", "left", "right"), _read_compare),
    "boolean": (("op", "items"), _read_boolean),
    "arithmetic": (("op", "items"), _read_arithmetic),
    "in_list": (("item", "values"), _read_in_list),
    "exists": (("group", "name", "where"), _read_exists),
    "count": (("group", "name", "where"), _read_count),
    "date_difference": (("unit", "from", "to"), _read_date_difference),
}
