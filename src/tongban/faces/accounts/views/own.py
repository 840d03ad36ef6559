"""One's own account: signing out, the list of sessions, the password."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tongban.faces.access import account
from tongban.faces.accounts.views.shared import form_page, message
from tongban.faces.fields import FieldView
from tongban.ground.errors import NotFound, TongbanError
from tongban.ground.policy import Principal
from tongban.registry.parties import selectors, services
from tongban.registry.parties.models import UserAccount


def _see_other(address: str) -> HttpResponse:
    response = HttpResponseRedirect(address)
    response.status_code = 303
    return response


def _own_account(request: HttpRequest) -> UserAccount:
    principal: Principal = request.principal  # type: ignore[attr-defined]
    return selectors.account(principal.account_id)


@account
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End this session."""
    principal: Principal = request.principal  # type: ignore[attr-defined]
    if principal.account_id:
        services.end_session(principal.account_id, selectors.session_handle(str(request.session.session_key)))
    request.session.flush()
    return _see_other("/")


@account
@require_http_methods(["GET", "POST"])
def sessions(request: HttpRequest) -> HttpResponse:
    """The account's sessions; one can be ended, or all others at once (g6 line 4)."""
    own = _own_account(request)
    key = str(request.session.session_key)
    if request.method == "POST":
        handle = request.POST.get("session", "")
        if handle == "others":
            services.end_sessions(own.pk, except_key=key)
        elif not services.end_session(own.pk, handle):
            raise NotFound("session.not_found", "这次登录已经结束了")
        return _see_other(reverse("accounts:sessions"))
    base = "base_desk.html" if request.principal.kind == "staff" else "base_public.html"  # type: ignore[attr-defined]
    entries = selectors.sessions_of(own.pk, key)
    return render(request, "accounts/sessions.html", {"sessions": entries, "base": base})


@account
@require_http_methods(["GET", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    """Set a new password; whoever has one must give it first. All other sessions end."""
    own = _own_account(request)
    base = "base_desk.html" if request.principal.kind == "staff" else "base_public.html"  # type: ignore[attr-defined]
    has_one = own.has_usable_password()
    if request.method == "GET":
        return form_page(request, "accounts/password.html", _fields(has_one), base=base)
    try:
        if has_one:
            services.authenticate(own.login, request.POST.get("password", ""))
        actor = services.actor_of(request.principal, "portal")  # type: ignore[attr-defined]
        services.set_password(own, request.POST.get("new_password", ""), actor=actor)
    except TongbanError as error:
        place = "new_password" if error.code == "password.weak" else "password"
        found = {place: message(error, place).get(place) or error.sentence}
        return form_page(request, "accounts/password.html", _fields(has_one, found), error=error, base=base)
    services.end_sessions(own.pk, except_key=str(request.session.session_key))
    return _see_other(reverse("accounts:sessions"))


def _fields(has_one: bool, errors: dict[str, str] | None = None) -> tuple[FieldView, ...]:
    found = errors or {}
    old = FieldView(
        "password", _("现在的密码"), kind="password", autocomplete="current-password", error=found.get("password", "")
    )
    new = FieldView(
        "new_password",
        _("新密码"),
        kind="password",
        hint=_("至少 8 个字符，可以是一句话"),
        autocomplete="new-password",
        error=found.get("new_password", ""),
    )
    return (old, new) if has_one else (new,)
