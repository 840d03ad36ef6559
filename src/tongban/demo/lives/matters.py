"""Who in 云溪市 has to apply for what, and how they go about it: drawn from the stories of people and organisations.

A matter is one application before it is made. Their own needs come first; the rest are the everyday ones that people
have again and again, for themselves or for an old parent, a child, a workmate.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from tongban.demo import files, names, people

NOBODY = ""
OLD = "19550101"
"""Who was born before leaves everyday errands to others."""
PURPOSES = ("孩子入学", "入职", "租房", "贷款", "职称评审", "落户", "购房", "工程投标", "居住证签注")
ILLNESSES = ("hypertension", "diabetes", "tumour", "dialysis", "mental")
INJURIES = (
    ("右脚踝骨折", "早上卸货时从踏板滑下，右脚着地扭伤，同事开车送到市第一医院。"),
    ("左手拇指切伤", "操作裁断机时左手没有抽出，被刀口切伤，车间主任陪同包扎缝合。"),
    ("腰椎压缩性骨折", "在脚手架上传递钢管时跌落，落差约两米，急救车送医。"),
    ("双眼灼伤", "更换焊条时面罩滑落，被弧光灼伤，当天到医院处理。"),
    ("右肩脱位", "下班路上骑电动车被右转的货车碰倒，交警认定对方负全部责任。"),
)
EVERYDAY = (
    (names.CERTIFICATE_SLUG, 22),
    (names.FUND_SLUG, 18),
    (names.ALLOWANCE_SLUG, 14),
    (names.ILLNESS_SLUG, 10),
    (names.HYGIENE_SLUG, 10),
    (names.STUDENT_SLUG, 8),
    (names.ROAD_SLUG, 6),
    (names.ADVERTISING_SLUG, 4),
)
"""What people have again and again, with weights."""


@dataclass(frozen=True)
class Matter:
    """One application to come: who applies, for whom, what they answer, how careful, fast and digital they are."""

    slug: str
    resident: str
    organisation: str = NOBODY
    """The credit code; empty: for themselves."""
    agent: str = NOBODY
    """Who applies in the resident's name, by mandate; empty: they themselves."""
    answers: Mapping[str, Any] = field(default_factory=dict)
    care: str = "ordinary"
    pace: str = "ordinary"
    way: str = "mixed"


def deck(count: int, chance: random.Random) -> list[Matter]:
    """``count`` matters in no order: every item of the city is among them as long as there are enough."""
    own = list(_own(chance))
    if count >= len(own):
        return own + [everyday(chance) for _ in range(count - len(own))]
    chance.shuffle(own)
    first: dict[str, Matter] = {}
    for matter in own:
        first.setdefault(matter.slug, matter)
    chosen = list(first.values())[:count]
    return chosen + [matter for matter in own if matter not in chosen][: count - len(chosen)]


def _own(chance: random.Random) -> Iterator[Matter]:
    """What the stories of people and organisations say, as often as they say it."""
    known = {resident.name: resident for resident in people.RESIDENTS}
    for resident in people.RESIDENTS:
        if not resident.account:
            continue
        for need in resident.needs:
            acts = known[need.by or resident.name]
            matter = Matter(need.item, resident.name, agent=need.by, answers=need.answers, **_habits(acts))
            yield from (_told(matter, turn, chance) for turn in range(need.times))
    for body in people.BODIES:
        runs = body.agent or body.leader
        habits = {"care": body.care, "pace": known[runs].pace, "way": body.way}
        for need in body.needs:
            matter = Matter(need.item, runs, body.uscc, answers=need.answers, **habits)
            yield from (_told(matter, turn, chance) for turn in range(need.times))


def _habits(resident: people.Resident) -> dict[str, Any]:
    return {"care": resident.care, "pace": resident.pace, "way": resident.way}


def _told(matter: Matter, turn: int, chance: random.Random) -> Matter:
    """Each turn is about another lorry, another workmate."""
    extra: dict[str, Any] = {}
    if plate := matter.answers.get("vehicle.plate"):
        extra["vehicle.plate"] = f"{plate[:-2]}{(int(plate[-2:]) + 7 * turn) % 100:02d}"
        extra["vehicle.permit"] = f"3399{chance.randint(10_000_000, 99_999_999)}"
        extra["vehicle.mileage"] = chance.randint(30_000, 420_000)
    if matter.slug == names.INJURY_SLUG and "worker.name" not in matter.answers:
        worker = chance.choice(kin("workers"))
        part, story = chance.choice(INJURIES)
        extra |= {"worker.name": worker["name"], "worker.id_number": worker["id_number"]}
        extra |= {"injury.part": part, "injury.story": story}
    if matter.slug == names.FUND_SLUG:
        extra |= _account(chance, "fund") | {"fund.account": f"YX{chance.randint(10**9, 10**10 - 1)}"}
    return replace(matter, answers={**matter.answers, **extra}) if extra else matter


