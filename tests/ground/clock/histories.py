"""Random histories of one clock: limits of every unit; suspensions that overlap, nest, touch and stay open; extensions
in time and too late; a stop; steps in any order. Driven by a ``random.Random`` (hypothesis gives one that shrinks).
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from random import Random

from tongban.ground.clock import ClockSpec, Limit, Step

DAY_UNITS = ("working_day", "working_day", "calendar_day", "month", "year", "at_once")
CEILINGS = {"working_day": 45, "calendar_day": 70, "month": 4, "year": 1, "at_once": 0, "hour": 30, "minute": 90}
KINDS = ("hearing", "testing", "expert_review", "site_check", "publicity", "awaiting_applicant", "force_majeure")


def limit(random: Random, units: tuple[str, ...] = DAY_UNITS) -> Limit:
    """A limit; one in ten is of no units at all."""
    unit = random.choice(units)
    n = 0 if unit == "at_once" or random.random() < 0.1 else random.randint(1, CEILINGS[unit])
    return Limit(n, unit, "依据", random.random() < 0.3, random.random() < 0.8)


def days(random: Random) -> tuple[ClockSpec, list[Step]]:
    """A clock of days, months or years, 2018 to 2027."""
    spec = ClockSpec(limit(random), random.choice((None, 0, 3, 10, 30)))
    start = date(2018, 1, 1) + timedelta(days=random.randint(0, 3400))
    span = {"working_day": 1.5, "calendar_day": 1, "month": 31, "year": 366, "at_once": 1}[spec.limit.unit]
    far = int(spec.limit.n * span) + 12
    steps = [Step("start", start)]

    def day(earliest: int = -4) -> int:
        """Anywhere on the way, or close to where the count ends."""
        around = int(spec.limit.n * span) + random.randint(-6, 6)
        return max(earliest, random.choice((random.randint(earliest, far), around)))

    for number in range(random.choice((0, 0, 1, 1, 2, 3, 4))):
        begin = day()
        kind, key = random.choice(KINDS), f"p{number}"
        steps.append(Step("suspend", start + timedelta(days=begin), kind=kind, key=key, basis="依据"))
        if random.random() < 0.85:
            end = begin + random.choice((0, 0, 1, 2, 3, 7, 15, 30))
            steps.append(Step("resume", start + timedelta(days=end), key=key))
    for _ in range(random.choice((0, 0, 1, 1, 2))):
        steps.append(Step("extend", start + timedelta(days=day()), n=random.choice((1, 3, 10, 15)), basis="依据"))
    if random.random() < 0.2:
        steps.append(Step("stop", start + timedelta(days=day(0))))
    return spec, _mixed(random, steps)


def moments(random: Random) -> tuple[ClockSpec, list[Step]]:
    """A clock of hours or minutes."""
    spec = ClockSpec(limit(random, ("hour", "minute")), random.choice((None, 2, 24)))
    start = datetime(2026, 9, 28, 1, 30, tzinfo=UTC) + timedelta(minutes=random.randint(0, 20_000))
    far = spec.limit.n * (60 if spec.limit.unit == "hour" else 1) + 30

    def step(do: str, minute: int, **values: object) -> Step:
        at = start + timedelta(minutes=minute)
        return Step(do, (at + timedelta(hours=8)).date(), at, **values)  # type: ignore[arg-type]

    steps = [step("start", 0)]
    for number in range(random.choice((0, 1, 2, 3))):
        begin = random.randint(-10, far)
        steps.append(step("suspend", begin, kind=random.choice(KINDS), key=f"p{number}"))
        if random.random() < 0.85:
            steps.append(step("resume", begin + random.choice((0, 1, 30, 200)), key=f"p{number}"))
    if random.random() < 0.4:
        steps.append(step("extend", random.randint(0, far), n=random.choice((1, 5))))
    if random.random() < 0.2:
        steps.append(step("stop", random.randint(0, far)))
    return spec, _mixed(random, steps)


def _mixed(random: Random, steps: list[Step]) -> list[Step]:
    """Out of order, but a resumption never before its suspension (on one day the given order counts)."""
    if random.random() < 0.5:
        return steps
    keyed = sorted(steps, key=lambda step: random.random())
    order = {"suspend": 0, "resume": 1}
    return sorted(keyed, key=lambda step: order.get(step.do, random.choice((0, 1))))
