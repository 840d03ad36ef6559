"""What the pages of the public list show: filters with true numbers, rows in words. Pure but for the numbers."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, replace

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongban.faces.portal import cards
from tongban.registry.catalog import facets
from tongban.registry.catalog.directory import CONFIGURED, LISTED, Counts, Entry, Filters
from tongban.registry.catalog.provisions import TimeLimit
from tongban.registry.catalog.taxonomy import DOMAINS, ITEM_TYPES, LIFE_STAGES
from tongban.registry.catalog.themes import THEMES
from tongban.registry.parties.models import Region

STANDINGS: Mapping[str, Promise | str] = {
    CONFIGURED: gettext_lazy("能在这里办"),
    LISTED: gettext_lazy("清单里有，在别处办"),
}
PARAMETERS: Mapping[str, str] = {
    "can": "standing",
    "how": "how",
    "type": "item_type",
    "audience": "audience",
    "unit": "department",
    "theme": "theme",
    "stage": "stage",
    "domain": "domain",
    "level": "level",
    "region": "region",
}
"""Name in the address -> dimension of the list."""
HOW: Mapping[str, Promise | str] = {
    facets.ONLINE: gettext_lazy("全程网办"),
    facets.INSTANT: gettext_lazy("当场办结"),
    facets.NO_VISIT: gettext_lazy("不用跑"),
}
_LABELS: Mapping[str, Promise | str] = {
    "can": gettext_lazy("能不能在这里办"),
    "how": gettext_lazy("怎么办"),
    "type": gettext_lazy("事项类型"),
    "audience": gettext_lazy("谁来办"),
    "unit": gettext_lazy("部门"),
    "theme": gettext_lazy("主题"),
    "stage": gettext_lazy("人生和企业阶段"),
    "domain": gettext_lazy("公共服务领域"),
    "level": gettext_lazy("哪一级"),
    "region": gettext_lazy("地区"),
}


@dataclass(frozen=True)
class Choice:
    """One choice of a filter with its true number."""

    value: str
    name: str
    count: int


@dataclass(frozen=True)
class FilterView:
    """One filter as a select."""

    parameter: str
    label: str
    value: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True)
class Chosen:
    """A filter that is set: its words, and the address without it."""

    words: str
    without: str


@dataclass(frozen=True)
class Row:
    """One item of the list in words; what is not told is empty."""

    slug: str
    name: str
    department: str
    configured: bool
    plain: str
    time: str
    fee: str
    visits: str
    online: bool


def filters_of(data: QueryDict) -> Filters:
    """The filters of an address; whatever nobody could have chosen is nothing."""
    found = {dimension: data.get(parameter, "")[:40] for parameter, dimension in PARAMETERS.items()}
    return replace(Filters(), **{dimension: value for dimension, value in found.items() if _sane(dimension, value)})


def _sane(dimension: str, value: str) -> bool:
    closed: Mapping[str, Iterable[str]] = {
        "standing": STANDINGS,
        "how": HOW,
        "item_type": ITEM_TYPES,
        "audience": cards.AUDIENCE,
        "theme": THEMES,
        "stage": LIFE_STAGES,
        "domain": DOMAINS,
        "level": Region.Level.values,
    }
    if dimension in closed:
        return value in closed[dimension]
    return value.isascii() and value.isdigit() and len(value) < 13


def views(filters: Filters, counts: Counts, *, without: Container[str] = ()) -> tuple[FilterView, ...]:
    """The filters in the order of the form; one that could only be left alone is left out.

    :param without: parameters that the page itself has set.
    """
    found = []
    for parameter, dimension in PARAMETERS.items():
        if parameter in without:
            continue
        value = getattr(filters, dimension)
        numbers = counts.by[dimension]
        names = _names(dimension, counts)
        choices = [
            Choice(key, str(names[key]), numbers.get(key, 0)) for key in names if numbers.get(key) or key == value
        ]
        if dimension in ("department", "region"):
            choices.sort(key=lambda choice: (-choice.count, choice.name))
        if len(choices) > 1 or value:
            found.append(FilterView(parameter, str(_LABELS[parameter]), value, tuple(choices)))
    return tuple(found)


def chosen(filters: Filters, counts: Counts, data: QueryDict, *, without: Container[str] = ()) -> tuple[Chosen, ...]:
    """The filters that are set, each with the query string that takes it off."""
    found = []
    for parameter, dimension in PARAMETERS.items():
        if parameter not in without and (value := getattr(filters, dimension)):
            rest = data.copy()
            rest.pop(parameter, None)
            rest.pop("after", None)
            words = _names(dimension, counts).get(value, value)
            found.append(Chosen(str(words), f"?{rest.urlencode()}"))
    return tuple(found)


def _names(dimension: str, counts: Counts) -> Mapping[str, Promise | str]:
    closed: Mapping[str, Mapping[str, Promise | str]] = {
        "standing": STANDINGS,
        "how": HOW,
        "item_type": ITEM_TYPES,
        "audience": cards.AUDIENCE,
        "theme": {key: one.name for key, one in THEMES.items()},
        "stage": {key: one.name for key, one in LIFE_STAGES.items()},
        "domain": {key: one.name for key, one in DOMAINS.items()},
        "level": dict(Region.Level.choices),
    }
    return closed[dimension] if dimension in closed else counts.names[dimension]


def rows(entries: Iterable[Entry]) -> tuple[Row, ...]:
    """The entries of a page in words."""
    return tuple(
        Row(
            entry.slug,
            entry.name,
            entry.department,
            entry.configured,
            entry.plain,
            limit_words(*entry.limit) if entry.limit else "",
            _("不收费") if entry.fee == "不收费" else entry.fee,
            visits_words(entry.visits),
            entry.online,
        )
        for entry in entries
    )


def limit_words(n: int, unit: str) -> str:
    """``5 个工作日``; a number whose unit nobody told stands as it is."""
    return cards.limit_words(TimeLimit(n, unit, "")) if unit else _("%(n)s（清单没有写单位）") % {"n": n}


def visits_words(visits: int | None) -> str:
    """``不用跑``, ``最多跑 1 次``, nothing when it is not told."""
    if visits is None:
        return ""
    return _("不用跑") if visits == 0 else _("最多跑 %(n)s 次") % {"n": visits}
