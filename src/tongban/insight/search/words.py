"""The lexicon of this worker: read from the table, looked at again every few seconds.

Between two looks a search costs no query for it. A site that has loaded no words yet uses those of the platform.
"""

from __future__ import annotations

import threading
import time
from functools import lru_cache

from tongban.insight.search import vocabulary
from tongban.insight.search.lexicon import Lexicon, Word
from tongban.insight.search.models import SearchWord, Vocabulary

FRESH_SECONDS = 2.0

_lock = threading.Lock()
_held: tuple[float, int, Lexicon] | None = None


def current() -> Lexicon:
    """The words in use, at most :data:`FRESH_SECONDS` old."""
    global _held
    held = _held
    if held is not None and time.monotonic() - held[0] < FRESH_SECONDS:
        return held[2]
    with _lock:
        stamp = Vocabulary.objects.values_list("seq", flat=True).first() or 0
        if _held is None or _held[1] != stamp:
            _held = (time.monotonic(), stamp, _read(stamp))
        else:
            _held = (time.monotonic(), stamp, _held[2])
        return _held[2]


def forget() -> None:
    """Read anew at the next question (tests)."""
    global _held
    _held = None


def _read(stamp: int) -> Lexicon:
    if not stamp:
        return _made(tuple(vocabulary.table_words()))
    rows = SearchWord.objects.filter(state=SearchWord.State.ACTIVE).values_list("kind", "word", "means")
    return _made(tuple(Word(kind, word, tuple(means)) for kind, word, means in rows))


@lru_cache(maxsize=1)
def _made(known: tuple[Word, ...]) -> Lexicon:
    """The same words are not worked out twice: sounds and initials of thousands take a tenth of a second."""
    return Lexicon(known)
