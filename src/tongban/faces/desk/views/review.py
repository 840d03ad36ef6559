"""The review desk: list, documents and data, checklist with opinion or decision (ui.md 3, 9)."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST

from tongban.faces import kept
from tongban.faces.access import staff
from tongban.faces.desk import casefile, drafting, forms, looks, taskacts, worklist
from tongban.faces.desk.acts import table
from tongban.faces.desk.refusals import problems_of
from tongban.ground.errors import Conflict, NotFound, Refusal
from tongban.ground.policy import Principal
from tongban.procedures.cases import services as cases
from tongban.procedures.cases.preview import preview_decision, try_command
from tongban.procedures.cases.services.doing import asked_by
from tongban.procedures.work import writing

CHANNEL = "desk"
LISTED = 12
"""Rows of the list beside the case."""
DONE_WORDS: dict[str, str] = {
    "pass": "已提交意见：通过",
    "object": "已提交意见：不通过",
    "granted": "已作出准予的决定，决定书和证照正在制作",
    "refused": "已作出不予的决定，决定书正在制作",
    "provided": "已登记服务结果，办结单正在制作",
    "not_provided": "已登记不能提供，办结单正在制作",
    "adjudicated": "已作出裁决，裁决书正在制作",
    "recorded": "已备案，备案凭证正在制作",
    "message": "已用本单位名义答复申请人",
}


@staff("cases.step.handle", "cases.step.examine", "cases.case.decide")
def review(request: HttpRequest) -> HttpResponse:
    """What waits for this post to be reviewed, the most urgent first; the filter stands in the address."""
    principal: Principal = request.principal  # type: ignore[attr-defined]
    kinds = worklist.kinds_of(principal, worklist.IN_REVIEW)
    listing = worklist.open_rows(principal, worklist.asked_of(request, kinds), after=request.GET.get("after", ""))
    values = {
        "listing": listing,
        "filters": worklist.filters_of(principal, kinds),
        "acts": taskacts.offered(principal, listing),
        **_done_before(request),
    }
    return render(request, "desk/review.html", values)


@staff("cases.case.view")
def review_case(request: HttpRequest, number: str) -> HttpResponse:
    """One case under review. POST ``command`` = ``opinion``, ``check`` (the last look) or ``decide``.

    Afterwards the next case is opened. What is typed is kept as a draft when asked for (``keep``, ``phrase``).
    """
    principal: Principal = request.principal  # type: ignore[attr-defined]
    file = casefile.open_file(principal, number)
    written = writing.at_hand(principal, file.my_tasks)
    held = request.POST if request.method == "POST" else kept.take(request) or drafting.as_posted(written.draft)
    opinion = forms.read_opinion(held) if held else forms.OpinionForm()
    decision = forms.read_decision(held) if held else forms.default_decision(file.content)
    if request.method != "POST":
        return page(request, file, opinion, decision, written=written)
    try:
        if drafting.asks(request.POST):
            return _write_on(request, file)
        if request.POST.get("command") == "check":
            return _check(request, file, decision)
        return _carry_out(principal, file, opinion, decision, request.POST.get("command", ""))
    except (Refusal, Conflict) as error:
        fresh = casefile.look_again(principal, number)
        return page(request, fresh, opinion, decision, problems_of(error), error.status, written=written)


def _write_on(request: HttpRequest, file: casefile.CaseFile) -> HttpResponse:
    """Keep what is typed so far, or let a sentence of the house or of one's own come into it."""
    principal: Principal = request.principal  # type: ignore[attr-defined]
    typed = drafting.written_on(principal, file, request.POST)
    if file.my_tasks:
        writing.keep_draft(principal, file.my_tasks[0], drafting.fields_of(typed))
    written = writing.at_hand(principal, file.my_tasks)
    return page(request, file, forms.read_opinion(typed), forms.read_decision(typed), written=written)


@require_POST
@staff("cases.step.handle", "cases.step.examine", "cases.case.decide")
def opinion_draft(request: HttpRequest, number: str) -> HttpResponse:
    """What is being typed, saved in the background; answers with the time in words."""
    principal: Principal = request.principal  # type: ignore[attr-defined]
    file = casefile.look_again(principal, number)
    if not file.my_tasks:
        raise NotFound("draft.task", "这件办件现在没有您要办的一步")
    saved = writing.keep_draft(principal, file.my_tasks[0], drafting.fields_of(request.POST))
    return HttpResponse(drafting.words_of(saved), content_type="text/plain; charset=utf-8")


def _check(request: HttpRequest, file: casefile.CaseFile, form: forms.DecisionForm) -> HttpResponse:
    """The last look before signing: what law and policy forbid is told now, nothing is done yet."""
    principal: Principal = request.principal  # type: ignore[attr-defined]
    if problems := forms.decision_problems(form, file.content):
        raise forms.NotComplete(problems)
    try_command(principal, file.detail, asked_by(lambda: _decided(principal, file, form)))
    positive = form.outcome == file.content.law.positive
    values = {
        "outcome_words": next(words for code, words, _ in forms.outcomes(file.content) if code == form.outcome),
        "chosen_bases": [b for at, b in enumerate(file.content.legal_basis) if at in form.chosen],
        "licence_rows": file.licence_rows if positive else (),
        "positive": positive,
    }
    return page(request, file, forms.OpinionForm(), form, confirming=values)


