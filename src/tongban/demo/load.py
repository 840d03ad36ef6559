"""Load the demo city 云溪市, room by room, in one order. Idempotent: what is there already stays.

A room of the city is one loader of :data:`FOUNDING`: to add one, write a module with ``load()`` and put its line where
it belongs. The city is founded before its history begins, so that every seal was valid on the day of every paper; what
needs the present day (:data:`TODAY`) comes after.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from tongban.demo import (
    catalogue,
    credit,
    delegations,
    halls,
    history,
    listed,
    machines,
    notices,
    people,
    pushing,
    rosters,
    seals,
    searches,
)
from tongban.ground import moment
from tongban.insight.search.services import rebuild

FOUNDED_DAYS_AGO = 200
Room = tuple[str, Callable[[], object]]

FOUNDING: tuple[Room, ...] = (
    ("regions, departments, posts, people", people.load),
    ("machines of departments", machines.load),
    ("seals", seals.load),
    ("catalogue", catalogue.load),
    ("items of other lists", listed.load),
    ("search index", rebuild),
    ("delegations", delegations.load),
    ("notices", notices.load),
    ("halls and windows", halls.load),
)
"""What stands before anybody applies, in order; each finds what those above it made."""

TODAY: tuple[Room, ...] = (("who stands in for whom", rosters.load),)
"""What is told from the present day on, before the history; in order."""

AFTERWARDS: tuple[Room, ...] = (
    ("facts of credit", credit.load),
    ("a department that is told of its cases", pushing.load),
    ("what people looked for and read", searches.load),
    ("today at the city's hall", halls.open_today),
)
"""What stands beside the history and must not see it being made."""


def load(cases: int = 60) -> None:
    """Bring the demo to at least ``cases`` cases of history; with none it stands as on its first day."""
    with moment.at(moment.now() - timedelta(days=FOUNDED_DAYS_AGO)):
        for _name, found in FOUNDING:
            found()
    if not cases:
        return
    for _name, tell in TODAY:
        tell()
    history.load(cases)
    for _name, follow in AFTERWARDS:
        follow()
