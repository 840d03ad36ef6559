"""Sweeps, recomputation and acts at the same moment: on committed data, in threads."""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
from django.db import connection, transaction

from tests.ground.calendars import files
from tests.ground.databases import own_database
from tests.procedures.work.rows import a_clock, a_subject, at, clock_events
from tongban.ground import calendar, moment
from tongban.ground.calendars import selectors as calendars
from tongban.ground.calendars import services
from tongban.ground.clock import Step
from tongban.procedures.work import recompute, sweep
from tongban.procedures.work.cards import rule_of
from tongban.procedures.work.clocks import columns
from tongban.procedures.work.models import ClockRow

pytestmark = pytest.mark.covers("APR-01", "EFF-01")
MONDAY, LAST = date(2026, 6, 1), date(2026, 6, 5)


def together(*works: Callable[[], Any]) -> list[Any]:
    """What each came to; an error is raised here."""
    barrier, found, errors = threading.Barrier(len(works)), [None] * len(works), []

    def run(index: int, work: Callable[[], Any]) -> None:
        barrier.wait()
        try:
            found[index] = work()
        except Exception as error:  # noqa: BLE001 - raised by the main thread
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(index, work)) for index, work in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
    return found


def test_two_sweeps_at_once_tell_and_react_once_each(django_db_setup, django_db_blocker, monkeypatch):
    seen: list[Any] = []
    monkeypatch.setattr(sweep, "_reactions", {})
    sweep.on("statutory", "warned")(lambda subject, *_: seen.append(subject))
    with django_db_blocker.unblock(), own_database():
        subjects = [a_subject() for _ in range(30)]
        for subject in subjects:
            a_clock(subject, "statutory", MONDAY, 4)

        def swept() -> Counter[str]:
            with moment.at(at(LAST, 9)):
                return sweep.run()

        total: Counter[str] = Counter()
        for _ in range(3):  # what one found busy is left for the next minute
            for counts in together(swept, swept):
                total.update(counts)
        assert (total["warned"], total["reacted"], total["failed"]) == (30, 30, 0)
        assert sorted(seen) == sorted(subjects)
        assert all(len(clock_events(subject)) == 1 for subject in subjects)


@pytest.mark.slow
def test_an_import_while_acts_run_leaves_no_clock_behind(django_db_setup, django_db_blocker, monkeypatch):
    """Acts that still hold the older calendar write between; after the second run every row says what it should."""
    monkeypatch.setattr(recompute, "PAGES", 1)
    monkeypatch.setattr(recompute, "PAUSE_SECONDS", 0.01)
    with django_db_blocker.unblock(), own_database():
        calendars.forget()
        ids = [a_clock(a_subject(), "promised", date(2027, 1, 20), 5 + n % 20).id for n in range(150)]
        services.import_calendar(files.own(), source="2027.json")
        over = threading.Event()

        def acts(seed: int) -> int:
            """Each act takes two clocks in any order, adds steps, and writes what the older calendar says."""
            chance, done = random.Random(seed), 0
            while not over.is_set():
                with transaction.atomic():
                    for clock_id in chance.sample(ids, 2):
                        _act(clock_id, chance)
                done += 1
            return done

        def run() -> recompute.Recomputed:
            try:
                return recompute.recompute()
            finally:
                over.set()

        first, *done = together(run, partial(guarded, acts, 1), partial(guarded, acts, 2))
        assert sum(done) > 0
        assert first.changed > 0
        again = recompute.recompute()
        assert again.left == 0
        assert recompute.recompute().changed == 0
        rule = rule_of(moment.today())
        for clock in ClockRow.objects.filter(id__in=ids):
            right = columns(clock.kind, clock.history, calendars.current(), rule)
            assert (clock.due_on, clock.due_at, clock.provisional) == (right.due_on, right.due_at, right.provisional)
    calendars.forget()


def guarded(acts: Callable[[int], int], seed: int) -> int:
    """Acts that took two clocks in opposite order end each other, which is theirs alone to bear: tried again."""
    done = 0
    for _ in range(50):
        try:
            return done + acts(seed)
        except Exception as error:
            if "deadlock" not in str(error):
                raise
            connection.close()
            seed += 10
    return done


def _act(clock_id: Any, chance: random.Random) -> None:
    clock = ClockRow.objects.select_for_update().get(id=clock_id)
    steps = [Step.from_json(step) for step in clock.history["steps"]]
    away = date(2027, 1, 21) + timedelta(days=len(steps))
    key = str(len(steps))
    steps += [Step("suspend", away, kind="hearing", key=key), Step("resume", away + timedelta(days=2), key=key)]
    clock.history = {**clock.history, "steps": [step.to_json() for step in steps[:9]]}
    found = columns(clock.kind, clock.history, calendar.load(), rule_of(moment.today()))
    for name in found.__slots__:
        setattr(clock, name, getattr(found, name))
    clock.save()
