"""Background work of clocks: the sweep of every minute, and reading open clocks again under a new calendar."""

from __future__ import annotations

from tongban.ground.jobs import Retry, defer, job, periodic
from tongban.procedures.work import card_rules, recompute, sweep


@periodic("* * * * *", name="work.sweep", queue="clocks")
def sweep_clocks() -> None:
    """Every minute: warnings, cards and what follows from them."""
    sweep.run()


@periodic("2 * * * *", name="work.follow_card_rule", queue="clocks")
def follow_card_rule() -> None:
    """Every hour, and so at the beginning of every day: another rule of cards means reading every open clock again."""
    if card_rules.note_rule():
        defer(recompute_clocks, "rule")


@job("work.recompute_clocks", queue="clocks", retry=Retry(attempts=8))
def recompute_clocks() -> None:
    """See :func:`tongban.procedures.work.recompute.recompute`; cut off, it goes on where it stopped."""
    recompute.recompute()
