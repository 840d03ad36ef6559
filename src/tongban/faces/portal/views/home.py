"""The home page and the pages about this site."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tongban.faces.access import public
from tongban.faces.portal import cards
from tongban.faces.ready import marker_of, ready_page
from tongban.registry.catalog.selectors import options_in_force

HOT_WORDS = 5


@public
@require_safe
@ready_page
def home(request: HttpRequest) -> HttpResponse:
    """Search first; then what can be done today, by theme and by department. No figure that is not counted here."""
    options = tuple(content for _, content in options_in_force())
    values = {
        "account_marker": marker_of(request),
        "cards": cards.service_cards(options),
        "themes": cards.theme_tiles(options),
        "departments": cards.departments(options),
        "hot": cards.hot_words(options, HOT_WORDS),
        "total": len(options),
    }
    return render(request, "portal/home.html", values)


@public
@require_safe
@ready_page
def about_accessibility(request: HttpRequest) -> HttpResponse:
    """What everybody can rely on, and where to turn when something is in the way (无障碍声明)."""
    return render(request, "portal/about_accessibility.html", {"account_marker": marker_of(request)})


@public
@require_safe
@ready_page
def privacy(request: HttpRequest) -> HttpResponse:
    """Which personal data the site keeps, for what, and the person's rights (个人信息保护法 arts 17 and 44-50)."""
    return render(request, "portal/privacy.html", {"account_marker": marker_of(request)})
