"""The catalogue: search, list, guide and form. Open to everybody."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpRequest
from ninja import Path, Query, Router

from tongban.faces.openapi.problems import PUBLIC
from tongban.faces.openapi.shapes_items import Item, ItemCard, ItemPage, card_of, item_of
from tongban.insight.search import selectors as search
from tongban.registry.catalog import selectors as catalog

router = Router(tags=["items"])
SLUG = r"^[a-z0-9-]*$"


@router.get("/items", auth=None, response={200: ItemPage, **PUBLIC}, summary="查找事项", operation_id="list_items")
def items(
    request: HttpRequest,
    q: Annotated[str, Query(max_length=100)] = "",
    after: Annotated[str, Query(max_length=80, pattern=SLUG)] = "",
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> ItemPage:
    """With ``q``: the best answers, or the nearest when nothing fits. Without: every item, by slug."""
    if q.strip():
        found = search.find(q)
        return ItemPage(
            items=[_card(hit) for hit in found.results[:limit]], next="", nearest=[_card(hit) for hit in found.nearest]
        )
    rest = sorted(
        (content for _, content in catalog.options_in_force() if content.slug > after), key=lambda item: item.slug
    )
    shown = rest[:limit]
    return ItemPage(items=[card_of(content) for content in shown], next=shown[-1].slug if len(rest) > limit else "")


@router.get("/items/{slug}", auth=None, response={200: Item, **PUBLIC}, summary="办事指南", operation_id="get_item")
def item(request: HttpRequest, slug: Annotated[str, Path(max_length=80, pattern=r"^[a-z0-9-]+$")]) -> Item:
    """Guide, questions, form fields and materials of the version in force today."""
    return item_of(*catalog.version_in_force(slug))


def _card(hit: search.Hit) -> ItemCard:
    return ItemCard(
        slug=hit.slug, name=hit.title, plain=hit.plain, department=hit.department, aliases=list(hit.aliases)
    )
