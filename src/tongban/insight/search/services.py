"""The only writers of the search index. Entries are made in Python and written by COPY; runs outside the web."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from tongban.insight.search import indexing
from tongban.insight.search.models import SearchEntry, SearchTerm
from tongban.registry.catalog import listings, selectors
from tongban.registry.catalog.models import HandlingOption, ImportedRow, ItemVersion

PAGE = 2000
FEW = 50
"""Options up to which the frequencies of words are added to instead of counted anew."""
_ATTRIBUTES = tuple(field.attname for field in SearchEntry._meta.concrete_fields)
_COLUMNS = ", ".join(str(field.column) for field in SearchEntry._meta.concrete_fields)
_COPY = f"COPY search_searchentry ({_COLUMNS}) FROM STDIN"
_LOCK = "SELECT pg_advisory_xact_lock(hashtext('search.index'))"
_SETTLE = """
UPDATE search_searchentry AS entry SET lead = (entry.option_id = best.first), places = best.places
FROM (
    SELECT answer, count(DISTINCT region_no) AS places,
           (array_agg(option_id ORDER BY standing = 'configured' DESC, depth, region_no, option_id))[1] AS first
    FROM search_searchentry WHERE answer = ANY (%s) GROUP BY answer
) AS best
WHERE entry.answer = best.answer
  AND (entry.lead, entry.places) IS DISTINCT FROM (entry.option_id = best.first, best.places)
"""
_COUNT_TERMS = """
INSERT INTO search_searchterm (token, names, inside)
SELECT every.word, every.ndoc, coalesce(inside.ndoc, 0)
FROM ts_stat('SELECT words FROM search_searchentry WHERE lead', 'abd') AS every
LEFT JOIN ts_stat('SELECT words FROM search_searchentry WHERE lead', 'a') AS inside USING (word)
WHERE every.word NOT LIKE '=%%' AND every.word NOT LIKE '!%%'
UNION ALL SELECT '', count(*), 0 FROM search_searchentry WHERE lead
"""
_ADD_TERMS = """
INSERT INTO search_searchterm (token, names, inside)
SELECT found.lexeme, count(*), count(*) FILTER (WHERE 'A' = ANY (found.weights))
FROM search_searchentry AS entry, unnest(entry.words) AS found
WHERE entry.option_id = ANY (%s) AND found.weights && ARRAY['A', 'B', 'D'] AND found.lexeme !~ '^[=!]'
GROUP BY found.lexeme
ON CONFLICT (token) DO UPDATE SET inside = greatest(search_searchterm.inside, excluded.inside)
"""


def rebuild() -> int:
    """Make the whole index anew: configured options in force and living listed ones; returns the number of entries."""
    with transaction.atomic():
        _lock()
        SearchEntry.objects.all().delete()
        written = _write(_entries(None))
        _settle(dict.fromkeys(answer for _, answer in written))
        count_terms()
    return len(written)


def renew(version_id: UUID) -> bool:
    """Index the option of a published version by its version in force today; False when nothing is in force yet."""
    option_id = ItemVersion.objects.values_list("option_id", flat=True).get(pk=version_id)
    return reindex([option_id]) == 1


def renew_imported(import_id: UUID) -> int:
    """Index exactly the options that an import touched, applied or undone; returns the number of entries."""
    return reindex(tuple(ImportedRow.objects.filter(batch_id=import_id).values_list("option_id", flat=True)))


def reindex(option_ids: Sequence[int]) -> int:
    """Make the entries of these options anew; those that can no longer be found lose theirs. Idempotent."""
    if not option_ids:
        return 0
    ids = list(dict.fromkeys(option_ids))
    with transaction.atomic():
        _lock()
        old = SearchEntry.objects.filter(option_id__in=ids)
        answers = dict.fromkeys(old.values_list("answer", flat=True))
        old.delete()
        written = _write(_entries(ids))
        _settle(answers | dict.fromkeys(answer for _, answer in written))
        if len(ids) <= FEW:
            _run(_ADD_TERMS, [[option_id for option_id, _ in written]])
        else:
            count_terms()
    return len(written)


def count_terms() -> None:
    """Count anew how many leading entries hold each token."""
    SearchTerm.objects.all().delete()
    _run(_COUNT_TERMS, [])


def _lock() -> None:
    """Two writers of the index never meet: whoever comes second waits."""
    _run(_LOCK, [])


def _settle(answers: Iterable[str]) -> None:
    """Say for each answer which entry stands for it and in how many places it can be had."""
    _run(_SETTLE, [list(answers)])
    _run("SELECT search_settle_words()", [])


def _run(sql: str, values: Sequence[Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def _entries(option_ids: Sequence[int] | None) -> Iterator[SearchEntry]:
    """The entries of these options (``None``: all); a configured one goes before what a list says of it."""
    configured = dict(_configured(option_ids))
    yield from (
        indexing.entry_of(option, indexing.words_of_version(content), version_id)
        for option in _options(list(configured))
        for version_id, content in (configured[option.pk],)
    )
    listed = HandlingOption.objects.filter(standing=HandlingOption.Standing.LISTED, retired_at=None)
    if option_ids is not None:
        listed = listed.filter(pk__in=option_ids)
    keys = sorted(set(listed.values_list("pk", flat=True)) - configured.keys())
    for option in _options(keys):
        yield indexing.entry_of(option, indexing.words_of_listing(option, listings.from_json(option.listing)))


def _configured(option_ids: Sequence[int] | None) -> Iterator[tuple[int, tuple[UUID, Any]]]:
    if option_ids is not None and len(option_ids) <= FEW:
        for option_id in option_ids:
            if (current := selectors.in_force_or_none(option_id)) is not None:
                yield option_id, current
        return
    found = selectors.options_in_force()
    owners = dict(ItemVersion.objects.filter(pk__in=[key for key, _ in found]).values_list("pk", "option_id"))
    wanted = None if option_ids is None else set(option_ids)
    for key, content in found:
        if wanted is None or owners[key] in wanted:
            yield owners[key], (key, content)


def _options(keys: Sequence[int]) -> Iterator[HandlingOption]:
    """Options with everything that an entry needs, a page at a time."""
    for start in range(0, len(keys), PAGE):
        yield from (
            HandlingOption.objects.filter(pk__in=keys[start : start + PAGE])
            .select_related("item__entry", "item__region", "item__authority__region")
            .defer("draft")
            .order_by("pk")
        )


def _write(entries: Iterator[SearchEntry]) -> list[tuple[int, str]]:
    """COPY the entries, a page at a time (they are read over the same connection); returns (option, answer) of each."""
    written: list[tuple[int, str]] = []
    while page := list(islice(entries, PAGE)):
        with connection.cursor() as cursor, cursor.copy(_COPY) as copy:
            for entry in page:
                copy.write_row([getattr(entry, name) for name in _ATTRIBUTES])
        written += [(entry.option_id, entry.answer) for entry in page]
    return written
