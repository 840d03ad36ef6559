"""Which case of the old system is which of ours, how the two differ, and whether that justifies the switch-over. Pure.

No number of another system is recorded with a case of ours, so cases are found by item, applicant and day of
acceptance; one that was registered here some days later is found too, and told as such.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from tongban.ground.calendar import WorkingCalendar

GRANTED, REFUSED, NOT_ACCEPTED, WITHDRAWN = "granted", "refused", "not_accepted", "withdrawn"
TERMINATED, CONCLUDED, OPEN = "terminated", "concluded", "open"
OUTCOMES: dict[str, str] = {
    GRANTED: "准予",
    REFUSED: "不予",
    NOT_ACCEPTED: "不予受理",
    WITHDRAWN: "撤回",
    TERMINATED: "终止",
    CONCLUDED: "办结",
    OPEN: "在办",
}
"""Outcomes as both systems can be compared by; ``concluded`` is how a list tells a decision without saying which."""
LATEST = 10
"""Working days within which a later registration is still taken for the same case."""
NEEDED_SHARE = 0.95
"""Share of cases on both sides that must be equal. A rule of the house: no law or standard fixes one."""
Standing = Literal["empty", "missing", "outcomes", "share", "running", "justified"]


@dataclass(frozen=True, slots=True)
class Side:
    """A case as one of the two systems tells it. Days are legal dates; ``mark``: see :func:`mark_of`.

    ``is_organisation`` is known of our own cases only; the names of others are treated as a person's.
    """

    number: str
    item_id: int
    item: str
    department: str
    region_no: int
    applicant: str
    mark: str
    accepted_on: date
    decided_on: date | None
    outcome: str
    is_organisation: bool = False


@dataclass(frozen=True, slots=True)
class Pair:
    """The same case on both sides. ``later``: working days that it was accepted later here (negative: earlier)."""

    there: Side
    here: Side
    later: int
    used_there: int | None
    used_here: int | None

    @property
    def same_outcome(self) -> bool:
        """The same; or one side says only that it was decided, and the other how."""
        ours, theirs = self.here.outcome, self.there.outcome
        return ours == theirs or (theirs == CONCLUDED and ours in (GRANTED, REFUSED))

    @property
    def same_time(self) -> bool:
        """Accepted on the same day, and decided after as many working days; what is open on a side has no time yet."""
        used = (self.used_there, self.used_here)
        return self.later == 0 and (None in used or used[0] == used[1])


@dataclass(frozen=True, slots=True)
class Counts:
    """How many cases there are of each kind."""

    equal: int = 0
    outcome: int = 0
    time: int = 0
    only_there: int = 0
    only_here: int = 0

    @property
    def both(self) -> int:
        """Cases on both sides."""
        return self.equal + self.outcome + self.time

    @property
    def share(self) -> float | None:
        """Equal ones of those on both sides; None of nothing."""
        return self.equal / self.both if self.both else None


@dataclass
class Comparison:
    """Every case once: equal, differing in outcome (whatever its time), in time, or on one side only."""

    equal: list[Pair] = field(default_factory=list)
    outcome: list[Pair] = field(default_factory=list)
    time: list[Pair] = field(default_factory=list)
    only_there: list[Side] = field(default_factory=list)
    only_here: list[Side] = field(default_factory=list)

    @property
    def counts(self) -> Counts:
        """All of them."""
        one_sided = len(self.only_there), len(self.only_here)
        return Counts(len(self.equal), len(self.outcome), len(self.time), *one_sided)

    def by_department(self) -> list[tuple[str, Counts]]:
        """The counts of each department, by name; a case counts where this site says it belongs, if it is here."""
        found: dict[str, list[int]] = defaultdict(lambda: [0] * 5)
        for place, pairs in enumerate((self.equal, self.outcome, self.time)):
            for pair in pairs:
                found[pair.here.department][place] += 1
        for place, sides in enumerate((self.only_there, self.only_here), 3):
            for side in sides:
                found[side.department][place] += 1
        return [(name, Counts(*n)) for name, n in sorted(found.items())]


def mark_of(number: str) -> str:
    """First three and last four characters of an ID number or credit code, whole or masked; empty of anything else."""
    text = number.strip().upper()
    return f"{text[:3]}{text[-4:]}" if len(text) >= 15 and "*" not in text[:3] + text[-4:] else ""


def compare(there: Iterable[Side], here: Iterable[Side], calendar_of: Callable[[int], WorkingCalendar]) -> Comparison:
    """Find each case of the list among ours, once, and say how the two differ."""
    theirs, ours = _ordered(there), _ordered(here)
    pairs: list[Pair] = []
    for key in (_named, _marked):
        theirs, ours, found = _joined(theirs, ours, key)
        pairs += [_pair(one, other, calendar_of) for one, other in found]
    theirs, ours, found = _alone(theirs, ours)
    pairs += [_pair(one, other, calendar_of) for one, other in found]
    theirs, ours, late = _late(theirs, ours, calendar_of)
    result = Comparison(only_there=theirs, only_here=ours)
    for pair in sorted([*pairs, *late], key=lambda pair: (pair.there.accepted_on, pair.there.number)):
        kind = result.equal if pair.same_time else result.time
        (kind if pair.same_outcome else result.outcome).append(pair)
    return result


def standing(counts: Counts, *, over: bool) -> Standing:
    """Whether the comparison justifies the switch-over, and if not, what is in its way first."""
    if not counts.both and not counts.only_there:
        return "empty"
    if counts.only_there:
        return "missing"
    if counts.outcome:
        return "outcomes"
    if (counts.share or 0) < NEEDED_SHARE:
        return "share"
    return "justified" if over else "running"


def _ordered(sides: Iterable[Side]) -> list[Side]:
    return sorted(sides, key=lambda side: (side.accepted_on, side.number))


def _named(side: Side) -> Hashable:
    return (side.item_id, side.accepted_on, side.applicant) if side.applicant else None


def _marked(side: Side) -> Hashable:
    return (side.item_id, side.accepted_on, side.mark) if side.mark else None


Found = list[tuple[Side, Side]]


def _joined(
    theirs: Sequence[Side], ours: Sequence[Side], key: Callable[[Side], Hashable]
) -> tuple[list[Side], list[Side], Found]:
    """Join by a key, the first with the first; what tells no key stays. Names that differ are never joined by marks."""
    waiting: dict[Hashable, list[Side]] = defaultdict(list)
    for side in reversed(ours):
        waiting[key(side)].append(side)
    rest: list[Side] = []
    found: Found = []
    for side in theirs:
        own = key(side)
        skip = own is None or (key is _marked and side.applicant)
        if skip or not waiting[own]:
            rest.append(side)
        else:
            found.append((side, waiting[own].pop()))
    taken = {id(other) for _, other in found}
    return rest, [side for side in ours if id(side) not in taken], found


def _alone(theirs: Sequence[Side], ours: Sequence[Side]) -> tuple[list[Side], list[Side], Found]:
    """A row without applicant: the same case where item and day are told once on each side."""
    there, here = _by_day(theirs), _by_day(ours)
    found = [
        (mine[0], here[key][0])
        for key, mine in there.items()
        if len(mine) == 1 and len(here.get(key, ())) == 1 and not mine[0].applicant and not mine[0].mark
    ]
    taken = {id(side) for pair in found for side in pair}
    return [s for s in theirs if id(s) not in taken], [s for s in ours if id(s) not in taken], found


def _by_day(sides: Iterable[Side]) -> dict[tuple[int, date], list[Side]]:
    found: dict[tuple[int, date], list[Side]] = defaultdict(list)
    for side in sides:
        found[side.item_id, side.accepted_on].append(side)
    return found


def _late(
    theirs: Sequence[Side], ours: Sequence[Side], calendar_of: Callable[[int], WorkingCalendar]
) -> tuple[list[Side], list[Side], list[Pair]]:
    """The same item and applicant on another day near by: registered late on one of the sides."""
    waiting: dict[tuple[int, str], list[Side]] = defaultdict(list)
    for side in ours:
        waiting[side.item_id, side.applicant].append(side)
    rest: list[Side] = []
    pairs: list[Pair] = []
    for side in theirs:
        near = [_pair(side, other, calendar_of) for other in waiting[side.item_id, side.applicant] if side.applicant]
        best = min(near, key=lambda pair: abs(pair.later), default=None)
        if best is None or abs(best.later) > LATEST:
            rest.append(side)
            continue
        waiting[side.item_id, side.applicant].remove(best.here)
        pairs.append(best)
    taken = {id(pair.here) for pair in pairs}
    return rest, [side for side in ours if id(side) not in taken], pairs


def _pair(there: Side, here: Side, calendar_of: Callable[[int], WorkingCalendar]) -> Pair:
    calendar = calendar_of(here.region_no)
    return Pair(there, here, _later(there.accepted_on, here.accepted_on, calendar), _used(there, calendar),
                _used(here, calendar))  # fmt: skip


def _later(there: date, here: date, calendar: WorkingCalendar) -> int:
    if here >= there:
        return calendar.working_days_between(there, here) or int(here > there)
    return -(calendar.working_days_between(here, there) or 1)


def _used(side: Side, calendar: WorkingCalendar) -> int | None:
    return None if side.decided_on is None else calendar.working_days_between(side.accepted_on, side.decided_on)
