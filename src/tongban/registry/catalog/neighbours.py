"""What stands beside an item: what must come before it, what it opens the way to, what people do at the same stage."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from tongban.ground import moment
from tongban.registry.catalog import version
from tongban.registry.catalog.directory import CONFIGURED, Entry, Filters, page
from tongban.registry.catalog.models import ItemVersion
from tongban.registry.catalog.selectors import IN_FORCE
from tongban.registry.catalog.version import VersionContent

MOST_BESIDE = 6
SHOWN_VERSIONS = 20
PUBLIC_PARTS = (
    "name", "plain", "audience", "conditions", "exclusions", "questions", "situations", "form", "materials",
    "acceptance_limit", "statutory_limit", "promised_limit", "delivery_limit", "correction_limit", "result", "fee",
    "fee_basis", "visits_required", "online_depth", "application_modes", "service_scope", "places", "commitment",
    "legal_basis", "case_type", "faq",
)  # fmt: skip
"""Parts of a version whose changes concern whoever applies; posts and inner checks are the house's own."""
_INNER = frozenset({"receipt_points", "review_points", "prefill", "check"})


@dataclass(frozen=True)
class Neighbour:
    """An item beside another: its address when it is known here (else empty), its name, and how they hang together.

    ``effect`` of what must come before: ``submit`` or ``decide`` (``version.Prerequisite``).
    """

    slug: str
    name: str
    effect: str = ""
    basis: str = ""


@dataclass(frozen=True)
class PublishedVersion:
    """One version as the public may read it, and what it changed against the one before."""

    number: int
    valid_from: date | None
    valid_until: date | None
    published_on: date
    content: VersionContent
    data: dict[str, object]
    """The public parts as JSON-safe data, for comparing."""


def _in_force() -> QuerySet[ItemVersion]:
    return ItemVersion.objects.filter(valid__contains=moment.today(), state__in=IN_FORCE)


def before(content: VersionContent) -> tuple[Neighbour, ...]:
    """What must have been granted first; one query when there is anything."""
    asked = content.prerequisites
    if not asked:
        return ()
    options = [one.code for one in asked if one.kind == "option"]
    licences = [one.code for one in asked if one.kind == "licence"]
    rows = _in_force().filter(Q(option__code__in=options) | Q(content__result__licence_type__in=licences))
    found: dict[str, str] = {}
    for slug, code, licence in rows.values_list("option__slug", "option__code", "content__result__licence_type"):
        found.setdefault(code, slug)
        found.setdefault(licence or "", slug)
    return tuple(Neighbour(found.get(one.code, ""), one.name, one.effect, one.basis) for one in asked)


def after(content: VersionContent) -> tuple[Neighbour, ...]:
    """Items that ask for this one first; one query."""
    rows = _in_force().filter(
        Q(content__prerequisites__contains=[{"code": content.option_code}])
        | Q(content__prerequisites__contains=[{"code": content.result.licence_type or "-", "kind": "licence"}])
    )
    return tuple(Neighbour(slug, name) for slug, name in rows.values_list("option__slug", "option__name")[:MOST_BESIDE])


def beside(content: VersionContent) -> tuple[Entry, ...]:
    """Items that can be done here at the same stage, else under the same theme; two queries at most."""
    filters = [Filters(stage=one, standing=CONFIGURED) for one in content.life_stages[:1]]
    filters += [Filters(theme=one, standing=CONFIGURED) for one in content.themes[:1]]
    known: dict[str, Entry] = {}
    for one in filters:
        for entry in page(one, size=MOST_BESIDE + 1).items:
            if entry.slug != content.slug:
                known.setdefault(entry.slug, entry)
    return tuple(known.values())[:MOST_BESIDE]


def public_versions(slug: str) -> tuple[PublishedVersion, ...]:
    """Versions of an option, newest first; one query."""
    rows = ItemVersion.objects.filter(option__slug=slug).order_by("-number")[:SHOWN_VERSIONS]
    return tuple(_published(row) for row in rows if not row.valid.isempty)


def _published(row: ItemVersion) -> PublishedVersion:
    data = {key: _outer(row.content.get(key)) for key in PUBLIC_PARTS}
    return PublishedVersion(
        row.number,
        row.valid.lower,
        row.valid.upper,
        moment.local(row.published_at).date(),
        version.from_json(row.content),
        data,
    )


def _outer(value: object) -> object:
    """The value without what only the house reads: rules of visibility, codes of posts, inner checks."""
    if isinstance(value, dict):
        return {key: _outer(inner) for key, inner in value.items() if key not in _INNER and key != "when"}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_outer(one) for one in value]
    return value
