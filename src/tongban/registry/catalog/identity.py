"""What names a new item: codes, names, whose it is, where; what must be right about them.

The code of an item is put together as the national structure has it: credit code of the department (18), level of
exercise (1), basic code (12); a list of the province may name another one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tongban.ground.errors import Refusal
from tongban.registry.catalog.blank import KINDS, Basics
from tongban.registry.catalog.imports import codes
from tongban.registry.catalog.lawful import cites, exceeds
from tongban.registry.catalog.provisions import TimeLimit
from tongban.registry.catalog.taxonomy import ITEM_TYPES
from tongban.registry.parties.models import Department, Region

LEVELS: Mapping[str, str] = {"province": "2", "city": "3", "county": "4", "township": "5", "village": "6"}
"""行使层级 as the digit of an item code, by the level of a region."""
MOST_NAME = 100
RESERVED = frozenset({"new"})
"""Addresses of the desk that an option's own address would hide behind."""
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*$")
WHOLE_CODE = re.compile(r"[0-9A-Za-z]{31}$")
"""An item code: credit code 18, level 1, basic code 12."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Of which entry, whose, where. ``entry_name`` and ``item_type`` only for an entry that is not there yet.

    :param entry_code: basic code, 12 characters. ``level``: of a region. ``item_code``: empty = put together.
    """

    entry_code: str
    item_name: str
    authority_id: int
    region_id: int
    level: str
    item_code: str = ""
    entry_name: str = ""
    item_type: str = ""


def require_identity(identity: Identity, region: Region, unit: Department | None) -> tuple[Refusal, ...]:
    """Everything that is wrong with codes, names and whose it is, each at its field."""
    return tuple(_identity(identity, region, unit))


def _identity(identity: Identity, region: Region, unit: Department | None) -> Iterator[Refusal]:
    standing = identity.entry_code.startswith(codes.LOCAL)
    if not standing and not codes.is_entry_code(identity.entry_code):
        yield Refusal("catalog.entry_code", "基本编码是 12 位数字或大写字母", "entry_code", "照国家或省的目录写")
    if identity.entry_name and identity.item_type not in ITEM_TYPES:
        yield Refusal("catalog.item_type", "请选择事项类型", "item_type")
    if len(identity.item_name) < 2:
        yield Refusal("catalog.item_name", "请写事项名称", "item_name")
    if identity.item_code and not WHOLE_CODE.match(identity.item_code):
        sentence = f"实施编码是 31 位数字或字母，现在是 {len(identity.item_code)} 位"
        yield Refusal("catalog.item_code", sentence, "item_code", "不知道的不写，按部门、层级和基本编码自动生成")
    if identity.level not in LEVELS:
        yield Refusal("catalog.level", "请选择行使层级", "level")
    elif identity.level != region.level:
        sentence = f"{region.name}是{region.get_level_display()}，和行使层级对不上"
        yield Refusal("catalog.level", sentence, "level", "换一个层级，或换一个地区")
    if unit is None:
        yield Refusal("catalog.authority", "请选择实施部门", "authority")
    elif not unit.region.no <= region.no <= unit.region.end_no:
        sentence = f"{unit.name}不管{region.name}"
        yield Refusal("catalog.authority", sentence, "authority", f"选{region.name}的部门或上级部门")


def require_basics(basics: Basics) -> tuple[Refusal, ...]:
    """Everything that is wrong with the basics, each at its field."""
    return tuple(_basics(basics))


def _basics(basics: Basics) -> Iterator[Refusal]:
    if not 2 <= len(basics.name) <= MOST_NAME:
        yield Refusal("catalog.name", f"业务办理项的名称写 2 到 {MOST_NAME} 个字", "name")
    if basics.slug and not (_SLUG.match(basics.slug) and len(basics.slug) <= codes.LONGEST_SLUG):
        yield Refusal("catalog.slug", "网址名只用小写字母、数字和连字符", "slug", "例如 hygiene-licence；不写就用编码")
    if basics.slug in RESERVED:
        yield Refusal("catalog.slug", f"网址名不能是 {basics.slug}", "slug", "换一个网址名")
    if basics.kind not in KINDS:
        yield Refusal("catalog.kind", "请选择办理类别", "kind")
    yield from _limits(basics)


def _limits(basics: Basics) -> Iterator[Refusal]:
    """The promise ends at the law's limit or before; a limit of law names its article."""
    promised, law = basics.promised, basics.statutory
    if _unwritten(promised):
        yield Refusal("catalog.promised", "请写承诺办结时限", "promised_n", "写几个工作日；当场办结的，单位选“当场”")
    if law is None:
        if basics.legal_regime == "licensing":
            yield Refusal(
                "catalog.statutory", "行政许可要写法定办结时限", "statutory_n", "没有专门规定的是 20 个工作日"
            )
        return
    if _unwritten(law):
        yield Refusal("catalog.statutory", "请写法定办结时限是多少", "statutory_n")
    if not cites(law.basis):
        yield Refusal("catalog.statutory_basis", "法定时限要写依据的条款", "statutory_basis", "写明法规名称和第几条")
    if not _unwritten(promised) and not _unwritten(law) and exceeds(promised, law):
        yield Refusal("catalog.promise_too_long", "承诺时限可能比法定时限还长", "promised_n", "缩短承诺，或核对单位")


def _unwritten(one: TimeLimit) -> bool:
    return one.n == 0 and one.unit != "at_once"
