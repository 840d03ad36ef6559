"""One visit at the counter on one screen: who stands here, what for, form and materials, the lawful answer at once."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST

from tongban.faces import kept
from tongban.faces.access import staff
from tongban.faces.desk import casefile, intake, parties, queueing, visits
from tongban.faces.desk.forms import NotComplete, Problem
from tongban.faces.desk.refusals import problems_of
from tongban.faces.desk.views.files import serve_inline
from tongban.faces.fields import error_links
from tongban.ground.errors import Conflict, NotFound, Refusal, Refusals
from tongban.ground.policy import Principal
from tongban.ground.storage.selectors import file_of
from tongban.procedures.cases.rules.held import REASONS, HeldMaterial
from tongban.procedures.cases.rules.refusing import REFUSAL_KINDS
from tongban.procedures.cases.services import counter
from tongban.registry.catalog import selectors as catalog
from tongban.registry.catalog.version import VersionContent
from tongban.registry.parties import mandates
from tongban.registry.parties import services as party_services

KIND_WORDS = {"person": "个人", "organisation": "单位"}
FAULTS = ("没有签名或盖章", "缺页", "看不清", "已经过期", "和申请表填的不一致", "不是要求的那种材料", "没有写日期")
"""What is found most often; the clerk may type anything else."""
_SALT, _LIFE_SECONDS = "tongban.desk.held", 4 * 3600
_VERDICTS = {
    "accept": "accept",
    "request_correction": "notice",
    "refuse_acceptance": "refuse",
    "decide_instantly": "instant",
    "record": "record",
    "submit": "take_in",
}


def _principal(request: HttpRequest) -> Principal:
    principal: Principal = request.principal  # type: ignore[attr-defined]
    return principal


@staff("cases.case.accept")
def visit(request: HttpRequest, slug: str = "") -> HttpResponse:
    """One visit. POST ``command``: find, register, again, search, choose, same; with an item update, all_good, acts."""
    content = catalog.version_in_force(slug)[1] if slug else None
    command = request.POST.get("command", "")
    if request.method != "POST":
        return _begin(request, content)
    if command == "again":
        return _who(request, content, parties.PartyForm())
    if command in ("find", "register"):
        return _identify(request, content, command)
    if command == "same":
        return _what(request, _party_of(request, request.POST.get("number", "")))
    return _go_on(request, content, request.POST, command)


def _begin(request: HttpRequest, content: VersionContent | None) -> HttpResponse:
    """An empty page, or what was typed when the session had ended (files have to be chosen again)."""
    held = kept.take(request)
    if held and held.get("party"):
        return _go_on(request, content, held, "update")
    return _who(request, content, parties.read(held) if held else parties.PartyForm())


def _identify(request: HttpRequest, content: VersionContent | None, command: str) -> HttpResponse:
    form, principal = parties.read(request.POST), _principal(request)
    try:
        party = parties.find(form, principal, register=request.POST.get("unknown", "") if command == "register" else "")
        _of_the_audience(party, content)
    except parties.Ask as question:
        return _who(request, content, question.form)
    except (Refusal, Conflict) as error:
        unknown = request.POST.get("unknown", "") if command == "register" else ""
        return _who(request, content, replace(form, unknown=unknown), problems_of(error), error.status)
    queueing.arrived(principal)
    if content is None:
        return _what(request, party)
    return _form(request, intake.begin(content, party))


def _of_the_audience(party: parties.Party, content: VersionContent | None) -> None:
    if content and party.kind not in content.audience:
        words = "、".join(KIND_WORDS[kind] for kind in content.audience if kind in KIND_WORDS)
        raise Refusal(
            "draft.audience",
            f"「{content.name}」只能由{words}申请",
            field="number",
            remedy=f"请读{words}的证件，或换事项",
        )


def _party_of(request: HttpRequest, number: str) -> parties.Party:
    """Who was served in a case of this visit, for another item (WIN-04)."""
    detail = casefile.open_file(_principal(request), number).detail
    person, agent = detail.case.applicant_person, detail.case.agent_person
    organisation = detail.organisation
    if agent is None:
        return parties.Party(person)
    mandate = mandates.proof_of(agent, person, organisation) or "paper"
    return (
        parties.Party(agent, organisation, None, mandate)
        if organisation
        else parties.Party(person, None, agent, mandate)
    )


def _go_on(request: HttpRequest, content: VersionContent | None, post: QueryDict, command: str) -> HttpResponse:
    principal = _principal(request)
    try:
        party = parties.from_token(post.get("party", ""), principal)
        if content is None and command == "choose" and (chosen := post.get("slug", "")):
            content = catalog.version_in_force(chosen)[1]
            _of_the_audience(party, content)
            return _form(request, intake.begin(content, party))
    except Refusal as error:
        return _who(request, content, parties.PartyForm(), problems_of(error), error.status)
    if content is None or command == "search":
        return _what(request, party, post.get("q", "").strip()[:60])
    assert principal.account_id is not None  # every staff member has an account
    form = intake.read(content, party, post, request.FILES, principal.account_id)
    if command == "all_good":
        form = intake.all_good(form)
    if command not in _VERDICTS:
        return _form(request, form)
    return _answer(request, form, command)


def _answer(request: HttpRequest, form: intake.Intake, command: str) -> HttpResponse:
    """Carry out one of the acts; a refused one keeps all that was typed."""
    if form.errors:
        return _form(request, form, status=422)
    try:
        if problems := _problems(form, command):
            raise NotComplete(problems)
        done = counter.serve(_principal(request), _entry(request, form), _verdict(request.POST, form, command))
    except NotComplete as error:
        general = tuple(p for p in error.problems if not p.field)
        return _form(request, intake.with_problems(form, error.problems), status=422, act_problems=general)
    except Refusals as several:
        return _form(request, intake.with_refusals(form, several.items), status=422)
    except (Refusal, Conflict) as error:
        return _refused(request, form, error)
    if command == "submit":
        return _see_other(reverse("desk:window_case", args=[done.number]), "created")
    return _see_other(reverse("desk:visit_done", args=[done.number]), command)


def _problems(form: intake.Intake, command: str) -> tuple[Problem, ...]:
    if command in ("accept", "decide_instantly", "record"):
        return intake.acceptance_problems(form)
    return intake.notice_problems(form) if command == "request_correction" else ()


def _refused(request: HttpRequest, form: intake.Intake, error: Refusal | Conflict) -> HttpResponse:
    """At the control that it names; one that names none of this page is told above."""
    codes = {m.code for m in form.called} | {f.path for f in form.content.all_fields()} | set(intake.CONTROLS)
    problems = problems_of(error)
    if (code := (error.field or "").removeprefix("material-")) in codes:
        told = tuple(Problem(code, p.sentence) for p in problems)
        return _form(request, intake.with_problems(form, told), status=error.status)
    return _form(request, form, status=error.status, act_problems=problems)


def _entry(request: HttpRequest, form: intake.Intake) -> counter.Entry:
    party = form.party
    return counter.Entry(
        form.content.slug,
        None if party.organisation else party.person,
        party.organisation,
        form.answers(),
        form.file_ids(),
        form.key,
        party.person if party.organisation else party.agent,
        party.mandate,
        form.without(),
        form.again_of(),
        form.mended_ids(),
        form.held.materials,
    )


def _verdict(post: QueryDict, form: intake.Intake, command: str) -> counter.Verdict:
    text = form.besides
    here = form.party.here.name if form.party.here else ""
    return counter.Verdict(
        _VERDICTS[command],
        tuple(post.getlist("points")),
        text["signed_by"] or here,
        form.marked("defer"),
        form.marked("promise"),
        form.items(),
        text["kind"],
        text["reason"],
        text["right_authority"],
        text["received_by"],
    )


def _see_other(address: str, done: str) -> HttpResponse:
    response = HttpResponseRedirect(f"{address}?{urlencode({'done': done})}")
    response.status_code = 303
    return response


@require_POST
@staff("cases.case.accept")
def queue(request: HttpRequest) -> HttpResponse:
    """The line at this window. ``command``: next (ends the ticket at hand first), again, pass, finish.

    ``outcome`` and ``number`` say what came of the ticket at hand, and which case.
    """
    principal, post = _principal(request), request.POST
    case = casefile.look_again(principal, number).id if (number := post.get("number", "")) else None
    try:
        slug = queueing.carry_out(principal, post.get("command", ""), post.get("outcome", ""), case)
    except (Refusal, Conflict) as error:
        return _who(request, None, parties.PartyForm(), problems_of(error), error.status)
    known = any(content.slug == slug for _, content in catalog.options_in_force())
    response = HttpResponseRedirect(reverse("desk:visit", args=[slug] if known else []))
    response.status_code = 303
    return response


@staff("cases.case.accept")
def seat(request: HttpRequest) -> HttpResponse:
    """Sit down at a window, or leave it. POST ``do``: sit (``window``), leave."""
    principal, status = _principal(request), 200
    problems: tuple[Problem, ...] = ()
    if request.method == "POST":
        try:
            if request.POST.get("do") == "leave":
                queueing.leave(principal)
            else:
                queueing.sit(principal, request.POST.get("window", ""))
        except (Refusal, Conflict) as error:
            problems, status = problems_of(error), error.status
        else:
            response = HttpResponseRedirect(reverse("desk:visit"))
            response.status_code = 303
            return response
    values = {
        "queue": queueing.pane(principal),
        "free": queueing.free(principal),
        "act_problems": [p for p in problems if not p.field],
        "field_problems": [p for p in problems if p.field],
    }
    return render(request, "desk/window_seat.html", values, status=status)


# ---- the screen ----------------------------------------------------------------------------------------------------


def _page(request: HttpRequest, step: str, values: dict[str, Any], status: int = 200) -> HttpResponse:
    pane = queueing.pane(_principal(request))
    common = {"step": step, "queue": pane, "act_problems": (), "field_problems": (), "wrong": {}}
    return render(request, "desk/visit.html", {**common, **values}, status=status)


def _who(
    request: HttpRequest,
    content: VersionContent | None,
    form: parties.PartyForm,
    problems: tuple[Problem, ...] = (),
    status: int = 200,
) -> HttpResponse:
    values = {
        "content": content,
        "form": form,
        "act_problems": [p for p in problems if not p.field],
        "field_problems": [p for p in problems if p.field],
        "wrong": {p.field: p.sentence for p in problems},
    }
    return _page(request, "who", values, status)


def _what(request: HttpRequest, party: parties.Party, asked: str = "") -> HttpResponse:
    principal = _principal(request)
    values = {
        "party": party,
        "token": parties.token_of(party, principal),
        "asked": asked,
        "options": visits.options(asked, party.kind),
        "open_cases": visits.open_cases(principal, party),
    }
    return _page(request, "what", values)


def _form(request: HttpRequest, form: intake.Intake, *, status: int = 200, **more: Any) -> HttpResponse:
    principal = _principal(request)
    tokens = {code: _held_token(one, principal) for code, one in form.held.materials.items()}
    sections, materials = form.sections(), form.materials(tokens)
    wrong = error_links(field for box in sections for field in box.fields)
    others = [Problem(name, form.errors[name]) for name in intake.CONTROLS if name in form.errors]
    values = {
        "content": form.content,
        "party": form.party,
        "token": parties.token_of(form.party, principal),
        "key": form.key or str(uuid4()),
        "sections": sections,
        "materials": materials,
        "tally": visits.tally(materials),
        "wrong": form.errors,
        "typed": {name: form.besides.get(name, "") for name in intake.CONTROLS},
        "points": visits.points(form, request.POST.getlist("points")),
        "refusal_kinds": REFUSAL_KINDS.items(),
        "reasons": REASONS.items(),
        "faults": FAULTS,
        "instant": form.content.case_type == "instant",
        "records": form.content.law.positive == "recorded",
        "field_problems": [*wrong, *(Problem(f"m-{b.material.code}", b.error) for b in materials if b.error), *others],
        **more,
    }
    return _page(request, "form", values, status)


# ---- what is held --------------------------------------------------------------------------------------------------


def _held_token(one: HeldMaterial, principal: Principal) -> str:
    files = [str(key) for key in one.files]
    case = str(one.origin.case_id or "")
    return signing.dumps([files, case, str(principal.staff_id)], salt=_SALT)


@staff("cases.case.accept")
def held_file(request: HttpRequest, token: str, at: int) -> HttpResponse:
    """A file that is held of whoever stands here, for this clerk only; the look is on the person's record."""
    principal = _principal(request)
    try:
        files, case, staff_id = signing.loads(token, salt=_SALT, max_age=_LIFE_SECONDS)
        stored = file_of(UUID(files[at]))
    except (signing.BadSignature, ValueError, IndexError):
        raise NotFound("file.not_found", "没有找到这个文件，请回到窗口页面重新打开") from None
    if staff_id != str(principal.staff_id):
        raise NotFound("file.not_found", "没有找到这个文件，请回到窗口页面重新打开")
    if case:
        person = visits.person_of(UUID(case))
        if person:
            party_services.record_view(principal, [person], case_id=UUID(case), purpose="窗口核对已有的材料")
    return serve_inline(stored)


@staff("cases.case.view")
def visit_done(request: HttpRequest, number: str) -> HttpResponse:
    """What came of the visit: the papers to print at once, another item for the same person, the next in line."""
    file = casefile.open_file(_principal(request), number)
    done = request.GET.get("done", "")
    values = {
        "file": file,
        "done": done,
        "done_words": visits.DONE_WORDS.get(done, "已收件"),
        "made": visits.made(file),
    }
    return render(request, "desk/visit_done.html", values)
