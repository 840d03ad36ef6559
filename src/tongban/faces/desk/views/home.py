"""The desk's front page: what the acting post has to do, and what it has done."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from tongban.faces.access import staff
from tongban.faces.context import desk_navigation
from tongban.faces.desk import worklist
from tongban.faces.desk.acts import table
from tongban.ground.policy import Principal, may_ever


def _filters(principal: Principal) -> list[tuple[str, str]]:
    kinds = worklist.kinds_of(principal)
    return [(kind, worklist.KIND_WORDS[kind]) for kind in kinds] if len(kinds) > 1 else []


@staff()
def home(request: HttpRequest) -> HttpResponse:
    """Open tasks of the acting post, the most urgent first; ``?kind=`` filters, ``?after=`` pages (keyset).

    A post without tasks (administration, catalogue) is led to the first page that it may open.
    """
    principal: Principal = request.principal  # type: ignore[attr-defined]
    if not may_ever(principal, "work.task.view"):
        entries = desk_navigation(principal, request.path)
        if entries:
            return HttpResponseRedirect(entries[0].url)
        return render(request, "desk/no_duty.html")
    asked = request.GET.get("kind", "")
    kind = asked if asked in worklist.kinds_of(principal) else ""
    listing = worklist.open_rows(principal, kind, request.GET.get("after", ""))
    values = {
        "listing": listing,
        "kind": kind,
        "filters": _filters(principal),
        "done_words": table.done_words(request.GET.get("done", "")),
    }
    return render(request, "desk/home.html", values)


@staff("work.task.view")
def done(request: HttpRequest) -> HttpResponse:
    """What I have done, the newest first."""
    principal: Principal = request.principal  # type: ignore[attr-defined]
    listing = worklist.done_rows(principal, request.GET.get("after", ""))
    return render(request, "desk/done.html", {"listing": listing})
