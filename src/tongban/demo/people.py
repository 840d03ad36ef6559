"""The people of 云溪市: staff with separate powers, residents with their stories, organisations. All are invented.

``load`` may be called again: what exists stays. Who plays a part in ``./tongban walk`` has a password and an
authenticator's secret, random per installation, in ``<dir>/people.json`` (readable by the owner only); everybody else
signs in with the demo's one button.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyotp
from django.conf import settings
from django.contrib.auth.hashers import make_password

from tongban.demo import places
from tongban.demo.files import read
from tongban.ground import identifiers, moment
from tongban.registry.parties import mandates, selectors, services
from tongban.registry.parties.models import (
    Department,
    Mandate,
    Organisation,
    Person,
    Post,
    Staff,
    UserAccount,
)

SINCE = date(2018, 1, 1)
LONGEST = timedelta(days=730)
REGISTER = "演示人口库比对"


@dataclass(frozen=True)
class Clerk:
    """A staff member of the demo and the posts they hold (``部门/岗位``)."""

    number: str
    name: str
    posts: tuple[str, ...]
    password: bool = False

    @property
    def roles(self) -> tuple[str, ...]:
        """The roles of the posts, in order."""
        return tuple(role for post in self.posts for role in places.positions()[post].roles)


@dataclass(frozen=True)
class Need:
    """What somebody has to apply for, how often in these months, and what they answer differently from others."""

    item: str
    times: int = 1
    by: str = ""
    """Who applies in their name, by mandate; empty: they themselves."""
    answers: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Resident:
    """A resident: birth and sequence make the ID number. Without ``account`` they stand in the register only.

    ``story`` is told on the demo's door. ``care`` (careful, ordinary, careless), ``pace`` (quick, ordinary, slow) and
    ``way`` (portal, window, mixed) are habits.
    """

    name: str
    area: str
    birth: str
    sequence: int
    mobile: str
    address: str
    story: str = ""
    account: bool = True
    password: bool = False
    care: str = "ordinary"
    pace: str = "ordinary"
    way: str = "mixed"
    needs: tuple[Need, ...] = ()

    @property
    def id_number(self) -> str:
        """18 characters with the right check character."""
        body = f"{self.area}{self.birth}{self.sequence:03d}"
        return body + identifiers.id_check_digit(body)


@dataclass(frozen=True)
class Body:
    """An organisation, led by the resident of that name; ``agent`` is the resident who runs its errands."""

    prefix: str
    division: str
    code: str
    name: str
    kind: str
    leader: str
    address: str
    trade: str = ""
    agent: str = ""
    care: str = "ordinary"
    way: str = "mixed"
    needs: tuple[Need, ...] = ()

    @property
    def uscc(self) -> str:
        """The credit code with both check characters."""
        return places.make_uscc(self.prefix, self.division, self.code)


@dataclass(frozen=True)
class Trust:
    """One resident acts for another."""

    principal: str
    agent: str


def _with_needs(row: Mapping[str, Any]) -> dict[str, Any]:
    return {**row, "needs": tuple(Need(**need) for need in row.get("needs", ()))}


CLERKS: tuple[Clerk, ...] = tuple(Clerk(**{**row, "posts": tuple(row["posts"])}) for row in read("staff"))
_RESIDENTS = read("residents")
RESIDENTS: tuple[Resident, ...] = tuple(Resident(**_with_needs(row)) for row in _RESIDENTS["people"])
TRUSTS: tuple[Trust, ...] = tuple(Trust(**row) for row in _RESIDENTS["mandates"])
BODIES: tuple[Body, ...] = tuple(Body(**_with_needs(row)) for row in read("organisations"))


def load(directory: Path | None = None) -> None:
    """Make everybody who is missing and write ``people.json`` into ``directory`` (default the state folder)."""
    folder = directory or Path(settings.DIR)
    known = _read(folder)
    regions = places.load_regions()
    departments = places.load_departments(regions)
    posts = places.load_posts(departments, regions)
    staff = {one.number: one for one in Staff.objects.select_related("account")}
    entries = [_clerk(clerk, staff.get(clerk.number), departments, posts, known) for clerk in CLERKS]
    persons = {resident.name: _person(resident) for resident in RESIDENTS}
    entries += [_account(resident, persons[resident.name], known) for resident in RESIDENTS if resident.account]
    for body in BODIES:
        _organisation(body, persons)
    for trust in TRUSTS:
        _trust(trust, persons)
    write(folder, "people", [entry for entry in entries if entry])


def load_some(names: Collection[str], bodies: Collection[str]) -> None:
    """Only these residents and these organisations with the mandates among them; nobody of them has a password."""
    chosen = [replace(resident, password=False) for resident in RESIDENTS if resident.name in names]
    persons = {resident.name: _person(resident) for resident in chosen}
    for resident in chosen:
        _account(resident, persons[resident.name], {})
    for body in BODIES:
        if body.name in bodies:
            _organisation(body, persons)
    for trust in TRUSTS:
        if trust.principal in persons and trust.agent in persons:
            _trust(trust, persons)


# ---- staff ---------------------------------------------------------------------------------------------------------


def _clerk(
    clerk: Clerk,
    staff: Staff | None,
    departments: dict[str, Department],
    posts: dict[str, Post],
    known: dict[str, dict[str, Any]],
) -> dict[str, Any]:
    """Make a missing one; what people.json says of who has a password, empty for the others."""
    entry: dict[str, Any] = {
        "name": clerk.name,
        "kind": "staff",
        "role": clerk.roles[0],
        "roles": list(clerk.roles),
        "login": clerk.number,
        "posts": [places.positions()[key].name for key in clerk.posts],
    }
    if staff is not None:
        return entry | _secrets(staff.account, known.get(clerk.number)) if clerk.password else {}
    password = secrets.token_urlsafe(12) if clerk.password else None
    held = [posts[key] for key in clerk.posts]
    employer = departments[places.positions()[clerk.posts[-1]].department]
    made = services.add_staff(clerk.number, clerk.name, employer, held, password=password, since=SINCE)
    return entry | {"password": password, "totp_secret": made.totp_secret} if clerk.password else {}


def _secrets(account: UserAccount, before: dict[str, Any] | None) -> dict[str, Any]:
    """What people.json said before; when the file was lost, new ones are set."""
    if before and before.get("password"):
        return {"password": before["password"], "totp_secret": before.get("totp_secret", "")}
    password = secrets.token_urlsafe(12)
    account.password = make_password(password)
    if account.second_factor:
        account.second_factor = pyotp.random_base32()
    account.save(update_fields=["password", "second_factor"])
    return {"password": password, "totp_secret": account.second_factor}


# ---- residents and organisations -----------------------------------------------------------------------------------


def _person(resident: Resident) -> Person:
    found = selectors.person_by_id_number(resident.id_number)
    return found or services.register_person(
        resident.name, resident.id_number, resident.mobile, address=resident.address
    )


def _account(resident: Resident, person: Person, known: dict[str, dict[str, Any]]) -> dict[str, Any]:
    account = UserAccount.objects.filter(person=person).first()
    entry: dict[str, Any] = {
        "name": resident.name,
        "kind": "person",
        "role": "applicant",
        "login": resident.mobile,
        "totp_secret": "",
    }
    if account is not None:
        return entry | (_secrets(account, known.get(resident.mobile)) if resident.password else {"password": ""})
    password = secrets.token_urlsafe(12) if resident.password else None
    services.open_account(
        person,
        mobile=resident.mobile,
        password=password,
        assurance_level=UserAccount.Assurance.CHECKED,
        assurance_source=REGISTER,
    )
    return entry | {"password": password or ""}


def _organisation(body: Body, persons: dict[str, Person]) -> None:
    organisation = Organisation.objects.filter(uscc=body.uscc).first()
    if organisation is None:
        organisation = services.register_organisation(
            body.uscc, body.name, body.kind, persons[body.leader], body.address
        )
    if body.agent:
        _mandate(persons[body.leader], persons[body.agent], organisation)


def _trust(trust: Trust, persons: dict[str, Person]) -> None:
    _mandate(persons[trust.principal], persons[trust.agent])


def _mandate(giver: Person, agent: Person, organisation: Organisation | None = None) -> None:
    """Given once, for two years from now, by whoever may: the person, or who leads the organisation."""
    owner = {"organisation": organisation} if organisation else {"principal_person": giver}
    if Mandate.objects.filter(**owner, agent=agent).exists():
        return
    mandates.give(
        selectors.principal_of(giver.account),
        agent_name=agent.name,
        agent_id_number=agent.id_number,
        until=moment.today() + LONGEST,
        organisation_id=organisation.pk if organisation else None,
    )


# ---- people.json ---------------------------------------------------------------------------------------------------


def _read(folder: Path) -> dict[str, dict[str, Any]]:
    path = folder / "people.json"
    if not path.exists():
        return {}
    return {entry["login"]: entry for entry in json.loads(path.read_text(encoding="utf-8"))["people"]}


def write(folder: Path, part: str, entries: list[dict[str, Any]]) -> None:
    """Put the entries of one part (``people``, ``machines``); the other part stays as it is.

    Written whole and renamed; never readable by others, not even for a moment.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "people.json"
    document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    document[part] = entries
    temporary = folder / f".people.{secrets.token_hex(4)}"
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(document, file, ensure_ascii=False, indent=1)
    temporary.rename(folder / "people.json")
