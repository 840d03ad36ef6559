"""Writers of the parties: registration, accounts, staff and posts, sessions, and looking at masked data.

Every change of a person, organisation or account appends to its chain; bodies hold ids and codes, no personal values.
"""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

import pyotp
from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.password_validation import validate_password
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from tongban.ground import identifiers, moment
from tongban.ground.crypto import blind_index
from tongban.ground.errors import Conflict, NotFound, Refusal
from tongban.ground.ledger.chain import SYSTEM, Actor, EventDraft, UnfitBody
from tongban.ground.ledger.services import append
from tongban.ground.ledger.subjects import SubjectRef
from tongban.ground.policy import Principal, Target, allowed
from tongban.registry.parties import selectors
from tongban.registry.parties.models import (
    AccountSession,
    ApiClient,
    Department,
    Organisation,
    Person,
    Post,
    Region,
    Staff,
    StaffPost,
    UserAccount,
)

UNMASKABLE = ("id_number", "mobile", "address", "name")
_ADMINISTRATION = frozenset({"system_admin", "security_admin", "audit_admin"})
_SAME_ANSWER = "账号或密码不对"


@dataclass(frozen=True)
class NewStaff:
    """A staff member just made; the secret is told once, to be put into their authenticator."""

    staff: Staff
    totp_secret: str


@dataclass(frozen=True)
class NewClient:
    """A machine just registered; its secret is told once, only the hash is kept."""

    client: ApiClient
    secret: str


def actor_of(principal: Principal, channel: str = "", on_behalf_of: str = "") -> Actor:
    """The ledger's actor of a principal."""
    kind = {"person": "account", "staff": "staff", "api_client": "api_client"}.get(principal.kind, "system")
    return Actor(
        kind=kind,
        id=principal.actor_id,
        post_id=principal.post_id,
        role=min(principal.roles, default=""),
        on_behalf_of=on_behalf_of,
        channel=channel,
    )


def register_person(name: str, id_number: str, mobile: str = "", *, address: str = "", actor: Actor = SYSTEM) -> Person:
    """Register a person; one row per ID number (IDN-01).

    :raises Refusal: the number or the mobile is not right, or the name is empty.
    :raises Conflict: ``person.exists`` when the ID number is registered already.
    """
    parsed = identifiers.parse_id_number(id_number)
    clean = name.strip()
    if not clean:
        raise Refusal("person.name", "请填写姓名", field="name", remedy="按身份证上的写法填写")
    values = {"name": clean, "id_number": parsed.value, "address": address.strip()}
    if mobile:
        number = identifiers.parse_mobile(mobile)
        values |= {"mobile": number, "mobile_index": blind_index("mobile", number)}
    try:
        with transaction.atomic():
            person = Person.objects.create(id_number_index=blind_index("id_number", parsed.value), **values)
            append(SubjectRef("person", person.pk), [EventDraft("person.registered", {})], actor)
    except IntegrityError as error:
        raise Conflict(
            "person.exists",
            "这个身份证号已经登记过",
            field="id_number",
            remedy="请直接登录；换了手机号的，请到窗口更新",
        ) from error
    return person


def register_organisation(
    uscc: str, name: str, kind: str, legal_representative: Person, address: str = "", *, actor: Actor = SYSTEM
) -> Organisation:
    """Register an organisation; one row per credit code (IDN-04).

    :raises Refusal: the code is not right. :raises Conflict: ``organisation.exists``.
    """
    value = identifiers.parse_uscc(uscc)
    if kind not in Organisation.Kind.values or not name.strip():
        raise Refusal("organisation.kind", "请填写单位名称并选择单位类型", field="kind")
    try:
        with transaction.atomic():
            organisation = Organisation.objects.create(
                uscc=value, name=name.strip(), kind=kind, legal_representative=legal_representative, address=address
            )
            append(SubjectRef("organisation", organisation.pk), [EventDraft("organisation.registered", {})], actor)
    except IntegrityError as error:
        raise Conflict("organisation.exists", "这个统一社会信用代码已经登记过", field="uscc") from error
    return organisation


