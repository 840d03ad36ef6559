"""The public list of all items (政务服务事项清单, CAT-25): what can be done here, and what other lists tell.

Both kinds are found by their facets; counts come from one small aggregate that a worker keeps until something is
published or imported. Nothing here reads whole versions but the export.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice, zip_longest
from typing import Any

from django.db import connection
from django.db.models import OuterRef, Q, QuerySet, Subquery

from tongban.ground import moment
from tongban.ground.paging import Page
from tongban.registry.catalog import facets, listings, version
from tongban.registry.catalog.listings import Listing
from tongban.registry.catalog.models import HandlingOption, ItemVersion
from tongban.registry.catalog.selectors import IN_FORCE
from tongban.registry.parties.models import Department, Region

PAGE = 20
KEPT_COUNTS = 256
"""Different filters whose numbers a worker keeps until something is published or imported."""
CONFIGURED, LISTED = HandlingOption.Standing.CONFIGURED.value, HandlingOption.Standing.LISTED.value
DIMENSIONS = (
    "standing",
    "item_type",
    "audience",
    "department",
    "level",
    "region",
    "theme",
    "stage",
    "domain",
    "how",
)
_FACETS: Mapping[str, str] = {
    "item_type": facets.TYPE,
    "audience": facets.AUDIENCE,
    "theme": facets.THEME,
    "stage": facets.STAGE,
    "domain": facets.DOMAIN,
    "how": facets.HOW,
}
_BY_LETTER = {letter: name for name, letter in _FACETS.items()}
_CUBE = """
SELECT standing, facets, authority_id, region_id, count(*) FROM (
    SELECT 'listed' AS standing, o.facets::text[] AS facets, i.authority_id, i.region_id
    FROM catalog_handlingoption o JOIN catalog_item i ON i.id = o.item_id
    WHERE o.standing = 'listed' AND o.retired_at IS NULL
    UNION ALL
    SELECT 'configured', v.facets::text[], i.authority_id, i.region_id
    FROM catalog_itemversion v
    JOIN catalog_handlingoption o ON o.id = v.option_id JOIN catalog_item i ON i.id = o.item_id
    WHERE v.valid @> %s AND v.state IN ('published', 'superseded')
) item GROUP BY standing, facets, authority_id, region_id
"""


@dataclass(frozen=True)
class Filters:
    """What is looked for; empty = all. ``department`` is an id, ``region`` a code, ``level`` a region's level."""

    standing: str = ""
    item_type: str = ""
    audience: str = ""
    department: str = ""
    level: str = ""
    region: str = ""
    theme: str = ""
    stage: str = ""
    domain: str = ""
    how: str = ""

    @property
    def empty(self) -> bool:
        """Nothing is looked for in particular."""
        return not any(getattr(self, name) for name in DIMENSIONS)

    def facets(self) -> list[str]:
        """The facets that an item must have."""
        return [facets.word(letter, value) for name, letter in _FACETS.items() if (value := getattr(self, name))]


@dataclass(frozen=True)
class Entry:
    """One item of the list, as a row of it shows it. ``limit``: number and unit of the promise, None when not told."""

    slug: str
    name: str
    department: str
    configured: bool
    plain: str
    limit: tuple[int, str] | None
    fee: str
    visits: int | None
    online: bool
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class Counts:
    """How many items there are, and for each dimension how many each choice would leave, the others kept."""

    total: int
    by: Mapping[str, Mapping[str, int]]
    names: Mapping[str, Mapping[str, str]]
    """Names of departments and regions that occur, by their key."""


@dataclass(frozen=True)
class _Cube:
    """Numbers of items by what they are found by."""

    cells: tuple[tuple[dict[str, tuple[str, ...]], int], ...]
    departments: Mapping[str, str] = field(default_factory=dict)
    regions: Mapping[str, str] = field(default_factory=dict)


