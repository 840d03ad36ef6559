"""The honest guide of a listed option: what the list tells, where it is handled today, and what nobody told. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields

from django.utils.translation import gettext as _

from tongban.faces.portal import cards
from tongban.faces.portal.directory import limit_words, visits_words
from tongban.registry.catalog.directory import ListedItem
from tongban.registry.catalog.imports.headings import field_of
from tongban.registry.catalog.imports.values import ONLINE_DEPTH
from tongban.registry.catalog.listings import Listing
from tongban.registry.catalog.taxonomy import APPLICATION_MODES, DOMAINS, ITEM_TYPES, SCOPES

_INTERNAL = frozenset({"department_code", "region_code", "item_code", "option_code", "entry_code"})
_ASKED: Mapping[str, str] = {
    "conditions": "办理条件",
    "materials": "要交的材料",
    "promised_n": "办好要多久",
    "fee": "收不收费",
    "visits": "要跑几次",
    "result": "办成以后拿到什么",
}
"""What people ask first; named together when the list does not tell it."""
UNCHECKED = "（未核对）"
_NUMBER = re.compile(r"\+?\d[\d\- ]{3,18}\d")


@dataclass(frozen=True)
class Place:
    """Where it is handled today, as far as it is told; ``phone`` empty when only 12345 is known."""

    address: str
    hours: str
    phone: str
    dial: str
    """What a telephone dials: the first number of ``phone``; empty when there is none."""
    own: bool
    """The list itself names the address; otherwise it is the department's, or the hall's."""


@dataclass(frozen=True)
class ListedGuide:
    """Everything that the page of a listed option shows; empty = not told."""

    item: ListedItem
    listing: Listing
    place: Place
    item_type: str
    audience: str
    case_type: str
    time: str
    statutory: str
    visits: str
    modes: str
    online: str
    scope: str
    domain: str
    basis: tuple[tuple[str, bool], ...]
    """Each basis, and whether somebody has compared it with the text of the law."""
    told_words: tuple[tuple[str, str], ...]
    """Elements whose words no closed list of ours holds, as they were told."""
    untold: tuple[str, ...]
    untold_words: str


def guide_of(item: ListedItem, hall: str, hall_hours: str) -> ListedGuide:
    """The guide of one listed option.

    :param hall: name and address of the city's hall, where somebody can always ask.
    """
    told = item.listing
    untold = tuple(_(words) for key, words in _ASKED.items() if getattr(told, key) in ("", (), None))
    return ListedGuide(
        item=item,
        listing=told,
        place=_place(item, hall, hall_hours),
        item_type=ITEM_TYPES.get(told.item_type, ""),
        audience="、".join(str(cards.AUDIENCE[one]) for one in told.audience if one in cards.AUDIENCE),
        case_type=str(cards.CASE_TYPES.get(told.case_type, "")),
        time=_promise(told),
        statutory="" if told.statutory_n is None else limit_words(told.statutory_n, told.statutory_unit),
        visits=visits_words(told.visits),
        modes="、".join(APPLICATION_MODES.get(one, one) for one in told.application_modes),
        online="、".join(ONLINE_DEPTH.get(one, one) for one in told.online_depth),
        scope=SCOPES.get(told.service_scope, ""),
        domain=DOMAINS[told.domain].name if told.domain in DOMAINS else "",
        basis=tuple((one.removesuffix(UNCHECKED), not one.endswith(UNCHECKED)) for one in told.legal_basis),
        told_words=tuple((heading, words) for heading, words in told.other if _public(heading)),
        untold=untold,
        untold_words="、".join(untold),
    )


def _promise(told: Listing) -> str:
    if told.promised_n is None:
        return _("当场") if told.case_type == "instant" else ""
    return limit_words(told.promised_n, told.promised_unit)


def _place(item: ListedItem, hall: str, hall_hours: str) -> Place:
    told = item.listing
    address = told.address or item.department_address or hall
    hours = told.hours or ("" if told.address else hall_hours)
    phone = told.phone or item.department_phone
    number = _NUMBER.search(phone)
    return Place(address, hours, phone, re.sub(r"[^0-9+]", "", number[0]) if number else "", bool(told.address))


def _public(heading: str) -> bool:
    """Only words of elements that every list publishes; other columns may hold anything."""
    key = field_of(heading)
    return bool(key) and key not in _INTERNAL


assert set(_ASKED) <= {field.name for field in fields(Listing)}
