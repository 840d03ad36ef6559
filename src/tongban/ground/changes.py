"""What a decision wants to change, as plain data: rules return it, ``acts.commit`` compiles it. Pure.

Models are named ``app_label.Model``; keys of ``values`` are attribute names (``post_id``, not ``post``).
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tongban.ground.ledger.chain import EventDraft


@dataclass(frozen=True, slots=True)
class NextNumber:
    """The next gapless number of ``scope``, taken inside the statement: value is ``prefix + n + suffix``.

    Two places that name the same scope get the same number. ``width`` pads with zeros.
    """

    scope: str
    prefix: str = ""
    suffix: str = ""
    width: int = 0


@dataclass(frozen=True, slots=True)
class Insert:
    """A new row; fields that are not named get their default."""

    model: str
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Update:
    """New values for the rows that ``key`` names (equality on each)."""

    model: str
    key: Mapping[str, Any]
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Delete:
    """Remove the rows that ``key`` names (drafts only: nothing of business is deleted)."""

    model: str
    key: Mapping[str, Any]


Change = Insert | Update | Delete


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a rule decided: events for the ledger and changes of rows, one transaction."""

    events: tuple[EventDraft, ...]
    changes: tuple[Change, ...] = ()

    def __add__(self, other: Outcome) -> Outcome:
        return Outcome(self.events + other.events, self.changes + other.changes)


@dataclass(frozen=True, slots=True)
class Subject:
    """The subject of an act and its chain head; ``seq`` 0 = the act inserts its row."""

    kind: str
    model: str
    id: uuid.UUID
    seq: int
    head: bytes
    region_no: int | None
