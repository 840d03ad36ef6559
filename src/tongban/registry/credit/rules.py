"""Credit as the house reads it: facts with basis and term, a grade A to D by a dated rule, told line by line. Pure.

国办发〔2020〕42号 (who does not keep a promise is recorded by gravity, and may repair), NTC-13..15. A fact never goes:
when its term is over, or when it is repaired, it counts no more. The rule is data with versions
(``data/grade_rules.json``, or the parameter ``credit.grade_rule`` of a region); the version of the day counts.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from tongban.ground.errors import Refusal
from tongban.registry.catalog.reliefs import GRADES

GRAVITIES: Mapping[str, str] = {"minor": "轻微", "general": "一般", "serious": "严重"}
KINDS: Mapping[str, str] = {
    "commitment_made": "作出承诺",
    "commitment_kept": "履行了承诺",
    "breach": "没有履行承诺",
    "order_to_rectify": "被责令整改",
    "annulled_for_breach": "因不实承诺被撤销许可",
    "check_passed": "事后核查合格",
    "check_failed": "事后核查不合格",
    "imported_good": "其他机关提供的守信记录",
    "imported_bad": "其他机关提供的失信记录",
    "red_list": "列入红名单",
    "black_list": "列入黑名单",
    "repaired": "信用修复",
    "struck": "记录有误，已更正",
}
BAD = ("breach", "annulled_for_breach", "check_failed", "imported_bad", "black_list")
"""Facts against somebody: only these can be repaired."""
GRAVE = ("breach", "check_failed", "imported_bad")
"""Kinds that come with a gravity."""
LISTS = ("red_list", "black_list")
"""A list needs a basis and a term (国办发〔2020〕49号)."""
ABOUT = ("repaired", "struck")
"""Facts about another fact."""
IMPORTED = ("imported_good", "imported_bad", *LISTS)
"""What the credit officer enters by hand, on a paper of somebody else's."""
ANSWER_DAYS = 7
"""Working days for the answer to an objection, where the rule names none."""


@dataclass(frozen=True, slots=True)
class GradeRule:
    """One version of the rule.

    :param start: points of somebody of whom nothing is known.
    :param bounds: grade -> fewest points; below the last bound it is D.
    :param points: ``kind`` or ``kind.gravity`` -> points of one fact; what is not named counts nothing.
    :param most_good: most points that facts in favour may add together.
    :param months: ``kind`` or ``kind.gravity`` -> how long a fact counts; not named: for ever.
    :param public: what is published while it counts.
    :param repair_after_months: gravity -> months before a repair may be granted.
    :param rectified_repairs: gravities of a breach that an accepted rectification repairs by itself.
    :param answer_days: working days in which an objection is checked and answered.
    """

    version: str
    valid_from: date
    basis: str
    start: int
    bounds: Mapping[str, int]
    points: Mapping[str, int]
    most_good: int
    months: Mapping[str, int]
    public: tuple[str, ...]
    repair_after_months: Mapping[str, int]
    rectified_repairs: tuple[str, ...]
    answer_days: int = ANSWER_DAYS


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact of somebody's record. ``ended_on``: since its repair or correction it counts no more."""

    id: uuid.UUID
    kind: str
    gravity: str
    on: date
    effect_until: date | None
    ended_on: date | None = None
    ended_by: str = ""
    """``repaired`` or ``struck``."""
    title: str = ""
    basis: str = ""

    @property
    def key(self) -> str:
        """``kind`` or ``kind.gravity``: what the rule calls it."""
        return f"{self.kind}.{self.gravity}" if self.gravity else self.kind

    @property
    def words(self) -> str:
        """The kind with its gravity."""
        return f"{KINDS[self.kind]}（{GRAVITIES[self.gravity]}）" if self.gravity else KINDS[self.kind]

    def counts_on(self, day: date) -> bool:
        """Whether it has effect on a day: it has happened, its term runs, nothing ended it (the last day counts)."""
        if self.on > day or (self.ended_on is not None and self.ended_on <= day):
            return False
        return self.effect_until is None or day <= self.effect_until


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the explanation; the deltas of all lines sum to the total."""

    on: date
    words: str
    delta: int
    total: int
    basis: str


@dataclass(frozen=True, slots=True)
class Grade:
    """A grade on a day, with the whole way to it. ``rule``: version of the rule."""

    letter: str
    total: int
    on: date
    rule: str
    lines: tuple[Line, ...]

    @property
    def bad(self) -> bool:
        """The lowest grade."""
        return self.letter == GRADES[-1]


# ---- the rule ------------------------------------------------------------------------------------------------------


def from_json(content: Iterable[Mapping[str, Any]]) -> tuple[GradeRule, ...]:
    """Rules from the layout of ``data/grade_rules.json``, the oldest first.

    :raises Refusal: ``credit.rule_malformed``.
    """
    try:
        rules = tuple(sorted((_rule(one) for one in content), key=lambda rule: rule.valid_from))
    except (KeyError, TypeError, ValueError, AttributeError) as problem:
        raise Refusal(
            "credit.rule_malformed", "信用分级规则的数据格式不对", remedy="请核对版本、生效日期、分值和期限"
        ) from problem
    if not rules or len({rule.valid_from for rule in rules}) < len(rules):
        raise Refusal(
            "credit.rule_malformed", "信用分级规则的生效日期重复，或没有规则", remedy="请核对各版本的生效日期"
        )
    return rules


def _rule(one: Mapping[str, Any]) -> GradeRule:
    bounds = {str(letter): int(points) for letter, points in one["bounds"].items()}
    if tuple(bounds) != GRADES[:-1] or sorted(bounds.values(), reverse=True) != list(bounds.values()):
        raise ValueError("bounds")
    points = {_key(key): int(n) for key, n in one["points"].items()}
    if any((n > 0) == (key.partition(".")[0] in BAD) for key, n in points.items() if n):
        raise ValueError("points")
    answer_days = int(one.get("answer_days", ANSWER_DAYS))
    if answer_days < 1:
        raise ValueError("answer_days")
    return GradeRule(
        str(one["version"]),
        date.fromisoformat(one["valid_from"]),
        str(one["basis"]),
        int(one["start"]),
        bounds,
        points,
        int(one["most_good"]),
        {_key(key): int(n) for key, n in one["months"].items()},
        tuple(_key(key) for key in one["public"]),
        {gravity: int(one["repair_after_months"][gravity]) for gravity in GRAVITIES},
        tuple(str(gravity) for gravity in one["rectified_repairs"]),
        answer_days,
    )


def _key(key: str) -> str:
    kind, _, gravity = str(key).partition(".")
    if kind not in KINDS or (gravity and gravity not in GRAVITIES) or (kind in GRAVE and not gravity):
        raise ValueError(key)
    return str(key)


def rule_of(day: date, rules: tuple[GradeRule, ...]) -> GradeRule:
    """The rule that counts on a day.

    :raises Refusal: ``credit.no_rule`` before the first one.
    """
    found = None
    for rule in rules:
        if rule.valid_from <= day:
            found = rule
    if found is None:
        raise Refusal("credit.no_rule", "这一天还没有信用分级规则", remedy="请核对日期，或补录当时的规则")
    return found


def months_after(day: date, months: int) -> date:
    """The same day some months later; the last of the month when there is no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = (date(year + (month == 11), (month + 1) % 12 + 1, 1) - date(year, month + 1, 1)).days
    return date(year, month + 1, min(day.day, last))


