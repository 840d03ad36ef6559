"""First contacts at the desk: register, answer or pass on, print the slip, check a "no", the report of a month."""

from __future__ import annotations

import re
from datetime import date
from typing import Any
from uuid import uuid4

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from tongban.faces import kept
from tongban.faces.access import staff
from tongban.faces.desk import contacts as reading
from tongban.ground import moment
from tongban.ground.errors import Conflict, Refusal, TongbanError
from tongban.ground.policy import Principal, allowed, may_ever
from tongban.procedures.contacts import printing, selectors, services
from tongban.procedures.contacts.asking_rules import CALL_TIMES
from tongban.procedures.contacts.rules import Check
from tongban.procedures.contacts.selectors import ContactDetail
from tongban.registry.catalog import selectors as catalog
from tongban.registry.catalog.version import VersionContent

_MONTH = re.compile(r"(20[0-9]{2})-(0[1-9]|1[0-2])")
DONE_WORDS = {
    "registered": "已登记",
    "answered": "已答复",
    "upheld": "已核对：答复正确",
    "overturned": "已核对：退回重新答复",
}


@staff("contacts.contact.view")
@require_safe
def contacts(request: HttpRequest) -> HttpResponse:
    """What waits for an answer of this post, the "no" that the manager has to check, and what was registered."""
    principal: Principal = request.principal  # type: ignore[attr-defined]
    may_check = may_ever(principal, "contacts.contact.check")
    values = {
        "waiting": selectors.waiting_for(principal),
        "negatives": selectors.unchecked_negatives(principal) if may_check else (),
        "page": selectors.contacts_of(principal, after=request.GET.get("after", "")),
        "may_register": may_ever(principal, "contacts.contact.create"),
        "may_report": may_ever(principal, "contacts.report.view"),
        "today": moment.today(),
    }
    return render(request, "desk/contacts.html", values)


@staff("contacts.contact.create")
def contact_new(request: HttpRequest) -> HttpResponse:
    """Register a question with its first answer. POST ``command``: update, more_rows, register; nothing is lost."""
    principal: Principal = request.principal  # type: ignore[attr-defined]
    posted = request.POST if request.method == "POST" else kept.take(request)
    slug = (posted or request.GET).get("slug", "")
    content = catalog.version_in_force(slug)[1] if slug else None
    if posted is None:
        question = reading.QuestionForm(slug=slug)
        return _new_page(request, content, question, reading.AnswerForm())
    question, given = reading.read_question(posted, content), reading.read_answer(posted)
    if request.method != "POST" or posted.get("command") != "register":
        return _new_page(request, content, question, given)
    try:
        key = posted.get("key") or str(uuid4())
        done = services.register(principal, question.asked(), given.answer(content), key=key)
    except (Refusal, Conflict) as error:
        return _new_page(request, content, question, given, error)
    return _see_contact(done.number, "registered")


def _new_page(
    request: HttpRequest,
    content: VersionContent | None,
    question: reading.QuestionForm,
    given: reading.AnswerForm,
    error: TongbanError | None = None,
) -> HttpResponse:
    wrong = reading.wrong_of(error)
    options = [option for _, option in catalog.options_in_force()]
    answers = reading.known_answers(content, question)
    asked, situation = reading.question_fields(question, wrong), reading.situation_fields(content, question, wrong)
    item = reading.item_choice(question, options, wrong)
    values = {
        "key": request.POST.get("key") or str(uuid4()),
        "asked": asked,
        "item": item,
        "content": content,
        "situation": situation,
        "checklist": reading.checklist(content, answers),
        "telephone": reading.telephone_words(content, answers),
        **_answer_values(request, content, given, wrong, (*asked, item, *situation)),
    }
    return render(request, "desk/contact_new.html", values, status=error.status if error else 200)


def _answer_values(
    request: HttpRequest,
    content: VersionContent | None,
    given: reading.AnswerForm,
    wrong: dict[str, str],
    before: tuple[Any, ...] = (),
    channel: str = "",
) -> dict[str, Any]:
    principal: Principal = request.principal  # type: ignore[attr-defined]
    fields = reading.answer_fields(given, content, wrong, channel)
    passing = reading.post_choice(given, selectors.posts_to_pass_to(principal), wrong)
    agreed = reading.agreed_field(given, wrong)
    shown = (*before, *fields, passing, agreed)
    elsewhere = [told for name, told in wrong.items() if name not in {f.name for f in shown} | {"returned"}]
    return {
        "answer": given,
        "fields": fields,
        "passing": passing,
        "agreed": agreed,
        "materials": [m.name for m in content.materials if m.source == "uploaded"] if content else [],
        "wrong": wrong,
        "field_problems": reading.links(shown, wrong),
        "act_problems": [{"sentence": told} for told in elsewhere],
    }


