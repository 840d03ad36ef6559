"""Why a case is due when it is due: its clocks line by line, its cards, for today or for any past day."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any

from tongban.ground import moment
from tongban.ground.calendars.selectors import calendar_at
from tongban.ground.errors import NotFound
from tongban.ground.ledger.selectors import events_of
from tongban.procedures.cases.models import Case
from tongban.procedures.cases.replay import Replayed, ReplayedClock, replay

MOST_EVENTS = 5_000


def explain(number: str, at: datetime | None = None) -> dict[str, Any]:
    """The clock and card history of a case as plain data, with the outputs that the clock conventions name.

    :param at: as known at this moment; now when left out.
    :raises NotFound: no such case, or nothing of it was known then.
    """
    case = Case.objects.filter(number=number).only("id", "number", "title", "region_no").first()
    if case is None:
        raise NotFound("case.not_found", "没有找到这件办件")
    told = replay(
        events_of("case", case.id, limit=MOST_EVENTS), partial(calendar_at, case.region_no), at or moment.now()
    )
    if not told.state:
        raise NotFound("case.not_yet", "那时还没有这件办件")
    return {"case": case.number, "title": case.title, **_plain(told)}


def _plain(told: Replayed) -> dict[str, Any]:
    return {
        "at": moment.local(told.at).isoformat(),
        "state": told.state,
        "outcome": told.outcome,
        "accepted_on": _day(told.accepted_on),
        "due": _day(told.due),
        "statutory_due": _day(told.statutory_due),
        "joint_due": _day(told.joint_due),
        "card": told.card,
        "card_rule": told.card_rule,
        "data_late": told.data_late,
        "awaiting_applicant": told.awaiting_applicant,
        "deemed_renewed": told.deemed_renewed,
        "clocks": [_clock(clock) for clock in told.clocks],
    }


def _day(value: Any) -> str | None:
    return value.isoformat() if value else None


def _clock(clock: ReplayedClock) -> dict[str, Any]:
    reading = clock.reading
    return {
        "kind": clock.kind,
        "key": clock.key,
        "state": reading.state,
        "limit": clock.spec.limit.words,
        "basis": clock.spec.limit.basis,
        "due": _day(reading.due),
        "left": reading.left,
        "provisional": reading.provisional,
        "steps": [step.to_json() for step in clock.steps],
        "lines": [
            {
                "date": line.date.isoformat(),
                "words": line.words,
                "delta": line.delta,
                "total": line.total,
                "basis": line.basis,
            }
            for line in reading.lines
        ],
        "warn_at": clock.moments.warn_at.isoformat() if clock.moments.warn_at else None,
        "yellow_at": clock.moments.yellow_at.isoformat() if clock.moments.yellow_at else None,
        "red_at": clock.moments.red_at.isoformat() if clock.moments.red_at else None,
    }
