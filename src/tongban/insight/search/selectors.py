"""Readers of the search index: one query for the answers, two more only when nothing fits."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from django.db import connection

from tongban.insight.search import tokens
from tongban.insight.search.queries import Question, understand

MOST_RESULTS = 20
MOST_SUGGESTIONS = 8
MOST_NEAREST = 4
NEAR_ENOUGH = 0.3
CLOSE_ENOUGH = 0.55
"""Share of the asked pairs that makes an item an answer although the words stand in another order."""
_WEIGHTS = "{0.25,0.3,0.6,1.0}"
"""Weights of D, C, B, A: pinyin, plain text, pairs of names, words of names."""

MOST_RANKED = 3000
"""Rows that are ranked at most: a word that thousands of items hold tells nothing, and ranking is what costs."""
RAREST = 4
MOST_TERMS = 40
_COLUMNS = "slug, title, plain, department, time, aliases"
_STRICT = f"""
    SELECT {_COLUMNS} FROM (
        SELECT * FROM search_searchentry WHERE words @@ to_tsquery('simple', %(query)s) LIMIT {MOST_RANKED}
    ) AS entry, to_tsquery('simple', %(query)s) AS query
    ORDER BY (title = %(typed)s OR %(typed)s = ANY (aliases)) DESC, (names @@ query) DESC,
             (kind = 'new') DESC, ts_rank('{_WEIGHTS}', words, query) DESC, length(title), slug
    LIMIT %(limit)s
"""  # noqa: S608 - constants of this module
_LOOSE = f"""
    SELECT {_COLUMNS} FROM (
        SELECT * FROM search_searchentry WHERE names @@ to_tsquery('simple', %(candidates)s) LIMIT {MOST_RANKED}
    ) AS entry, to_tsquery('simple', %(query)s) AS query
    ORDER BY ts_rank('{_WEIGHTS}', names, query) DESC, length(title), slug
    LIMIT %(limit)s
"""  # noqa: S608 - constants of this module
COUNTED = 1000
_FREQUENCY = f"""
    SELECT %s, (SELECT count(*) FROM (
        SELECT 1 FROM search_searchentry WHERE names @@ to_tsquery('simple', %s) LIMIT {COUNTED}) AS held)
"""  # noqa: S608 - constants of this module


@dataclass(frozen=True)
class Hit:
    """One answer, as cards and suggestions show it."""

    slug: str
    title: str
    plain: str
    department: str
    time: str
    aliases: tuple[str, ...]


@dataclass(frozen=True)
class Found:
    """Answers, or when there are none the nearest items. Nothing ever dead-ends (ui.md, hero search)."""

    results: tuple[Hit, ...]
    nearest: tuple[Hit, ...] = ()


def find(typed: str) -> Found:
    """Items for what was typed: Chinese words, everyday phrases, pinyin or initials."""
    question = understand(typed)
    if question.empty:
        return Found(())
    if results := _ask(_STRICT, question.strict, typed, MOST_RESULTS):
        return Found(results)
    ranked = [(_nearness(hit, question), hit) for hit in _nearest(question)]
    close = tuple(hit for share, hit in ranked if share >= CLOSE_ENOUGH)
    near = tuple(hit for share, hit in ranked if share >= NEAR_ENOUGH)
    return Found(close) if close else Found((), near[:MOST_NEAREST])


def suggest(typed: str) -> tuple[Hit, ...]:
    """At most 8 items while somebody types."""
    question = understand(typed)
    if question.empty:
        return ()
    return _ask(_STRICT, question.strict, typed, MOST_SUGGESTIONS)


def _nearness(hit: Hit, question: Question) -> float:
    """Share of the asked tokens that the names of an item hold."""
    held = set(tokens.tokens(" ".join((hit.title, *hit.aliases))))
    return sum(token in held for token in question.tokens) / len(question.tokens)


def _nearest(question: Question) -> tuple[Hit, ...]:
    """Items whose names hold at least two of the rarest pairs that were typed (one, when only one is known)."""
    with connection.cursor() as cursor:
        terms = question.terms[:MOST_TERMS]
        # one branch a term, with its own literal: the planner then knows how rare each one is
        cursor.execute(" UNION ALL ".join([_FREQUENCY] * len(terms)), [part for term in terms for part in (term, term)])
        known = [term for term, held in sorted(cursor.fetchall(), key=lambda row: (row[1], row[0])) if held]
        if not known:
            return ()
        rare = known[:RAREST]
        candidates = " | ".join(f"({a} & {b})" for a, b in combinations(rare, 2)) or rare[0]
        values = {"candidates": candidates, "query": " | ".join(known), "limit": MOST_RESULTS}
        cursor.execute(_LOOSE, values)
        return tuple(_hits(cursor.fetchall()))


def _ask(sql: str, query: str, typed: str, limit: int) -> tuple[Hit, ...]:
    with connection.cursor() as cursor:
        cursor.execute(sql, {"query": query, "typed": typed.replace("\x00", "").strip(), "limit": limit})
        return tuple(_hits(cursor.fetchall()))


def _hits(rows: Iterable[tuple[Any, ...]]) -> Iterable[Hit]:
    return (Hit(slug, title, plain, unit, time, tuple(names)) for slug, title, plain, unit, time, names in rows)
