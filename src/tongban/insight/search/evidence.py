"""What speaks for an item: its words against one unit of a question, with the reason in words. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

from tongban.insight.search import sounds, tokens
from tongban.insight.search.queries import ACT, DEPARTMENT, LETTERS, MEANS, OUTSIDE, Unit
from tongban.insight.search.weighing import Weighed

_ALIAS, _OTHER_NAME = 0.98, 0.9
_SOUND, _SOUND_ALONE = 0.8, 0.45
_SKIP = 0.75
_BODY = 0.5
_OFFICE = 0.6
_IN_OFFICE = 0.75
"""Share of a phrase that the department's own name says: asked 医保, an item of 医疗保障局."""
_PHRASE = 0.96
_SURE = 0.8
_NEXT_PHRASE = 0.04
_LEAST_PHRASE = 0.5
_HEARD = 0.9
_DOUBTED = 0.93
"""What a word is worth that stands in a name, but not as the name of which it is short."""
_INITIALS = 0.85
SHORTEST_INITIALS = 3


@dataclass(frozen=True)
class Candidate:
    """What ranking reads of one entry of the index; all texts are tidy (see ``indexing.Entry``).

    :param front: title and aliases, each also without brackets, a line each; ``back``: names of its item and group.
    :param text: everything else that can be read of it; ``office``: names of its department.
    :param exact: forms of the title without marks between bars, ``exact_aliases`` those of the aliases.
    :param sound: syllables of all names between dashes; ``initials``: their first letters, a word a name.
    :param boost: what people chose after the same words, at most ``ranking.MOST_BOOST``.
    """

    option_id: int
    slug: str
    title: str
    front: str
    back: str
    text: str
    office: str
    exact: str
    exact_aliases: str
    sound: str
    initials: str
    acts: frozenset[str]
    configured: bool
    boost: float = 0.0

    @cached_property
    def skipped(self) -> frozenset[str]:
        """Pairs over one character of the names."""
        return frozenset(pair for line in self.front.split("\n") for pair in tokens.skips(line))

    @cached_property
    def tightest(self) -> int:
        """Characters of the shortest form of the title."""
        return min(len(form) for form in self.exact.split("|") if form) if self.exact else len(self.title)


@dataclass(frozen=True)
class Fit:
    """How well one unit fits: 0 to 1, why, and how many characters of the title it accounts for."""

    value: float
    reason: str = ""
    phrase: str = ""
    characters: int = 0
    preferred: bool = False
    """It fits the first phrase of an everyday word, the one that is meant before all others."""


NO_FIT = Fit(0.0)
_NAMED = frozenset({"name", "sound", "skip"})


def fit_of(weighed: Weighed, candidate: Candidate) -> Fit:
    """The best evidence for a unit in a candidate."""
    unit = weighed.unit
    if unit.kind == ACT:
        return Fit(1.0, "act") if candidate.acts & set(unit.acts) else NO_FIT
    if unit.kind == DEPARTMENT:
        return _department(unit, candidate)
    if unit.kind == OUTSIDE:
        return _literal(unit, candidate)
    if unit.kind == MEANS:
        return _better(_doubted(unit, _literal(unit, candidate)), _phrases(weighed, candidate))
    if unit.kind == LETTERS:
        return _better(_letters(unit, candidate), _phrases(weighed, candidate, _HEARD))
    return _run(weighed, candidate)


def _better(typed: Fit, phrase: Fit) -> Fit:
    """What was typed or what it means; what is meant first stays marked."""
    return replace(max(typed, phrase, key=_value), preferred=phrase.preferred and phrase.value > _SURE)


def _doubted(unit: Unit, typed: Fit) -> Fit:
    """What was typed stands there. When it is but a part of the name that is meant (身份证 of 居民身份证), it may
    belong to another word here (临时身份证明).
    """
    if not any(unit.text in phrase and phrase != unit.text for phrase in unit.phrases[:1]):
        return typed
    return replace(typed, value=typed.value * _DOUBTED, characters=0)


def _value(fit: Fit) -> float:
    return fit.value


def _department(unit: Unit, candidate: Candidate) -> Fit:
    if any(part in candidate.office for part in unit.phrases):
        return Fit(1.0, "department")
    return _literal(unit, candidate)


def _literal(unit: Unit, candidate: Candidate) -> Fit:
    if unit.text in candidate.exact:
        return Fit(1.0, "name", unit.text, len(unit.text))
    if unit.text in candidate.front:
        return Fit(_ALIAS, "name", unit.text)
    if unit.text in candidate.back:
        return Fit(_OTHER_NAME, "other_name", unit.text)
    return Fit(_BODY, "text", unit.text) if unit.text in candidate.text else NO_FIT


def _phrases(weighed: Weighed, candidate: Candidate, factor: float = 1.0) -> Fit:
    """The best phrase: each is one way in which the catalogue may say it, the first ones are meant first."""
    best = NO_FIT
    for rank, (phrase, known) in enumerate(zip(weighed.unit.phrases, weighed.phrases, strict=True)):
        share, place = _phrase_share(phrase, known, candidate)
        if share < _LEAST_PHRASE:
            continue
        value = factor * share * share * place * max(0.6, _PHRASE - _NEXT_PHRASE * rank)
        if value > best.value:
            in_title = place == 1.0 and phrase.split()[0] in candidate.exact
            best = Fit(value, "phrase", phrase, _tight(phrase, share) if in_title else 0, preferred=not rank)
    return best


