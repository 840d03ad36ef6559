"""Begin an option in the browser, and give one up that was never published (CAT-03, CAT-15).

Three grounds: an entry of the basic catalogue, a copy of an option that is handled already, an option of an imported
list that is configured to the bottom. Each ends in a draft of the editor; nothing is public before it is reviewed and
published (``editing``, ``services.publish``). Both acts are events of the beginning (``item_beginning``).
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.db import IntegrityError, transaction

from tongban.ground import moment
from tongban.ground.errors import Conflict, NotFound, Refusal, Refusals
from tongban.ground.identifiers import half_width
from tongban.ground.ledger.chain import EventDraft
from tongban.ground.ledger.services import append
from tongban.ground.ledger.subjects import SubjectRef
from tongban.ground.policy import Principal, Target, allowed
from tongban.registry.catalog import blank, listings
from tongban.registry.catalog.blank import Basics
from tongban.registry.catalog.editing import option_to_edit
from tongban.registry.catalog.identity import LEVELS, WHOLE_CODE, Identity, require_basics, require_identity
from tongban.registry.catalog.imports import codes
from tongban.registry.catalog.models import Beginning, CatalogueEntry, HandlingOption, Item
from tongban.registry.catalog.regimes import regime_of
from tongban.registry.catalog.taxonomy import ITEM_TYPES
from tongban.registry.catalog.version import content_hash
from tongban.registry.parties.models import Department, Post, Region
from tongban.registry.parties.services import actor_of

SUBJECT = "item_beginning"
EDIT = "catalog.draft.edit"
MOST_OPTIONS = 99
_BLANKS = re.compile(r"\s+")
_OWN_ENTRY = ("name", "item_type")


class Known(Conflict):
    """What is to be begun is there already. ``slug`` leads to it; ``listed``: only in a list, begun by nobody."""

    def __init__(self, code: str, sentence: str, field: str, found: HandlingOption) -> None:
        self.slug, self.name = found.slug, found.name
        self.listed = found.standing == HandlingOption.Standing.LISTED and standing_beginning(found) is None
        remedy = "把清单里的这一项配置到底，不用另建" if self.listed else "打开它，在它的草稿上改"
        super().__init__(code, sentence, field, remedy)


@dataclass(frozen=True, slots=True)
class _Ground:
    """What the draft is made of: ``source`` is copied, or listed."""

    way: str
    source: HandlingOption | None = None


def begin(by: Principal, key: uuid.UUID, identity: Identity, basics: Basics) -> HandlingOption:
    """A new option under an entry of the catalogue.

    :param key: id of the beginning to be: a form that is sent twice begins once.
    :raises Known: the same option is there already. :raises Refusals: what was typed cannot be, each at its field.
    """
    return _once(key, lambda: _begin(by, key, identity, basics, _Ground(Beginning.Way.ENTRY)))


def begin_copy(by: Principal, key: uuid.UUID, slug: str, identity: Identity, basics: Basics) -> HandlingOption:
    """A new option whose draft is the copy of another one's (``blank.copied``). Raises as :func:`begin`.

    :param slug: of the option that is copied; one that the steward may edit.
    """

    def copied() -> HandlingOption:
        source = option_to_edit(by, slug)
        if not source.draft:
            raise Refusal("catalog.empty_source", "这个事项还没有配置，没有可以复制的", remedy="选一个已经发布的事项")
        return _begin(by, key, identity, basics, _Ground(Beginning.Way.COPY, source))

    return _once(key, copied)


def begin_listed(by: Principal, key: uuid.UUID, slug: str, basics: Basics) -> HandlingOption:
    """Configure an option of an imported list to the bottom. Its guide stays as it is until the draft is published.

    Codes, names, department and region are those of the list; ``basics.name`` and ``basics.slug`` count for nothing.

    :raises Refusal: it is handled here already. :raises Known: somebody has begun it.
    """
    return _once(key, lambda: _begin_listed(by, key, slug, basics))


def _begin_listed(by: Principal, key: uuid.UUID, slug: str, basics: Basics) -> HandlingOption:
    option = option_to_edit(by, slug)
    if option.retired_at is not None:
        raise NotFound("catalog.option", "这个事项已经移出清单")
    if option.standing != HandlingOption.Standing.LISTED:
        raise Known("catalog.known", f"「{option.name}」已经在本平台办理", "", option)
    basics = replace(basics, name=option.name, slug=option.slug)
    if wrong := require_basics(basics):
        raise Refusals(wrong)
    told = listings.from_json(option.listing)
    draft = blank.from_listing(told, basics, regime_of(basics.legal_regime, moment.today()))
    try:
        with transaction.atomic():
            _put(by, option, draft)
            _record(by, key, option, _Ground(Beginning.Way.LISTED))
    except IntegrityError as error:
        raise Known("catalog.known", f"「{option.name}」已经有人在配置", "", option) from error
    return _found(option)


def discard(by: Principal, slug: str, reason: str) -> None:
    """Give up an option that was begun and never published; its draft is kept with the beginning.

    One of a list stands in the list as before. Another one is gone: its address is free again.

    :raises Refusal: it was published, or no reason is given. :raises Conflict: it is being reviewed.
    :raises NotFound: nothing was begun here.
    """
    told = reason.replace("\x00", "").strip()[:300]
    if len(told) < 2:
        raise Refusal("catalog.discard_reason", "请写明为什么放弃", "reason")
    with transaction.atomic():
        option_to_edit(by, slug)
        option = HandlingOption.objects.select_for_update(of=("self",)).select_related("item__region").get(slug=slug)
        begun = standing_beginning(option)
        if begun is None:
            raise NotFound("catalog.no_beginning", "这个事项不是新建的，或已经放弃了")
        if option.versions.exists():
            raise Refusal("catalog.published", "这个事项已经发布过，不能放弃", remedy="要停办的，由发布岗取消")
        if option.draft_state == HandlingOption.DraftState.IN_REVIEW:
            raise Conflict("draft.in_review", "这份草稿正在审核，不能放弃", remedy="请审核人退回以后再放弃")
        _give_up(option, begun, told)
        body = {"option": option.code, "draft_hash": content_hash(option.draft), "reason": told}
        event = EventDraft("item_option.discarded", body)
        region = option.item.region.no
        append(SubjectRef(SUBJECT, begun.pk), [event], actor_of(by, "desk"), region_no=region)


def _give_up(option: HandlingOption, begun: Beginning, reason: str) -> None:
    begun.draft, begun.reason, begun.discarded_at = dict(option.draft), reason, moment.now()
    begun.save(update_fields=["draft", "reason", "discarded_at"])
    gone: dict[str, Any] = {}
    if begun.way != Beginning.Way.LISTED:
        address = codes.slugs(option.code)[1]
        gone = {"standing": HandlingOption.Standing.LISTED, "retired_at": begun.discarded_at, "slug": address}
    HandlingOption.objects.filter(pk=option.pk).update(
        draft={},
        draft_revision=option.draft_revision + 1,
        draft_state=HandlingOption.DraftState.EDITING,
        draft_edited_by=None,
        **gone,
    )


def standing_beginning(option: HandlingOption) -> Beginning | None:
    """The beginning of an option that was not given up; one query."""
    return option.beginnings.filter(discarded_at=None).first()


def _once(key: uuid.UUID, make: Callable[[], HandlingOption]) -> HandlingOption:
    """What this form begins. Of two sendings at the same time the later one waits, and gets what the first began."""
    if found := _begun(key):
        return found
    try:
        return make()
    except Conflict:
        if found := _begun(key):
            return found
        raise


def _begun(key: uuid.UUID) -> HandlingOption | None:
    """What this form has begun already."""
    found = Beginning.objects.select_related("option").filter(pk=key).first()
    return found.option if found else None


def _begin(by: Principal, key: uuid.UUID, identity: Identity, basics: Basics, ground: _Ground) -> HandlingOption:
    region = Region.objects.filter(pk=identity.region_id).first()
    if region is None or not allowed(by, EDIT, Target(region_no=region.no)):
        raise Refusal("catalog.region", "请选择您管理范围内的地区", "region")
    unit = Department.objects.select_related("region").filter(pk=identity.authority_id).first()
    problems = (*require_identity(identity, region, unit), *require_basics(basics))
    if problems or unit is None:
        raise Refusals(problems)
    try:
        with transaction.atomic():
            entry = _entry(identity)
            item = _item(identity, entry, unit, region)
            _refuse_known(unit, basics)
            option = _option(item, basics)
            _put(by, option, _draft(ground, basics, unit))
            _record(by, key, option, ground)
    except IntegrityError as error:
        raise Conflict("catalog.meanwhile", "刚刚有人新建了同样编码或网址名的事项", remedy="再试一次") from error
    return _found(option)


def _draft(ground: _Ground, basics: Basics, unit: Department) -> dict[str, Any]:
    if ground.source is None:
        return blank.empty(basics, regime_of(basics.legal_regime, moment.today()))
    posts = {(unit.short_name, name) for name in Post.objects.filter(department=unit).values_list("name", flat=True)}
    units = (ground.source.item.authority.short_name, unit.short_name)
    return blank.copied(ground.source.draft, basics, units, posts)


def _entry(identity: Identity) -> CatalogueEntry:
    """The entry of the basic catalogue: the one that stands, or a new one of local feature (CAT-03)."""
    found = CatalogueEntry.objects.select_for_update().filter(pk=identity.entry_code).first()
    if found is None and not identity.entry_name:
        raise Refusal("catalog.entry", "目录里没有这个基本编码", "entry_code", "搜索目录，或选“目录里没有的”新建一条")
    if found is None:
        new = {"name": identity.entry_name, "item_type": identity.item_type}
        return CatalogueEntry.objects.create(code=identity.entry_code, **new)
    new = {"name": identity.entry_name or found.name, "item_type": identity.item_type or found.item_type}
    if all(getattr(found, name) == new[name] for name in _OWN_ENTRY):
        return found
    standing = HandlingOption.objects.filter(item__entry=found, retired_at=None).first()
    if standing is not None:
        kind = ITEM_TYPES.get(found.item_type, found.item_type)
        sentence = f"基本编码 {found.code} 已经是「{found.name}」（{kind}）"
        raise Refusal("catalog.entry_taken", sentence, "entry_code", "在目录里找到它，从它新建；或换一个编码")
    CatalogueEntry.objects.filter(pk=found.pk).update(**new)
    found.refresh_from_db()
    return found


def _item(identity: Identity, entry: CatalogueEntry, unit: Department, region: Region) -> Item:
    """The item that the option belongs to: the one that stands, or a new one."""
    code = identity.item_code or f"{unit.uscc}{LEVELS[identity.level]}{entry.code}"
    if not WHOLE_CODE.match(code):
        lacks = "目录里的这一条还没有基本编码" if entry.code.startswith(codes.LOCAL) else f"{unit.name}还没有信用代码"
        sentence = f"{lacks}，实施编码拼不出来"
        raise Refusal("catalog.item_code", sentence, "item_code", "请写上级给的实施编码")
    values = {"entry": entry, "name": identity.item_name, "authority": unit, "region": region}
    found, made = Item.objects.select_for_update().get_or_create(code=code, defaults=values)
    if made or all(getattr(found, name) == value for name, value in values.items()):
        return found
    standing = found.options.filter(retired_at=None).first()
    if standing is not None:
        sentence = f"实施编码 {code} 已经是「{found.name}」（{found.authority.name}）"
        raise Known("catalog.known", sentence, "item_name", standing)
    for name, value in values.items():
        setattr(found, name, value)
    found.save()
    return found


def _refuse_known(unit: Department, basics: Basics) -> None:
    """The same name under the same authority, or the same address, is the same option."""
    rows = HandlingOption.objects.filter(item__authority=unit, retired_at=None).only("slug", "name", "standing")
    same = next((one for one in rows if plain_name(one.name) == plain_name(basics.name)), None)
    if same is not None:
        where = "的清单里已经有" if same.standing == HandlingOption.Standing.LISTED else "已经有"
        raise Known("catalog.known", f"{unit.name}{where}「{same.name}」", "name", same)
    if basics.slug and (taken := HandlingOption.objects.filter(slug=basics.slug).only("slug", "name").first()):
        raise Known("catalog.known", f"网址名 {basics.slug} 已经是「{taken.name}」的", "slug", taken)


def plain_name(name: str) -> str:
    """A name without blanks and with half-width signs, for comparing."""
    return _BLANKS.sub("", half_width(name)).replace("（", "(").replace("）", ")")


def _option(item: Item, basics: Basics) -> HandlingOption:
    """The next option of the item: its code is the item's with two digits more."""
    taken = set(HandlingOption.objects.filter(item=item).values_list("code", flat=True))
    code = next((c for n in range(1, MOST_OPTIONS + 1) if (c := f"{item.code}{n:02d}") not in taken), "")
    if not code:
        raise Refusal("catalog.too_many", f"「{item.name}」下面已经有 {MOST_OPTIONS} 个业务办理项", "name")
    slug = basics.slug or next(one for one in codes.slugs(code) if not HandlingOption.objects.filter(slug=one).exists())
    return HandlingOption.objects.create(item=item, code=code, slug=slug, name=basics.name, kind=basics.kind)


def _put(by: Principal, option: HandlingOption, draft: Mapping[str, Any]) -> None:
    HandlingOption.objects.filter(pk=option.pk).update(
        draft=dict(draft),
        draft_revision=option.draft_revision + 1,
        draft_state=HandlingOption.DraftState.EDITING,
        draft_edited_by=by.staff_id,
        draft_edited_at=moment.now(),
    )


def _record(by: Principal, key: uuid.UUID, option: HandlingOption, ground: _Ground) -> None:
    """A new option is begun; from here on its draft is edited as every other."""
    assert by.staff_id is not None  # the policy gives the permission to posts only
    Beginning.objects.create(
        id=key,
        option=option,
        way=ground.way,
        source=ground.source,
        begun_by=by.staff_id,
        begun_by_name=by.name,
        begun_at=moment.now(),
    )
    body = {"option": option.code, "way": ground.way, "source": ground.source.code if ground.source else ""}
    event = EventDraft("item_option.begun", body)
    append(SubjectRef(SUBJECT, key), [event], actor_of(by, "desk"), region_no=option.item.region.no)


def _found(option: HandlingOption) -> HandlingOption:
    option.refresh_from_db()
    return option
