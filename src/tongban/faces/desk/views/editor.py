"""Editing an option's draft part by part, handing it to review, reviewing it, and looking at it as applicants will."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongban.faces import kept
from tongban.faces.access import staff
from tongban.faces.desk.editor.drawing import Choices, Drawer
from tongban.faces.desk.editor.gaps import SOURCE, SOURCE_TITLE, gaps
from tongban.faces.desk.editor.preview import preview_values
from tongban.faces.desk.editor.reading import Reader, changed_rows
from tongban.faces.fields import ErrorLink
from tongban.ground.errors import Conflict, NotFound, Refusal
from tongban.ground.policy import Principal
from tongban.registry.catalog import editing, services
from tongban.registry.catalog.compile import load_masters
from tongban.registry.catalog.drafting import PARTS, Part
from tongban.registry.catalog.models import HandlingOption


def _see_other(address: str) -> HttpResponse:
    response = HttpResponseRedirect(address)
    response.status_code = 303
    return response


@staff("catalog.draft.edit")
@require_http_methods(["GET", "POST"])
def edit_part(request: HttpRequest, slug: str, part: str) -> HttpResponse:
    """One part of the draft. POST ``do``: ``save``, or a change of a list (``add:``, ``drop:``, ``up:``, ``down:``)."""
    principal: Principal = request.principal  # type: ignore[attr-defined]
    option = editing.option_to_edit(principal, slug)
    if part == SOURCE:
        return _source(request, principal, option)
    page = PARTS.get(part)
    if page is None:
        raise NotFound
    masters = load_masters()
    posted = request.POST if request.method == "POST" else kept.take(request)
    if posted is None:
        return _page(request, option, page, option.draft, option.draft_revision)
    reader = Reader(posted, masters.elements)
    draft = reader.part(page, option.draft)
    seen = _revision(posted.get("revision", ""))
    command = posted.get("do", "save")
    if request.method != "POST" or command != "save":
        return _page(request, option, page, changed_rows(draft, page, command), seen)
    if reader.faults:
        return _page(request, option, page, draft, seen, faults=reader.faults, status=422)
    try:
        editing.save_draft(principal, slug, seen, draft)
    except Conflict as conflict:
        return _page(request, option, page, draft, seen, conflict=conflict, status=409)
    return _see_other(reverse("desk:edit_part", args=[slug, part]) + "?saved=1")


def _revision(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 9 else -1


def _page(
    request: HttpRequest,
    option: HandlingOption,
    part: Part,
    draft: dict[str, Any],
    revision: int,
    *,
    faults: dict[str, str] | None = None,
    conflict: Conflict | None = None,
    status: int = 200,
) -> HttpResponse:
    masters = load_masters()
    elements = tuple(
        sorted(((path, f"{d.name}（{path}）") for path, d in masters.elements.items()), key=lambda e: e[1])
    )
    posts = tuple(sorted((f"{d}·{p}", f"{d}·{p}") for d, p in masters.posts))
    drawer = Drawer(Choices(elements, posts), faults or {})
    boxes = [drawer.box(spec, _value(draft, spec.key), spec.key) for spec in part.fields]
    values = {
        "option": option,
        "part": part,
        "parts": PARTS.values(),
        "boxes": boxes,
        "revision": revision,
        "errors": [ErrorLink(f"#f-{name.replace('.', '-')}", words) for name, words in (faults or {}).items()],
        "conflict": conflict,
        "saved": request.GET.get("saved") == "1" and status == 200,
        "findings": gaps(option) if status == 200 and request.method != "POST" else (),
        "begun": request.GET.get("begun") == "1" and status == 200,
        "locked": option.draft_state == HandlingOption.DraftState.IN_REVIEW,
    }
    return render(request, "desk/editor/part.html", values, status=status)


def _value(draft: dict[str, Any], key: str) -> Any:
    found: Any = draft
    for part in key.split("."):
        found = found.get(part) if isinstance(found, dict) else None
    return found


def _source(request: HttpRequest, principal: Principal, option: HandlingOption) -> HttpResponse:
    """The whole draft as JSON, for what no form covers; a fault names line and column."""
    text = request.POST.get("text", "") if request.method == "POST" else ""
    wrong, status = "", 200
    if request.method == "POST":
        try:
            draft = json.loads(text)
            if not isinstance(draft, dict):
                raise Refusal("draft.source", "全文应当是一个对象，最外面是花括号", "text")
            editing.save_draft(principal, option.slug, _revision(request.POST.get("revision", "")), draft)
        except json.JSONDecodeError as error:
            wrong, status = f"第 {error.lineno} 行第 {error.colno} 列写得不对。检查逗号、引号和括号", 422
        except (Refusal, Conflict) as error:
            wrong, status = f"{error.sentence}。{error.remedy}", error.status
        else:
            return _see_other(reverse("desk:edit_part", args=[option.slug, SOURCE]) + "?saved=1")
    values = {
        "option": option,
        "part": Part(SOURCE, SOURCE_TITLE, ()),
        "parts": PARTS.values(),
        "text": text or json.dumps(option.draft, ensure_ascii=False, indent=1),
        "revision": option.draft_revision,
        "wrong": wrong,
        "errors": [ErrorLink("#f-text", wrong)] if wrong else [],
        "saved": request.GET.get("saved") == "1",
        "findings": gaps(option) if not wrong else (),
        "locked": option.draft_state == HandlingOption.DraftState.IN_REVIEW,
    }
    return render(request, "desk/editor/source.html", values, status=status)


@staff("catalog.draft.edit")
@require_POST
def submit_draft(request: HttpRequest, slug: str) -> HttpResponse:
    """Hand the draft to the reviewers with what was changed and why."""
    principal: Principal = request.principal  # type: ignore[attr-defined]
    editing.submit_draft(principal, slug, request.POST.get("words", ""))
    return _see_other(reverse("desk:steward_version", args=[slug]) + "?done=submitted")


@staff("catalog.draft.review")
@require_POST
def review_draft(request: HttpRequest, slug: str) -> HttpResponse:
    """A reviewer agrees or sends back."""
    principal: Principal = request.principal  # type: ignore[attr-defined]
    given = {name: request.POST.get(name, "") for name in ("kind", "verdict", "words")}
    editing.review_draft(principal, slug, given["kind"], given["verdict"], given["words"])
    return _see_other(reverse("desk:steward_version", args=[slug]) + "?done=reviewed")


@staff("catalog.version.view", "catalog.draft.edit", "catalog.draft.review")
@require_safe
def preview_draft(request: HttpRequest, slug: str) -> HttpResponse:
    """The draft as applicants will meet it: guide facts, questions, form and materials for the answers tried here."""
    option = HandlingOption.objects.select_related("item__authority", "item__region", "item__entry").filter(slug=slug)
    found = option.first()
    if found is None:
        raise NotFound
    content, missing = services.sketch(found)
    if content is None:
        return render(request, "desk/editor/preview.html", {"option": found, "faults": missing}, status=422)
    values = {"option": found, "missing": missing, **preview_values(content, request.GET)}
    return render(request, "desk/editor/preview.html", values)
