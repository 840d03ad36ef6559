"""The people of 云溪市: staff with separate powers, residents, organisations. All of them are invented.

``load`` may be called again: what exists stays. Passwords and authenticator secrets are random per installation and
stand in ``<dir>/people.json`` (readable by the owner only) for ``./tongban walk`` and for whoever runs the demo.
"""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyotp
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from tongban.demo import names, places
from tongban.ground import identifiers, moment
from tongban.registry.parties import selectors, services
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
REGISTER = "演示人口库比对"


@dataclass(frozen=True)
class Clerk:
    """A staff member of the demo and the posts they hold (department, post)."""

    number: str
    name: str
    posts: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Resident:
    """A resident: birth and sequence make the ID number. Without ``account`` they stand in the register only."""

    name: str
    area: str
    birth: str
    sequence: int
    mobile: str
    address: str
    account: bool = True
    password: bool = False

    @property
    def id_number(self) -> str:
        """18 characters with the right check character."""
        body = f"{self.area}{self.birth}{self.sequence:03d}"
        return body + identifiers.id_check_digit(body)


@dataclass(frozen=True)
class Body:
    """An organisation, led by the resident of that name."""

    prefix: str
    division: str
    code: str
    name: str
    kind: str
    leader: str
    address: str
    agent: str = ""


_G, _H, _R, _T = names.GOVERNMENT_SERVICES, names.HEALTH, names.ROADS, names.TRAFFIC_POLICE
_M, _L, _C, _F = names.MARKET, names.LABOUR, names.CIVIL_AFFAIRS, names.FIRE

CLERKS: tuple[Clerk, ...] = (
    Clerk("YX0106", "顾晚晴", ((_G, names.WINDOW_POST),)),
    Clerk("YX0107", "梁予安", ((_G, names.WINDOW_POST), (_G, names.ISSUING_POST))),
    Clerk("YX0108", "邵新月", ((_G, names.ISSUING_POST),)),
    Clerk("YX0101", "方砚秋", ((_G, names.HALL_POST),)),
    Clerk("YX0201", "程怀瑾", ((_G, names.SUPERVISION_POST),)),
    Clerk("YX0301", "罗一鸣", ((_G, names.ITEM_EDITOR_POST),)),
    Clerk("YX0302", "苏静姝", ((_G, names.ITEM_PUBLISHER_POST),)),
    Clerk("YX0303", "唐宇轩", ((_G, names.STEWARD_POST),)),
    Clerk("YX0311", "简宁", ((_G, names.CONTENT_EDITOR_POST),)),
    Clerk("YX0312", "闻达", ((_G, names.CONTENT_APPROVER_POST),)),
    Clerk("YX0111", "蓝心怡", ((_G, names.FIRST_CONTACT_POST),)),
    Clerk("YX0901", "魏承志", ((_G, names.SYSTEM_ADMIN_POST),)),
    Clerk("YX0902", "贺敏之", ((_G, names.SECURITY_ADMIN_POST),)),
    Clerk("YX0903", "江见微", ((_G, names.AUDIT_ADMIN_POST),)),
    Clerk("YX1101", "蒋若溪", ((_H, names.HYGIENE_HANDLE_POST),)),
    Clerk("YX1102", "丁立群", ((_H, names.HYGIENE_HANDLE_POST),)),
    Clerk("YX1103", "傅文澜", ((_H, names.HYGIENE_EXAMINE_POST),)),
    Clerk("YX1104", "许知行", ((_H, names.HYGIENE_APPROVE_POST),)),
    Clerk("YX1105", "沈清和", ((_G, names.WINDOW_POST), (_H, names.HYGIENE_APPROVE_POST))),
    Clerk("YX1201", "韩野", ((_R, names.ROAD_HANDLE_POST),)),
    Clerk("YX1202", "石磊", ((_R, names.ROAD_EXAMINE_POST),)),
    Clerk("YX1203", "秦岚", ((_R, names.ROAD_APPROVE_POST),)),
    Clerk("YX1301", "岳峰", ((_T, names.TRAFFIC_EXAMINE_POST),)),
    Clerk("YX0001", "裴知远", ((names.CITY_GOVERNMENT, names.GOVERNMENT_HEAD_POST),)),
    Clerk("YX0109", "范书恒", ((_G, names.ARCHIVE_POST),)),
    Clerk("YX1106", "温如言", ((_H, names.HEARING_POST),)),
    Clerk("YX1107", "陆景行", ((_H, names.HEALTH_HEAD_POST),)),
    Clerk("YX1204", "崔致和", ((_R, names.ROADS_HEAD_POST),)),
    Clerk("YX1401", "柳闻莺", ((_M, names.REGISTER_WINDOW_POST), (_M, names.REGISTER_APPROVE_POST))),
    Clerk("YX1402", "阮清", ((_M, names.REGISTER_WINDOW_POST),)),
    Clerk("YX1403", "卓越泽", ((_M, names.REGISTER_HANDLE_POST),)),
    Clerk("YX1404", "钟毓", ((_M, names.REGISTER_APPROVE_POST),)),
    Clerk("YX1405", "宋秉文", ((_M, names.MARKET_HEAD_POST),)),
    Clerk("YX1501", "祝云舒", ((_L, names.LABOUR_REPRESENTATIVE_POST),)),
    Clerk("YX1502", "白新雨", ((_L, names.LABOUR_HANDLE_POST),)),
    Clerk("YX1503", "闻人静", ((_L, names.INJURY_EXAMINE_POST),)),
    Clerk("YX1504", "费明诚", ((_L, names.LABOUR_APPROVE_POST),)),
    Clerk("YX1505", "季怀安", ((_L, names.LABOUR_HEAD_POST),)),
    Clerk("YX1601", "乔安宁", ((_C, names.RELIEF_HANDLE_POST),)),
    Clerk("YX1602", "窦文斌", ((_C, names.RELIEF_EXAMINE_POST),)),
    Clerk("YX1603", "穆青松", ((_C, names.RELIEF_APPROVE_POST),)),
    Clerk("YX1604", "冉秋实", ((_C, names.RELIEF_HEAD_POST),)),
    Clerk("YX1701", "黎晓光", ((names.HOUSING_FUND, names.FUND_HANDLE_POST),)),
    Clerk("YX1702", "龚正平", ((names.HOUSING_FUND, names.FUND_APPROVE_POST),)),
    Clerk("YX1703", "池文渊", ((names.HOUSING_FUND, names.FUND_HEAD_POST),)),
    Clerk("YX1801", "雷振宇", ((_F, names.FIRE_HANDLE_POST),)),
    Clerk("YX1802", "尹长河", ((_F, names.FIRE_EXAMINE_POST),)),
    Clerk("YX1803", "洪德明", ((_F, names.FIRE_APPROVE_POST),)),
    Clerk("YX1804", "向北辰", ((_F, names.FIRE_HEAD_POST),)),
)

