"""Analysis of rules when an item version is published: what would go wrong for a citizen is found by the steward.

Found are: unknown elements, types that do not fit, codes outside their list, brackets outside a group, comparisons
beyond an element's range, rules that always give the same answer, and circles between visibility rules.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from tongban.ground.elements import ElementDefinition, template_of
from tongban.ground.errors import Refusal
from tongban.ground.expressions import phrases
from tongban.ground.expressions.evaluation import evaluate
from tongban.ground.expressions.logic import UNKNOWN
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
    Path,
    children,
    parameters_of,
    walk,
)
from tongban.ground.expressions.phrases import Kind

VALUE_PURPOSES = ("value", "fee")
VISIBLE = "visible"


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong with a rule.

    :param place: key of the rule, and after ``#`` the JSON pointer of the node.
    :param sentence: what is wrong, in plain Chinese.
    :param remedy: what the steward can do.
    """

    place: str
    sentence: str
    remedy: str


def analyse(exprs: Mapping[str, Expr], elements: Mapping[str, ElementDefinition]) -> tuple[Finding, ...]:
    """All findings of a set of rules; empty: they may be published.

    :param exprs: ``purpose:target`` -> rule, e.g. ``visible:premises[].area_m2``, ``required:contact.mobile``,
        ``fee:hygiene``. Purposes ``value`` and ``fee`` compute a value, every other rule is a condition. A key without
        purpose is the visibility of that path.
    :param elements: template path -> definition of every element of the version.
    """
    found: list[Finding] = []
    for key, expr in exprs.items():
        found += _Analysis(key, elements).run(expr)
    return (*found, *_circles(exprs))


