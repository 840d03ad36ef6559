"""Three-valued logic and the values that rules calculate with.

``UNKNOWN`` means "not answered yet"; it is not false. Numbers are exact decimals (money in fen), dates are dates.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal, DivisionByZero, InvalidOperation, localcontext
from enum import Enum
from typing import Final

from tongban.ground.errors import Refusal
from tongban.ground.expressions.nodes import ArithmeticOp, CompareOp, DateUnit


class Unknown(Enum):
    """The third truth value."""

    UNKNOWN = "unknown"

    def __bool__(self) -> bool:
        raise TypeError("UNKNOWN is neither true nor false: compare with `is True`, `is False`, `is UNKNOWN`")

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN: Final = Unknown.UNKNOWN
Truth = bool | Unknown
Known = bool | Decimal | str | date | tuple[str, ...]
Calculated = Known | Unknown

_NUMBER = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,6})?")
_PRECISION = 60


def both(items: Iterable[Truth]) -> Truth:
    """Kleene's *and*."""
    found = list(items)
    if any(item is False for item in found):
        return False
    return UNKNOWN if any(item is UNKNOWN for item in found) else True


def either(items: Iterable[Truth]) -> Truth:
    """Kleene's *or*."""
    found = list(items)
    if any(item is True for item in found):
        return True
    return UNKNOWN if any(item is UNKNOWN for item in found) else False


def negate(item: Truth) -> Truth:
    """Kleene's *not*."""
    return UNKNOWN if isinstance(item, Unknown) else not item


def calculated(value: object, kind: str | None) -> Calculated:
    """The value to calculate with, of a JSON-safe value.

    :param kind: element or literal type; None: seen from the value, text stays text.
    :raises Refusal: ``rule.type`` when the value is not of the kind.
    """
    if value is None or value is UNKNOWN or (isinstance(value, str | list | tuple) and not value):
        return UNKNOWN
    if isinstance(value, bool):
        found: Calculated | None = value if kind in (None, "boolean") else None
    elif isinstance(value, int | Decimal):
        found = Decimal(value) if kind in (None, "integer", "decimal", "money") and _is_finite(value) else None
    elif isinstance(value, date):
        found = date(value.year, value.month, value.day) if kind in (None, "date") else None
    elif isinstance(value, list | tuple):
        texts = tuple(item for item in value if isinstance(item, str))
        found = texts if kind in (None, "codes") and len(texts) == len(value) else None
    elif isinstance(value, str):
        found = _of_text(value, kind)
    else:
        found = None
    if found is None:
        remedy = "请重新填写这一项，或联系目录管理员核对规则"
        raise Refusal("rule.type", "规则用到的值与数据元的类型不符", remedy=remedy)
    return found


def _is_finite(value: int | Decimal) -> bool:
    return (number := Decimal(value)).is_finite() and abs(number) < 10**18


def _of_text(value: str, kind: str | None) -> Known | None:
    if kind in ("integer", "decimal", "money"):
        return Decimal(value) if _NUMBER.fullmatch(value) else None
    if kind == "date":
        return _date(value)
    return None if kind in ("boolean", "codes") else value


def _date(value: str) -> date | None:
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def compare(op: CompareOp, left: Calculated, right: Calculated) -> Truth:
    """Compare two values of one kind; text meets a number or a date halfway when it reads as one.

    :raises Refusal: ``rule.type`` for values that cannot be compared so.
    """
    if isinstance(left, Unknown) or isinstance(right, Unknown):
        return UNKNOWN
    if isinstance(left, str) != isinstance(right, str):
        left, right = _meet(left, right), _meet(right, left)
    if isinstance(left, bool) != isinstance(right, bool) or type(left) is not type(right):
        raise _incomparable()
    if op == "eq":
        return left == right
    if op == "ne":
        return left != right
    if isinstance(left, str) and isinstance(right, str):
        numbers = calculated_or_none(left), calculated_or_none(right)
        if numbers[0] is not None and numbers[1] is not None:
            return _ordered(op, numbers[0], numbers[1])
        if _date(left) and _date(right):
            return _ordered(op, left, right)
        raise _incomparable()
    if isinstance(left, bool | tuple):
        raise _incomparable()
    return _ordered(op, left, right)


def calculated_or_none(text: str) -> Decimal | None:
    """The number that a text reads as, if any."""
    return Decimal(text) if _NUMBER.fullmatch(text) else None


def _meet(value: Known, other: Known) -> Known:
    """Text as a number or a date when its partner is one."""
    if not isinstance(value, str):
        return value
    if isinstance(other, Decimal):
        return calculated_or_none(value) if calculated_or_none(value) is not None else value  # type: ignore[return-value]
    if isinstance(other, date):
        return _date(value) or value
    return value


def _ordered(op: CompareOp, left: object, right: object) -> bool:
    below, equal = left < right, left == right  # type: ignore[operator]
    return {"lt": below, "le": below or equal, "gt": not (below or equal), "ge": not below}[op]


def _incomparable() -> Refusal:
    return Refusal("rule.type", "规则比较了两种不同的东西", remedy="请目录管理员核对规则两边的类型")


def calculate(op: ArithmeticOp, items: list[Calculated]) -> Calculated:
    """Exact arithmetic; UNKNOWN spreads, and what is divided by zero is UNKNOWN.

    :raises Refusal: ``rule.type`` for values that are no numbers.
    """
    numbers = []
    for item in items:
        number = calculated_or_none(item) if isinstance(item, str) else item
        if isinstance(number, Decimal | Unknown):
            numbers.append(number)
        else:
            raise Refusal("rule.type", "规则用不是数字的值做计算", remedy="请目录管理员核对规则")
    if any(isinstance(number, Unknown) for number in numbers):
        return UNKNOWN
    known = [number for number in numbers if isinstance(number, Decimal)]
    with localcontext(prec=_PRECISION) as context:
        context.traps[DivisionByZero] = context.traps[InvalidOperation] = False
        total: Decimal = known[0]
        for number in known[1:]:
            match op:
                case "add":
                    total += number
                case "subtract":
                    total -= number
                case "multiply":
                    total *= number
                case "divide":
                    total /= number
    return total if total.is_finite() and total.adjusted() < _PRECISION else UNKNOWN


def difference(unit: DateUnit, start: Calculated, end: Calculated) -> Calculated:
    """Whole days, months or years; the corresponding day completes a month or a year.

    :raises Refusal: ``rule.type`` for values that are no dates.
    """
    first = _date(start) if isinstance(start, str) else start
    last = _date(end) if isinstance(end, str) else end
    if isinstance(first, Unknown) or isinstance(last, Unknown):
        return UNKNOWN
    if not isinstance(first, date) or not isinstance(last, date):
        raise Refusal("rule.type", "规则用不是日期的值计算时间差", remedy="请目录管理员核对规则")
    return _whole(unit, first, last) if first <= last else -_whole(unit, last, first)


def _whole(unit: DateUnit, first: date, last: date) -> Decimal:
    if unit == "day":
        return Decimal((last - first).days)
    months = (last.year - first.year) * 12 + last.month - first.month - (last.day < first.day)
    return Decimal(months if unit == "month" else months // 12)
