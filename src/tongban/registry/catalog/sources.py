"""Readers for whoever begins an item: what it can be made from, and whose it may be. Each tells its queries."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from tongban.ground.errors import NotFound
from tongban.ground.policy import Principal, Target, allowed
from tongban.registry.catalog.models import CatalogueEntry, HandlingOption
from tongban.registry.parties.models import Department, Region

MOST = 20
MOST_CHOICES = 500
MOST_WORDS = 5
EDIT = "catalog.draft.edit"


@dataclass(frozen=True, slots=True)
class Sources:
    """What was found by some words; at most :data:`MOST` of each."""

    entries: tuple[CatalogueEntry, ...] = ()
    listed: tuple[HandlingOption, ...] = ()
    """Of imported lists, nobody has begun them yet."""
    configured: tuple[HandlingOption, ...] = ()
    """With a version: to copy from."""

    @property
    def empty(self) -> bool:
        """Nothing was found."""
        return not (self.entries or self.listed or self.configured)


def find(principal: Principal, words: str) -> Sources:
    """Entries of the basic catalogue, listed and configured options of the steward's region; three queries, or none.

    :param words: parts of a name or a code, divided by blanks; all must be there.
    """
    parts = words.replace("\x00", "").split()[:MOST_WORDS]
    if not parts:
        return Sources()
    entries = CatalogueEntry.objects.all()
    options = HandlingOption.objects.filter(
        retired_at=None, item__region__no__range=(principal.region_no, principal.region_end_no)
    )
    for part in parts:
        entries = entries.filter(Q(name__icontains=part) | Q(code__icontains=part))
        options = options.filter(Q(name__icontains=part) | Q(code__icontains=part))
    listed = options.filter(standing=HandlingOption.Standing.LISTED).exclude(
        pk__in=options.filter(beginnings__discarded_at=None, beginnings__isnull=False).values("pk")
    )
    ready = options.filter(versions__number=1)
    return Sources(tuple(entries.order_by("name", "code")[:MOST]), _first(listed), _first(ready))


def _first(rows: QuerySet[HandlingOption]) -> tuple[HandlingOption, ...]:
    found = rows.select_related("item__authority").defer("draft", "listing").order_by("name", "id")[:MOST]
    return tuple(found)


def entry(code: str) -> CatalogueEntry:
    """An entry of the basic catalogue; one query. Raises ``NotFound``."""
    found = CatalogueEntry.objects.filter(pk=code.replace("\x00", "")[:12]).first()
    if found is None:
        raise NotFound("catalog.entry", "目录里没有这一条")
    return found


def source(principal: Principal, slug: str) -> HandlingOption:
    """An option to copy or to configure; one query. :raises NotFound: none such in the steward's region."""
    rows = HandlingOption.objects.select_related("item__authority", "item__region", "item__entry")
    found = rows.filter(slug=slug, retired_at=None).first()
    if found is None or not allowed(principal, EDIT, Target(region_no=found.item.region.no)):
        raise NotFound("catalog.option", "没有找到这个事项，或不归您编辑")
    return found


def regions(principal: Principal) -> tuple[Region, ...]:
    """Regions for which the steward may begin items, the own one first; one query."""
    rows = Region.objects.filter(no__range=(principal.region_no, principal.region_end_no)).order_by("no")
    return tuple(rows[:MOST_CHOICES])


def departments(principal: Principal) -> tuple[Department, ...]:
    """Departments whose items the steward may begin: of the own region, of its parts and above it; one query."""
    inside = Q(region__no__range=(principal.region_no, principal.region_end_no))
    above = Q(region__no__lte=principal.region_no, region__end_no__gte=principal.region_no)
    rows = Department.objects.filter(inside | above).select_related("region").order_by("region__no", "name")
    return tuple(rows[:MOST_CHOICES])
