"""The only writers of calendars: import a year, decide or revoke a local closure, set office hours."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from django.db import connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Max

from tongban.ground import calendar, moment
from tongban.ground.calendars import merging, reading, selectors
from tongban.ground.calendars.merging import Plan
from tongban.ground.calendars.models import CalendarVersion, LocalClosure, OfficeHours
from tongban.ground.errors import NotFound, Refusal
from tongban.ground.ledger.chain import SYSTEM, Actor, EventDraft
from tongban.ground.ledger.services import append
from tongban.ground.ledger.subjects import SubjectRef
from tongban.ground.policy import Principal, Target, allowed

SHIPPED = "shipped"
LONGEST_CLOSURE = 366


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import came to; ``version`` is None when nothing was written."""

    plan: Plan
    version: CalendarVersion | None


def adopt_shipped() -> CalendarVersion:
    """Store the shipped calendar as version 1 of an empty table, or as the next one after an upgrade of the house.

    A city that has imported a calendar of its own keeps it. Repeatable.
    """
    content = calendar.shipped()
    with transaction.atomic():
        newest = _newest()
        if newest and (newest.source != SHIPPED or newest.content_hash == calendar.hash_of(content)):
            return newest
        return _store(content, SHIPPED, SYSTEM, newest, tuple(int(year["year"]) for year in content["years"]))


def import_calendar(
    raw: bytes, *, source: str, actor: Actor = SYSTEM, notice: str = "", replace: bool = False, dry_run: bool = False
) -> Imported:
    """Lay the years of a file over the calendar in force and store the whole as a new version.

    Repeatable: the same content again writes nothing. Leaves ``calendar.imported``; open clocks follow it.

    :param replace: a confirmed year may change; without it that is refused.
    :raises Refusals: faults of the file by row and column; nothing was written.
    :raises Refusal: ``calendar.year_confirmed``.
    """
    years = reading.read(raw, notice)
    with transaction.atomic():
        base = adopt_shipped() if not dry_run else _newest()
        planned = merging.plan(base.content if base else calendar.shipped(), years)
        if planned.changed and not replace:
            raise _confirmed(planned)
        if planned.empty or dry_run:
            return Imported(planned, None)
        return Imported(planned, _store(planned.content, source, actor, base, planned.added + planned.changed))


def _confirmed(planned: Plan) -> Refusal:
    days = [one.words for one in planned.moved if one.day.year in planned.changed]
    told = "；".join(days[:5]) + ("等" if len(days) > 5 else "") if days else "只有通知的写法不同"
    years = "、".join(str(year) for year in planned.changed)
    return Refusal(
        "calendar.year_confirmed",
        f"{years} 年已经有确认的安排，文件里的不一样：{told}",
        remedy="核对国务院办公厅的通知，确实要改再加 --replace",
    )


