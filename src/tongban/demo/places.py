"""Regions, departments and posts of 云溪市: a fictional city. Its division codes (3399..) exist in no register.

Read from ``data/regions.json`` and ``data/departments.json``. Each loader makes what is missing and leaves the rest.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from tongban.demo.files import read
from tongban.ground import identifiers
from tongban.registry.parties.models import Department, Post, Region

CITY_CODE = "339900"
SUBTREE = {"city": 999, "county": 99, "township": 8}
"""How many numbers of the division tree follow the own one of a region of each level."""


@dataclass(frozen=True)
class Place:
    """A region with its interval of the division tree."""

    code: str
    name: str
    level: str
    no: int
    end_no: int
    parent: str = ""


@lru_cache(maxsize=1)
def places() -> tuple[Place, ...]:
    """Every region, parents first."""
    return tuple(_places(read("regions")))


def _places(city: dict[str, Any]) -> Iterator[Place]:
    yield _place(city, "city")
    for county in city["counties"]:
        yield _place(county, "county", city["code"])
        for town in county["towns"]:
            yield _place(town, "township", county["code"])
            for number, name in enumerate(town["villages"], 1):
                no = town["no"] + number
                code = f"{town['code']}{(200 if name.endswith('村') else 0) + number:03d}"
                yield Place(code, name, "village", no, no, town["code"])


def _place(row: dict[str, Any], level: str, parent: str = "") -> Place:
    # the first township of a county shares its tens with the county's own number
    end = row["no"] + SUBTREE[level] + (1 if level == "township" and row["no"] % 10 == 0 else 0)
    return Place(row["code"], row["name"], level, row["no"], end, parent)


def make_uscc(prefix: str, division: str, body: str) -> str:
    """A credit code with both check characters right: ``prefix`` (2) + ``division`` (6) + ``body`` (8)."""
    organisation = body + identifiers.organisation_check_character(body)
    seventeen = prefix + division + organisation
    return seventeen + identifiers.uscc_check_character(seventeen)


def load_regions() -> dict[str, Region]:
    """Make the regions that are missing; code -> region."""
    made = {region.code: region for region in Region.objects.all()}
    for place in places():
        if place.code not in made:
            made[place.code] = Region.objects.create(
                code=place.code,
                name=place.name,
                level=place.level,
                no=place.no,
                end_no=place.end_no,
                parent=made.get(place.parent),
            )
    return made


def load_departments(regions: dict[str, Region]) -> dict[str, Department]:
    """Make the departments that are missing; short name -> department."""
    held = {department.uscc: department for department in Department.objects.select_related("region")}
    made: dict[str, Department] = {}
    for row in read("departments"):
        uscc = make_uscc(row.get("prefix", "11"), row.get("division", CITY_CODE), row["body"])
        made[row["short_name"]] = held.get(uscc) or Department.objects.create(
            uscc=uscc,
            name=row["name"],
            short_name=row["short_name"],
            document_word=row["document_word"],
            region=regions[row.get("region", CITY_CODE)],
            phone=row["phone"],
            address=row["address"],
            reconsideration_authority=row.get("reconsideration_authority", "云溪市人民政府"),
            court=row.get("court", "云溪市桥西区人民法院"),
        )
    return made


@dataclass(frozen=True)
class Position:
    """A post of the city as it is written down."""

    department: str
    name: str
    roles: tuple[str, ...]
    region: str


@lru_cache(maxsize=1)
def positions() -> dict[str, Position]:
    """Every post by ``部门/岗位``."""
    found = {}
    for row in read("departments"):
        for name, written in row["posts"].items():
            data = written if isinstance(written, dict) else {"roles": written}
            region = data.get("region", row.get("region", CITY_CODE))
            found[f"{row['short_name']}/{name}"] = Position(row["short_name"], name, tuple(data["roles"]), region)
    return found


def load_posts(departments: dict[str, Department], regions: dict[str, Region]) -> dict[str, Post]:
    """Make the posts that are missing, powers kept apart; ``部门/岗位`` -> post."""
    held = {(post.department_id, post.name): post for post in Post.objects.all()}
    made: dict[str, Post] = {}
    for key, position in positions().items():
        department = departments[position.department]
        made[key] = held.get((department.pk, position.name)) or Post.objects.create(
            department=department, name=position.name, roles=list(position.roles), region=regions[position.region]
        )
    return made
