"""Help: who is there, asking over the web and reading the answer, and how booking, complaints and reviews work today.

What is a later room is said so: no form stands here that nobody would read (PRT-11, PRT-12, PRT-13, PRT-18).
"""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from tongban.faces.access import public, signed_in
from tongban.faces.context import principal_of_request
from tongban.faces.fields import FieldView, error_links
from tongban.faces.limits import Limit, address_of
from tongban.faces.portal.answers import see_other
from tongban.faces.portal.look_up_fields import password_fields, phone_fields
from tongban.faces.portal.looking_up import CodeSent, LookUp, Refused, number_of
from tongban.faces.portal.page_meta import PageMeta
from tongban.faces.ready import marker_of, ready_page
from tongban.ground.errors import NotFound, Refusal, Refusals, TongbanError, TooMany
from tongban.procedures.contacts import asked, asking
from tongban.procedures.contacts.asked import ReadQuestion
from tongban.procedures.contacts.asking import WebQuestion
from tongban.procedures.contacts.asking_rules import CALL_TIMES, LONGEST
from tongban.registry.catalog.models import HandlingOption
from tongban.registry.catalog.selectors import option_called

PER_ADDRESS = Limit("question.address", 10, timedelta(hours=1), "这个网络一小时里问得太多了")
PER_MOBILE = Limit("question.mobile", 5, timedelta(days=1), "这个手机号今天问得太多了")
ASKED = "asked_question"


def _page(request: HttpRequest, template: str, title: str, words: str, **values: object) -> HttpResponse:
    context = {
        "account_marker": marker_of(request),
        "page_meta": PageMeta(title, words, request.path),
        "section": "help",
        **values,
    }
    return render(request, f"portal/{template}.html", context)


@public
@require_safe
@ready_page
def help(request: HttpRequest) -> HttpResponse:
    """Every way to a person and to an answer, on one page."""
    return _page(request, "help", _("求助和咨询"), _("打 12345、在网上问、找人帮办、到大厅：怎么找得到人。"))


@public
@require_safe
@ready_page
def help_assist(request: HttpRequest) -> HttpResponse:
    """Others who do it for you or with you: family by mandate, people at the hall, the telephone."""
    return _page(request, "help_assist", _("找人帮我办"), _("家里人替您办、到大厅有人帮、打 12345 问。"))


@public
@require_safe
@ready_page
def help_booking(request: HttpRequest) -> HttpResponse:
    """How to wait less at a hall today; booking over the web is not there yet."""
    return _page(request, "help_booking", _("预约"), _("到窗口怎样少等。"), asked_about=_about(request))


@public
@require_safe
@ready_page
def help_complaints(request: HttpRequest) -> HttpResponse:
    """Where a complaint or a suggestion goes today, and the remedies against a decision."""
    return _page(
        request, "help_complaints", _("投诉建议"), _("不满意、办不成、有建议，找谁说。"), asked_about=_about(request)
    )


@public
@require_safe
@ready_page
def help_reviews(request: HttpRequest) -> HttpResponse:
    """How the service can be judged today."""
    return _page(request, "help_reviews", _("评价反馈"), _("办完了好不好，怎么告诉我们。"), asked_about=_about(request))


def _about(request: HttpRequest) -> HandlingOption | None:
    """The item that the address speaks of; an unknown one is none."""
    return option_called(request.GET.get("about", "")[:80])


@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def help_ask(request: HttpRequest) -> HttpResponse:
    """Ask over the web; ``about``: the item. Nothing that was typed is lost; a question never makes a case."""
    typed = request.POST if request.method == "POST" else request.GET
    about = option_called(typed.get("about", "")[:80])
    given = {name: request.POST.get(name, "").strip() for name in ("question", "name", "mobile", "call_back")}
    if request.method != "POST":
        return _ask(request, about, given)
    question = WebQuestion(
        given["question"], about.slug if about else "", None, given["name"], given["mobile"], given["call_back"]
    )
    try:
        PER_ADDRESS.check(address_of(request))
        if given["mobile"]:
            PER_MOBILE.check(given["mobile"])
        done = asking.ask(principal_of_request(request), question, key=request.POST.get("key") or str(uuid4()))
    except (Refusal, TooMany) as error:
        return _ask(request, about, given, error)
    PER_ADDRESS.note(address_of(request))
    if given["mobile"]:
        PER_MOBILE.note(given["mobile"])
    request.session[ASKED] = {
        "number": done.number,
        "password": done.query_password,
        "due_on": done.due_on.isoformat(),
        "call_back": CALL_TIMES.get(given["call_back"], ""),
    }
    return see_other(reverse("portal:help_asked"))


