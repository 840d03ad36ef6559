"""Ready pages: anonymous pages kept as bytes around the account fragment (shapes 9).

A page is made on first use after a publish and kept by path, language, elder level and kind of browser: the bytes
between the places of personal fragments, and for people who are not signed in the whole page with its gzip form and its
ETag. Signed-in people get the same bytes with their own fragments, never stored. A worker asks at most every
:data:`FRESH_SECONDS` whether something was published; between two questions an anonymous page costs no query at all.
"""

from __future__ import annotations

import functools
import gzip
import hashlib
import re
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.template.loader import render_to_string
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language

from tongban.faces.context import elder_level, in_wechat, principal_of_request
from tongban.ground import moment
from tongban.registry.articles.selectors import stamp as articles_stamp
from tongban.registry.catalog.selectors import publication_stamp
from tongban.registry.places.selectors import stamp as places_stamp

FRESH_SECONDS = 2.0
MOST_PAGES = 600
ACCOUNT, MINE = "account", "mine"
VARY = ("Cookie", "Accept-Language", "Accept-Encoding", "User-Agent")

View = Callable[..., HttpResponse]
Key = tuple[str, str, int, bool]
Values = Callable[[HttpRequest], dict[str, object]]
_SIGN = "\u2063"
_MARK = re.compile(f"{_SIGN}([a-z]+){_SIGN}".encode())


@dataclass(frozen=True)
class Page:
    """One ready page: ``pieces`` and between them the ``places`` of fragments; the anonymous whole, its gzip form.

    ``made`` is a monotonic second.
    """

    pieces: tuple[bytes, ...]
    places: tuple[str, ...]
    whole: bytes
    packed: bytes
    etag: str
    stamp: str
    made: float


_fragments: dict[str, tuple[str, Values]] = {ACCOUNT: ("components/account.html", lambda _request: {})}


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
    """What the pages were made from: the newest publications and the legal day; asked for every few seconds."""
    global _stamp
    asked, stamp = _stamp
    if time.monotonic() - asked >= FRESH_SECONDS:
        stamp = f"{publication_stamp()}:{articles_stamp()}:{places_stamp()}:{moment.today().isoformat()}"
        _stamp = (time.monotonic(), stamp)
    return stamp


def register_fragment(name: str, template: str, values: Values) -> None:
    """Say what stands at a place of ready pages for whoever is signed in; nobody else sees anything there.

    :param values: what the template gets beside the context of every page.
    """
    _fragments[name] = (template, values)


def ready_page(view: View) -> View:
    """A view whose answer to a plain GET depends only on path, language, elder level, kind of browser, publications.

    The view renders ``base_public.html`` with ``account_marker`` = :func:`marker_of` of the request. Requests with a
    query string are answered by the view itself.
    """
    return ready_for(float("inf"))(view)


def ready_for(seconds: float) -> Callable[[View], View]:
    """A ready page that is made anew after so many seconds though nothing was published: it tells a figure."""

    def decorate(view: View) -> View:
        @functools.wraps(view)
        def answer(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
            if request.method not in {"GET", "HEAD"} or request.META.get("QUERY_STRING"):
                return view(request, *args, **kwargs)
            language = get_language() or settings.LANGUAGE_CODE
            key = (request.path, language, elder_level(request), in_wechat(request))
            page = _held(key, seconds) or _make(key, view, request, args, kwargs)
            return page if isinstance(page, HttpResponse) else _respond(request, page)

        return answer

    return decorate


def marker_of(request: HttpRequest, name: str = ACCOUNT) -> str:
    """What the template writes where a fragment goes: a mark while a ready page is being made, else empty.

    Two invisible separators around the name, never typed by anybody.
    """
    return f"{_SIGN}{name}{_SIGN}" if getattr(request, "ready", False) else ""


def fragment_of(request: HttpRequest, name: str) -> str:
    """A fragment for a page that is not made ready; empty for whoever is not signed in, but for the account."""
    template, values = _fragments[name]
    if not principal_of_request(request).signed_in:
        return _anonymous(name)
    return render_to_string(template, values(request), request=request)


def _anonymous(name: str) -> str:
    return render_to_string(_fragments[name][0], {}) if name == ACCOUNT else ""


def _held(key: Key, seconds: float) -> Page | None:
    stamp = current_stamp()
    with _lock:
        page = _pages.get(key)
        if page is None or page.stamp != stamp or time.monotonic() - page.made > seconds:
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
    found = _MARK.split(response.content)
    pieces, places = tuple(found[::2]), tuple(name.decode() for name in found[1::2])
    if ACCOUNT not in places:
        raise ValueError(f"the page {key[0]} has no place for the account")
    whole = _joined(pieces, [_anonymous(name) for name in places])
    etag = hashlib.sha256(whole).hexdigest()[:32]
    page = Page(pieces, places, whole, gzip.compress(whole, 9, mtime=0), etag, stamp, time.monotonic())
    with _lock:
        _pages[key] = page
        while len(_pages) > MOST_PAGES:
            _pages.popitem(last=False)
    return page


def _joined(pieces: Sequence[bytes], fragments: Sequence[str]) -> bytes:
    parts = [pieces[0]]
    for fragment, piece in zip(fragments, pieces[1:], strict=True):
        parts += [fragment.encode(), piece]
    return b"".join(parts)


def _respond(request: HttpRequest, page: Page) -> HttpResponse:
    if principal_of_request(request).signed_in:
        response = HttpResponse(_joined(page.pieces, [fragment_of(request, name) for name in page.places]))
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