def kin(group: str) -> list[dict[str, str]]:
    """Relatives and workmates who apply for nothing themselves: ``elders``, ``students``, ``workers``."""
    found: list[dict[str, str]] = files.read("kin")[group]
    return found


def _account(chance: random.Random, group: str) -> dict[str, str]:
    return {f"{group}.bank_account": f"62{chance.randint(10**15, 10**16 - 1):017d}"}


def everyday(chance: random.Random) -> Matter:
    """One more of what people have all the time."""
    slug = chance.choices([one for one, _ in EVERYDAY], [weight for _, weight in EVERYDAY])[0]
    resident = chance.choice([one for one in people.RESIDENTS if _busy(one)])
    matter = Matter(slug, resident.name, **_habits(resident))
    said = _EVERYDAY.get(slug)
    return _told(replace(matter, answers=said(chance, resident)) if said else matter, 0, chance)


def _busy(resident: people.Resident) -> bool:
    """Whether somebody runs errands like these: whom nobody plays, and whose children do not do it for them."""
    return resident.account and not resident.password and resident.birth > OLD


def _certificate(chance: random.Random, resident: people.Resident) -> dict[str, Any]:
    return {
        "insurance.purpose": chance.choice(PURPOSES),
        "insurance.kind": chance.choice(("all", "pension", "medical")),
    }


def _fund(chance: random.Random, resident: people.Resident) -> dict[str, Any]:
    reason = chance.choice(("rent", "rent", "loan", "buy"))
    amount = {"rent": (300_000, 900_000), "loan": (900_000, 2_400_000), "buy": (5_000_000, 22_000_000)}[reason]
    return {
        "fund.reason": reason,
        "fund.amount": chance.randrange(*amount, 10_000),
        "fund.home_address": resident.address,
    }


def _allowance(chance: random.Random, resident: people.Resident) -> dict[str, Any]:
    elder = chance.choice(kin("elders"))
    return {
        "elder.by_self": False,
        "elder.lives_here": chance.random() < 0.7,
        "elder.relation": chance.choice(("child", "child", "grandchild")),
        "elder.name": elder["name"],
        "elder.id_number": elder["id_number"],
        "elder.address": elder["address"],
        **_account(chance, "elder"),
    }


def _illness(chance: random.Random, resident: people.Resident) -> dict[str, Any]:
    elder = chance.choice(kin("elders"))
    return {
        "illness.kind": chance.choice(ILLNESSES),
        "illness.by_self": False,
        "illness.relation": "child",
        "illness.patient": elder["name"],
        "illness.patient_id": elder["id_number"],
    }


def _student(chance: random.Random, resident: people.Resident) -> dict[str, Any]:
    student = chance.choice(kin("students"))
    return {
        "student.name": student["name"],
        "student.id_number": student["id_number"],
        "student.relation": chance.choice(("parent", "guardian")),
        "student.boards": chance.random() < 0.6,
        **_account(chance, "student"),
    }


def _advertising(chance: random.Random, resident: people.Resident) -> dict[str, Any]:
    return {
        "ad.kind": "temporary",
        "ad.area_m2": str(chance.choice((6, 12, 18, 24))),
        "ad.place": f"{resident.address[:6]}商业街临街外墙",
        "ad.subject": chance.choice(("新店开业", "换季促销", "周年店庆", "招工启事")),
    }


_EVERYDAY = {
    names.CERTIFICATE_SLUG: _certificate,
    names.FUND_SLUG: _fund,
    names.ALLOWANCE_SLUG: _allowance,
    names.ILLNESS_SLUG: _illness,
    names.STUDENT_SLUG: _student,
    names.ADVERTISING_SLUG: _advertising,
}


def authority_of(slug: str) -> str:
    """Short name of the department that decides an item."""
    name: str = files.by_slug()[slug]["authority"]
    return name
