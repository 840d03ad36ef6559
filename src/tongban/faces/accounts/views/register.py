"""Registration: name, ID number and mobile; a code proves the mobile; one account per ID number (IDN-01)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tongban.faces.access import public
from tongban.faces.accounts import codes, session
from tongban.faces.accounts.views.resident import code_field, mobile_field
from tongban.faces.accounts.views.shared import CODE_FAILURES, form_page, message, next_of, onward
from tongban.faces.context import Site
from tongban.faces.fields import FieldView
from tongban.faces.limits import address_of
from tongban.ground import identifiers, masking
from tongban.ground.crypto import decrypt, encrypt
from tongban.ground.errors import Conflict, Refusal, Refusals, TongbanError, TooMany
from tongban.registry.parties import selectors, services
from tongban.registry.parties.models import UserAccount

_HELD = "registering"
REGISTER = "人口登记信息比对"


@dataclass(frozen=True)
class Registration:
    """What somebody wants to register with."""

    name: str
    id_number: str
    mobile: str


@public
@require_http_methods(["GET", "POST"])
def register(request: HttpRequest) -> HttpResponse:
    """Take name, ID number and mobile; whether they are registered already is told only after the code."""
    if request.method == "GET":
        return form_page(request, "accounts/register.html", _fields({}, {}))
    typed = {key: request.POST.get(key, "") for key in ("name", "id_number", "mobile")}
    try:
        wanted = _parse(typed)
        codes.allow(wanted.mobile, address_of(request))
    except Refusals as error:
        found = {str(item.field): f"{item.sentence}。{item.remedy}" for item in error.items}
        return form_page(request, "accounts/register.html", _fields(typed, found), error=error)
    except TongbanError as error:
        fields = _fields(typed, message(error, "mobile", "name", "id_number"))
        return form_page(request, "accounts/register.html", fields, error=error)
    codes.send(wanted.mobile, "register", Site().name)
    request.session[_HELD] = encrypt(json.dumps([wanted.name, wanted.id_number, wanted.mobile], ensure_ascii=False))
    response = HttpResponseRedirect(f"{reverse('accounts:register_code')}{_query(request)}")
    response.status_code = 303
    return response


@public
@require_http_methods(["GET", "POST"])
def register_code(request: HttpRequest) -> HttpResponse:
    """The code, and optionally a password; then the account is opened and signed in."""
    held = request.session.get(_HELD)
    if not held:
        return HttpResponseRedirect(reverse("accounts:register"))
    wanted = Registration(*json.loads(decrypt(held)))
    shown: dict[str, Any] = {
        "mobile": masking.mask_mobile(wanted.mobile),
        "again": "accounts:register",
        "registering": True,
    }
    if request.method == "GET":
        return form_page(request, "accounts/code.html", _code_fields({}), **shown)
    try:
        CODE_FAILURES.check(wanted.mobile)
        _use_code(wanted.mobile, identifiers.tidy(request.POST.get("code", "")))
        account = _open(wanted, request.POST.get("password") or None)
    except Conflict as error:
        return form_page(request, "accounts/already.html", (), error=error, hint=_hint_of(wanted))
    except TongbanError as error:
        fields = _code_fields(message(error, "code", "password"))
        return form_page(request, "accounts/code.html", fields, error=error, **shown)
    session.start(request, account, how="sms")
    return onward(request, reverse("portal:my"))


def _use_code(mobile: str, code: str) -> None:
    try:
        codes.check(mobile, "register", code)
    except Refusal as error:
        if not isinstance(error, TooMany):
            CODE_FAILURES.note(mobile)
        raise


def _open(wanted: Registration, password: str | None) -> UserAccount:
    """A person known to the register gets level 2 when the name agrees; an unknown one is registered at level 1."""
    person = selectors.person_by_id_number(wanted.id_number)
    if person is None:
        person = services.register_person(wanted.name, wanted.id_number, wanted.mobile)
        return services.open_account(person, mobile=wanted.mobile, password=password)
    if person.name != wanted.name:
        raise Refusal(
            "register.name",
            "姓名和身份证号对不上",
            field="code",
            remedy="请回到上一步，按身份证检查姓名和号码；改过名的，请到窗口办理",
        )
    return services.open_account(
        person,
        mobile=wanted.mobile,
        password=password,
        assurance_level=UserAccount.Assurance.CHECKED,
        assurance_source=REGISTER,
    )


def _hint_of(wanted: Registration) -> str:
    """The masked mobile of the account that exists; told only to somebody who knows name and ID number."""
    person = selectors.person_by_id_number(wanted.id_number)
    return masking.mask_mobile(person.mobile) if person and person.name == wanted.name and person.mobile else ""


def _parse(typed: dict[str, str]) -> Registration:
    """Every fault at once. :raises Refusals:"""
    faults: list[Refusal] = []
    name = typed["name"].strip()
    if not 2 <= len(name) <= 50:
        faults.append(Refusal("person.name", "请填写姓名", field="name", remedy="按身份证上的写法填写"))
    values = {}
    for key, parse in (
        ("id_number", lambda text: identifiers.parse_id_number(text).value),
        ("mobile", identifiers.parse_mobile),
    ):
        try:
            values[key] = parse(typed[key])
        except Refusal as error:
            faults.append(Refusal(error.code, error.sentence, field=key, remedy=error.remedy))
    if faults:
        raise Refusals(tuple(faults))
    return Registration(name, values["id_number"], values["mobile"])


def _fields(typed: dict[str, str], errors: dict[str, str]) -> tuple[FieldView, ...]:
    return (
        FieldView("name", _("姓名"), value=typed.get("name", ""), error=errors.get("name", ""), autocomplete="name"),
        FieldView(
            "id_number",
            _("身份证号码"),
            kind="id_number",
            value=typed.get("id_number", ""),
            error=errors.get("id_number", ""),
        ),
        mobile_field(typed.get("mobile", ""), errors.get("mobile", "")),
    )


def _code_fields(errors: dict[str, str]) -> tuple[FieldView, ...]:
    return (
        code_field(errors.get("code", "")),
        FieldView(
            "password",
            _("设一个密码"),
            kind="password",
            optional=True,
            hint=_("不设也可以，以后用短信验证码登录。至少 8 个字符"),
            autocomplete="new-password",
            error=errors.get("password", ""),
        ),
    )


def _query(request: HttpRequest) -> str:
    address = next_of(request, "")
    return f"?{urlencode({'next': address})}" if address else ""
