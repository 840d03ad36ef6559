"""Residents sign in with mobile number and a code by short message, or with mobile number and password."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tongban.faces.access import public
from tongban.faces.accounts import codes, session
from tongban.faces.accounts.views.shared import (
    ADDRESS_FAILURES,
    CODE_FAILURES,
    LOGIN_FAILURES,
    form_page,
    message,
    next_of,
    onward,
)
from tongban.faces.context import Site, principal_of_request
from tongban.faces.fields import FieldView
from tongban.faces.limits import address_of
from tongban.ground import identifiers, masking
from tongban.ground.crypto import decrypt, encrypt
from tongban.ground.errors import Refusal, TongbanError, TooMany
from tongban.registry.parties import selectors, services
from tongban.registry.parties.models import UserAccount

_MOBILE = "sign_in_mobile"
HOME = "/"


def mobile_field(value: str = "", error: str = "", *, autofocus: bool = False) -> FieldView:
    """The mobile number, typed as people type it."""
    return FieldView(
        "mobile",
        _("手机号"),
        kind="mobile",
        value=value,
        error=error,
        autocomplete="tel",
        autofocus=autofocus,
    )


def code_field(error: str = "") -> FieldView:
    """The six digits of a short message."""
    return FieldView(
        "code", _("短信验证码"), kind="one_time_code", error=error, hint=_("6 位数字，10 分钟内有效"), max_length=12
    )


@public
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for a code. The answer is the same whether or not the number has an account (g6 line 3)."""
    if request.method == "GET" and principal_of_request(request).kind == "person":
        return onward(request, _home())
    if request.method == "GET":
        return form_page(request, "accounts/sign_in.html", (mobile_field(),), keeping=_keeping(request))
    typed = request.POST.get("mobile", "")
    try:
        mobile = identifiers.parse_mobile(typed)
        codes.allow(mobile, address_of(request))
    except TongbanError as error:
        field = mobile_field(typed, message(error, "mobile")["mobile"])
        return form_page(request, "accounts/sign_in.html", (field,), error=error, keeping=_keeping(request))
    if selectors.account_by_login(selectors.resident_login(mobile)) is not None:
        codes.send(mobile, "sign_in", Site().name)
    request.session[_MOBILE] = encrypt(mobile)
    return _to("accounts:sign_in_code", request)


@public
@require_http_methods(["GET", "POST"])
def sign_in_code(request: HttpRequest) -> HttpResponse:
    """Take the code and sign in."""
    held = request.session.get(_MOBILE)
    if not held:
        return _to("accounts:sign_in", request)
    mobile = decrypt(held)
    shown: dict[str, Any] = {"mobile": masking.mask_mobile(mobile), "again": "accounts:sign_in"}
    if request.method == "GET":
        return form_page(request, "accounts/code.html", (code_field(),), **shown)
    try:
        CODE_FAILURES.check(mobile)
        account = selectors.account_by_login(selectors.resident_login(mobile))
        codes.check(mobile, "sign_in", identifiers.tidy(request.POST.get("code", "")))
        if account is None:
            raise Refusal("code.wrong", "验证码不对或已过期", field="code")
    except TongbanError as error:
        if not isinstance(error, TooMany):
            CODE_FAILURES.note(mobile)
        return form_page(
            request, "accounts/code.html", (code_field(message(error, "code")["code"]),), error=error, **shown
        )
    session.start(request, account, how="sms")
    return onward(request, _home())


@public
@require_http_methods(["GET", "POST"])
def sign_in_password(request: HttpRequest) -> HttpResponse:
    """Mobile number and password. Unknown number and wrong password look the same, in words and in time."""
    if request.method == "GET":
        return form_page(request, "accounts/password_sign_in.html", _password_fields())
    typed = request.POST.get("mobile", "")
    try:
        login = selectors.resident_login(typed)
        account = authenticate(request, login, request.POST.get("password", ""))
    except TongbanError as error:
        fields = _password_fields(typed, message(error, "mobile", "password"))
        return form_page(request, "accounts/password_sign_in.html", fields, error=error)
    session.start(request, account, how="password")
    return onward(request, _home())


def authenticate(request: HttpRequest, login: str, password: str) -> UserAccount:
    """Check a password within the limits per login and per address; failures count for unknown logins too."""
    address = address_of(request)
    LOGIN_FAILURES.check(login)
    ADDRESS_FAILURES.check(address)
    try:
        return services.authenticate(login, password)
    except Refusal:
        LOGIN_FAILURES.note(login)
        ADDRESS_FAILURES.note(address)
        raise


def _password_fields(typed: str = "", errors: dict[str, str] | None = None) -> tuple[FieldView, ...]:
    found = errors or {}
    return (
        mobile_field(typed, found.get("mobile", "")),
        FieldView(
            "password", _("密码"), kind="password", autocomplete="current-password", error=found.get("password", "")
        ),
    )


def _keeping(request: HttpRequest) -> bool:
    """Whether a form's answers are being kept for after the sign-in."""
    return "tongban_session" in request.COOKIES and "kept_post" in request.session


def _home() -> str:
    return reverse("portal:my")


def _to(name: str, request: HttpRequest) -> HttpResponse:
    address = reverse(name)
    onward_to = next_of(request, "")
    response = HttpResponseRedirect(f"{address}?{urlencode({'next': onward_to})}" if onward_to else address)
    response.status_code = 303
    return response
