"""A copy of the catalogue that stays in step, with Python alone: read everything once, then only what changed.

    export TONGBAN_URL=http://127.0.0.1:8000
    python catalogue_copy.py items.json    # the first run reads every item, later runs what was published since

Run it every few minutes. Nothing is missed: the feed gives every publication once, in order.
"""

from __future__ import annotations

import json
import os
import sys
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Any

BASE = os.environ.get("TONGBAN_URL", "http://127.0.0.1:8000") + "/api/v1"
NOT_FOUND = 404


def get(path: str, **query: Any) -> Any:
    """The answer as JSON."""
    with urllib.request.urlopen(f"{BASE}{path}?{urllib.parse.urlencode(query)}", timeout=30) as answer:
        return json.load(answer)


def everything(standing: str) -> dict[str, Any]:
    """The whole list, page by page: what can be done here, or what other lists tell."""
    found: dict[str, Any] = {}
    after = ""
    while True:
        page = get("/items", standing=standing, limit=100, after=after)
        found |= {card["slug"]: card for card in page["items"]}
        after = page["next"]
        if not after:
            return found


def changes(since: str) -> tuple[list[dict[str, Any]], str]:
    """Everything that changed since a cursor, and the cursor from which to ask next time."""
    found: list[dict[str, Any]] = []
    while True:
        page = get("/items/changes", since=since, limit=100)
        found += page["items"]
        since = page["cursor"]
        if not page["more"]:
            return found, since


def guide(slug: str) -> Any:
    """The guide of an item; None when it is no longer there."""
    try:
        return get(f"/items/{slug}")
    except urllib.error.HTTPError as error:
        if error.code == NOT_FOUND:
            return None
        raise


def main(path: Path) -> None:
    """Read the copy, bring it up to date, write it whole or not at all."""
    copy: dict[str, Any] = {"cursor": "", "guides": {}, "listed": {}}
    if path.exists():
        copy = json.loads(path.read_text(encoding="utf-8"))
    changed, cursor = changes(copy["cursor"])
    for slug in {change["slug"] for change in changed if change["slug"]}:
        copy["guides"][slug] = guide(slug)
    if not copy["cursor"] or changed:  # an import changed a list, or an item left it because it is done here now
        copy["listed"] = everything("listed")
    copy["cursor"] = cursor
    fresh = path.with_suffix(".part")
    fresh.write_text(json.dumps(copy, ensure_ascii=False), encoding="utf-8")
    fresh.replace(path)
    print(f"{len(changed)} changes; {len(copy['guides'])} guides, {len(copy['listed'])} listed")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
