"""When a hall is open: the office hours and closures of its region, and extended hours (延时错时服务) as a parameter.

There is no second calendar. The parameter ``places.extended_hours`` is a list of
``{"halls": [slug ...], "weekdays": [1 ...], "opens": "08:00", "closes": "21:00"}``: hours outside the ordinary ones,
which also hold on weekends but never on a public holiday or on a day that was closed by decision.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from tongban.ground import moment
from tongban.ground.calendars.selectors import office_day
from tongban.ground.errors import Refusal
from tongban.ground.parameters.selectors import find
from tongban.registry.places.models import Hall

EXTENDED = "places.extended_hours"


@dataclass(frozen=True, slots=True)
class Opening:
    """The hours of one day of one hall; no ``opens`` means closed all day, and ``why`` says why."""

    day: date
    opens: time | None
    closes: time | None
    why: str = ""
    """A closure, a holiday, the weekend; or a remark about today although it is open."""
    extended: bool = False

    def at(self, clock: time) -> bool:
        """Whether it is open at this time of the day."""
        return self.opens is not None and self.closes is not None and self.opens <= clock < self.closes


def check_extended(value: Any) -> None:
    """Raise :class:`ValueError` or its kin unless ``value`` is a list of longer hours that :func:`opening` can read."""
    if not isinstance(value, list):
        raise TypeError(value)
    for one in value:
        known = isinstance(one["halls"], list) and all(isinstance(slug, str) for slug in one["halls"])
        weekly = isinstance(one["weekdays"], list) and set(one["weekdays"]) <= set(range(1, 8))
        if not known or not weekly or time.fromisoformat(one["opens"]) >= time.fromisoformat(one["closes"]):
            raise ValueError(one)


def extended_hours(day: date) -> list[dict[str, Any]]:
    """What is set for the day; one query."""
    found = find([EXTENDED], None, day).get(EXTENDED)
    return list(found.value) if found else []


def opening(hall: Hall, day: date, extended: list[dict[str, Any]] | None = None) -> Opening:
    """The hours of ``hall`` on ``day``. ``extended``: what :func:`extended_hours` says, when it was asked before."""
    if hall.merged_on is not None and hall.merged_on <= day:
        return Opening(day, None, None, "已并入其他大厅")
    if hall.closed_on is not None and hall.closed_on <= day:
        return Opening(day, None, None, "已停办")
    office = office_day(hall.region_no, day)
    more = extended_hours(day) if extended is None else extended
    longer = [one for one in more if hall.slug in one["halls"] and day.isoweekday() in one["weekdays"]]
    if office.closed_by_decision or not longer:
        return Opening(day, office.opens, office.closes, office.why)
    opens = [time.fromisoformat(one["opens"]) for one in longer] + ([office.opens] if office.opens else [])
    closes = [time.fromisoformat(one["closes"]) for one in longer] + ([office.closes] if office.closes else [])
    return Opening(day, min(opens), max(closes), office.why if office.opens else "", extended=True)


def require_open(hall: Hall, at: datetime) -> None:
    """Tickets are drawn while the hall is open. :raises Refusal: ``hall.closed``, with the hours of the day."""
    local = moment.local(at)
    found = opening(hall, local.date())
    if found.at(local.time()):
        return
    if found.opens is None or found.closes is None:
        raise Refusal("hall.closed", f"{hall.name}今天不对外办公（{found.why}）", remedy="请在工作日来，或在网上申请")
    told = f"{found.opens:%H:%M}到{found.closes:%H:%M}"
    raise Refusal("hall.closed", f"{hall.name}现在没有开门，今天{told}可以取号", remedy="请在开放时间来取号")
