"""Renewal of a licence: applied in time, and deemed renewed by silence (C15, 行政许可法 art. 50). Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tongban.ground.calendar import WorkingCalendar
from tongban.ground.clock.backward import latest_day
from tongban.ground.clock.limits import Limit, Line

_BASIS = "行政许可法第五十条"


@dataclass(frozen=True, slots=True)
class Renewal:
    """What the law says of an application for renewal.

    :param in_time: it came on or before ``latest_on``; a late one is told so.
    :param latest_on: the latest day of applying (C9).
    :param deemed_renewed: licensing, applied in time, and no decision by the end of the day of expiry; a later
        decision changes nothing.
    :param refused_by_system: always False: a refusal is a person's written act.
    :param lines: the explanation; deltas lead from the day of expiry back to ``latest_on``, then 0.
    """

    in_time: bool
    latest_on: date
    deemed_renewed: bool
    refused_by_system: bool
    lines: tuple[Line, ...]


def renewal(
    expires_on: date,
    applied_on: date,
    decided_on: date | None,
    today: date,
    limit: Limit,
    calendar: WorkingCalendar,
    *,
    regime_licensing: bool,
) -> Renewal:
    """Read a renewal as of ``today``; ``limit`` is the item's own rule, else 30 calendar days.

    :raises Refusal: as :func:`~tongban.ground.clock.backward.latest_day`.
    """
    found = latest_day(expires_on, limit, calendar)
    in_time = applied_on <= found.due
    silent = today > expires_on and (decided_on is None or decided_on > expires_on)
    deemed = regime_licensing and in_time and silent
    total = found.lines[-1].total
    if in_time:
        told = [f"{_words(applied_on)}提出，没有晚于最迟的一天"]
    else:
        told = [f"{_words(applied_on)}提出，晚于最迟的一天；系统照常接收，是否准予由经办人书面决定"]
    if deemed:
        told.append(f"到 {_words(expires_on)}期满还没有作出决定，视为准予延续")
    lines = tuple(Line(found.due, words, 0, total, _BASIS if deemed else limit.basis or _BASIS) for words in told)
    return Renewal(in_time, found.due, deemed, False, (*found.lines, *lines))


def _words(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
