"""The definition of a data element: one meaning, one type, one unit, one source of truth, one sensitivity.

A definition is frozen into the published item version as JSON. Its path is a *template*: groups that repeat carry empty
brackets (``premises[].area_m2``); an answer carries the key of its entry (``premises[0].area_m2``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, get_args

from tongban.ground.elements.patterns import PATTERNS
from tongban.ground.errors import Refusal

ElementType = Literal[
    "text",
    "long_text",
    "integer",
    "decimal",
    "money",
    "date",
    "boolean",
    "code",
    "codes",
    "id_number",
    "uscc",
    "mobile",
    "address",
]
Sensitivity = Literal["public", "internal", "personal", "sensitive"]
Value = str | int | bool | list[str]
"""JSON-safe: integer and money (fen) are int, decimal is canonical text, date is ISO text, codes is a list of text."""

_SEGMENT = r"[a-z][a-z0-9_]{0,59}"
_TEMPLATE = re.compile(rf"{_SEGMENT}(?:\[\])?(?:\.{_SEGMENT}(?:\[\])?)*")
_ANSWER = re.compile(rf"{_SEGMENT}(?:\[[A-Za-z0-9_-]{{1,40}}\])?(?:\.{_SEGMENT}(?:\[[A-Za-z0-9_-]{{1,40}}\])?)*")
_KEY = re.compile(r"\[[^\]]*\]")
_LONGEST_PATH = 200
_TEXT_LENGTH: dict[str, int] = {"text": 200, "long_text": 5000, "address": 200}
_RANGED = ("integer", "decimal", "money", "date")
_NUMBER = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,6})?")


def is_template(path: object) -> bool:
    """Whether ``path`` can name a definition, e.g. ``premises[].area_m2``."""
    return isinstance(path, str) and len(path) <= _LONGEST_PATH and bool(_TEMPLATE.fullmatch(path))


def is_answer_path(path: object) -> bool:
    """Whether ``path`` can name an answer, e.g. ``premises[0].area_m2``."""
    return isinstance(path, str) and len(path) <= _LONGEST_PATH and bool(_ANSWER.fullmatch(path))


def template_of(path: str) -> str:
    """``premises[0].area_m2`` -> ``premises[].area_m2``."""
    return _KEY.sub("[]", path)


@dataclass(frozen=True, slots=True)
class Code:
    """One entry of a code list: what is stored, and what people read."""

    code: str
    label: str


@dataclass(frozen=True, slots=True)
class CodeList:
    """A named list of codes in its order."""

    name: str
    codes: tuple[Code, ...]

    def __post_init__(self) -> None:
        known = [code.code for code in self.codes]
        if not known or len(set(known)) != len(known) or not all(_plain(code) for code in known):
            raise _malformed(f"代码表“{self.name}”为空、有重复的代码，或代码里有逗号、空格", "请逐条核对代码表")

    def label(self, code: str) -> str | None:
        """What people read for ``code``; None when it is not in the list."""
        return next((entry.label for entry in self.codes if entry.code == code), None)


@dataclass(frozen=True, slots=True)
class ElementDefinition:
    """A data element.

    :param path: template path, the identity of the element.
    :param name: Chinese name as people read it, e.g. 场所面积.
    :param unit: what a number counts, e.g. 平方米; money is stored in fen and shown in yuan.
    :param code_list: for ``code`` and ``codes`` only, and needed there.
    :param sensitivity: ``public`` and ``internal`` are shown, ``personal`` and ``sensitive`` are masked.
    :param source: source of truth, e.g. ``population_register``; empty: the applicant.
    :param min, max: inclusive; int for integer and money (fen), text for decimal, ISO text for date.
    :param max_length: characters, text types only; default 200, long text 5000.
    :param pattern_name: text only, a name of :data:`~tongban.ground.elements.patterns.PATTERNS`.
    :raises Refusal: ``element.definition``.
    """

    path: str
    name: str
    type: ElementType
    unit: str = ""
    code_list: CodeList | None = None
    sensitivity: Sensitivity = "public"
    source: str = ""
    min: int | str | None = None
    max: int | str | None = None
    max_length: int | None = None
    pattern_name: str = ""

    def __post_init__(self) -> None:
        if not is_template(self.path):
            raise _malformed(f"数据元路径“{self.path}”的写法不对", "请用小写字母、数字和下划线，用点分级，重复组加 []")
        if not self.name.strip():
            raise _malformed(f"数据元 {self.path} 没有名称", "请填写中文名称")
        if self.type not in get_args(ElementType) or self.sensitivity not in get_args(Sensitivity):
            raise _malformed(f"数据元 {self.path} 的类型或敏感级别不存在", "请从列表里选择")
        if (self.code_list is not None) != (self.type in ("code", "codes")):
            raise _malformed(f"数据元 {self.path} 的类型与代码表不配", "代码类型必须有代码表，其他类型不能有")
        if self.pattern_name and (self.type != "text" or self.pattern_name not in PATTERNS):
            raise _malformed(f"数据元 {self.path} 的格式“{self.pattern_name}”不存在或用错类型", "格式只能用于单行文本")
        self._check_range()

    def _check_range(self) -> None:
        for bound in (self.min, self.max):
            if bound is not None and (self.type not in _RANGED or not _is_bound(self.type, bound)):
                raise _malformed(f"数据元 {self.path} 的上下限写法不对", "整数和金额（分）用数字，小数和日期用文字")
        length = self.max_length
        if length is not None and (self.type not in _TEXT_LENGTH or _not_int(length) or not 1 <= length <= 20_000):
            raise _malformed(f"数据元 {self.path} 的最大长度不对", "只有文本类型可以设最大长度，1 到 20000")

    @property
    def longest(self) -> int:
        """The most characters that a text may have."""
        return self.max_length or _TEXT_LENGTH.get(self.type, 200)

    @property
    def is_personal(self) -> bool:
        """Whether screens mask it unless the duty needs it."""
        return self.sensitivity in ("personal", "sensitive")

    def to_json(self) -> dict[str, Any]:
        """Only what differs from the defaults, so that a version's hash does not change when a field is added."""
        found: dict[str, Any] = {"path": self.path, "name": self.name, "type": self.type}
        for key in ("unit", "source", "min", "max", "max_length", "pattern_name"):
            value = getattr(self, key)
            if value not in ("", None):
                found[key] = value
        if self.sensitivity != "public":
            found["sensitivity"] = self.sensitivity
        if self.code_list is not None:
            codes = [[entry.code, entry.label] for entry in self.code_list.codes]
            found["code_list"] = {"name": self.code_list.name, "codes": codes}
        return found

    @classmethod
    def from_json(cls, content: object) -> ElementDefinition:
        """The inverse of :meth:`to_json`.

        :raises Refusal: ``element.definition`` for anything malformed.
        """
        if not isinstance(content, Mapping):
            raise _malformed("数据元的定义不是一个对象", "请核对数据元的 JSON")
        allowed = {"code_list", *_TEXT_KEYS, *_NUMBER_KEYS}
        if not set(content) <= allowed:
            raise _malformed("数据元的定义里有不认识的项目", f"只能有：{'、'.join(sorted(allowed))}")
        given: dict[str, Any] = dict(content)
        if not all(isinstance(given.get(key, ""), str) for key in _TEXT_KEYS) or not {"path", "name", "type"} <= set(
            given
        ):
            raise _malformed("数据元的定义缺少路径、名称或类型，或写法不对", "请核对数据元的 JSON")
        if given.get("code_list") is not None:
            given["code_list"] = _code_list(given["code_list"])
        return cls(**given)


