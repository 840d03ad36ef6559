"""The first draft of an option: from nothing but its basics, from another option's draft, from an imported list. Pure.

Every key that a version needs is there, empty where nobody has told anything yet, so that the checks before publication
name what is missing one by one (``services.missing``) and every page of the editor can be opened.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from tongban.registry.catalog.listings import Listing
from tongban.registry.catalog.provisions import TimeLimit
from tongban.registry.catalog.version import Regime

KINDS: Mapping[str, str] = {
    "new": "新办",
    "change": "变更",
    "renew": "延续",
    "reissue": "补办",
    "cancel": "注销",
}
"""办理类别 of a handling option (glossary: new, change, renew, reissue, cancel)."""
_NOT_WRITTEN: Mapping[str, Any] = {"n": 0, "unit": "working_day", "basis": ""}
_OWN_WORDS = ("plain", "aliases", "sample")
"""What says of one option what it is, and is never true of another."""
_GRANTED = ("single_post", "commitment")
"""Powers and promises that were decided and published for one option only."""
_BASIS = re.compile(r"《(?P<instrument>.+?)》[（(]?(?P<article>.*?)[)）]?$")


@dataclass(frozen=True, slots=True)
class Basics:
    """What a steward says of every new option.

    :param kind: key of :data:`KINDS`. ``case_type``: ``instant`` or ``promised``. ``legal_regime``: code of a regime.
    :param promised: the promise; ``statutory``: the limit of law, where there is one.
    """

    name: str
    slug: str
    kind: str
    case_type: str
    legal_regime: str
    promised: TimeLimit
    statutory: TimeLimit | None = None


def written(basics: Basics) -> dict[str, Any]:
    """The basics as a draft holds them."""
    return {
        "legal_regime": basics.legal_regime,
        "case_type": basics.case_type,
        "promised_limit": limit(basics.promised),
        "statutory_limit": limit(basics.statutory) if basics.statutory else None,
    }


def limit(one: TimeLimit) -> dict[str, Any]:
    """A limit as a draft holds it."""
    return {"n": one.n, "unit": one.unit, "basis": one.basis}


def empty(basics: Basics, regime: Regime) -> dict[str, Any]:
    """A draft of which only the basics are known, and what the law of its regime says by itself."""
    return {
        **written(basics),
        "separation_level": "strict",
        "audience": [],
        "plain": "",
        "aliases": [],
        "themes": [],
        "legal_basis": [],
        "acceptance_limit": limit(regime.acceptance_limit) if regime.acceptance_limit else dict(_NOT_WRITTEN),
        "delivery_limit": limit(regime.delivery_limit) if regime.delivery_limit else dict(_NOT_WRITTEN),
        "correction_limit": dict(_NOT_WRITTEN),
        "conditions": [],
        "exclusions": [],
        "questions": [],
        "situations": [],
        "form": [],
        "materials": [],
        "flow": {"acceptance": {}, "branches": [], "decision": {}, "delivery": {}, "special_steps": []},
        "result": {"licence_type": "", "name": "", "validity_months": None, "attributes": {}},
        "receipt_points": [],
        "fee": "不收费",
        "fee_basis": "",
        "visits_required": 1,
        "online_depth": ["consult", "submit", "accept", "handle", "result"],
        "assurance_level": 2,
        "application_modes": ["online", "window"],
        "places": [],
        "faq": [],
    }


def copied(
    draft: Mapping[str, Any], basics: Basics, units: tuple[str, str], posts: Collection[tuple[str, str]]
) -> dict[str, Any]:
    """Another option's draft as the draft of a new one.

    Its situations, forms, materials and flow are taken. Not taken is what is true of the other only: what it is called
    and the powers granted to it. Nobody has read yet whether its legal basis carries the new one: all is unchecked.

    :param units: short names of the other's department and of the new one's: posts move to those of the same name.
    :param posts: (short name of the department, name) of every post.
    """
    own = {key: copy.deepcopy(value) for key, value in draft.items() if key not in (*_OWN_WORDS, *_GRANTED)}
    own |= {"plain": "", "aliases": [], **written(basics)}
    own["legal_basis"] = [{**row, "check": "unchecked"} for row in own.get("legal_basis", ())]
    if basics.kind not in ("renew", "renewal"):
        own.pop("renewal_limit", None)
    if units[0] != units[1]:
        own["flow"] = _moved(own.get("flow"), units, posts)
    return own


def _moved(part: Any, units: tuple[str, str], posts: Collection[tuple[str, str]]) -> Any:
    """The flow with the posts of one department at another; one that it does not have is left to be chosen."""
    if isinstance(part, list):
        return [_moved(one, units, posts) for one in part]
    if not isinstance(part, dict):
        return part
    if set(part) == {"department", "post"}:
        if part["department"] != units[0]:
            return part
        found = (units[1], part["post"]) in posts
        return {"department": units[1], "post": part["post"]} if found else {}
    return {key: _moved(value, units, posts) for key, value in part.items()}


def from_listing(told: Listing, basics: Basics, regime: Regime) -> dict[str, Any]:
    """What an imported list tells of an option, as its draft; what it does not tell stays empty."""
    draft = empty(basics, regime)
    for key in ("audience", "themes", "life_stages", "industries", "aliases", "conditions", "application_modes"):
        if getattr(told, key):
            draft[key] = list(getattr(told, key))
    for key in ("plain", "domain", "service_scope", "fee", "fee_basis"):
        if getattr(told, key):
            draft[key] = getattr(told, key)
    if told.online_depth:
        draft["online_depth"] = list(told.online_depth)
    if told.visits is not None:
        draft["visits_required"] = told.visits
    draft["legal_basis"] = [_basis(text) for text in told.legal_basis]
    draft["materials"] = [_material(n, name) for n, name in enumerate(told.materials, 1)]
    draft["result"]["name"] = told.result
    if told.address:
        draft["places"] = [{"name": "受理地点", "address": told.address, "hours": told.hours, "phone": told.phone}]
    return draft


def _basis(text: str) -> dict[str, Any]:
    found = _BASIS.match(text.strip())
    parts = found.groupdict() if found else {"instrument": text.strip(), "article": ""}
    return {**parts, "text": "", "check": "unchecked"}


def _material(n: int, name: str) -> dict[str, Any]:
    return {"code": f"material_{n:02d}", "name": name, "source": "uploaded", "essential": True}
