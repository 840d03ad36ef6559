"""Readers of the search index: frequencies of the asked tokens, then candidates; ``ranking`` makes the order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import connection

from tongban.ground import moment
from tongban.insight.search import counting, ranking, retrieval, weighing, words
from tongban.insight.search.evidence import Candidate
from tongban.insight.search.models import SearchEntry
from tongban.insight.search.queries import Question, understand
from tongban.insight.search.ranking import Answers, Ranked
from tongban.insight.search.weighing import Held, Stats, Weighed
from tongban.registry.catalog.models import HandlingOption

MOST_RESULTS = 20
MOST_SUGGESTIONS = 8
MOST_PLACES = 60
MOST_CANDIDATES = 120
"""Entries that are judged at most; the full set of answers is among them."""
ENOUGH = 40
"""Entries holding everything that was asked, from which on nobody looks for those that hold a part."""
FIRST_TIER, SECOND_TIER = 240, 240
BOOST_DAYS = 90
_READ = (
    "entry.option_id, slug, title, front, back, text, lower(department || chr(10) || unit), exact, exact_aliases, "
    "sound, initials, array_to_string(acts, ' '), standing = 'configured', coalesce(chosen.clicks, 0), "
    "plain, department, time, array_to_string(aliases, chr(10)), standing, unit, array_to_string(audience, ' '), "
    "array_to_string(themes, ' '), array_to_string(modes, ' '), places, answer"
)
"""Lists as text: reading five arrays of a hundred rows costs more than finding them."""
_CANDIDATE = (
    "option_id",
    "slug",
    "title",
    "front",
    "back",
    "text",
    "office",
    "exact",
    "exact_aliases",
    "sound",
    "initials",
)
"""The first columns of :data:`_READ` as fields of a candidate."""
_TOTAL = ""
"""The token under which the number of leading entries stands."""
_TERMS = "SELECT token, names, inside FROM search_searchterm WHERE token = ANY (%(tokens)s)"
_CANDIDATES = f"""
WITH chosen AS MATERIALIZED (
    SELECT option_id, sum(clicks)::int AS clicks FROM search_searchclick
    WHERE query = %(asked)s AND day > %(since)s GROUP BY option_id
), first AS MATERIALIZED (
    (SELECT option_id FROM search_searchentry
     WHERE lead AND words @@ (%(configured)s::tsquery && %(every)s::tsquery) LIMIT {FIRST_TIER})
    UNION
    (SELECT option_id FROM search_searchentry WHERE lead AND words @@ %(every)s::tsquery LIMIT {FIRST_TIER})
), second AS MATERIALIZED (
    SELECT option_id FROM search_searchentry
    WHERE lead AND (SELECT count(*) < {ENOUGH} AND %(some)s <> '' FROM first)
          AND words @@ %(some)s::tsquery LIMIT {SECOND_TIER}
)
SELECT {_READ}
FROM (SELECT option_id FROM first UNION SELECT option_id FROM second UNION SELECT option_id FROM chosen) AS found
JOIN search_searchentry AS entry USING (option_id) LEFT JOIN chosen USING (option_id)
WHERE lead
ORDER BY {{weight}} DESC, standing = 'configured' DESC, length(title), slug
LIMIT {MOST_CANDIDATES}
"""  # noqa: S608 - constants of this module; values are parameters


@dataclass(frozen=True)
class Hit:
    """One answer, as cards and suggestions show it.

    :param time: the promised limit in words, empty when the list does not tell it.
    :param standing: ``configured`` (can be applied for here) or ``listed``.
    :param places: in how many places of the city it can be had; ``answer`` is the key of :func:`places_of`.
    """

    slug: str
    title: str
    plain: str
    department: str
    time: str
    aliases: tuple[str, ...]
    standing: str = "configured"
    unit: str = ""
    audience: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    modes: tuple[str, ...] = ()
    places: int = 1
    answer: str = ""

    @property
    def listed(self) -> bool:
        """Known from a list only: nothing can be applied for here yet."""
        return self.standing == HandlingOption.Standing.LISTED


@dataclass(frozen=True)
class Found:
    """Answers, or when there are none the nearest items. Nothing ever dead-ends (ui.md, hero search)."""

    results: tuple[Hit, ...]
    nearest: tuple[Hit, ...] = ()
    more: bool = False
    """There are more answers than were judged."""
    best: bool = False
    """The first answer fits nearly all that was asked."""


@dataclass(frozen=True)
class Place:
    """One place in which an answer can be had."""

    slug: str
    region: str
    department: str


@dataclass(frozen=True)
class Explanation:
    """Why a search answers what it answers: its parts with their masses, then each answer with its reasons."""

    question: Question
    weighed: tuple[Weighed, ...]
    answers: Answers


def find(typed: str, most: int | None = MOST_RESULTS) -> Found:
    """Items for what was typed: Chinese words, everyday phrases, pinyin or initials, with typing errors.

    Two queries, one when nothing of it stands in the index. ``most=None`` gives every answer that was judged.
    """
    answers, rows = _answers(typed)
    accepted = answers.accepted if most is None else answers.accepted[:most]
    return Found(
        tuple(_hit(rows[one.candidate.option_id]) for one in accepted),
        tuple(_hit(rows[one.candidate.option_id]) for one in answers.nearest),
        len(rows) >= MOST_CANDIDATES,
        bool(accepted) and accepted[0].coverage >= ranking.BEST,
    )


def suggest(typed: str) -> tuple[Hit, ...]:
    """At most 8 items while somebody types."""
    return find(typed, MOST_SUGGESTIONS).results


def explain(typed: str) -> Explanation:
    """The same answers with what they were made of, for stewards."""
    question = understand(typed, words.current())
    if question.empty:
        return Explanation(question, (), Answers((), ()))
    stats = _stats(question)
    weighed = weighing.weigh(question, stats)
    return Explanation(question, weighed, ranking.rank(question, weighed, _judged(question, weighed, stats)[0]))


def places_of(answers: Sequence[str]) -> dict[str, tuple[Place, ...]]:
    """Where each of these answers can be had, nearest to the city first; one query, at most 60 places each."""
    found: dict[str, list[Place]] = {answer: [] for answer in answers}
    rows = (
        SearchEntry.objects.filter(answer__in=list(found))
        .order_by("answer", "depth", "region_no", "option_id")
        .values_list("answer", "slug", "region_name", "department")
    )
    for answer, slug, region, department in rows:
        if len(found[answer]) < MOST_PLACES:
            found[answer].append(Place(slug, region, department))
    return {answer: tuple(places) for answer, places in found.items()}


def option_of(slug: str) -> int | None:
    """The option that an address of the index stands for; None when it is not there."""
    return SearchEntry.objects.filter(slug=slug).values_list("option_id", flat=True).first()


def hot_words(most: int = 5) -> tuple[str, ...]:
    """What stewards offer as first searches."""
    return words.current().hot[:most]


def _answers(typed: str) -> tuple[Answers, Mapping[int, Sequence[Any]]]:
    question = understand(typed, words.current())
    if question.empty:
        return Answers((), ()), {}
    stats = _stats(question)
    weighed = weighing.weigh(question, stats)
    candidates, rows = _judged(question, weighed, stats)
    return ranking.rank(question, weighed, candidates), rows


def _stats(question: Question) -> Stats:
    with connection.cursor() as cursor:
        cursor.execute(_TERMS, {"tokens": [_TOTAL, *weighing.tokens_of(question)]})
        held = {token: Held(names, inside) for token, names, inside in cursor.fetchall()}
    total = held.pop(_TOTAL, weighing.NOWHERE).names
    return Stats(total, held)


def _judged(
    question: Question, weighed: Iterable[Weighed], stats: Stats
) -> tuple[tuple[Candidate, ...], Mapping[int, Sequence[Any]]]:
    """The candidates of a question, and the row of each by its option."""
    plan = retrieval.plan(weighed, stats)
    if plan.empty:
        return (), {}
    weight = " + ".join(f"(words @@ %(w{n})s::tsquery)::int * {mass:.3f}" for n, (_, mass) in enumerate(plan.weights))
    values: dict[str, Any] = {f"w{n}": query for n, (query, _) in enumerate(plan.weights)}
    values |= {
        "asked": counting.normalised(question.typed) or "",
        "since": moment.today() - timedelta(days=BOOST_DAYS),
        "configured": retrieval.term(retrieval.CONFIGURED_MARK),
        "every": plan.every,
        "some": plan.some,
    }
    with connection.cursor() as cursor:
        cursor.execute(_CANDIDATES.format(weight=weight), values)
        rows = cursor.fetchall()
    return tuple(map(_candidate, rows)), {row[0]: row for row in rows}


def _candidate(row: Sequence[Any]) -> Candidate:
    values = dict(zip(_CANDIDATE, row, strict=False))
    return Candidate(**values, acts=frozenset(row[11].split()), configured=row[12], boost=counting.boost(row[13]))


def _hit(row: Sequence[Any]) -> Hit:
    plain, department, time, aliases, standing, unit, *lists, places, answer = row[14:]
    audience, themes, modes = (tuple(text.split()) for text in lists)
    named = tuple(aliases.split("\n")) if aliases else ()
    return Hit(row[1], row[2], plain, department, time, named, standing, unit, audience, themes, modes, places, answer)


def ranked_hits(found: Explanation) -> Mapping[str, Ranked]:
    """Slug to what was found of it; for tests and the steward's page."""
    return {one.candidate.slug: one for one in (*found.answers.accepted, *found.answers.nearest)}
