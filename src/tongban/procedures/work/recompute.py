"""Open clocks are read again when the calendar changes; concluded clocks keep the version they were computed with.

Page range by page range: read the open rows, compute what they should say (equal histories once), and write only those
that say otherwise: lock them (a row that somebody else holds is skipped, so this never waits while it holds locks and
never deadlocks), COPY the results, one UPDATE. A run that was cut off is simply run again: what is right is left alone.
"""

from __future__ import annotations

import json
import logging
import re
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, Final

import psycopg
from django.db import InterfaceError, OperationalError, connection, transaction

from tongban.ground import moment
from tongban.ground.calendar import WorkingCalendar
from tongban.ground.calendars import selectors as calendars
from tongban.ground.calendars.services import adopt_shipped
from tongban.ground.ledger.chain import SYSTEM, EventDraft
from tongban.ground.ledger.consumers import describe
from tongban.ground.ledger.services import append
from tongban.ground.ledger.subjects import SubjectRef
from tongban.procedures.work.cards import CardRule, Moments, rule_of
from tongban.procedures.work.clocks import Columns, columns, reached
from tongban.procedures.work.models import ClockRow, DueMove

PAGES: Final = 2_000
MOST_PASSES: Final = 20
PAUSE_SECONDS: Final = 0.5
MOST_REMEMBERED: Final = 200_000
DECISION_CLOCKS: Final = ("promised", "statutory", "joint")
TELL_AT_ONCE: Final = 200

Teller = Callable[[uuid.UUID, date, date, str], None]
_tellers: dict[str, Teller] = {}

_ID: Final = re.compile('"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"')

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Recomputed:
    """Open clocks, those that changed, decision clocks whose day moved, subjects told, rows that others still hold."""

    clocks: int = 0
    changed: int = 0
    moved: int = 0
    told: int = 0
    left: int = 0


def on_moved(subject_kind: str) -> Callable[[Teller], Teller]:
    """Register who tells the people of a subject: ``function(subject_id, old, new, calendar_version)``, idempotent."""

    def register(function: Teller) -> Teller:
        if _tellers.setdefault(subject_kind, function) is not function:
            raise ValueError(f"who tells of moved due days of {subject_kind} is registered already")
        return function

    return register


def recompute() -> Recomputed:
    """Bring every open clock to the newest calendar, then tell whoever is concerned. Repeatable and resumable.

    Leaves ``calendar.recomputed`` when any clock changed.
    """
    version = adopt_shipped()
    calendars.forget()
    run = _Run(calendars.current(), rule_of(moment.today()), moment.now())
    left = 0
    for _ in range(MOST_PASSES):
        left = run.one_pass()
        if not left:
            break
        time.sleep(PAUSE_SECONDS)
    told = tell_moved()
    clocks = ClockRow.objects.exclude(state=ClockRow.State.DONE).count()
    if run.changed:
        body = {
            "calendar": run.calendar.version,
            "clocks": clocks,
            "changed": run.changed,
            "moved": run.moved,
            "told": told,
        }
        append(SubjectRef("calendar", version.id), [EventDraft("calendar.recomputed", body)], SYSTEM)
    return Recomputed(clocks, run.changed, run.moved, told, left)


_READ = """
SELECT ctid::text, xmin::text, id::text, kind, region_no, history::text, due_on, subject_kind, subject_id::text,
(state, due_on, due_at, provisional, warn_at, yellow_at, red_at)::text
FROM work_clockrow WHERE ctid >= $1::tid AND ctid < $2::tid AND state <> 'done'
"""
# Place and transaction name a version of a row: who has both is what was read, and nothing else has to be compared.
_LOCK = """
SELECT ctid::text, xmin::text FROM work_clockrow WHERE ctid = ANY($1::tid[]) FOR UPDATE SKIP LOCKED
"""
_STAGE = """
CREATE TEMPORARY TABLE work_reread (place tid, state text, due_on date, due_at timestamptz, provisional boolean,
calendar_version text, warn_at timestamptz, yellow_at timestamptz, red_at timestamptz, next_at timestamptz, level text)
"""
# A level that was told and is no more reached may be told again; one that is reached and was not told is the sweep's.
_UPDATE = """
UPDATE work_clockrow c SET state = r.state, due_on = r.due_on, due_at = r.due_at, provisional = r.provisional,
calendar_version = r.calendar_version, warn_at = r.warn_at, yellow_at = r.yellow_at, red_at = r.red_at,
next_at = r.next_at, told = CASE WHEN array_position(ARRAY['', 'warning', 'yellow', 'red'], c.told::text)
<= array_position(ARRAY['', 'warning', 'yellow', 'red'], r.level) THEN c.told ELSE r.level END
FROM work_reread r WHERE c.ctid = r.place
"""
_MOVED = """
INSERT INTO work_duemove (clock_id, subject_kind, subject_id, due_on)
SELECT * FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::date[]) ON CONFLICT (clock_id) DO NOTHING
"""