def _phrase_share(phrase: str, known: tuple[str, ...], candidate: Candidate) -> tuple[float, float]:
    """Share of a phrase that an item holds, and what the place is worth where it stands.

    A phrase that does not stand there whole counts by those of its pairs that any name holds at all.
    """
    pieces = phrase.split()
    for text, worth in ((candidate.front, 1.0), (candidate.back, _OTHER_NAME), (candidate.office, _IN_OFFICE)):
        if all(piece in text for piece in pieces):
            return 1.0, worth
    every = max(1, sum(len(tokens.tokens(piece)) for piece in pieces))
    if not known or len(known) / every < _LEAST_PHRASE:
        return 0.0, 1.0
    return sum(pair in candidate.front for pair in known) / len(known) * (len(known) / every) ** 0.25, 1.0


def _tight(phrase: str, share: float) -> int:
    """Half its characters: which phrase was meant first says more than how short a name it stands in."""
    return round(share * len(phrase.replace(" ", "")) / 2)


def _letters(unit: Unit, candidate: Candidate) -> Fit:
    if any(unit.text in tokens.runs(line) for line in candidate.front.split("\n")):
        return Fit(1.0, "name", unit.text, len(unit.text))
    best = NO_FIT
    for whole, open_end in unit.spellings:
        if len(whole) + bool(open_end) < 2:
            continue
        wanted = f"-{'-'.join(whole)}-{open_end}"
        if wanted in candidate.sound:
            best = Fit(1.0, "pinyin", unit.text, len(whole))
            break
    if best.value or len(unit.text) < SHORTEST_INITIALS or unit.text not in candidate.initials:
        return best
    begins = any(part.startswith(unit.text) for part in candidate.initials.split())
    return Fit(_INITIALS + (0.1 if begins else 0.0), "initials", unit.text, len(unit.text))


def _run(weighed: Weighed, candidate: Candidate) -> Fit:
    """A run by its pairs: in the names, by sound, over one wrong character, in the text, in the department."""
    unit = weighed.unit
    heard = sounds.pairs(unit.syllables)
    found = [
        _pair(unit.text, at, pair, heard[at] if at < len(heard) else "", candidate)
        for at, pair in enumerate(unit.pairs)
    ]
    named = [reason in _NAMED for _, reason in found]
    gains: list[float] = []
    characters: set[int] = set()
    for at, ((value, reason), mass) in enumerate(zip(found, weighed.pairs, strict=True)):
        alone = reason == "sound" and not any(named[n] for n in (at - 1, at + 1) if 0 <= n < len(named))
        gains.append(mass * (_SOUND_ALONE if alone else value))
        if named[at] and not alone and (reason != "name" or unit.pairs[at] in candidate.exact):
            characters.update(range(at, at + len(unit.pairs[at])))
    fit = Fit(
        sum(gains) / weighed.mass,
        "+".join(sorted({reason for _, reason in found if reason})),
        unit.text,
        len(characters),
    )
    heard_as = _phrases(weighed, candidate, _HEARD) if unit.phrases else NO_FIT
    return max(fit, _with_heard(weighed, gains, heard_as), key=_value) if sum(gains) or heard_as.value else NO_FIT


def _with_heard(weighed: Weighed, gains: list[float], heard_as: Fit) -> Fit:
    """The run when the stretch that sounds like an everyday word is taken for it: the rest counts as it is."""
    if not heard_as.value:
        return NO_FIT
    start, end = weighed.unit.heard
    inside = range(start, min(end, len(gains)) - 1 if len(gains) > 1 else 1)
    masses = [weighed.pairs[at] for at in inside]
    rest = sum(gain for at, gain in enumerate(gains) if at not in inside)
    value = (rest + sum(masses) * heard_as.value) / weighed.mass
    return Fit(value, "heard", heard_as.phrase, heard_as.characters)


def _pair(text: str, at: int, pair: str, heard: str, candidate: Candidate) -> tuple[float, str]:
    if pair in candidate.front:
        return 1.0, "name"
    if pair in candidate.back:
        return _OTHER_NAME, "other_name"
    if heard and f"-{heard}-" in candidate.sound:
        return _SOUND, "sound"
    if len(pair) == 2 and _skipped(text, at, candidate):
        return _SKIP, "skip"
    if pair in candidate.office:
        return _OFFICE, "department"
    return (_BODY, "text") if pair in candidate.text else (0.0, "")


def _skipped(text: str, at: int, candidate: Candidate) -> bool:
    """One character wrong, too much or changed round: what stands around the pair stands together in a name."""
    around = [text[n] + text[n + 2] for n in (at - 1, at) if n >= 0 and n + 2 < len(text)]
    if any(pair in candidate.front for pair in around):
        return True
    return any(pair in candidate.skipped for pair in around)
