"""The service guide: rendered from the published version, never written twice."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tongban.faces.access import public
from tongban.faces.fields import view_of
from tongban.faces.portal import cards, guides
from tongban.faces.portal.views.items import listed_guide
from tongban.faces.ready import marker_of, ready_page
from tongban.ground.errors import NotFound
from tongban.registry.catalog import forms, selectors


@public
@require_safe
@ready_page
def guide(request: HttpRequest, slug: str) -> HttpResponse:
    """The guide of one item. Answers to the questions (GET) change materials and situation; others are ignored."""
    try:
        version_id, content = selectors.version_in_force(slug)
    except NotFound:
        if (listed := listed_guide(request, slug)) is not None:
            return listed
        raise
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
