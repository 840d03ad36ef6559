"""What an item code tells by itself, the entry it belongs to, and the address of an option. Pure.

Codes are opaque: only two known writings are looked into, 31 characters (credit code 18, level 1, basic code 12) and
the same with its parts apart (``511Z07001006-511602000000-000-<credit code>-1-00``).
"""

from __future__ import annotations

import base64
import hashlib
import re

from tongban.ground.errors import Refusal
from tongban.ground.identifiers import half_width, parse_uscc

LONGEST_ITEM, LONGEST_OPTION, LONGEST_SLUG = 64, 80, 80
LOCAL = "~"
"""First character of an entry code that stands for a basic code nobody told; never exported."""
WITHOUT_CODE = "待补"
"""First characters of what stands in place of the credit code of a department whose code nobody told."""

_PLAIN = re.compile(r"[0-9A-Z]+(-[0-9A-Z]+)*$")
_WRITTEN = re.compile(r"[0-9A-Za-z._\-]+$")
_ENTRY = re.compile(r"[0-9A-Z]{12}$")


def tidy(text: str) -> str:
    """A code without blanks and full-width signs; its letters stay as they are."""
    return re.sub(r"\s+", "", half_width(text))


def is_code(text: str) -> bool:
    """Letters, digits, hyphen, dot and underline."""
    return bool(_WRITTEN.match(text))


def credit_code(text: str) -> str:
    """The unified social credit code, or nothing when it is none."""
    try:
        return parse_uscc(text) if text else ""
    except Refusal:
        return ""


def department_code_in(item_code: str) -> str:
    """The credit code of the department that an item code names; empty when it names none."""
    if len(item_code) >= 31 and "-" not in item_code:
        return credit_code(item_code[:18])
    found = [code for part in item_code.split("-") if len(part) == 18 and (code := credit_code(part))]
    return found[-1] if found else ""


def entry_code(told: str, item_code: str) -> str:
    """The basic code (12 characters): as told, else out of the item code, else one of our own for this item."""
    if told:
        return told
    if len(item_code) == 31 and department_code_in(item_code):
        return item_code[19:]
    first = item_code.split("-")[0]
    if "-" in item_code and _ENTRY.match(first):
        return first
    return LOCAL + _digest(item_code, 11).upper()


def is_entry_code(text: str) -> bool:
    """Twelve digits or capital letters."""
    return bool(_ENTRY.match(text))


def item_code_of(option_code: str) -> str:
    """The item of an option whose list names only the option: 31 + 2 characters by the national structure."""
    return option_code[:31] if len(option_code) == 33 and department_code_in(option_code[:31]) else option_code


def slugs(option_code: str) -> tuple[str, str]:
    """The address of an option and, should another option have it already, the one to take instead.

    A code of digits, capitals and single hyphens is its own address in small letters; any other gets a mark of its
    own, so that two codes never share one.
    """
    mark = _digest(option_code, 8).lower()
    readable = re.sub(r"[^0-9a-z]+", "-", option_code.lower()).strip("-")[: LONGEST_SLUG - 9].strip("-")
    marked = f"{readable}-{mark}" if readable else mark
    return (option_code.lower() if _PLAIN.match(option_code) else marked), marked


def stand_in(region_code: str, name: str) -> str:
    """What stands in place of the credit code of a department until somebody fills it in (18 characters)."""
    return WITHOUT_CODE + _digest(f"{region_code}:{name}", 16).upper()


def _digest(text: str, length: int) -> str:
    return base64.b32encode(hashlib.sha256(text.encode()).digest()).decode()[:length]
