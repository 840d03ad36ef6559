"""Middleware of all faces: security headers, request id, principal and default deny, origin guard."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from tongban.faces import access, errors
from tongban.faces.accounts import session
from tongban.ground import moment
from tongban.ground.errors import NotFound, Refusal, TongbanError
from tongban.ground.ids import uuid7
from tongban.ground.policy import ANONYMOUS, Principal, may_ever

Handler = Callable[[HttpRequest], HttpResponse]

CSP = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)
CSP_PDF = "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
PERMISSIONS_POLICY = "camera=(self), geolocation=(), microphone=(), payment=()"
LISTS = "/desk/imports/new/"
MOST_LIST_BYTES = 300 * 1024 * 1024
MOST_BYTES = 200 * 1024 * 1024
"""Ten files of 20 MB."""
AROUND_BYTES = 2 * 1024 * 1024
"""What a form adds around its files."""
STAFF_IDLE = timedelta(minutes=30)
ABSOLUTE = timedelta(hours=12)
_SEEN_EVERY = timedelta(seconds=60)
_SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
_REQUEST_ID = re.compile(r"[0-9A-Za-z-]{8,64}\Z")


class SecurityHeadersMiddleware:
    """Content-Security-Policy without inline code, and ``no-store`` on pages made for somebody (g6 lines 14 and 36)."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        pdf = response.get("Content-Type", "").startswith("application/pdf")
        response.setdefault("Content-Security-Policy", CSP_PDF if pdf else CSP)
        response.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        response.setdefault("X-Frame-Options", "DENY")
        principal = getattr(request, "principal", ANONYMOUS)
        if principal.signed_in or getattr(request, "personal", False):
            response.setdefault("Cache-Control", "no-store, private")
        return response


class RequestIdMiddleware:
    """Every request has an id: in the answer's header, on error pages, in the log."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-ID", "")
        identity = given if _REQUEST_ID.fullmatch(given) else str(uuid7())
        request.id = identity  # type: ignore[attr-defined]
        response = self.get_response(request)
        response["X-Request-ID"] = identity
        return response


class PrincipalMiddleware:
    """Sets ``request.principal`` from the session row (one query, none without a cookie) and guards every view."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.principal = self._principal(request)  # type: ignore[attr-defined]
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """Deny a view without a policy, and whoever the policy does not let in."""
        policy = access.policy_of(request.resolver_match, view)
        request.personal = policy is None or policy.kind not in {"public", "machine"}  # type: ignore[attr-defined]
        try:
            access.check(request.principal, policy)  # type: ignore[attr-defined]
        except TongbanError as error:
            return errors.respond(request, error)
        return None

    def _principal(self, request: HttpRequest) -> Principal:
        if settings.SESSION_COOKIE_NAME not in request.COOKIES:
            return ANONYMOUS
        data = request.session.get("principal")
        if not data:
            return ANONYMOUS
        principal = Principal.from_json(data)
        now = moment.now()
        since = datetime.fromisoformat(request.session.get("since") or now.isoformat())
        seen = datetime.fromisoformat(request.session.get("seen") or now.isoformat())
        if now - since > ABSOLUTE or (principal.kind == "staff" and now - seen > STAFF_IDLE):
            request.session.flush()
            return ANONYMOUS
        if principal.kind == "staff" and moment.local(seen).date() != moment.local(now).date():
            return self._compiled_anew(request, principal)
        if principal.kind == "staff" and now - seen > _SEEN_EVERY:
            request.session["seen"] = now.isoformat()
        return principal

    def _compiled_anew(self, request: HttpRequest, principal: Principal) -> Principal:
        """Posts of staff begin and end by the day: the first request of a new one reads them again."""
        try:
            found = session.of_today(principal)
        except NotFound:
            request.session.flush()
            return ANONYMOUS
        request.session["principal"] = found.to_json()
        request.session["seen"] = moment.now().isoformat()
        return found


class LanguageMiddleware:
    """Chinese, unless the person chose another language with the switch.

    The browser's own language is not asked: the texts of law are Chinese, and an address shows everybody one page.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response
        self.known = {code for code, _ in settings.LANGUAGES}

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        with translation.override(chosen if chosen in self.known else settings.LANGUAGE_CODE):
            response = self.get_response(request)
            response.setdefault("Content-Language", translation.get_language() or settings.LANGUAGE_CODE)
            return response


class OriginMiddleware:
    """Changes come from our own pages only: Sec-Fetch-Site, else Origin, must be this site (shapes 9, no form tokens).

    A browser always names at least the origin of a cross-site POST; a request that names neither is not from a browser
    that carries somebody's cookie against their will. The open API uses credentials of its own instead of cookies.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in _SAFE and not request.path.startswith("/api/") and not self._ours(request):
            refusal = access.Forbidden(
                "origin.foreign",
                "这次提交不是从本站页面发出的，没有保存",
                remedy="请回到本站的页面重新操作",
            )
            return errors.respond(request, refusal)
        return self.get_response(request)

    @staticmethod
    def _ours(request: HttpRequest) -> bool:
        site = request.headers.get("Sec-Fetch-Site")
        if site:
            return site == "same-origin"
        origin = request.headers.get("Origin")
        if not origin:
            return True
        return urlsplit(origin).netloc == request.get_host()


class BodySizeMiddleware:
    """A request that says it is larger than its address takes is refused before a byte of it is read (413).

    Everything but the import of lists takes what a form with its scans may weigh; a list is taken only from somebody
    who may import one.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        told = request.META.get("CONTENT_LENGTH") or "0"
        size, most = int(told) if told.isdigit() else 0, self._most(request)
        if size <= most + AROUND_BYTES:
            return self.get_response(request)
        refusal = Refusal(
            "body.too_large",
            f"上传的内容有 {size / 1024 / 1024:.0f} MB，这里最多收 {most // 1024 // 1024} MB，没有保存",
            remedy="减小文件，或分成几个文件上传",
        )
        refusal.status = 413
        return errors.respond(request, refusal)

    @staticmethod
    def _most(request: HttpRequest) -> int:
        if request.path == LISTS and may_ever(getattr(request, "principal", ANONYMOUS), "catalog.import.run"):
            return MOST_LIST_BYTES
        return MOST_BYTES


class PlainTextMiddleware:
    """No U+0000 reaches a view: PostgreSQL stores none, and no person types one. It is refused with a sentence."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if self._has_nul(request):
            refusal = Refusal(
                "text.unreadable",
                "地址或填写的内容里有看不见的特殊字符，没有保存",
                remedy="请删掉从别处粘贴来的特殊字符，重新填写",
            )
            return errors.respond(request, refusal)
        return self.get_response(request)

    @staticmethod
    def _has_nul(request: HttpRequest) -> bool:
        if "\x00" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            return True
        if request.method in _SAFE or request.path.startswith("/api/"):
            return False
        return any("\x00" in value for _, values in request.POST.lists() for value in values)
