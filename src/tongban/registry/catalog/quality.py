"""How complete the lists are (CAT-12): each element of each department filled, empty or contradictory, with its rows.

The five that every check begins with: case type, promised time, online depth, application mode, visits. What is handled
here and what stands in the lists of others are measured alike. An element that cannot apply to an item (a statutory
limit of a public service, a domain of a licence) counts nowhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection

from tongban.ground import moment
from tongban.ground.errors import NotFound
from tongban.ground.paging import Page
from tongban.ground.policy import Principal, may_ever

PERMISSION = "catalog.version.view"
FILLED, EMPTY, CONTRADICTORY = "filled", "empty", "contradictory"
STATES: Mapping[str, str] = {FILLED: "已填", EMPTY: "没有填", CONTRADICTORY: "自相矛盾"}
PAGE = 20


@dataclass(frozen=True)
class Element:
    """One element: its key, name, and three conditions in SQL over ``told`` (a listing as columns, :data:`_TOLD`).

    ``clash``: told, but against another element; ``why`` says so in words. ``applies``: counts at all.
    """

    key: str
    name: str
    filled: str
    clash: str = "false"
    why: str = ""
    applies: str = "true"

    @property
    def state(self) -> str:
        """SQL of the element's state, NULL where it does not apply."""
        return (
            f"CASE WHEN NOT ({self.applies}) THEN NULL WHEN coalesce({self.clash}, false) THEN 'contradictory'"
            f" WHEN {self.filled} THEN 'filled' ELSE 'empty' END"
        )


_TEXTS = ("item_type", "case_type", "promised_unit", "statutory_unit", "limit_words", "domain", "fee", "fee_basis",
          "result", "address", "phone")  # fmt: skip
_NUMBERS_TOLD = ("promised_n", "statutory_n", "visits")
_LISTS = ("online_depth", "application_modes", "legal_basis", "audience", "conditions", "materials")
_TOLD = ", ".join(
    [f"{name} text" for name in _TEXTS]
    + [f"{name} numeric" for name in _NUMBERS_TOLD]
    + [f"{name} jsonb" for name in _LISTS]
)
"""What is read of a listing, once a row: a listing is unpacked as a whole whatever is asked of it."""


def _told(key: str) -> str:
    if key in _NUMBERS_TOLD:
        return f"told.{key} IS NOT NULL"
    return f"coalesce(told.{key}, '[]') <> '[]'" if key in _LISTS else f"coalesce(told.{key}, '') <> ''"


def _holds(key: str, value: str) -> str:
    return f"coalesce(told.{key} ? '{value}', false)"


_SUBMITS, _ONLINE = _holds("online_depth", "submit"), _holds("application_modes", "online")
_PUBLIC = "coalesce(told.item_type = 'public_service', false)"
_DAYS = {
    "at_once": 0,
    "minute": 1 / 1440,
    "hour": 1 / 24,
    "calendar_day": 1,
    "working_day": 1.4,
    "month": 30,
    "year": 365,
}


def _in_days(name: str) -> str:
    """A limit in days, for comparing; NULL without a unit (five working days take about a week)."""
    cases = " ".join(f"WHEN '{unit}' THEN {factor:.4f}" for unit, factor in _DAYS.items())
    return f"(told.{name}_n * CASE told.{name}_unit {cases} END)"


