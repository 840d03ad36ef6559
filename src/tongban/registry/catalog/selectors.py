"""Readers of the catalogue. Published content is immutable, so each worker keeps it in a least-recently-used cache."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from tongban.ground import moment
from tongban.ground.errors import NotFound, Refusal
from tongban.ground.policy import Principal, Target, allowed, may_ever
from tongban.registry.catalog import version
from tongban.registry.catalog.models import Beginning, HandlingOption, ItemVersion
from tongban.registry.catalog.version import CommitmentRule, DeferralRule, VersionContent

CACHED_VERSIONS = 512
_STAMP = """
SELECT concat_ws(':', count(*), count(*) FILTER (WHERE state = 'published'), max(published_at),
    (SELECT concat_ws(':', count(*) FILTER (WHERE state = 'applied'), max(ended_at)) FROM catalog_catalogueimport
     WHERE state IN ('applied', 'undone')))
FROM catalog_itemversion
"""
IN_FORCE = (ItemVersion.State.PUBLISHED, ItemVersion.State.SUPERSEDED)


@dataclass(frozen=True)
class VersionLine:
    """One version in the steward's list."""

    id: uuid.UUID
    number: int
    state: str
    state_words: str
    valid_from: date | None
    valid_until: date | None
    published_at: datetime
    content_hash: str
    basis_unchecked: tuple[str, ...]


@dataclass(frozen=True)
class OptionLine:
    """One handling option in the steward's list, with its newest version."""

    id: int
    slug: str
    name: str
    authority: str
    draft_revision: int
    newest: VersionLine | None
    begun: str = ""
    """How it was begun in the browser, in words, while it has no version."""


@lru_cache(maxsize=CACHED_VERSIONS)
def content(version_id: uuid.UUID) -> VersionContent:
    """The compiled content of a version; it never changes, so no query when the worker has met it (shapes 4).

    Raises ``NotFound`` for an unknown id.
    """
    data = ItemVersion.objects.filter(pk=version_id).values_list("content", flat=True).first()
    if data is None:
        raise NotFound("catalog.version", "没有找到这一版办事指南")
    return version.from_json(data)


def version_in_force(option: str | int, on: date | None = None) -> tuple[uuid.UUID, VersionContent]:
    """The version that binds applications submitted on a day.

    :param option: slug or id of the handling option.
    :param on: legal date in Asia/Shanghai; today when left out.
    :raises NotFound: no such option, or nothing in force that day.
    :raises Refusal: the option is paused or withdrawn from the catalogue.
    """
    key = {"option__slug": option} if isinstance(option, str) else {"option_id": option}
    row = (
        ItemVersion.objects.filter(valid__contains=on or moment.today(), **key)
        .order_by("-number")
        .values_list("id", "state")
        .first()
    )
    if row is None:
        raise NotFound("catalog.option", "没有找到这个事项，或这一天还没有生效的版本")
    if row[1] not in IN_FORCE:
        raise Refusal("catalog.paused", "这个事项暂时不能申请", remedy="可以打 12345 问什么时候恢复")
    return row[0], content(row[0])


def _in_force(on: date) -> QuerySet[ItemVersion]:
    return ItemVersion.objects.filter(valid__contains=on, state__in=IN_FORCE).order_by(
        "option__item__code", "option_id"
    )


def guide_slugs(on: date | None = None) -> tuple[str, ...]:
    """Slugs of every option that can be applied for."""
    return tuple(_in_force(on or moment.today()).values_list("option__slug", flat=True))


def options_in_force(on: date | None = None) -> tuple[tuple[uuid.UUID, VersionContent], ...]:
    """Every option that can be applied for, with its content."""
    ids = _in_force(on or moment.today()).values_list("id", flat=True)
    return tuple((key, content(key)) for key in ids)


def option_names(on: date | None = None) -> tuple[tuple[str, str], ...]:
    """Code and name of every option that can be applied for, by name."""
    return tuple(sorted(((item.option_code, item.name) for _, item in options_in_force(on)), key=lambda pair: pair[1]))


def configured_options() -> tuple[tuple[int, str, str], ...]:
    """Id, slug and name of every option that the platform handles or handled, by name; one query."""
    rows = HandlingOption.objects.filter(standing=HandlingOption.Standing.CONFIGURED)
    return tuple(rows.order_by("name", "id").values_list("id", "slug", "name"))


def option_called(slug: str) -> HandlingOption | None:
    """The option of a slug with its authority, configured or listed, without its words; None when there is none."""
    rows = HandlingOption.objects.select_related("item__authority").defer("draft", "listing")
    return rows.filter(slug=slug, retired_at=None).first() if slug else None


def renewals(on: date | None = None) -> tuple[VersionContent, ...]:
    """Options that renew a licence (延续), in catalogue order."""
    return tuple(item for _, item in options_in_force(on) if item.kind == "renew" and item.result.licence_type)


