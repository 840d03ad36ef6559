"""Staff sign in with number, password and a code of their authenticator; they act in one post at a time."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tongban.faces.access import public, staff
from tongban.faces.accounts import session
from tongban.faces.accounts.views.resident import authenticate
from tongban.faces.accounts.views.shared import form_page, message, next_of, onward
from tongban.faces.fields import FieldView
from tongban.faces.limits import Limit
from tongban.ground.errors import Refusal, TongbanError, TooMany
from tongban.ground.policy import Principal
from tongban.registry.parties import selectors, services
from tongban.registry.parties.models import UserAccount

SECOND_FACTOR_FAILURES = Limit("totp_failures", 5, timedelta(minutes=15), "第二步验证输错的次数太多")
_ONE_USE = Limit("totp_used", 1, timedelta(hours=1), "这个验证码已经用过")


@public
@require_http_methods(["GET", "POST"])
def sign_in_staff(request: HttpRequest) -> HttpResponse:
    """First step: staff number and password."""
    if request.method == "GET":
        return form_page(request, "accounts/staff.html", _fields())
    number = request.POST.get("number", "")
    try:
        account = authenticate(request, selectors.staff_login(number), request.POST.get("password", ""))
    except TongbanError as error:
        return form_page(
            request, "accounts/staff.html", _fields(number, message(error, "number")["number"]), error=error
        )
    session.wait_for_second_factor(request, account)
    address = next_of(request, "")
    query = f"?{urlencode({'next': address})}" if address else ""
    response = HttpResponseRedirect(f"{reverse('accounts:second_factor')}{query}")
    response.status_code = 303
    return response


@public
@require_http_methods(["GET", "POST"])
def second_factor(request: HttpRequest) -> HttpResponse:
    """Second step: the authenticator's code; each code is good once."""
    account = session.waiting_account(request)
    if request.method == "GET":
        return form_page(request, "accounts/second_factor.html", (_code_field(),))
    try:
        _check(account, request.POST.get("code", ""))
    except TongbanError as error:
        field = _code_field(message(error, "code")["code"])
        return form_page(request, "accounts/second_factor.html", (field,), error=error)
    session.start(request, account, how="second_factor", second_factor=True)
    return onward(request, reverse("desk:home"))


def _check(account: UserAccount, code: str) -> None:
    key = str(account.pk)
    SECOND_FACTOR_FAILURES.check(key)
    try:
        step = services.check_second_factor(account, code)
        _ONE_USE.spend(f"{key}:{step}")
    except (Refusal, TooMany):
        SECOND_FACTOR_FAILURES.note(key)
        raise


@staff()
@require_POST
def switch_post(request: HttpRequest) -> HttpResponse:
    """Act in another post that one holds; the session gets a new key."""
    current: Principal = request.principal  # type: ignore[attr-defined]
    account = selectors.account(current.account_id)
    wanted = request.POST.get("post", "")
    if not wanted.isdecimal():
        raise Refusal("principal.post", "请选择岗位")
    principal = selectors.principal_of(account, int(wanted))
    session.change(request, Principal(**{**principal.__dict__, "second_factor": current.second_factor}))
    return onward(request, reverse("desk:home"))


def _fields(number: str = "", error: str = "") -> tuple[FieldView, ...]:
    return (
        FieldView("number", _("工号"), value=number, error=error, autocomplete="username"),
        FieldView("password", _("密码"), kind="password", autocomplete="current-password"),
    )


def _code_field(error: str = "") -> FieldView:
    return FieldView(
        "code",
        _("验证器上的 6 位数字"),
        kind="one_time_code",
        error=error,
        hint=_("打开手机上的验证器应用查看"),
        autofocus=True,
    )
