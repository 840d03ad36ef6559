"""Readers of the parties: who somebody is, what they may act as, who saw their data."""

from __future__ import annotations

import json
import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.sessions.models import Session
from django.db import connection

from tongban.ground import identifiers, moment
from tongban.ground.crypto import blind_index
from tongban.ground.errors import NotFound, Refusal
from tongban.ground.paging import Page
from tongban.ground.policy import Principal
from tongban.registry.parties.models import (
    AccountSession,
    ApiClient,
    Department,
    Mandate,
    Organisation,
    Person,
    Post,
    Region,
    Staff,
    StaffPost,
    Substitution,
    UserAccount,
)

STAFF_PREFIX = "staff:"


@dataclass(frozen=True)
class Access:
    """One read of somebody's data: when, by which department and post, what, why, in which case."""

    id: str
    at: datetime
    department: str
    post: str
    what: str
    purpose: str
    case_id: uuid.UUID | None


@dataclass(frozen=True)
class SessionEntry:
    """One of the account's own sessions."""

    id: str
    created_at: datetime
    address: str
    device: str
    current: bool


def id_number_index(id_number: str) -> str:
    """Blind index of an ID number as typed; raises ``Refusal`` when the number is not right."""
    return blind_index("id_number", identifiers.parse_id_number(id_number).value)


def mobile_index(mobile: str) -> str:
    """Blind index of a mobile number as typed; raises ``Refusal`` when the number is not right."""
    return blind_index("mobile", identifiers.parse_mobile(mobile))


def person_by_id_number(id_number: str) -> Person | None:
    """The person with that ID number; raises ``Refusal`` when the number itself is not right."""
    return Person.objects.filter(id_number_index=id_number_index(id_number)).first()


def person(person_id: uuid.UUID) -> Person:
    """The person; raises ``NotFound``."""
    found = Person.objects.filter(pk=person_id).first()
    if found is None:
        raise NotFound("person.not_found", "没有找到这个人")
    return found


def organisation_by_uscc(uscc: str) -> Organisation | None:
    """The organisation with that credit code; raises ``Refusal`` when the code itself is not right."""
    value = identifiers.parse_uscc(uscc)
    return Organisation.objects.select_related("legal_representative").filter(uscc=value).first()


def organisation(organisation_id: uuid.UUID) -> Organisation:
    """The organisation with its legal representative; raises ``NotFound``."""
    found = Organisation.objects.select_related("legal_representative").filter(pk=organisation_id).first()
    if found is None:
        raise NotFound("organisation.not_found", "没有找到这个单位")
    return found


def account_by_login(login: str) -> UserAccount | None:
    """The active account of a stored login (blind index of a mobile, or ``staff:<number>``), with person and staff."""
    return (
        UserAccount.objects.select_related("person", "staff", "staff__employer")
        .filter(login=login, is_active=True)
        .first()
    )


def account(account_id: uuid.UUID | None) -> UserAccount:
    """The active account with its person; raises ``NotFound``."""
    found = None
    if account_id is not None:
        found = UserAccount.objects.select_related("person").filter(pk=account_id, is_active=True).first()
    if found is None:
        raise NotFound("account.not_found", "没有找到这个账号，可能已经停用")
    return found


def resident_login(mobile: str) -> str:
    """The stored login of a resident's mobile number."""
    return mobile_index(mobile)


def staff_login(number: str) -> str:
    """The stored login of a staff number."""
    return STAFF_PREFIX + identifiers.tidy(number)


def department_by_short_name(short_name: str) -> Department:
    """The department; raises ``NotFound``."""
    found = Department.objects.select_related("region").filter(short_name=short_name).first()
    if found is None:
        raise NotFound("department.not_found", f"没有找到部门“{short_name}”")
    return found


def principal_of(account: UserAccount, post_id: int | None = None) -> Principal:
    """What the account may act as now, for the session row: three queries at most besides the account itself.

    :param post_id: the post that staff want to act in; default the first that they hold today. A post where they stand
        in for somebody today counts as held.
    :raises Refusal: ``principal.post`` when they do not hold that post today.
    """
    staff = Staff.objects.select_related("employer").filter(account=account).first()
    if staff is not None:
        return _of_staff(account, staff, _posts_held([staff])[staff.pk], post_id)
    if account.person_id is None:
        raise Refusal("principal.nobody", "这个账号没有对应的人", remedy="请联系系统管理员")
    return _of_person(account)


