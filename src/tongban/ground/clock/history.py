"""What a clock is made of: its frozen specification and its dated steps, and what it says when it is read. Pure.

The steps stand in the ledger's events; nothing here knows of cases. Shapes 6; readings C2-C6 of the clock conventions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal, NamedTuple

from tongban.ground.clock.limits import Limit, Line, Unit

Do = Literal["start", "suspend", "resume", "extend", "stop"]
State = Literal["running", "stopped", "done"]


@dataclass(frozen=True, slots=True)
class ClockSpec:
    """What is frozen when a clock starts.

    :param limit: how long, in which unit, by which basis.
    :param extension_max: ceiling of all extensions together, in the limit's unit; ``None`` = none may be granted (C6).
    :param deems: the law itself answers when it runs out (licensing: accepted by silence, C7), so that is no card.
    """

    limit: Limit
    extension_max: int | None = None
    deems: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """One dated event of one clock.

    :param do: what happened to the clock.
    :param on: the legal day in Shanghai.
    :param at: the moment, for clocks of hours and minutes.
    :param kind: of a suspension (glossary 8.3).
    :param key: names the pause, so that its resumption finds it.
    :param n: units of an extension.
    :param basis: article or published rule that carries the step.
    """

    do: Do
    on: date
    at: datetime | None = None
    kind: str = ""
    key: str = ""
    n: int = 0
    basis: str = ""

    def to_json(self) -> list[Any]:
        """Plain data for the ledger and the clock row."""
        at = self.at.isoformat() if self.at else ""
        return [self.do, self.on.isoformat(), at, self.kind, self.key, self.n, self.basis]

    @classmethod
    def from_json(cls, data: Sequence[Any]) -> Step:
        """The step of :meth:`to_json`."""
        do, on, at, kind, key, n, basis = data
        return cls(do, date.fromisoformat(on), datetime.fromisoformat(at) if at else None, kind, key, n, basis)


class Reading(NamedTuple):
    """What a clock says.

    :param state: running, stopped (a pause is open) or done.
    :param due: the last day in time, or None while it is stopped (also when it was ended while stopped).
    :param due_at: the last moment in time (aware); hours and minutes: the elapsed moment.
    :param left: units left while it is stopped; months and years: calendar days; a broken hour or minute is dropped.
    :param provisional: a year that had a say has no notice yet.
    :param lines: the explanation; the deltas sum to the way from the start to the due date, or to the day of the stop.
    :param unit: of the limit.
    :param late: it ended after its due day (hours and minutes: after its due moment).
    :param deems: as in its specification.
    """

    state: State
    due: date | None
    due_at: datetime | None
    left: int | None
    provisional: bool
    lines: tuple[Line, ...]
    unit: Unit = "working_day"
    late: bool = False
    deems: bool = False
