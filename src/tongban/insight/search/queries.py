"""What somebody typed, taken apart: known words, runs of characters, letters that may be pinyin or initials. Pure.

Only a table that people typed and a table of syllables: no dictionary and no pinyin library in the web process.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from tongban.insight.search import lexicon, sounds, tokens
from tongban.insight.search.lexicon import Lexicon, Word

LONGEST = 100
MOST_UNITS = 24
LONGEST_HEARD = 6
MOST_LOOSE = 2
TEXT, MEANS, DEPARTMENT, ACT, LETTERS, OUTSIDE = "text", "means", "department", "act", "letters", "outside"
_VERBS = frozenset("开办搞弄做领要查取交去到在想问给把用买请让有没无和跟与对")
"""Single characters that say nothing when they stand alone between known words."""


@dataclass(frozen=True)
class Unit:
    """One thing that was asked for.

    :param text: as typed (tidy).
    :param phrases: everyday word: phrases in the catalogue's words, best first; department: parts of names; text and
        letters: phrases of the everyday words that sound like it or have these initials.
    :param acts: what is to be done, keys of ``lexicon.ACTS``.
    """

    kind: str
    text: str
    phrases: tuple[str, ...] = ()
    acts: tuple[str, ...] = ()
    spellings: tuple[sounds.Spelling, ...] = ()
    heard: tuple[int, int] = (0, 0)
    """The stretch of a run that sounds like an everyday word: from, to."""

    @cached_property
    def pairs(self) -> tuple[str, ...]:
        """Character pairs of a run, in order."""
        return tuple(tokens.pairs(self.text))

    @cached_property
    def syllables(self) -> tuple[str, ...]:
        """Folded syllables of the run."""
        return tuple(sounds.syllables(self.text))


@dataclass(frozen=True)
class Question:
    """A query ready to ask: its units in order, and the whole as it was typed."""

    typed: str
    units: tuple[Unit, ...]

    @property
    def empty(self) -> bool:
        """Nothing to look for."""
        return not self.units

    @property
    def acts(self) -> frozenset[str]:
        """What is to be done, as far as it was said."""
        return frozenset(act for unit in self.units for act in unit.acts)

    @property
    def outside(self) -> bool:
        """Something was asked that no government office does; then a sentence gets no benefit of the doubt."""
        return any(unit.kind == OUTSIDE for unit in self.units)

    @property
    def length(self) -> int:
        """Characters that ask for something."""
        return sum(len(unit.text) for unit in self.units if unit.kind != ACT)


def understand(typed: str, known: Lexicon) -> Question:
    """The question behind what was typed; at most 100 characters count. Without any content the stop words count."""
    text = tokens.close_up(tokens.tidy(typed[:LONGEST]))
    units = tuple(_units(text, known))
    if any(unit.kind == TEXT for unit in units):
        taken = {phrase for unit in units for phrase in unit.phrases}
        loose = [word for word in known.loose(text) if not taken.issuperset(word.means)]
        units += tuple(map(_unit, loose[:MOST_LOOSE]))
    if not any(unit.kind != ACT for unit in units):
        units = units or tuple(Unit(TEXT, run) for run in tokens.runs(text) if tokens.is_han(run))
    return Question(text.strip(), units[:MOST_UNITS])


def _units(text: str, known: Lexicon) -> Iterator[Unit]:
    place, begun = 0, 0
    while place < len(text):
        word = known.at(text, place)
        if word is None:
            place += 1
            continue
        yield from _rest(text[begun:place], known)
        word = _mistyped(text, place, word, known) or word
        if word.kind != lexicon.STOP:
            yield _unit(word)
        place += len(word.text)
        begun = place
    yield from _rest(text[begun:], known)


def _mistyped(text: str, place: int, word: Word, known: Lexicon) -> Word | None:
    """A longer everyday word that begins here but for one character of the same sound: 社保咔 is 社保卡, not 社保."""
    for length in range(min(LONGEST_HEARD, len(text) - place), max(2, len(word.text)), -1):
        stretch = text[place : place + length]
        for other in known.heard(sounds.sound(stretch)) if all(map(tokens.is_han, stretch)) else ():
            if other.kind == lexicon.MEANS and sum(map(str.__ne__, other.text, stretch)) == 1:
                return other
    return None


def _unit(word: Word) -> Unit:
    if word.kind == lexicon.ACT:
        return Unit(ACT, word.text, acts=word.means)
    kind = {lexicon.DEPARTMENT: DEPARTMENT, lexicon.OUTSIDE: OUTSIDE}.get(word.kind, MEANS)
    return Unit(kind, word.text, phrases=word.means)


def _rest(text: str, known: Lexicon) -> Iterator[Unit]:
    """Runs between known words. A run that sounds like an everyday word of two characters or more may mean it."""
    for run in tokens.runs(text):
        if not tokens.is_han(run):
            yield from _letters(run, known)
        elif len(run) > 1 or run not in _VERBS:
            heard, phrases = _heard_in(run, known)
            yield Unit(TEXT, run, phrases=phrases, heard=heard)


def _letters(run: str, known: Lexicon) -> Iterator[Unit]:
    if run.isdigit() or len(run) < 2:
        return
    spellings = sounds.spellings(run)
    heard = [phrase for whole, open_end in spellings if not open_end for phrase in _heard_as(whole, known)]
    short = [word for word in known.abbreviated(run) if word.kind == lexicon.MEANS]
    phrases = dict.fromkeys(heard or [phrase for word in short for phrase in (word.text, *word.means)])
    yield Unit(LETTERS, run, phrases=tuple(phrases), spellings=spellings)


def _heard_in(run: str, known: Lexicon) -> tuple[tuple[int, int], tuple[str, ...]]:
    """A stretch that sounds like everyday words, and their phrases; two syllables must share a character with them."""
    for length in range(min(len(run), LONGEST_HEARD), 1, -1):
        for at in range(len(run) - length + 1):
            stretch = run[at : at + length]
            words = known.heard(sounds.sound(stretch))
            meant = [
                word
                for word in words
                if word.kind == lexicon.MEANS and (length > 2 or len(run) == 2 or set(word.text) & set(stretch))
            ]
            if meant:
                phrases = dict.fromkeys(phrase for word in meant for phrase in (word.text, *word.means))
                return (at, at + length), tuple(phrases)
    return (0, 0), ()


def _heard(sound: str, known: Lexicon) -> tuple[str, ...]:
    words = [word for word in known.heard(sound) if word.kind == lexicon.MEANS]
    return tuple(dict.fromkeys(phrase for word in words for phrase in (word.text, *word.means)))


def _heard_as(syllables: tuple[str, ...], known: Lexicon) -> tuple[str, ...]:
    return _heard(f"-{'-'.join(syllables)}-", known)
