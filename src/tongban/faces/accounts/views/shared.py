"""What the sign-in views share: where to go next, limits, rendering a form with its errors."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from tongban.faces.addresses import safe_path
from tongban.faces.fields import ErrorLink, FieldView, error_links
from tongban.faces.limits import Limit
from tongban.ground.errors import TongbanError

LOGIN_FAILURES = Limit("login_failures", 5, timedelta(minutes=15), "连续输错的次数太多，暂时不能用密码登录")
ADDRESS_FAILURES = Limit("address_failures", 50, timedelta(minutes=15), "这个网络上登录失败的次数太多")
CODE_FAILURES = Limit("code_failures", 10, timedelta(minutes=15), "验证码输错的次数太多")


def next_of(request: HttpRequest, default: str) -> str:
    """Where to go after signing in: ``next`` of the form or the address, only when it is a path of this site."""
    return safe_path(request.POST.get("next") or request.GET.get("next") or "", default)


def onward(request: HttpRequest, default: str) -> HttpResponse:
    """303 to the next page."""
    response = HttpResponseRedirect(next_of(request, default))
    response.status_code = 303
    return response


def form_page(
    request: HttpRequest,
    template: str,
    fields: tuple[FieldView, ...],
    *,
    error: TongbanError | None = None,
    **context: Any,
) -> HttpResponse:
    """The form, with 422 (or 429) and the error summary when there is an error."""
    errors = error_links(fields)
    if error is not None and not errors:
        errors = (ErrorLink("#main", error.sentence),)
    values = {"fields": fields, "errors": errors, "error": error, "next": next_of(request, ""), **context}
    return render(request, template, values, status=error.status if error else 200)


def message(error: TongbanError | None, *names: str) -> dict[str, str]:
    """The sentence under the field it concerns; an error of no known field stands at the first of ``names``."""
    if error is None:
        return {}
    place = error.field if error.field in names else names[0]
    words = error.sentence + (f"。{error.remedy}" if error.remedy else "")
    return {str(place): words}
