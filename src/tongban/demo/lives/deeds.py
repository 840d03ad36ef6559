"""Every deed by the name that a plan gives it. What law or state forbids raises the refusals that anybody gets."""

from __future__ import annotations

from collections.abc import Callable

from tongban.demo.lives import afterwards, intake, review
from tongban.demo.lives.doing import Doing

LOOK = "look"
"""Nobody does anything: the case is looked at again later, when the system or the clock may have moved it."""


def find(name: str) -> Callable[[Doing], None]:
    """The deed of that name. Raises ``AttributeError`` for one that nobody has written."""
    room = next((room for room in (intake, review, afterwards) if hasattr(room, name)), afterwards)
    found: Callable[[Doing], None] = getattr(room, name)
    return found


def do(doing: Doing) -> None:
    """Do it, now."""
    if doing.deed.name != LOOK:
        find(doing.deed.name)(doing)
