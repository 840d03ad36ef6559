"""What the list of another system says of an option (实施清单要素): plain words and few closed values. Pure.

A listing is honest about how little it knows: an empty value means "not told", never "none". It is the guide of a
``listed`` option, what search finds of it, and what an export writes so that it imports again identically (CAT-12).
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from tongban.registry.catalog.version import VersionContent


@dataclass(frozen=True)
class Listing:
    """The standard fields of an implementation list that a guide can show; all of them words as told.

    Limits are a number and a unit of ``provisions.TimeLimit``; ``None`` = not told, also for ``visits``. Lists of words
    are tuples.
    """

    item_type: str = ""
    """Key of ``taxonomy.ITEM_TYPES``."""
    domain: str = ""
    case_type: str = ""
    """``instant``, ``promised`` or empty."""
    audience: tuple[str, ...] = ()
    """``person``, ``organisation``."""
    exercising_level: str = ""
    service_scope: str = ""
    statutory_n: int | None = None
    statutory_unit: str = ""
    promised_n: int | None = None
    promised_unit: str = ""
    limit_words: str = ""
    """Where the limit was told in words that are no number."""
    visits: int | None = None
    application_modes: tuple[str, ...] = ()
    online_depth: tuple[str, ...] = ()
    legal_basis: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    materials: tuple[str, ...] = ()
    flow: tuple[str, ...] = ()
    special_steps: tuple[str, ...] = ()
    result: str = ""
    fee: str = ""
    fee_basis: str = ""
    address: str = ""
    hours: str = ""
    phone: str = ""
    complaint: str = ""
    online_url: str = ""
    """Where it can be applied for today, when the list names an address."""
    themes: tuple[str, ...] = ()
    life_stages: tuple[str, ...] = ()
    industries: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    plain: str = ""
    system_of_record: str = ""
    """The system in which it is handled today, as told."""
    source: str = ""
    """Which list it comes from, in words for the guide."""
    other: tuple[tuple[str, str], ...] = ()
    """Columns of the workbook that no field holds: (heading, words), kept so that nothing is lost."""

    def to_json(self) -> dict[str, Any]:
        """JSON-safe data without what was not told."""
        data: dict[str, Any] = {}
        for key in _NAMES:
            value = getattr(self, key)
            if value not in ("", (), None):
                data[key] = list(value) if isinstance(value, tuple) else value
        if self.other:
            data["other"] = [list(pair) for pair in self.other]
        return data


_NAMES = tuple(f.name for f in fields(Listing))
_TUPLES = frozenset(f.name for f in fields(Listing) if str(f.type).startswith("tuple["))


def from_json(data: dict[str, Any]) -> Listing:
    """The listing of ``HandlingOption.listing``; an unknown key raises ``TypeError``."""
    values: dict[str, Any] = {key: tuple(value) if key in _TUPLES else value for key, value in data.items()}
    if "other" in values:
        values["other"] = tuple((str(heading), str(words)) for heading, words in values["other"])
    return Listing(**values)


def of_content(content: VersionContent) -> Listing:
    """A published version as the list of another system would tell it: for open data, exports and quality reports."""
    statutory, place = content.statutory_limit, content.places[0] if content.places else None
    return Listing(
        item_type=content.item_type,
        domain=content.domain,
        case_type=content.case_type,
        audience=content.audience,
        service_scope=content.service_scope,
        statutory_n=statutory.n if statutory else None,
        statutory_unit=statutory.unit if statutory else "",
        promised_n=content.promised_limit.n,
        promised_unit=content.promised_limit.unit,
        visits=content.visits_required,
        application_modes=content.application_modes,
        online_depth=content.online_depth,
        legal_basis=tuple(f"《{one.instrument}》{one.article}" for one in content.legal_basis),
        conditions=content.conditions,
        materials=tuple(one.name for one in content.materials),
        special_steps=tuple(one.name for one in content.flow.special_steps),
        result=content.result.name,
        fee=content.fee,
        fee_basis=content.fee_basis,
        address=place.address if place else content.authority.address,
        hours=place.hours if place else "",
        phone=content.authority.phone,
        themes=content.themes,
        life_stages=content.life_stages,
        industries=content.industries,
        aliases=content.aliases,
        plain=content.plain,
    )