def open_account(
    person: Person,
    *,
    mobile: str,
    password: str | None = None,
    assurance_level: int = UserAccount.Assurance.PHONE,
    assurance_source: str = "",
    actor: Actor = SYSTEM,
) -> UserAccount:
    """Open the login of a person; one account per person and per mobile number.

    :raises Conflict: ``account.exists`` (the person has one) or ``account.mobile_taken``.
    """
    if UserAccount.objects.filter(person=person).exists():
        raise Conflict("account.exists", "这个身份证号已经开通过账号", field="id_number", remedy="请用原来的手机号登录")
    login = selectors.resident_login(mobile)
    if password is not None:
        _check_new_password(password)
    try:
        with transaction.atomic():
            account = UserAccount.objects.create(
                login=login,
                person=person,
                password=make_password(password),
                assurance_level=assurance_level,
                assurance_source=assurance_source,
                created_at=moment.now(),
            )
            body = {"assurance_level": int(assurance_level), "source": assurance_source}
            append(SubjectRef("account", account.pk), [EventDraft("account.opened", body)], actor)
    except IntegrityError as error:
        raise Conflict(
            "account.mobile_taken", "这个手机号已经用来登录另一个账号", field="mobile", remedy="请换一个手机号"
        ) from error
    return account


def add_staff(
    number: str,
    name: str,
    employer: Department,
    posts: Sequence[Post],
    *,
    password: str | None,
    since: date | None = None,
    actor: Actor = SYSTEM,
) -> NewStaff:
    """Make a staff member with account, second factor and posts.

    :param password: ``None``: none yet, nobody signs in with one until it is set.
    :raises Refusal: ``staff.three_administrators`` when the posts join two of system, security and audit
        administration, or an administration with business (三员分立, g6 line 10).
    """
    check_separation(posts)
    if password is not None:
        _check_new_password(password)
    secret = pyotp.random_base32()
    with transaction.atomic():
        account = UserAccount.objects.create(
            login=selectors.staff_login(number),
            password=make_password(password),
            assurance_level=UserAccount.Assurance.CHECKED,
            assurance_source="单位人事登记",
            second_factor=secret,
            created_at=moment.now(),
        )
        staff = Staff.objects.create(number=identifiers.tidy(number), name=name, employer=employer, account=account)
        StaffPost.objects.bulk_create(
            StaffPost(staff=staff, post=post, valid=DateRange(since or moment.today(), None)) for post in posts
        )
        body = {"staff": staff.pk, "posts": [post.pk for post in posts]}
        append(SubjectRef("account", account.pk), [EventDraft("account.opened", body)], actor)
    return NewStaff(staff, secret)


def add_department(name: str, short_name: str, uscc: str, region: Region) -> Department:
    """Make a department that a list of items names; its papers' word, phone and address are filled in later.

    :raises Conflict: ``department.exists`` when the credit code stands already.
    """
    try:
        with transaction.atomic():
            return Department.objects.create(
                name=name, short_name=short_name, uscc=uscc, region=region, document_word=""
            )
    except IntegrityError as error:
        raise Conflict("department.exists", "这个统一社会信用代码的部门已经有了", field="uscc") from error


def add_client(client_id: str, name: str, post: Post, scopes: Sequence[str], *, active: bool = True) -> NewClient:
    """Register a machine that acts for one post, never for more than its scopes (names of permissions).

    :param active: whether it gets tokens at once; else after :func:`switch_client`.
    :raises Conflict: ``client.exists``.
    """
    secret = secrets.token_urlsafe(32)
    try:
        with transaction.atomic():
            client = ApiClient.objects.create(
                client_id=client_id,
                secret_hash=make_password(secret),
                name=name,
                department_id=post.department_id,
                post=post,
                scopes=sorted(scopes),
                is_active=active,
            )
    except IntegrityError as error:
        raise Conflict("client.exists", "这个调用方编号已经登记过", field="client_id") from error
    return NewClient(client, secret)


def switch_client(client: ApiClient, *, active: bool) -> None:
    """Let a machine in, or shut it out at once: tokens of a client that is off mean nothing."""
    client.is_active = active
    client.save(update_fields=["is_active"])


def renew_client_secret(client: ApiClient) -> NewClient:
    """A new secret; the old one ends at once, tokens that were issued run out within the hour."""
    secret = secrets.token_urlsafe(32)
    client.secret_hash = make_password(secret)
    client.save(update_fields=["secret_hash"])
    return NewClient(client, secret)


