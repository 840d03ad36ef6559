"""What the API says of the whole catalogue: the list, where an option stands, what is only listed, what changed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Literal
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from ninja import Schema
from pydantic import Field

from tongban.faces.portal import directory as shown
from tongban.faces.portal import opendata
from tongban.faces.portal.listed import ListedGuide
from tongban.registry.catalog.directory import Entry, Filters
from tongban.registry.catalog.publications import Change
from tongban.registry.catalog.tree import Tree

NOT_HERE = "这个事项还不能在本平台申请，请按下面的地点、电话或者网址办理"
Standing = Literal["configured", "listed"]


class ItemCard(Schema):
    """One item in a list; ``configured``: it can be applied for here. What the list does not tell is empty."""

    slug: str
    name: str
    configured: bool
    plain: str
    department: str
    aliases: list[str]
    time: str = Field(description="承诺办结时限，写成话；清单没有写的为空")
    fee: str
    visits: int | None = Field(description="最多跑几次；清单没有写的为 null")
    online: bool = Field(description="能不能全程网办")
    guide: str = Field(description="办事指南的网址")


class Exports(Schema):
    """The same items whole as open data."""

    csv_url: str
    json_url: str
    licence_url: str


class ItemPage(Schema):
    """One page of items; ``next`` is the ``after`` of the following page, empty at the end."""

    items: list[ItemCard]
    next: str
    total: int = Field(description="符合条件的事项一共多少个")
    nearest: list[ItemCard] = Field(default=[], description="搜索没有合适的结果时，最接近的事项")
    exports: Exports | None = Field(default=None, description="同样条件的全部数据；搜索时没有")


class SituationEntry(Schema):
    """A situation (办理情形): its materials and steps follow from the answers."""

    key: str
    name: str


class OptionEntry(Schema):
    """A handling option (业务办理项) of the item, the smallest unit that can be applied for."""

    slug: str
    option_code: str
    name: str
    kind: str
    configured: bool
    situations: list[SituationEntry]


class ItemTree(Schema):
    """Entry of the basic catalogue, item, handling options, situations."""

    entry_code: str
    entry_name: str
    item_code: str
    item_name: str
    group_name: str
    options: list[OptionEntry]


class Told(Schema):
    """A duration as a list tells it; ``unit`` may be empty."""

    n: int
    unit: str


class Where(Schema):
    """Where it is handled today, as far as it is told."""

    address: str
    hours: str
    phone: str
    url: str
    system: str = Field(description="现在在哪个系统办理")


class ListedItem(Schema):
    """An item that stands in the list but cannot be applied for here; an empty value means: nobody told it."""

    standing: Literal["listed"] = "listed"
    configured: Literal[False] = False
    note: str
    slug: str
    name: str
    item_code: str
    option_code: str
    entry_code: str
    department: str
    department_uscc: str
    region: str
    region_code: str
    item_type: str
    domain: str
    audience: list[str]
    plain: str
    aliases: list[str]
    themes: list[str]
    life_stages: list[str]
    case_type: str
    promised_limit: Told | None
    statutory_limit: Told | None
    online_depth: list[str]
    application_modes: list[str]
    visits_required: int | None
    legal_basis: list[str]
    conditions: list[str]
    materials: list[str]
    flow: list[str]
    result: str
    fee: str
    fee_basis: str
    where: Where
    untold: list[str] = Field(description="人们常问、清单却没有写的内容")
    source: str
    tree: ItemTree
    guide: str


class ChangeEntry(Schema):
    """One change: a version (``slug``) or a whole list (no ``slug``: read the listed items again)."""

    id: UUID
    kind: Literal["published", "superseded", "imported", "import_undone"]
    words: str
    at: datetime
    slug: str
    name: str
    detail: str
    number: int | None = Field(description="第几版")
    valid_from: date | None
    valid_until: date | None
    item: str = Field(description="读取这个事项的接口地址；整份清单变化时为空")


class ChangePage(Schema):
    """Changes in order; ``cursor`` is the ``since`` of the next question, also when nothing is new."""

    items: list[ChangeEntry]
    cursor: str
    more: bool


_KINDS: dict[str, Literal["published", "superseded", "imported", "import_undone"]] = {
    "item_version.published": "published",
    "item_version.superseded": "superseded",
    "catalogue_import.applied": "imported",
    "catalogue_import.undone": "import_undone",
}
_PARAMETERS = {dimension: parameter for parameter, dimension in shown.PARAMETERS.items()}


def address(name: str, *arguments: str) -> str:
    """The public address of a page."""
    return settings.PUBLIC_URL + reverse(name, args=arguments)


def cards_of(entries: Iterable[Entry]) -> list[ItemCard]:
    """The entries of a list."""
    return [
        ItemCard(
            slug=entry.slug,
            name=entry.name,
            configured=entry.configured,
            plain=entry.plain,
            department=entry.department,
            aliases=list(entry.aliases),
            time=row.time,
            fee=entry.fee,
            visits=entry.visits,
            online=entry.online,
            guide=address("portal:guide", entry.slug),
        )
        for entry, row in ((entry, shown.rows((entry,))[0]) for entry in entries)
    ]


def exports_of(filters: Filters) -> Exports:
    """Addresses of the open data of these filters: the portal writes them, there is no second exporter."""
    asked = {parameter: value for name, parameter in _PARAMETERS.items() if (value := getattr(filters, name))}
    query = f"?{urlencode(asked)}" if asked else ""
    return Exports(
        csv_url=address("portal:items_csv") + query,
        json_url=address("portal:items_json") + query,
        licence_url=opendata.LICENCE_URL,
    )


def tree_of(tree: Tree) -> ItemTree:
    """Where an option stands."""
    options = [
        OptionEntry(
            slug=one.slug,
            option_code=one.code,
            name=one.name,
            kind=one.kind,
            configured=one.configured,
            situations=[SituationEntry(key=key, name=name) for key, name in one.situations],
        )
        for one in tree.options
    ]
    return ItemTree(
        entry_code=tree.entry_code,
        entry_name=tree.entry_name,
        item_code=tree.item_code,
        item_name=tree.item_name,
        group_name=tree.group_name,
        options=options,
    )


def listed_of(guide: ListedGuide, tree: Tree) -> ListedItem:
    """The honest guide of a listed option."""
    item, told, place = guide.item, guide.listing, guide.place
    return ListedItem(
        note=NOT_HERE,
        slug=item.slug,
        name=item.name,
        item_code=item.item_code,
        option_code=item.option_code,
        entry_code=item.entry_code,
        department=item.department,
        department_uscc=item.department_code,
        region=item.region,
        region_code=item.region_code,
        item_type=told.item_type,
        domain=told.domain,
        audience=list(told.audience),
        plain=told.plain,
        aliases=list(told.aliases),
        themes=list(told.themes),
        life_stages=list(told.life_stages),
        case_type=told.case_type,
        promised_limit=_told(told.promised_n, told.promised_unit),
        statutory_limit=_told(told.statutory_n, told.statutory_unit),
        online_depth=list(told.online_depth),
        application_modes=list(told.application_modes),
        visits_required=told.visits,
        legal_basis=list(told.legal_basis),
        conditions=list(told.conditions),
        materials=list(told.materials),
        flow=list(told.flow),
        result=told.result,
        fee=told.fee,
        fee_basis=told.fee_basis,
        where=Where(
            address=place.address,
            hours=place.hours,
            phone=place.phone or "12345",
            url=told.online_url,
            system=told.system_of_record,
        ),
        untold=list(guide.untold),
        source=told.source,
        tree=tree_of(tree),
        guide=address("portal:guide", item.slug),
    )


def _told(n: int | None, unit: str) -> Told | None:
    return None if n is None else Told(n=n, unit=unit)


def change_of(change: Change) -> ChangeEntry:
    """One entry of the feed."""
    number = change.body.get("number")
    return ChangeEntry(
        id=change.event_id,
        kind=_KINDS[change.kind],
        words=change.kind_words,
        at=change.at,
        slug=change.slug,
        name=change.title,
        detail=change.detail,
        number=number if isinstance(number, int) else None,
        valid_from=_day(change.body.get("valid_from")),
        valid_until=_day(change.body.get("valid_until")),
        item=settings.PUBLIC_URL + reverse("openapi-v1:get_item", args=[change.slug]) if change.slug else "",
    )


def _day(value: object) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) and value else None
