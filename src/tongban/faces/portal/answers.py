"""Small answers that several pages of the portal give."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseRedirect
from django.utils.http import content_disposition_header

INLINE_TYPES = frozenset({"application/pdf", "image/jpeg", "image/png"})
"""Types that a browser may show in place; everything else is only ever saved."""


def see_other(url: str) -> HttpResponse:
    """303: whatever was posted, the next page is fetched."""
    response = HttpResponseRedirect(url)
    response.status_code = 303
    return response


def file_answer(content: bytes, media_type: str, name: str, *, save: bool = False) -> HttpResponse:
    """Bytes of a checked file, for the one person who may see them: never sniffed, never cached."""
    shown = media_type in INLINE_TYPES
    response = HttpResponse(content, content_type=media_type if shown else "application/octet-stream")
    disposition = content_disposition_header(save or not shown, name)
    if disposition:
        response["Content-Disposition"] = disposition
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store, private"
    return response