def check_separation(posts: Sequence[Post]) -> None:
    """Raise ``staff.three_administrators`` when one person would hold powers that must stay apart (三员分立)."""
    roles = {role for post in posts for role in post.roles}
    administration = roles & _ADMINISTRATION
    if len(administration) > 1 or (administration and roles - _ADMINISTRATION):
        raise Refusal(
            "staff.three_administrators",
            "系统、安全、审计三种管理岗位不能由同一个人担任，也不能兼任业务岗位",
            field="posts",
            remedy="请由不同的人分别担任",
        )


def authenticate(login: str, password: str) -> UserAccount:
    """The account of a stored login and password; the answer and the time are the same for an unknown login.

    How often somebody may try is limited by the caller, per login and per address, for unknown logins too.

    :raises Refusal: ``sign_in.failed``.
    """
    account = selectors.account_by_login(login)
    if account is None or not account.has_usable_password():
        make_password(password)  # the same work as checking one
        raise _failed()
    if not check_password(password, account.password):
        UserAccount.objects.filter(pk=account.pk).update(failures=account.failures + 1)
        raise _failed()
    return account


def _failed() -> Refusal:
    return Refusal("sign_in.failed", _SAME_ANSWER, remedy="请检查后重新填写；忘记密码的，可以改用短信验证码登录")


def check_second_factor(account: UserAccount, code: str) -> int:
    """The time step that the one-time code belongs to, so that the caller can refuse its second use.

    :raises Refusal: ``second_factor.wrong``.
    """
    totp = pyotp.TOTP(account.second_factor)
    given = identifiers.tidy(code)
    step = int(moment.now().timestamp()) // totp.interval
    for candidate in (step, step - 1, step + 1):
        if given and account.second_factor and pyotp.utils.strings_equal(totp.at(candidate * totp.interval), given):
            return candidate
    raise Refusal("second_factor.wrong", "验证码不对或已过期", field="code", remedy="请填写验证器上正在显示的 6 位数字")


def set_password(account: UserAccount, password: str, *, actor: Actor) -> None:
    """Set a new password. :raises Refusal: ``password.weak`` with every reason."""
    _check_new_password(password)
    UserAccount.objects.filter(pk=account.pk).update(password=make_password(password), failures=0)
    append(SubjectRef("account", account.pk), [EventDraft("account.password_set", {})], actor)


def _check_new_password(password: str) -> None:
    if len(password) > 128:
        raise Refusal("password.weak", "密码太长，最多 128 个字符", field="password")
    try:
        validate_password(password)
    except ValidationError as error:
        raise Refusal(
            "password.weak",
            "这个密码太短或太常见，容易被猜到",
            field="password",
            remedy="至少 8 个字符，不要用生日、手机号或 12345678 这样的密码",
        ) from error


def record_sign_in(account: UserAccount, session_key: str, *, address: str | None, device: str, how: str) -> None:
    """Remember the new session and append ``account.signed_in``; ``how``: password, sms, second_factor, demo."""
    with transaction.atomic():
        AccountSession.objects.update_or_create(
            session_key=session_key,
            defaults={"account": account, "created_at": moment.now(), "address": address, "device": device[:200]},
        )
        UserAccount.objects.filter(pk=account.pk).update(last_login=moment.now(), failures=0)
        actor = Actor(kind="account", id=account.pk, channel="portal")
        append(SubjectRef("account", account.pk), [EventDraft("account.signed_in", {"how": how})], actor)


def rename_session(old_key: str, new_key: str) -> None:
    """The session got a new key (privilege change)."""
    AccountSession.objects.filter(session_key=old_key).update(session_key=new_key)


def end_sessions(account_id: uuid.UUID, *, except_key: str | None = None) -> int:
    """End the account's sessions everywhere (role change, lost device), but the one named. Returns how many."""
    own = AccountSession.objects.filter(account_id=account_id)
    if except_key:
        own = own.exclude(session_key=except_key)
    keys = list(own.values_list("session_key", flat=True))
    with transaction.atomic():
        ended, _ = Session.objects.filter(session_key__in=keys).delete()
        AccountSession.objects.filter(session_key__in=keys).delete()
    return ended


