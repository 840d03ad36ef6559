"""From a question to text queries of PostgreSQL: which entries are worth judging. Pure.

Ranking thousands of rows is what costs (stack study 3), so candidates come in two tiers: entries that hold every part
of the question; only when those are few, entries that hold two of its parts, or one rare part.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations

from tongban.insight.search import sounds, tokens
from tongban.insight.search.queries import ACT, DEPARTMENT, LETTERS, MEANS, OUTSIDE, TEXT, Unit
from tongban.insight.search.weighing import Stats, Weighed

INITIALS_MARK = "="
CONFIGURED_MARK = "!configured"
RARE = 150
"""Entries up to which a part of the question is worth following alone."""
MOST_CLAUSES = 7
MOST_COMBINED = 5
LEAST_PHRASE = 0.6
MOST_OF_PHRASE = 3
"""Pairs of a phrase that are looked for: the frequent ones cost most and tell least."""
LONGEST_INITIALS = 12


@dataclass(frozen=True)
class Clause:
    """One part of a question as a text query, with the entries that it is expected to find and its mass."""

    query: str
    expected: int
    mass: float
    strong: bool = False
    """Understood as a whole (an everyday word, pinyin): followed alone however many entries it finds."""


@dataclass(frozen=True)
class Plan:
    """Text queries: every part, and some parts (empty: there is but one).

    ``weights`` are the clauses by which many candidates are cut.
    """

    every: str
    some: str
    weights: tuple[tuple[str, float], ...]

    @property
    def empty(self) -> bool:
        """Nothing of the question stands anywhere in the index."""
        return not self.every and not self.some


def plan(weighed: Iterable[Weighed], stats: Stats) -> Plan:
    """How to find candidates for a question."""
    clauses = sorted((c for one in weighed for c in _clauses(one, stats)), key=lambda clause: -clause.mass)
    clauses = clauses[:MOST_CLAUSES]
    if not clauses:
        return Plan("", "", ())
    alone = [clause for clause in clauses if clause.strong or clause.expected <= RARE or len(clauses) == 1]
    rest = [clause for clause in clauses if clause not in alone][:MOST_COMBINED]
    some = [clause.query for clause in alone] + [f"({a.query} & {b.query})" for a, b in combinations(rest, 2)]
    if not some:
        some = [clauses[0].query]
    every = " & ".join(clause.query for clause in clauses)
    if len(clauses) == 1:
        some = []
    return Plan(every, " | ".join(dict.fromkeys(some)), tuple((clause.query, clause.mass) for clause in clauses))


def term(token: str, *, beginning: bool = False) -> str:
    """A token as a term of a text query. Tokens hold Han characters, letters, digits and our own marks only."""
    return f"'{token}':*" if beginning else f"'{token}'"


def _clauses(one: Weighed, stats: Stats) -> Iterator[Clause]:
    unit = one.unit
    if unit.kind == TEXT:
        yield from _run(one, stats)
    elif unit.kind == MEANS:
        yield from _whole(_phrases((unit.text, *unit.phrases), stats), one.mass)
    elif unit.kind == DEPARTMENT:
        yield from _whole([(_all(tokens.tokens(part)), RARE) for part in (unit.text, *unit.phrases)], one.mass)
    elif unit.kind == LETTERS:
        yield from _whole([*_letters(unit, stats), *_phrases(unit.phrases, stats)], one.mass)
    else:
        assert unit.kind in (ACT, OUTSIDE)  # says what to prefer, or that it is none of ours; finds nothing


def _whole(alternatives: Iterable[tuple[str, int]], mass: float) -> Iterator[Clause]:
    known = dict(alternatives)
    if known:
        yield Clause(_any(known), sum(known.values()), mass, strong=True)


def _run(one: Weighed, stats: Stats) -> Iterator[Clause]:
    """A clause for each pair that says something: itself, or when no name holds it what sounds or looks like it."""
    unit, heard = one.unit, sounds.pairs(one.unit.syllables)
    for at, (pair, mass) in enumerate(zip(unit.pairs, one.pairs, strict=True)):
        terms = {term(pair): stats.of(pair).names} if stats.of(pair).names else {}
        if not terms and len(pair) == 2:
            around = [unit.text[n] + unit.text[n + 2] for n in (at - 1, at) if n >= 0 and n + 2 < len(unit.text)]
            terms = {term(token): held for token in (heard[at], *around) if (held := stats.of(token).names)}
        if terms and (mass or len(unit.text) == 2):
            yield Clause(_any(terms), sum(terms.values()), mass)
    if len(unit.text) == 1:
        yield Clause(term(unit.text), stats.total, one.mass)
    elif unit.phrases:
        yield from _whole(_phrases(unit.phrases, stats), one.mass)


def _phrases(phrases: Iterable[str], stats: Stats) -> list[tuple[str, int]]:
    """The rarest pairs of each phrase together; a phrase of which the index knows too little is left out."""
    found = []
    for phrase in phrases:
        pairs = tokens.tokens(phrase)
        known = [pair for pair in dict.fromkeys(pairs) if stats.of(pair).names]
        if known and len(known) >= LEAST_PHRASE * len(dict.fromkeys(pairs)):
            rarest = sorted(known, key=lambda pair: stats.of(pair).names)[:MOST_OF_PHRASE]
            found.append((_all(rarest), stats.of(rarest[0]).names))
    return found


def _letters(unit: Unit, stats: Stats) -> Iterator[tuple[str, int]]:
    if held := stats.of(unit.text).names:
        yield term(unit.text), held
    for whole, open_end in unit.spellings:
        pairs = sounds.pairs(whole)
        if not all(stats.of(pair).names for pair in pairs):
            continue
        terms = [term(pair) for pair in dict.fromkeys(pairs)]
        if open_end and whole:
            terms.append(term(f"{whole[-1]}-{open_end}", beginning=True))
        if terms:
            yield f"({' & '.join(terms)})", min((stats.of(pair).names for pair in pairs), default=RARE)
    if len(unit.text) <= LONGEST_INITIALS:
        yield term(INITIALS_MARK + unit.text, beginning=True), RARE


def _any(terms: Iterable[str]) -> str:
    return f"({' | '.join(dict.fromkeys(terms))})"


def _all(found: Iterable[str]) -> str:
    return f"({' & '.join(map(term, dict.fromkeys(found)))})"
