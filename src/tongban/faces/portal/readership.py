"""How often articles are opened, counted in the worker and written by the batch: a view costs no query of its own.

A worker that ends takes at most :data:`EVERY_SECONDS` of views with it; the number proves nothing, so that is enough.
"""

from __future__ import annotations

import threading
import time
import uuid

from tongban.registry.articles.services import count_views

EVERY_SECONDS = 20.0
MOST_KEPT = 500

_lock = threading.Lock()
_seen: dict[str, int] = {}
_ids: dict[str, uuid.UUID] = {}
_written = time.monotonic()


def note(slug: str) -> None:
    """Count one view of an article whose address was opened; now and then what was counted is written."""
    global _written
    with _lock:
        _seen[slug] = _seen.get(slug, 0) + 1
        due = time.monotonic() - _written >= EVERY_SECONDS or len(_seen) >= MOST_KEPT
        batch = {_ids[key]: n for key, n in _seen.items() if key in _ids} if due else {}
        if due:
            _seen.clear()
            _written = time.monotonic()
    count_views(batch)


def know(slug: str, article_id: uuid.UUID) -> None:
    """Which article an address leads to, learnt when its page is made; addresses that lead nowhere count nothing."""
    _ids[slug] = article_id
