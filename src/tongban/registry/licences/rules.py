"""Life cycles of licences and seals (glossary 8.14), pure.

There is no road back from annulled, withdrawn, revoked or cancelled. Annulment: Administrative Licensing Law art. 69;
withdrawal: art. 8; cancellation: art. 70.
"""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from tongban.ground.errors import Refusal


@dataclass(frozen=True)
class Transition:
    """Where a command leads and the event that it leaves."""

    sources: frozenset[str]
    target: str
    event: str


def _transition(sources: str, target: str, event: str) -> Transition:
    return Transition(frozenset(sources.split()), target, event)


LICENCE: Mapping[str, Transition] = {
    "issue": _transition("prepared", "valid", "licence.issued"),
    "change": _transition("valid", "superseded", "licence.changed"),
    "renew": _transition("valid", "superseded", "licence.renewed"),
    "suspend": _transition("valid", "suspended", "licence.suspended"),
    "resume": _transition("suspended", "valid", "licence.resumed"),
    "annul": _transition("valid suspended", "annulled", "licence.annulled"),
    "withdraw": _transition("valid suspended", "withdrawn", "licence.withdrawn"),
    "revoke": _transition("valid suspended", "revoked", "licence.revoked"),
    "expire": _transition("valid", "expired", "licence.expired"),
    "move_out": _transition("valid", "moved_out", "licence.moved_out"),
    "cancel": _transition("valid annulled withdrawn revoked expired", "cancelled", "licence.cancelled"),
}
SEAL: Mapping[str, Transition] = {
    "approve": _transition("requested", "approved", "seal.approved"),
    "reject": _transition("requested", "rejected", "seal.rejected"),
    "make": _transition("approved expired", "made", "seal.made"),
    "activate": _transition("made", "active", "seal.activated"),
    "suspend": _transition("active", "suspended", "seal.suspended"),
    "resume": _transition("suspended", "active", "seal.resumed"),
    "expire": _transition("active", "expired", "seal.expired"),
    "destroy": _transition("active suspended expired", "destroyed", "seal.destroyed"),
}
# Commands whose reason must be told in words: they take something from somebody, or refuse it.
REASON_NEEDED = frozenset({"suspend", "annul", "withdraw", "revoke", "cancel", "reject", "destroy", "move_out"})


def step(cycle: Mapping[str, Transition], state: str, command: str, reason: str, words: str) -> Transition:
    """The transition of a command, or a ``Refusal`` that says why it is not open.

    :param words: the current state in Chinese, for the sentence.
    """
    if command not in cycle:
        raise ValueError(f"unknown command {command!r}")
    transition = cycle[command]
    if state not in transition.sources:
        raise Refusal(
            "licences.state", f"现在的状态是“{words}”，不能进行这项操作", remedy="请刷新页面，查看最新状态后再办理"
        )
    if command in REASON_NEEDED and not reason.strip():
        raise Refusal("licences.reason", "这项操作需要写明理由", field="reason", remedy="请填写事实和依据")
    return transition


def last_day(first: date, months: int) -> date:
    """Last day of a validity of ``months`` whole months that begins on ``first``: the day before the same date.

    From 2026-11-22, 48 months last until 2030-11-21; a date that the last month lacks counts as its last day.
    """
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    month += 1
    days = calendar.monthrange(year, month)[1]
    if first.day > days:
        return date(year, month, days)
    return date(year, month, first.day) - timedelta(days=1)
