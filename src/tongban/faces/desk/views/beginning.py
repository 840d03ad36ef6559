"""Begin an item: find what it is made from, say what it is, land in the editor; or give one up that came to nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tongban.faces import kept
from tongban.faces.access import staff
from tongban.faces.acts import form as forms
from tongban.faces.acts.act import Act
from tongban.faces.acts.controls import Text
from tongban.faces.desk import beginning as drawn
from tongban.faces.desk.roster import NOWHERE
from tongban.ground.errors import NotFound, TongbanError
from tongban.ground.ids import uuid7
from tongban.ground.policy import Principal
from tongban.registry.catalog import beginning, editing, listings, sources
from tongban.registry.catalog.models import HandlingOption

EDIT = "catalog.draft.edit"
MOST_SEARCHED = 60


def _principal(request: HttpRequest) -> Principal:
    principal: Principal = request.principal  # type: ignore[attr-defined]
    return principal


def _see_other(address: str) -> HttpResponse:
    response = HttpResponseRedirect(address)
    response.status_code = 303
    return response


@staff(EDIT)
@require_safe
def item_new(request: HttpRequest) -> HttpResponse:
    """Find what a new item is made from: an entry of the catalogue, an option of a list, one to copy."""
    words = request.GET.get("q", "")[:MOST_SEARCHED]
    values = {"q": words, "found": sources.find(_principal(request), words), "most": sources.MOST}
    return render(request, "desk/item_new.html", values)


def _page(
    request: HttpRequest,
    act: Act,
    begin: Callable[[UUID, dict[str, Any]], HandlingOption],
    values: dict[str, Any],
    first: Any,
) -> HttpResponse:
    """The form of a beginning; once begun, the first part of the editor. ``key`` makes a second sending harmless."""
    sent = request.POST if request.method == "POST" else kept.take(request)
    form, status, known = forms.read(act, NOWHERE, sent if sent is not None else first), 200, None
    key = _key(sent.get("key", "") if sent is not None else "")
    if request.method == "POST":
        try:
            option = begin(key, form.arguments())
        except TongbanError as error:
            form, status = form.told(error), error.status
            known = error if isinstance(error, beginning.Known) else None
        else:
            return _see_other(reverse("desk:edit_part", args=[option.slug, "basic"]) + "?begun=1")
    boxes = form.boxes()
    shown = {"act": act, "boxes": boxes, "links": form.links(boxes), "problems": form.problems, "known": known}
    return render(request, "desk/item_begin.html", {**shown, "key": key, **values}, status=status)


def _key(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        return uuid7()


@staff(EDIT)
@require_http_methods(["GET", "POST"])
def item_from_entry(request: HttpRequest, code: str = "") -> HttpResponse:
    """A new item under an entry of the catalogue, or with an entry that the catalogue lacks."""
    principal = _principal(request)
    entry = sources.entry(code) if code else None

    def begin(key: UUID, given: dict[str, Any]) -> HandlingOption:
        return beginning.begin(principal, key, drawn.identity(given, entry), drawn.basics(given))

    title = _("新建事项：%(name)s") % {"name": entry.name} if entry else _("新建事项：目录里没有的")
    act = drawn.begin_form(principal, entry)
    return _page(request, act, begin, {"title": title}, drawn.proposed(principal, entry))


@staff(EDIT)
@require_http_methods(["GET", "POST"])
def item_from_copy(request: HttpRequest, slug: str) -> HttpResponse:
    """A new item whose draft is the copy of another one's."""
    principal = _principal(request)
    source = sources.source(principal, slug)

    def begin(key: UUID, given: dict[str, Any]) -> HandlingOption:
        return beginning.begin_copy(principal, key, slug, drawn.identity(given, None), drawn.basics(given))

    values = {"title": _("复制事项：%(name)s") % {"name": source.name}, "source": source}
    return _page(request, drawn.begin_form(principal, None), begin, values, drawn.proposed_copy(source))


@staff(EDIT)
@require_http_methods(["GET", "POST"])
def item_from_list(request: HttpRequest, slug: str) -> HttpResponse:
    """An option of an imported list, configured to the bottom."""
    principal = _principal(request)
    source = sources.source(principal, slug)

    def begin(key: UUID, given: dict[str, Any]) -> HandlingOption:
        return beginning.begin_listed(principal, key, slug, drawn.basics(given))

    told = listings.from_json(source.listing)
    values = {"title": _("配置清单事项：%(name)s") % {"name": source.name}}
    return _page(request, drawn.listed_form(source), begin, values, drawn.proposed_listed(source, told))


def _discard_form() -> Act:
    meaning = _("放弃以后，草稿不能再编辑，原因和草稿留在记录里。清单里的事项回到清单原来的样子。")
    return Act("discard", _("放弃这份草稿"), meaning, (EDIT,), (Text("reason", _("为什么放弃"), long=True, most=300),))


@staff(EDIT)
@require_http_methods(["GET", "POST"])
def item_discard(request: HttpRequest, slug: str) -> HttpResponse:
    """Give up an item that was begun and never published; POST ``reason``."""
    principal = _principal(request)
    option = editing.option_to_edit(principal, slug)
    if beginning.standing_beginning(option) is None or option.versions.exists():
        raise NotFound("catalog.no_beginning", _("这个事项不是新建的，或已经发布、已经放弃"))
    act = _discard_form()
    form, status = forms.fresh(act, NOWHERE), 200
    if request.method == "POST":
        form = forms.read(act, NOWHERE, request.POST)
        try:
            beginning.discard(principal, slug, form.arguments()["reason"])
        except TongbanError as error:
            form, status = form.told(error), error.status
        else:
            return _see_other(reverse("desk:steward") + "?discarded=1")
    boxes = form.boxes()
    shown = {"act": act, "boxes": boxes, "links": form.links(boxes), "problems": form.problems, "option": option}
    return render(request, "desk/item_discard.html", shown, status=status)
