"""The desk's front page: what the acting post has to do, and what it has done."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from tongban.faces.access import staff
from tongban.faces.context import desk_navigation
from tongban.faces.desk import questions, taskacts, worklist
from tongban.faces.desk.acts import table
from tongban.ground.policy import Principal, may_ever


@staff()
def home(request: HttpRequest) -> HttpResponse:
    """Open tasks of the acting post, the most urgent first; the filter stands in the address, ``?after=`` pages.

    A post without tasks (administration, catalogue) is led to the first page that it may open.
    """
    principal: Principal = request.principal  # type: ignore[attr-defined]
    if not may_ever(principal, "work.task.view"):
        entries = desk_navigation(principal, request.path)
        if entries:
            return HttpResponseRedirect(entries[0].url)
        return render(request, "desk/no_duty.html")
    kinds = worklist.kinds_of(principal)
    listing = worklist.open_rows(principal, worklist.asked_of(request, kinds), after=request.GET.get("after", ""))
    values = {
        "listing": listing,
        "filters": worklist.filters_of(principal, kinds),
        "acts": taskacts.offered(principal, listing),
        "messages": questions.waiting(principal),
        "done_words": table.done_words(request.GET.get("done", "")),
    }
    return render(request, "desk/home.html", values)


@staff("work.task.view")
def done(request: HttpRequest) -> HttpResponse:
    """What I have done, the newest first."""
    principal: Principal = request.principal  # type: ignore[attr-defined]
    listing = worklist.done_rows(principal, request.GET.get("after", ""))
    return render(request, "desk/done.html", {"listing": listing})


@staff()
def rooms(request: HttpRequest) -> HttpResponse:
    """Every page that the acting post may open: where the bar of a phone has room for four only (MOB-11)."""
    return render(request, "desk/rooms.html")
