"""The catalogue of 云溪市: handling options of every legal regime, published by the city's item publisher.

Each option is one file of ``data/items``, written short (``writing``), with the elements, code lists and materials that
no other option has. Entry codes that begin with 9999 are invented: the national code was not looked up.

``load`` is idempotent: an option whose draft has not changed since its newest version is left alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from tongban.demo import names, writing
from tongban.demo.files import OPTIONS, by_slug, item, read
from tongban.ground import moment
from tongban.ground.elements import ElementDefinition
from tongban.ground.errors import Conflict, NotFound
from tongban.ground.policy import Principal
from tongban.insight.search import vocabulary
from tongban.insight.search.services import rebuild
from tongban.registry.catalog import services
from tongban.registry.catalog.models import HandlingOption
from tongban.registry.licences.services import define_licence_type
from tongban.registry.parties.models import StaffPost
from tongban.registry.parties.selectors import department_by_short_name, principal_of

__all__ = ["OPTIONS", "item_publisher", "load", "masters", "put_option"]

PAPERS = {"hygiene_licence": "licence_hygiene", "permit_road": "permit_road"}
GENERAL_PAPER = "licence_generic"
MEANINGS = {
    "road.start_date": "valid_from",
    "road.end_date": "valid_until",
    "ad.start_date": "valid_from",
    "ad.end_date": "valid_until",
}
CITY_LEVEL = "3"
FIRST_DAY = date(2026, 1, 1)
FIRST_PUBLISHED = datetime(2025, 12, 22, 10, 0, tzinfo=moment.SHANGHAI)
HELD_BY_GOVERNMENT = ("exempt", "verified")


@dataclass(frozen=True)
class Masters:
    """What the options point at: code lists, elements by path, materials as (code, name, issued by the government)."""

    code_lists: dict[str, tuple[str, list[tuple[str, str]], str]]
    elements: dict[str, dict[str, Any]]
    materials: dict[str, tuple[str, str, bool]]


def load(publisher: Principal | None = None, valid_from: date = FIRST_DAY) -> tuple[HandlingOption, ...]:
    """Masters, licence types, every option, the search index; published from ``valid_from`` on when new or changed.

    :param publisher: who publishes; the holder of the city's publishing post when left out.
    """
    held = masters()
    elements = [ElementDefinition.from_json(row) for row in held.elements.values()]
    services.put_masters(held.code_lists, elements, held.materials.values())
    options = tuple(put_option(name) for name in OPTIONS)
    acting = publisher or item_publisher()
    for option in options:
        _publish(option, valid_from, acting)
    vocabulary.seed()
    rebuild()
    return options


def _publish(option: HandlingOption, valid_from: date, publisher: Principal) -> None:
    """The first version belongs to the city's past, before the first case of its history; later ones to today."""
    at = moment.now() if option.versions.exists() else FIRST_PUBLISHED
    try:
        with moment.at(at):
            services.publish(option.pk, valid_from, publisher)
    except Conflict as conflict:
        if conflict.code != "catalog.unchanged":
            raise


def put_option(name: str) -> HandlingOption:
    """One option of the data folder as a draft, with its licence type; nothing is published."""
    source = item(name)
    authority = department_by_short_name(source["authority"])
    item_code = f"{authority.uscc}{CITY_LEVEL}{source['entry_code']}"
    draft = writing.draft_of(source["draft"])
    if "prerequisites" in draft:
        draft["prerequisites"] = [_prerequisite(row) for row in draft["prerequisites"]]
    _define_licence_type(draft)
    return services.put_option(
        services.ItemIdentity(
            source["entry_code"], source["entry_name"], source["item_type"], item_code, source["item_name"]
        ),
        services.OptionIdentity(item_code + source["suffix"], source["slug"], source["option_name"], source["kind"]),
        authority,
        draft,
    )


def item_publisher() -> Principal:
    """The principal of the city's item publisher; ``NotFound`` when the demo's people are not loaded yet."""
    held = (
        StaffPost.objects.select_related("staff__account")
        .filter(post__name=names.ITEM_PUBLISHER_POST, post__department__short_name=names.GOVERNMENT_SERVICES)
        .order_by("pk")
        .first()
    )
    if held is None:
        raise NotFound("demo.publisher", "还没有事项发布岗的人员，先载入演示人员")
    return principal_of(held.staff.account, held.post_id)


# ---- the files -----------------------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def masters() -> Masters:
    """The shared masters with those of every option; a material is issued by the government when nobody is asked."""
    shared = read("masters")
    lists, elements = dict(shared["code_lists"]), dict(shared["elements"])
    materials = {code: (code, name, bool(issued)) for code, name, issued in shared["materials"]}
    for name in OPTIONS:
        own = item(name).get("masters", {})
        lists |= own.get("code_lists", {})
        elements |= own.get("elements", {})
        for row in writing.draft_of(item(name)["draft"])["materials"]:
            issued = row.get("source", "uploaded") in HELD_BY_GOVERNMENT
            materials.setdefault(row["code"], (row["code"], row["name"], issued))
    plain = {code: (name, [(k, v) for k, v in entries], origin) for code, (name, entries, origin) in lists.items()}
    return Masters(
        plain,
        {path: _element(path, written, lists) for path, written in elements.items()},
        materials,
    )


def _element(path: str, written: Mapping[str, Any], lists: Mapping[str, Any]) -> dict[str, Any]:
    """An element's definition; ``codes`` names its code list."""
    data = {"path": path, **{key: value for key, value in written.items() if key != "codes"}}
    if "codes" in written:
        data["code_list"] = {"name": written["codes"], "codes": lists[written["codes"]][1]}
    return data


def _prerequisite(row: Mapping[str, Any]) -> dict[str, Any]:
    """What must be granted before; ``@slug`` stands for the code of another option of the city."""
    code = str(row["code"])
    if not code.startswith("@"):
        return dict(row)
    other = by_slug()[code.removeprefix("@")]
    authority = department_by_short_name(other["authority"])
    return {**row, "code": f"{authority.uscc}{CITY_LEVEL}{other['entry_code']}{other['suffix']}"}


def _define_licence_type(draft: dict[str, Any]) -> None:
    result = draft["result"]
    if not result["licence_type"]:
        return  # the result is the decision itself
    definitions = masters().elements
    schema = [
        {"path": path, "label": label, "definition": definitions[path]}
        | ({"meaning": MEANINGS[path]} if path in MEANINGS else {})
        for label, path in result["attributes"].items()
    ]
    first = draft["legal_basis"][0]
    define_licence_type(
        result["licence_type"],
        result["name"],
        validity_months=result["validity_months"],
        schema=schema,
        template=PAPERS.get(result["licence_type"], GENERAL_PAPER),
        basis=f"{first['instrument']}{first['article']}",
    )
