"""Finding one of 22,112 items: quality on the judged set, latency in the database and of the whole page.

``./tongban bench search [--rounds N]`` prints one JSON object last. It loads the district list of the shared reference
folder over 30 places on top of the demo's configured options, twice: ``copies`` (the same item in many townships, one
answer each, as in a city) and ``different`` (every name differs, so 22,122 answers: the hardest load). Milliseconds;
``database`` is the time of the statements of one search, ``page`` the answer of the results page through Django's test
client. The floor is a bare AND of character pairs over the same rows and index, without ranking, synonyms or sounds.

It works on throw-away copies of the demo database and never touches the demo itself.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

SHARED = ROOT.parent / "shared"
ITEMS = 22_112
FLOOR = """
SELECT slug, title, department FROM search_searchentry WHERE lead AND words @@ %s::tsquery LIMIT 10
"""
SHORTEST_TYPED = 2


class Statements:
    """Adds up the time of the statements between two readings."""

    def __init__(self) -> None:
        self.milliseconds = 0.0

    def __call__(self, execute: Callable[..., Any], sql: str, parameters: Any, many: bool, context: Any) -> Any:
        start = time.perf_counter()
        try:
            return execute(sql, parameters, many, context)
        finally:
            self.milliseconds += 1000 * (time.perf_counter() - start)


def spread(values: Iterable[float]) -> dict[str, float]:
    """Median and 95th percentile."""
    ordered = sorted(values)
    return {"p50": round(statistics.median(ordered), 2), "p95": round(ordered[int(0.95 * (len(ordered) - 1))], 2)}


def timed(call: Callable[[str], object], asked: Sequence[str]) -> tuple[list[float], list[float]]:
    """Time in the database and as a whole of one call for each query."""
    from django.db import connection

    inside, whole = [], []
    for text in asked:
        statements = Statements()
        with connection.execute_wrapper(statements):
            start = time.perf_counter()
            call(text)
            whole.append(1000 * (time.perf_counter() - start))
        inside.append(statements.milliseconds)
    return inside, whole


def beginnings(asked: Iterable[str]) -> list[str]:
    """What stands in the box while each query is typed."""
    return [text[:length] for text in asked for length in range(SHORTEST_TYPED, min(len(text), 8) + 1)]


class Bare:
    """One answer of the floor."""

    def __init__(self, slug: str, title: str, department: str) -> None:
        self.slug, self.title, self.department = slug, title, department


def bare(text: str) -> list[Bare]:
    """The floor: entries that hold every pair of what was typed."""
    from django.db import connection

    from tongban.insight.search import tokens

    pairs = [token for token in tokens.tokens(text) if token]
    if not pairs:
        return []
    with connection.cursor() as cursor:
        cursor.execute(FLOOR, [" & ".join(f"'{pair}'" for pair in dict.fromkeys(pairs))])
        return [Bare(*row) for row in cursor.fetchall()]


def quality(find: Callable[[str], Sequence[Any]]) -> dict[str, Any]:
    """Scores of the whole judged set and of each of its parts."""
    from tests.support import judging

    found = {}
    for part in (None, *dict.fromkeys(one.part for one in judging.judged())):
        score = asdict(judging.score(judging.judged(part), find))
        found[part or "all"] = {key: value for key, value in score.items() if key not in ("missed", "invented")}
    return found


def measure(rounds: int) -> dict[str, Any]:
    """Latencies of this database, floor included.

    Each query counts with its quickest round: what others do on a shared machine is not ours, and a slow query is slow
    in every round. Percentiles are over the queries.
    """
    from django.test import Client
    from tests.support import judging

    from tongban.insight.search import selectors

    asked = [one.q for one in judging.judged()]
    client = Client()

    def page(text: str) -> None:
        assert client.get("/search/", {"q": text}).status_code == 200

    for text in asked:  # caches and plans, as in a worker that has served for a minute
        page(text)
    runs: list[dict[str, list[float]]] = []
    for number in range(rounds):
        find_inside, find_whole = timed(selectors.find, asked)
        suggest_inside, suggest_whole = timed(selectors.suggest, beginnings(asked[::4]))
        _, page_whole = timed(page, asked)
        floor_inside, _ = timed(bare, asked)
        runs.append(
            {
                "find_database": find_inside,
                "find_whole": find_whole,
                "suggest_database": suggest_inside,
                "suggest_whole": suggest_whole,
                "page": page_whole,
                "floor_database": floor_inside,
            }
        )
        shown = {name: spread(values) for name, values in runs[-1].items()}
        print(f"round {number + 1}: {json.dumps(shown)}", flush=True)
    return {name: spread(map(min, zip(*(run[name] for run in runs), strict=True))) for name in runs[0]}


@contextmanager
def database(name: str) -> Iterator[None]:
    """A throw-away copy of the demo database under Django's connection."""
    from django.conf import settings
    from django.db import connections
    from tests.support import databases

    databases.copy(name)
    settings.DATABASES["default"]["NAME"] = name
    connections["default"].settings_dict["NAME"] = name
    try:
        yield
    finally:
        connections.close_all()
        for pool in connections["default"]._connection_pools.values():  # type: ignore[attr-defined]
            pool.close()
        connections["default"]._connection_pools.clear()  # type: ignore[attr-defined]
        databases.drop(name)


