"""The only writer of figures: the next events of a case are folded, and what they add goes into the roll-ups.

Called by the reader of the ledger in the transaction that moves its place, so the roll-ups are exact to that place.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from functools import partial
from typing import Any

from django.db import connection, transaction

from tongban.ground.calendars.selectors import calendar_at
from tongban.ground.ledger.chain import Row
from tongban.ground.ledger.selectors import events_of
from tongban.insight.indicators import rules
from tongban.insight.indicators.models import CaseFigure
from tongban.insight.indicators.rules import Add, Event, Fact, Origin
from tongban.procedures.cases.models import Case
from tongban.registry.catalog import selectors as catalog

BLOCK = 500
_DATES = ("submitted_on", "accepted_on", "acceptance_on", "decided_on", "closed_on", "data_late_on")
_PLAIN = (
    "outcome",
    "ended",
    "used_days",
    "promised_days",
    "statutory_days",
    "overdue_promised",
    "overdue_statutory",
    "corrections",
    "deferred",
    "lapsed",
    "deemed",
)


def follow(row: Row) -> None:
    """Fold one event of a case, and any before it that has not come yet; one that was folded is passed over."""
    with transaction.atomic():
        known = CaseFigure.objects.select_for_update(of=("self",)).filter(case_id=row.subject_id).first()
        have = known.seq if known else 0
        if row.seq <= have:
            return
        events = [row] if row.seq == have + 1 else events_up_to(row.subject_id, have, row.seq)
        fact = fact_of(known) if known else Fact(origin_of(row.subject_id))
        added: list[Add] = []
        calendars = partial(calendar_at, fact.origin.region_no)
        for event in events:
            fact, more = rules.fold(fact, event_of(event), calendars)
            added += more
        if known:
            CaseFigure.objects.filter(case_id=row.subject_id).update(**columns_of(fact))
        else:
            CaseFigure.objects.create(case_id=row.subject_id, **columns_of(fact))
        add_up(fact.origin, added)


def events_up_to(case_id: uuid.UUID, after: int, upto: int) -> list[Row]:
    """The events of a case behind ``after``, up to and with ``upto``."""
    found: list[Row] = []
    while block := events_of("case", case_id, after_seq=found[-1].seq if found else after, limit=BLOCK):
        found += [row for row in block if row.seq <= upto]
        if block[-1].seq >= upto:
            break
    return found


def event_of(row: Row) -> Event:
    """What the fold reads of a row of the ledger."""
    return Event(row.seq, row.kind, row.occurred_at, row.recorded_at, row.channel, row.actor_kind == "staff", row.body)


def origin_of(case_id: uuid.UUID) -> Origin:
    """What never changes of a case; one query, and one for a version that this process has not met."""
    region_no, department_id, option_id, channel, version_id = Case.objects.values_list(
        "region_no", "department_id", "version__option_id", "channel", "version_id"
    ).get(id=case_id)
    return Origin(region_no, department_id, option_id, channel, *told_by(version_id))


def told_by(version_id: uuid.UUID) -> tuple[int, str]:
    """How many visits a version tells of, and the word of its positive decision."""
    content = catalog.content(version_id)
    return content.visits_required, content.law.positive


# ---- rows ----------------------------------------------------------------------------------------------------------


def fact_of(row: CaseFigure) -> Fact:
    """The fact that a row keeps."""
    memory: dict[str, Any] = row.memory
    origin = Origin(
        row.region_no, row.department_id, row.option_id, row.channel, row.visits_told, str(memory["positive"])
    )
    return Fact(
        origin=origin,
        seq=row.seq,
        **{name: getattr(row, name) for name in (*_DATES, *_PLAIN)},
        clocks={kind: (spec, tuple(steps)) for kind, (spec, steps) in memory["clocks"].items()},
        open_deferrals=memory["open"],
        lapsed_deferrals=tuple(memory["lapsed"]),
        visits=tuple(date.fromisoformat(day) for day in memory["visits"]),
    )


def columns_of(fact: Fact) -> dict[str, Any]:
    """The columns of a row that keeps a fact."""
    origin = fact.origin
    memory = {
        "positive": origin.positive,
        "clocks": {kind: [spec, list(steps)] for kind, (spec, steps) in fact.clocks.items()},
        "open": dict(fact.open_deferrals),
        "lapsed": list(fact.lapsed_deferrals),
        "visits": [day.isoformat() for day in fact.visits],
    }
    return {
        "seq": fact.seq,
        "region_no": origin.region_no,
        "department_id": origin.department_id,
        "option_id": origin.option_id,
        "channel": origin.channel,
        "visits_told": origin.visits_told,
        "visits_made": len(fact.visits),
        "memory": memory,
        **{name: getattr(fact, name) for name in (*_DATES, *_PLAIN)},
    }


def summed(added: Iterable[Add]) -> tuple[Mapping[date, Mapping[str, int]], Mapping[tuple[date, str, str], int]]:
    """What to add by day and measure, and what is split by key."""
    plain: dict[date, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    split: dict[tuple[date, str, str], int] = defaultdict(int)
    for one in added:
        if one.measure in rules.SPLIT:
            split[one.day, one.measure, one.key] += one.n
        else:
            plain[one.day][one.measure] += one.n
    return plain, split


_SPLIT = (
    "INSERT INTO indicators_splitfigure AS f (day, region_no, department_id, option_id, measure, key, n)"
    " VALUES (%s, %s, %s, %s, %s, %s, %s)"
    " ON CONFLICT (measure, day, region_no, department_id, option_id, key) DO UPDATE SET n = f.n + excluded.n"
)


def add_up(origin: Origin, added: Iterable[Add]) -> None:
    """Add to the roll-ups of a case's place; one statement a day, and one a key."""
    plain, split = summed(added)
    place = (origin.region_no, origin.department_id, origin.option_id)
    with connection.cursor() as cursor:
        for day, measures in sorted(plain.items()):
            cursor.execute(_adding(tuple(measures)), [day, *place, *measures.values()])
        for (day, measure, key), n in sorted(split.items()):
            cursor.execute(_SPLIT, [day, *place, measure, key, n])


def _adding(measures: tuple[str, ...]) -> str:
    """The statement that adds to these columns; they are names of ours, never anybody's input."""
    if unknown := set(measures) - set(rules.MEASURES):
        raise LookupError(f"no measures: {sorted(unknown)}")
    names, holes = ", ".join(measures), ", ".join(["%s"] * len(measures))
    rest = tuple(name for name in rules.MEASURES if name not in measures)
    zeros = "".join(f", {name}" for name in rest), ", 0" * len(rest)
    adds = ", ".join(f"{name} = f.{name} + excluded.{name}" for name in measures)
    return (
        f"INSERT INTO indicators_dayfigure AS f (day, region_no, department_id, option_id, {names}{zeros[0]})"  # noqa: S608
        f" VALUES (%s, %s, %s, %s, {holes}{zeros[1]})"
        f" ON CONFLICT (day, region_no, department_id, option_id) DO UPDATE SET {adds}"
    )
