"""The words that stewards keep: stop words, everyday words, names of departments, words of what is to be done. Pure.

A lexicon is made from the rows of ``SearchWord`` and answers one question: which known word stands at this place of a
text? The longest wins. Everyday words are also known by sound and initials, so ``dibao`` and 底保 mean 低保.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tongban.insight.search import sounds, tokens

STOP, MEANS, DEPARTMENT, ACT, HOT, OUTSIDE = "stop", "means", "department", "act", "hot", "outside"
KINDS: Mapping[str, str] = {
    MEANS: "俗称和近义词",
    DEPARTMENT: "部门叫法",
    ACT: "办理动作",
    STOP: "停用词",
    OUTSIDE: "不归政务服务的词",
    HOT: "热门搜索",
}
ACTS: Mapping[str, str] = {
    "new": "新办",
    "change": "变更",
    "renew": "延续、换证",
    "replace": "补办、换领",
    "cancel": "注销",
    "pause": "停业、歇业",
    "inquiry": "查询、咨询",
    "complaint": "投诉",
    "move": "转移、过户",
}
"""What an item is for; ``new`` goes before the others unless one is asked for."""
LEAST_HEARD = 2
LEAST_ABBREVIATED = 3
LEAST_LOOSE = 3
MOST_BETWEEN = 2


@dataclass(frozen=True)
class Word:
    """A word of the lexicon. ``means``: phrases in the catalogue's words (pieces of one phrase part by spaces), parts
    of names of departments, or keys of :data:`ACTS`."""

    kind: str
    text: str
    means: tuple[str, ...] = ()


class Lexicon:
    """Words by their beginning, their sound and their initials; unchanging."""

    def __init__(self, words: Iterable[Word]) -> None:
        starting: dict[str, list[Word]] = {}
        sounding: dict[str, list[Word]] = {}
        short: dict[str, list[Word]] = {}
        hot: list[str] = []
        for word in words:
            text = tokens.tidy(word.text).strip()
            if not text:
                continue
            if word.kind == HOT:
                hot.append(word.text)
                continue
            known = Word(word.kind, text, tuple(tokens.tidy(phrase).strip() for phrase in word.means))
            starting.setdefault(text[0], []).append(known)
            if word.kind in (MEANS, DEPARTMENT) and all(map(tokens.is_han, text)):
                if len(text) >= LEAST_HEARD:
                    sounding.setdefault(sounds.sound(text), []).append(known)
                if len(text) >= LEAST_ABBREVIATED:
                    short.setdefault(sounds.initials(text), []).append(known)
        for held in starting.values():
            held.sort(key=lambda word: (-len(word.text), _RANK[word.kind]))
        self._starting, self._sounding, self._short = starting, sounding, short
        self._loose = tuple(
            (frozenset(word.text), word)
            for held in starting.values()
            for word in held
            if word.kind == MEANS and len(word.text) >= LEAST_LOOSE and all(map(tokens.is_han, word.text))
        )
        self.hot = tuple(hot)

    def at(self, text: str, place: int) -> Word | None:
        """The longest word that begins at this place of a tidy text; letters count only as whole words."""
        for word in self._starting.get(text[place], ()):
            if text.startswith(word.text, place) and _whole(text, place, place + len(word.text)):
                return word
        return None

    def heard(self, sound: str) -> tuple[Word, ...]:
        """Everyday words with exactly this sound (``-di-bao-``)."""
        return tuple(self._sounding.get(sound, ()))

    def loose(self, text: str) -> tuple[Word, ...]:
        """Everyday words of three characters or more that stand in a text in another order or with a little between:
        ``买烟花来卖`` holds 卖烟花. Words that stand there as they are do not count."""
        held = frozenset(text)
        return tuple(
            word
            for characters, word in self._loose
            if characters <= held and word.text not in text and _close(word.text, text)
        )

    def abbreviated(self, letters: str) -> tuple[Word, ...]:
        """Everyday words of three characters or more with these initials."""
        return tuple(self._short.get(letters, ()))


_RANK = {MEANS: 0, DEPARTMENT: 1, ACT: 2, OUTSIDE: 3, STOP: 4}


def _close(word: str, text: str) -> bool:
    """Whether all characters of a word stand within a stretch that is hardly longer than the word."""
    wanted, length = frozenset(word), len(word) + MOST_BETWEEN
    return any(wanted <= frozenset(text[at : at + length]) for at in range(max(1, len(text) - len(word) + 1)))


def _whole(text: str, start: int, end: int) -> bool:
    first, last = text[start], text[end - 1]
    before = start > 0 and _latin(first) and _latin(text[start - 1])
    after = end < len(text) and _latin(last) and _latin(text[end])
    return not (before or after)


def _latin(character: str) -> bool:
    return character.isascii() and character.isalnum()