class _Analysis:
    """The findings of one rule."""

    def __init__(self, key: str, elements: Mapping[str, ElementDefinition]) -> None:
        self.key = key
        self.elements = elements
        self.groups = frozenset(group for path in elements for group in _groups_of(path))
        self.found: list[Finding] = []

    def run(self, expr: Expr) -> list[Finding]:
        purpose, _, target = self.key.rpartition(":")
        # The rule of premises[].sign is asked inside one entry of premises: its brackets are fixed.
        self._visit(expr, "", frozenset(f"{group}[]" for group in _groups_of(target)))
        if purpose not in VALUE_PURPOSES and not self.found:
            self._check_condition(expr, "")
        if not self.found:
            self._check_constant(expr, target.replace("[]", "[0]"))
        return self.found

    def _tell(self, place: str, sentence: str, remedy: str) -> None:
        self.found.append(Finding(f"{self.key}#{place}" if place else self.key, sentence, remedy))

    def _kind(self, expr: Expr) -> Kind:
        return phrases.kind_of(expr, self.elements)

    def _visit(self, expr: Expr, place: str, scope: frozenset[str]) -> None:
        match expr:
            case Path():
                self._check_path(expr, place, scope)
            case Exists() | Count():
                self._check_group(expr, place, scope)
                scope |= {f"{expr.group}[]"}
            case Boolean():
                for index, item in enumerate(expr.items):
                    self._check_condition(item, f"{place}/items/{index}")
            case Compare():
                self._check_compare(expr, place)
            case Arithmetic():
                self._check_arithmetic(expr, place)
            case InList():
                self._check_list(expr, place)
            case DateDifference():
                self._check_dates(expr, place)
        for step, child in children(expr):
            self._visit(child, place + step, scope)

    def _check_condition(self, expr: Expr, place: str) -> None:
        if self._kind(expr) not in ("boolean", "any"):
            self._tell(place, "这里要的是“是/否”的条件", "请把它和一个值比较，例如“大于 100”")

    def _check_group(self, expr: Exists | Count, place: str, scope: frozenset[str]) -> None:
        if expr.group not in self.groups:
            self._tell(place, f"没有叫“{expr.group}”的重复组", "请核对重复组的路径")
        self._check_scope(expr.group, place, scope)
        if expr.where is not None:
            self._check_condition(expr.where, f"{place}/where")

    def _check_dates(self, expr: DateDifference, place: str) -> None:
        for step, side in children(expr):
            if self._kind(side) not in ("date", "any"):
                self._tell(place + step, "计算时间差的两边都要是日期", "请改用日期类型的数据元")

    def _check_path(self, expr: Path, place: str, scope: frozenset[str]) -> None:
        if template_of(expr.path) not in self.elements:
            self._tell(place, f"数据元“{expr.path}”不存在", "请核对路径，或先在数据元目录里定义它")
        self._check_scope(expr.path, place, scope)

    def _check_scope(self, path: str, place: str, scope: frozenset[str]) -> None:
        if any(f"{group}[]" not in scope for group in _groups_of(path)):
            self._tell(place, f"“{path}”在重复组里，却没有说明是哪一条", "请放进“至少有一个”或“个数”的条件里")

    def _check_compare(self, expr: Compare, place: str) -> None:
        left, right = self._kind(expr.left), self._kind(expr.right)
        if not _comparable(left, right):
            self._tell(place, f"{_KIND_WORDS[left]}不能和{_KIND_WORDS[right]}比较", "请让两边是同一类值")
        elif (
            expr.op not in ("eq", "ne")
            and not {left, right} & {"number", "money", "date"}
            and "any" not in (left, right)
        ):
            self._tell(place, f"{_KIND_WORDS[left]}不能比大小", "请改用“是”或“不是”")
        elif "codes" in (left, right):
            self._tell(place, "多选的值不能直接比较", "请改用“属于”")
        for side, other in ((expr.left, expr.right), (expr.right, expr.left)):
            if isinstance(other, Literal):
                self._check_code(side, other, place)
        if expr.left == expr.right:
            self._tell(place, "两边完全相同，结果总是一样", "请核对两边的数据元")
        elif isinstance(expr.right, Literal) and isinstance(expr.left, Path):
            self._check_range(expr, expr.left, expr.right, place)

    def _check_code(self, side: Expr, literal: Literal, place: str) -> None:
        definition = phrases.definition_of(side, self.elements)
        if definition and definition.code_list and definition.code_list.label(str(literal.value)) is None:
            self._tell(place, f"“{literal.value}”不在{definition.name}的代码表里", "请从代码表里选择")

    def _check_range(self, expr: Compare, path: Path, literal: Literal, place: str) -> None:
        definition = self.elements.get(template_of(path.path))
        if (
            definition is None
            or definition.type not in ("integer", "decimal", "money")
            or isinstance(literal.value, bool)
        ):
            return
        if literal.type not in ("integer", "decimal", "money"):
            return
        limit = Decimal(literal.value)
        low = None if definition.min is None else Decimal(definition.min)
        high = None if definition.max is None else Decimal(definition.max)
        never = {
            "gt": high is not None and high <= limit,
            "ge": high is not None and high < limit,
            "lt": low is not None and low >= limit,
            "le": low is not None and low > limit,
            "eq": (high is not None and high < limit) or (low is not None and low > limit),
        }
        always = {
            "gt": low is not None and low > limit,
            "ge": low is not None and low >= limit,
            "lt": high is not None and high < limit,
            "le": high is not None and high <= limit,
            "ne": never["eq"],
        }
        if never.get(expr.op) or always.get(expr.op):
            word = "总是成立" if always.get(expr.op) else "永远不成立"
            self._tell(place, f"按{definition.name}允许的范围，这个条件{word}", "请核对数值，或修改数据元的上下限")

    def _check_arithmetic(self, expr: Arithmetic, place: str) -> None:
        kinds = [self._kind(item) for item in expr.items]
        if any(kind not in ("number", "money", "any") for kind in kinds):
            self._tell(place, "只有数字和金额可以计算", "请改用数字或金额类型的数据元")
        elif expr.op in ("add", "subtract") and {"number", "money"} <= set(kinds):
            self._tell(place, "金额（分）和普通数字不能相加减", "请把普通数字改成金额")
        elif expr.op == "multiply" and kinds.count("money") > 1:
            self._tell(place, "金额和金额不能相乘", "请核对计算式")
        divisor = expr.items[-1] if expr.op == "divide" else None
        if isinstance(divisor, Literal) and divisor.type in ("integer", "decimal") and Decimal(divisor.value) == 0:
            self._tell(place, "除数是 0", "请核对计算式")

    def _check_list(self, expr: InList, place: str) -> None:
        if not expr.values:
            self._tell(place, "列表是空的，这个条件永远不成立", "请至少列出一个值")
        kind = self._kind(expr.item)
        for value in expr.values:
            other = phrases.kind_of_type(value.type)
            if not _comparable("code" if kind == "codes" else kind, other):
                self._tell(place, f"{_KIND_WORDS[kind]}不能和{_KIND_WORDS[other]}比较", "请让列表里的值与数据元同类")
                break
            self._check_code(expr.item, value, place)

    def _check_constant(self, expr: Expr, within: str) -> None:
        """With nothing answered, Kleene's logic knows only what no answer can change."""
        try:
            value = evaluate(expr, {}, dict.fromkeys(parameters_of(expr), UNKNOWN), within=within).value
        except Refusal as problem:
            self._tell("", problem.sentence, problem.remedy)
            return
        if isinstance(value, bool):
            word = "总是成立" if value else "永远不成立"
            self._tell("", f"不管怎么填写，这条规则{word}", "请删去这条规则，或补上遗漏的条件")


