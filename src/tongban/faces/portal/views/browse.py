"""Browsing without a word to search for: persons and enterprises, life stages, departments (PRT-01, PRT-02, NEA-01)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tongban.faces.access import public
from tongban.faces.context import site
from tongban.faces.portal import directory as shown
from tongban.faces.portal import landing
from tongban.faces.portal.page_meta import PageMeta, category_words
from tongban.faces.ready import current_stamp, marker_of, ready_page
from tongban.ground.errors import NotFound
from tongban.registry.catalog import directory
from tongban.registry.catalog.directory import Filters
from tongban.registry.catalog.taxonomy import ITEM_TYPES, LIFE_STAGES
from tongban.registry.parties.selectors import department_by_uscc

HEAD_DEPARTMENTS = 12


@dataclass(frozen=True)
class Browsing:
    """A page that lists items under something: what it has set, and how it speaks of itself."""

    title: str
    words: str
    category: tuple[str, ...]
    filters: Filters
    own: tuple[str, ...]
    """Parameters of the address that the page itself has set."""
    section: str = ""
    industry: str = ""


def _page(request: HttpRequest, template: str, of: Browsing, values: dict[str, Any]) -> HttpResponse:
    """The list of a page with the filters of the address, inside what the page has set."""
    stamp = current_stamp()
    asked = shown.filters_of(request.GET)
    fixed = {name: getattr(of.filters, name) for name in directory.DIMENSIONS if getattr(of.filters, name)}
    filters = replace(asked, **fixed)
    counts = directory.counts(filters, stamp)
    page = directory.page(filters, request.GET.get("after", ""))
    names = site(request)["site"]
    context = {
        "account_marker": marker_of(request),
        "page_meta": PageMeta(
            of.title, of.words, request.path, region=names.city, category=category_words(*of.category)
        ),
        "of": of,
        "section": of.section,
        "filters": shown.views(filters, counts, without=of.own),
        "chosen": shown.chosen(filters, counts, request.GET, without=of.own),
        "rows": shown.rows(page.items),
        "page": page,
        "total": counts.total,
        "here": counts.by["standing"].get(directory.CONFIGURED, 0) if filters.standing != directory.LISTED else 0,
        "beginning": not request.GET,
        **values,
    }
    return render(request, template, context)


def _audience(request: HttpRequest, audience: str, title: str, words: str) -> HttpResponse:
    stamp = current_stamp()
    filters = Filters(audience=audience)
    how = directory.counts(filters, stamp).by["how"]
    of = Browsing(title, words, (_("办事大厅"), title), filters, ("audience",), audience)
    values = {
        "stages": landing.stages(audience, stamp),
        "themes": landing.themes(stamp, filters),
        "departments": landing.departments(stamp, filters)[:HEAD_DEPARTMENTS],
        "ways": [(key, name, how.get(key, 0)) for key, name in shown.HOW.items() if how.get(key)],
    }
    return _page(request, "portal/browse.html", of, values)


@public
@require_safe
@ready_page
def personal(request: HttpRequest) -> HttpResponse:
    """个人办事: by stage of life, theme, department and way; filters of the address narrow the list."""
    return _audience(request, "person", _("个人办事"), _("按人生阶段、主题、部门找个人要办的事。"))


@public
@require_safe
@ready_page
def business(request: HttpRequest) -> HttpResponse:
    """企业办事: the same for enterprises and other organisations."""
    return _audience(request, "organisation", _("企业办事"), _("按企业阶段、主题、部门找企业和单位要办的事。"))


@public
@require_safe
@ready_page
def stage(request: HttpRequest, key: str) -> HttpResponse:
    """One stage of the stream: what is done then, and the stages before and after it."""
    found = LIFE_STAGES.get(key)
    if found is None:
        raise NotFound("catalog.stage", "没有找到这个阶段，可能网址抄错了")
    tiles = [tile for tile in landing.stages(found.audience, current_stamp()) if tile.count or tile.key == key]
    place = next(at for at, tile in enumerate(tiles) if tile.key == key)
    side = _("个人办事") if found.audience == "person" else _("企业办事")
    words = _("%(name)s要办哪些事，哪些能在网上办。") % {"name": found.name}
    of = Browsing(found.name, words, (_("办事大厅"), side, found.name), Filters(stage=key), ("stage",), found.audience)
    values = {
        "stage": found,
        "side": side,
        "side_url": reverse("portal:personal" if found.audience == "person" else "portal:business"),
        "before": tiles[place - 1] if place else None,
        "after": tiles[place + 1] if place + 1 < len(tiles) else None,
    }
    return _page(request, "portal/stage.html", of, values)


@public
@require_safe
@ready_page
def departments(request: HttpRequest) -> HttpResponse:
    """Every department that decides something, most items first."""
    words = _("各部门办什么事、在哪里、电话多少。")
    values = {
        "account_marker": marker_of(request),
        "page_meta": PageMeta(
            _("按部门找"), words, request.path, category=category_words(_("办事大厅"), _("按部门找"))
        ),
        "departments": landing.departments(current_stamp()),
        "section": "items",
    }
    return render(request, "portal/departments.html", values)


@public
@require_safe
@ready_page
def department(request: HttpRequest, uscc: str) -> HttpResponse:
    """One department: what it decides, where and when it is reached, its items."""
    found = department_by_uscc(uscc)
    filters = Filters(department=str(found.pk))
    duties = directory.counts(filters, current_stamp()).by["item_type"]
    words = _("%(name)s办理的事项、地址和电话。") % {"name": found.name}
    of = Browsing(found.name, words, (_("办事大厅"), _("按部门找"), found.name), filters, ("unit",), "items")
    values = {
        "department": found,
        "duties": [(name, duties[key], key) for key, name in ITEM_TYPES.items() if duties.get(key)],
    }
    return _page(request, "portal/department.html", of, values)
