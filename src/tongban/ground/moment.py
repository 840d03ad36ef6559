"""The only source of *now* in the house.

Everything that needs the present asks here, so that history can be simulated and tests can stand still:
``with moment.at(t): ...``. Moments are aware UTC; legal dates are dates in Asia/Shanghai.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")

_fixed: ContextVar[datetime | None] = ContextVar("moment", default=None)


def now() -> datetime:
    """The present moment, aware UTC (or the one set by :func:`at`)."""
    return _fixed.get() or datetime.now(UTC)  # noqa: TID251 - the one place that may ask


def standing() -> bool:
    """Whether time stands still (inside :func:`at`): history is being simulated, or a test runs."""
    return _fixed.get() is not None


def today() -> date:
    """The legal date of today in Asia/Shanghai."""
    return local(now()).date()


def local(moment: datetime) -> datetime:
    """The same moment as wall time in Asia/Shanghai; ``moment`` must be aware."""
    return moment.astimezone(SHANGHAI)


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Let time stand at ``moment`` (aware) inside the block."""
    if moment.tzinfo is None:
        raise ValueError("moment.at needs an aware datetime")
    token = _fixed.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _fixed.reset(token)
