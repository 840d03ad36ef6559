"""Short links of messages: they lead to a page, and never sign anybody in."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_safe

from tongban.faces.access import public
from tongban.ground.notifications import links


@public
@require_safe
def short_link(request: HttpRequest, code: str) -> HttpResponse:
    """To the page behind the link; an unknown or old one says so."""
    return HttpResponseRedirect(links.path_of(code))
