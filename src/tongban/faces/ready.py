"""Ready pages: anonymous pages kept as bytes around the account fragment (shapes 9).

A page is made on first use after a publish and kept by path, language and elder level: two byte halves, and for people
who are not signed in the whole page with its gzip form and its ETag. Signed-in people get the same halves with their
own fragment, never stored. A worker asks at most every :data:`FRESH_SECONDS` whether something was published; between
two questions an anonymous page costs no query at all.
"""

from __future__ import annotations

import functools
import gzip
import hashlib
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.template.loader import render_to_string
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language

from tongban.faces.context import elder_level, principal_of_request
from tongban.ground import moment
from tongban.registry.catalog.selectors import publication_stamp

MARKER = "\u2063account\u2063"
"""Stands in the template where the account fragment goes; two invisible separators, never typed by anybody."""

FRESH_SECONDS = 2.0
MOST_PAGES = 600
ACCOUNT = "components/account.html"
VARY = ("Cookie", "Accept-Language", "Accept-Encoding")

View = Callable[..., HttpResponse]
Key = tuple[str, str, int]


@dataclass(frozen=True)
class Page:
    """One ready page: the halves, and the anonymous whole with its gzip form."""

    before: bytes
    after: bytes
    whole: bytes
    packed: bytes
    etag: str
    stamp: str


_pages: OrderedDict[Key, Page] = OrderedDict()
_lock = threading.Lock()
_stamp: tuple[float, str] = (-FRESH_SECONDS, "")


def clear() -> None:
    """Forget everything (tests, and after an import of templates)."""
    global _stamp
    with _lock:
        _pages.clear()
        _stamp = (-FRESH_SECONDS, "")


def current_stamp() -> str:
    """What the pages were made from: the newest publication and the legal day; asked for every few seconds."""
    global _stamp
    asked, stamp = _stamp
    if time.monotonic() - asked >= FRESH_SECONDS:
        stamp = f"{publication_stamp()}:{moment.today().isoformat()}"
        _stamp = (time.monotonic(), stamp)
    return stamp


def ready_page(view: View) -> View:
    """A view whose answer to a plain GET depends only on path, language, elder level and what is published.

    The view renders ``base_public.html`` with ``account_marker`` = :data:`MARKER` when ``request.ready`` is set.
    Requests with a query string are answered by the view itself.
    """

    @functools.wraps(view)
    def answer(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if request.method not in {"GET", "HEAD"} or request.META.get("QUERY_STRING"):
            return view(request, *args, **kwargs)
        key = (request.path, get_language() or settings.LANGUAGE_CODE, elder_level(request))
        page = _held(key) or _make(key, view, request, args, kwargs)
        return page if isinstance(page, HttpResponse) else _respond(request, page)

    return answer


def marker_of(request: HttpRequest) -> str:
    """The value of ``account_marker`` for the template: the marker while a ready page is being made, else empty."""
    return MARKER if getattr(request, "ready", False) else ""


def _held(key: Key) -> Page | None:
    stamp = current_stamp()
    with _lock:
        page = _pages.get(key)
        if page is None or page.stamp != stamp:
            return None
        _pages.move_to_end(key)
        return page


def _make(
    key: Key, view: View, request: HttpRequest, args: tuple[object, ...], kwargs: dict[str, object]
) -> Page | HttpResponse:
    stamp = current_stamp()
    request.ready = True  # type: ignore[attr-defined]
    response = view(request, *args, **kwargs)
    if response.status_code != 200:
        return response
    before, marker, after = response.content.partition(MARKER.encode())
    if not marker:
        raise ValueError(f"the page {key[0]} has no place for the account")
    anonymous = render_to_string(ACCOUNT, {}).encode()
    whole = before + anonymous + after
    etag = hashlib.sha256(whole).hexdigest()[:32]
    page = Page(before, after, whole, gzip.compress(whole, 9, mtime=0), etag, stamp)
    with _lock:
        _pages[key] = page
        while len(_pages) > MOST_PAGES:
            _pages.popitem(last=False)
    return page


def _respond(request: HttpRequest, page: Page) -> HttpResponse:
    if principal_of_request(request).signed_in:
        fragment = render_to_string(ACCOUNT, request=request).encode()
        response = HttpResponse(page.before + fragment + page.after)
        patch_vary_headers(response, VARY)
        return response
    packed = "gzip" in request.headers.get("Accept-Encoding", "")
    etag = f'"{page.etag}{"-gz" if packed else ""}"'
    response = (
        HttpResponseNotModified() if _matches(request, etag) else HttpResponse(page.packed if packed else page.whole)
    )
    if packed and response.status_code == 200:
        response["Content-Encoding"] = "gzip"
    response["ETag"] = etag
    response["Cache-Control"] = "no-cache"
    patch_vary_headers(response, VARY)
    return response


def _matches(request: HttpRequest, etag: str) -> bool:
    given = request.headers.get("If-None-Match", "")
    return etag in {part.strip().removeprefix("W/") for part in given.split(",")} or given.strip() == "*"
