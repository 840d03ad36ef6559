"""Signs that work was done outside the platform, or only typed into it afterwards (WIN-09). Pure: rules and words.

A sign is a reason to look, never a finding of fault: the report names the rule, its numbers and the cases.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final

from tongban.ground import moment
from tongban.ground.calendar import WorkingCalendar

RULE: Final = "indicators.outside_rule"
"""Parameter: the numbers of a region as one object of ``data/outside_rules.json``."""


@dataclass(frozen=True, slots=True)
class OutsideRule:
    """One version of the numbers.

    :param step_seconds: a review step in less time after it arrived was not done here.
    :param bulk_acts: so many steps of one person within ``bulk_seconds``, later than ``bulk_after``.
    :param silent_days: so many working days in a row without anything entered at a window.
    :param late_days: what happened more days before it was entered. :param road_minutes: a whole case in less time.
    """

    version: str
    valid_from: date
    basis: str
    step_seconds: int
    bulk_acts: int
    bulk_seconds: int
    bulk_after: time
    silent_days: int
    late_days: int
    road_minutes: int


@cache
def shipped() -> tuple[OutsideRule, ...]:
    """The rules of the house, the oldest first."""
    rows = json.loads((Path(__file__).parent / "data" / "outside_rules.json").read_text(encoding="utf-8"))
    return tuple(sorted(map(rule_of, rows), key=lambda rule: rule.valid_from))


def rule_of(row: dict[str, Any]) -> OutsideRule:
    """A rule of the layout of ``data/outside_rules.json``."""
    dated = {"valid_from": date.fromisoformat(row["valid_from"]), "bulk_after": time.fromisoformat(row["bulk_after"])}
    return OutsideRule(**{**row, **dated})


def check(row: dict[str, Any]) -> None:
    """Raise :class:`ValueError` (or its kin) unless ``row`` is a rule whose numbers are whole and above nothing."""
    rule = rule_of(row)
    numbers = (
        rule.step_seconds,
        rule.bulk_acts,
        rule.bulk_seconds,
        rule.silent_days,
        rule.late_days,
        rule.road_minutes,
    )
    if not all(isinstance(number, int) and number > 0 for number in numbers):
        raise ValueError(row)


def rule_in_force(rules: Sequence[OutsideRule], on: date) -> OutsideRule:
    """The newest rule that began by ``on``."""
    return max((rule for rule in rules if rule.valid_from <= on), key=lambda rule: rule.valid_from)


@dataclass(frozen=True, slots=True)
class Sign:
    """A kind of sign, told with the numbers of the rule."""

    code: str
    name: str
    words: str


STEP, BULK, SILENT, LATE, NO_WORK = "step_time", "bulk", "silent", "late_entry", "no_work"


def signs(rule: OutsideRule) -> tuple[Sign, ...]:
    """Every kind of sign, in the order of the report."""
    return (
        Sign(STEP, "办理时间不可能", f"审查步骤到手不足 {rule.step_seconds} 秒就办完：材料不可能在平台上看过。"),
        Sign(
            BULK,
            "下班前成批点过",
            f"{rule.bulk_after:%H:%M} 以后，同一个人在 {rule.bulk_seconds} 秒内办完 {rule.bulk_acts} 个以上步骤。",
        ),
        Sign(SILENT, "窗口没有动静", f"窗口岗位连续 {rule.silent_days} 个工作日以上没有在平台上办过一件事。"),
        Sign(LATE, "事后补录", f"会商、听证这类事情发生 {rule.late_days} 天以后才录进平台，或发生在申请以前。"),
        Sign(
            NO_WORK,
            "没有办理就有决定",
            f"承诺件从提交到决定不足 {rule.road_minutes} 分钟，或没有任何审查步骤就作了决定。",
        ),
    )


@dataclass(frozen=True, slots=True)
class Act:
    """One step that somebody completed."""

    who: Any
    at: datetime
    number: str


@dataclass(frozen=True, slots=True)
class Run:
    """Steps of one person that follow each other too fast."""

    who: Any
    acts: tuple[Act, ...]


def runs(acts: Iterable[Act], rule: OutsideRule) -> tuple[Run, ...]:
    """Late runs in which every step lies in some window of the rule that holds enough of them."""
    found: list[Run] = []
    by_person: dict[Any, list[Act]] = {}
    for act in sorted(acts, key=lambda one: one.at):
        if moment.local(act.at).time() >= rule.bulk_after:
            by_person.setdefault(act.who, []).append(act)
    for who, own in by_person.items():
        dense = _dense(own, rule)
        current: list[Act] = []
        for act, is_dense in zip(own, dense, strict=True):
            if is_dense and current and act.at - current[-1].at > timedelta(seconds=rule.bulk_seconds):
                found.append(Run(who, tuple(current)))
                current = []
            if is_dense:
                current.append(act)
        if current:
            found.append(Run(who, tuple(current)))
    return tuple(sorted(found, key=lambda run: run.acts[0].at, reverse=True))


def _dense(acts: Sequence[Act], rule: OutsideRule) -> list[bool]:
    marked, first = [False] * len(acts), 0
    for last, act in enumerate(acts):
        while act.at - acts[first].at > timedelta(seconds=rule.bulk_seconds):
            first += 1
        if last - first + 1 >= rule.bulk_acts:
            marked[first : last + 1] = [True] * (last - first + 1)
    return marked


def silences(
    active: Iterable[date], first: date, last: date, calendar: WorkingCalendar, rule: OutsideRule
) -> tuple[tuple[date, date, int], ...]:
    """Times without activity that last long enough: first and last working day of each, and how many."""
    known, found, current = set(active), [], list[date]()
    for day in calendar.days(first - timedelta(days=1)):
        if day > last:
            break
        if not calendar.is_working_day(day):
            continue
        if day not in known:
            current.append(day)
            continue
        found.append(tuple(current))
        current = []
    found.append(tuple(current))
    return tuple((days[0], days[-1], len(days)) for days in found if len(days) >= rule.silent_days)


MOST: Final = 200
"""Signs of a kind that are listed; whoever needs more narrows the period or the department."""