def _newest() -> CalendarVersion | None:
    """The newest version; other imports wait until this transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE calendars_calendarversion IN SHARE ROW EXCLUSIVE MODE")
    return CalendarVersion.objects.order_by("-number").first()


def _store(
    content: dict[str, Any], source: str, actor: Actor, before: CalendarVersion | None, years: Sequence[int]
) -> CalendarVersion:
    """A notice becomes a new version of the calendar; the versions before stay as they are."""
    read = calendar.from_json(content)
    version = CalendarVersion.objects.create(
        number=before.number + 1 if before else 1,
        name=read.version,
        content=content,
        content_hash=calendar.hash_of(content),
        notices={str(year): list(numbers) for year, numbers in sorted(read.notices.items())},
        source=source[:200],
        imported_at=moment.now(),
        imported_by=actor.id,
    )
    body = {"number": version.number, "name": version.name, "hash": version.content_hash, "years": sorted(years)}
    append(SubjectRef("calendar", version.id), [EventDraft("calendar.imported", body)], actor)
    _forget()
    return version


def _forget() -> None:
    """This process sees what it wrote at once, and what the transaction really left when it is over."""
    selectors.forget()
    transaction.on_commit(selectors.forget)


@dataclass(frozen=True, slots=True)
class ClosureDraft:
    """What a decision about a place says; the place is ``[region_no, region_end_no]`` and its name for people."""

    region_no: int
    region_end_no: int
    place: str
    first: date
    last: date
    kind: str
    effect: str
    basis: str
    reason: str


def decide_closure(principal: Principal, draft: ClosureDraft) -> LocalClosure:
    """Decide that days of a place do not count, count although it is closed, or are worked later.

    Leaves ``local_closure.decided``; the open clocks of the place follow it.

    :raises Refusal: ``closure.*`` when the principal may not, or the decision lacks something.
    """
    decider = _require(principal, draft.region_no, draft.region_end_no)
    _check(draft)
    with transaction.atomic():
        closure = LocalClosure.objects.create(
            region_no=draft.region_no,
            region_end_no=draft.region_end_no,
            place=draft.place.strip(),
            first=draft.first,
            last=draft.last,
            kind=draft.kind,
            effect=draft.effect,
            basis=draft.basis.strip(),
            reason=draft.reason.strip(),
            decided_by=decider,
            decided_at=moment.now(),
            decided_no=_next_decision(),
        )
        body = {
            "region_no": draft.region_no,
            "region_end_no": draft.region_end_no,
            "first": draft.first,
            "last": draft.last,
            "kind": draft.kind,
            "effect": draft.effect,
            "number": closure.decided_no,
        }
        event = EventDraft("local_closure.decided", body)
        append(SubjectRef("local_closure", closure.id), [event], _actor(principal), region_no=draft.region_no)
        _forget()
    return closure


def revoke_closure(principal: Principal, closure_id: uuid.UUID, *, basis: str) -> LocalClosure:
    """Take a decision back: from now on its days are what they were. Leaves ``local_closure.revoked``.

    :raises NotFound: there is no such closure.
    :raises Refusal: ``closure.revoked`` when it was revoked before, ``closure.basis`` without a basis.
    """
    with transaction.atomic():
        closure = LocalClosure.objects.select_for_update().filter(id=closure_id).first()
        if closure is None:
            raise NotFound("closure.not_found", "没有找到这项停办决定")
        revoker = _require(principal, closure.region_no, closure.region_end_no)
        if closure.revoked_no is not None:
            raise Refusal("closure.revoked", "这项停办决定已经撤销过了", remedy="需要再停办时，请作新的决定")
        _require_words(basis, "basis")
        closure.revoked_by, closure.revoked_at = revoker, moment.now()
        closure.revoked_no, closure.revocation_basis = _next_decision(), basis.strip()
        closure.save(update_fields=["revoked_by", "revoked_at", "revoked_no", "revocation_basis"])
        event = EventDraft("local_closure.revoked", {"number": closure.revoked_no, "decided": closure.decided_no})
        append(SubjectRef("local_closure", closure.id), [event], _actor(principal), region_no=closure.region_no)
        _forget()
    return closure


def _require(principal: Principal, region_no: int, region_end_no: int) -> uuid.UUID:
    """Both ends of the place lie where the principal may decide; gives the staff member's id."""
    permitted = all(
        allowed(principal, "calendars.closure.decide", Target(region_no=no)) for no in (region_no, region_end_no)
    )
    if not permitted or principal.staff_id is None:
        raise Refusal("closure.not_allowed", "您当前的岗位不能决定这个地区的停办", remedy="请由该地区的大厅负责人决定")
    return principal.staff_id


def _actor(principal: Principal) -> Actor:
    role = min(principal.roles, default="")
    return Actor(kind="staff", id=principal.staff_id, post_id=principal.post_id, role=role, channel="desk")


def _check(draft: ClosureDraft) -> None:
    for name in ("basis", "reason"):
        _require_words(getattr(draft, name), name)
    if not 0 <= (draft.last - draft.first).days < LONGEST_CLOSURE or draft.region_end_no < draft.region_no:
        raise Refusal("closure.days", "停办的起止日期或地区不对", "last", "最后一日不早于第一日，一次不超过一年")
    if draft.kind not in LocalClosure.Kind or draft.effect not in LocalClosure.Effect or not draft.place.strip():
        raise Refusal("closure.kind", "请选择停办的情形和效力，并写明地点", "kind")
    if len(draft.place.strip()) > 100:
        raise Refusal("closure.place", "地点写得太长", "place", "请写在 100 个字以内")
    read = selectors.current()
    days = calendar.Closure(draft.first, draft.last, "make_up", "", "").days()
    if draft.effect == LocalClosure.Effect.MAKE_UP and (holiday := [day for day in days if read.public_holiday(day)]):
        raise Refusal(
            "closure.holiday", f"{holiday[0].isoformat()} 是法定放假日，不能安排补班", "first", "请改在周末补班"
        )


