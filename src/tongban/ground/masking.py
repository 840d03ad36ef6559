"""Masking of personal values for screens and papers, fixed in one place (checklist peers-trust g6, line 12).

Masking is total: whatever stands in the field, something safe comes out and nothing is raised. What does not look like
the expected value is hidden completely. Unmasking is another thing: it needs a purpose and leaves a ledger event.
"""

from __future__ import annotations

import re

# Compound surnames in use; a name that begins with one of them keeps both characters.
_COMPOUND = (
    "欧阳司马上官诸葛夏侯东方皇甫尉迟公孙慕容令狐宇文长孙司徒司空轩辕端木百里呼延南宫独孤澹台公冶宗政濮阳淳于单于"
    "太叔申屠仲孙钟离鲜于闾丘亓官拓跋夹谷宰父谷梁段干东郭南门羊舌微生梁丘左丘东门西门第五完颜纳兰赫连耶律爱新"
)
_COMPOUND_SURNAMES = frozenset(_COMPOUND[place : place + 2] for place in range(0, len(_COMPOUND), 2))
_COUNTY = re.compile(r".{2,}?(?:(?<!自治)(?<![小社园街校厂库景住])区|自治县|县|自治旗|(?<=.)旗)")
_TOWN = re.compile(r".{2,}?(?:街道|镇|乡|苏木)")
_CITY = re.compile(r".{1,}?市")
_HOUSE = re.compile(r"[0-9０-９A-Za-z]")


def mask_id_number(value: str) -> str:
    """``11010519491231002X`` -> ``110***********002X``: the first three and the last four stay."""
    if re.fullmatch(r"[0-9]{17}[0-9Xx]|[0-9]{15}", value):
        return f"{value[:3]}{'*' * (len(value) - 7)}{value[-4:]}"
    return "*" * len(value)


def mask_mobile(value: str) -> str:
    """``13800138000`` -> ``138****8000``."""
    if re.fullmatch(r"[0-9]{11}", value):
        return f"{value[:3]}****{value[-4:]}"
    return "*" * len(value)


def mask_name(value: str) -> str:
    """``张三`` -> ``张*``, ``张三丰`` -> ``张*丰``, ``欧阳娜娜`` -> ``欧阳**``; a name of another form keeps its first
    character."""
    name = value.strip()
    if len(name) <= 1:
        return "*" * len(name)
    if name[:2] in _COMPOUND_SURNAMES and len(name) > 2:
        return f"{name[:2]}{'*' * (len(name) - 2)}"
    if len(name) in (3, 4) and not name.isascii():
        return f"{name[0]}{'*' * (len(name) - 2)}{name[-1]}"
    return f"{name[0]}{'*' * (len(name) - 1)}"


def mask_bank(value: str) -> str:
    """``6222021234567890123`` -> ``6222***********0123``: the first four and the last four stay."""
    if re.fullmatch(r"[0-9]{12,30}", value):
        return f"{value[:4]}{'*' * (len(value) - 8)}{value[-4:]}"
    return "*" * len(value)


def mask_address(value: str) -> str:
    """Cut after the county, or where there is none after the town, or the city; the rest becomes four stars.

    ``云溪市临川区人民路12号`` -> ``云溪市临川区****``. Only what stands before the first digit or letter is searched.
    """
    text = value.strip()
    if not text:
        return ""
    house = _HOUSE.search(text)
    before = text[: house.start()] if house else text
    for level in (_COUNTY, _TOWN, _CITY):
        found = level.match(before)
        if found:
            return f"{found.group()}****"
    return "****"


def mask_email(value: str) -> str:
    """``anna@x.cn`` -> ``a***@x.cn``."""
    text = value.strip()
    if not text:
        return ""
    name, at, domain = text.rpartition("@")
    return f"{name[0]}***@{domain}" if at and name and domain else "***"
