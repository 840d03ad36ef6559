"""The figures once more, out of the ledger alone: every case folded anew, and every sum compared (``verify figures``).

Everything is read in one snapshot. Each case is folded up to the event that its row says was folded, so a reader that
is behind is no difference; what the reader has passed and not folded is one. The rows of the cases themselves, which
another hand wrote, are compared as well.
"""

from __future__ import annotations

import uuid
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache, partial
from typing import Any, Final

from django.db import connection, transaction

from tongban.ground.calendars.selectors import calendar_at
from tongban.ground.ledger.chain import Row
from tongban.ground.ledger.selectors import SELECT_COLUMNS, row_from
from tongban.insight.indicators import rules, services
from tongban.insight.indicators.models import CaseFigure, DayFigure, SplitFigure
from tongban.insight.indicators.reactions import NAME
from tongban.insight.indicators.rules import Origin

BLOCK: Final = 200
MOST_TOLD: Final = 50
"""Differences that are told one by one; the others are only counted."""
Key = tuple[date, int, int, int, str, str]
"""Day, region, department, option, measure, key of a split measure."""


@dataclass(slots=True)
class Recount:
    """What was counted, and every difference to what is kept.

    :param behind: events of cases that the reader has not reached; they are no difference.
    """

    cases: int = 0
    events: int = 0
    sums: int = 0
    behind: int = 0
    differences: int = 0
    told: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether nothing differs."""
        return not self.differences

    def differs(self, sentence: str) -> None:
        """One more difference."""
        self.differences += 1
        if len(self.told) < MOST_TOLD:
            self.told.append(sentence)

    def as_json(self) -> dict[str, Any]:
        """For ``--json`` and for printing line by line."""
        return {
            "cases": self.cases,
            "events": self.events,
            "sums": self.sums,
            "behind": self.behind,
            "differences": self.differences,
            "told": self.told,
        }


def recount() -> Recount:
    """Count everything anew, in one snapshot of its own unless the caller stands in a transaction already."""
    found, own = Recount(), not connection.in_atomic_block
    with transaction.atomic():
        if own:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        _compare_sums(_fold_everything(found), found)
        _compare_rows(found)
        _compare_reach(found)
    return found


def _fold_everything(found: Recount) -> Counter[Key]:
    """Fold every case anew; compare each with its row; give what the sums must be."""
    sums: Counter[Key] = Counter()
    last = uuid.UUID(int=0)
    while rows := list(CaseFigure.objects.filter(case_id__gt=last).order_by("case_id")[:BLOCK]):
        last = rows[-1].case_id
        events = _events([row.case_id for row in rows])
        origins = _origins([row.case_id for row in rows])
        for row in rows:
            own = [services.event_of(event) for event in events[row.case_id] if event.seq <= row.seq]
            origin = origins[row.case_id]
            fact, added = rules.fold_all(origin, own, partial(calendar_at, origin.region_no))
            found.cases += 1
            found.events += len(own)
            for name, value in services.columns_of(fact).items():
                if getattr(row, name) != value:
                    found.differs(f"case {row.case_id}: {name} is {getattr(row, name)!r}, counted {value!r}")
            place = (origin.region_no, origin.department_id, origin.option_id)
            for one in added:
                sums[(one.day, *place, one.measure, one.key)] += one.n
    return sums


def _events(case_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, list[Row]]:
    by_case: dict[uuid.UUID, list[Row]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {SELECT_COLUMNS} FROM ledger_event WHERE subject_id = ANY(%s) AND subject_kind = 'case'"  # noqa: S608
            " ORDER BY subject_id, seq",
            [list(case_ids)],
        )
        for row in map(row_from, cursor.fetchall()):
            by_case[row.subject_id].append(row)
    return by_case


def _origins(case_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, Origin]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.id, c.region_no, c.department_id, v.option_id, c.channel, c.version_id FROM cases_case c"
            " JOIN catalog_itemversion v ON v.id = c.version_id WHERE c.id = ANY(%s)",
            [list(case_ids)],
        )
        return {
            case_id: Origin(region_no, department_id, option_id, channel, *_told(version_id))
            for case_id, region_no, department_id, option_id, channel, version_id in cursor.fetchall()
        }


@lru_cache(maxsize=4096)
def _told(version_id: uuid.UUID) -> tuple[int, str]:
    return services.told_by(version_id)


def _kept() -> Iterator[tuple[Key, int]]:
    for day in DayFigure.objects.values_list("day", "region_no", "department_id", "option_id", *rules.MEASURES):
        for measure, n in zip(rules.MEASURES, day[4:], strict=True):
            if n:
                yield (day[0], day[1], day[2], day[3], measure, ""), n
    columns = ("day", "region_no", "department_id", "option_id", "measure", "key")
    for split in SplitFigure.objects.values_list(*columns, "n"):
        yield (split[0], split[1], split[2], split[3], split[4], split[5]), split[6]


def _compare_sums(counted: Counter[Key], found: Recount) -> None:
    for key, n in _kept():
        found.sums += 1
        if n != counted.pop(key, 0):
            found.differs(f"{_words(key)}: kept {n}, counted otherwise")
    for key, n in counted.items():
        if n:
            found.differs(f"{_words(key)}: nothing kept, counted {n}")


def _words(key: Key) -> str:
    day, region, department, option, measure, split = key
    return f"{day} region {region} department {department} option {option} {measure}{f'[{split}]' if split else ''}"


_ROWS: Final = """
SELECT c.number, what FROM cases_case c
JOIN indicators_casefigure f ON f.case_id = c.id AND f.seq = c.seq
LEFT JOIN cases_decision d ON d.case_id = c.id
  AND d.outcome NOT IN ('not_accepted', 'terminated', 'transferred', 'void', '')
