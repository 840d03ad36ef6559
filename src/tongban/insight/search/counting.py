"""Counting what is asked and opened, in memory first: at most one cheap statement every ten seconds and worker.

Only the words are kept, never who asked; words that may hold somebody's number, or a long story, are not kept at all.
The first search after a quiet while is written at once. What came in the ten seconds after it waits for the next one;
a worker that is killed loses that.
"""

from __future__ import annotations

import logging
import math
import re
import threading
import time
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db import DatabaseError, connection, transaction

from tongban.ground import moment
from tongban.insight.search import tokens
from tongban.insight.search.models import SearchClick, SearchCount
from tongban.insight.search.ranking import MOST_BOOST

LONGEST = 30
FLUSH_SECONDS = 10.0
MOST_HELD = 500
"""Different queries and clicks that are held in memory; more are written before their time."""
KEPT_DAYS = 400
LEAST_CLICKS = 3
_STEP = 0.03
_NUMBER = re.compile(r"(?:[0-9〇零一二三四五六七八九幺][^0-9a-z\u3400-\u9fff]*){6,}")
_MARKS = re.compile(r"[\s\W_]+")
_WRITE = """
WITH counted AS (
    INSERT INTO search_searchcount AS held (day, query, asked, failed, clicked, shown)
    SELECT * FROM unnest(%s::date[], %s::text[], %s::int[], %s::int[], %s::int[], %s::int[])
    ON CONFLICT (day, query) DO UPDATE SET asked = held.asked + excluded.asked,
        failed = held.failed + excluded.failed, clicked = held.clicked + excluded.clicked,
        shown = CASE WHEN excluded.asked > 0 THEN excluded.shown ELSE held.shown END
)
INSERT INTO search_searchclick AS held (day, query, option_id, clicks)
SELECT new.* FROM unnest(%s::date[], %s::text[], %s::bigint[], %s::int[]) AS new (day, query, option_id, clicks)
WHERE EXISTS (SELECT 1 FROM catalog_handlingoption AS option WHERE option.id = new.option_id)
ON CONFLICT (query, option_id, day) DO UPDATE SET clicks = held.clicks + excluded.clicks
"""
logger = logging.getLogger(__name__)


@dataclass
class _Counts:
    asked: int = 0
    failed: int = 0
    clicked: int = 0
    shown: int = 0


@dataclass
class _Held:
    """What this worker has not written yet."""

    counts: dict[tuple[date, str], _Counts] = field(default_factory=dict)
    clicks: dict[tuple[date, str, int], int] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.counts) + len(self.clicks)


_lock = threading.Lock()
_held = _Held()
_written_at = -FLUSH_SECONDS


def normalised(typed: str) -> str | None:
    """What is counted of a query: its letters and characters; ``None`` when it must not be kept.

    Not kept: six digits or more in a row, also when marks or spaces part them or they are Chinese numerals (a number of
    a person or a phone), and more than 30 characters (a story, not a query).
    """
    text = _MARKS.sub(" ", tokens.close_up(tokens.tidy(typed))).strip()
    if not text or len(text) > LONGEST or _NUMBER.search(tokens.tidy(typed)):
        return None
    return text


def note_search(typed: str, shown: int) -> None:
    """Count one search with the number of its answers; 0 is a failure."""
    query = normalised(typed)
    if query is None:
        return
    with _lock:
        counts = _held.counts.setdefault((moment.today(), query), _Counts())
        counts.asked += 1
        counts.failed += not shown
        counts.shown = shown
    _write_when_due()


def note_click(typed: str, option_id: int) -> None:
    """Count that an option was opened after a query."""
    query = normalised(typed)
    if query is None:
        return
    with _lock:
        day = moment.today()
        _held.counts.setdefault((day, query), _Counts()).clicked += 1
        key = (day, query, option_id)
        _held.clicks[key] = _held.clicks.get(key, 0) + 1
    _write_when_due()


def boost(clicks: int) -> float:
    """What choices add to the rank of an option: nothing below three, then slowly more, never above the bound."""
    return min(MOST_BOOST, _STEP * math.log2(1 + clicks)) if clicks >= LEAST_CLICKS else 0.0


def write() -> None:
    """Write what is held; when the database does not take it, it is held on."""
    global _held, _written_at
    with _lock:
        held, _held = _held, _Held()
        _written_at = time.monotonic()
    if not len(held):
        return
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_WRITE, _columns(held))
    except DatabaseError as error:
        logger.warning("search counts: not written (%s), held on", type(error).__name__)
        _hold_on(held)


def forget_older(days: int = KEPT_DAYS) -> int:
    """Delete counts and clicks of more than so many days ago; returns the rows."""
    before = moment.today() - timedelta(days=days)
    found = [model.objects.filter(day__lt=before).delete()[0] for model in (SearchCount, SearchClick)]
    return sum(found)


def forget() -> None:
    """Drop what is held (tests)."""
    global _held, _written_at
    _held, _written_at = _Held(), -FLUSH_SECONDS


def _write_when_due() -> None:
    if time.monotonic() - _written_at >= FLUSH_SECONDS or len(_held) >= MOST_HELD:
        write()


def _columns(held: _Held) -> list[list[Any]]:
    """Columns for ``unnest``, in the order of the keys, so that two workers never wait for each other crosswise."""
    counts = sorted(held.counts.items())
    clicks = sorted(held.clicks.items())
    return [
        [day for (day, _), _ in counts],
        [query for (_, query), _ in counts],
        *([getattr(one, name) for _, one in counts] for name in ("asked", "failed", "clicked", "shown")),
        *([key[n] for key, _ in clicks] for n in range(3)),
        [number for _, number in clicks],
    ]


def _hold_on(held: _Held) -> None:
    with _lock:
        for key, one in list(held.counts.items())[:MOST_HELD]:
            mine = _held.counts.setdefault(key, _Counts())
            mine.asked += one.asked
            mine.failed += one.failed
            mine.clicked += one.clicked
            mine.shown = mine.shown or one.shown
        for chosen, number in list(held.clicks.items())[:MOST_HELD]:
            _held.clicks[chosen] = _held.clicks.get(chosen, 0) + number