def _ask(
    request: HttpRequest, about: HandlingOption | None, given: dict[str, str], error: TongbanError | None = None
) -> HttpResponse:
    items = error.items if isinstance(error, Refusals) else (error,) if error else ()
    wrong: dict[str, str] = {}
    for one in items:
        field = {"person_phone": "mobile", None: "question", "phone": "mobile"}.get(one.field, one.field or "question")
        wrong.setdefault(field, f"{one.sentence}。{one.remedy}" if one.remedy else one.sentence)
    known = principal_of_request(request).kind == "person"
    fields = (
        FieldView(
            "question",
            _("您要问什么"),
            "long_text",
            given["question"],
            hint=_("用自己的话写就行。不用写身份证号。"),
            error=wrong.get("question", ""),
            max_length=LONGEST,
        ),
        FieldView("name", _("怎么称呼您"), value=given["name"], optional=True, max_length=60, autocomplete="name"),
        FieldView(
            "mobile",
            _("手机号"),
            kind="mobile",
            value=given["mobile"],
            hint=_("答复好了发短信告诉您，也用来查看答复；只给答复您的部门看"),
            optional=known,
            error=wrong.get("mobile", ""),
            autocomplete="tel",
        ),
        FieldView(
            "call_back",
            _("要不要回电话"),
            "code",
            given["call_back"],
            options=(
                ("", _("不用，在网上看答复")),
                *((key, _("要，%(when)s") % {"when": words}) for key, words in CALL_TIMES.items()),
            ),
            error=wrong.get("call_back", ""),
        ),
    )
    values = {
        "fields": fields,
        "errors": error_links(fields),
        "asked_about": about,
        "key": request.POST.get("key") or str(uuid4()),
        "days": asking.ANSWER_DAYS,
        "section": "help",
    }
    return render(request, "portal/help_ask.html", values, status=error.status if error else 200)


@public
@never_cache
@require_GET
def help_asked(request: HttpRequest) -> HttpResponse:
    """What the person keeps after asking: number and password, until the browser's session ends."""
    done = request.session.get(ASKED)
    if not done:
        raise NotFound("question.not_here", "这里没有刚提交的问题；编号和密码都有的，直接看答复就行")
    request.personal = True  # type: ignore[attr-defined]
    return render(request, "portal/help_asked.html", {**done, "section": "help"})


def look_up() -> LookUp[ReadQuestion]:
    """How a question is found by its number."""
    mismatch = _("提问编号和查询密码对不上，请对照检查；3 次不对要等 10 分钟")
    return LookUp("question", _("提问编号"), mismatch, asked.by_password, asked.by_contact)


@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def help_questions(request: HttpRequest) -> HttpResponse:
    """Read the answer with number and password."""
    if request.method != "POST":
        return _ask_password(request, request.GET.get("number", ""))
    found = look_up().with_password(request)
    return _ask_password(request, number_of(request), found) if isinstance(found, Refused) else _read(request, found)


def _ask_password(request: HttpRequest, number: str, refused: Refused | None = None) -> HttpResponse:
    fields = password_fields(_("提问编号"), _("例如 FC2026-1122-0007"), _("6 位数字，提问时给您的"), number, refused)
    values = {"fields": fields, "errors": error_links(fields), "section": "help"}
    return render(request, "portal/help_questions.html", values, status=refused.status if refused else 200)


@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def help_questions_phone(request: HttpRequest) -> HttpResponse:
    """Read the answer with number and a code that goes to the mobile that was left."""
    if request.method != "POST":
        return _ask_code(request, request.GET.get("number", ""), "")
    found = look_up().with_phone(request)
    if isinstance(found, CodeSent):
        return _ask_code(request, found.number, found.mobile, sent=True)
    if isinstance(found, Refused):
        return _ask_code(request, number_of(request), request.POST.get("mobile", "")[:40], found, sent=found.sent)
    return _read(request, found)


def _ask_code(
    request: HttpRequest, number: str, mobile: str, refused: Refused | None = None, *, sent: bool = False
) -> HttpResponse:
    fields = phone_fields(_("提问编号"), _("提问时留的手机号"), number, mobile, refused, sent=sent)
    values = {"fields": fields, "errors": error_links(fields), "sent": sent, "phone": True, "section": "help"}
    return render(request, "portal/help_questions.html", values, status=refused.status if refused else 200)


def _read(request: HttpRequest, question: ReadQuestion) -> HttpResponse:
    request.personal = True  # type: ignore[attr-defined]
    return render(request, "portal/help_question.html", {"question": question, "section": "help"})


@signed_in
@require_GET
def my_questions(request: HttpRequest) -> HttpResponse:
    """What I asked over the web."""
    page = asked.questions_of(principal_of_request(request), request.GET.get("after", ""))
    return render(request, "portal/my_questions.html", {"page": page})


@signed_in
@require_GET
def my_question(request: HttpRequest, number: str) -> HttpResponse:
    """One of my questions with its answers; a foreign one answers 404."""
    return _read(request, asked.question_of(principal_of_request(request), number))
