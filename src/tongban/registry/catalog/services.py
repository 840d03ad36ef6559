"""The only writers of the catalogue: masters, items, drafts of options, and the one act of publishing."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import F

from tongban.ground import moment
from tongban.ground.documents.typesetting import template_kinds
from tongban.ground.elements import ElementDefinition
from tongban.ground.errors import Conflict, NotFound, Refusal, Refusals
from tongban.ground.ledger.chain import Actor, EventDraft
from tongban.ground.ledger.services import append
from tongban.ground.ledger.subjects import SubjectRef
from tongban.ground.policy import PERMISSIONS, Principal, Target, allowed
from tongban.registry.catalog import checks, editing, facets, papers, version
from tongban.registry.catalog.compile import assemble, compile_option, load_masters
from tongban.registry.catalog.dependencies import net_in_force
from tongban.registry.catalog.findings import Finding
from tongban.registry.catalog.models import (
    CatalogueEntry,
    CodeList,
    Element,
    HandlingOption,
    Item,
    ItemVersion,
    MaterialType,
)
from tongban.registry.catalog.version import VersionContent
from tongban.registry.licences.models import LicenceType
from tongban.registry.parties.models import Department, Post

PUBLISHED = "item_version.published"
SUPERSEDED = "item_version.superseded"
SUBJECT = "item_version"
UNCHECKED = "unchecked"
_EVERY_ROLE = frozenset(role for grants in PERMISSIONS.values() for role in grants)


@dataclass(frozen=True)
class ItemIdentity:
    """Codes and names of an item: basic catalogue (12 characters) and implementation list (31 characters)."""

    entry_code: str
    entry_name: str
    item_type: str
    item_code: str
    item_name: str


@dataclass(frozen=True)
class OptionIdentity:
    """Code, address and names of a handling option."""

    code: str
    slug: str
    name: str
    kind: str


def compile(option: HandlingOption) -> VersionContent:
    """The compiled content of an option's present draft; ``Refusals`` tells everything that cannot be resolved."""
    return compile_option(option, load_masters())


def findings(content: VersionContent, on: date | None = None) -> tuple[Finding, ...]:
    """What must be mended before this content may be published, to bind from a day on (today when left out)."""
    ids = {content.flow.acceptance_post_id, content.flow.decision_post_id, content.flow.delivery_post_id}
    ids |= {step.post_id for branch in content.flow.branches for step in branch.steps}
    ids |= {content.single_post.post_id} if content.single_post else set()
    ids |= {content.credit.check_post_id} if content.credit else set()
    unknown = {key: _EVERY_ROLE for key in ids if key < 0}  # told already: there is no such post
    world = checks.World(
        post_roles={**dict(Post.objects.filter(pk__in=ids).values_list("pk", "roles")), **unknown},
        issued_by_government=set(MaterialType.objects.filter(issued_by_government=True).values_list("name", flat=True)),
        licence_papers=dict(LicenceType.objects.filter(pk=content.result.licence_type).values_list("code", "template")),
        paper_kinds=template_kinds(),
        result_paper=papers.result_paper,
        net=net_in_force(on),
    )
    return checks.check(content, world)


def missing(option: HandlingOption) -> tuple[Finding, ...]:
    """Everything that stands between a draft and its publication, at once: what cannot be resolved, then the findings.

    An empty answer means that the draft may be published as far as it itself goes.
    """
    return sketch(option)[1]


def sketch(option: HandlingOption) -> tuple[VersionContent | None, tuple[Finding, ...]]:
    """A draft as far as it goes, with everything that is missing; no content when its structure is wrong.

    Content whose fields point at no element cannot be shown either.
    """
    masters = load_masters()
    try:
        content = assemble(option, masters)
    except Refusals as refusals:
        return None, tuple(_as_finding(one) for one in refusals.items)
    found = tuple(_as_finding(one) for one in masters.faults)
    if any(one.code == "catalog.element" for one in masters.faults):
        return None, found
    return content, (*found, *findings(content))


def _as_finding(refusal: Refusal) -> Finding:
    return Finding(refusal.field or "", refusal.sentence, refusal.remedy)


def publish(option_id: int, valid_from: date, publisher: Principal) -> ItemVersion:
    """Publish the draft of an option: one act, all channels (同源发布). The version never changes afterwards.

    :param valid_from: legal date from which it binds applications; the version before it ends there.
    :raises NotFound: no such option in the publisher's region.
    :raises Refusal: the draft was edited by a person and has not passed both reviews, or the publisher edited it.
    :raises Refusals: every finding with its place and remedy.
    :raises Conflict: nothing changed since the version in force, or another version begins on a later day.
    """
    with transaction.atomic():
        option = (
            HandlingOption.objects.select_for_update(of=("self",))
            .select_related("item__entry", "item__authority", "item__region")
            .filter(pk=option_id)
            .first()
        )
        if option is None or not allowed(publisher, "catalog.version.publish", Target(region_no=option.item.region.no)):
            raise NotFound
        round_ = editing.approved_round(option, publisher)
        content = compile(option)
        if found := findings(content, valid_from):
            raise Refusals(tuple(Refusal("catalog.finding", f.sentence, f.place, f.remedy) for f in found))
        row = _store(option, content, valid_from, publisher)
        if round_ is not None:
            editing.close_round(round_, row, publisher)
        return row