def end_session(account_id: uuid.UUID, handle: str) -> bool:
    """End one of the account's own sessions by its handle; False when there is no such one."""
    for key in AccountSession.objects.filter(account_id=account_id).values_list("session_key", flat=True):
        if selectors.session_handle(key) == handle:
            with transaction.atomic():
                Session.objects.filter(session_key=key).delete()
                AccountSession.objects.filter(session_key=key).delete()
            return True
    return False


def forget_ended_sessions() -> int:
    """Delete the entries of sessions that no longer exist. Returns how many."""
    gone, _ = AccountSession.objects.exclude(session_key__in=Session.objects.values("session_key")).delete()
    return gone


def set_posts(staff: Staff, posts: Sequence[Post], *, principal: Principal) -> None:
    """Give a staff member these posts from today; ends all their sessions (g6 line 4).

    :raises Refusal: not a system administrator, one's own posts, or separated powers joined.
    """
    if not allowed(principal, "parties.staff.configure", Target()):
        raise Refusal("staff.not_allowed", "您的岗位不能调整人员的岗位", remedy="请联系系统管理员")
    if principal.staff_id == staff.pk:
        raise Refusal("staff.own_posts", "不能给自己调整岗位", remedy="请由另一位系统管理员办理")
    check_separation(posts)
    today = moment.today()
    with transaction.atomic():
        StaffPost.objects.filter(staff=staff).exclude(post__in=posts).delete()
        held = set(StaffPost.objects.filter(staff=staff).values_list("post_id", flat=True))
        StaffPost.objects.bulk_create(
            StaffPost(staff=staff, post=post, valid=DateRange(today, None)) for post in posts if post.pk not in held
        )
        draft = EventDraft("account.posts_changed", {"posts": [post.pk for post in posts]})
        append(SubjectRef("account", staff.account_id), [draft], actor_of(principal, "desk"))
    end_sessions(staff.account_id)


def record_view(
    principal: Principal,
    person_ids: Sequence[uuid.UUID],
    *,
    case_id: uuid.UUID | None = None,
    purpose: str,
    what: str = "",
    heads: Mapping[uuid.UUID, tuple[int, bytes]] = MappingProxyType({}),
) -> None:
    """A staff member opened a page with these persons' (masked) data: one ``person.viewed`` for each.

    :param what: what was read besides a case, a key of ``selectors.SEEN``; empty: the data of the case.
    :param heads: ``seq`` and ``head`` of those persons that were read a moment ago.
    """
    body = {"case_id": case_id, "purpose": purpose} | ({"what": what} if what else {})
    for person_id in person_ids:
        draft, reader = EventDraft("person.viewed", body), actor_of(principal, "desk")
        append(SubjectRef("person", person_id), [draft], reader, seen=heads.get(person_id))


def unmask(
    principal: Principal, person_id: uuid.UUID, field: str, purpose: str, case_id: uuid.UUID, *, target: Target
) -> str:
    """The whole value of one masked field, for a purpose; exactly one ``person.unmasked`` event a view (g6 line 9).

    :param target: where the case lies and whose it is; the caller took it from the case.
    :raises NotFound: the case is not of this post, or the person does not exist.
    :raises Refusal: ``unmask.purpose`` or ``unmask.field``.
    """
    if not allowed(principal, "cases.person.unmask", target) or person_id not in target.person_ids:
        raise NotFound()
    if field not in UNMASKABLE:
        raise Refusal("unmask.field", "这一项不能显示", field="field")
    if len(purpose.strip()) < 2:
        raise Refusal("unmask.purpose", "请写明为什么要看完整的信息", field="purpose", remedy="例如：与身份证原件核对")
    person = selectors.person(person_id)
    body = {"field": field, "purpose": purpose.strip()[:200], "case_id": case_id}
    try:
        append(SubjectRef("person", person_id), [EventDraft("person.unmasked", body)], actor_of(principal, "desk"))
    except UnfitBody as error:
        raise Refusal("unmask.purpose", "原因里不要写身份证号或手机号", field="purpose") from error
    return str(getattr(person, field))
