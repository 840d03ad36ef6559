"""Values of data elements: what a person typed -> stored value -> what a person reads.

``parse`` and ``to_input`` are inverse: ``parse(d, to_input(d, v)) == v``. An empty field is "not answered": the form
leaves it out and never calls ``parse``; whether it must be answered is a rule of the form, not of the element.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date
from decimal import Decimal

from tongban.ground import identifiers, masking
from tongban.ground.elements.definition import ElementDefinition, Value
from tongban.ground.elements.patterns import PATTERNS
from tongban.ground.errors import Refusal

_TRUE = frozenset(("true", "1", "是", "有", "on", "yes", "y"))
_FALSE = frozenset(("false", "0", "否", "无", "off", "no", "n"))
_DATE = re.compile(
    r"(\d{4})(?:-(\d{1,2})-(\d{1,2})|/(\d{1,2})/(\d{1,2})|\.(\d{1,2})\.(\d{1,2})|年(\d{1,2})月(\d{1,2})日?|(\d{2})(\d{2}))",
    re.ASCII,
)
_INTEGER = re.compile(r"[+-]?[0-9]{1,15}")
_DECIMAL = re.compile(r"[+-]?[0-9]{1,15}(?:\.[0-9]{1,6})?")
_MONEY = re.compile(r"[+-]?[0-9]{1,13}(?:\.[0-9]{1,2})?")
_THOUSANDS = re.compile(r"[+-]?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?")
_SEPARATORS = re.compile(r"[\s,,、;;]+")
_BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f")
_INVISIBLE = frozenset("\u200b\u2060\ufeff")


def parse(definition: ElementDefinition, raw: object) -> Value:
    """The stored value of what a person typed.

    :raises Refusal: with ``field`` = path of the definition; codes ``element.empty``, ``element.<type>``,
        ``element.range``, ``element.length``, ``element.character``, ``element.pattern``, or those of ``identifiers``.
    """
    if not isinstance(raw, str):
        raise _refusal(definition, f"element.{definition.type}", "的值应当是文字", "请重新填写")
    if not raw.strip() or not raw.translate(dict.fromkeys(map(ord, _INVISIBLE))).strip():
        raise _refusal(definition, "element.empty", "还没有填写", f"请填写{definition.name}")
    try:
        value = _PARSERS[definition.type](definition, raw)
    except Refusal as problem:
        if problem.field is None:
            problem.field = definition.path
        raise
    _check_range(definition, value)
    return value


def accept(definition: ElementDefinition, value: object) -> Value:
    """A value that arrived as JSON (API, register, licence): text is parsed, other types must be the element's own.

    :raises Refusal: as :func:`parse`.
    """
    if isinstance(value, str):
        return parse(definition, value)
    text = _as_input(definition, value)
    if text is None:
        raise _refusal(definition, f"element.{definition.type}", "的数据类型不对", "请核对数据来源")
    return parse(definition, text)


def to_input(definition: ElementDefinition, value: Value) -> str:
    """The text that stands in the form field.

    :raises Refusal: ``element.value`` when the stored value is not of the element's type.
    """
    text = _as_input(definition, value)
    if text is None:
        raise _refusal(definition, "element.value", "保存的值与定义不符", "请重新填写这一项")
    return text


def display(definition: ElementDefinition, value: Value) -> str:
    """What people read: labels, thousands, units, Chinese dates.

    :raises Refusal: ``element.value``.
    """
    text = to_input(definition, value)
    match definition.type:
        case "integer" | "decimal":
            return f"{_grouped(text)} {definition.unit}".rstrip()
        case "money":
            return yuan(Decimal(text) * 100)
        case "date":
            year, month, day = text.split("-")
            return f"{int(year)}年{int(month)}月{int(day)}日"
        case "boolean":
            return "是" if value else "否"
        case "code":
            return _label(definition, text)
        case "codes":
            return "、".join(_label(definition, code) for code in text.split(",") if code)
        case _:
            return f"{text} {definition.unit}".rstrip()


def mask(definition: ElementDefinition, value: Value) -> str:
    """As :func:`display`, with personal values hidden; public and internal elements are shown whole."""
    if not definition.is_personal:
        return display(definition, value)
    how = _MASKS.get(definition.pattern_name) or _MASKS.get(definition.type)
    if how is None or not isinstance(value, str):
        return "****"
    return how(value)


_MASKS: dict[str, Callable[[str], str]] = {
    "id_number": masking.mask_id_number,
    "mobile": masking.mask_mobile,
    "address": masking.mask_address,
    "person_name": masking.mask_name,
    "email": masking.mask_email,
    "bank_account": masking.mask_bank,
}


def _parse_text(definition: ElementDefinition, raw: str) -> str:
    value = " ".join(_clean(definition, raw.replace("\r", " ").replace("\n", " ").replace("\t", " ")).split())
    if definition.pattern_name:
        pattern = PATTERNS[definition.pattern_name]
        if definition.pattern_name not in ("person_name",):
            value = identifiers.half_width(value)
        if definition.pattern_name in ("bank_account", "postcode"):
            value = value.replace(" ", "")
        if not pattern.expression.fullmatch(value):
            raise _refusal(definition, "element.pattern", pattern.sentence, pattern.remedy)
    return _within_length(definition, value)


def _parse_long_text(definition: ElementDefinition, raw: str) -> str:
    lines = _clean(definition, raw.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")).split("\n")
    return _within_length(definition, "\n".join(line.rstrip() for line in lines).strip())


def _clean(definition: ElementDefinition, text: str) -> str:
    """Canonical composition without invisible characters; controls and tricks with the direction of writing refused."""
    for character in text:
        if character != "\n" and (unicodedata.category(character) in ("Cc", "Cs") or character in _BIDI):
            raise _refusal(definition, "element.character", "里有看不见的控制字符", "请删除后重新输入，不要从别处粘贴")
    return unicodedata.normalize("NFC", "".join(character for character in text if character not in _INVISIBLE))


def _within_length(definition: ElementDefinition, value: str) -> str:
    if len(value) > definition.longest:
        raise _refusal(
            definition,
            "element.length",
            f"最多 {definition.longest} 个字，现在是 {len(value)} 个字",
            "请精简后再填写",
        )
    return value


def _number_text(raw: str, unit: str) -> str:
    """Half width, without blanks, unit and thousands separators."""
    text = (
        identifiers.tidy(raw).replace("−", "-").removesuffix(identifiers.tidy(unit)).removeprefix("¥").removeprefix("¥")
    )
    return text.replace(",", "") if _THOUSANDS.fullmatch(text) else text


def _parse_integer(definition: ElementDefinition, raw: str) -> int:
    text = _number_text(raw, definition.unit)
    if not _INTEGER.fullmatch(text):
        raise _refusal(definition, "element.integer", "应为整数", "请只填写数字，例如 12")
    return int(text)


def _parse_decimal(definition: ElementDefinition, raw: str) -> str:
    text = _number_text(raw, definition.unit)
    if not _DECIMAL.fullmatch(text):
        raise _refusal(definition, "element.decimal", "应为数字，小数最多 6 位", "请只填写数字，例如 120.5")
    return canonical(Decimal(text))


def _parse_money(definition: ElementDefinition, raw: str) -> int:
    text = _number_text(raw, "元")
    if not _MONEY.fullmatch(text):
        raise _refusal(definition, "element.money", "应为金额，小数最多 2 位", "请按元填写数字，例如 1200.50")
    return int(Decimal(text) * 100)


def _parse_date(definition: ElementDefinition, raw: str) -> str:
    found = _DATE.fullmatch(identifiers.tidy(raw))
    try:
        if not found:
            raise ValueError(raw)
        year, month, day = (int(part) for part in found.groups() if part is not None)
        return date(year, month, day).isoformat()
    except ValueError:
        raise _refusal(definition, "element.date", "不是一个存在的日期", "请按年-月-日填写，例如 2026-03-15") from None


def _parse_boolean(definition: ElementDefinition, raw: str) -> bool:
    word = identifiers.tidy(raw).lower()
    if word in _TRUE:
        return True
    if word in _FALSE:
        return False
    raise _refusal(definition, "element.boolean", "应选择“是”或“否”", "请重新选择")


def _parse_code(definition: ElementDefinition, raw: str) -> str:
    code = raw.strip()
    if definition.code_list is None or definition.code_list.label(code) is None:
        raise _refusal(definition, "element.code", "不在可选范围内", "请从列表里选择一项")
    return code


def _parse_codes(definition: ElementDefinition, raw: str) -> list[str]:
    chosen = {_parse_code(definition, code) for code in _SEPARATORS.split(raw) if code}
    if not chosen or definition.code_list is None:
        raise _refusal(definition, "element.empty", "还没有选择", "请从列表里至少选择一项")
    return [entry.code for entry in definition.code_list.codes if entry.code in chosen]


_PARSERS: dict[str, Callable[[ElementDefinition, str], Value]] = {
    "text": _parse_text,
    "long_text": _parse_long_text,
    "address": _parse_text,
    "integer": _parse_integer,
    "decimal": _parse_decimal,
    "money": _parse_money,
    "date": _parse_date,
    "boolean": _parse_boolean,
    "code": _parse_code,
    "codes": _parse_codes,
    "id_number": lambda _, raw: identifiers.parse_id_number(raw).value,
    "uscc": lambda _, raw: identifiers.parse_uscc(raw),
    "mobile": lambda _, raw: identifiers.parse_mobile(raw),
}


def canonical(number: Decimal) -> str:
    """The one text of a decimal: no exponent, no trailing zeros, no negative zero."""
    text = f"{number:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text


def yuan(fen: Decimal) -> str:
    """An amount as people read it: whole yuan without decimals, else both."""
    return f"{fen / 100:,.0f} 元" if fen % 100 == 0 else f"{fen / 100:,.2f} 元"


def _check_range(definition: ElementDefinition, value: Value) -> None:
    low, high = definition.min, definition.max
    if definition.type not in ("integer", "decimal", "money", "date") or (low is None and high is None):
        return
    place: Callable[[Value], Decimal | str] = str if definition.type == "date" else lambda item: Decimal(str(item))
    if low is not None and place(value) < place(low):  # type: ignore[operator]
        raise _refusal(definition, "element.range", f"不能小于 {display(definition, low)}", "请核对后重新填写")
    if high is not None and place(value) > place(high):  # type: ignore[operator]
        raise _refusal(definition, "element.range", f"不能大于 {display(definition, high)}", "请核对后重新填写")


def _as_input(definition: ElementDefinition, value: object) -> str | None:
    """Text of a stored value, or None when it is not of the element's type."""
    match definition.type:
        case "integer":
            return str(value) if _is_int(value) else None
        case "money":
            return canonical(Decimal(int(value)) / 100) if _is_int(value) else None  # type: ignore[call-overload]
        case "boolean":
            return ("true" if value else "false") if isinstance(value, bool) else None
        case "codes":
            if not isinstance(value, list | tuple) or not all(isinstance(code, str) for code in value):
                return None
            return ",".join(value)
        case "decimal":
            return value if isinstance(value, str) and _DECIMAL.fullmatch(value) else None
        case "date":
            return value if isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value) else None
        case _:
            return value if isinstance(value, str) else None


def _is_int(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**15


def _grouped(text: str) -> str:
    whole, point, fraction = text.partition(".")
    return f"{int(whole):,}{point}{fraction}" if whole not in ("-0", "-") else text


def _label(definition: ElementDefinition, code: str) -> str:
    return (definition.code_list.label(code) if definition.code_list else None) or code


def _refusal(definition: ElementDefinition, code: str, sentence: str, remedy: str) -> Refusal:
    return Refusal(code, f"{definition.name}{sentence}", field=definition.path, remedy=remedy)
