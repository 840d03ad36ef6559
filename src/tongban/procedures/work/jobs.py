"""Background work of clocks: the sweep of every minute, and reading open clocks again under a new calendar."""

from __future__ import annotations

from tongban.ground.jobs import Retry, job, periodic
from tongban.procedures.work import recompute, sweep


@periodic("* * * * *", name="work.sweep", queue="clocks")
def sweep_clocks() -> None:
    """Every minute: warnings, cards and what follows from them."""
    sweep.run()


@job("work.recompute_clocks", queue="clocks", retry=Retry(attempts=8))
def recompute_clocks() -> None:
    """See :func:`tongban.procedures.work.recompute.recompute`; cut off, it goes on where it stopped."""
    recompute.recompute()
