"""Sessions: made at sign-in with a new key, holding the compiled principal; staff pass a second factor first."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from django.http import HttpRequest

from tongban.faces import kept
from tongban.faces.accounts.sessions import SessionStore
from tongban.faces.limits import address_of
from tongban.ground import moment
from tongban.ground.errors import Refusal, SignInNeeded
from tongban.ground.policy import Principal
from tongban.registry.parties import selectors, services
from tongban.registry.parties.models import AccountSession, UserAccount

_BROWSERS = (
    ("MicroMessenger", "微信"),
    ("Edg/", "Edge"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("Android", "安卓手机"),
    ("iPhone", "苹果手机"),
    ("Windows", "Windows 电脑"),
    ("Mac OS", "苹果电脑"),
    ("Linux", "Linux"),
)
PENDING = "pending_staff"
PENDING_LIFE = timedelta(minutes=5)


def start(request: HttpRequest, account: UserAccount, *, how: str, second_factor: bool = False) -> Principal:
    """Sign the account in: everything of the anonymous session is dropped but the fields kept for the same step."""
    found = selectors.principal_of(account)
    principal = Principal(**{**found.__dict__, "second_factor": second_factor})
    held = request.session.get(kept.KEY)
    request.session.flush()
    if held:
        request.session[kept.KEY] = held
    _write(request, principal)
    now = moment.now().isoformat()
    request.session["since"] = request.session["seen"] = now
    request.session.save()
    services.record_sign_in(
        account,
        str(request.session.session_key),
        address=address_of(request),
        device=device_name(request.headers.get("User-Agent", "")),
        how=how,
    )
    return principal


def _write(request: HttpRequest, principal: Principal) -> None:
    request.session["principal"] = principal.to_json()
    request.principal = principal  # type: ignore[attr-defined]


def of_today(principal: Principal) -> Principal:
    """What staff may act as on a new legal day: terms of office and substitutions (AB岗) begin and end by the day.

    The post stays while it is held; whoever holds it no more acts at the first one of their own.
    """
    account = selectors.account(principal.account_id)
    try:
        found = selectors.principal_of(account, principal.post_id)
    except Refusal:
        found = selectors.principal_of(account)
    return Principal(**{**found.__dict__, "second_factor": principal.second_factor})


def change(request: HttpRequest, principal: Principal) -> None:
    """Another post: the same session under a new key."""
    old = str(request.session.session_key)
    request.session.cycle_key()
    _write(request, principal)
    request.session.save()
    services.rename_session(old, str(request.session.session_key))


def renew(account_id: uuid.UUID) -> int:
    """Let every living session of an account know what it may act as now (a mandate given or ended); how many."""
    principal = selectors.principal_of(selectors.account(account_id))
    changed = 0
    for key in AccountSession.objects.filter(account_id=account_id).values_list("session_key", flat=True):
        store = SessionStore(session_key=key)
        held = store.get("principal")
        if held and held.get("kind") == "person":
            factor = {"second_factor": bool(held.get("second_factor"))}
            store["principal"] = Principal(**{**principal.__dict__, **factor}).to_json()
            store.save(must_create=False)
            changed += 1
    return changed


def wait_for_second_factor(request: HttpRequest, account: UserAccount) -> None:
    """The password was right; nobody is signed in yet."""
    request.session.cycle_key()
    request.session[PENDING] = {"account": str(account.pk), "at": moment.now().isoformat()}


def waiting_account(request: HttpRequest) -> UserAccount:
    """The account that waits for its second factor. :raises SignInNeeded: none, or longer than five minutes ago."""
    held = request.session.get(PENDING)
    account = None
    if held and moment.now() - datetime.fromisoformat(held["at"]) < PENDING_LIFE:
        account = UserAccount.objects.filter(pk=uuid.UUID(held["account"]), is_active=True).first()
    if account is None:
        raise SignInNeeded("staff_sign_in_needed", "请先填写工号和密码")
    return account


def device_name(user_agent: str) -> str:
    """Browser and kind of device in words, so that people recognise their own sessions."""
    browser = next((name for mark, name in _BROWSERS if mark in user_agent), "其他浏览器")
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), "")
    return f"{browser} · {system}" if system else browser