ELEMENTS: tuple[Element, ...] = (
    Element(
        "case_type", "办件类型", _told("case_type"),
        f"told.case_type = 'instant' AND {_in_days('promised')} >= 1", "即办件却写了承诺天数",
    ),
    Element(
        "promised", "承诺办结时限",
        f"{_told('promised_n')} OR {_told('limit_words')} OR told.case_type = 'instant'",
        f"{_in_days('promised')} > {_in_days('statutory')} OR ({_told('promised_n')} AND NOT {_told('promised_unit')})",
        "承诺时限比法定时限长，或没有写单位",
    ),
    Element(
        "online_depth", "网上办理深度", _told("online_depth"),
        f"{_SUBMITS} AND {_told('application_modes')} AND NOT {_ONLINE}",
        "网上能收件，申请方式却没有网上",
    ),
    Element(
        "application_modes", "申请方式", _told("application_modes"),
        f"{_ONLINE} AND {_told('online_depth')} AND NOT {_SUBMITS}",
        "写了网上申请，网办深度却只能咨询",
    ),
    Element(
        "visits", "到办事现场次数", _told("visits"),
        f"told.visits = 0 AND {_told('application_modes')} AND NOT ({_ONLINE}"
        f" OR {_holds('application_modes', 'post')} OR {_holds('application_modes', 'phone')})",
        "写着不用跑，却只能窗口申请",
    ),
    Element("statutory", "法定办结时限", _told("statutory_n"), applies=f"NOT ({_PUBLIC})"),
    Element("legal_basis", "设定依据", _told("legal_basis"), applies=f"NOT ({_PUBLIC})"),
    Element("domain", "公共服务领域", _told("domain"), applies=_PUBLIC),
    Element("audience", "服务对象", _told("audience")),
    Element("conditions", "受理条件", _told("conditions")),
    Element("materials", "申请材料", _told("materials")),
    Element(
        "fee", "收费", _told("fee"), f"{_told('fee')} AND told.fee <> '不收费' AND NOT {_told('fee_basis')}",
        "收费却没有写依据",
    ),
    Element("result", "审批结果", _told("result")),
    Element("address", "办理地点", _told("address")),
    Element("phone", "咨询方式", _told("phone")),
)  # fmt: skip
BY_KEY: Mapping[str, Element] = {element.key: element for element in ELEMENTS}
CORE = ("case_type", "promised", "online_depth", "application_modes", "visits")
"""The five elements that every check begins with."""

_OPTIONS = """
SELECT o.id, o.code, o.slug, o.name, o.standing, i.authority_id, o.listing AS told
FROM catalog_handlingoption o JOIN catalog_item i ON i.id = o.item_id JOIN parties_region r ON r.id = i.region_id
WHERE o.standing = 'listed' AND o.retired_at IS NULL AND r.no BETWEEN %(low)s AND %(high)s
UNION ALL
SELECT o.id, o.code, o.slug, o.name, o.standing, i.authority_id, jsonb_build_object(
    'item_type', v.content -> 'item_type', 'case_type', v.content -> 'case_type', 'domain', v.content -> 'domain',
    'promised_n', v.content -> 'promised_limit' -> 'n', 'promised_unit', v.content -> 'promised_limit' -> 'unit',
    'statutory_n', v.content -> 'statutory_limit' -> 'n', 'statutory_unit', v.content -> 'statutory_limit' -> 'unit',
    'visits', v.content -> 'visits_required', 'application_modes', v.content -> 'application_modes',
    'online_depth', v.content -> 'online_depth', 'audience', v.content -> 'audience',
    'legal_basis', v.content -> 'legal_basis', 'conditions', v.content -> 'conditions',
    'materials', v.content -> 'materials', 'result', v.content -> 'result' -> 'name', 'fee', v.content -> 'fee',
    'fee_basis', v.content -> 'fee_basis', 'address', v.content -> 'places' -> 0 -> 'address',
    'phone', v.content -> 'authority' -> 'phone')
FROM catalog_itemversion v JOIN catalog_handlingoption o ON o.id = v.option_id
JOIN catalog_item i ON i.id = o.item_id JOIN parties_region r ON r.id = i.region_id
WHERE v.valid @> %(today)s AND v.state IN ('published', 'superseded') AND r.no BETWEEN %(low)s AND %(high)s
"""
_NUMBERS = ", ".join(
    f"count(*) FILTER (WHERE item.{one.key} = '{state}')" for one in ELEMENTS for state in STATES
)  # fmt: skip
_REPORT = f"""
SELECT d.id, d.name, count(*), {_NUMBERS}
FROM (
    SELECT authority_id, {", ".join(f"{one.state} AS {one.key}" for one in ELEMENTS)}
    FROM ({_OPTIONS}) option, jsonb_to_record(option.told) AS told ({_TOLD}) OFFSET 0
) item
JOIN parties_department d ON d.id = item.authority_id
GROUP BY d.id, d.name ORDER BY count(*) DESC, d.name
"""  # noqa: S608 - constants of this module
_ROWS = f"""
SELECT item.id, code, slug, item.name, d.name, standing = 'configured'
FROM ({_OPTIONS}) item JOIN parties_department d ON d.id = item.authority_id,
    jsonb_to_record(item.told) AS told ({_TOLD})
WHERE {{state}} = %(state)s AND item.id > %(after)s AND (%(unit)s = 0 OR d.id = %(unit)s)
ORDER BY item.id LIMIT %(limit)s
"""  # noqa: S608 - constants of this module