@dataclass(frozen=True, slots=True)
class _Wrong:
    """A row that does not say what its history says now."""

    place: str
    version: str
    id: str
    kind: str
    due_on: date | None
    subject_kind: str
    subject_id: str
    right: _Right


@dataclass(frozen=True, slots=True)
class _Right:
    """What a history says: as PostgreSQL writes the row, as COPY reads it, and the due day."""

    row: str
    line: str
    due_on: date | None


@dataclass(slots=True)
class _Run:
    """One run against the calendar that was newest when it began."""

    calendar: WorkingCalendar
    rule: CardRule
    now: datetime
    changed: int = 0
    moved: int = 0
    places: dict[int, WorkingCalendar] = field(default_factory=dict)
    known: dict[tuple[str, str, str], _Right] = field(default_factory=dict)

    def one_pass(self) -> int:
        """Every page once; gives how many wrong rows others held."""
        left = 0
        for first in range(0, _pages(), PAGES):
            with transaction.atomic():
                left += self._chunk(f"({first},0)", f"({first + PAGES},0)")
        return left

    def _chunk(self, first: str, last: str) -> int:
        with connection.wrap_database_errors, psycopg.RawCursor(connection.connection) as cursor:
            cursor.execute("SET LOCAL timezone = 'UTC'")
            rows = cursor.execute(_READ, (first, last)).fetchall()
            wrong = [found for row in rows if (found := self._wrong(row))]
            if not wrong:
                return 0
            locked = dict(cursor.execute(_LOCK, ([row.place for row in wrong],)).fetchall())
            ours = [row for row in wrong if locked.get(row.place) == row.version]
            self._write(cursor, ours)
        self.changed += len(ours)
        return len(wrong) - len(ours)

    def _wrong(self, row: tuple[Any, ...]) -> _Wrong | None:
        place, version, clock_id, kind, region_no, history, due_on, subject_kind, subject_id, told = row
        right = self._right(kind, self._calendar_of(region_no), history)
        if right.row == told:
            return None
        return _Wrong(place, version, clock_id, kind, due_on, subject_kind, subject_id, right)

    def _write(self, cursor: psycopg.RawCursor[Any], rows: list[_Wrong]) -> None:
        cursor.execute(_STAGE)
        with cursor.copy("COPY work_reread FROM STDIN") as copy:
            copy.write("".join(f"{row.place}\t{row.right.line}" for row in rows))
        cursor.execute(_UPDATE)
        cursor.execute("DROP TABLE work_reread")
        moved = [
            (row.id, row.subject_kind, row.subject_id, row.due_on)
            for row in rows
            if row.kind in DECISION_CLOCKS and row.due_on and row.right.due_on and row.due_on != row.right.due_on
        ]
        if moved:
            cursor.execute(_MOVED, [list(column) for column in zip(*moved, strict=True)])
        self.moved += len(moved)

    def _calendar_of(self, region_no: int) -> WorkingCalendar:
        found = self.places.get(region_no)
        if found is None:
            found = self.places[region_no] = calendars.calendar_of(region_no)
        return found

    def _right(self, kind: str, calendar: WorkingCalendar, history: str) -> _Right:
        """Equal histories are read once, whatever their pauses are called."""
        shape = _shape(history)
        key = (kind, calendar.version, shape)
        found = self.known.get(key)
        if found is None:
            if len(self.known) >= MOST_REMEMBERED:
                self.known.clear()
            read = columns(kind, json.loads(shape), calendar, self.rule)
            found = self.known[key] = _Right(_as_row(read), _copy_line(read, self.now), read.due_on)
        return found