@lru_cache(maxsize=2)
def _cube(stamp: str) -> _Cube:
    """The numbers as of a stamp (``selectors.publication_stamp`` and the day); three queries, once for each stamp."""
    with connection.cursor() as cursor:
        cursor.execute(_CUBE, [moment.today()])
        rows = cursor.fetchall()
    regions = {key: (code, name, level) for key, code, name, level in
               Region.objects.values_list("pk", "code", "name", "level")}  # fmt: skip
    units = {row[2] for row in rows}
    departments = dict(Department.objects.filter(pk__in=units).values_list("pk", "name"))
    cells = []
    for standing, words, unit, region, count in rows:
        code, _, level = regions[region]
        cell: dict[str, tuple[str, ...]] = {
            "standing": (standing,),
            "department": (str(unit),),
            "level": (level,),
            "region": (code,),
        }
        for word in words or ():
            letter, _, value = word.partition(":")
            name = _BY_LETTER[letter]
            cell[name] = (*cell.get(name, ()), value)
        cells.append((cell, count))
    return _Cube(
        tuple(cells),
        {str(key): name for key, name in departments.items()},
        {code: name for code, name, _ in regions.values()},
    )


@lru_cache(maxsize=KEPT_COUNTS)
def counts(filters: Filters, stamp: str) -> Counts:
    """True numbers for the list and its filters; no query once the numbers of this stamp are known.

    :param stamp: what changes with every publication, import and legal day.
    """
    cube = _cube(stamp)
    asked = [(name, value) for name in DIMENSIONS if (value := getattr(filters, name))]
    by: dict[str, dict[str, int]] = {name: {} for name in DIMENSIONS}
    total = 0
    for cell, count in cube.cells:
        failed = [name for name, value in asked if value not in cell.get(name, ())]
        if not failed:
            total += count
        elif len(failed) > 1:
            continue
        for name in failed or cell:
            numbers = by[name]
            for value in cell.get(name, ()):
                numbers[value] = numbers.get(value, 0) + count
    return Counts(total, by, {"department": cube.departments, "region": cube.regions})


def page(filters: Filters, after: str = "", size: int = PAGE) -> Page[Entry]:
    """One page of the list: what can be done here first, then the rest, each in the order of its list; at most two
    queries.

    :param after: key of the last entry that was shown (``c12``, ``l345``); anything else begins anew.
    """
    kind, key = (after[:1], int(after[1:])) if after[:1] in "cl" and after[1:].isdigit() else ("c", 0)
    found: list[tuple[str, Entry]] = []
    if kind == "c" and filters.standing != LISTED:
        rows = _configured(filters).filter(option_id__gt=key)[: size + 1]
        found = [(f"c{row[0]}", _of_version(row)) for row in rows.values_list(*_VERSION_COLUMNS)]
        key = 0
    if len(found) <= size and filters.standing != CONFIGURED:
        options = _listed(filters).filter(pk__gt=key if kind == "l" else 0)[: size + 1 - len(found)]
        found += [(f"l{row[0]}", _of_option(row)) for row in options.values_list(*_OPTION_COLUMNS)]
    shown = found[:size]
    return Page(tuple(entry for _, entry in shown), shown[-1][0] if len(found) > size else "")


_VERSION_COLUMNS = (
    "option_id", "option__slug", "option__name", "option__item__authority__name", "content__plain",
    "content__promised_limit", "content__fee", "content__visits_required", "content__online_depth",
    "content__aliases",
)  # fmt: skip
_OPTION_COLUMNS = ("pk", "slug", "name", "item__authority__name", "listing")


def _of_version(row: tuple[Any, ...]) -> Entry:
    _, slug, name, unit, plain, limit, fee, visits, depth, aliases = row
    online = visits == 0 and {"submit", "handle", "result"} <= set(depth or ())
    promise = (limit["n"], limit["unit"])
    return Entry(slug, name, unit, True, plain or "", promise, fee or "不收费", visits, online, tuple(aliases or ()))


def _of_option(row: tuple[Any, ...]) -> Entry:
    _, slug, name, unit, told = row
    number = told.get("promised_n")
    limit = None if number is None else (number, told.get("promised_unit", ""))
    online = bool(told.get("online_url"))
    return Entry(
        slug,
        name,
        unit,
        False,
        told.get("plain", ""),
        limit,
        told.get("fee", ""),
        told.get("visits"),
        online,
        tuple(told.get("aliases", ())),
    )


def among(slugs: Collection[str], filters: Filters) -> dict[str, Entry]:
    """Those of the options that the filters let through, by slug; at most two queries."""
    found: dict[str, Entry] = {}
    if filters.standing != LISTED:
        rows = _configured(filters).filter(option__slug__in=slugs)
        found |= {row[1]: _of_version(row) for row in rows.values_list(*_VERSION_COLUMNS)}
    if filters.standing != CONFIGURED:
        options = _listed(filters).filter(slug__in=slugs)
        found |= {row[1]: _of_option(row) for row in options.values_list(*_OPTION_COLUMNS)}
    return found


