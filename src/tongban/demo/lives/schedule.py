"""When each matter of the history begins, which road it is to take, and where some are left so that desks have work."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta

from tongban.demo import names
from tongban.demo.lives import fates, matters
from tongban.demo.lives.arrivals import Arrival, begins_at_window
from tongban.demo.lives.fates import Assured
from tongban.demo.lives.matters import Matter
from tongban.demo.lives.plans import awake, office_time
from tongban.ground import moment
from tongban.ground.calendars import selectors as calendars
from tongban.registry.catalog import selectors as catalog
from tongban.registry.catalog.version import VersionContent

SPAN_DAYS = 120
Planned = tuple[datetime, Arrival]
EARLY = {names.FIRE_SLUG: (0.75, 0.95)}
"""Part of the span before today in which the first of these begins, when a later matter needs its result."""
NEEDING = {names.ENTERTAINMENT_SLUG: (0.3, 0.5)}
"""The same for what needs it."""
ROOM = (0.3, 0.95)
"""The same for a road that must have time to be walked to its end."""
FORGOTTEN_ONE_IN, FORGOTTEN_DAYS = 4, (4, 12)
"""Of the cases that are left at a step, so many were forgotten, for so many working days: they are overdue."""
SHARED = ("accept", "correct", "deliver")
"""Stages at which many items wait at the same post."""
CAST = {("欧阳娜", names.RENEWAL_SLUG): "correct", ("严桂香", names.ALLOWANCE_SLUG): "civil.examine"}
"""Whom the demo's door shows first stand where the door says."""


def arrivals(count: int, chance: random.Random, now: datetime) -> list[Planned]:
    """Every arrival of a history of ``count`` cases that ends now, in no order."""
    drawn = matters.deck(count, chance)
    chance.shuffle(drawn)
    held = [(matter, begins_at_window(matter, chance)) for matter in drawn]
    resting = _resting(held, chance) if count >= len(fates.slugs()) else {}
    free = [index for index in range(len(held)) if index not in resting and not _needed(held[index][0])]
    roads = fates.assured([held[index] for index in free])
    assured = {free[place]: road for place, road in roads.items()}
    return [
        _planned(index, held[index], resting.get(index, ""), assured.get(index), chance, now)
        for index in range(len(held))
    ]


def _planned(
    index: int,
    held: tuple[Matter, bool],
    stage: str,
    road: Assured | None,
    chance: random.Random,
    now: datetime,
) -> Planned:
    matter, window = held
    window = window and stage != "accept"  # nobody stands at a window for days
    content = catalog.version_in_force(matter.slug)[1]
    fate = fates.fate_of(matter, content, chance, window=window)
    if stage:
        fate = replace(fate, intake="accept", review="plain", rests=stage)
        start = _left_there(now, stage, content, chance, window=window, forgotten=index % FORGOTTEN_ONE_IN == 0)
    else:
        if road:
            fate = road.of(fate)
        elif _needed(matter):  # what another matter needs is granted
            fate = replace(fate, intake="accept", review="plain", check="kept")
        start = _start(matter, content, chance, now, ROOM if road else None, window=window)
    return start, Arrival(matter, fate, window, f"history-{index}-{start.isoformat()}")


def _resting(held: list[tuple[Matter, bool]], chance: random.Random) -> dict[int, str]:
    """Index of a matter -> the stage at which it is left: one for each place of every item's flow, where one fits."""
    free: dict[str, list[int]] = {}
    taken: dict[int, str] = {}
    for index, (matter, _) in enumerate(held):
        if stage := CAST.get((matter.resident, matter.slug)):
            taken[index] = stage
        elif not _needed(matter):
            free.setdefault(matter.slug, []).append(index)
    posts: Counter[tuple[int, str]] = Counter()
    lived = {slug: min(2, len(found) - 1) for slug, found in free.items()}
    places = [(slug, stage) for slug in sorted(free) for stage in fates.stages(catalog.version_in_force(slug)[1])]
    chance.shuffle(places)
    for slug, stage in sorted(places, key=lambda place: place[1] in SHARED):  # posts that only this item has come first
        post, left = _post_of(catalog.version_in_force(slug)[1], stage), free[slug]
        # most matters are lived to their end, two of an item at least; a post has work of two items at most
        most = 1 + len(held) // 45 if stage == "correct" else 2
        if posts[post, stage] >= most or len(taken) >= len(held) // 4 or len(left) <= lived[slug]:
            continue
        taken[left.pop(chance.randrange(len(left)))] = stage
        posts[post, stage] += 1
    return taken


def _post_of(content: VersionContent, stage: str) -> int:
    flow = content.flow
    known = {"accept": flow.acceptance_post_id, "decide": flow.decision_post_id, "deliver": flow.delivery_post_id}
    steps = {f"{branch.key}.{step.key}": step.post_id for branch in flow.branches for step in branch.steps}
    return (known | steps).get(stage, flow.acceptance_post_id)


def _start(
    matter: Matter,
    content: VersionContent,
    chance: random.Random,
    now: datetime,
    room: tuple[float, float] | None,
    *,
    window: bool,
) -> datetime:
    between = NEEDING.get(matter.slug) or (EARLY.get(matter.slug) if _needed(matter) else None) or room
    part = chance.uniform(*between) if between else chance.random() ** 1.15
    back = now - timedelta(days=SPAN_DAYS * part, minutes=chance.randint(0, 900))
    at_once = content.case_type == "instant" or content.law.positive == "recorded"
    # what is done at once is mostly asked for while somebody is there to do it
    in_office = window or (at_once and chance.random() < 0.85)
    start = office_time(back, chance) if in_office else awake(back, chance)
    return min(start, now - timedelta(minutes=chance.uniform(20, 90)))


def _needed(matter: Matter) -> bool:
    """Whether the same unit needs this one's result for another matter."""
    return matter.slug == names.FIRE_SLUG and matter.answers.get("venue.kind") == "song_hall"


def _left_there(
    now: datetime, stage: str, content: VersionContent, chance: random.Random, *, window: bool, forgotten: bool
) -> datetime:
    """When a case began that has just come to a stage: each step before it takes a working day (``Fate.brisk``)."""
    if stage == "accept":
        return awake(now - timedelta(minutes=chance.randint(25, 400)), chance)
    days = _days_to(stage, content) + (chance.randint(*FORGOTTEN_DAYS) if forgotten and "." in stage else 0)
    working, day = calendars.current(), moment.local(now).date()
    while days > 0 or not working.is_working_day(day):
        day -= timedelta(days=1)
        days -= working.is_working_day(day)
    morning = datetime(day.year, day.month, day.day, 8, 0, tzinfo=moment.SHANGHAI)
    start = office_time(morning, chance) if window else morning + timedelta(minutes=chance.randint(0, 300))
    return min(start, now - timedelta(minutes=chance.uniform(20, 90)))


def _days_to(stage: str, content: VersionContent) -> int:
    """How many working days a brisk case takes to a stage."""
    longest = max(len(branch.steps) for branch in content.flow.branches)
    if stage == "correct":
        return 4
    if stage in ("decide", "deliver"):
        return longest + 1 + (stage == "deliver")
    branch_key, _, step_key = stage.partition(".")
    branch = next(branch for branch in content.flow.branches if branch.key == branch_key)
    return 1 + next(n for n, step in enumerate(branch.steps) if step.key == step_key)


def shares(planned: list[Planned]) -> dict[int, int]:
    """Department -> how many of the arrivals it decides."""
    return dict(Counter(catalog.version_in_force(one.matter.slug)[1].authority.id for _, one in planned))
