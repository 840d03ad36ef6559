"""What the house already holds of an applicant: values to fill in, materials not to be asked for again. Pure.

WIN-20 (a window must not ask again for what was handed in online or is shared), WIN-22 and IDN-07 (one form, filled in
from what is known). Everything hangs on the dictionary: a value on its element, a material on its code in the library,
an e-licence on the code of its kind, which is the code of the material that it is.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal

from tongban.ground.elements import ElementDefinition

Kind = Literal["register", "licence", "case", "draft"]

PASSING: Final = frozenset({"date", "money", "long_text", "boolean"})
"""Types of elements that speak of one occasion: a day, a sum, a story, yes or no. They are asked every time."""
REASONS: Final[Mapping[str, str]] = {
    "changed": "情况变了，以前的材料不能说明这次的事",
    "other_object": "以前的材料说的是另一处场所或另一个项目",
    "unreadable": "看不清，或者缺页",
    "doubtful": "对真实性有疑问，要核对原件",
    "applicant": "申请人自己要换一份新的",
}
"""Why something that is held is asked for all the same: a closed list, so that it can be counted."""
SOURCES: Final[Mapping[Kind, str]] = {"licence": "licence", "case": "reused", "draft": "online", "register": "verified"}
"""``source`` of the case's material, by where it was held."""
_RANK: Final[Mapping[Kind, int]] = {"licence": 0, "draft": 1, "case": 2, "register": 3}


@dataclass(frozen=True, slots=True)
class Origin:
    """Where something that is held came from. ``name``: of the licence, or the item that was applied for."""

    kind: Kind
    name: str = ""
    on: date | None = None
    case_id: uuid.UUID | None = None

    @property
    def code(self) -> str:
        """One line that a draft keeps beside a value: kind, day, name."""
        return f"{self.kind}:{self.on.isoformat() if self.on else ''}:{self.name}"


def origin_of(code: str) -> Origin | None:
    """The origin that :attr:`Origin.code` wrote; None for any other text."""
    kind, _, rest = code.partition(":")
    day, _, name = rest.partition(":")
    if kind not in _RANK or not _:
        return None
    return Origin(kind, name, date.fromisoformat(day) if day else None)  # type: ignore[arg-type]  # checked above


def words(origin: Origin, whose: str = "您") -> str:
    """Where it came from, in words, e.g. 来自您 2026 年 3 月的申请（公共场所卫生许可）."""
    when = f" {origin.on.year} 年 {origin.on.month} 月" if origin.on else ""
    if origin.kind == "licence":
        return f"来自电子证照《{origin.name}》" + (f"（{when.strip()}签发）" if when else "")
    if origin.kind == "case":
        return f"来自{whose}{when}的申请（{origin.name}）"
    if origin.kind == "draft":
        return f"来自{whose}{when}在网上传的材料（{origin.name}）"
    return f"来自{whose}已登记的信息"


@dataclass(frozen=True, slots=True)
class Known:
    """A value that is held, for an element."""

    value: Any
    origin: Origin


@dataclass(frozen=True, slots=True)
class HeldMaterial:
    """A material that is held. ``key`` names it: ``licence:ID``, ``case:ID``, ``draft:ID/CODE``."""

    key: str
    code: str
    files: tuple[uuid.UUID, ...]
    origin: Origin
    grade: str = "C"
    valid_until: date | None = None


def lasts(definition: ElementDefinition) -> bool:
    """Whether an answer of last time may be offered again."""
    return definition.type not in PASSING


def fitting(definition: ElementDefinition, value: Any) -> bool:
    """Whether a kept value still fits its element: a code that was abolished since does not."""
    if definition.code_list is None:
        return value not in (None, "", [])
    known = {code.code for code in definition.code_list.codes}
    return set(value if isinstance(value, list) else [value]) <= known


def best(offers: Iterable[HeldMaterial], on: date) -> dict[str, HeldMaterial]:
    """For each material the one to use: a licence before an upload of now before one of an earlier case, the newest."""
    found: dict[str, HeldMaterial] = {}
    for offer in sorted(offers, key=lambda one: (_RANK[one.origin.kind], -(one.origin.on or date.min).toordinal())):
        if offer.files and (offer.valid_until is None or offer.valid_until >= on):
            found.setdefault(offer.code, offer)
    return found


def first_day(on: date, months: int) -> date:
    """The day that many months before, at the latest the 28th: from then on what was given counts as held."""
    whole = on.year * 12 + on.month - 1 - months
    return date(whole // 12, whole % 12 + 1, min(on.day, 28))
