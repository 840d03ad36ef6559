"""The nodes of the rule tree: data, not code. A rule is a tree of these; it is stored as JSON (see :mod:`.reading`)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal as Choice

LiteralType = Choice["text", "integer", "decimal", "money", "date", "boolean"]
CompareOp = Choice["eq", "ne", "lt", "le", "gt", "ge"]
BooleanOp = Choice["and", "or", "not"]
ArithmeticOp = Choice["add", "subtract", "multiply", "divide"]
DateUnit = Choice["day", "month", "year"]


@dataclass(frozen=True, slots=True)
class Literal:
    """A fixed value; JSON-safe as answers are: decimal as text, money in fen, date as ISO text."""

    type: LiteralType
    value: str | int | bool


@dataclass(frozen=True, slots=True)
class Path:
    """The answer of an element. Empty brackets stand for the entry that the enclosing group node looks at."""

    path: str


@dataclass(frozen=True, slots=True)
class Parameter:
    """A dated figure of the parameter table, or ``today``. ``type`` and ``name`` serve analysis and explanation."""

    code: str
    name: str = ""
    type: LiteralType | None = None


@dataclass(frozen=True, slots=True)
class Compare:
    """Two values compared; order needs numbers, amounts or dates."""

    op: CompareOp
    left: Expr
    right: Expr


@dataclass(frozen=True, slots=True)
class Boolean:
    """Kleene's and, or, not; ``not`` has exactly one item."""

    op: BooleanOp
    items: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """Exact decimal arithmetic; ``subtract`` and ``divide`` have exactly two items."""

    op: ArithmeticOp
    items: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class InList:
    """The value is one of ``values``; for a choice of several codes: any of them is."""

    item: Expr
    values: tuple[Literal, ...]


@dataclass(frozen=True, slots=True)
class Exists:
    """At least one entry of the repeating group fulfils ``where``. ``name``: what an entry is called."""

    group: str
    where: Expr
    name: str = ""


@dataclass(frozen=True, slots=True)
class Count:
    """How many entries of the repeating group fulfil ``where`` (None: all entries)."""

    group: str
    where: Expr | None = None
    name: str = ""


@dataclass(frozen=True, slots=True)
class DateDifference:
    """Whole days, months or years from ``start`` to ``end``; negative when ``end`` comes first."""

    unit: DateUnit
    start: Expr
    end: Expr


Expr = Literal | Path | Parameter | Compare | Boolean | Arithmetic | InList | Exists | Count | DateDifference


def children(expr: Expr) -> tuple[tuple[str, Expr], ...]:
    """The nodes directly below, each with its place as a JSON pointer step."""
    match expr:
        case Compare():
            return ("/left", expr.left), ("/right", expr.right)
        case Boolean() | Arithmetic():
            return tuple((f"/items/{index}", item) for index, item in enumerate(expr.items))
        case InList():
            return (("/item", expr.item),)
        case Exists():
            return (("/where", expr.where),)
        case Count():
            return (("/where", expr.where),) if expr.where is not None else ()
        case DateDifference():
            return ("/from", expr.start), ("/to", expr.end)
        case _:
            return ()


def walk(expr: Expr, place: str = "") -> Iterator[tuple[str, Expr]]:
    """Every node of the tree with its place, top down."""
    yield place, expr
    for step, child in children(expr):
        yield from walk(child, place + step)


def paths_of(expr: Expr) -> tuple[str, ...]:
    """The element paths and groups that a rule reads, in order of appearance, each once."""
    found = dict.fromkeys(
        node.path if isinstance(node, Path) else node.group
        for _, node in walk(expr)
        if isinstance(node, Path | Exists | Count)
    )
    return tuple(found)


def parameters_of(expr: Expr) -> tuple[str, ...]:
    """The parameter codes that a rule needs, each once."""
    return tuple(dict.fromkeys(node.code for _, node in walk(expr) if isinstance(node, Parameter)))
