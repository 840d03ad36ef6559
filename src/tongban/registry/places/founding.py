"""The only writers of what a hall is: it is founded, described, renamed. All on the ledger.

The hall manager of the region does it (``places.hall.configure``); whoever may not is refused before anything is read.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from django.db import IntegrityError
from django.db.backends.postgresql.psycopg_any import DateRange

from tongban.ground import acts, moment
from tongban.ground.changes import Change, Insert, Outcome, Subject, Update
from tongban.ground.errors import Conflict, Refusal, Refusals
from tongban.ground.ids import uuid7
from tongban.ground.ledger.chain import EventDraft
from tongban.ground.policy import Principal
from tongban.registry.parties.models import Department, Region
from tongban.registry.parties.services import actor_of
from tongban.registry.places import rules
from tongban.registry.places.acting import at_hall, require_manager
from tongban.registry.places.models import Hall, HallName

NAME = "places.HallName"
_PHONE = re.compile(r"[0-9+() -]{5,30}$")
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*$")
RESERVED = frozenset({"new"})
"""Addresses of the desk behind which a hall's own would hide."""


@dataclass(frozen=True, slots=True)
class HallDraft:
    """What is written about a hall (HAL-06)."""

    slug: str
    kind: str
    name: str
    address: str
    phone: str
    bus_routes: tuple[str, ...] = ()
    directions: str = ""
    hours_text: str = ""
    area: int | None = None
    founded: str = ""
    plates: tuple[tuple[str, date], ...] = ()
    """Further names on the door, each with its first day."""
    parent_id: uuid.UUID | None = None
    department_id: int | None = None
    facilities: tuple[str, ...] = ()
    """Codes of ``Hall.Facility``."""


def record_hall(by: Principal, region: Region, draft: HallDraft, key: uuid.UUID | None = None) -> uuid.UUID:
    """A new hall.

    :param key: id of the hall to be: a form that is sent twice founds one.
    :raises Refusals: what is wrong, each at its field; also a name that breaks the rule of names (HAL-08).
    :raises Refusal: not this region's manager. :raises Conflict: the address or the name is taken.
    """
    require_manager(by, region.no)
    if key is not None and _recorded(key):
        return key
    try:
        return _record(by, region, draft, key)
    except Conflict:
        if key is not None and _recorded(key):  # the first of two sendings at the same time was faster
            return key
        raise


def _recorded(key: uuid.UUID) -> bool:
    return Hall.objects.filter(pk=key).exists()


def _record(by: Principal, region: Region, draft: HallDraft, key: uuid.UUID | None) -> uuid.UUID:
    """A new hall."""
    _require_hall(draft, region, None)
    now = moment.now()
    made, day = key or uuid7(now), moment.local(now).date()
    row = {"id": made, "region_id": region.pk, "region_no": region.no, **_described(draft)}
    row |= {"slug": draft.slug, "kind": draft.kind, "name": draft.name}
    named: list[Change] = [_named(made, draft.name, HallName.Kind.MAIN, day, "")]
    named += [_named(made, name, HallName.Kind.PLATE, since, "") for name, since in draft.plates]
    event = EventDraft("hall.recorded", {"slug": draft.slug, "kind": draft.kind})
    outcome = Outcome((event,), (Insert(rules.HALL, row), *named))
    try:
        acts.commit(Subject("hall", rules.HALL, made, 0, b"", region.no), outcome, actor_of(by, "desk"), now)
    except IntegrityError as error:
        raise _slug_taken(draft.slug) from error
    return made


def describe_hall(by: Principal, hall: uuid.UUID, draft: HallDraft) -> None:
    """What is written about a hall, from now on. Its name, kind and address on the web stay: they are other acts.

    :raises Refusals: what is wrong, each at its field.
    """

    def decide(row: Hall) -> Outcome:
        """What is written about a hall is changed; the event names what."""
        _require_hall(replace(draft, slug=row.slug, kind=row.kind, name=row.name), row.region, row)
        values = _described(draft)
        changed = sorted(name for name, value in values.items() if getattr(row, name) != value)
        if not changed:
            raise Refusal("hall.unchanged", "没有要保存的改动")
        return Outcome(
            (EventDraft("hall.described", {"changed": changed}),), (Update(rules.HALL, {"id": row.pk}, values),)
        )

    at_hall(by, hall, decide)


def _described(draft: HallDraft) -> dict[str, Any]:
    written = {name: value for name, value in asdict(draft).items() if name not in ("slug", "kind", "name", "plates")}
    return {**written, "bus_routes": list(draft.bus_routes), "facilities": list(draft.facilities)}


def _slug_taken(slug: str) -> Conflict:
    return Conflict("hall.slug", f"网址名 {slug} 已经有大厅在用", "slug", "换一个网址名")


