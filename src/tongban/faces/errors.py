"""One mapper from the error family to an HTML page, an htmx partial, or RFC 9457 JSON."""

from __future__ import annotations

import sys
from typing import Any

from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from tongban.faces import kept
from tongban.faces.addresses import here
from tongban.faces.context import principal_of_request
from tongban.ground.errors import NotFound, Refusals, SignInNeeded, TongbanError, Unavailable

TITLES: dict[int, Promise | str] = {
    400: _("这个请求看不懂"),
    401: _("请先登录"),
    403: _("这个页面您不能打开"),
    404: _("没有找到这个页面"),
    409: _("内容已经变了"),
    413: _("文件太大"),
    422: _("还不能这样办"),
    429: _("操作太频繁"),
    500: _("没有办成，是我们的问题"),
    503: _("有一个系统暂时连不上"),
}


RETRY_SECONDS = 120
"""When a machine may ask again after a 503."""


class SystemFault(TongbanError):
    """Our own fault; nothing is known of what the person did wrong, because they did nothing wrong."""

    status = 500


class ErrorMiddleware:
    """Turns domain errors that a view let through into an answer."""

    def __init__(self, get_response: Any) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response: HttpResponse = self.get_response(request)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer for the family; anything else is a fault of ours and goes to :func:`server_error`."""
        if isinstance(exception, TongbanError):
            return respond(request, exception)
        if isinstance(exception, Http404):
            return respond(request, NotFound())
        return None


def problem(error: TongbanError, instance: str = "") -> dict[str, Any]:
    """RFC 9457 problem details of an error."""
    data: dict[str, Any] = {
        "type": f"urn:tongban:error:{error.code}",
        "title": error.sentence,
        "status": error.status,
        "code": error.code,
    }
    if error.remedy:
        data["detail"] = error.remedy
    if error.field:
        data["field"] = error.field
    if isinstance(error, Refusals):
        data["errors"] = [{"code": e.code, "field": e.field, "detail": e.sentence} for e in error.items]
    if instance:
        data["instance"] = instance
    return data


def respond(request: HttpRequest, error: TongbanError) -> HttpResponse:
    """The answer to ``error`` in the form that the caller understands; never holds a personal value."""
    if request.path.startswith("/api/"):
        return JsonResponse(
            problem(error, request.path),
            status=error.status,
            content_type="application/problem+json; charset=utf-8",
            json_dumps_params={"ensure_ascii": False},
        )
    if isinstance(error, SignInNeeded):
        return _to_sign_in(request, error)
    principal = principal_of_request(request)
    values = {
        "error": error,
        "title": _title(error),
        "items": error.items if isinstance(error, Refusals) else (),
        "base": "base_desk.html" if principal.kind == "staff" else "base_public.html",
    }
    partial = request.headers.get("HX-Request") == "true" and request.headers.get("HX-Boosted") != "true"
    response = render(request, "errors/partial.html" if partial else "errors/page.html", values, status=error.status)
    if isinstance(error, Unavailable):
        response["Retry-After"] = str(RETRY_SECONDS)
    return response


def _title(error: TongbanError) -> Promise | str:
    if error.code == "unavailable.maintenance":
        return _("网站正在维护")
    return TITLES.get(error.status, TITLES[400])


def _to_sign_in(request: HttpRequest, error: SignInNeeded) -> HttpResponse:
    """To the sign-in page and back to this step; what was posted is kept (shapes 10)."""
    kept.keep(request)
    name = {
        "staff_sign_in_needed": "accounts:sign_in_staff",
        "second_factor_needed": "accounts:second_factor",
    }.get(error.code, "accounts:sign_in")
    address = f"{reverse(name)}?{urlencode({'next': here(request)})}"
    if request.headers.get("HX-Request") == "true" or request.headers.get("X-Autosave"):
        response = HttpResponse(status=401)
        response["HX-Redirect"] = address
        return response
    return HttpResponseRedirect(address)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """handler400."""
    return respond(
        request, TongbanError("bad_request", "这个请求的内容或大小不对，没有处理", remedy="请回到上一页重试")
    )


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """handler403."""
    error = TongbanError("forbidden", "您没有打开这个页面的权限")
    error.status = 403
    return respond(request, error)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """handler404."""
    return respond(request, NotFound())


def server_error(request: HttpRequest) -> HttpResponse:
    """handler500: rendered without the database, because the database may be the fault (then it is a 503)."""
    request.principal = principal_of_request(request)  # type: ignore[attr-defined]
    if isinstance(sys.exc_info()[1], OperationalError):
        return respond(
            request, Unavailable("database", "数据库暂时连不上，刚才的操作没有保存", remedy="请过一分钟再试")
        )
    return respond(
        request,
        SystemFault(
            "system_fault",
            "刚才的操作没有完成，您填过并保存的内容还在",
            remedy="可以再试一次；急事请到窗口办理或拨打 12345",
        ),
    )
