"""Elder mode and language: remembered in a cookie, set by a plain POST that returns to the same page."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_POST

from tongban.faces.access import public
from tongban.faces.addresses import safe_path
from tongban.faces.context import ELDER_COOKIE

_YEAR = 365 * 24 * 3600


@public
@require_POST
def set_elder(request: HttpRequest) -> HttpResponse:
    """``level`` 0, 1 or 2; anything else is 0."""
    level = request.POST.get("level", "0")
    response = HttpResponseRedirect(safe_path(request.POST.get("next", "/")))
    if level in {"1", "2"}:
        response.set_cookie(ELDER_COOKIE, level, max_age=_YEAR, samesite="Lax", secure=settings.HTTPS, httponly=True)
    else:
        response.delete_cookie(ELDER_COOKIE, samesite="Lax")
    return response


@public
@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """``language`` is one of ``settings.LANGUAGES``; anything else is the default."""
    known = {code for code, _ in settings.LANGUAGES}
    language = request.POST.get("language", "")
    response = HttpResponseRedirect(safe_path(request.POST.get("next", "/")))
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language if language in known else settings.LANGUAGE_CODE,
        max_age=_YEAR,
        samesite="Lax",
        secure=settings.HTTPS,
    )
    return response
