"""What may be asked of a work list: kind, item, applicant or number, card, due date, whose. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final

from tongban.ground import moment

CARDS: Final = ("warning", "yellow", "red")
DUES: Final = ("overdue", "today", "week")
WHOSE: Final = ("mine", "free", "others")
MOST_LETTERS: Final = 60


@dataclass(frozen=True, slots=True)
class Asked:
    """A filter of open tasks; what is empty narrows nothing.

    :param kinds: kinds of tasks. :param item: a part of the item's name.
    :param words: a part of the applicant's name or of the case number.
    :param card: the case's highest level now. :param due: ``overdue``, ``today``, ``week`` (until Sunday).
    :param whose: ``mine``, ``free`` (claimed by nobody), ``others``.
    """

    kinds: tuple[str, ...] = ()
    item: str = ""
    words: str = ""
    card: str = ""
    due: str = ""
    whose: str = ""

    @property
    def narrows(self) -> bool:
        """Whether anything but the kinds is asked."""
        return any((self.item, self.words, self.card, self.due, self.whose))


def read(values: Mapping[str, str], kinds: tuple[str, ...]) -> Asked:
    """The filter of an address; what is not known is left out. ``kinds``: those that the list may show.

    ``kind`` narrows to one of them.
    """
    kind = values.get("kind", "")
    return Asked(
        (kind,) if kind in kinds else kinds,
        _words(values.get("item", "")),
        _words(values.get("q", "")),
        _one_of(values.get("card", ""), CARDS),
        _one_of(values.get("due", ""), DUES),
        _one_of(values.get("whose", ""), WHOSE),
    )


def _words(text: str) -> str:
    return " ".join(text.replace("\x00", "").split())[:MOST_LETTERS]


def _one_of(value: str, known: tuple[str, ...]) -> str:
    return value if value in known else ""


def due_range(due: str, now: datetime) -> tuple[datetime | None, datetime | None]:
    """After which moment (not itself) and until which (itself) a task is due; a due moment ends its day.

    ``overdue`` is everything before now; ``today`` and ``week`` begin now: what is overdue is not in them.
    """
    if due == "overdue":
        return None, now - timedelta(microseconds=1)
    midnight = datetime.combine(moment.local(now).date(), time(), moment.SHANGHAI)
    if due == "today":
        return now - timedelta(microseconds=1), midnight + timedelta(days=1)
    if due == "week":
        return now - timedelta(microseconds=1), midnight + timedelta(days=7 - midnight.weekday())
    return None, None