def _shape(history: str) -> str:
    """The history with the ids that name its pauses as numbers, in the order in which they appear."""
    if '"suspend"' not in history:
        return history
    names: dict[str, str] = {}
    return _ID.sub(lambda found: names.setdefault(found[0], f'"{len(names)}"'), history)


def _as_row(read: Columns) -> str:
    """The columns as PostgreSQL writes a row of them (in UTC); were it ever written otherwise, the row is rewritten."""
    moments = [f'"{_utc(at)}"' if at else "" for at in (read.due_at, read.warn_at, read.yellow_at, read.red_at)]
    provisional = "t" if read.provisional else "f"
    return f"({read.state},{read.due_on or ''},{moments[0]},{provisional},{','.join(moments[1:])})"


def _utc(at: datetime) -> str:
    """``2026-06-05 15:59:59.999999+00``; PostgreSQL drops the zeros at the end of a fraction."""
    day, _, fraction = at.astimezone(UTC).replace(tzinfo=None).isoformat(" ").partition(".")
    return f"{day}.{fraction.rstrip('0')}+00" if fraction else f"{day}+00"


def _pages() -> int:
    connection.ensure_connection()
    with psycopg.RawCursor(connection.connection) as cursor:
        found = cursor.execute(
            "SELECT pg_relation_size('work_clockrow') / current_setting('block_size')::int"
        ).fetchone()
    return int(found[0]) + 1 if found else 0


def _copy_line(read: Columns, now: datetime) -> str:
    levels = reached(Moments(read.warn_at, read.yellow_at, read.red_at), now)
    values: list[Any] = [
        read.state,
        read.due_on,
        read.due_at,
        read.provisional,
        read.calendar_version,
        read.warn_at,
        read.yellow_at,
        read.red_at,
        read.next_at,
        levels[-1][0] if levels else "",
    ]
    return "\t".join("\\N" if value is None else str(value) for value in values) + "\n"


_TO_TELL = """
SELECT c.subject_kind, c.subject_id, min(coalesce(m.due_on, c.due_on)), min(c.due_on)
FROM work_clockrow c LEFT JOIN work_duemove m ON m.clock_id = c.id
WHERE c.subject_id = ANY($1) AND c.kind = ANY($2) AND c.state = 'running' GROUP BY c.subject_kind, c.subject_id
"""


def tell_moved() -> int:
    """Tell the people of every subject whose binding due day moved (C14); gives how many were told.

    The day that binds is the earliest of promise, law and joint cap, so a moved statutory day behind an unmoved promise
    concerns nobody. What was told is forgotten with it; who could not be told waits for the next run.
    """
    version = calendars.current().version
    told, after = 0, uuid.UUID(int=0)
    while subjects := _moved_after(after):
        after = subjects[-1]
        with transaction.atomic(), psycopg.RawCursor(connection.connection) as cursor:
            rows = cursor.execute(_TO_TELL, (subjects, list(DECISION_CLOCKS))).fetchall()
            outcomes = {row[1]: _tell(row, version) for row in rows}
            over = [subject for subject in subjects if outcomes.get(subject) is not None or subject not in outcomes]
            cursor.execute("DELETE FROM work_duemove WHERE subject_id = ANY($1)", (over,))
        told += sum(outcome is True for outcome in outcomes.values())
    return told


def _moved_after(subject_id: uuid.UUID) -> list[uuid.UUID]:
    moved = DueMove.objects.filter(subject_id__gt=subject_id).order_by("subject_id")
    return list(moved.values_list("subject_id", flat=True).distinct()[:TELL_AT_ONCE])


def _tell(row: tuple[str, uuid.UUID, date, date], version: str) -> bool | None:
    """Whether there was anybody to tell; None when it failed (logged without a word of the message)."""
    kind, subject_id, old, new = row
    if old == new or kind not in _tellers:
        return False
    try:
        with transaction.atomic():
            _tellers[kind](subject_id, old, new, version)
    except (OperationalError, InterfaceError):
        raise  # the database's trouble is not the subject's
    except Exception as error:  # noqa: BLE001 - logged, and tried again by the next run
        logger.error("%s %s could not be told of its due day: %s", kind, subject_id, describe(error))
        return None
    return True
