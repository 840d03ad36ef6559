"""What somebody typed to a question for PostgreSQL: stop words out, everyday words to the catalogue's words. Pure.

Only pairs and a table that we typed ourselves: no dictionary, no pinyin library in the web process. Pinyin and initials
stand in the index; letters are matched against the beginning of a token.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from tongban.insight.search import tokens

TABLE = Path(__file__).parent / "data" / "colloquial.json"
LONGEST = 100
_VERB = re.compile(r"[开办]\w{2}")
MOST_ALTERNATIVES = 6
SHORTEST_BEGINNING = 2


@dataclass(frozen=True)
class Question:
    """A query ready to ask.

    :param strict: tsquery text: one alternative with all of its tokens must be there.
    :param tokens: tokens of all alternatives, to measure how near an item is when nothing fits.
    """

    strict: str
    tokens: tuple[str, ...]

    @property
    def terms(self) -> tuple[str, ...]:
        """The tokens as terms of a tsquery."""
        return tuple(map(_term, self.tokens))

    @property
    def empty(self) -> bool:
        """Nothing to look for."""
        return not self.tokens


@lru_cache(maxsize=1)
def _table() -> tuple[tuple[str, ...], dict[str, tuple[str, ...]]]:
    data = json.loads(TABLE.read_text(encoding="utf-8"))
    stop = tuple(sorted((tokens.tidy(word) for word in data["stop"]), key=len, reverse=True))
    return stop, {tokens.tidy(word): tuple(map(tokens.tidy, means)) for word, means in data["means"].items()}


def understand(typed: str) -> Question:
    """The question behind what was typed; at most 100 characters count."""
    text = tokens.tidy(typed[:LONGEST])
    asked = [tuple(dict.fromkeys(tokens.tokens(one))) for one in _alternatives(_without_stop_words(text))]
    alternatives = [one for one in dict.fromkeys(asked) if one] or [one for one in (tuple(tokens.tokens(text)),) if one]
    if not alternatives:
        return Question("", ())
    strict = " | ".join(f"({' & '.join(map(_term, one))})" for one in alternatives)
    every = dict.fromkeys(token for one in alternatives for token in one)
    return Question(strict, tuple(every))


def _without_stop_words(text: str) -> str:
    stop, _ = _table()
    for word in stop:
        text = text.replace(word, " ")
    return text


def _alternatives(text: str) -> list[str]:
    """What was typed, without a leading 开 or 办, and with one everyday word said in the catalogue's words."""
    _, means = _table()
    found = [text, text.strip()[1:]] if _VERB.match(text.strip()) else [text]
    for word, others in means.items():
        if word in text:
            found += [f" {other} " for other in others if other not in text]
            found += [text.replace(word, other) for other in others if other not in text]
    return list(dict.fromkeys(found))[: MOST_ALTERNATIVES + 1]


def _term(token: str) -> str:
    """A token of a tsquery; two letters or more match the beginning, so half-typed pinyin finds."""
    return f"'{token}'" if tokens.is_han(token) or len(token) < SHORTEST_BEGINNING else f"'{token}':*"