@staff("contacts.contact.view")
def contact(request: HttpRequest, number: str) -> HttpResponse:
    """One contact with its answers. POST ``command``: answer, more_rows (who holds it), check (the hall manager)."""
    principal: Principal = request.principal  # type: ignore[attr-defined]
    detail = selectors.contact_of(principal, number)
    posted = request.POST if request.method == "POST" else kept.take(request)
    given = reading.read_answer(posted) if posted else reading.AnswerForm()
    if request.method != "POST" or posted is None or posted.get("command") == "more_rows":
        return _page(request, detail, given)
    try:
        done = _carry_out(principal, detail, given, request)
    except (Refusal, Conflict) as error:
        return _page(request, selectors.contact_of(principal, number), given, error)
    return _see_contact(number, done)


def _carry_out(principal: Principal, detail: ContactDetail, given: reading.AnswerForm, request: HttpRequest) -> str:
    command = request.POST.get("command", "")
    if command == "answer":
        services.answer(principal, detail.contact.id, given.answer(detail.content))
        return "answered"
    if command == "check":
        report = next((n for n in detail.state.negatives if str(n.id) == request.POST.get("report")), None)
        if report is None:
            raise Refusal("contact.checked", "这条报备已经核对过，或不在这条登记里", remedy="刷新页面，看最新状态")
        verdict = request.POST.get("verdict", "")
        words = request.POST.get("check_words", "").strip()[: services.LONGEST_QUESTION]
        services.check(principal, detail.contact.id, Check(report.id, verdict, words))
        return verdict
    raise Refusal("desk.command", "没有看懂您要做哪一步", remedy="请按页面上的按钮办理")


def _page(
    request: HttpRequest,
    detail: ContactDetail,
    given: reading.AnswerForm,
    error: TongbanError | None = None,
    **more: Any,
) -> HttpResponse:
    principal: Principal = request.principal  # type: ignore[attr-defined]
    wrong = reading.wrong_of(error)
    target, holder = detail.state.target(), detail.state.holder_post_id
    values = {
        "detail": detail,
        "lines": [(one, printing.has_slip(one.row.outcome)) for one in detail.given],
        "outcome_words": selectors.OUTCOME_WORDS,
        "may_answer": holder is not None and holder == principal.post_id,
        "may_check": allowed(principal, "contacts.contact.check", target),
        "may_unmask": bool(detail.contact.person_label or detail.contact.person_phone)
        and allowed(principal, "contacts.person.unmask", target),
        "done_words": DONE_WORDS.get(request.GET.get("done", "")) if request.method == "GET" else "",
        "check_fields": reading.check_fields(request.POST, wrong),
        **_answer_values(request, detail.content, given, wrong, channel=detail.contact.channel),
        "today": moment.today(),
        "call_back": CALL_TIMES.get(detail.contact.call_back, ""),
        **more,
    }
    shown = reading.check_fields(request.POST, wrong)
    if any(f.error for f in shown):
        values["field_problems"], values["act_problems"] = reading.links(shown, {}), []
    return render(request, "desk/contact.html", values, status=error.status if error else 200)


def _see_contact(number: str, done: str) -> HttpResponse:
    response = HttpResponseRedirect(f"{reverse('desk:contact', args=[number])}?done={done}")
    response.status_code = 303
    return response


@staff("contacts.contact.view")
@require_safe
def contact_slip(request: HttpRequest, number: str, round: int) -> HttpResponse:
    """The slip of one answer, to print; made anew each time, nothing is stored."""
    principal: Principal = request.principal  # type: ignore[attr-defined]
    pdf = printing.slip_of(selectors.contact_of(principal, number), round)
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{number}-{round}.pdf"'
    return response


@require_POST
@staff("contacts.person.unmask")
def contact_unmask(request: HttpRequest, number: str) -> HttpResponse:
    """Show the whole name and telephone number once, to call back; the look is on record."""
    principal: Principal = request.principal  # type: ignore[attr-defined]
    detail = selectors.contact_of(principal, number)
    try:
        person = services.unmask(principal, detail.contact.id, request.POST.get("purpose", ""))
    except Refusal as refusal:
        told = f"{refusal.sentence}。{refusal.remedy}" if refusal.remedy else refusal.sentence
        response = _page(request, detail, reading.AnswerForm(), unmask_problem=told)
        response.status_code = refusal.status
        return response
    return _page(request, detail, reading.AnswerForm(), person=person)


@staff("contacts.report.view")
@require_safe
def contact_report(request: HttpRequest) -> HttpResponse:
    """The register of a month (``?month=2026-11``) by region and department."""
    principal: Principal = request.principal  # type: ignore[attr-defined]
    found = _MONTH.fullmatch(request.GET.get("month", ""))
    month = date(int(found[1]), int(found[2]), 1) if found else moment.today().replace(day=1)
    before = date(month.year - (month.month == 1), (month.month - 2) % 12 + 1, 1)
    after = date(month.year + month.month // 12, month.month % 12 + 1, 1)
    report = selectors.report(principal, month)
    channels = [(reading.CHANNEL_WORDS.get(channel, channel), n) for channel, n in report.by_channel]
    values = {
        "report": report,
        "heads": [selectors.OUTCOME_WORDS[outcome] for outcome in report.outcomes],
        "channels": channels,
        "before": f"{before:%Y-%m}",
        "after": f"{after:%Y-%m}" if after <= moment.today() else "",
    }
    return render(request, "desk/contact_report.html", values)
