"""What an item is found by in the public directory: short words ``key:value`` out of a listing or a version. Pure.

``t`` item type, ``a`` audience, ``m`` theme, ``s`` life stage, ``d`` public-service domain, ``h`` how it is done
(CAT-25, PRT-02). Whose and where it is stands on the item itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tongban.registry.catalog.listings import Listing
from tongban.registry.catalog.taxonomy import DOMAINS, ITEM_TYPES, LIFE_STAGES
from tongban.registry.catalog.themes import THEMES
from tongban.registry.catalog.version import VersionContent

TYPE, AUDIENCE, THEME, STAGE, DOMAIN, HOW = "t", "a", "m", "s", "d", "h"
ONLINE, INSTANT, NO_VISIT = "online", "instant", "no_visit"
WHOLLY_ONLINE = frozenset({"submit", "handle", "result"})


def of_listing(listing: Listing) -> list[str]:
    """The facets of a listed option, sorted."""
    how = _how(listing.case_type, listing.visits, listing.online_depth)
    found = _of(listing.item_type, listing.audience, listing.themes, listing.life_stages, listing.domain)
    return sorted([*found, *how])


def of_content(content: VersionContent) -> list[str]:
    """The facets of a published version, sorted."""
    how = _how(content.case_type, content.visits_required, content.online_depth)
    found = _of(content.item_type, content.audience, content.themes, content.life_stages, content.domain)
    return sorted([*found, *how])


def word(key: str, value: str) -> str:
    """One facet."""
    return f"{key}:{value}"


def _how(case_type: str, visits: int | None, online_depth: Iterable[str]) -> Iterator[str]:
    """How it is done: nothing is said of what a list does not tell."""
    if case_type == "instant":
        yield word(HOW, INSTANT)
    if visits == 0:
        yield word(HOW, NO_VISIT)
        if set(online_depth) >= WHOLLY_ONLINE:
            yield word(HOW, ONLINE)


def _of(
    item_type: str, audience: Iterable[str], themes: Iterable[str], stages: Iterable[str], domain: str
) -> Iterator[str]:
    if item_type in ITEM_TYPES:
        yield word(TYPE, item_type)
    yield from (word(AUDIENCE, one) for one in set(audience) & {"person", "organisation"})
    yield from (word(THEME, one) for one in set(themes) if one in THEMES)
    yield from (word(STAGE, one) for one in set(stages) if one in LIFE_STAGES)
    if domain in DOMAINS:
        yield word(DOMAIN, domain)