_KIND_WORDS: dict[Kind, str] = {
    "boolean": "是/否",
    "number": "数字",
    "money": "金额",
    "text": "文字",
    "code": "代码",
    "codes": "多选",
    "date": "日期",
    "any": "值",
}


def _comparable(left: Kind, right: Kind) -> bool:
    return "any" in (left, right) or left == right or {left, right} == {"code", "text"}


def _groups_of(path: str) -> Iterator[str]:
    """``premises[].rooms[].area`` lies in the groups ``premises`` and ``premises[].rooms``."""
    parts = path.split("[]")
    yield from ("[]".join(parts[:count]) for count in range(1, len(parts)))


def _target(key: str) -> str | None:
    """The path whose visibility a rule drives, or None for other purposes."""
    purpose, colon, target = key.rpartition(":")
    return template_of(target) if not colon or purpose == VISIBLE else None


def _circles(exprs: Mapping[str, Expr]) -> Iterator[Finding]:
    """Circles between visibility rules, each told once; hiding a group hides what is in it."""
    rules = {target: (key, expr) for key, expr in exprs.items() if (target := _target(key)) is not None}
    needs = {target: _needs(expr, rules) for target, (_, expr) in rules.items()}
    done: set[str] = set()
    for start in rules:
        circle = _circle_from(start, needs, done)
        if circle:
            words = " → ".join((*circle, circle[0]))
            yield Finding(rules[circle[0]][0], f"显示条件互相依赖：{words}", "请去掉其中一条的依赖，让问题有先后")


def _needs(expr: Expr, rules: Mapping[str, object]) -> tuple[str, ...]:
    used = {template_of(node.path) for _, node in walk(expr) if isinstance(node, Path)}
    used |= {node.group for _, node in walk(expr) if isinstance(node, Exists | Count)}
    return tuple(sorted(rule for rule in rules if any(_covers(rule, path) for path in used)))


def _covers(target: str, path: str) -> bool:
    return path == target or path.startswith((f"{target}.", f"{target}["))


def _circle_from(start: str, needs: Mapping[str, tuple[str, ...]], done: set[str]) -> tuple[str, ...]:
    """The first circle that can be reached from ``start`` among targets that no earlier search has finished."""
    trail: list[str] = []
    waiting = [(start, iter(needs[start]))] if start not in done else []
    trail += [start] if waiting else []
    while waiting:
        following = next(waiting[-1][1], None)
        if following is None:
            done.add(waiting.pop()[0])
            trail.pop()
        elif following in trail:
            done.update(trail)
            return tuple(trail[trail.index(following) :])
        elif following not in done:
            waiting.append((following, iter(needs[following])))
            trail.append(following)
    return ()
