"""Regions and departments of 云溪市: a fictional city. Its division codes (3399..) exist in no register."""

from __future__ import annotations

from dataclasses import dataclass

from tongban.demo import names
from tongban.ground import identifiers
from tongban.registry.parties.models import Department, Post, Region

CITY_CODE = "339900"


@dataclass(frozen=True)
class Place:
    """A region with its interval of the division tree."""

    code: str
    name: str
    level: str
    no: int
    end_no: int
    parent: str = ""


PLACES: tuple[Place, ...] = (
    Place(CITY_CODE, names.CITY, "city", 1000, 1999),
    Place("339902", "桥西区", "county", 1100, 1199, CITY_CODE),
    Place("339903", "云山区", "county", 1200, 1299, CITY_CODE),
    Place("339921", "南渡县", "county", 1300, 1399, CITY_CODE),
    Place("339922", "松涧县", "county", 1400, 1499, CITY_CODE),
    Place("339902001", "溪源街道", "township", 1101, 1109, "339902"),
    Place("339902002", "平桥街道", "township", 1110, 1119, "339902"),
    Place("339921100", "石埠镇", "township", 1301, 1309, "339921"),
)

_CONTACTS: dict[str, tuple[str, str, str]] = {
    names.GOVERNMENT_SERVICES: ("MB0A0011", "0500-8200100", "云溪市桥西区溪源路 88 号"),
    names.HEALTH: ("MB0A0022", "0500-8200122", "云溪市桥西区溪源路 88 号 3 楼"),
    names.ROADS: ("MB0A0033", "0500-8200133", "云溪市桥西区平桥路 20 号"),
    names.TRAFFIC_POLICE: ("MB0A0044", "0500-8200144", "云溪市云山区东湖大道 6 号"),
    names.CITY_GOVERNMENT: ("MB0A0055", "0500-8200155", "云溪市桥西区溪源路 1 号"),
    names.MARKET: ("MB0A0066", "0500-8200166", "云溪市桥西区平桥路 60 号"),
    names.LABOUR: ("MB0A0077", "0500-8200177", "云溪市桥西区溪源路 102 号"),
    names.CIVIL_AFFAIRS: ("MB0A0088", "0500-8200188", "云溪市桥西区溪源路 104 号"),
    names.HOUSING_FUND: ("MB0A0099", "0500-8200199", "云溪市云山区东湖大道 20 号"),
    names.FIRE: ("MB0A0110", "0500-8200110", "云溪市云山区栖霞路 119 号"),
}


def make_uscc(prefix: str, division: str, body: str) -> str:
    """A credit code with both check characters right: ``prefix`` (2) + ``division`` (6) + ``body`` (8)."""
    organisation = body + identifiers.organisation_check_character(body)
    seventeen = prefix + division + organisation
    return seventeen + identifiers.uscc_check_character(seventeen)


def load_regions() -> dict[str, Region]:
    """Make the regions that are missing; code -> region."""
    made: dict[str, Region] = {}
    for place in PLACES:
        made[place.code], _ = Region.objects.get_or_create(
            code=place.code,
            defaults={
                "name": place.name,
                "level": place.level,
                "no": place.no,
                "end_no": place.end_no,
                "parent": made.get(place.parent),
            },
        )
    return made


def load_departments(city: Region) -> dict[str, Department]:
    """Make the departments that are missing; short name -> department."""
    made: dict[str, Department] = {}
    for short_name, name in names.DEPARTMENT_NAMES.items():
        body, phone, address = _CONTACTS[short_name]
        made[short_name], _ = Department.objects.get_or_create(
            uscc=make_uscc("11", CITY_CODE, body),
            defaults={
                "name": name,
                "short_name": short_name,
                "document_word": names.DOCUMENT_WORDS[short_name],
                "region": city,
                "phone": phone,
                "address": address,
                "reconsideration_authority": "云溪市人民政府",
                "court": "云溪市桥西区人民法院",
            },
        )
    return made


def load_posts(departments: dict[str, Department], city: Region) -> dict[tuple[str, str], Post]:
    """Make the posts that are missing, powers kept apart; (short name, post name) -> post."""
    made: dict[tuple[str, str], Post] = {}
    for (short_name, name), roles in names.POST_ROLES.items():
        made[short_name, name], _ = Post.objects.get_or_create(
            department=departments[short_name], name=name, defaults={"roles": list(roles), "region": city}
        )
    return made
