"""Paths of pages by name; safe return addresses: only a path of this site, never another host (open redirect)."""

from __future__ import annotations

from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

KEPT_PATHS = 10_000


@lru_cache(maxsize=KEPT_PATHS, typed=True)
def path_of(name: str, *parts: Any) -> str:
    """The path of a page, as ``reverse`` gives it; it depends on nothing but name and parts, so the latest are kept."""
    return reverse(name, args=parts)


def safe_path(address: str, default: str = "/") -> str:
    """``address`` when it is a plain path of this site, else ``default``."""
    if not address.startswith("/") or not url_has_allowed_host_and_scheme(address, allowed_hosts=None):
        return default
    parts = urlsplit(address)
    return address if not parts.scheme and not parts.netloc and len(address) < 1000 else default


def here(request: HttpRequest) -> str:
    """Where to come back to after signing in: this page, or for an htmx request the page that it belongs to."""
    current = request.headers.get("HX-Current-URL", "")
    if current:
        parts = urlsplit(current)
        return safe_path(parts.path + (f"?{parts.query}" if parts.query else ""))
    return safe_path(request.get_full_path())
