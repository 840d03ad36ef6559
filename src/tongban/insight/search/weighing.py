"""How much each part of a question says, by how rare it is in the catalogue's names. Pure.

A pair of characters weighs by its rarity; one that no name holds weighs as much as a rare one, for it may be the very
matter that the list lacks. But a pair that only joins two words ("疾人照" after 残疾) says nothing.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

from tongban.insight.search import sounds, tokens
from tongban.insight.search.queries import ACT, DEPARTMENT, LETTERS, MEANS, OUTSIDE, Question, Unit

UNDERSTOOD = 1.5
"""Mass of an everyday word; one of a single character says less."""
UNDERSTOOD_SHORT = 0.8
HEARD = 1.3
"""Mass of a run that no name holds but that sounds like an everyday word."""
OUTSIDE_MASS = 2.0
DEPARTMENT_MASS = 1.0
ACT_MASS = 0.3
UNKNOWN = 1.0
MOST_UNKNOWN = 2.4
"""What unknown pairs weigh together at most: a long story must not drown what was understood."""
ACROSS = 0.35
"""Share of its rarity that a pair across the border of two words keeps."""
SINGLE = 0.25
"""A single character, and letters too few to say what they mean: they count only when nothing else was typed."""
LETTERS_MASS = 1.2


@dataclass(frozen=True)
class Held:
    """In how many entries' names a token stands, and in how many of them inside one word."""

    names: int
    inside: int


NOWHERE = Held(0, 0)


@dataclass(frozen=True)
class Stats:
    """What the index knows of the tokens of one question; ``total``: entries."""

    total: int
    held: Mapping[str, Held]

    def of(self, token: str) -> Held:
        """How often a token stands in the index."""
        return self.held.get(token, NOWHERE)

    def rarity(self, token: str) -> float:
        """1 for a token of one entry, near 0 for one that all hold; also 1 for an unknown one."""
        held = max(1, self.of(token).names)
        return math.log((self.total + 1) / held) / math.log(self.total + 1) if self.total else 1.0


@dataclass(frozen=True)
class Weighed:
    """A unit with its mass, for a run the mass of each pair, for phrases the pairs of each that some name holds."""

    unit: Unit
    mass: float
    pairs: tuple[float, ...] = ()
    phrases: tuple[tuple[str, ...], ...] = ()


def tokens_of(question: Question) -> tuple[str, ...]:
    """Every token whose frequency matters for a question."""
    found: dict[str, None] = {}
    for unit in question.units:
        if unit.kind == LETTERS:
            found[unit.text] = None
            for whole, _ in unit.spellings:
                found.update(dict.fromkeys(sounds.pairs(whole)))
        elif unit.kind != ACT:
            found.update(dict.fromkeys(unit.pairs))
            found.update(dict.fromkeys(tokens.skips(unit.text)))
            found.update(dict.fromkeys(sounds.pairs(unit.syllables)))
        for phrase in unit.phrases:
            found.update(dict.fromkeys(tokens.tokens(phrase)))
    return tuple(found)


def weigh(question: Question, stats: Stats) -> tuple[Weighed, ...]:
    """The units with their masses."""
    weighed = [_weigh(unit, stats) for unit in question.units]
    if any(one.mass > SINGLE for one in weighed):
        weighed = [one for one in weighed if one.mass > SINGLE]
    unknown = sum(sum(one.pairs) - _known(one, stats) for one in weighed)
    scale = min(1.0, MOST_UNKNOWN / unknown) if unknown else 1.0
    if scale < 1.0:
        weighed = [_scaled(one, stats, scale) for one in weighed]
    return tuple(replace(one, phrases=_known_pairs(one.unit, stats)) for one in weighed if one.mass)


def _known_pairs(unit: Unit, stats: Stats) -> tuple[tuple[str, ...], ...]:
    if unit.kind in (ACT, DEPARTMENT):
        return ()
    return tuple(tuple(pair for pair in tokens.tokens(phrase) if stats.of(pair).names) for phrase in unit.phrases)


def _weigh(unit: Unit, stats: Stats) -> Weighed:
    if unit.kind == MEANS:
        return Weighed(unit, UNDERSTOOD if len(unit.text) > 1 else UNDERSTOOD_SHORT)
    if unit.kind == OUTSIDE:
        return Weighed(unit, OUTSIDE_MASS)
    if unit.kind == DEPARTMENT:
        return Weighed(unit, DEPARTMENT_MASS)
    if unit.kind == ACT:
        return Weighed(unit, ACT_MASS)
    if unit.kind == LETTERS:
        return Weighed(unit, LETTERS_MASS if len(unit.text) > 2 else SINGLE)
    if len(unit.text) == 1:
        return Weighed(unit, SINGLE, (SINGLE,))
    masses = tuple(_pair_mass(unit.pairs, at, stats) for at in range(len(unit.pairs)))
    if unit.phrases and not any(stats.of(pair).names for pair in unit.pairs):
        masses = tuple(HEARD / len(masses) for _ in masses)
    return Weighed(unit, sum(masses), masses)


def _pair_mass(pairs: tuple[str, ...], at: int, stats: Stats) -> float:
    held = stats.of(pairs[at])
    if held.inside:
        return stats.rarity(pairs[at])
    if held.names:
        return ACROSS * stats.rarity(pairs[at])
    beside = [pairs[n] for n in (at - 1, at + 1) if 0 <= n < len(pairs)]
    return 0.0 if any(stats.of(pair).inside for pair in beside) else UNKNOWN


def _known(one: Weighed, stats: Stats) -> float:
    return sum(mass for pair, mass in zip(one.unit.pairs, one.pairs, strict=False) if stats.of(pair).names)


def _scaled(one: Weighed, stats: Stats, scale: float) -> Weighed:
    if not one.pairs:
        return one
    masses = tuple(
        mass if stats.of(pair).names else mass * scale for pair, mass in zip(one.unit.pairs, one.pairs, strict=False)
    )
    return replace(one, mass=sum(masses), pairs=masses)
