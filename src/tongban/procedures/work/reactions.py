"""What follows from a change of the calendar."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from tongban.ground import moment
from tongban.ground.calendars.selectors import ASK_SECONDS
from tongban.ground.jobs import defer
from tongban.ground.ledger.chain import Row
from tongban.procedures.work.jobs import recompute_clocks

KINDS: Final = frozenset({"calendar.imported", "local_closure.decided", "local_closure.revoked"})


def follow_calendar(event: Row) -> None:
    """Read open clocks again: at once, and a second time when no process holds the older calendar any more.

    An act that began with the older calendar may write behind the first run; the second one finds it by its version.
    """
    defer(recompute_clocks, "now")
    defer(recompute_clocks, "again", when=moment.now() + timedelta(seconds=4 * ASK_SECONDS))
