"""Complete answers for every item of 云溪市: one sound application each.

``complete`` gives what the form accepts, so that walks, tests, tools and the history can apply for any item of the
demo. Where nothing is written here, the item's own filled-in sample answers, with the applicant's facts in place of the
invented person's and dates around the day of the application.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

from tongban.demo import files, names

ELDER_ID = "339902194401152019"
WORKER_ID = "339902198503072034"


def complete(slug: str, facts: Mapping[str, Any], today: date) -> dict[str, Any]:
    """Answers of one applicant to every question of an item.

    :param facts: what the house knows of the applicant (``person.name``, ``organisation.name`` ...).
    :raises KeyError: an item that is not described here.
    """
    person = {
        "applicant.name": facts["person.name"],
        "applicant.id_number": facts["person.id_number"],
        "applicant.mobile": facts["person.mobile"],
    }
    written = _WORDS.get(slug)
    return written(facts, today) | person if written else sample(slug, facts, today) | person


def sample(slug: str, facts: Mapping[str, Any], today: date, chance: random.Random | None = None) -> dict[str, Any]:
    """The item's own sample as this applicant's: their business where one is asked for, dates shifted to today.

    :param chance: chooses each date between the file's bounds; the earliest when left out.
    :raises KeyError: no such item in the demo.
    """
    source = files.by_slug()[slug]
    found: dict[str, Any] = dict(source["draft"]["sample"])
    if "business.name" in found:
        found.pop("business.uscc", None)
        found |= _business(facts)
    return found | shifted(slug, today, chance)


def shifted(slug: str, today: date, chance: random.Random | None = None) -> dict[str, str]:
    """The dates of an item that lie a few days from the application (``shifts``: path -> [first, last] days)."""
    shifts: Mapping[str, tuple[int, int]] = files.by_slug()[slug].get("shifts", {})
    days = {path: chance.randint(*between) if chance else between[0] for path, between in shifts.items()}
    return {path: (today + timedelta(days=n)).isoformat() for path, n in days.items()}


def _business(facts: Mapping[str, Any]) -> dict[str, Any]:
    named = {
        "business.name": facts.get("organisation.name") or f"{facts['person.name']}的小店",
        "business.responsible": facts.get("organisation.legal_representative") or facts["person.name"],
    }
    uscc = facts.get("organisation.uscc")
    return named | ({"business.uscc": uscc} if uscc else {})


def _fire(facts: Mapping[str, Any], today: date) -> dict[str, Any]:
    return _business(facts) | {
        "venue.kind": "restaurant",
        "venue.underground": False,
        "premises.area_m2": "260",
        "premises.name": "溪上小馆",
        "premises.address": "云溪市桥西区溪源路 156 号一层",
        "venue.floors": 1,
        "venue.capacity": 80,
        "fire.manager": "李慧",
        "fire.manager_mobile": "13800031234",
        "fire.extinguishers": 8,
    }


def _renewal(facts: Mapping[str, Any], today: date) -> dict[str, Any]:
    return _business(facts) | {
        "premises.kind": "hair_salon",
        "premises.central_air": False,
        "licence.number": "云卫公证字〔2022〕第 0017 号",
        "licence.valid_until": (today + timedelta(days=60)).isoformat(),
        "premises.name": "青禾理发",
        "premises.address": "云溪市云山区栖霞路 77 号",
    }


def _change(facts: Mapping[str, Any], today: date) -> dict[str, Any]:
    kept = {name: value for name, value in _renewal(facts, today).items() if name != "premises.central_air"}
    return kept | {"business.responsible": "李慧"}


def _registration(facts: Mapping[str, Any], today: date) -> dict[str, Any]:
    return {
        "shop.online_only": False,
        "shop.trade": "food",
        "shop.name": "云溪市桥西区小满面馆",
        "shop.scope": "餐饮服务",
        "shop.family": False,
        "premises.address": "云溪市桥西区平桥路 16 号",
    }


def _pause(facts: Mapping[str, Any], today: date) -> dict[str, Any]:
    named = {"business.uscc": "92339902MA7A00092K"} | _business(facts)
    return named | {
        "pause.reason": "other",
        "pause.keeps_premises": True,
        "pause.start_date": (today + timedelta(days=7)).isoformat(),
        "pause.end_date": (today + timedelta(days=187)).isoformat(),
        "pause.workers": 2,
    }


def _allowance(facts: Mapping[str, Any], today: date) -> dict[str, Any]:
    return {
        "elder.by_self": False,
        "elder.lives_here": False,
        "elder.name": "郑桂芳",
        "elder.id_number": ELDER_ID,
        "elder.relation": "child",
        "elder.address": "云溪市桥西区平桥路 40 号 1 幢 102 室",
        "elder.bank": "云溪银行平桥支行",
        "elder.bank_account": "6200000000000001234",
    }


def _fund(facts: Mapping[str, Any], today: date) -> dict[str, Any]:
    return {
        "fund.reason": "rent",
        "fund.account": "YX0000123456",
        "fund.amount": 600_000,
        "fund.home_address": "云溪市桥西区溪源路 21 号 8 幢 402 室",
        "fund.bank": "云溪银行溪源支行",
        "fund.bank_account": "6200000000000005678",
    }


def _injury(facts: Mapping[str, Any], today: date) -> dict[str, Any]:
    return {
        "injury.kind": "workplace",
        "injury.by_employer": True,
        "worker.name": "丁小满",
        "worker.id_number": WORKER_ID,
        "employer.name": facts.get("organisation.name") or "云溪城建工程有限公司",
        "injury.date": (today - timedelta(days=9)).isoformat(),
        "injury.place": "云溪市桥西区平桥路 100 号工地",
        "injury.part": "左手食指骨折",
        "injury.story": "上午搬运模板时被压到左手，工友送到市第一医院治疗。",
    }


def _certificate(facts: Mapping[str, Any], today: date) -> dict[str, Any]:
    return {
        "insurance.kind": "all",
        "insurance.start_date": today.replace(year=today.year - 1, month=1, day=1).isoformat(),
        "insurance.end_date": today.isoformat(),
        "insurance.purpose": "孩子入学",
    }


_WORDS: dict[str, Callable[[Mapping[str, Any], date], dict[str, Any]]] = {
    names.FIRE_SLUG: _fire,
    names.RENEWAL_SLUG: _renewal,
    names.CHANGE_SLUG: _change,
    names.REGISTRATION_SLUG: _registration,
    names.PAUSE_SLUG: _pause,
    names.ALLOWANCE_SLUG: _allowance,
    names.FUND_SLUG: _fund,
    names.INJURY_SLUG: _injury,
    names.CERTIFICATE_SLUG: _certificate,
}
