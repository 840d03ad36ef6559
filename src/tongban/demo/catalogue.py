"""The catalogue of 云溪市: handling options of every legal regime, published by the city's item publisher.

Entry codes that begin with 9999 are invented: the national code was not looked up.

``load`` is idempotent: an option whose draft has not changed since its newest version is left alone.
"""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

from tongban.demo import names
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

FOLDER = Path(__file__).parent / "data"
OPTIONS = (
    "hygiene_licence",
    "road_permit",
    "fire_check",
    "hygiene_renewal",
    "self_employed",
    "business_pause",
    "old_age_allowance",
    "housing_fund",
    "work_injury",
    "insurance_certificate",
)
PAPERS = {"hygiene_licence": "licence_hygiene", "permit_road": "permit_road"}
GENERAL_PAPER = "licence_generic"
MEANINGS = {"road.start_date": "valid_from", "road.end_date": "valid_until"}
CITY_LEVEL = "3"
FIRST_DAY = date(2026, 1, 1)
FIRST_PUBLISHED = datetime(2025, 12, 22, 10, 0, tzinfo=moment.SHANGHAI)


def load(publisher: Principal | None = None, valid_from: date = FIRST_DAY) -> tuple[HandlingOption, ...]:
    """Masters, licence types, both options, the search index; published from ``valid_from`` on when new or changed.

    :param publisher: who publishes; the holder of the city's publishing post when left out.
    """
    _put_masters()
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
    source = _read(name)
    authority = department_by_short_name(source["authority"])
    item_code = f"{authority.uscc}{CITY_LEVEL}{source['entry_code']}"
    _define_licence_type(source["draft"])
    return services.put_option(
        services.ItemIdentity(
            source["entry_code"], source["entry_name"], source["item_type"], item_code, source["item_name"]
        ),
        services.OptionIdentity(item_code + source["suffix"], source["slug"], source["option_name"], source["kind"]),
        authority,
        source["draft"],
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


def _read(name: str) -> dict[str, Any]:
    data: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return data


def _put_masters() -> None:
    source = _read("masters")
    lists = {
        code: (name, [(key, words) for key, words in entries], origin)
        for code, (name, entries, origin) in source["code_lists"].items()
    }
    elements = [ElementDefinition.from_json(row) for row in source["elements"]]
    services.put_masters(lists, elements, [(code, name, issued) for code, name, issued in source["materials"]])


def _define_licence_type(draft: dict[str, Any]) -> None:
    result = draft["result"]
    if not result["licence_type"]:
        return  # the result is the decision itself
    definitions = {row["path"]: row for row in _read("masters")["elements"]}
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
