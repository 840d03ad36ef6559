"""What time itself does: warnings, cards, deemed acts, reminders. One sweep a minute, no timer for each case.

Finds open clocks whose ``next_at`` has come, records each level once in the ledger of the subject, moves ``next_at``
on, and calls what rooms registered for the kind of clock. Each clock is a transaction of its own; one whose subject
another worker or an act holds is left for the next minute.
"""

from __future__ import annotations

import logging
import time
import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any, Final, Literal

from django.db import InterfaceError, OperationalError, connection, transaction

from tongban.ground import acts, moment
from tongban.ground.changes import Outcome, Subject, Update
from tongban.ground.errors import Refusal
from tongban.ground.ledger.chain import SYSTEM, EventDraft
from tongban.ground.ledger.consumers import describe
from tongban.ground.ledger.subjects import SubjectRef, registered, table_of
from tongban.procedures.work.cards import LEVELS, Moments
from tongban.procedures.work.clocks import next_after, reached
from tongban.procedures.work.models import ClockRow

BATCH: Final = 500
BUDGET_SECONDS: Final = 50.0
AGAIN: Final = timedelta(minutes=10)

When = Literal["due", "warned"]
Reaction = Callable[[uuid.UUID, uuid.UUID, datetime], None]
_reactions: dict[tuple[str, When], list[Reaction]] = {}

logger = logging.getLogger(__name__)


def on(kind: str, when: When = "due") -> Callable[[Reaction], Reaction]:
    """Register what follows when a running clock of a kind passes its due moment (or begins to warn).

    ``function(subject_id, clock_id, at)`` runs inside the transaction of the sweep, after the card was recorded. It is
    called once, or again when it failed; so it must be idempotent. A ``Refusal`` means that the subject went on by
    itself: it is logged, and the clock is not tried again.
    """

    def register(function: Reaction) -> Reaction:
        known = _reactions.setdefault((kind, when), [])
        if function not in known:
            known.append(function)
        return function

    return register


def run(seconds: float = BUDGET_SECONDS) -> Counter[str]:
    """Everything that has become due by now; gives how many clocks were ``warned``, ``overdue``, ``reacted``,
    ``busy`` (left for the next time) and ``failed`` (tried again in ten minutes).

    :param seconds: stop after this long; the rest waits for the next run.
    """
    now = moment.now()
    until = time.monotonic() + seconds
    counts: Counter[str] = Counter()
    since = datetime.min.replace(tzinfo=UTC)
    busy: list[uuid.UUID] = []
    while time.monotonic() < until:
        waiting = _waiting(since, now, busy)
        for _at, clock_id, subject in waiting:
            done = _guarded(clock_id, subject, now)
            counts.update(done)
            if "busy" in done:
                busy.append(clock_id)
        if len(waiting) < BATCH:
            break
        since = waiting[-1][0]
    return counts


