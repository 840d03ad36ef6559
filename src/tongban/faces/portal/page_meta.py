"""What a public page says of itself outside the page: search engines and WeChat show it (MOB-04, PRT-10). Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tongban.registry.catalog.taxonomy import INDUSTRIES


@dataclass(frozen=True)
class PageMeta:
    """``path`` is the canonical address, without filters; region, category path and industry are its taxonomy."""

    title: str
    description: str
    path: str
    kind: str = "website"
    region: str = ""
    category: str = ""
    industry: str = ""


def industry_words(codes: Iterable[str]) -> str:
    """The sections of industry codes (GB/T 4754) in words, each once."""
    return "、".join(dict.fromkeys(INDUSTRIES[code[0]] for code in codes if code[:1] in INDUSTRIES))


def category_words(*path: str) -> str:
    """A category path as it is written: 办事大厅 > 个人办事."""
    return " > ".join(part for part in path if part)
