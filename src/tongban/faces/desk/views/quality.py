"""How complete the lists are, element by element, and the log of what was published and imported."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from tongban.faces.access import staff
from tongban.ground.policy import Principal, may_ever
from tongban.registry.catalog import publications, quality
from tongban.registry.catalog.quality import BY_KEY, CORE, ELEMENTS, STATES, Figure, UnitReport

CHANNELS = {"search.index": _("搜索")}
_STATE_WORDS = {"told": (_("已更新"), "ok"), "waiting": (_("等待更新"), "warn"), "failed": (_("没更新成"), "bad")}


@dataclass(frozen=True)
class Line:
    """A department with the figures that are shown."""

    unit: UnitReport
    figures: tuple[Figure, ...]


def _principal(request: HttpRequest) -> Principal:
    return request.principal  # type: ignore[attr-defined, no-any-return]


@staff("catalog.version.view")
@require_safe
def quality_report(request: HttpRequest) -> HttpResponse:
    """Elements by department: the five of every check, or the others (``?more=1``)."""
    more = request.GET.get("more") == "1"
    shown = [element for element in ELEMENTS if (element.key in CORE) != more]
    whole, units = quality.report(_principal(request))
    places = [n for n, element in enumerate(ELEMENTS) if element in shown]
    values = {
        "more": more,
        "elements": shown,
        "whole": Line(whole, tuple(whole.figures[n] for n in places)),
        "lines": [Line(unit, tuple(unit.figures[n] for n in places)) for unit in units],
    }
    return render(request, "desk/quality.html", values)


@staff("catalog.version.view")
@require_safe
def quality_rows(request: HttpRequest) -> HttpResponse:
    """The items behind one figure (``?element=&state=&unit=``)."""
    element, state = request.GET.get("element", ""), request.GET.get("state", "")
    unit, after = _number(request.GET.get("unit", "")), _number(request.GET.get("after", ""))
    page = quality.rows(_principal(request), element, state, unit, after)
    values = {
        "page": page,
        "element": BY_KEY[element],
        "state_words": STATES[state],
        "why": BY_KEY[element].why if state == quality.CONTRADICTORY else "",
        "department": page.items[0].department if unit and page.items else "",
    }
    return render(request, "desk/quality_rows.html", values)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else 0


@staff("catalog.version.view")
@require_safe
def publication_log(request: HttpRequest) -> HttpResponse:
    """Every publication, import and undo with who, when, and which channels know of it."""
    page = publications.log(_principal(request), request.GET.get("after", ""))
    lines = [
        (line, [(str(CHANNELS.get(one.name, one.name)), *map(str, _STATE_WORDS[one.state])) for one in line.channels])
        for line in page.items
    ]
    return render(
        request,
        "desk/publication_log.html",
        {"page": page, "lines": lines, "may_import": may_ever(_principal(request), "catalog.import.run")},
    )