def _waiting(since: datetime, now: datetime, busy: list[uuid.UUID]) -> list[tuple[datetime, uuid.UUID, SubjectRef]]:
    """The next clocks, without those that were busy: whatever else was handled does not wait any more."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT next_at, id, subject_kind, subject_id FROM work_clockrow"
            " WHERE next_at BETWEEN %s AND %s AND id <> ALL(%s) ORDER BY next_at LIMIT %s",
            [since, now, busy, BATCH],
        )
        return [(at, clock_id, SubjectRef(kind, subject)) for at, clock_id, kind, subject in cursor.fetchall()]


def _guarded(clock_id: uuid.UUID, subject: SubjectRef, now: datetime) -> list[str]:
    """One clock in a transaction of its own; its trouble is logged and does not hold up the others."""
    try:
        with transaction.atomic():
            return _handle(clock_id, subject, now)
    except (OperationalError, InterfaceError):
        raise  # the database's trouble is not the clock's
    except Exception as error:  # noqa: BLE001 - logged, and tried again in ten minutes
        logger.error("clock %s of %s %s failed: %s", clock_id, subject.kind, subject.id, describe(error))
        ClockRow.objects.filter(id=clock_id, next_at__lte=now).update(next_at=now + AGAIN)
        return ["failed"]


@dataclass(frozen=True, slots=True)
class _Clock:
    """A clock and the chain head of its subject, both locked."""

    seq: int
    head: bytes
    kind: str
    key: str
    state: str
    due_on: date | None
    due_at: datetime | None
    alarms: Moments
    told: str
    region_no: int


@lru_cache(maxsize=16)
def _lock_statement(subject_kind: str) -> bytes:
    text = (
        "SELECT s.seq, s.head, c.kind, c.key, c.state, c.due_on, c.due_at, c.warn_at, c.yellow_at, c.red_at, c.told,"  # noqa: S608
        f" c.region_no FROM work_clockrow c JOIN {table_of(subject_kind)} s ON s.id = c.subject_id"
        " WHERE c.id = $1::uuid AND c.next_at <= $2::timestamptz FOR UPDATE OF s, c SKIP LOCKED"
    )
    return text.encode()


def _locked(clock_id: uuid.UUID, subject: SubjectRef, now: datetime) -> _Clock | None:
    """One statement that never waits; None when somebody else holds a row, or has done it."""
    found = acts.run(_lock_statement(subject.kind), (clock_id, now))
    if found is None:
        return None
    seq, head, kind, key, state, due_on, due_at, *alarms, told, region_no = found
    return _Clock(seq, bytes(head), kind, key, state, due_on, due_at, Moments(*alarms), told, region_no)


def _handle(clock_id: uuid.UUID, subject: SubjectRef, now: datetime) -> list[str]:
    clock = _locked(clock_id, subject, now)
    if clock is None:
        return ["busy"]
    fresh = _record(clock_id, clock, subject, now)
    done = ["warned" if level == "warning" else "overdue" for level in fresh]
    if clock.state == ClockRow.State.RUNNING:
        past_due = clock.due_at is not None and now > clock.due_at
        functions = _reactions.get((clock.kind, "due"), []) if past_due else []
        functions = functions + (_reactions.get((clock.kind, "warned"), []) if "warning" in fresh else [])
        done += ["reacted" for function in functions if _react(function, subject.id, clock_id, now)]
    return done


def _record(clock_id: uuid.UUID, clock: _Clock, subject: SubjectRef, now: datetime) -> list[str]:
    """Record the levels that were reached and not told yet, and move the alarm on; gives these levels."""
    rank = LEVELS.index(clock.told or "none")
    fresh = [(level, at) for level, at in reached(clock.alarms, now) if LEVELS.index(level) > rank]
    running = clock.state == ClockRow.State.RUNNING
    values: dict[str, Any] = {"next_at": next_after(now, clock.alarms, clock.due_at if running else None)}
    if not fresh:
        ClockRow.objects.filter(id=clock_id).update(**values)
        return []
    drafts = []
    for level, at in fresh:
        body = {"clock": clock.kind, "key": clock.key, "level": level, "due": clock.due_on}
        kind = f"{subject.kind}.clock_warned" if level == "warning" else f"{subject.kind}.clock_overdue"
        drafts.append(EventDraft(kind, body, occurred_at=at))
    label = registered()[subject.kind]._meta.label
    acting = Subject(subject.kind, label, subject.id, clock.seq, clock.head, clock.region_no)
    change = Update("work.ClockRow", {"id": clock_id}, {**values, "told": fresh[-1][0]})
    if acts.commit(acting, Outcome(tuple(drafts), (change,)), SYSTEM, now) is None:
        raise RuntimeError("a locked subject moved on")
    return [level for level, _ in fresh]


def _react(function: Reaction, subject_id: uuid.UUID, clock_id: uuid.UUID, now: datetime) -> bool:
    try:
        with transaction.atomic():
            function(subject_id, clock_id, now)
    except Refusal as refusal:
        logger.info("clock %s: the subject went on by itself (%s)", clock_id, refusal.code)
        return False
    return True
