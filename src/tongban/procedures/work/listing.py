"""A page of open tasks: its conditions in order, and the one statement that reads it.

Written out instead of built by the ORM: the work list stands on every page of the desk, and building its query cost
more than running it.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from tongban.ground import masking, moment
from tongban.ground.errors import Refusal
from tongban.ground.paging import Page
from tongban.procedures.work.asking import Asked, due_range
from tongban.procedures.work.cards import LEVELS
from tongban.procedures.work.models import Task


@dataclass(slots=True)
class Where:
    """Conditions on open tasks with a due date, all of which hold. ``wide``: they are those of a region.

    The names of a region's tasks are found by the index of their characters (a million cases: 0.1 to 60 ms instead of
    130 ms and more); the few of a post are walked through in their order.
    """

    wide: bool = False
    conditions: list[str] = field(default_factory=lambda: ["work_task.done_at IS NULL", "work_task.due_at IS NOT NULL"])
    values: list[Any] = field(default_factory=list)

    def add(self, condition: str, *values: Any) -> None:
        """One more; ``%s`` for each value."""
        self.conditions.append(condition)
        self.values.extend(values)

    def narrow(self, asked: Asked, staff_id: uuid.UUID | None) -> None:
        """To what was asked for; ``staff_id`` is whose ``mine`` are."""
        if asked.kinds:
            self.add("kind = ANY(%s)", list(asked.kinds))
        if asked.item:
            self.add("strpos(title, %s) > 0", asked.item)
        if asked.words:
            self._names(asked.words)
        if asked.card:
            at = LEVELS.index(asked.card)
            self.add(_TOLD_IN, [asked.card])
            if worse := LEVELS[at + 1 :]:
                self.add(f"NOT {_TOLD_IN}", list(worse))
        since, until = due_range(asked.due, moment.now())
        if since is not None:
            self.add("due_at > %s", since)
        if until is not None:
            self.add("due_at <= %s", until)
        if asked.whose == "mine":
            self.add("assigned_to = %s", staff_id)
        elif asked.whose == "free":
            self.add("assigned_to IS NULL")
        elif asked.whose == "others":
            self.add("assigned_to <> %s", staff_id)

    def _names(self, words: str) -> None:
        """Part of a number, which is plain ASCII, or of a name; one of two characters also as lists show it."""
        fits: list[str] = []
        values: list[Any] = []
        if words.isascii():
            fits.append("strpos(number, %s) > 0")
            values.append(words.upper())
        for name in {words, masking.mask_name(words)} if len(words) > 1 else {words}:
            fits.append(f"strpos(applicant_label, %s) > 0{_HAS_CHARACTERS if self.wide else ''}")
            values += [name, sorted(set(name) - {"*"})] if self.wide else [name]
        self.add(f"({' OR '.join(fits)})", *values)


_HAS_CHARACTERS: Final = " AND string_to_array(applicant_label::text, NULL) @> %s::text[]"
_TOLD_IN: Final = (
    "(work_task.subject_id = ANY(ARRAY(SELECT clock.subject_id FROM work_clockrow clock"
    " WHERE clock.state = 'running' AND clock.told <> '' AND clock.told = ANY(%s::text[]))))"
)
"""Whether a running clock of the task's subject has one of the levels.

The subjects are found once, as an array: as a semi-join they are looked up one by one among all open tasks, because the
planner takes carded clocks for far rarer than they are (9 s against 10 ms with a million cases).
"""

_PAGE: Final = """
SELECT work_task.*,
       coalesce((SELECT clock.told FROM work_clockrow clock WHERE clock.subject_id = work_task.subject_id
                 AND clock.state = 'running' AND clock.told <> ''
                 ORDER BY array_position(%s::text[], clock.told::text) DESC NULLS LAST LIMIT 1), '') AS told,
       coalesce((SELECT staff.name FROM parties_staff staff WHERE staff.id = work_task.assigned_to), '') AS holder
FROM work_task WHERE {} ORDER BY due_at, id LIMIT %s
"""


def first_page(where: Where, after: str, limit: int) -> Page[Task]:
    """The tasks after a key by due date; one query.

    Each has ``told``, the highest level of its subject's running clocks, and ``holder``, the name of who is at it.
    """
    if key := key_of(after):
        where.add("(due_at, id) > (%s, %s)", *key)
    given = [list(LEVELS), *where.values, limit + 1]
    rows = tuple(Task.objects.raw(_PAGE.format(" AND ".join(where.conditions)), given))
    more = rows[limit - 1] if len(rows) > limit else None
    return Page(rows[:limit], f"{more.due_at.isoformat()}_{more.id}" if more and more.due_at else "")


def key_of(text: str) -> tuple[datetime, uuid.UUID] | None:
    """The moment and id after which a page begins; ``None`` for the first.

    :raises Refusal: it is not one.
    """
    if not text:
        return None
    try:
        at, _, key = text.rpartition("_")
        return datetime.fromisoformat(at), uuid.UUID(key)
    except ValueError as error:
        raise Refusal("page.key", "翻页的位置不对", remedy="回到列表第一页") from error