def _require_hall(draft: HallDraft, region: Region, own: Hall | None) -> None:
    """Everything that is wrong with what is written about a hall; ``own``: the hall that it is about already."""
    if own is None and Hall.objects.filter(slug=draft.slug).exists():
        raise _slug_taken(draft.slug)
    standing = Hall.objects.filter(region=region, name=draft.name, merged_on=None, closed_on=None)
    if own is None and standing.exists():
        raise Conflict("hall.name_taken", f"{region.name}已经有“{draft.name}”", "name", "换一个名称，或打开它修改")
    wrong = tuple(_unfit_hall(draft, region, own))
    if wrong:
        raise Refusals(wrong) if len(wrong) > 1 else wrong[0]


def _unfit_hall(draft: HallDraft, region: Region, own: Hall | None) -> Iterator[Refusal]:
    slug_fits = bool(_SLUG.match(draft.slug)) and len(draft.slug) <= 40 and draft.slug not in RESERVED
    told = (
        ("slug", own is None and not slug_fits, "网址名用小写字母、数字和连字符，最多 40 个，不能是 new"),
        ("kind", draft.kind not in Hall.Kind.values, "请选择大厅类型"),
        ("name", not draft.name, "请写名称"),
        ("address", not draft.address.strip(), "请写地址"),
        ("phone", not _PHONE.match(draft.phone), "电话只写数字和连字符，例如 0500-8200199"),
        ("bus_routes", any(len(one) > 30 for one in draft.bus_routes), "一条公交线路最多 30 个字"),
        ("facilities", any(one not in Hall.Facility.values for one in draft.facilities), "请从清单里选无障碍设施"),
        ("area", draft.area is not None and not 1 <= draft.area <= 999_999, "面积写 1 到 999999 平方米"),
    )
    for field, wrong, sentence in told:
        if wrong:
            yield Refusal(f"hall.{field}", sentence, field=field)
    if own is None and draft.name and (naming := rules.naming_problem(draft.kind, draft.name)):
        yield Refusal("hall.naming", naming, field="name")
    if draft.department_id and not Department.objects.filter(pk=draft.department_id).exists():
        yield Refusal("hall.department", "没有找到这个管理单位", field="department_id")
    if draft.parent_id:
        yield from _unfit_parent(draft.parent_id, region, own)


def _unfit_parent(parent: uuid.UUID, region: Region, own: Hall | None) -> Iterator[Refusal]:
    """A hall belongs to one that works, of its region or of one above, and never to itself or to one below it."""
    found = Hall.objects.select_related("region").filter(pk=parent, merged_on=None, closed_on=None).first()
    if found is None or not found.region.no <= region.no <= found.region.end_no:
        yield Refusal("hall.parent", "上级大厅要选本地区或上级地区还在办公的", field="parent_id")
        return
    above: Hall | None = found
    while own is not None and above is not None:
        if above.pk == own.pk:
            yield Refusal("hall.parent", "大厅不能归自己或自己下面的大厅管", field="parent_id")
            return
        above = above.parent


def _named(hall: uuid.UUID, name: str, kind: str, since: date, basis: str) -> Insert:
    return Insert(NAME, {"hall_id": hall, "name": name, "kind": kind, "valid": DateRange(since, None), "basis": basis})


def rename_hall(by: Principal, hall: uuid.UUID, name: str, basis: str) -> None:
    """From today on the door says ``name``; the former name stays in the history and is still found."""

    def decide(row: Hall) -> Outcome:
        """The hall has another name from today on."""
        _require_name(row.kind, name)
        if not basis:
            raise Refusal("hall.basis", "请写明更名的依据", field="basis")
        if name == row.name:
            raise Refusal("hall.same_name", "名称没有变", field="name")
        today = moment.today()
        ended = HallName.objects.filter(hall=row, kind=HallName.Kind.MAIN, valid__upper_inf=True).first()
        changes: list[Change] = [Update(rules.HALL, {"id": row.pk}, {"name": name})]
        if ended is not None:
            changes.append(Update(NAME, {"id": ended.pk}, {"valid": DateRange(ended.valid.lower, today)}))
        changes.append(_named(row.pk, name, HallName.Kind.MAIN, today, basis))
        return Outcome((EventDraft("hall.renamed", {"basis": basis}),), tuple(changes))

    at_hall(by, hall, decide)


def _require_name(kind: str, name: str) -> None:
    if kind not in Hall.Kind.values:
        raise Refusal("hall.kind", "请选择大厅类型", field="kind")
    if not name:
        raise Refusal("hall.name", "请写名称", field="name")
    if wrong := rules.naming_problem(kind, name):
        raise Refusal("hall.naming", wrong, field="name")
