"""The service guide, themes and the list of all items: rendered from the published version, never written twice."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tongban.faces.access import public
from tongban.faces.fields import view_of
from tongban.faces.portal import cards, guides
from tongban.faces.ready import marker_of, ready_page
from tongban.ground.errors import NotFound
from tongban.registry.catalog import forms, selectors
from tongban.registry.catalog.themes import THEMES


@public
@require_safe
@ready_page
def guide(request: HttpRequest, slug: str) -> HttpResponse:
    """The guide of one item. Answers to the questions (GET) change materials and situation; others are ignored."""
    version_id, content = selectors.version_in_force(slug)
    raw = {f.path: request.GET[f.path] for f in content.questions if request.GET.get(f.path)}
    answers, _ = forms.parse_step(content, forms.QUESTIONS, raw) if content.questions else ({}, ())
    values = {
        "account_marker": marker_of(request),
        "content": content,
        "version": selectors.published_version(version_id),
        "card": cards.service_card(content),
        "guide": guides.guide_parts(content, answers),
        "questions": [view_of(f, content.elements[f.path], answers.get(f.path)) for f in content.questions],
        "answered": bool(answers),
    }
    return render(request, "portal/guide.html", values)


@public
@require_safe
@ready_page
def theme(request: HttpRequest, key: str) -> HttpResponse:
    """Items under one theme."""
    found = THEMES.get(key)
    options = selectors.options_for_theme(key) if found else ()
    if found is None or not options:
        raise NotFound("catalog.theme", "没有找到这个主题，或者这个主题下还没有可以办的事项")
    values = {"account_marker": marker_of(request), "theme": found, "cards": cards.service_cards(options)}
    return render(request, "portal/theme.html", values)


@public
@require_safe
@ready_page
def items(request: HttpRequest) -> HttpResponse:
    """Every item that can be applied for, by department."""
    options = tuple(content for _, content in selectors.options_in_force())
    groups = [
        (chip.name, cards.service_cards(c for c in options if c.authority.name == chip.name))
        for chip in cards.departments(options)
    ]
    values = {"account_marker": marker_of(request), "groups": groups, "themes": cards.theme_tiles(options)}
    return render(request, "portal/items.html", {**values, "total": len(options)})
