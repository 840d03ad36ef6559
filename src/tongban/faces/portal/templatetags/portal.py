"""Template tags of the portal."""

from __future__ import annotations

from django import template

from tongban.faces.portal import cards
from tongban.registry.catalog.version import TimeLimit

register = template.Library()


@register.simple_tag
def limit_words(limit: TimeLimit) -> str:
    """A time limit as people say it: 「8 个工作日」."""
    return cards.limit_words(limit)
