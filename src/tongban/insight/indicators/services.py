"""The only writer of figures: the next events of a case are folded, and what they add goes into the roll-ups.

Called by the reader of the ledger in the transaction that moves its place, so the roll-ups are exact to that place.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
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


def follow(rows: Sequence[Row]) -> None:
    """Fold events of cases, and any before them that have not come yet; those that were folded are passed over."""
    upto: dict[uuid.UUID, dict[int, Row]] = defaultdict(dict)
    for row in rows:
        upto[row.subject_id][row.seq] = row
    with transaction.atomic():
        locked = CaseFigure.objects.select_for_update(of=("self",)).filter(case_id__in=upto).order_by("case_id")
        facts = {row.case_id: fact_of(row) for row in locked}
        facts |= {case_id: Fact(origin) for case_id, origin in origins_of(upto.keys() - facts.keys()).items()}
        added: list[tuple[Origin, Add]] = []
        folded: dict[uuid.UUID, Fact] = {}
        for case_id, given in upto.items():
            fact = facts[case_id]
            calendars = partial(calendar_at, fact.origin.region_no)
            for event in _missing(case_id, fact.seq, given):
                fact, more = rules.fold(fact, event_of(event), calendars)
                added += [(fact.origin, one) for one in more]
                folded[case_id] = fact
        if folded:
            keep(folded)
            add_up(added)


def _missing(case_id: uuid.UUID, have: int, given: Mapping[int, Row]) -> list[Row]:
    """The events behind ``have`` up to the last that is given; read where one between them is not."""
    last = max(given)
    if all(seq in given for seq in range(have + 1, last + 1)):
        return [given[seq] for seq in range(have + 1, last + 1)]
    return events_up_to(case_id, have, last)


def keep(facts: Mapping[uuid.UUID, Fact]) -> None:
    """Write what is known of these cases; one statement."""
    made = [CaseFigure(case_id=case_id, **columns_of(fact)) for case_id, fact in sorted(facts.items())]
    names = list(columns_of(next(iter(facts.values()))))
    CaseFigure.objects.bulk_create(made, update_conflicts=True, unique_fields=["case_id"], update_fields=names)


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


def origins_of(case_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Origin]:
    """What never changes of cases; one query, and one for each version that this process has not met."""
    found = Case.objects.filter(id__in=case_ids).values_list(
        "id", "region_no", "department_id", "version__option_id", "channel", "version_id"
    )
    return {
        case_id: Origin(region_no, department_id, option_id, channel, *told_by(version_id))
        for case_id, region_no, department_id, option_id, channel, version_id in (found if case_ids else ())
    }


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


Place = tuple[int, int, int]
"""Region, department and option: where a roll-up lies."""


def summed(
    added: Iterable[tuple[Origin, Add]],
) -> tuple[Mapping[tuple[date, Place], Mapping[str, int]], Mapping[tuple[date, Place, str, str], int]]:
    """What to add by day, place and measure, and what is split by key."""
    plain: dict[tuple[date, Place], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    split: dict[tuple[date, Place, str, str], int] = defaultdict(int)
    for origin, one in added:
        place = (origin.region_no, origin.department_id, origin.option_id)
        if one.measure in rules.SPLIT:
            split[one.day, place, one.measure, one.key] += one.n
        else:
            plain[one.day, place][one.measure] += one.n
    return plain, split


_SPLIT = (
    "INSERT INTO indicators_splitfigure AS f (day, region_no, department_id, option_id, measure, key, n)"
    " VALUES (%s, %s, %s, %s, %s, %s, %s)"
    " ON CONFLICT (measure, day, region_no, department_id, option_id, key) DO UPDATE SET n = f.n + excluded.n"
)


def add_up(added: Iterable[tuple[Origin, Add]]) -> None:
    """Add to the roll-ups; one statement for a day and place, and one for a key of it."""
    plain, split = summed(added)
    with connection.cursor() as cursor:
        for (day, place), measures in sorted(plain.items()):
            cursor.execute(_adding(tuple(measures)), [day, *place, *measures.values()])
        for (day, place, measure, key), n in sorted(split.items()):
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