_TEXT_KEYS = ("path", "name", "type", "unit", "sensitivity", "source", "pattern_name")
_NUMBER_KEYS = ("min", "max", "max_length")


def _code_list(content: object) -> CodeList:
    if isinstance(content, Mapping):
        name, codes = content.get("name"), content.get("codes")
        if isinstance(name, str) and isinstance(codes, list) and all(_is_pair(pair) for pair in codes):
            return CodeList(name, tuple(Code(code, label) for code, label in codes))
    raise _malformed("代码表的写法不对", "代码表要有名称，并逐条写明代码和文字")


def _is_pair(pair: object) -> bool:
    return isinstance(pair, list | tuple) and len(pair) == 2 and all(isinstance(part, str) for part in pair)


def _is_bound(kind: str, bound: object) -> bool:
    if kind in ("integer", "money"):
        return not _not_int(bound)
    if not isinstance(bound, str):
        return False
    return bool(_NUMBER.fullmatch(bound)) if kind == "decimal" else _is_date(bound)


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _not_int(value: object) -> bool:
    return not isinstance(value, int) or isinstance(value, bool)


def _plain(code: str) -> bool:
    return bool(code) and not re.search(r"[\s,,、;;]", code)


def _malformed(sentence: str, remedy: str) -> Refusal:
    return Refusal("element.definition", sentence, remedy=remedy)
