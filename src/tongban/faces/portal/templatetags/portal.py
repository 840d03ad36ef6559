"""Template tags of the portal."""

from __future__ import annotations

from django import template
from django.template.context import RequestContext
from django.utils.http import urlencode
from django.utils.safestring import SafeString

from tongban.faces.portal import cards
from tongban.faces.templatetags.tongban import tag_state
from tongban.insight.search import facets
from tongban.procedures.cases import wording
from tongban.procedures.cases.models import Case
from tongban.procedures.cases.rules.parts import STATE_WORDS
from tongban.registry.catalog import selectors as catalog
from tongban.registry.catalog.version import TimeLimit

register = template.Library()
register.filter("told_limit", cards.told_limit)


@register.simple_tag
def limit_words(limit: TimeLimit) -> str:
    """A time limit as people say it: 「8 个工作日」."""
    return cards.limit_words(limit)


@register.simple_tag
def tag_case(case: Case) -> SafeString:
    """The standing of a case: how it was decided once it is closed, else its state."""
    if case.state == "closed" and case.outcome:
        regime = catalog.content(case.version_id).legal_regime
        return tag_state(case.outcome, wording.outcome(regime, case.outcome))
    return tag_state(case.state, STATE_WORDS["suspended"] if case.state == "suspended" else "")


@register.simple_tag(takes_context=True)
def search_filter(context: RequestContext, key: str, value: str, chosen: bool) -> str:
    """The address of the same search with one facet chosen, or no longer when it was; the others stay."""
    given = context["request"].GET
    kept = {name: given[name] for name in ("q", *facets.KEYS) if given.get(name) and name != key}
    return f"?{urlencode(kept if chosen else {**kept, key: value})}"
