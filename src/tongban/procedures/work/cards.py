"""Warnings and cards from clocks, by a dated rule (C11). Pure.

Levels, lowest first: none, warning (no consequence), yellow, red. The rule is data with versions
(``data/card_rules.json``); the version of the day counts. Source: clock conventions C7, C8, C11, C13, C17, C18;
requirement EFF-01.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from importlib import resources
from typing import Any, Literal

from tongban.ground import moment
from tongban.ground.calendar import WorkingCalendar
from tongban.ground.clock import Reading
from tongban.ground.errors import Refusal

Level = Literal["none", "warning", "yellow", "red"]
LEVELS: tuple[Level, ...] = ("none", "warning", "yellow", "red")


@dataclass(frozen=True, slots=True)
class CardRule:
    """Which overdue clock gives which card, and which clocks warn on their last working day.

    :param version: named by every card that it gives.
    :param valid_from: first day on which it counts.
    :param levels: ``yellow`` and ``red`` -> kinds of clocks; a kind that stands nowhere gives no card (the terms of
        the applicant: correction, deferral, supplement, rectification, hearing_apply).
    :param warns: kinds of clocks that warn.
    :param violations: code of a listed violation -> its level.
    """

    version: str
    valid_from: date
    levels: Mapping[str, tuple[str, ...]]
    warns: tuple[str, ...] = ()
    violations: Mapping[str, Level] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Moments:
    """When a clock begins to warn, and from when it is overdue at which level (aware, each optional)."""

    warn_at: datetime | None = None
    yellow_at: datetime | None = None
    red_at: datetime | None = None


@lru_cache(maxsize=1)
def shipped() -> tuple[CardRule, ...]:
    """The rules that ship with the house, the oldest first."""
    text = resources.files("tongban.procedures.work").joinpath("data/card_rules.json").read_text(encoding="utf-8")
    return from_json(json.loads(text))


def from_json(content: Iterable[Mapping[str, Any]]) -> tuple[CardRule, ...]:
    """Rules from the layout of ``data/card_rules.json``, the oldest first.

    :raises Refusal: ``cards.malformed``.
    """
    try:
        rules = tuple(sorted((_rule(one) for one in content), key=lambda rule: rule.valid_from))
    except (KeyError, TypeError, ValueError, AttributeError) as problem:
        raise Refusal(
            "cards.malformed", "红黄牌规则的数据格式不对", remedy="请核对版本、生效日期和各级的时钟"
        ) from problem
    if not rules or len({rule.valid_from for rule in rules}) < len(rules):
        raise Refusal("cards.malformed", "红黄牌规则的生效日期重复，或没有规则", remedy="请核对各版本的生效日期")
    return rules


def _rule(one: Mapping[str, Any]) -> CardRule:
    levels = {str(level): tuple(str(kind) for kind in kinds) for level, kinds in one["levels"].items()}
    violations = {str(code): level for code, level in one["violations"].items()}
    if not (levels.keys() | set(violations.values())) <= {"yellow", "red"}:
        raise ValueError("level")
    return CardRule(str(one["version"]), date.fromisoformat(one["valid_from"]), levels, tuple(one["warns"]), violations)


def rule_of(day: date, rules: tuple[CardRule, ...] | None = None) -> CardRule:
    """The rule that counts on a day.

    :raises Refusal: ``cards.no_rule`` before the first one.
    """
    known = shipped() if rules is None else rules
    found = None
    for rule in known:
        if rule.valid_from <= day:
            found = rule
    if found is None:
        raise Refusal("cards.no_rule", "这一天还没有红黄牌规则", remedy="请核对日期，或补录当时的规则")
    return found


def moments(rule: CardRule, kind: str, reading: Reading, calendar: WorkingCalendar) -> Moments:
    """The alarms of a clock: a stopped one has none, an ended one only what it broke; one that deems has none at all.

    A warning begins with the last working day that is not later than the due day and not before the start; hours,
    minutes and matters on the spot have none.
    """
    if reading.due is None or reading.due_at is None or reading.deems:
        return Moments()
    if reading.state == "done" and not reading.late:
        return Moments()
    overdue = reading.due_at + timedelta(microseconds=1)
    warns = kind in rule.warns and reading.state == "running"
    return Moments(
        _last_working_morning(reading, calendar) if warns else None,
        overdue if kind in rule.levels.get("yellow", ()) else None,
        overdue if kind in rule.levels.get("red", ()) else None,
    )


def _last_working_morning(reading: Reading, calendar: WorkingCalendar) -> datetime | None:
    due = reading.due
    if due is None or reading.unit in ("hour", "minute", "at_once"):
        return None
    last = due if calendar.is_working_day(due) else calendar.add_working_days(due, -1)
    start = due - timedelta(days=sum(line.delta for line in reading.lines))
    return None if last < start else datetime.combine(last, time(), moment.SHANGHAI)


def card(
    rule: CardRule,
    clocks: Iterable[tuple[str, str, Moments, datetime | None]],
    violations: Iterable[str],
    at: datetime,
) -> Level:
    """The card of a case at a moment: the highest level of its clocks and violations.

    :param clocks: kind, state (running, stopped, done), alarms, and when it ended, of every clock that is known.
    :param violations: codes; one that the rule does not list gives no card.
    """
    found = [rule.violations.get(code, "none") for code in violations]
    found += [_level(state, alarms, ended_at, at) for _kind, state, alarms, ended_at in clocks]
    return max(found, key=LEVELS.index, default="none")


def _level(state: str, alarms: Moments, ended_at: datetime | None, at: datetime) -> Level:
    """A stopped clock adds none; an ended one stands as it was when it ended, without a warning."""
    if state == "stopped":
        return "none"
    running = state == "running" or (ended_at is not None and at < ended_at)
    until = at if running or ended_at is None else ended_at
    if alarms.red_at is not None and alarms.red_at <= until:
        return "red"
    if alarms.yellow_at is not None and alarms.yellow_at <= until:
        return "yellow"
    overdue = alarms.red_at or alarms.yellow_at
    warned = running and alarms.warn_at is not None and alarms.warn_at <= at
    return "warning" if warned and (overdue is None or at < overdue) else "none"