CROSS JOIN LATERAL (VALUES
    ('submitted_on', (c.submitted_at AT TIME ZONE 'Asia/Shanghai')::date IS DISTINCT FROM f.submitted_on),
    ('accepted_on', (c.accepted_at IS NULL) <> (f.accepted_on IS NULL)),
    ('deemed', (c.acceptance_mode = 'deemed') <> f.deemed),
    ('decided_on', (d.decided_at AT TIME ZONE 'Asia/Shanghai')::date IS DISTINCT FROM f.decided_on),
    ('outcome', coalesce(d.outcome, '') <> f.outcome),
    ('corrections', (SELECT count(*) FROM cases_correctionnotice n WHERE n.case_id = c.id) <> f.corrections),
    ('deferred', (SELECT count(*) FROM cases_proceeding p WHERE p.case_id = c.id AND p.kind = 'deferral') <> f.deferred)
) AS compared (what, differs) WHERE differs ORDER BY c.number, what
"""
"""Cases whose own rows say otherwise; only those whose row and figure stand at the same event. What ends a case without
a decision on the matter (refusal of acceptance, termination, transfer, voiding) is no decision of the figures."""


def _compare_rows(found: Recount) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_ROWS)
        for number, what in cursor.fetchall():
            found.differs(f"case {number}: its own rows say otherwise about {what}")


_UNFOLDED: Final = """
SELECT event.subject_id, max(event.seq), count(*) FROM ledger_event event
LEFT JOIN indicators_casefigure f ON f.case_id = event.subject_id
LEFT JOIN ledger_position place ON place.name = %s
WHERE event.subject_kind = 'case' AND event.seq > coalesce(f.seq, 0)
  AND coalesce((event.tx, event.id) <= (place.tx, place.event_id), false) = %s
GROUP BY event.subject_id ORDER BY event.subject_id
"""


def _compare_reach(found: Recount) -> None:
    """What the reader passed and did not fold is a difference; what lies before it is only told."""
    with connection.cursor() as cursor:
        cursor.execute(_UNFOLDED, [NAME, True])
        for case_id, seq, _events in cursor.fetchall():
            found.differs(f"case {case_id}: event {seq} was read and not counted")
        cursor.execute(_UNFOLDED, [NAME, False])
        found.behind = sum(events for _case, _seq, events in cursor.fetchall())