def effect_until(rule: GradeRule, kind: str, gravity: str, on: date) -> date | None:
    """The last day on which a fact counts; None: for ever."""
    months = rule.months.get(f"{kind}.{gravity}" if gravity else kind)
    return None if months is None else months_after(on, months)


def is_public(rule: GradeRule, kind: str, gravity: str) -> bool:
    """Whether such a fact is published while it counts."""
    return (f"{kind}.{gravity}" if gravity else kind) in rule.public


def repairable_from(rule: GradeRule, fact: Fact) -> date | None:
    """From which day a repair may be granted; None for what needs or knows no repair."""
    if fact.kind not in BAD or fact.ended_on is not None:
        return None
    return months_after(fact.on, rule.repair_after_months[fact.gravity or "serious"])


# ---- the grade -----------------------------------------------------------------------------------------------------


def grade(rule: GradeRule, facts: Iterable[Fact], on: date) -> Grade:
    """The grade on a day: the points of every fact that counts that day, in the order in which they happened.

    A black list leads to D whatever else is known. What counts no more is told with a delta of nothing.
    """
    lines = [Line(on, f"起评 {rule.start} 分", rule.start, rule.start, rule.basis)]
    total, good, black = rule.start, 0, None
    for fact in sorted(facts, key=lambda one: (one.on, one.id)):
        if fact.on > on or fact.kind in ABOUT or not _told(rule, fact):
            continue
        delta, words = _points(rule, fact, on, rule.most_good - good)
        good += max(delta, 0)
        total += delta
        black = fact if fact.kind == "black_list" and fact.counts_on(on) else black
        lines.append(Line(fact.on, words, delta, total, fact.basis))
    floor = rule.bounds[GRADES[-2]] - 1
    if black is not None and total > floor:
        lines.append(Line(on, "在黑名单上，按 D 级", floor - total, floor, black.basis))
        total = floor
    letter = next((one for one in GRADES[:-1] if total >= rule.bounds[one]), GRADES[-1])
    return Grade(letter, total, on, rule.version, tuple(lines))


def _told(rule: GradeRule, fact: Fact) -> bool:
    """Whether the rule knows the fact: a promise alone says nothing."""
    return fact.key in rule.points or fact.kind == "black_list"


def _points(rule: GradeRule, fact: Fact, on: date, room: int) -> tuple[int, str]:
    """What a fact adds on a day, and the words that say so."""
    told = f"{fact.words}：{fact.title}" if fact.title else fact.words
    if not fact.counts_on(on):
        why = {"repaired": "已修复", "struck": "已更正"}.get(fact.ended_by, f"有效期到 {fact.effect_until}")
        return 0, f"{told}，{why}，不再计分"
    points = rule.points.get(fact.key, 0)
    if points > 0 and points > room:
        return max(room, 0), f"{told}，守信加分合计最多 {rule.most_good} 分"
    until = f"，有效期到 {fact.effect_until}" if fact.effect_until else ""
    return points, f"{told}{until}"
