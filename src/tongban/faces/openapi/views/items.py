"""The catalogue: list and search, guide and form, what changed. Open to everybody, answered by its ETag."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Annotated

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from ninja import Path, Query, Router, Schema

from tongban.faces.context import site
from tongban.faces.openapi import shapes_catalogue as shapes
from tongban.faces.openapi.calling import JSON
from tongban.faces.openapi.problems import PUBLIC
from tongban.faces.openapi.shapes_items import Item, item_of
from tongban.faces.portal import directory as shown
from tongban.faces.portal import listed
from tongban.faces.ready import current_stamp
from tongban.ground.errors import NotFound
from tongban.insight.search import selectors as search
from tongban.registry.catalog import directory, publications
from tongban.registry.catalog import selectors as catalog
from tongban.registry.catalog.directory import Filters
from tongban.registry.catalog.taxonomy import DOMAINS, ITEM_TYPES, LIFE_STAGES
from tongban.registry.catalog.themes import THEMES
from tongban.registry.catalog.tree import tree_of
from tongban.registry.parties.models import Department, Region

router = Router(tags=["items"])
NOBODY = "0"
"""A department that does not exist."""


def one_of(codes: Iterable[str]) -> str:
    """The pattern of a filter: one of the codes, or nothing."""
    return f"^({'|'.join(codes)})?$"


class Asked(Schema):
    """The filters of the list; empty = all."""

    standing: Annotated[str, Query(pattern=one_of(shown.STANDINGS))] = ""
    item_type: Annotated[str, Query(pattern=one_of(ITEM_TYPES))] = ""
    audience: Annotated[str, Query(pattern=one_of(("person", "organisation")))] = ""
    department: Annotated[str, Query(max_length=18, pattern="^[0-9A-Z]*$")] = ""
    level: Annotated[str, Query(pattern=one_of(Region.Level.values))] = ""
    region: Annotated[str, Query(max_length=12, pattern="^[0-9]*$")] = ""
    theme: Annotated[str, Query(pattern=one_of(THEMES))] = ""
    stage: Annotated[str, Query(pattern=one_of(LIFE_STAGES))] = ""
    domain: Annotated[str, Query(pattern=one_of(DOMAINS))] = ""
    how: Annotated[str, Query(pattern=one_of(shown.HOW))] = ""

    def filters(self) -> Filters:
        """The same as the catalogue understands it: a department by its id. At most one query."""
        found = Filters(**self.model_dump())
        if not self.department:
            return found
        unit = Department.objects.filter(uscc=self.department).values_list("pk", flat=True).first()
        return replace(found, department=str(unit) if unit else NOBODY)


@router.get(
    "/items", auth=None, response={200: shapes.ItemPage, **PUBLIC}, summary="事项清单和查找", operation_id="list_items"
)
def items(
    request: HttpRequest,
    asked: Query[Asked],
    q: Annotated[str, Query(max_length=100)] = "",
    after: Annotated[str, Query(max_length=17, pattern="^([cl][0-9]{1,16})?$")] = "",
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> HttpResponse:
    """What can be done here first, then what other lists tell. With ``q``: the best answers among them."""
    filters = asked.filters()
    if q.strip():
        return told(request, _found(q, filters, limit))
    page = directory.page(filters, after, limit)
    answer = shapes.ItemPage(
        items=shapes.cards_of(page.items),
        next=page.next,
        total=directory.counts(filters, current_stamp()).total,
        exports=shapes.exports_of(filters),
    )
    return told(request, answer)


def _found(q: str, filters: Filters, limit: int) -> shapes.ItemPage:
    """Search, then the filters: the order is that of the search."""
    found = search.find(q, None)
    entries = directory.among([hit.slug for hit in (*found.results, *found.nearest)], filters)
    results = [entries[hit.slug] for hit in found.results if hit.slug in entries]
    nearest = [entries[hit.slug] for hit in found.nearest if hit.slug in entries]
    return shapes.ItemPage(
        items=shapes.cards_of(results[:limit]), next="", total=len(results), nearest=shapes.cards_of(nearest)
    )


@router.get(
    "/items/changes",
    auth=None,
    response={200: shapes.ChangePage, **PUBLIC},
    summary="事项有哪些变化",
    operation_id="list_item_changes",
)
def changes(
    request: HttpRequest,
    since: Annotated[str, Query(max_length=36, pattern=r"^([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})?$")] = "",
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> HttpResponse:
    """Everything published, replaced, imported or undone, in order: what keeps a copy in step (CAT-32)."""
    found = publications.changes(since, limit)
    page = shapes.ChangePage(items=[shapes.change_of(one) for one in found.items], cursor=found.cursor, more=found.more)
    return told(request, page)


@router.get(
    "/items/{slug}",
    auth=None,
    response={200: Item | shapes.ListedItem, **PUBLIC},
    summary="办事指南",
    operation_id="get_item",
    url_name="get_item",
)
def item(request: HttpRequest, slug: Annotated[str, Path(max_length=80, pattern=r"^[a-z0-9-]+$")]) -> HttpResponse:
    """Guide, form and tree of the version in force; of an item handled elsewhere what its list tells, and where."""
    try:
        version_id, content = catalog.version_in_force(slug)
    except NotFound:
        return _listed(request, slug)
    tree = tree_of(content.item_code)
    assert tree is not None  # it holds at least this option
    return told(request, item_of(version_id, content, tree), catalog.published_at(version_id))


def _listed(request: HttpRequest, slug: str) -> HttpResponse:
    """An item that is handled elsewhere. :raises NotFound: there is none."""
    entry = directory.listed_option(slug)
    tree = tree_of(entry.item_code) if entry else None
    if entry is None or tree is None:
        raise NotFound("catalog.option", "没有找到这个事项，或这一天还没有生效的版本")
    names = site(request)["site"]
    return told(request, shapes.listed_of(listed.guide_of(entry, names.hall, names.hours), tree), entry.updated_at)


def told(request: HttpRequest, answer: Schema, changed: datetime | None = None) -> HttpResponse:
    """The answer, or 304 when the caller's copy is the same. ``Last-Modified`` informs; the ETag decides.

    :param changed: when the version or the entry of the list came; what stands around it may be newer.
    """
    body = answer.model_dump_json().encode()
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    response = HttpResponse(body, content_type=JSON)
    response["ETag"], response["Cache-Control"] = etag, "public, no-cache"
    if changed is not None:
        response["Last-Modified"] = http_date(changed.timestamp())
    kept = get_conditional_response(request, etag=etag, response=response)
    return kept or response