@dataclass(frozen=True)
class Figure:
    """An element of a department: how many items fill it, leave it empty, or contradict themselves in it."""

    element: str
    filled: int
    empty: int
    contradictory: int

    @property
    def applying(self) -> int:
        """The denominator: items to which the element applies."""
        return self.filled + self.empty + self.contradictory

    @property
    def per_cent(self) -> str:
        """Filled without contradiction, of those to which it applies: ``96.0%``; a dash when it applies to none."""
        return f"{100 * self.filled / self.applying:.1f}%" if self.applying else "—"


@dataclass(frozen=True)
class UnitReport:
    """The figures of one department, or of all together (``id`` 0)."""

    id: int
    name: str
    items: int
    figures: tuple[Figure, ...]


@dataclass(frozen=True)
class QualityRow:
    """An item behind a figure."""

    id: int
    code: str
    slug: str
    name: str
    department: str
    configured: bool


def report(principal: Principal) -> tuple[UnitReport, tuple[UnitReport, ...]]:
    """The whole of the steward's region, and each of its departments with the most items first; one query."""
    if not may_ever(principal, PERMISSION):
        raise NotFound
    with connection.cursor() as cursor:
        cursor.execute(_REPORT, _scope(principal))
        units = tuple(_unit(row) for row in cursor.fetchall())
    figures = tuple(
        Figure(
            element.key,
            sum(unit.figures[n].filled for unit in units),
            sum(unit.figures[n].empty for unit in units),
            sum(unit.figures[n].contradictory for unit in units),
        )
        for n, element in enumerate(ELEMENTS)
    )
    return UnitReport(0, "", sum(unit.items for unit in units), figures), units


def _unit(row: tuple[Any, ...]) -> UnitReport:
    key, name, items, *numbers = row
    figures = tuple(Figure(one.key, *numbers[3 * n : 3 * n + 3]) for n, one in enumerate(ELEMENTS))
    return UnitReport(key, name, items, figures)


def rows(principal: Principal, element: str, state: str, unit: int = 0, after: int = 0) -> Page[QualityRow]:
    """The items behind one figure, in the order of the list; one query.

    :param unit: id of a department; 0 for all.
    :param after: id of the last one that was shown.
    :raises NotFound: no such element or state.
    """
    if not may_ever(principal, PERMISSION) or element not in BY_KEY or state not in STATES:
        raise NotFound
    with connection.cursor() as cursor:
        cursor.execute(
            _ROWS.format(state=BY_KEY[element].state),
            {**_scope(principal), "state": state, "after": after, "unit": unit, "limit": PAGE + 1},
        )
        found = [QualityRow(*row) for row in cursor.fetchall()]
    return Page(tuple(found[:PAGE]), str(found[PAGE - 1].id) if len(found) > PAGE else "")


def _scope(principal: Principal) -> dict[str, Any]:
    return {"low": principal.region_no, "high": principal.region_end_no, "today": moment.today()}
