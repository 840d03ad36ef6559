"""The only writers of the search index."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from tongban.insight.search.indexing import vectors
from tongban.insight.search.models import SearchEntry
from tongban.registry.catalog import selectors
from tongban.registry.catalog.models import ItemVersion
from tongban.registry.catalog.version import TimeLimit, VersionContent

UNITS = {
    "working_day": "个工作日",
    "calendar_day": "日",
    "hour": "小时",
    "minute": "分钟",
    "month": "个月",
    "year": "年",
}


def rebuild() -> int:
    """Make the whole index anew from the versions in force; returns the number of entries. Runs outside the web."""
    with transaction.atomic():
        SearchEntry.objects.all().delete()
        options = selectors.options_in_force()
        owners = dict(ItemVersion.objects.filter(pk__in=[key for key, _ in options]).values_list("pk", "option_id"))
        SearchEntry.objects.bulk_create([_entry(owners[key], key, content) for key, content in options])
    return len(options)


def renew(version_id: UUID) -> bool:
    """Index the option of a published version by its version in force today; False when nothing is in force yet."""
    option_id = ItemVersion.objects.values_list("option_id", flat=True).get(pk=version_id)
    with transaction.atomic():
        SearchEntry.objects.filter(option_id=option_id).delete()
        current = selectors.in_force_or_none(option_id)
        if current is None:
            return False
        SearchEntry.objects.bulk_create([_entry(option_id, *current)])
    return True


def _entry(option_id: int, version_id: UUID, content: VersionContent) -> SearchEntry:
    made = vectors(content)
    return SearchEntry(
        option_id=option_id,
        version_id=version_id,
        slug=content.slug,
        title=content.name,
        plain=content.plain,
        department=content.authority.name,
        time=limit_words(content.promised_limit),
        kind=content.kind,
        audience=list(content.audience),
        themes=list(content.themes),
        aliases=list(content.aliases),
        names=made.names,
        words=made.words,
    )


def limit_words(limit: TimeLimit) -> str:
    """``8 个工作日``, ``当场``."""
    return "当场" if limit.unit == "at_once" else f"{limit.n} {UNITS[limit.unit]}"
