"""Search: results as a plain page, suggestions as a fragment of it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tongban.faces.access import public
from tongban.insight.search import selectors
from tongban.insight.search.queries import LONGEST


@public
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Results for ``q``; when there are none, the nearest items and where to ask."""
    typed = request.GET.get("q", "")[:LONGEST].strip()
    found = selectors.find(typed) if typed else selectors.Found(())
    return render(request, "portal/search.html", {"q": typed, "found": found})


@public
@require_safe
def suggest(request: HttpRequest) -> HttpResponse:
    """The listbox under the search box: at most 8 options, empty when nothing fits."""
    typed = request.GET.get("q", "")[:LONGEST].strip()
    values = {"results": selectors.suggest(typed) if typed else ()}
    response = render(request, "portal/_suggest.html", values)
    response["Cache-Control"] = "public, max-age=60"
    return response
