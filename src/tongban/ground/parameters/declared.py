"""Which parameters the house reads, what each means, and what its value must look like.

A room declares what it reads (in its ``ready``). A value that the room could not read is refused when it is set: found
later, it would stop every page that asks for it. A city may set further codes for the rules of its items; such a value
is a number, words, true or false.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from importlib import resources
from typing import Any, Final

from tongban.ground.errors import Refusal

MOST_WORDS: Final = 300


@dataclass(frozen=True, slots=True)
class Declared:
    """A parameter that a room reads.

    :param name: what the administrator calls it (message id).
    :param meaning: what it decides, and what counts while nobody has set it (message id).
    :param example: a value as it is typed: a number, a word, or JSON.
    :param check: raises anything for a value that the room cannot read.
    :param by_hand: whether people set it; ``False``: the platform notes it by itself.
    """

    code: str
    name: str
    meaning: str
    example: str
    check: Callable[[Any], object]
    by_hand: bool = True


_DECLARED: Final[dict[str, Declared]] = {}


def declare(parameter: Declared) -> None:
    """Name a parameter that this process reads; a second time replaces the first."""
    _DECLARED[parameter.code] = parameter


def declared() -> tuple[Declared, ...]:
    """Every parameter that the house reads, by code."""
    return tuple(_DECLARED[code] for code in sorted(_DECLARED))


def declared_of(code: str) -> Declared | None:
    """What is known about a code; ``None`` for one of the city's own."""
    return _DECLARED.get(code)


def require_readable(code: str, value: Any) -> None:
    """Raise :class:`Refusal` ``parameter.unfit`` for a value that whoever reads ``code`` cannot use."""
    known = _DECLARED.get(code)
    if known is None:
        if isinstance(value, list | dict) or value is None or (isinstance(value, str) and len(value) > MOST_WORDS):
            raise Refusal("parameter.unfit", "取值不对", "value", f"写一个数、是或否，或者 {MOST_WORDS} 字以内的文字")
        return
    try:
        known.check(value)
    except Refusal:
        raise
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
        raise Refusal(
            "parameter.unfit", f"「{known.name}」的取值不对", "value", f"照这个样子写：{known.example}"
        ) from None


def whole_number(least: int, most: int) -> Callable[[Any], object]:
    """A check: a whole number between the two, both included."""

    def check(value: Any) -> None:
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise ValueError(value)

    return check


def shipped_example(package: str, path: str) -> str:
    """The newest of the rules that a room ships as a list in a JSON file, as it would be typed."""
    rules = json.loads(resources.files(package).joinpath(path).read_text(encoding="utf-8"))
    return json.dumps(rules[-1], ensure_ascii=False)
