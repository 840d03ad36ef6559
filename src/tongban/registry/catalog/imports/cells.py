"""A cell of a workbook as text, or what is wrong with it. Pure.

A cell comes as text, number, truth value, nothing, or a mark: ``{"d": "2026-11-18"}`` a date, ``{"f": value}`` a
formula with its last value, ``{"e": "#REF!"}`` an error.
"""

from __future__ import annotations

import re
from typing import Any

from tongban.registry.catalog.imports.faults import Unreadable

LONGEST = 20_000
"""Characters of one cell; a spreadsheet itself holds at most 32,767."""
EXACT_DIGITS = 15
"""A spreadsheet keeps 15 digits of a number; whatever stood behind them is lost."""

_ERRORS = re.compile(
    r"#(REF!|N/A|VALUE!|DIV/0!|NAME\?|NULL!|NUM!|SPILL!|CALC!|FIELD!|BLOCKED!|CONNECT!|UNKNOWN!|GETTING_DATA)$|Err:\d+$"
)
_SCIENTIFIC = re.compile(r"[+-]?\d(\.\d+)?[Ee]\+?\d{2,3}$")
_INVISIBLE = re.compile("[\u200b-\u200d\u2060\ufeff\u00ad]")
_BLANKS = re.compile("[\u00a0\u3000\u2000-\u200a\u202f]")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_GUARDED = re.compile(r"'+[=+\-@\t\r]")
_DANGEROUS = re.compile(r"'*[=+\-@\t\r]")
_UNREADABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2061-\u206f\ud800-\udfff\ufff9-\uffff"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0001-\U000e007f]"
)
"""Control characters, halves of pairs, the sign of a lost character, and signs that turn the direction of writing."""
_EXCEL_DAYS = (20_000, 80_000)
NO_FORMULA = "复制这一列，用“选择性粘贴—值”贴回原处，再保存"
AS_TEXT = "把这一列设为文本格式，重新填写或重新导出后再保存"


REFUSED, WELCOME, WANTED = "refused", "welcome", "wanted"
"""What a date is in a column: a mistake of the spreadsheet, a value like any other, or what the column is made for."""


def text_of(cell: Any, dates: str = REFUSED) -> str:
    """The text of a cell, trimmed; lines are parted by ``\\n``.

    :param dates: :data:`REFUSED`, :data:`WELCOME` or :data:`WANTED` (then a bare number is no date).
    :raises Unreadable: the cell cannot be taken as told.
    """
    if cell is None or cell == "":
        return ""
    if isinstance(cell, str):
        return _of_text(cell)
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, int | float):
        return _of_number(cell, dates)
    if "f" in cell:
        raise Unreadable("是公式，不是写定的内容", NO_FORMULA)
    if "e" in cell:
        raise Unreadable(f"是错误值 {cell['e']}", "在原表里改正这一格，或写上内容后再保存")
    if dates == REFUSED:
        raise Unreadable(f"是日期 {cell['d']}，可能是表格软件自动改成的（例如把“3-5”改成 3 月 5 日）", AS_TEXT)
    return str(cell["d"])


def _of_number(value: int | float, dates: str) -> str:
    if value != value or value in (float("inf"), float("-inf")):
        raise Unreadable("不是正常的数字", "在原表里改正这一格")
    if abs(value) >= 10**EXACT_DIGITS:
        raise Unreadable(f"是超过 {EXACT_DIGITS} 位的数字，后面的几位已经丢失", AS_TEXT)
    whole = float(value).is_integer()
    if dates == WANTED and whole and _EXCEL_DAYS[0] <= value <= _EXCEL_DAYS[1]:
        raise Unreadable(f"是数字 {int(value)}，应当是日期", "把这一列设为日期格式（例如 2026-11-18），再保存")
    return str(int(value)) if whole else repr(float(value))


def _of_text(raw: str) -> str:
    if len(raw) > LONGEST:
        raise Unreadable(f"有 {len(raw)} 个字，最多 {LONGEST} 个", "缩短这一格，或把内容分到几列")
    text = raw.strip()
    if not text.isascii() or "_x" in text or "\r" in text:
        text = _INVISIBLE.sub("", _BLANKS.sub(" ", _ESCAPED.sub(_unescape, text))).strip()
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "\n" in text:
        text = "\n".join(line.strip() for line in text.split("\n")).strip()
    if _ERRORS.match(text):
        raise Unreadable(f"是错误值 {text}", "在原表里改正这一格，或写上内容后再保存")
    if _SCIENTIFIC.match(text):
        raise Unreadable(f"是科学记数 {text}，原来的号码已经丢失", AS_TEXT)
    if found := _UNREADABLE.search(text):
        sentence = f"有无法辨认的字符（U+{ord(found[0]):04X}）"
        raise Unreadable(sentence, "删掉这个字符，或从原系统重新导出")
    return text


def _unescape(found: re.Match[str]) -> str:
    """``_x000D_`` is how spreadsheets write a character that XML cannot hold; only line ends are taken back."""
    code = int(found[1], 16)
    return "\n" if code in (10, 13) else found[0]


def guarded(text: str) -> str:
    """Text for a cell of a CSV file that no spreadsheet takes for a formula."""
    return f"'{text}" if _DANGEROUS.match(text) else text


def unguarded(text: str) -> str:
    """The way back of :func:`guarded`: one leading apostrophe less, where it stands before a sign of a formula."""
    return text[1:] if _GUARDED.match(text) else text
