"""Taking in an application at the counter: who, which item, the form and the materials, in one visit."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse

from tongban.faces import kept
from tongban.faces.access import staff
from tongban.faces.desk import intake, parties
from tongban.faces.desk.forms import Problem
from tongban.faces.desk.refusals import problems_of
from tongban.faces.fields import error_links
from tongban.ground.errors import Conflict, Refusal, Refusals
from tongban.ground.policy import Principal
from tongban.procedures.cases import services as cases
from tongban.registry.catalog import selectors as catalog
from tongban.registry.catalog.version import VersionContent

KIND_WORDS = {"person": "个人", "organisation": "单位"}


@staff("cases.case.accept")
def window_choose(request: HttpRequest) -> HttpResponse:
    """Choose the item that the person wants: all of them, narrowed by what they say (``?q=``)."""
    asked = request.GET.get("q", "").strip()[:60]
    options = [content for _, content in catalog.options_in_force() if _speaks_of(content, asked)]
    return render(request, "desk/window_choose.html", {"options": options, "asked": asked})


def _speaks_of(content: VersionContent, asked: str) -> bool:
    words = (content.name, content.item_name, content.plain, *content.aliases)
    return not asked or any(asked in word for word in words)


@staff("cases.case.accept")
def window_new(request: HttpRequest, slug: str) -> HttpResponse:
    """One visit at the counter. POST ``command``: find, register, update, submit; the form keeps everything typed."""
    _, content = catalog.version_in_force(slug)
    command = request.POST.get("command", "")
    if request.method != "POST":
        return _begin(request, content)
    if command == "again":
        return _party_page(request, content, parties.PartyForm(kind=content.audience[0]))
    if command in ("find", "register"):
        return _identify(request, content, command)
    return _fill_in(request, content, request.POST, command)


def _begin(request: HttpRequest, content: VersionContent) -> HttpResponse:
    """An empty page, or what was typed when the session had ended (files have to be chosen again)."""
    held = kept.take(request)
    if held and held.get("party"):
        return _fill_in(request, content, held, "update")
    form = parties.read(held) if held else parties.PartyForm(kind=content.audience[0])
    return _party_page(request, content, form)


def _identify(request: HttpRequest, content: VersionContent, command: str) -> HttpResponse:
    form = parties.read(request.POST)
    principal: Principal = request.principal  # type: ignore[attr-defined]
    try:
        party = parties.register(form, principal) if command == "register" else parties.find(form)
    except (Refusal, Conflict) as error:
        return _party_page(request, content, form, problems_of(error), error.status)
    if party is None:
        unknown = parties.PartyForm(**{**form.__dict__, "unknown": True})
        return _party_page(request, content, unknown)
    return _form_page(request, intake.begin(content, party))


def _party_page(
    request: HttpRequest,
    content: VersionContent,
    form: parties.PartyForm,
    problems: tuple[Problem, ...] = (),
    status: int = 200,
) -> HttpResponse:
    kinds = [(kind, KIND_WORDS[kind]) for kind in content.audience if kind in KIND_WORDS]
    values = {
        "content": content,
        "form": form,
        "kinds": kinds,
        "act_problems": [p for p in problems if not p.field],
        "field_problems": [p for p in problems if p.field],
        "wrong": {p.field: p.sentence for p in problems},
    }
    return render(request, "desk/window_party.html", values, status=status)


def _fill_in(request: HttpRequest, content: VersionContent, post: QueryDict, command: str) -> HttpResponse:
    principal: Principal = request.principal  # type: ignore[attr-defined]
    try:
        party = parties.from_token(post.get("party", ""), principal)
    except Refusal as error:
        return _party_page(request, content, parties.PartyForm(), problems_of(error), error.status)
    assert principal.account_id is not None  # every staff member has an account
    form = intake.read(content, party, post, request.FILES, principal.account_id)
    if command != "submit":
        return _form_page(request, form, key=post.get("key", ""))
    if form.errors:
        return _form_page(request, form, status=422)
    return _submit(request, principal, form)


def _submit(request: HttpRequest, principal: Principal, form: intake.Intake) -> HttpResponse:
    party = form.party
    try:
        done = cases.submit_for(
            principal,
            slug=form.content.slug,
            person=party.person,
            organisation=party.organisation,
            agent=party.person if party.organisation else None,
            answers=form.answers(),
            files=form.file_ids(),
            without=form.without(),
            key=request.POST.get("key", ""),
            channel="window",
        )
    except Refusals as several:
        return _form_page(request, intake.with_refusals(form, several.items), status=422)
    except (Refusal, Conflict) as error:
        status, problems = error.status, problems_of(error)
        return _form_page(request, form, status=status, act_problems=problems)
    response = HttpResponseRedirect(f"{reverse('desk:window_case', args=[done.number])}?done=created")
    response.status_code = 303
    return response


def _form_page(
    request: HttpRequest, form: intake.Intake, *, status: int = 200, key: str = "", **more: Any
) -> HttpResponse:
    principal: Principal = request.principal  # type: ignore[attr-defined]
    sections, materials = form.sections(), form.materials()
    wrong = error_links(field for box in sections for field in box.fields)
    values = {
        "content": form.content,
        "party": form.party,
        "token": parties.token_of(form.party, principal),
        "key": key or request.POST.get("key") or str(uuid4()),
        "sections": sections,
        "materials": materials,
        "field_problems": [*wrong, *(Problem(f"m-{b.material.code}", b.error) for b in materials if b.error)],
        **more,
    }
    return render(request, "desk/window_new.html", values, status=status)
