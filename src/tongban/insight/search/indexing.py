"""Making index entries: words by rjieba, pinyin and initials by pypinyin. Runs in jobs and commands only.

Web workers never import this module's libraries (shapes, "Also settled"): they are imported inside the functions.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, cast

from tongban.insight.search import tokens
from tongban.registry.catalog.version import VersionContent

MOST_POSITIONS = 16_000
SHORTEST_PINYIN = 2


@dataclass(frozen=True)
class Vectors:
    """The texts of the two vectors of an entry."""

    names: str
    words: str


@lru_cache(maxsize=1)
def _segmenter() -> Any:
    import rjieba

    return rjieba.Jieba()


def segment(text: str) -> list[str]:
    """Words of a text, by the dictionary of jieba."""
    return [word for word in _segmenter().cut(text) if word.strip()]


def pinyin_forms(text: str) -> Iterator[str]:
    """Spellings under which a name is found: whole pinyin and initials, from every syllable on.

    ``开理发店`` gives ``kailifadian``, ``lifadian``, ``fadian`` ... and ``klfd``, ``lfd``, ``fd``; a query is matched
    against the beginning, so ``lifa`` finds it as well. Letters and digits keep their place (``开ktv``: ``kaiktv``).
    """
    from pypinyin import Style, lazy_pinyin

    syllables = [s for s in lazy_pinyin(tokens.tidy(text), style=Style.NORMAL, errors=cast(Any, _keep)) if s]
    for n in range(len(syllables)):
        for form in ("".join(syllables[n:]), "".join(s[0] for s in syllables[n:])):
            if len(form) >= SHORTEST_PINYIN:
                yield form[: tokens.LONGEST_TOKEN]


def _keep(rest: str) -> list[str]:
    """What is not Han: runs of letters and digits stand for themselves, everything else falls out."""
    return [run for run in tokens.runs(rest) if not tokens.is_han(run)]


def vectors(content: VersionContent) -> Vectors:
    """The vectors of a published version: A words of names, B pairs of names, C plain text, D pinyin."""
    named = [content.name, content.item_name, *content.aliases]
    names: list[tuple[str, str]] = []
    for name in named:
        tidy = tokens.tidy(name)
        names += [(token, "A") for word in segment(tidy) for token in tokens.runs(word)]
        names += [(token, "B") for token in tokens.tokens(tidy)]
        names += [(form, "D") for form in pinyin_forms(name)]
    words = names + [(token, "C") for text in _texts(content) for token in _inside_words(text)]
    return Vectors(tokens.vector(names[:MOST_POSITIONS]), tokens.vector(words[:MOST_POSITIONS]))


def _texts(content: VersionContent) -> Iterator[str]:
    yield content.plain
    yield content.authority.name
    yield content.result.name
    yield from (material.name for material in content.materials)
    yield from (entry.question for entry in content.faq)
    yield from (words for entries in content.code_lists.values() for words in entries.values())


def _inside_words(text: str) -> Iterator[str]:
    """Pairs inside the words of running text, none across words: queries are pairs, noise stays out."""
    for word in segment(tokens.tidy(text)):
        yield from tokens.tokens(word)