def _require_words(text: str, field: str) -> None:
    if not text.strip() or len(text.strip()) > 300:
        what = {"basis": "依据", "reason": "理由"}[field]
        raise Refusal(f"closure.{field}", f"请写明{what}", field, "写出文件名称或文号，不超过 300 个字")


def _next_decision() -> int:
    """The next number among all decisions; other decisions wait until this transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE calendars_localclosure IN SHARE ROW EXCLUSIVE MODE")
    last = LocalClosure.objects.aggregate(decided=Max("decided_no"), revoked=Max("revoked_no"))
    return max(last["decided"] or 0, last["revoked"] or 0) + 1


def set_office_hours(
    region_no: int,
    region_end_no: int,
    *,
    weekdays: Sequence[int],
    opens: time,
    closes: time,
    valid_from: date,
    basis: str,
    actor: Actor,
) -> OfficeHours:
    """From a day on the offices of a place keep these hours; hours for any of the weekdays end the day before.

    The weekdays that the older hours had beside them keep them. Leaves ``office_hours.ended`` and ``office_hours.set``.

    :raises Refusal: ``office_hours.*``.
    """
    days = sorted(set(weekdays))
    if not days or not set(days) <= set(range(1, 8)) or closes <= opens or region_end_no < region_no:
        raise Refusal("office_hours.shape", "星期或开关门的时间不对", "closes", "星期写 1 到 7，关门晚于开门")
    if not basis.strip():
        raise Refusal("office_hours.basis", "请写明办公时间的依据", "basis")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("LOCK TABLE calendars_officehours IN SHARE ROW EXCLUSIVE MODE")
        older = OfficeHours.objects.filter(region_no=region_no, region_end_no=region_end_no, weekdays__overlap=days)
        running = list(older.filter(valid__upper_inf=True) | older.filter(valid__endswith__gt=valid_from))
        if later := [row for row in running if row.valid.lower >= valid_from]:
            since = later[0].valid.lower
            raise Refusal("office_hours.later", f"从 {since} 起已有办公时间", "valid_from", "请选较晚的日期")
        for row in running:
            _end_hours(row, valid_from, days, actor)
        hours = _begin_hours(
            (region_no, region_end_no), days, opens, closes, DateRange(valid_from, None), basis.strip(), actor
        )
        _forget()
    return hours


def _begin_hours(
    place: tuple[int, int], days: list[int], opens: time, closes: time, valid: DateRange, basis: str, actor: Actor
) -> OfficeHours:
    """Office hours of a region begin, on the days of the week named."""
    hours = OfficeHours.objects.create(
        region_no=place[0], region_end_no=place[1], weekdays=days, opens=opens, closes=closes, valid=valid, basis=basis
    )
    told = {"weekdays": days, "opens": opens.isoformat(), "closes": closes.isoformat(), "valid_from": valid.lower}
    append(SubjectRef("office_hours", hours.id), [EventDraft("office_hours.set", told)], actor, region_no=place[0])
    return hours


def _end_hours(row: OfficeHours, day: date, weekdays: list[int], actor: Actor) -> None:
    """Older office hours end where newer ones begin; the days that the newer ones leave out go on."""
    until = row.valid.upper
    row.valid = DateRange(row.valid.lower, day)
    row.save(update_fields=["valid"])
    draft = EventDraft("office_hours.ended", {"valid_until": day})
    append(SubjectRef("office_hours", row.id), [draft], actor, region_no=row.region_no)
    if kept := sorted(set(row.weekdays) - set(weekdays)):
        place = (row.region_no, row.region_end_no)
        _begin_hours(place, kept, row.opens, row.closes, DateRange(day, until), row.basis, actor)
