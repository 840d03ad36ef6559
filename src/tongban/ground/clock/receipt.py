"""The effective day of an entry (C2). Pure; whether that day counts itself is left to the limit (C3)."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Literal

from tongban.ground import moment
from tongban.ground.calendar import WorkingCalendar
from tongban.ground.errors import Refusal

ReceiptRule = Literal["as_received", "office_hours"]


def effective_day(at: datetime, rule: ReceiptRule, office_close: time, calendar: WorkingCalendar) -> date:
    """The legal day on which an entry at ``at`` (aware) counts as received.

    ``as_received``: the day in Shanghai, at any hour, on any day (电子签名法 art. 11). ``office_hours``, a local
    service rule: after ``office_close`` (which is itself in time) or on a day off it is the next working day.

    :raises Refusal: ``clock.receipt_rule`` for another rule.
    """
    if rule not in ("as_received", "office_hours"):
        raise Refusal("clock.receipt_rule", "收到日的规则不存在", remedy="请选择按进入系统的时间，或按办公时间")
    local = moment.local(at)
    day = local.date()
    if rule == "as_received":
        return day
    if calendar.is_working_day(day) and local.time() <= office_close:
        return day
    return calendar.add_working_days(day, 1)
