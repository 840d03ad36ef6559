"""Search: results as a plain page with filters, suggestions as a fragment of it, and the way to a guide that counts."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from tongban.faces.access import public
from tongban.ground.errors import NotFound
from tongban.insight.search import counting, facets, selectors
from tongban.insight.search.queries import LONGEST
from tongban.insight.search.selectors import Hit, Place

FIRST_SHOWN = 20


@dataclass(frozen=True)
class Card:
    """One answer with the places where it can be had, when there are several."""

    hit: Hit
    places: tuple[Place, ...]

    @property
    def several(self) -> bool:
        """Each place has its own department and limits, none of which may speak for the others."""
        return self.hit.listed and self.hit.places > 1


@public
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Results for ``q``, narrowed by facets; when there are none, the nearest items and where to ask."""
    typed = _typed(request)
    found = selectors.find(typed, None) if typed else selectors.Found(())
    chosen = facets.read(request.GET.dict())
    narrowed = facets.narrow(found.results, chosen)
    shown = narrowed if request.GET.get("all") == "1" else narrowed[:FIRST_SHOWN]
    if typed and not chosen and "all" not in request.GET and request.method == "GET":
        counting.note_search(typed, len(found.results))
    values = {
        "q": typed,
        "found": found,
        "total": len(narrowed),
        "cards": _cards(shown),
        "nearest": _cards(found.nearest),
        "rest": len(narrowed) - len(shown),
        "facets": facets.facets(found.results, chosen),
        "chosen": chosen,
        "best": bool(typed and found.best and not chosen and narrowed),
        "counted": bool(counting.normalised(typed)),
        "hot": selectors.hot_words(),
    }
    return render(request, "portal/search.html", values)


@public
@require_safe
def suggest(request: HttpRequest) -> HttpResponse:
    """The listbox under the search box: at most 8 options, empty when nothing fits. ``as=json``: the same as data."""
    typed = _typed(request)
    results = selectors.suggest(typed) if typed else ()
    if request.GET.get("as") == "json":
        response: HttpResponse = JsonResponse({"q": typed, "items": [asdict(hit) for hit in results]})
    else:
        response = render(request, "portal/_suggest.html", {"results": results, "q": typed})
    response["Cache-Control"] = "public, max-age=60"
    return response


@public
@require_safe
def search_open(request: HttpRequest, slug: str) -> HttpResponse:
    """From an answer to its guide, counting the choice; the guide's own address stays clean and can be shared."""
    option_id = selectors.option_of(slug)
    if option_id is None:
        raise NotFound("catalog.option", "没有找到这个事项，可能已经移走")
    typed = _typed(request)
    if typed and request.method == "GET" and "prefetch" not in request.headers.get("Sec-Purpose", ""):
        counting.note_click(typed, option_id)
    response = HttpResponseRedirect(reverse("portal:guide", args=[slug]))
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _typed(request: HttpRequest) -> str:
    return request.GET.get("q", "")[:LONGEST].replace("\x00", "").strip()


def _cards(hits: tuple[Hit, ...]) -> tuple[Card, ...]:
    several = [hit.answer for hit in hits if hit.places > 1]
    places = selectors.places_of(several) if several else {}
    return tuple(Card(hit, places.get(hit.answer, ())) for hit in hits)
