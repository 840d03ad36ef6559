"""Several tasks at once, and who has how much to do (办件调度, WIN-24)."""

from __future__ import annotations

import uuid
from itertools import groupby
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from tongban.faces.access import staff
from tongban.faces.desk import selectors, taskacts, worklist
from tongban.faces.fields import ErrorLink
from tongban.ground.errors import Refusal
from tongban.ground.policy import Principal, may_ever
from tongban.procedures.work import asking, dispatching
from tongban.procedures.work.models import Task


@require_POST
@staff("work.task.claim", "work.task.assign", "cases.task.hand_over")
def tasks(request: HttpRequest) -> HttpResponse:
    """POST ``task`` (several) and ``command``. What asks for a person and a reason has a page of its own first."""
    principal: Principal = request.principal  # type: ignore[attr-defined]
    act = taskacts.BY_CODE.get(request.POST.get("command", ""))
    if act is None or not may_ever(principal, act.permission):
        raise Refusal("desk.command", "没有看懂您要做哪一步", remedy="请按页面上的按钮办理")
    ids = taskacts.ids_of(request.POST)
    known = dispatching.chosen(principal, ids)
    found = [known[key] for key in ids if key in known]
    gone = len(ids) - len(found)
    form = taskacts.read_form(request.POST)
    if act.asks and found:
        wrong = form.problems(act)
        if "confirmed" not in request.POST:
            return _ask(request, act, found, form, {})
        if wrong:
            return _ask(request, act, found, form, wrong, 422)
    went = taskacts.carry_out(principal, act, found, form)
    values = {
        "act": act,
        "done": [one for one in went if not one.why],
        "refused": [one for one in went if one.why],
        "gone": gone,
        "back": _back(request),
    }
    return render(request, "desk/tasks_done.html", values)


def _ask(
    request: HttpRequest,
    act: taskacts.TaskAct,
    tasks: list[Task],
    form: taskacts.Form,
    wrong: dict[str, str],
    status: int = 200,
) -> HttpResponse:
    principal: Principal = request.principal  # type: ignore[attr-defined]
    posts = {task.post_id for task in tasks}
    values: dict[str, Any] = {
        "act": act,
        "rows": [worklist.row_of(task, principal.staff_id) for task in tasks],
        "form": form,
        "wrong": wrong,
        "problems": [ErrorLink(f"#{name}", words) for name, words in wrong.items()],
        "reasons": (act.reasons or {}).items(),
        "back": _back(request),
        "posts": selectors.posts_for_tasks(tasks) if act.code == "hand_over" else [],
        "people": dispatching.holders_today(posts) if act.code == "assign" else [],
        "several_posts": len(posts) > 1,
    }
    return render(request, "desk/tasks_ask.html", values, status=status)


def _back(request: HttpRequest) -> str:
    """The list from which it came: only a page of the desk."""
    address = request.POST.get("back", "")
    safe = url_has_allowed_host_and_scheme(address, None) and address.startswith(reverse("desk:home"))
    return address if safe else reverse("desk:home")


@require_safe
@staff("work.task.assign")
def dispatch(request: HttpRequest) -> HttpResponse:
    """Open tasks per person and post, and the tasks of whoever was picked (``?post=``, ``?staff=``). Four queries."""
    principal: Principal = request.principal  # type: ignore[attr-defined]
    loads = dispatching.loads(principal)
    post, person = _number(request.GET.get("post", "")), _key(request.GET.get("staff", ""))
    asked = asking.read(request.GET.dict(), tuple(worklist.KIND_WORDS))
    page = dispatching.to_dispatch(principal, asked, post_id=post, staff_id=person, after=request.GET.get("after", ""))
    rows = tuple(worklist.row_of(task, principal.staff_id) for task in page.items)
    listing = worklist.Listing(rows, page.next, asked)
    chosen = next((one for one in loads if one.post_id == post and (person is None or one.staff_id == person)), None)
    values = {
        "groups": [(key, list(lines)) for key, lines in groupby(loads, lambda one: (one.department, one.post))],
        "listing": listing,
        "filters": worklist.filters_of(principal, tuple(worklist.KIND_WORDS), by_person=False),
        "acts": tuple(one for one in taskacts.offered(principal, listing) if one.code in ("assign", "hand_over")),
        "post": post,
        "person": person,
        "chosen": chosen,
        "most": max((one.open for one in loads), default=0),
    }
    return render(request, "desk/dispatch.html", values)


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None


def _key(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
