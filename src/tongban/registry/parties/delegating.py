"""Writers and readers of delegations: given by the head of the authority, published, dated, revocable (XRG-14, WIN-07).

Readers ask the table each time (one indexed query): a delegation that was revoked a moment ago gives no power any more.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date, timedelta

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Q, QuerySet

from tongban.ground import moment
from tongban.ground.errors import NotFound, Refusal
from tongban.ground.ledger.chain import EventDraft
from tongban.ground.ledger.services import append
from tongban.ground.ledger.subjects import SubjectRef
from tongban.ground.policy import Principal, Target, allowed
from tongban.registry.parties import delegation
from tongban.registry.parties.delegation import Terms
from tongban.registry.parties.models import Delegation, Department, Post
from tongban.registry.parties.ownership import owner_of
from tongban.registry.parties.services import actor_of

GIVEN, REVOKED = "delegation.given", "delegation.revoked"


def give(
    principal: Principal,
    kind: str,
    giver: Department,
    receiver: Department | Post,
    *,
    powers: Sequence[str],
    option_codes: Sequence[str] = (),
    first: date,
    until: date | None = None,
    instrument: str,
    published_on: date,
) -> Delegation:
    """Give powers over items (all of the giver's own when none is named) to a department or a post.

    :raises Refusal: ``delegation.not_allowed``, or what is wrong with the terms (``delegation.check``).
    """
    _require(principal, giver)
    post, department = (receiver, None) if isinstance(receiver, Post) else (None, receiver)
    department_id = receiver.department_id if isinstance(receiver, Post) else receiver.pk
    terms = Terms(
        kind,
        giver.pk,
        department_id,
        post is not None,
        tuple(option_codes),
        tuple(powers),
        first,
        until,
        instrument,
        published_on,
    )
    foreign = [code for code in option_codes if authority_of(code, first) != giver.pk]
    delegation.check(terms, foreign)
    with transaction.atomic():
        made = Delegation.objects.create(
            kind=kind,
            from_department=giver,
            to_department=department,
            to_post=post,
            option_codes=sorted(set(option_codes)),
            powers=sorted(set(powers)),
            valid=DateRange(first, until + timedelta(days=1) if until else None),
            instrument=instrument.strip(),
            published_on=published_on,
            decided_by=principal.actor_id,
        )
        body = {
            "kind": kind,
            "from": giver.pk,
            "to_department": made.to_department_id,
            "to_post": made.to_post_id,
            "options": made.option_codes,
            "powers": made.powers,
            "valid_from": first.isoformat(),
            "valid_until": until.isoformat() if until else None,
        }
        append(SubjectRef("delegation", made.pk), [EventDraft(GIVEN, body)], actor_of(principal, "desk"))
    return made


def revoke(principal: Principal, delegation_id: uuid.UUID, *, from_day: date | None = None) -> Delegation:
    """End a delegation: it gives no power from that day on (today when left out); what was done under it stays.

    :raises NotFound: no such delegation. :raises Refusal: not allowed, or it ends earlier already.
    """
    day = from_day or moment.today()
    with transaction.atomic():
        held = Delegation.objects.select_for_update(of=("self",)).select_related("from_department")
        found = held.filter(pk=delegation_id).first()
        if found is None:
            raise NotFound("delegation.not_found", "没有找到这份授权")
        _require(principal, found.from_department)
        lower, upper = found.valid.lower, found.valid.upper
        if day < moment.today() or found.valid.isempty or (upper is not None and upper <= day):
            raise Refusal("delegation.ended", "这份授权到那天已经失效，不能从过去的日期收回", field="from_day")
        found.valid = DateRange(lower, day) if lower < day else DateRange(empty=True)
        found.save(update_fields=["valid"])
        body = {"from_day": day.isoformat()}
        append(SubjectRef("delegation", found.pk), [EventDraft(REVOKED, body)], actor_of(principal, "desk"))
    return found


def _require(principal: Principal, giver: Department) -> None:
    target = Target(region_no=giver.region.no, department_ids=(giver.pk,))
    if not allowed(principal, "parties.delegation.decide", target):
        raise Refusal("delegation.not_allowed", "授权由实施机关的负责人决定", remedy="请交给本机关负责人办理")


# ---- readers -------------------------------------------------------------------------------------------------------


def _in_force(option_code: str, day: date, kinds: Sequence[str] = ()) -> QuerySet[Delegation]:
    """Delegations that speak of the item that day; those without codes speak of every item of the giver."""
    named = Delegation.objects.filter(valid__contains=day).filter(
        Q(option_codes__contains=[option_code]) | Q(option_codes=[])
    )
    return named.filter(kind__in=kinds) if kinds else named


def authority_of(option_code: str, day: date) -> int | None:
    """The department that exercises the power over an item: the catalogue's, unless it was transferred (art. 25)."""
    owner = owner_of(option_code)
    moved = _in_force(option_code, day, [delegation.TRANSFERRED]).filter(from_department_id=owner)
    receiver = moved.order_by("-valid").values_list("to_department_id", flat=True).first() if owner else None
    return receiver or owner


def powers_of(post_id: int, option_code: str, day: date) -> frozenset[str]:
    """What a post may do with an item that day: as a post of the authority, and by delegations in force.

    Powers given to a department hold for each of its posts; which of them does what, its roles and the flow decide.
    """
    post = Post.objects.filter(pk=post_id).values_list("department_id", flat=True).first()
    authority = authority_of(option_code, day)
    if post is None or authority is None:
        return frozenset()
    own = delegation.OF_THE_AUTHORITY if post == authority else frozenset()
    given = (
        _in_force(option_code, day)
        .exclude(kind=delegation.TRANSFERRED)
        .filter(from_department_id=authority)
        .filter(Q(to_post_id=post_id) | Q(to_department_id=post))
    )
    return own.union(*given.values_list("powers", flat=True))


def authorised(post_id: int, option_code: str, power: str, day: date) -> bool:
    """Whether a post may use a power over an item that day (see :func:`powers_of`)."""
    return power in powers_of(post_id, option_code, day)


def in_force(day: date | None = None, department_id: int | None = None) -> tuple[Delegation, ...]:
    """The public register of delegations: all in force that day, of one giving department when it is named."""
    rows = Delegation.objects.select_related("from_department", "to_department", "to_post__department")
    rows = rows.filter(valid__contains=day or moment.today())
    if department_id is not None:
        rows = rows.filter(from_department_id=department_id)
    return tuple(rows.order_by("from_department__name", "published_on", "pk"))