def published_version(version_id: uuid.UUID) -> ItemVersion:
    """The row of a version with its option and item; ``NotFound`` when there is none."""
    found = ItemVersion.objects.select_related("option__item__authority").filter(pk=version_id).first()
    if found is None:
        raise NotFound("catalog.version", "没有找到这一版")
    return found


@lru_cache(maxsize=CACHED_VERSIONS)
def published_at(version_id: uuid.UUID) -> datetime | None:
    """When a version was published; it never changes. None for an unknown id."""
    return ItemVersion.objects.filter(pk=version_id).values_list("published_at", flat=True).first()


def _line(row: ItemVersion) -> VersionLine:
    span: Any = row.valid
    return VersionLine(
        row.id,
        row.number,
        row.state,
        row.get_state_display(),
        None if span.isempty else span.lower,
        None if span.isempty else span.upper,
        row.published_at,
        row.content_hash,
        tuple(row.basis_unchecked),
    )


def steward_options(principal: Principal) -> tuple[OptionLine, ...]:
    """Options of the steward's region with their newest version, those begun and never published first; two queries."""
    if not may_ever(principal, "catalog.version.view"):
        raise NotFound
    standing = Beginning.objects.filter(option=OuterRef("pk"), discarded_at=None)
    options = (
        HandlingOption.objects.filter(item__region__no__range=(principal.region_no, principal.region_end_no))
        .annotate(authority_name=F("item__authority__name"), way=Subquery(standing.values("way")[:1]))
        .filter(Q(standing=HandlingOption.Standing.CONFIGURED) | Q(way__isnull=False))
        .defer("draft", "listing")
        .order_by("item__code", "id")
    )
    newest = {row.option_id: _line(row) for row in ItemVersion.objects.defer("content").order_by("option_id", "number")}
    ways = dict(Beginning.Way.choices)
    lines = [
        OptionLine(
            o.pk,
            o.slug,
            o.name,
            o.authority_name,
            o.draft_revision,
            newest.get(o.pk),
            "" if o.pk in newest or not o.way else str(ways[o.way]),
        )
        for o in options
    ]
    return tuple(sorted(lines, key=lambda line: not line.begun))


def option_with_versions(principal: Principal, slug: str) -> tuple[HandlingOption, tuple[VersionLine, ...]]:
    """One option and all its versions, newest first; a foreign one answers ``NotFound``."""
    option = HandlingOption.objects.select_related("item__authority", "item__region").filter(slug=slug).first()
    seen = ("catalog.version.view", "catalog.draft.edit", "catalog.draft.review")
    if option is None or not any(allowed(principal, one, Target(region_no=option.item.region.no)) for one in seen):
        raise NotFound
    rows = ItemVersion.objects.filter(option=option).defer("content").order_by("-number")
    return option, tuple(_line(row) for row in rows)


def publication_stamp() -> str:
    """A short text that changes with every publication, pause, retirement, import and undo; one small query."""
    with connection.cursor() as cursor:
        cursor.execute(_STAMP)
        return str(cursor.fetchone()[0])


def in_force_or_none(option_id: int, on: date | None = None) -> tuple[uuid.UUID, VersionContent] | None:
    """The version of an option in force that day, or None."""
    key = _in_force(on or moment.today()).filter(option_id=option_id).values_list("id", flat=True).first()
    return None if key is None else (key, content(key))


def owner_of(option_code: str) -> int | None:
    """The department that stands in the catalogue as the authority of an option; None when there is no such one."""
    return HandlingOption.objects.filter(code=option_code).values_list("item__authority_id", flat=True).first()


@dataclass(frozen=True)
class DeferrableMaterial:
    """One row of the public list of materials that may follow (容缺受理清单, NTC-08)."""

    slug: str
    option: str
    authority: str
    code: str
    material: str
    rule: DeferralRule


@dataclass(frozen=True)
class CommitmentItem:
    """One row of the public list of commitment items (告知承诺制实施清单, NTC-12)."""

    slug: str
    option: str
    authority: str
    rule: CommitmentRule
    materials: tuple[str, ...]
    """Names of the materials that the promise replaces; empty when the whole is granted on it."""


def deferrable_materials(on: date | None = None) -> tuple[DeferrableMaterial, ...]:
    """Every material in force that may follow after acceptance; the same data decides at intake."""
    return tuple(
        DeferrableMaterial(item.slug, item.name, item.authority.name, one.code, one.name, one.deferral)
        for _, item in options_in_force(on)
        for one in item.materials
        if one.deferral is not None
    )


def commitment_items(on: date | None = None) -> tuple[CommitmentItem, ...]:
    """Every item in force that can be handled on a written promise."""
    return tuple(
        CommitmentItem(
            item.slug,
            item.name,
            item.authority.name,
            item.commitment,
            tuple(one.name for one in item.materials if one.code in item.commitment.materials),
        )
        for _, item in options_in_force(on)
        if item.commitment is not None
    )


def version_ids_of(slug: str) -> list[uuid.UUID]:
    """Every version that an option ever had; empty for an unknown slug."""
    return list(ItemVersion.objects.filter(option__slug=slug).values_list("id", flat=True))