def _configured(filters: Filters) -> QuerySet[ItemVersion]:
    rows = ItemVersion.objects.filter(valid__contains=moment.today(), state__in=IN_FORCE)
    if words := filters.facets():
        rows = rows.filter(facets__contains=words)
    if filters.department:
        rows = rows.filter(option__item__authority_id=_number(filters.department))
    if filters.region:
        rows = rows.filter(option__item__region__code=filters.region)
    if filters.level:
        rows = rows.filter(option__item__region__level=filters.level)
    return rows.order_by("option_id")


def _listed(filters: Filters) -> QuerySet[HandlingOption]:
    rows = HandlingOption.objects.filter(standing=LISTED, retired_at=None)
    if words := filters.facets():
        rows = rows.filter(facets__contains=words)
    if filters.department:
        rows = rows.filter(item__authority_id=_number(filters.department))
    if filters.region:
        rows = rows.filter(item__region__code=filters.region)
    if filters.level:
        rows = rows.filter(item__region__level=filters.level)
    return rows.order_by("pk")


def _number(text: str) -> int:
    return int(text) if text.isdigit() and len(text) < 10 else 0


@dataclass(frozen=True)
class ListedItem:
    """One item with everything that the list says of it: for exports and the guide of a listed option."""

    option_code: str
    slug: str
    name: str
    configured: bool
    item_code: str
    item_name: str
    group_name: str
    entry_code: str
    department: str
    department_code: str
    department_phone: str
    department_address: str
    region: str
    region_code: str
    listing: Listing
    updated_at: Any
    """Aware moment of the list's or the version's last change."""


def entries(filters: Filters, region: tuple[int, int] | None = None) -> Iterator[ListedItem]:
    """Every item of the list with what it says, in the order of the list, read as it is asked for.

    :param region: interval of region numbers; everything when left out.
    """
    if filters.standing != LISTED:
        versions = _configured(filters).select_related("option__item__authority", "option__item__region")
        if region:
            versions = versions.filter(option__item__region__no__range=region)
        for row in versions.iterator(chunk_size=100):
            content = version.from_json(row.content)
            yield _item(row.option, True, listings.of_content(content), row.published_at)
    if filters.standing != CONFIGURED:
        options = _listed(filters).select_related("item__authority", "item__region").defer("draft")
        if region:
            options = options.filter(item__region__no__range=region)
        for option in options.iterator(chunk_size=500):
            yield _item(option, False, listings.from_json(option.listing), option.listed_at)


def _item(option: HandlingOption, configured: bool, listing: Listing, updated_at: Any) -> ListedItem:
    item = option.item
    unit, region = item.authority, item.region
    return ListedItem(
        option.code,
        option.slug,
        option.name,
        configured,
        item.code,
        item.name,
        item.group_name,
        item.entry_id,
        unit.name,
        unit.uscc,
        unit.phone,
        unit.address,
        region.name,
        region.code,
        listing,
        updated_at,
    )


def listed_option(slug: str) -> ListedItem | None:
    """The listed option at an address; None when there is none, when it is configured, or has left the list; one
    query."""
    option = (
        HandlingOption.objects.select_related("item__authority", "item__region")
        .defer("draft")
        .filter(slug=slug, standing=LISTED, retired_at=None)
        .first()
    )
    return None if option is None else _item(option, False, listings.from_json(option.listing), option.listed_at)


def first_named(words: str) -> str:
    """The slug of the first item whose name holds the words, one that can be done here before others; empty when there
    is none. One query."""
    in_force = ItemVersion.objects.filter(
        option=OuterRef("pk"), valid__contains=moment.today(), state__in=IN_FORCE
    ).values("pk")[:1]
    rows = HandlingOption.objects.filter(name__contains=words).annotate(version=Subquery(in_force))
    rows = rows.filter(Q(version__isnull=False) | Q(standing=LISTED, retired_at=None))
    return rows.order_by("standing", "pk").values_list("slug", flat=True).first() or ""


def spoken_names(limit: int) -> tuple[str, ...]:
    """A few ways in which people say what they want to do, one item after the other; one query."""
    aliases = _configured(Filters()).values_list("content__aliases", flat=True)[:50]
    rounds = zip_longest(*(names or () for names in aliases))
    words = (word for turn in rounds for word in turn if word)
    return tuple(islice(dict.fromkeys(words), limit))