RESIDENTS: tuple[Resident, ...] = (
    Resident("沈知夏", "339902", "19920408", 2, "13800002046", "云溪市桥西区溪源路 156 号 2 幢 301 室", password=True),
    Resident("陆明远", "339902", "19870915", 151, "13900007720", "云溪市桥西区平桥路 9 号 5 幢 602 室", password=True),
    Resident("周𬭎", "339903", "19790321", 17, "13800003157", "云溪市云山区东湖大道 31 号 1201 室", password=True),
    Resident("林㼆", "339921", "19840706", 24, "13800004268", "云溪市南渡县石埠镇埠头路 12 号", password=True),
    Resident("何雨桐", "339902", "19950130", 42, "13800005379", "云溪市桥西区溪源路 21 号 8 幢 402 室", password=True),
    Resident("欧阳娜", "339903", "19900512", 66, "13800006481", "云溪市云山区栖霞路 77 号 3 幢 201 室", password=True),
    Resident("郑国强", "339902", "19651102", 33, "13800007592", "云溪市桥西区平桥路 40 号 1 幢 102 室"),
    Resident("吴秀英", "339902", "19480219", 48, "13800008613", "云溪市桥西区平桥路 40 号 1 幢 103 室"),
    Resident("赵天佑", "339922", "19980827", 71, "13800009724", "云溪市松涧县松风路 5 号"),
    Resident("孙思远", "339902", "19830604", 93, "13800010835", "云溪市桥西区溪源路 200 号 6 幢 1503 室"),
    Resident("钱亦凡", "339903", "19911213", 114, "13800011946", "云溪市云山区东湖大道 99 号 2 幢 701 室"),
    Resident("马晓东", "339921", "19760925", 135, "13800012057", "云溪市南渡县石埠镇中街 33 号"),
    Resident("白若冰", "339902", "20001001", 156, "13800013168", "云溪市桥西区溪源路 66 号 4 幢 304 室"),
    Resident("高建平", "339902", "19700418", 177, "13800014279", "云溪市桥西区平桥路 111 号 2 单元 501 室"),
    Resident("曾庆瑞", "339903", "19811230", 198, "13800015381", "云溪市云山区栖霞路 18 号 9 幢 1102 室"),
    Resident("冯晓月", "339922", "19930317", 219, "13800016492", "云溪市松涧县河湾村 26 号"),
    Resident("汤志刚", "339902", "19680808", 230, "13800017513", "云溪市桥西区溪源路 133 号 3 幢 201 室"),
    Resident("叶红", "339902", "19560103", 241, "13800018624", "云溪市桥西区平桥路 8 号 1 幢 301 室", account=False),
    Resident("任子墨", "339903", "20030909", 252, "13800019735", "云溪市云山区东湖大道 55 号 403 室", account=False),
    Resident("邹文慧", "339921", "19880228", 263, "13800020846", "云溪市南渡县埠南路 72 号", account=False),
)

