"""Figures of one clock: microseconds of CPU to read it with its explanation (the promise: 50 at most).

Run by ``./tongban bench clock [READS]``; no database is touched. Every figure is the best of many passes over sixty
starting days. The floor, measured in the same run, is the bare date without a word of explanation: a walk from day to
day with two set look-ups each. Prints one JSON object last.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from datetime import date, timedelta

from tongban.ground import calendar
from tongban.ground.clock import ClockSpec, Limit, Step, read

DAY = timedelta(days=1)
STARTS = [date(2025, 1, 2) + 7 * number * DAY for number in range(60)]
CALENDAR = calendar.load()


def history(start: date, n: int, paused: bool) -> tuple[Step, ...]:
    """A start; and if paused, 12 days of testing in the middle and 10 more units, granted a week later."""
    steps = [Step("start", start)]
    if paused:
        away = start + n // 2 * DAY
        steps += [
            Step("suspend", away, kind="testing", key="testing", basis="行政许可法第四十五条"),
            Step("resume", away + 12 * DAY, key="testing"),
            Step("extend", away + 19 * DAY, n=10, basis="行政许可法第四十二条"),
        ]
    return tuple(steps)


def walk(start: date, n: int, steps: tuple[Step, ...]) -> date:
    """The due date and nothing else, day by day."""
    if len(steps) > 1:
        away, back, n = steps[1].on, steps[2].on, n + steps[3].n
    else:
        away = back = start
    off, worked = CALENDAR.days_off, CALENDAR.make_up_workdays
    day = start
    while n:
        day += DAY
        if (day in worked or (day.weekday() < 5 and day not in off)) and not away < day <= back:
            n -= 1
    return day


def best(work: Callable[[], object], reads: int) -> float:
    """Microseconds of CPU for one read, in the best pass over all starting days (other loads only ever add)."""
    work()
    found = []
    for _ in range(max(1, reads // len(STARTS))):
        cpu = time.process_time()
        work()
        found.append(time.process_time() - cpu)
    return min(found) / len(STARTS) * 1e6


def main(reads: int) -> dict[str, float]:
    """Measure 20 and 45 working days, plain and with one pause and one extension."""
    result: dict[str, float] = {"reads": reads}
    for n in (20, 45):
        spec = ClockSpec(Limit(n, "working_day", "行政许可法第四十二条"), 10)
        for paused in (False, True):
            told = [history(start, n, paused) for start in STARTS]
            for steps in told:
                due = read(spec, steps, CALENDAR).due
                assert due == walk(steps[0].on, n, steps), steps
            name = f"{n}_days" + ("_pause_extension" if paused else "")

            def reading(told: list[tuple[Step, ...]] = told, spec: ClockSpec = spec) -> None:
                for steps in told:
                    read(spec, steps, CALENDAR)

            def floor(told: list[tuple[Step, ...]] = told, n: int = n) -> None:
                for steps in told:
                    walk(steps[0].on, n, steps)

            figure, bare = best(reading, reads), best(floor, reads)
            result[f"{name}_us"] = round(figure, 1)
            result[f"{name}_floor_us"] = round(bare, 1)
            result[f"{name}_ratio"] = round(figure / bare, 2)
    result["worst_us"] = max(value for name, value in result.items() if name.endswith(("days_us", "extension_us")))
    return result


if __name__ == "__main__":
    print(json.dumps(main(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000)))
