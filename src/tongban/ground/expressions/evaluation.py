"""Evaluate a rule for one person, with an explanation in plain Chinese.

Three-valued: what has not been answered makes a rule unknown, unless the other answers decide it anyway. The result
names the paths that still decide; a form asks for those next. Pure: no clock (``today`` is a parameter), no database.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from tongban.ground.elements import ElementDefinition, template_of
from tongban.ground.errors import Refusal
from tongban.ground.expressions import phrases
from tongban.ground.expressions.logic import (
    UNKNOWN,
    Calculated,
    Known,
    Truth,
    Unknown,
    both,
    calculate,
    calculated,
    compare,
    difference,
    either,
    negate,
)
from tongban.ground.expressions.nodes import (
    Arithmetic,
    Boolean,
    Compare,
    Count,
    DateDifference,
    Exists,
    Expr,
    InList,
    Literal,
    Parameter,
    Path,
)
from tongban.ground.expressions.phrases import Elements

_ENTRY = re.compile(r"\[([A-Za-z0-9_-]{1,40})\]")


@dataclass(frozen=True, slots=True)
class Reason:
    """One fact that the rule looked at.

    :param sentence: ``场所面积 120 大于 100``; personal values are masked.
    :param value: whether the condition holds, or UNKNOWN.
    :param place: JSON pointer of the node inside the rule.
    """

    sentence: str
    value: Truth
    place: str


@dataclass(frozen=True, slots=True)
class Result:
    """What a rule says.

    :param value: True, False or UNKNOWN for a condition; a number, text or date for a computed value.
    :param trace: every condition that was looked at, in the order of the rule.
    :param unknown_paths: answers that the value still waits for; empty when it is known.
    """

    value: Calculated
    trace: tuple[Reason, ...] = ()
    unknown_paths: tuple[str, ...] = ()

    @property
    def is_true(self) -> bool:
        """Known and true."""
        return self.value is True

    @property
    def is_unknown(self) -> bool:
        """Not decided by the answers given so far."""
        return isinstance(self.value, Unknown)

    @property
    def because(self) -> tuple[Reason, ...]:
        """The reasons that speak for the value: those with the same truth, for UNKNOWN the open ones."""
        return tuple(reason for reason in self.trace if reason.value is self.value) or self.trace


def evaluate(
    expr: Expr,
    answers: Mapping[str, object],
    parameters: Mapping[str, object] | None = None,
    elements: Elements | None = None,
    within: str = "",
) -> Result:
    """The value of a rule for these answers.

    :param answers: element path -> JSON-safe value; absent or None: not answered. A repeating group is known by its
        entries (``premises[0].area_m2``), or by a list of entry keys under its own path (``premises``: ``["0", "1"]``),
        which may be empty; with neither it is not answered.
    :param parameters: code -> JSON-safe value (or UNKNOWN), with ``today`` as date or ISO text.
    :param elements: template path -> definition; gives types, names, units and labels. Without it values are read as
        they look.
    :param within: for the rule of a field inside a repeating group, the field's own path (``premises[0].sign``): it
        says which entry the empty brackets of the rule mean.
    :raises Refusal: ``rule.type``, ``rule.parameter`` (not given), ``rule.scope`` (brackets without a group).
    """
    run = _Evaluation(answers, parameters or {}, elements or {})
    scope = {template_of(within[: key.end()]): within[: key.end()] for key in _ENTRY.finditer(within)}
    value, waits = run.value(expr, "", scope)
    if isinstance(expr, Path | Literal | Parameter) and (isinstance(value, bool | Unknown)):
        run.tell_truth(expr, value, "", scope)
    return Result(value, tuple(run.trace), waits)


Outcome = tuple[Calculated, tuple[str, ...]]
Scope = Mapping[str, str]


@dataclass
class _Evaluation:
    """One run. ``scope`` maps a group template (``premises[]``) to the entry that is looked at (``premises[0]``)."""

    answers: Mapping[str, object]
    parameters: Mapping[str, object]
    elements: Elements
    trace: list[Reason] = field(default_factory=list)

    def value(self, expr: Expr, place: str, scope: Scope) -> Outcome:
        match expr:
            case Literal():
                return _fixed(expr), ()
            case Path():
                return self._answer(resolve(expr.path, scope))
            case Parameter():
                return self._parameter(expr), ()
            case Compare():
                return self._compare(expr, place, scope)
            case Boolean():
                return self._boolean(expr, place, scope)
            case Arithmetic():
                found = [self.value(item, f"{place}/items/{index}", scope) for index, item in enumerate(expr.items)]
                return _waiting(calculate(expr.op, [value for value, _ in found]), *found)
            case InList():
                return self._in_list(expr, place, scope)
            case Exists() | Count():
                return self._group(expr, place, scope)
            case DateDifference():
                start, end = self.value(expr.start, f"{place}/from", scope), self.value(expr.end, f"{place}/to", scope)
                return _waiting(difference(expr.unit, start[0], end[0]), start, end)

    def _answer(self, path: str) -> Outcome:
        definition = self.elements.get(template_of(path))
        try:
            value = calculated(self.answers.get(path), definition.type if definition else None)
        except Refusal as problem:
            problem.field = path
            raise
        return value, (path,) if isinstance(value, Unknown) else ()

    def _parameter(self, expr: Parameter) -> Calculated:
        if expr.code not in self.parameters:
            raise Refusal(
                "rule.parameter",
                f"规则用到的参数“{expr.name or expr.code}”没有设定",
                remedy="请目录管理员在参数表里补上这个参数",
            )
        return calculated(self.parameters[expr.code], expr.type)

    def _compare(self, expr: Compare, place: str, scope: Scope) -> Outcome:
        told = len(self.trace)
        left, right = self.value(expr.left, f"{place}/left", scope), self.value(expr.right, f"{place}/right", scope)
        truth = compare(expr.op, left[0], right[0])
        if isinstance(truth, Unknown):
            if told == len(self.trace):  # else a side has told already what is missing
                self._tell_waiting((*left[1], *right[1]), place)
        else:
            kinds = phrases.kind_of(expr.left, self.elements), phrases.kind_of(expr.right, self.elements)
            verb = phrases.verb(expr.op if truth else phrases.OPPOSITE[expr.op], *kinds)
            shared = phrases.partner(expr, self.elements)
            sides = [
                self._operand(side, value, shared) for side, (value, _) in ((expr.left, left), (expr.right, right))
            ]
            self.trace.append(Reason(f"{sides[0]} {verb} {sides[1]}", truth, place))
        return _waiting(truth, left, right)

    def _operand(self, expr: Expr, value: Calculated, shared: ElementDefinition | None) -> str:
        if isinstance(expr, Literal):
            return phrases.show_literal(expr, shared)
        if isinstance(value, Unknown):
            return phrases.describe(expr, self.elements)
        own = phrases.definition_of(expr, self.elements)
        # A parameter borrows the unit of the element beside it, but is no personal value itself.
        borrowed = shared if isinstance(expr, Parameter) and shared and not shared.is_personal else None
        definition = own or borrowed
        shown = phrases.show(value, phrases.kind_of(expr, self.elements), definition)
        return f"{phrases.describe(expr, self.elements) or '这个条件'} {shown}"

    def _boolean(self, expr: Boolean, place: str, scope: Scope) -> Outcome:
        found: list[tuple[Truth, tuple[str, ...]]] = []
        for index, item in enumerate(expr.items):
            there = f"{place}/items/{index}"
            value, waits = self.value(item, there, scope)
            truth = _truth(value)
            if isinstance(item, Path | Parameter):
                self.tell_truth(item, truth, there, scope)
            found.append((truth, waits))
        truths = [truth for truth, _ in found]
        combined = both(truths) if expr.op == "and" else either(truths) if expr.op == "or" else negate(truths[0])
        return _waiting(combined, *found)

    def _in_list(self, expr: InList, place: str, scope: Scope) -> Outcome:
        value, waits = self.value(expr.item, f"{place}/item", scope)
        if isinstance(value, Unknown):
            self._tell_waiting(waits, place)
            return UNKNOWN, waits
        chosen: tuple[Known, ...] = value if isinstance(value, tuple) else (value,)
        listed = [_fixed(item) for item in expr.values]
        truth = any(compare("eq", one, other) is True for one in chosen for other in listed)
        definition = phrases.definition_of(expr.item, self.elements)
        shown = "、".join(phrases.show_literal(item, definition) for item in expr.values) or "空的列表"
        subject = self._operand(expr.item, value, definition)
        self.trace.append(Reason(f"{subject} {'属于' if truth else '不属于'} {shown}", truth, place))
        return truth, ()

    def _group(self, expr: Exists | Count, place: str, scope: Scope) -> Outcome:
        concrete = resolve(expr.group, scope)
        keys = self._keys(concrete)
        name = expr.name or phrases.name_of(expr.group, self.elements)
        if keys is None:
            self._tell_waiting((concrete,), place, name)
            return UNKNOWN, (concrete,)
        found: list[tuple[Truth, tuple[str, ...]]] = []
        for key in keys if expr.where is not None else ():
            inner = _Evaluation(self.answers, self.parameters, self.elements)
            entry = {**scope, f"{expr.group}[]": f"{concrete}[{key}]"}
            value, waits = inner.value(expr.where, f"{place}/where", entry)  # type: ignore[arg-type]
            found.append((_truth(value), waits))
        truths = [truth for truth, _ in found]
        fulfilled = sum(truth is True for truth in truths)
        open_entries = sum(isinstance(truth, Unknown) for truth in truths)
        value = self._group_value(expr, len(keys), truths)
        words = f"{name}共 {len(keys)} 个" + (f"，其中 {fulfilled} 个符合条件" if expr.where is not None else "")
        words += f"，{open_entries} 个还没有填完" if open_entries else ""
        self.trace.append(Reason(words, value if isinstance(value, bool) else _known(value), place))
        return _waiting(value, *found)

    @staticmethod
    def _group_value(expr: Exists | Count, entries: int, truths: list[Truth]) -> Calculated:
        if isinstance(expr, Exists):
            return either(truths)
        if any(isinstance(truth, Unknown) for truth in truths):
            return UNKNOWN
        return calculated(entries if expr.where is None else sum(truth is True for truth in truths), "integer")

    def _keys(self, group: str) -> list[str] | None:
        """The keys of the entries of a concrete group, None when nothing is known about it."""
        marked = self.answers.get(group)
        if isinstance(marked, list | tuple):
            return [str(key) for key in marked]
        found: dict[str, None] = {}
        for path in self.answers:
            if path.startswith(f"{group}["):
                entry = _ENTRY.match(path, len(group))
                if entry:
                    found[entry.group(1)] = None
        return list(found) or None

    def tell_truth(self, expr: Expr, truth: Truth, place: str, scope: Scope) -> None:
        """A yes-or-no answer that stands by itself as a condition."""
        if isinstance(truth, Unknown):
            self._tell_waiting((resolve(expr.path, scope),) if isinstance(expr, Path) else (), place)
            return
        name = phrases.describe(expr, self.elements)
        self.trace.append(Reason(f"{name} {'是' if truth else '否'}".strip(), truth, place))

    def _tell_waiting(self, paths: tuple[str, ...], place: str, name: str = "") -> None:
        names = name or "、".join(dict.fromkeys(phrases.name_of(path, self.elements) for path in paths))
        self.trace.append(Reason(f"{names}还没有填写" if names else "这个条件还算不出来", UNKNOWN, place))


def resolve(path: str, scope: Scope) -> str:
    """``premises[].area_m2`` -> ``premises[0].area_m2`` inside the entry that is looked at.

    :raises Refusal: ``rule.scope`` when no enclosing group node fixes the entry.
    """
    for template in sorted(scope, key=len, reverse=True):
        if path == template or path.startswith(f"{template}."):
            path = scope[template] + path[len(template) :]
            break
    if "[]" in path:
        raise Refusal(
            "rule.scope",
            f"规则用到重复组里的“{path}”，却没有说明是哪一条",
            remedy="请目录管理员把它放进“至少有一个”或“个数”的条件里",
        )
    return path


def _waiting(value: Calculated, *parts: tuple[Calculated, tuple[str, ...]]) -> Outcome:
    """A known value waits for nothing; an unknown one for what its parts wait for."""
    if not isinstance(value, Unknown):
        return value, ()
    return value, tuple(dict.fromkeys(path for _, waits in parts for path in waits))


def _fixed(literal: Literal) -> Calculated:
    """An empty text is a value here; only an empty answer is no answer."""
    return "" if literal.value == "" else calculated(literal.value, literal.type)


def _truth(value: Calculated) -> Truth:
    if isinstance(value, bool | Unknown):
        return value
    raise Refusal("rule.type", "规则把不是“是/否”的值当成了条件", remedy="请目录管理员核对规则")


def _known(value: Calculated) -> Truth:
    return UNKNOWN if isinstance(value, Unknown) else True
