"""Whose an item is: the department that a list names, found among those we know. Pure.

A name is matched by its credit code, by the whole name, by the short name, or by what it means: without the region in
front and the kind of body behind, with the usual short forms written out; last by the credit code inside its item
codes. Two departments that fit are no match.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

K = TypeVar("K")
MAKE = "make"
"""The choice to make the department that a list names."""

_ENDINGS = re.compile(r"(委员会|办公室|管理局|局|委|办|厅|中心)$")
_LEVEL = re.compile(r"^[市区县州旗镇乡](?=.{2,})")
_SHORT_FORMS: Mapping[str, str] = {
    "发改": "发展和改革", "发展改革": "发展和改革", "经信": "经济和信息化", "工信": "工业和信息化",
    "人社": "人力资源和社会保障", "住建": "住房和城乡建设", "市监": "市场监督", "市场监管": "市场监督",
    "市场监督": "市场监督", "卫健": "卫生健康", "自规": "自然资源和规划", "自然资源": "自然资源和规划",
    "资规": "自然资源和规划", "交运": "交通运输", "交通": "交通运输", "应急": "应急", "退役军人": "退役军人事务",
    "医保": "医疗保障", "文旅": "文化和旅游", "文广旅": "文化广播电视和旅游", "文广旅体": "文化广播电视旅游和体育",
    "教体": "教育体育", "教科体": "教育科技和体育", "科技": "科学技术", "环保": "生态环境", "农业": "农业农村",
    "民宗": "民族宗教事务", "粮储": "粮食和物资储备", "人防": "人民防空", "政务": "政务服务", "政务服务": "政务服务",
    "城管": "城市", "城市": "城市", "公积金": "住房公积金", "金融": "地方金融", "烟草": "烟草专卖",
    "残联": "残疾人联合会", "交警支队": "公安局交通警察支队", "交警大队": "公安局交通警察大队",
    "消防支队": "消防救援支队", "消防大队": "消防救援大队", "林业": "林业和草原", "机关事务": "机关事务",
    "大数据": "大数据发展",
}  # fmt: skip


@dataclass(frozen=True)
class Known:
    """A department that the platform knows."""

    id: int
    name: str
    short_name: str
    uscc: str
    region_no: int


@dataclass
class Named:
    """A department as a list writes it: its number in this import, in how many rows, with which credit codes.

    ``codes``: from a column of their own; ``hints``: only from inside item codes.
    """

    number: int
    name: str
    rows: int = 0
    codes: Counter[str] = field(default_factory=Counter)
    hints: Counter[str] = field(default_factory=Counter)

    @property
    def told_code(self) -> str:
        """The code that a column tells most often."""
        return _commonest(self.codes)

    @property
    def code(self) -> str:
        """The code that is told, else the one that its item codes hold most often; empty when neither is there."""
        return _commonest(self.codes) or _commonest(self.hints)


def _commonest(codes: Counter[str]) -> str:
    return codes.most_common(1)[0][0] if codes else ""


@dataclass(frozen=True)
class Place:
    """A region that a name may begin with: its name and its number."""

    name: str
    no: int


class Units:
    """Finds departments by what a list calls them.

    :param known: departments of the region of the import, of its parts and of what lies above it.
    :param region_no: number of the region of the import: a name without a region means a department of this one.
    :param above: names of that region and of those above it; any of them may stand in front of a name.
    :param parts: its parts: a name that begins with one means a department of that part and of no other.
    """

    def __init__(self, known: Iterable[Known], region_no: int, above: Iterable[str], parts: Iterable[Place]) -> None:
        self._above = tuple(sorted(above, key=len, reverse=True))
        self._parts = tuple(sorted(parts, key=lambda part: len(part.name), reverse=True))
        self._region_no = region_no
        every = tuple(known)
        own = [unit for unit in every if unit.region_no == region_no]
        self._by_code = {unit.uscc: unit.id for unit in every}
        self._by_name = _unique((unit.name, unit) for unit in every)
        self._by_short = _unique((unit.short_name, unit) for unit in own)
        self._by_meaning = _unique(
            ((unit.region_no, self.meaning(name)[1]), unit) for unit in every for name in (unit.name, unit.short_name)
        )

    def find(self, name: str, code: str, hint: str = "") -> int | None:
        """The id of the department, or None when none or more than one fits.

        :param code: its credit code, where the list tells it; ``hint``: one that only its item codes hold.
        """
        return (
            self._by_code.get(code)
            or self._by_name.get(name)
            or self._by_short.get(name)
            or self._by_short.get(_LEVEL.sub("", name))
            or self._by_meaning.get(self.meaning(name))
            or self._by_code.get(hint)
        )

    def meaning(self, name: str) -> tuple[int, str]:
        """Which region and which duty a name means: 区经信局 and 桥西区经济和信息化局 mean the same in 桥西区."""
        text, region_no = name, self._region_no
        for _ in range(2):
            text = next((text.removeprefix(region) for region in self._above if text.startswith(region)), text)
        part = next((part for part in self._parts if text.startswith(part.name)), None)
        if part is not None:
            text, region_no = text.removeprefix(part.name), part.no
        text = _LEVEL.sub("", text) or text
        if text in _SHORT_FORMS:
            return region_no, _SHORT_FORMS[text]
        core = _ENDINGS.sub("", text)
        return region_no, _SHORT_FORMS.get(core, core)


def _unique(pairs: Iterable[tuple[K, Known]]) -> dict[K, int]:
    found: dict[K, set[int]] = {}
    for name, unit in pairs:
        if name:
            found.setdefault(name, set()).add(unit.id)
    return {name: next(iter(ids)) for name, ids in found.items() if len(ids) == 1}


def short_name_of(name: str, regions: Sequence[str]) -> str:
    """A short name for a department that is made: without its region, at most 30 characters."""
    for region in sorted(regions, key=len, reverse=True):
        if name.startswith(region) and len(name) - len(region) >= 2:
            return name.removeprefix(region)[:30]
    return name[:30]
