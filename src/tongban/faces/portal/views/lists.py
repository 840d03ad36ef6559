"""Public lists from the very data that decides at intake: deferrable materials, commitment items, delegations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tongban.faces.access import public
from tongban.faces.portal.cards import limit_words
from tongban.registry.catalog import selectors as catalog
from tongban.registry.catalog.version import DeferralRule
from tongban.registry.parties import delegating
from tongban.registry.parties.delegation import POWERS
from tongban.registry.parties.models import Delegation


@dataclass(frozen=True)
class DelegationLine:
    """One delegation as the public reads it."""

    giver: str
    kind: str
    receiver: str
    items: tuple[str, ...]
    powers: str
    row: Delegation
    until: object


def _asked(request: HttpRequest) -> str:
    return request.GET.get("q", "").replace("\x00", "").strip()[:60]


def _speaks_of(asked: str, *words: str) -> bool:
    return not asked or any(asked in word for word in words)


def _term(rule: DeferralRule) -> str:
    if rule.due_rule == "by_date" and rule.limit:
        return _("受理后 %(limit)s内") % {"limit": limit_words(rule.limit)}
    return _("领取结果前")


@public
@require_safe
def list_deferrable(request: HttpRequest) -> HttpResponse:
    """容缺受理清单: which secondary material of which item may follow, until when (NTC-08)."""
    asked = _asked(request)
    rows = [
        (row, _term(row.rule))
        for row in catalog.deferrable_materials()
        if _speaks_of(asked, row.option, row.authority, row.material)
    ]
    return render(request, "portal/list_deferrable.html", {"rows": rows, "asked": asked})


@public
@require_safe
def list_commitment(request: HttpRequest) -> HttpResponse:
    """告知承诺制实施清单: what is promised, what it replaces, how it is checked, what a breach costs (NTC-12)."""
    asked = _asked(request)
    rows = [row for row in catalog.commitment_items() if _speaks_of(asked, row.option, row.authority, *row.materials)]
    return render(request, "portal/list_commitment.html", {"rows": rows, "asked": asked})


@public
@require_safe
def list_delegations(request: HttpRequest) -> HttpResponse:
    """授权委托清单: who lets whom do what, by which published instrument (WIN-10, XRG-14)."""
    asked = _asked(request)
    names = {content.option_code: content.name for _id, content in catalog.options_in_force()}
    lines = [_line(row, names) for row in delegating.in_force()]
    found = [line for line in lines if _speaks_of(asked, line.giver, line.receiver, line.powers, *line.items)]
    return render(request, "portal/list_delegations.html", {"rows": found, "asked": asked})


def _line(row: Delegation, names: dict[str, str]) -> DelegationLine:
    receiver = row.to_department.name if row.to_department else str(row.to_post)
    span = row.valid
    last = span.upper - timedelta(days=1) if span.upper else None
    items = tuple(names.get(code, code) for code in row.option_codes)
    powers = "、".join(POWERS.get(power, power) for power in row.powers)
    return DelegationLine(row.from_department.name, row.get_kind_display(), receiver, items, powers, row, last)
