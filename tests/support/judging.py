"""The judged set of searches and its score: hit in the first ten, right "nothing fits", wrong "nothing fits".

``judged.json`` was written before the ranker. An answer is right when its slug is named, its title holds every piece of
one of the patterns, or (searches for a department) its department does. ``none``: a city's list has no right answer.
``held`` was not looked at while the ranker and its words were made; ``fresh`` and ``fresh2`` were written afterwards,
and their misses became words; ``last`` and ``last2`` were written by others, who knew neither words nor answers, and
nothing was added for them: what a stranger meets.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SET = Path(__file__).resolve().parents[1] / "insight" / "search" / "judged.json"
FIRST = 10


@dataclass(frozen=True)
class Judged:
    """One search with what a right answer looks like."""

    q: str
    kind: str
    part: str
    slugs: tuple[str, ...] = ()
    titles: tuple[tuple[str, ...], ...] = ()
    departments: tuple[str, ...] = ()
    none: bool = False

    def right(self, slug: str, title: str, department: str) -> bool:
        """Whether an answer is right."""
        return (
            slug in self.slugs
            or any(all(piece in title for piece in pieces) for pieces in self.titles)
            or any(name in department for name in self.departments)
        )


@dataclass(frozen=True)
class Score:
    """``hit`` of answerable ones, ``nothing`` of those without answer, ``false_nothing`` of answerable ones."""

    asked: int
    hit: float
    first: float
    nothing: float
    false_nothing: float
    missed: tuple[str, ...]
    invented: tuple[str, ...]


def judged(part: str | None = None) -> tuple[Judged, ...]:
    """The set, or one part of it."""
    return tuple(one for one in map(_read, json.loads(SET.read_text(encoding="utf-8"))) if part in (None, one.part))


def _read(data: dict[str, Any]) -> Judged:
    return Judged(
        data["q"],
        data["kind"],
        data["part"],
        tuple(data.get("slugs", ())),
        tuple(tuple(pattern.split()) for pattern in data.get("titles", ())),
        tuple(name for name in data.get("department", "").split("|") if name),
        bool(data.get("none")),
    )


def score(asked: Iterable[Judged], find: Callable[[str], Sequence[Any]]) -> Score:
    """Ask everything; ``find`` gives answers with ``slug``, ``title`` and ``department``, best first."""
    missed, invented, first, empty = [], [], 0, 0
    answerable = unanswerable = 0
    for one in asked:
        answers = list(find(one.q))[:FIRST]
        if one.none:
            unanswerable += 1
            invented += [one.q] if answers else []
            continue
        answerable += 1
        empty += not answers
        fits = [one.right(a.slug, a.title, a.department) for a in answers]
        first += fits[:1] == [True]
        missed += [] if any(fits) else [one.q]
    return Score(
        answerable + unanswerable,
        round(1 - len(missed) / max(1, answerable), 3),
        round(first / max(1, answerable), 3),
        round(1 - len(invented) / max(1, unanswerable), 3),
        round(empty / max(1, answerable), 3),
        tuple(missed),
        tuple(invented),
    )
