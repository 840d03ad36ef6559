"""What applicants of 云溪市 answer. Invented, and checked by the same rules as anybody's answers."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from tongban.demo import answers as sound
from tongban.demo import names

SHOPS: tuple[tuple[str, str, str], ...] = (
    ("hair_salon", "青禾理发", "云溪市云山区栖霞路 77 号"),
    ("hair_salon", "老街剪发", "云溪市桥西区平桥路 16 号"),
    ("beauty_salon", "素颜美容", "云溪市桥西区溪源路 88 号二层"),
    ("lodging", "溪畔小住民宿", "云溪市南渡县石埠镇埠头路 3 号"),
    ("lodging", "桥西客舍", "云溪市桥西区平桥路 52 号"),
    ("bath", "暖泉足浴", "云溪市云山区东湖大道 12 号"),
    ("swimming", "水韵游泳馆", "云溪市云山区东湖大道 99 号"),
    ("song_hall", "乐满溪歌厅", "云溪市桥西区溪源路 140 号三层"),
    ("stadium", "步云健身房", "云溪市云山区栖霞路 8 号"),
    ("mall", "晴川书店", "云溪市桥西区溪源路 30 号"),
)
WORKS: tuple[tuple[str, str, str, str], ...] = (
    ("溪源路", "平桥路口至 156 号门前", "店面招牌更换，要搭脚手架", "occupy"),
    ("东湖大道", "31 号小区北门两侧各 10 米", "小区燃气支管接入", "excavate"),
    ("栖霞路", "77 号至 83 号人行道", "外墙渗漏维修，临时占用人行道", "occupy"),
    ("平桥路", "40 号院门口", "自来水入户管更换", "excavate"),
    ("埠头路", "3 号门前至码头", "污水管接驳", "excavate"),
    ("北苑路", "60 号工地门口两侧", "施工围挡占用人行道", "occupy"),
    ("学府路", "16 号至 28 号", "通信光缆敷设", "excavate"),
    ("新桥路", "新桥东端下坡段", "雨水箅子更换", "excavate"),
    ("湖滨路", "1 号广场出入口", "商场外墙清洗，停放登高车", "occupy"),
    ("云麓路", "茶园路口以南 40 米", "燃气调压箱移位", "excavate"),
    ("老街", "8 号至 16 号门前", "老街立面修缮，搭脚手架", "occupy"),
    ("半山路", "9 号小区大门", "供水管漏损抢修后复原", "excavate"),
    ("望桥路", "6 号东侧人行道", "树木修剪，占用人行道", "occupy"),
    ("锦绣路", "90 号门前", "污水支管改造", "excavate"),
    ("花园路", "幼儿园门口", "增设减速带，占用半幅路面", "occupy"),
    ("茶园路", "22 号前路口", "电力排管", "excavate"),
    ("梧桐里", "14 号弄口", "加装电梯，堆放材料", "occupy"),
)

TRADES = {"理发": "hair_salon", "酒店": "lodging", "游泳": "swimming"}
"""What in an organisation's name tells which public place it runs."""


def _shop(organisation: str, address: str, chance: random.Random) -> tuple[str, str, str]:
    """The kind, sign and address of the place: an organisation's own, else one of the town's shops."""
    kind = next((kind for trade, kind in TRADES.items() if trade in organisation), None)
    return (kind, organisation.removeprefix("云溪市"), address) if kind else chance.choice(SHOPS)


def answers(
    slug: str, chance: random.Random, facts: dict[str, Any], today: date, own: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Complete answers for an option, in the shape that the form accepts; ``own`` is what this applicant says."""
    said = dict(own or {})
    if slug not in (names.HYGIENE_SLUG, names.ROAD_SLUG):
        return sound.complete(slug, facts, today) | sound.shifted(slug, today, chance) | said
    return _drawn(slug, chance, facts, today, said) | said


def _drawn(
    slug: str, chance: random.Random, facts: dict[str, Any], today: date, said: dict[str, Any]
) -> dict[str, Any]:
    own = {
        "business.name": facts.get("organisation.name") or "",
        "business.responsible": facts.get("organisation.legal_representative") or facts["person.name"],
        "applicant.name": facts["person.name"],
        "applicant.id_number": facts["person.id_number"],
        "applicant.mobile": facts["person.mobile"],
    }
    if uscc := facts.get("organisation.uscc"):
        own["business.uscc"] = uscc
    known = {key: value for key, value in own.items() if value}
    if slug == names.ROAD_SLUG:
        return {"business.name": facts["person.name"]} | _road(chance, today, said.get("road.use")) | known
    shop = _shop(known.get("business.name", ""), facts.get("organisation.address", ""), chance)
    if "premises.kind" in said:
        shop = said["premises.kind"], said["premises.name"], said["premises.address"]
    return _hygiene(shop, chance) | known


def _hygiene(shop: tuple[str, str, str], chance: random.Random) -> dict[str, Any]:
    kind, name, address = shop
    people = chance.randint(2, 14)
    found: dict[str, Any] = {
        "business.name": name,
        "premises.kind": kind,
        "premises.central_air": chance.random() < 0.25,
        "premises.area_m2": str(chance.randint(28, 900)),
        "premises.name": name,
        "premises.address": address,
        "manager.name": chance.choice(("李慧", "王志勇", "陈小芳", "杨帆", "许丹")),
        "manager.mobile": f"1380003{chance.randint(1000, 9999)}",
        "staff.count": people,
        "staff.health_certificate_count": people,
    }
    if kind == "lodging":
        found["premises.rooms"] = chance.randint(6, 48)
    if kind == "swimming":
        found["premises.pool_area_m2"] = str(chance.choice((250, 500, 1250)))
    return found


def _road(chance: random.Random, today: date, use: str | None) -> dict[str, Any]:
    road, section, reason, use = chance.choice([work for work in WORKS if use in (None, work[3])])
    start = today + timedelta(days=chance.randint(12, 30))
    found: dict[str, Any] = {
        "road.use": use,
        "road.takes_lane": chance.random() < 0.4,
        "road.lays_pipes": use == "excavate",
        "road.name": road,
        "road.section": section,
        "road.area_m2": str(chance.randint(4, 120)),
        "road.start_date": start.isoformat(),
        "road.end_date": (start + timedelta(days=chance.randint(2, 15))).isoformat(),
        "road.reason": reason,
        "contractor.name": chance.choice(("云溪市政工程有限公司", "溪安管道安装队", "桥西建筑维修有限公司")),
        "contractor.manager": chance.choice(("刘卫东", "谢军", "黄立新")),
        "contractor.mobile": f"1390004{chance.randint(1000, 9999)}",
    }
    if use == "excavate":
        found["road.depth_m"] = str(chance.choice(("0.8", "1.2", "1.5")))
    return found
