"""The applicant's acts on a case: one screen an act."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_http_methods

from tongban.faces import kept
from tongban.faces.access import signed_in
from tongban.faces.acts import form as forms
from tongban.faces.acts.act import Act, Scene
from tongban.faces.context import principal_of_request as principal_of
from tongban.faces.portal.acts import table
from tongban.faces.portal.answers import see_other
from tongban.ground import moment
from tongban.ground.errors import Conflict, NotFound, Refusal
from tongban.ground.policy import Principal
from tongban.procedures.cases import selectors
from tongban.procedures.cases.selectors import CaseDetail


def scene_of(principal: Principal, detail: CaseDetail) -> Scene:
    """The case and the applicant, as the table of acts reads them."""
    return Scene(principal, detail.state, detail.content, moment.today(), lambda: detail.answers)


@signed_in
@require_GET
def my_acts(request: HttpRequest, number: str) -> HttpResponse:
    """Everything that the applicant may do to this case now, one line each."""
    principal = principal_of(request)
    detail = selectors.case_of(principal, number)
    values = {"case": detail.case, "acts": table.possible(scene_of(principal, detail)), "notice": detail.open_notice}
    return render(request, "portal/acts.html", values)


@signed_in
@require_http_methods(["GET", "POST"])
def my_act(request: HttpRequest, number: str, name: str) -> HttpResponse:
    """One act. GET shows its form, POST does it and leads back to the case; a refused one keeps all that was typed."""
    principal = principal_of(request)
    detail = selectors.case_of(principal, number)
    chosen, scene = _offered(principal, detail, name)
    if request.method != "POST":
        held = kept.take(request)
        return _page(request, detail, forms.read(chosen, scene, held) if held else forms.fresh(chosen, scene))
    form = forms.read(chosen, scene, request.POST, request.FILES)
    if "keep_files" in request.POST and not form.sent.refused:
        return _page(request, detail, form)
    try:
        forms.carry_out(form)
    except (Refusal, Conflict) as error:
        return _page(request, detail, form.told(error), error.status)
    return see_other(f"{reverse('portal:my_case', args=[number])}?{urlencode({'done': chosen.slug})}")


def _offered(principal: Principal, detail: CaseDetail, name: str) -> tuple[Act, Scene]:
    chosen, scene = table.BY_SLUG.get(name), scene_of(principal, detail)
    if chosen is None or not chosen.possible(scene):
        raise NotFound("act.not_offered", "这一步现在不能办，办件的情况变了。请看办件进度")
    return chosen, scene


def _page(request: HttpRequest, detail: CaseDetail, form: forms.ActForm, status: int = 200) -> HttpResponse:
    boxes = form.boxes()
    values = {
        "case": detail.case,
        "act": form.act,
        "boxes": boxes,
        "errors": form.links(boxes),
        "problems": form.problems,
    }
    return render(request, "portal/act.html", values, status=status)
