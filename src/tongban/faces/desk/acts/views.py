"""The acts of a case at the desk: the list of what is possible now, one screen an act, its paper before it is made."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tongban.faces import kept
from tongban.faces.access import staff
from tongban.faces.acts import form as forms
from tongban.faces.acts.act import Act, Scene
from tongban.faces.desk import casefile
from tongban.faces.desk.acts import table
from tongban.ground.errors import Conflict, NotFound, Refusal
from tongban.ground.identifiers import half_width
from tongban.ground.policy import Principal, allowed, may_ever
from tongban.procedures.cases.loading import load

_AT_THE_WINDOW = ("cases.case.accept", "cases.case.deliver")


def case_url(principal: Principal, number: str) -> str:
    """The page on which this person sees the case."""
    at_window = any(may_ever(principal, permission) for permission in _AT_THE_WINDOW)
    return reverse("desk:window_case" if at_window else "desk:review_case", args=[number])


@require_GET
@staff("cases.case.view")
def case_find(request: HttpRequest) -> HttpResponse:
    """``?number=`` leads to the case; without one, or with a foreign or unknown one, it asks again."""
    principal: Principal = request.principal  # type: ignore[attr-defined]
    number = half_width(request.GET.get("number", "")).replace("\x00", "").strip().upper()[:40]
    if not number:
        return render(request, "desk/case_find.html", {"asked": ""})
    try:
        file = casefile.open_file(principal, number)
    except NotFound as missing:
        values = {"asked": number, "problem": missing.sentence}
        return render(request, "desk/case_find.html", values, status=missing.status)
    return HttpResponseRedirect(case_url(principal, file.number))


@require_GET
@staff("cases.case.view")
def acts(request: HttpRequest, number: str) -> HttpResponse:
    """Everything that the acting post may do to this case now, one line each."""
    principal: Principal = request.principal  # type: ignore[attr-defined]
    file = casefile.open_file(principal, number)
    values = {"file": file, "groups": table.grouped(file.acts), "case_url": case_url(principal, file.number)}
    return render(request, "desk/acts.html", values)


@require_http_methods(["GET", "POST"])
@staff("cases.case.view")
def act(request: HttpRequest, number: str, name: str) -> HttpResponse:
    """One act. GET shows its form, POST does it and leads back to the case; a refused one keeps all that was typed."""
    principal: Principal = request.principal  # type: ignore[attr-defined]
    file = casefile.open_file(principal, number)
    chosen, scene = _offered(file, name)
    if request.method != "POST":
        held = kept.take(request)
        return _page(request, file, forms.read(chosen, scene, held) if held else forms.fresh(chosen, scene))
    form = forms.read(chosen, scene, request.POST, request.FILES)
    if "more_rows" in request.POST or "keep_files" in request.POST:
        return _page(request, file, form)
    try:
        forms.carry_out(form)
    except (Refusal, Conflict) as error:
        return _page(request, casefile.look_again(principal, number), form.told(error), error.status)
    return _done(principal, file, chosen)


def _offered(file: casefile.CaseFile, name: str) -> tuple[Act, Scene]:
    chosen, scene = table.BY_SLUG.get(name), file.scene
    if chosen is None or not chosen.possible(scene):
        raise NotFound("act.not_offered", "这一步现在不能办：办件的情况变了，或者要由别的岗位办理")
    return chosen, scene


def _done(principal: Principal, file: casefile.CaseFile, act_: Act) -> HttpResponse:
    """Back to the case, or to the own list when the case has gone to somebody else."""
    still = allowed(principal, "cases.case.view", load(file.id).target())
    address = case_url(principal, file.number) if still else reverse("desk:home")
    response = HttpResponseRedirect(f"{address}?{urlencode({'done': act_.slug, 'number': file.number})}")
    response.status_code = 303
    return response


def _page(request: HttpRequest, file: casefile.CaseFile, form: forms.ActForm, status: int = 200) -> HttpResponse:
    boxes = form.boxes()
    values = {
        "file": file,
        "act": form.act,
        "boxes": boxes,
        "links": form.links(boxes),
        "problems": form.problems,
        "case_url": case_url(file.principal, file.number),
    }
    return render(request, "desk/act.html", values, status=status)


@require_POST
@staff("cases.case.view")
def act_preview(request: HttpRequest, number: str, name: str) -> HttpResponse:
    """The paper of the act as it would be printed, without number and seal; nothing is stored."""
    principal: Principal = request.principal  # type: ignore[attr-defined]
    file = casefile.open_file(principal, number)
    chosen, scene = _offered(file, name)
    form = forms.read(chosen, scene, request.POST)
    try:
        pdf = forms.preview(form)
    except (Refusal, Conflict) as error:
        return _page(request, file, form.told(error), error.status)
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = 'inline; filename="preview.pdf"'
    return response
