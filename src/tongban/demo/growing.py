"""The city lives on while the demo runs: now and then somebody applies, officials do what is due, applicants answer.

A periodic job of a running ``./tongban demo`` (not ``--quiet``), never anywhere else. It keeps its hands off whoever is
played by hand: the cases of people who have a password belong to whoever plays them (a walk, a visitor of the demo).
"""

from __future__ import annotations

import logging
import random
import uuid
from datetime import date, datetime
from functools import lru_cache

from django.conf import settings
from django.db import connection
from django.db.models import Q

from tongban.demo import halls
from tongban.demo.lives import arrivals, city, deeds, fates, matters
from tongban.demo.lives import cast as casting
from tongban.demo.lives.arrivals import Arrival
from tongban.demo.lives.cast import Cast
from tongban.demo.lives.doing import Doing
from tongban.demo.lives.matters import Matter
from tongban.demo.lives.meetings import Contact
from tongban.demo.lives.plans import Deed, Seen, plan
from tongban.ground import moment
from tongban.ground.calendars import selectors as calendars
from tongban.ground.errors import TongbanError
from tongban.ground.jobs import periodic
from tongban.procedures.cases.models import Case
from tongban.procedures.work.models import Task
from tongban.registry.catalog import selectors as catalog

logger = logging.getLogger(__name__)

MOST_OPEN = 220
"""With so many open cases nobody new applies: the city does not grow without end."""
MOST_DEEDS = 4
"""Deeds of one turn at most."""
USUAL, BACKLOG = 0.25, 120
"""Deeds expected of a turn: so many, and one more for so many that are due."""
AFTER_HOURS = 0.08
"""The same outside office hours: officials are slower then, not asleep."""
MINUTES = 4
"""A turn every so many minutes."""
A_DAY = 5.0
"""Applications of a day, about."""
ENDED = ("closed", "void", "not_accepted", "withdrawn", "terminated", "transferred", "delivered")


@periodic(f"*/{MINUTES} * * * *", name="demo.live_on", queue="demo")
def live_on() -> None:
    """One turn of the city's life, in a demo only."""
    if settings.CITY_LIVES_ON and _is_demo():
        chance = random.Random()  # noqa: S311 - a story, not a secret
        turn(chance)
        halls.go_on(chance)


def _is_demo() -> bool:
    """Whether the launcher has marked this database as a demo's."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('launch_mark') IS NOT NULL")
        if not cursor.fetchone()[0]:
            return False
        cursor.execute("SELECT 1 FROM launch_mark WHERE name = 'purpose' AND value = 'demo'")
        return cursor.fetchone() is not None


def turn(chance: random.Random) -> int:
    """Let some due deeds be done and perhaps somebody come; gives how many things happened."""
    cast, now = _cast(moment.today()), moment.now()
    open_cases = _open(cast)
    planned = sorted(_planned(open_cases), key=lambda pair: pair[1].at)
    due = [pair for pair in planned if pair[1].at <= now]
    expected = USUAL + len(due) / BACKLOG if office_hours(now) else AFTER_HOURS
    some = min(MOST_DEEDS, int(expected) + (chance.random() < expected % 1))
    happened = sum(_try(cast, case, deed) for case, deed in (due or planned)[:some])
    if len(open_cases) < MOST_OPEN and chance.random() < A_DAY * MINUTES / (14 * 60) and _awake(now):
        happened += _arrive(cast, chance)
    if chance.random() < 0.01:
        Contact(cast, chance, f"lives-on-{now.isoformat()}").go()
        happened += 1
    return happened


@lru_cache(maxsize=1)
def _cast(day: date) -> Cast:
    """Everybody, compiled anew each day."""
    return casting.load()


def office_hours(at: datetime) -> bool:
    """Whether officials are at work."""
    local = moment.local(at)
    return calendars.current().is_working_day(local.date()) and 8 <= local.hour < 18


def _awake(at: datetime) -> bool:
    return 7 <= moment.local(at).hour < 23


def _open(cast: Cast) -> list[Case]:
    """Cases that go on and whose applicant nobody plays by hand."""
    waiting = Task.objects.filter(done_at=None, kind="commitment_check").values("subject_id")
    known = [key for key in cast.residents if key not in cast.played]
    rows = Case.objects.filter(~Q(state__in=ENDED) | Q(id__in=waiting))
    acts = Q(agent_person_id__in=known) | Q(agent_person_id=None, applicant_person_id__in=known)
    ours = rows.filter(acts).exclude(applicant_person_id__in=cast.played)
    return list(ours.order_by("id")[: 2 * MOST_OPEN])


def _planned(cases: list[Case]) -> list[tuple[Seen, Deed]]:
    """What each case's people mean to do next, and when."""
    lasts = _last_events([case.id for case in cases])
    found = []
    for case in cases:
        seen = city.seen(case.id, fate_of(case), lasts[case.id])
        deed = plan(seen)
        if deed is not None and deed.name != deeds.LOOK:
            found.append((seen, deed))
    return found


def _last_events(ids: list[uuid.UUID]) -> dict[uuid.UUID, datetime]:
    """When something last happened in each case; one query."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT subject_id, max(recorded_at) FROM ledger_event"
            " WHERE subject_kind = 'case' AND subject_id = ANY(%s) GROUP BY subject_id",
            [ids],
        )
        return dict(cursor.fetchall())


def fate_of(case: Case) -> fates.Fate:
    """The fate of a case, drawn from its number: asked again, it is the same."""
    content = catalog.content(case.version_id)
    chance = random.Random(case.number)  # noqa: S311 - a story, not a secret
    return fates.fate_of(Matter(content.slug, ""), content, chance, window=case.channel == "window")


def _try(cast: Cast, case: Seen, deed: Deed) -> int:
    """Do it; what somebody was quicker with, or the law forbids by now, is left."""
    try:
        deeds.do(Doing(case, cast, deed))
    except TongbanError as refused:
        logger.info("case %s: %s is left (%s)", case.state.number, deed.name, refused.code)
        return 0
    return 1


def _arrive(cast: Cast, chance: random.Random) -> int:
    """Somebody applies: at a window only while it is open."""
    matter = matters.everyday(chance)
    window = office_hours(moment.now()) and arrivals.begins_at_window(matter, chance)
    content = catalog.version_in_force(matter.slug)[1]
    fate = fates.fate_of(matter, content, chance, window=window)
    key = f"lives-on-{moment.now().isoformat()}"
    try:
        arrivals.apply(cast, Arrival(matter, fate, window, key), chance)
    except TongbanError as refused:
        logger.info("nobody applies for %s: %s", matter.slug, refused.code)
        return 0
    return 1