def _carry_out(
    principal: Principal,
    file: casefile.CaseFile,
    opinion: forms.OpinionForm,
    decision: forms.DecisionForm,
    command: str,
) -> HttpResponse:
    if command == "opinion":
        done = _give_opinion(principal, file, opinion)
    elif command == "decide":
        done = _decide(principal, file, decision)
    else:
        raise Refusal("desk.command", "没有看懂您要做哪一步", remedy="请按页面上的按钮办理")
    writing.forget_draft(principal, file.my_tasks)
    return done


def _give_opinion(principal: Principal, file: casefile.CaseFile, form: forms.OpinionForm) -> HttpResponse:
    if problems := forms.opinion_problems(form):
        raise forms.NotComplete(problems)
    if file.my_step is None:
        raise Refusal("step.none", "这件办件里现在没有您要办的一步", remedy="刷新页面，看最新状态")
    cases.complete_step(
        principal,
        file.id,
        task_id=file.my_step.task_id,
        verdict=form.verdict,
        text=form.text,
        points=form.checked(file.my_step.points),
        channel=CHANNEL,
    )
    return _next_case(principal, file, form.verdict)


def _decide(principal: Principal, file: casefile.CaseFile, form: forms.DecisionForm) -> HttpResponse:
    if problems := forms.decision_problems(form, file.content):
        raise forms.NotComplete(problems)
    _decided(principal, file, form)
    return _next_case(principal, file, form.outcome)


def _decided(principal: Principal, file: casefile.CaseFile, form: forms.DecisionForm) -> object:
    return cases.decide(
        principal,
        file.id,
        outcome=form.outcome,
        facts=form.facts,
        reasons=form.reasons,
        basis=form.basis(file.content.legal_basis),
        channel=CHANNEL,
    )


def _next_case(principal: Principal, file: casefile.CaseFile, done: str) -> HttpResponse:
    """The most urgent case at which no colleague is; the list when none is left. Says what was done to which case."""
    rows = worklist.open_rows(principal, limit=LISTED).rows
    left = next((row for row in rows if row.number != file.number and (row.mine or not row.holder)), None)
    address = left.url if left else reverse("desk:review")
    response = HttpResponseRedirect(f"{address}?{urlencode({'done': done, 'number': file.number})}")
    response.status_code = 303
    return response


def _done_before(request: HttpRequest) -> dict[str, Any]:
    done = request.GET.get("done", "") if request.method == "GET" else ""
    words = DONE_WORDS.get(done) or table.done_words(done)
    number = request.GET.get("number", "")
    plain = number if number.replace("-", "").isalnum() and number.isascii() else ""
    return {"done_words": words or "", "done_number": plain}


def page(
    request: HttpRequest,
    file: casefile.CaseFile,
    opinion: forms.OpinionForm,
    decision: forms.DecisionForm,
    problems: tuple[forms.Problem, ...] = (),
    status: int = 200,
    *,
    written: writing.Written | None = None,
    **more: Any,
) -> HttpResponse:
    """The three panes of a case under review; ``written`` is told when the page continues a draft."""
    principal: Principal = request.principal  # type: ignore[attr-defined]
    shown = file.file_to_show(request.GET.get("file", ""))
    values = {
        "file": file,
        "opinion": opinion,
        "decision": decision,
        "act_problems": [p for p in problems if not p.field],
        "field_problems": [p for p in problems if p.field],
        "wrong": {p.field: p.sentence for p in problems},
        "shown": shown,
        "shown_is_image": shown is not None and casefile.is_image(shown),
        **looks.pages_to_show(principal, shown),
        "may_unmask": file.may_unmask,
        "outcomes": forms.outcomes(file.content),
        "listing": worklist.open_rows(principal, limit=LISTED),
        "phrases": drafting.phrases_of(file, written or writing.at_hand(principal, file.my_tasks)),
        "bases": [(at, basis, at in decision.chosen) for at, basis in enumerate(file.content.legal_basis)],
        "kept_words": drafting.words_of(written.draft) if written and written.draft else "",
        **_done_before(request),
        **more,
    }
    return render(request, "desk/review_case.html", values, status=status)


@require_POST
@staff("cases.case.decide")
def preview(request: HttpRequest, number: str) -> HttpResponse:
    """The decision as it would be printed, without number and seal; nothing is stored."""
    principal: Principal = request.principal  # type: ignore[attr-defined]
    file = casefile.open_file(principal, number)
    form = forms.read_decision(request.POST)
    pdf = preview_decision(
        principal,
        file.id,
        outcome=form.outcome,
        facts=form.facts,
        reasons=form.reasons,
        basis=form.basis(file.content.legal_basis),
    )
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = 'inline; filename="preview.pdf"'
    return response