def prepare(*, different: bool) -> dict[str, Any]:
    """Load 22,112 listed items and index them; how long the index took."""
    from django.db import connection
    from tests.support import listed

    from tongban.insight.search import counting, services, words
    from tongban.insight.search.models import SearchEntry

    rows = listed.rows_of(SHARED)
    if different:
        ids = listed.load((*rows, *listed.distinct(rows)), listed.places(1, 0), ITEMS)
    else:
        ids = listed.load(rows, listed.places(6, 24), ITEMS)
    words.forget()
    counting.forget()
    start = time.perf_counter()
    entries = services.rebuild()
    seconds = time.perf_counter() - start
    start = time.perf_counter()
    services.reindex(ids)
    again = time.perf_counter() - start
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE search_searchentry")
        cursor.execute("VACUUM ANALYZE search_searchterm")
        cursor.execute("SELECT pg_total_relation_size('search_searchentry') / 1048576")
        (megabytes,) = cursor.fetchone()
    return {
        "entries": entries,
        "answers": SearchEntry.objects.filter(lead=True).count(),
        "rebuild_seconds": round(seconds, 1),
        "import_reindex_seconds": round(again, 1),
        "index_megabytes": int(megabytes),
    }


def main() -> int:
    """Both loads, print JSON last."""
    parser = argparse.ArgumentParser(prog="tongban bench search")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    if not SHARED.is_dir():
        print("the bench needs the shared reference folder beside the project", file=sys.stderr)
        return 3
    from tests.support import databases

    os.environ["TONGBAN_TEST_SERVER"] = databases.server_url()
    os.environ["DATABASE_URL"] = databases.url_of(databases.template())
    os.environ.update(
        TONGBAN_DIR=str(databases.state_dir()), TONGBAN_DEMO="1", DJANGO_SETTINGS_MODULE="tongban.config.settings"
    )
    import django

    django.setup()
    from tongban.insight.search import selectors

    result: dict[str, Any] = {"items": ITEMS}
    for load in ("copies", "different"):
        with database(f"tongban_bench_{os.getpid()}"):
            shape = prepare(different=load == "different")
            print(f"{load}: {json.dumps(shape)}", flush=True)
            result[load] = {**shape, "milliseconds": measure(options.rounds)}
            if load == "copies":
                result["quality"] = quality(lambda text: selectors.find(text).results)
                result["floor_quality"] = quality(bare)["all"]
    print(json.dumps(result))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