BODIES: tuple[Body, ...] = (
    Body(
        "92", "339902", "MA7A0001", "云溪市桥西区溪上小馆", "self_employed", "沈知夏", "云溪市桥西区溪源路 156 号一层"
    ),
    Body("92", "339903", "MA7A0002", "云溪市云山区青禾理发店", "self_employed", "欧阳娜", "云溪市云山区栖霞路 77 号"),
    Body(
        "91", "339902", "MA7A0003", "云溪溪畔酒店有限公司", "enterprise", "周𬭎", "云溪市桥西区溪源路 200 号", "何雨桐"
    ),
    Body("91", "339903", "MA7A0004", "云溪水韵游泳健身有限公司", "enterprise", "钱亦凡", "云溪市云山区东湖大道 99 号"),
    Body(
        "91",
        "339902",
        "MA7A0005",
        "云溪城建工程有限公司",
        "enterprise",
        "孙思远",
        "云溪市桥西区平桥路 100 号",
        "陆明远",
    ),
    Body(
        "91", "339900", "MA7A0006", "云溪自来水有限公司", "enterprise", "高建平", "云溪市桥西区平桥路 58 号", "何雨桐"
    ),
    Body("91", "339900", "MA7A0007", "云溪燃气有限公司", "enterprise", "曾庆瑞", "云溪市云山区栖霞路 1 号"),
    Body("12", "339921", "MB0B0008", "南渡县石埠镇中心学校", "institution", "马晓东", "云溪市南渡县石埠镇中街 1 号"),
)


def load(directory: Path | None = None) -> None:
    """Make everybody who is missing and write ``people.json`` into ``directory`` (default the state folder)."""
    folder = directory or Path(settings.DIR)
    known = _read(folder)
    regions = places.load_regions()
    city = regions[places.CITY_CODE]
    departments = places.load_departments(city)
    posts = places.load_posts(departments, city)
    people = [_clerk(clerk, departments, posts, known) for clerk in CLERKS]
    people += [entry for resident in RESIDENTS if (entry := _resident(resident, known))]
    for body in BODIES:
        _organisation(body)
    write(folder, "people", people)


def _clerk(
    clerk: Clerk,
    departments: dict[str, Department],
    posts: dict[tuple[str, str], Post],
    known: dict[str, dict[str, Any]],
) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "name": clerk.name,
        "kind": "staff",
        "role": names.POST_ROLES[clerk.posts[0]][0],
        "roles": [role for key in clerk.posts for role in names.POST_ROLES[key]],
        "login": clerk.number,
        "posts": [name for _, name in clerk.posts],
    }
    staff = Staff.objects.select_related("account").filter(number=clerk.number).first()
    if staff is None:
        password = secrets.token_urlsafe(12)
        held = [posts[key] for key in clerk.posts]
        employer = departments[clerk.posts[-1][0]]
        made = services.add_staff(clerk.number, clerk.name, employer, held, password=password, since=SINCE)
        return entry | {"password": password, "totp_secret": made.totp_secret}
    return entry | _secrets(staff.account, known.get(clerk.number))


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


def _resident(resident: Resident, known: dict[str, dict[str, Any]]) -> dict[str, Any] | None:
    person = selectors.person_by_id_number(resident.id_number)
    if person is None:
        person = services.register_person(resident.name, resident.id_number, resident.mobile, address=resident.address)
    if not resident.account:
        return None
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


def _person(name: str) -> Person:
    resident = next(one for one in RESIDENTS if one.name == name)
    found = selectors.person_by_id_number(resident.id_number)
    if found is None:
        raise LookupError(f"demo resident {name} is not loaded")
    return found


def _organisation(body: Body) -> None:
    uscc = places.make_uscc(body.prefix, body.division, body.code)
    organisation = Organisation.objects.filter(uscc=uscc).first()
    if organisation is None:
        organisation = services.register_organisation(uscc, body.name, body.kind, _person(body.leader), body.address)
    if body.agent and not Mandate.objects.filter(organisation=organisation).exists():
        today = moment.today()
        with transaction.atomic():
            Mandate.objects.create(
                organisation=organisation,
                agent=_person(body.agent),
                valid=DateRange(SINCE, today + timedelta(days=730)),
                given_at=moment.now(),
            )


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