def officers() -> dict[int, list[Principal]]:
    """Post -> everybody who was ever appointed to it and holds it today, by staff number; four queries in all."""
    everybody = {staff.pk: staff for staff in Staff.objects.select_related("employer", "account").order_by("number")}
    held = _posts_held(everybody.values())
    found: dict[int, list[Principal]] = defaultdict(list)
    for staff_id, post_id in StaffPost.objects.order_by("staff__number", "id").values_list("staff_id", "post_id"):
        if any(post.pk == post_id for post in held[staff_id]):
            staff = everybody[staff_id]
            found[post_id].append(_of_staff(staff.account, staff, held[staff_id], post_id))
    return dict(found)


def _of_staff(account: UserAccount, staff: Staff, held: Sequence[Post], post_id: int | None) -> Principal:
    acting = next((post for post in held if post.pk == post_id), None) if post_id else (held[0] if held else None)
    if post_id and acting is None:
        raise Refusal("principal.post", "您现在没有担任这个岗位", remedy="请重新选择岗位，或联系系统管理员")
    common = Principal(
        kind="staff",
        account_id=account.pk,
        staff_id=staff.pk,
        name=staff.name,
        posts=tuple((post.pk, post.name) for post in held),
        department_id=staff.employer_id,
        department_name=staff.employer.short_name,
        assurance_level=account.assurance_level,
    )
    if acting is None:
        return common
    values = {
        "post_id": acting.pk,
        "post_name": acting.name,
        "department_id": acting.department_id,
        "department_name": acting.department.short_name,
        "roles": frozenset(acting.roles),
        "region_no": acting.region.no,
        "region_end_no": acting.region.end_no,
    }
    return Principal(**{**common.__dict__, **values})


def _posts_held(staff: Collection[Staff]) -> Mapping[uuid.UUID, list[Post]]:
    """Of each: their own posts first, then those where they stand in for somebody today."""
    today = moment.today()
    own = StaffPost.objects.filter(staff__in=staff, valid__contains=today)
    stood_in = Substitution.objects.filter(substitute__in=staff, valid__contains=today)
    found: dict[uuid.UUID, dict[int, Post]] = defaultdict(dict)
    for rows, whose in ((own, "staff_id"), (stood_in, "substitute_id")):
        for row in rows.select_related("post__department", "post__region").order_by("pk"):
            found[getattr(row, whose)].setdefault(row.post_id, row.post)
    return defaultdict(list, {staff_id: list(posts.values()) for staff_id, posts in found.items()})


def _of_person(account: UserAccount) -> Principal:
    person = account.person
    if person is None:
        raise Refusal("principal.nobody", "这个账号没有对应的人", remedy="请联系系统管理员")
    led = list(Organisation.objects.filter(legal_representative=person).order_by("pk"))
    given = list(
        Mandate.objects.select_related("organisation", "principal_person")
        .filter(agent=person, valid__contains=moment.today(), revoked_at=None)
        .order_by("pk")
    )
    roles = {"applicant"} | ({"legal_representative"} if led else set()) | ({"agent"} if given else set())
    organisations = {o.pk: o.name for o in led} | {
        m.organisation.pk: m.organisation.name for m in given if m.organisation
    }
    persons = {m.principal_person.pk: m.principal_person.name for m in given if m.principal_person}
    return Principal(
        kind="person",
        account_id=account.pk,
        person_id=person.pk,
        name=person.name,
        roles=frozenset(roles),
        organisations=tuple(organisations.items()),
        persons=tuple(persons.items()),
        assurance_level=account.assurance_level,
    )


def principal_of_client(client: ApiClient) -> Principal:
    """What a machine may act as: the roles of its post, narrowed by its scopes; one query when the post is loaded."""
    post = client.post
    values: dict[str, Any] = {}
    if post is not None:
        values = {
            "post_id": post.pk,
            "post_name": post.name,
            "roles": frozenset(post.roles),
            "region_no": post.region.no,
            "region_end_no": post.region.end_no,
        }
    return Principal(
        kind="api_client",
        staff_id=client.pk,
        name=client.name,
        client_id=client.client_id,
        department_id=client.department_id,
        department_name=client.department.short_name,
        scopes=frozenset(client.scopes),
        second_factor=True,
        **values,
    )