def _store(option: HandlingOption, content: VersionContent, valid_from: date, publisher: Principal) -> ItemVersion:
    """The draft becomes the next version, immutable from here on."""
    data = version.to_json(content)
    digest = version.content_hash(data)
    latest = ItemVersion.objects.filter(option=option).order_by("-number").first()
    if latest is not None:
        _supersede(latest, digest, valid_from, publisher, content.region_no)
    unchecked = [f"{b.instrument} {b.article}" for b in content.legal_basis if b.check == UNCHECKED]
    try:
        row = ItemVersion.objects.create(
            option=option,
            number=latest.number + 1 if latest else 1,
            state=ItemVersion.State.PUBLISHED,
            valid=DateRange(valid_from, None),
            content=data,
            content_hash=digest,
            basis_unchecked=unchecked,
            facets=facets.of_content(content),
            published_at=moment.now(),
            published_by=publisher.actor_id,
        )
    except IntegrityError as error:
        raise Conflict("catalog.overlap", "这段时间已经有另一版生效", remedy="换一个生效日期") from error
    body = {
        "option": option.code,
        "slug": option.slug,
        "number": row.number,
        "content_hash": digest,
        "valid_from": valid_from.isoformat(),
        "basis_unchecked": len(unchecked),
    }
    append(SubjectRef(SUBJECT, row.pk), [EventDraft(PUBLISHED, body)], _actor(publisher), region_no=content.region_no)
    take_over_listed(option.pk)
    row.refresh_from_db(fields=["seq", "head"])
    return row


def _supersede(latest: ItemVersion, digest: str, valid_from: date, publisher: Principal, region_no: int) -> None:
    """End the version before; one that begins later than the new one stands in the way."""
    lower = latest.valid.lower
    if latest.content_hash == digest and latest.state == ItemVersion.State.PUBLISHED:
        raise Conflict("catalog.unchanged", f"草稿和第 {latest.number} 版一样，没有要发布的改动")
    if lower is not None and lower > valid_from:
        raise Conflict(
            "catalog.overlap",
            f"第 {latest.number} 版从 {lower.isoformat()} 起生效，新版不能早于它",
            remedy="把生效日期改到那一天或以后",
        )
    latest.valid = DateRange(lower, valid_from) if lower != valid_from else DateRange(empty=True)
    latest.state = ItemVersion.State.SUPERSEDED
    latest.save(update_fields=["valid", "state"])
    event = EventDraft(SUPERSEDED, {"valid_until": valid_from.isoformat()})
    append(SubjectRef(SUBJECT, latest.pk), [event], _actor(publisher), region_no=region_no)


def _actor(principal: Principal) -> Actor:
    kind = {"staff": "staff", "api_client": "api_client", "system": "system"}.get(principal.kind, "account")
    return Actor(kind, principal.actor_id, principal.post_id, "item_publisher", channel="desk")


def put_masters(
    code_lists: Mapping[str, tuple[str, Sequence[tuple[str, str]], str]],
    elements: Iterable[ElementDefinition],
    materials: Iterable[tuple[str, str, bool]],
) -> None:
    """Create or renew masters. Published versions keep the definitions that they were published with.

    :param code_lists: code -> (name, [(code, words)], source).
    :param materials: (code, name, whether the government issues it).
    """
    with transaction.atomic():
        for code, (name, entries, source) in code_lists.items():
            values = {"name": name, "entries": [list(pair) for pair in entries], "source": source}
            CodeList.objects.update_or_create(code=code, defaults=values)
        for one in elements:
            Element.objects.update_or_create(path=one.path, defaults={"name": one.name, "definition": one.to_json()})
        for code, name, issued in materials:
            MaterialType.objects.update_or_create(code=code, defaults={"name": name, "issued_by_government": issued})


def put_option(
    item: ItemIdentity, option: OptionIdentity, authority: Department, draft: Mapping[str, Any]
) -> HandlingOption:
    """Create or renew an item and one of its options with its draft; nothing is published by it."""
    with transaction.atomic():
        entry, _ = CatalogueEntry.objects.update_or_create(
            code=item.entry_code, defaults={"name": item.entry_name, "item_type": item.item_type}
        )
        values = {"entry": entry, "name": item.item_name, "authority": authority, "region": authority.region}
        row, _ = Item.objects.update_or_create(code=item.item_code, defaults=values)
        identity = {"item": row, "slug": option.slug, "name": option.name, "kind": option.kind}
        found, _ = HandlingOption.objects.update_or_create(code=option.code, defaults=identity)
        if found.draft != draft:
            changed = {"draft": dict(draft), "draft_revision": F("draft_revision") + 1}
            HandlingOption.objects.filter(pk=found.pk).update(**changed)
        found.refresh_from_db()
    return found


def take_over_listed(option_id: int | None = None) -> int:
    """Listed options with a version in force today are handled here from now on; returns how many. Repeatable.

    A version that begins later leaves the entry of the list standing until then (daily job).
    """
    in_force = ItemVersion.objects.filter(valid__contains=moment.today(), state=ItemVersion.State.PUBLISHED)
    rows = HandlingOption.objects.filter(standing=HandlingOption.Standing.LISTED, versions__in=in_force)
    if option_id is not None:
        rows = rows.filter(pk=option_id)
    taken = HandlingOption.objects.filter(pk__in=rows.values("pk"))
    return taken.update(standing=HandlingOption.Standing.CONFIGURED, retired_at=None)


def fill_facets() -> int:
    """Work out the facets of versions that were published before they were kept; returns how many. Repeatable."""
    rows = ItemVersion.objects.filter(facets=None).only("id", "content")
    count = 0
    for row in rows.iterator(chunk_size=50):
        found = facets.of_content(version.from_json(row.content))
        count += ItemVersion.objects.filter(pk=row.pk, facets=None).update(facets=found)
    return count


def version_ref(version_id: uuid.UUID) -> SubjectRef:
    """The ledger's name of a version."""
    return SubjectRef(SUBJECT, version_id)
