"""What the public pages show of published items: cards, themes, departments. Pure, from compiled content."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongban.registry.catalog.themes import THEMES
from tongban.registry.catalog.version import TimeLimit, VersionContent

CASE_TYPES: Mapping[str, Promise | str] = {"instant": gettext_lazy("即办件"), "promised": gettext_lazy("承诺件")}
AUDIENCE: Mapping[str, Promise | str] = {"person": gettext_lazy("个人"), "organisation": gettext_lazy("企业和单位")}
_UNITS = {
    "个工作日": "working_day",
    "日": "calendar_day",
    "小时": "hour",
    "分钟": "minute",
    "个月": "month",
    "年": "year",
}
_TOLD = re.compile(rf"(\d+) ({'|'.join(_UNITS)})")


@dataclass(frozen=True)
class ServiceCard:
    """One item in a list: name, purpose, three facts."""

    slug: str
    name: str
    plain: str
    time: str
    fee: str
    visits: str
    department: str
    online: bool


@dataclass(frozen=True)
class ThemeTile:
    """A theme that holds items, with their true number."""

    key: str
    name: str
    icon: str
    count: int


@dataclass(frozen=True)
class DepartmentChip:
    """A department with the true number of its items."""

    name: str
    count: int


def limit_words(limit: TimeLimit) -> str:
    """``5 个工作日``, ``当场``."""
    if limit.unit == "at_once":
        return _("当场")
    units = {
        "working_day": _("%(n)s 个工作日"),
        "calendar_day": _("%(n)s 日"),
        "hour": _("%(n)s 小时"),
        "minute": _("%(n)s 分钟"),
        "month": _("%(n)s 个月"),
        "year": _("%(n)s 年"),
    }
    return units[limit.unit] % {"n": limit.n}


def told_limit(words: str) -> str:
    """A limit that the search index keeps as Chinese words, in the language of the page."""
    if words == "当场":
        return _("当场")
    told = _TOLD.fullmatch(words)
    return limit_words(TimeLimit(int(told[1]), _UNITS[told[2]], "")) if told else words


def is_online(content: VersionContent) -> bool:
    """全程网办： from submission to the result without a visit; derived, never ticked."""
    return {"submit", "handle", "result"} <= set(content.online_depth) and content.visits_required == 0


def visits_words(content: VersionContent) -> str:
    """``不用跑``, ``最多跑 1 次``."""
    if content.visits_required == 0:
        return _("不用跑")
    return _("最多跑 %(n)s 次") % {"n": content.visits_required}


def service_card(content: VersionContent) -> ServiceCard:
    """The card of one item."""
    return ServiceCard(
        content.slug,
        content.name,
        content.plain,
        limit_words(content.promised_limit),
        _("不收费") if content.fee in ("", "不收费") else content.fee,
        visits_words(content),
        content.authority.name,
        is_online(content),
    )


def service_cards(options: Iterable[VersionContent]) -> tuple[ServiceCard, ...]:
    """Cards in the order given."""
    return tuple(service_card(content) for content in options)


def theme_tiles(options: Sequence[VersionContent]) -> tuple[ThemeTile, ...]:
    """Only themes that hold something, in the portal's order."""
    counts = {key: sum(key in content.themes for content in options) for key in THEMES}
    return tuple(ThemeTile(t.key, t.name, t.icon, counts[t.key]) for t in THEMES.values() if counts[t.key])


def departments(options: Sequence[VersionContent]) -> tuple[DepartmentChip, ...]:
    """Departments that decide something here, most items first."""
    counts: dict[str, int] = {}
    for content in options:
        counts[content.authority.name] = counts.get(content.authority.name, 0) + 1
    return tuple(DepartmentChip(name, n) for name, n in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))


def hot_words(options: Sequence[VersionContent], most: int) -> tuple[str, ...]:
    """A few ways of saying it that lead somewhere: the aliases of the items, taken in turn."""
    rounds = range(max((len(content.aliases) for content in options), default=0))
    words = [content.aliases[n] for n in rounds for content in options if n < len(content.aliases)]
    return tuple(dict.fromkeys(words))[:most]
