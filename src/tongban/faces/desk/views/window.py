"""The window desk: cases that wait for acceptance, and the lawful choices of a clerk (行政许可法 art. 32)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode

from tongban.faces import kept
from tongban.faces.access import staff
from tongban.faces.desk import casefile, forms, taskacts, worklist
from tongban.faces.desk.acts import table
from tongban.faces.desk.refusals import problems_of
from tongban.ground.errors import Conflict, Refusal
from tongban.ground.policy import Principal, may_ever
from tongban.procedures.cases import services as cases
from tongban.procedures.cases.rules.refusing import REFUSAL_KINDS

CHANNEL = "window"
DONE_WORDS: dict[str, str] = {
    "created": "已收件。核对材料后可以当场受理",
    "receive": "已确认收件",
    "accept": "已受理，受理通知书正在制作",
    "request_correction": "已发出一次性告知，全部问题都写在告知书里",
    "refuse_acceptance": "已作出不予受理决定，决定书正在制作",
    "deliver": "已登记送达",
    "parcel": "已登记收到寄来的材料",
}


@staff("cases.case.accept", "cases.case.deliver")
def window(request: HttpRequest) -> HttpResponse:
    """What waits at this window, the most urgent first; the filter stands in the address."""
    principal: Principal = request.principal  # type: ignore[attr-defined]
    kinds = worklist.kinds_of(principal, worklist.AT_WINDOW)
    listing = worklist.open_rows(principal, worklist.asked_of(request, kinds), after=request.GET.get("after", ""))
    values = {
        "listing": listing,
        "filters": worklist.filters_of(principal, kinds),
        "acts": taskacts.offered(principal, listing),
        "may_take_in": may_ever(principal, "cases.case.submit"),
    }
    return render(request, "desk/window.html", values)


def _accept(principal: Principal, file: casefile.CaseFile, form: forms.AcceptanceForm) -> None:
    cases.accept(principal, file.id, points=list(form.points), channel=CHANNEL)


def _request_correction(principal: Principal, file: casefile.CaseFile, form: forms.AcceptanceForm) -> None:
    cases.request_correction(principal, file.id, items=form.items(), channel=CHANNEL)


def _refuse_acceptance(principal: Principal, file: casefile.CaseFile, form: forms.AcceptanceForm) -> None:
    cases.refuse_acceptance(
        principal,
        file.id,
        kind=form.kind,
        reason=form.reason,
        right_authority=form.right_authority,
        channel=CHANNEL,
    )


def _receive(principal: Principal, file: casefile.CaseFile, form: forms.AcceptanceForm) -> None:
    cases.receive(principal, file.id, channel=CHANNEL)


def _deliver(principal: Principal, file: casefile.CaseFile, form: forms.AcceptanceForm) -> None:
    cases.deliver(principal, file.id, mode="counter", received_by=form.received_by, channel=CHANNEL)


_COMMANDS: dict[str, Callable[[Principal, casefile.CaseFile, forms.AcceptanceForm], None]] = {
    "receive": _receive,
    "accept": _accept,
    "request_correction": _request_correction,
    "refuse_acceptance": _refuse_acceptance,
    "deliver": _deliver,
}

_CHECKS: dict[str, Callable[[forms.AcceptanceForm, Mapping[str, str]], tuple[forms.Problem, ...]]] = {
    "accept": forms.acceptance_problems,
    "request_correction": forms.correction_problems,
}


@staff("cases.case.view")
def window_case(request: HttpRequest, number: str) -> HttpResponse:
    """One case at the window. POST ``command`` = one lawful choice; a refused one keeps all that was typed."""
    principal: Principal = request.principal  # type: ignore[attr-defined]
    file = casefile.open_file(principal, number)
    if request.method != "POST":
        held = kept.take(request)
        form = forms.read_acceptance(held, file.material_codes) if held else forms.AcceptanceForm()
        return page(request, file, form)
    form = forms.read_acceptance(request.POST, file.material_codes)
    command = request.POST.get("command", "")
    if command == "more_rows":
        return page(request, file, form)
    try:
        return _carry_out(principal, file, form, command)
    except (Refusal, Conflict) as error:
        fresh = casefile.look_again(principal, number)
        return page(request, fresh, form, problems_of(error), error.status)


def _carry_out(principal: Principal, file: casefile.CaseFile, form: forms.AcceptanceForm, command: str) -> HttpResponse:
    act = _COMMANDS.get(command)
    if act is None:
        raise Refusal("desk.command", "没有看懂您要做哪一步", remedy="请按页面上的按钮办理")
    check = _CHECKS.get(command)
    if check and (problems := check(form, file.names_of_targets())):
        raise forms.NotComplete(problems)
    act(principal, file, form)
    address = reverse("desk:window_case", args=[file.number])
    return _see_other(f"{address}?{urlencode({'done': command})}")


def _see_other(address: str) -> HttpResponse:
    response = HttpResponseRedirect(address)
    response.status_code = 303
    return response


def page(
    request: HttpRequest,
    file: casefile.CaseFile,
    form: forms.AcceptanceForm,
    problems: tuple[forms.Problem, ...] = (),
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    """The window's page of a case, with the list of what waits beside it."""
    principal: Principal = request.principal  # type: ignore[attr-defined]
    values = {
        "file": file,
        "form": form,
        "act_problems": [p for p in problems if not p.field],
        "field_problems": [p for p in problems if p.field],
        "wrong": {p.field: p.sentence for p in problems},
        "listing": worklist.open_rows(principal, limit=12),
        "refusal_kinds": REFUSAL_KINDS.items(),
        "done_words": _done_words(request.GET.get("done", "")) if request.method == "GET" else "",
        "rows": [(row, form.mark_of(row.code)) for row in file.materials],
        "may_unmask": file.may_unmask,
        **more,
    }
    return render(request, "desk/window_case.html", values, status=status)


def _done_words(done: str) -> str:
    return DONE_WORDS.get(done) or table.done_words(done)


@staff("cases.case.view")
def receipt(request: HttpRequest, number: str) -> HttpResponse:
    """The receipt for the applicant, to print on A4 or on a roll: number, query password, what was given, what next."""
    principal: Principal = request.principal  # type: ignore[attr-defined]
    file = casefile.open_file(principal, number)
    return render(request, "desk/receipt.html", {"file": file})
