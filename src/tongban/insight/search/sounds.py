"""How text sounds: syllables of characters by a table, letters back into syllables. Pure, without a pinyin library.

``data/syllables.txt`` is made by ``make_syllables``. Syllables are *folded*: what many speakers do not tell apart when
they type (zh/z, ch/c, sh/s, -ng/-n, ü/u) is one. So ``shenfenzen`` finds 身份证, and 登计 sounds like 登记.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

from tongban.insight.search import tokens

TABLE = Path(__file__).parent / "data" / "syllables.txt"
MOST_SPELLINGS = 4
LONGEST_SYLLABLE = 6
_INITIALS = ("b", "p", "m", "f", "d", "t", "n", "l", "g", "k", "h", "j", "q", "x", "zh", "ch", "sh", "r", "z", "c", "s")
_BEGINNINGS = frozenset((*_INITIALS, "y", "w"))

Spelling = tuple[tuple[str, ...], str]
"""Whole syllables (folded), and the beginning of one that is not typed to its end, or nothing."""


def fold(syllable: str) -> str:
    """A syllable without the differences that are often not heard."""
    head = syllable[0] + syllable[2:] if syllable[:2] in ("zh", "ch", "sh") else syllable
    tail = head[:-1] if head.endswith("ng") else head
    return tail.replace("v", "u")


@lru_cache(maxsize=1)
def _table() -> tuple[dict[str, str], frozenset[str]]:
    """Character to folded syllable; every whole syllable as it is typed."""
    sounds, whole = {}, set()
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        syllable, _, characters = line.partition(" ")
        sounds.update(dict.fromkeys(characters, fold(syllable)))
        whole |= {syllable, syllable.replace("v", "u")}
    return sounds, frozenset(whole - {"n", "m", "ng", "hm", "hng"})


def syllables(text: str) -> list[str]:
    """Folded syllables of the Han characters of a text, in order; a character that is not in the table is itself."""
    sounds, _ = _table()
    return [sounds.get(character, character) for character in text if tokens.is_han(character)]


def sound(text: str) -> str:
    """The syllables of a text between dashes, so that a stretch of them is found as a part: ``-sen-fen-zen-``."""
    found = syllables(text)
    return f"-{'-'.join(found)}-" if found else ""


def initials(text: str) -> str:
    """First letters of the syllables of a text."""
    return "".join(syllable[0] for syllable in syllables(text))


def pairs(found: list[str] | tuple[str, ...]) -> list[str]:
    """Neighbouring syllables as one token each: ``sen-fen``; a single syllable gives none."""
    return [f"{one}-{other}" for one, other in pairwise(found)]


@lru_cache(maxsize=2048)
def spellings(letters: str) -> tuple[Spelling, ...]:
    """Ways to read letters as syllables, fewest syllables first; none when they are no pinyin.

    ``shenfenzh`` is two syllables and a beginning; ``dangan`` is dang-an or dan-gan.
    """
    found = sorted(_spell(letters), key=lambda spelling: (len(spelling[0]) + bool(spelling[1]), bool(spelling[1])))
    return tuple(dict.fromkeys(found))[:MOST_SPELLINGS]


def _spell(letters: str) -> list[Spelling]:
    """Every way, from the back to the front; what may follow each place is kept, so it stays short."""
    _, whole = _table()
    ways: list[list[Spelling]] = [[] for _ in letters] + [[((), "")]]
    for at in range(len(letters) - 1, -1, -1):
        found = list(_steps(letters, at, whole, ways))
        found.sort(key=lambda spelling: len(spelling[0]) + bool(spelling[1]))
        ways[at] = found[:MOST_SPELLINGS]
    return ways[0] if letters else []


def _steps(letters: str, at: int, whole: frozenset[str], ways: list[list[Spelling]]) -> Iterator[Spelling]:
    for end in range(at + 1, min(len(letters), at + LONGEST_SYLLABLE) + 1):
        if letters[at:end] in whole:
            yield from (((fold(letters[at:end]), *rest), open_end) for rest, open_end in ways[end])
    rest = letters[at:]
    if at and (rest in _BEGINNINGS or any(one.startswith(rest) for one in whole)) and rest not in whole:
        yield (), fold(rest) if len(rest) > 2 else rest[0]
