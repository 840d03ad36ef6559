"""Readers for stewards: words, what was asked and not found, the list of demands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import F, Max, Q, QuerySet, Sum

from tongban.ground import moment
from tongban.ground.errors import NotFound
from tongban.ground.paging import Page
from tongban.ground.policy import Principal
from tongban.insight.search import lexicon
from tongban.insight.search.models import SearchCount, SearchDemand, SearchWord
from tongban.insight.search.vocabulary import check_steward

PAGE_SIZE = 50
MOST_QUERIES = 50
MOST_DEMANDS = 200
DAYS = 30


@dataclass(frozen=True)
class AskedLine:
    """A query over some days. ``left``: answers were shown and none was opened."""

    query: str
    asked: int
    failed: int
    left: int
    shown: int
    newest: date
    demanded: bool
    """It stands on the list of demands."""


@dataclass(frozen=True)
class AskedTotals:
    """All queries of some days: how many were asked, failed, and left without opening an answer."""

    asked: int
    failed: int
    left: int


def words_page(
    principal: Principal, kind: str, text: str = "", state: str = "active", after: str = ""
) -> Page[SearchWord]:
    """Words of one kind, edited last first, those that hold ``text`` in the word or a meaning; one query."""
    check_steward(principal)
    rows = SearchWord.objects.filter(kind=kind if kind in lexicon.KINDS else lexicon.MEANS)
    if key := _read_key(after):
        rows = rows.filter(Q(edited_at__lt=key[0]) | Q(edited_at=key[0], pk__lt=key[1]))
    if state in SearchWord.State.values:
        rows = rows.filter(state=state)
    if text:
        rows = rows.extra(where=["(word LIKE %s OR array_to_string(means, ' ') LIKE %s)"], params=[_like(text)] * 2)
    found = tuple(rows.order_by("-edited_at", "-pk")[: PAGE_SIZE + 1])
    shown = found[:PAGE_SIZE]
    return Page(shown, f"{shown[-1].edited_at.isoformat()}_{shown[-1].pk}" if len(found) > PAGE_SIZE else "")


def _read_key(after: str) -> tuple[datetime, UUID] | None:
    """The key of :func:`words_page`; anything else begins at the first page."""
    at, _, pk = after.partition("_")
    try:
        return datetime.fromisoformat(at.replace(" ", "+")), UUID(pk)
    except ValueError:
        return None


def _like(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


def word(principal: Principal, word_id: UUID) -> SearchWord:
    """One word; ``NotFound`` when there is none."""
    check_steward(principal)
    found = SearchWord.objects.filter(pk=word_id).first()
    if found is None:
        raise NotFound("search.word", "没有找到这个词，可能已经被别人改动")
    return found


def failed_queries(principal: Principal, days: int = DAYS) -> tuple[AskedLine, ...]:
    """What was asked and not found, most often first; two queries."""
    check_steward(principal)
    return _lines(days, "failed")


def left_queries(principal: Principal, days: int = DAYS) -> tuple[AskedLine, ...]:
    """What was found and not opened, most often first; two queries."""
    check_steward(principal)
    return _lines(days, "left")


def totals(principal: Principal, days: int = DAYS) -> AskedTotals:
    """The sums over all queries of these days; one query."""
    check_steward(principal)
    found = _since(days).aggregate(asked=Sum("asked"), failed=Sum("failed"), clicked=Sum("clicked"))
    asked, failed, clicked = (found[name] or 0 for name in ("asked", "failed", "clicked"))
    return AskedTotals(asked, failed, max(0, asked - failed - clicked))


def _since(days: int) -> QuerySet[SearchCount]:
    return SearchCount.objects.filter(day__gt=moment.today() - timedelta(days=days))


def _lines(days: int, by: str) -> tuple[AskedLine, ...]:
    rows = (
        _since(days)
        .values("query")
        .annotate(
            all_asked=Sum("asked"),
            all_failed=Sum("failed"),
            all_left=Sum(F("asked") - F("failed") - F("clicked")),
            newest=Max("day"),
            most_shown=Max("shown"),
        )
        .filter(**{f"all_{by}__gt": 0})
        .order_by(f"-all_{by}", "query")[:MOST_QUERIES]
    )
    found = list(rows)
    known = _demanded([row["query"] for row in found])
    return tuple(
        AskedLine(
            row["query"],
            row["all_asked"],
            row["all_failed"],
            max(0, row["all_left"]),
            row["most_shown"],
            row["newest"],
            row["query"] in known,
        )
        for row in found
    )


def _demanded(queries: Sequence[str]) -> frozenset[str]:
    return frozenset(SearchDemand.objects.filter(words__in=queries).values_list("words", flat=True))


def demands(principal: Principal, state: str = "") -> tuple[SearchDemand, ...]:
    """The list of demands, open ones first, newest first; one query."""
    check_steward(principal)
    rows = SearchDemand.objects.select_related("owner")
    if state in SearchDemand.State.values:
        rows = rows.filter(state=state)
    order = {name: at for at, name in enumerate(SearchDemand.State.values)}
    return tuple(sorted(rows.order_by("-id")[:MOST_DEMANDS], key=lambda row: order[row.state]))


def demand(principal: Principal, demand_id: UUID) -> SearchDemand:
    """One demand with its owner; ``NotFound`` when there is none."""
    check_steward(principal)
    found = SearchDemand.objects.select_related("owner").filter(pk=demand_id).first()
    if found is None:
        raise NotFound("search.demand", "没有找到这条需求")
    return found
