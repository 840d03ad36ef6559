"""Which decided cases are checked afterwards: chance by risk and credit, drawn with a published seed. Pure. NTC-15.

Anybody can repeat the draw: the ticket of a case is ``sha256(seed:number) modulo 1000``, and it is drawn when the
ticket lies below its chance in thousandths. The seed is not known when a case is decided (the day's signed root of the
ledger).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from tongban.ground.errors import Refusal
from tongban.registry.catalog.reliefs import GRADES, RISKS

PARTS = 1000
SINGLE_POST = "single_post"


@dataclass(frozen=True, slots=True)
class SampleRule:
    """One version: thousandths by risk level and grade, and for what one post decided by itself."""

    version: str
    valid_from: date
    basis: str
    rates: Mapping[str, Mapping[str, int]]
    single_post: int


def from_json(content: Iterable[Mapping[str, Any]]) -> tuple[SampleRule, ...]:
    """Rules from the layout of ``data/sampling_rules.json``, the oldest first.

    :raises Refusal: ``sampling.malformed``.
    """
    try:
        rules = tuple(sorted((_rule(one) for one in content), key=lambda rule: rule.valid_from))
    except (KeyError, TypeError, ValueError, AttributeError) as problem:
        raise Refusal("sampling.malformed", "抽取规则的数据格式不对", remedy="请核对版本、生效日期和比例") from problem
    if not rules or len({rule.valid_from for rule in rules}) < len(rules):
        raise Refusal("sampling.malformed", "抽取规则的生效日期重复，或没有规则", remedy="请核对各版本的生效日期")
    return rules


def _rule(one: Mapping[str, Any]) -> SampleRule:
    rates = {risk: {grade: int(one["rates"][risk][grade]) for grade in GRADES} for risk in RISKS}
    own = int(one["single_post"])
    every = [own, *(rate for by_grade in rates.values() for rate in by_grade.values())]
    if any(not 0 <= rate <= PARTS for rate in every):
        raise ValueError("rate")
    if any(list(by_grade.values()) != sorted(by_grade.values()) for by_grade in rates.values()):
        raise ValueError("worse credit is checked at least as often")
    return SampleRule(str(one["version"]), date.fromisoformat(one["valid_from"]), str(one["basis"]), rates, own)


def rule_of(day: date, rules: tuple[SampleRule, ...]) -> SampleRule | None:
    """The rule that counts on a day; None before the first one."""
    found = None
    for rule in rules:
        found = rule if rule.valid_from <= day else found
    return found


@dataclass(frozen=True, slots=True)
class Chance:
    """The group that a case falls into, and its chance in thousandths."""

    group: str
    rate: int


def chance(rule: SampleRule, risk: str, grade: str, *, single_post: bool) -> Chance | None:
    """The chance of a decided case: the higher one where two apply; None when it takes no part in the draw."""
    by_risk = Chance(f"{risk}:{grade}", rule.rates[risk][grade]) if risk in rule.rates and grade in GRADES else None
    own = Chance(SINGLE_POST, rule.single_post) if single_post else None
    known = [one for one in (by_risk, own) if one is not None]
    return max(known, key=lambda one: one.rate, default=None)


def ticket(seed: str, number: str) -> int:
    """The case's number in the draw, 0 to 999."""
    return int(hashlib.sha256(f"{seed}:{number}".encode()).hexdigest(), 16) % PARTS


def is_drawn(seed: str, number: str, rate: int) -> bool:
    """Whether the ticket lies below the chance."""
    return ticket(seed, number) < rate