def sessions_of(account_id: uuid.UUID, current_key: str | None) -> list[SessionEntry]:
    """The account's sessions that still live, newest first; the entry's id is the row's key, never shown to others."""
    own = list(AccountSession.objects.filter(account_id=account_id).order_by("-created_at")[:50])
    living = set(
        Session.objects.filter(
            session_key__in=[entry.session_key for entry in own], expire_date__gt=moment.now()
        ).values_list("session_key", flat=True)
    )
    return [
        SessionEntry(
            id=session_handle(entry.session_key),
            created_at=entry.created_at,
            address=entry.address or "",
            device=entry.device,
            current=entry.session_key == current_key,
        )
        for entry in own
        if entry.session_key in living
    ]


def session_handle(session_key: str) -> str:
    """A name of a session for forms: the key itself is a secret and never stands in a page."""
    return blind_index("session", session_key)[:32]


_READS = """
SELECT event.seq, event.id, event.recorded_at, department.name, post.name, event.kind, event.body
FROM ledger_event event
LEFT JOIN parties_post post ON post.id = event.post_id
LEFT JOIN parties_department department ON department.id = post.department_id
WHERE event.subject_id = %s AND event.subject_kind = 'person' AND event.kind = ANY(%s) AND event.seq < %s
ORDER BY event.seq DESC LIMIT %s
"""
_READ_KINDS = ["person.viewed", "person.unmasked"]
_WHAT = {"id_number": "身份证号码", "mobile": "手机号", "address": "住址", "name": "姓名"}
SEEN = {"credit": "信用记录"}
"""What else than a case may have been opened."""
_END = 2**31 - 1


def access_history(person_id: uuid.UUID, after: str | None = None, limit: int = 20) -> Page[Access]:
    """Who saw my data: every recorded read of this person's data, newest first, with purpose and case (g6 line 16)."""
    before = int(after) if after and after.isdecimal() else _END
    with connection.cursor() as cursor:
        cursor.execute(_READS, [person_id, _READ_KINDS, before, limit + 1])
        rows = cursor.fetchall()
    items = tuple(_access(row) for row in rows[:limit])
    return Page(items, str(rows[limit - 1][0]) if len(rows) > limit else "")


def _access(row: tuple[Any, ...]) -> Access:
    _, event_id, at, department, post, kind, body = row
    held: dict[str, Any] = json.loads(body) if isinstance(body, str) else body
    case_id = held.get("case_id")
    seen = SEEN.get(held.get("what", ""), "办件里的个人信息")
    what = seen if kind == "person.viewed" else f"完整的{_WHAT.get(held.get('field', ''), '信息')}"
    return Access(
        id=str(event_id),
        at=at,
        department=department or "系统",
        post=post or "",
        what=what,
        purpose=held.get("purpose", ""),
        case_id=uuid.UUID(case_id) if case_id else None,
    )


def city_no() -> int:
    """The number of the city of this house in the division tree; one query. Raises ``NotFound`` without one."""
    found = Region.objects.filter(level=Region.Level.CITY).order_by("no").values_list("no", flat=True).first()
    if found is None:
        raise NotFound("region.not_found", "还没有登记本市的行政区划")
    return found


def region_lineage(region_no: int) -> tuple[int, ...]:
    """Ids of the region at a number of the division tree and of its ancestors, the nearest first; one query."""
    around = Region.objects.filter(no__lte=region_no, end_no__gte=region_no)
    return tuple(around.order_by("-no", "end_no").values_list("id", flat=True))


def region_names(numbers: Iterable[int]) -> dict[int, str]:
    """Number of the division tree -> name; one query."""
    return dict(Region.objects.filter(no__in=set(numbers)).values_list("no", "name"))


def regions_within(first: int, last: int) -> tuple[Region, ...]:
    """The regions of an interval of the division tree, in its order; one query."""
    return tuple(Region.objects.filter(no__range=(first, last)).order_by("no"))


def departments_by_id(ids: Iterable[int]) -> tuple[Department, ...]:
    """Departments by their ids, by name; one query."""
    return tuple(Department.objects.filter(pk__in=list(ids)).order_by("name"))


def department_by_uscc(uscc: str) -> Department:
    """The department of a credit code with its region; one query. Raises ``NotFound``."""
    found = Department.objects.select_related("region").filter(uscc=uscc).first()
    if found is None:
        raise NotFound("department.not_found", "没有找到这个部门，可能网址抄错了")
    return found
