"""Progress without an account: case number with the query password, or with a code sent to the applicant's phone.

The answer never says which of the two was wrong, nor whether a code was sent at all.
"""

from __future__ import annotations

import re
from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from tongban.faces.access import public
from tongban.faces.accounts import codes
from tongban.faces.context import Site
from tongban.faces.fields import FieldView, error_links
from tongban.faces.limits import Limit, address_of
from tongban.ground.crypto import blind_index
from tongban.ground.errors import Refusal, TooMany
from tongban.ground.identifiers import half_width, parse_mobile
from tongban.procedures.cases import selectors
from tongban.procedures.cases.timeline import timeline

_NUMBER = re.compile(r"[0-9A-Z-]{1,40}", re.ASCII)
WRONG_OF_NUMBER = Limit("progress.number", 3, timedelta(minutes=10), "这个编号试错了 3 次")
WRONG_OF_ADDRESS = Limit("progress.address", 20, timedelta(minutes=10), "从您的网络试错的次数太多")


PURPOSE = "progress"


@public
@never_cache
@require_http_methods(["GET", "POST"])
def progress(request: HttpRequest) -> HttpResponse:
    """GET asks for number and password; POST shows the steps: no documents, no names, no identity numbers."""
    if request.method != "POST":
        return _ask(request, request.GET.get("number", ""))
    number = _number(request)
    password = half_width(request.POST.get("password", "")).strip()[:12]
    if not number or not password:
        return _ask(request, number, _empty(number, password), 422)
    address = address_of(request)
    try:
        WRONG_OF_NUMBER.check(number)
        WRONG_OF_ADDRESS.check(address)
    except TooMany as refusal:
        return _ask(request, number, {"password": f"{refusal.sentence}。{refusal.remedy}"}, 429)
    detail = selectors.by_query_password(number, password) if _NUMBER.fullmatch(number) else None
    if detail is None:
        WRONG_OF_NUMBER.note(number)
        WRONG_OF_ADDRESS.note(address)
        wrong = _("办件编号和查询密码对不上。两样都印在收件凭证上，请对照检查；3 次不对要等 10 分钟")
        return _ask(request, number, {"password": wrong}, 422)
    return _shown(request, detail)


def _number(request: HttpRequest) -> str:
    return half_width(request.POST.get("number", "")).strip().upper()[:40]


def _shown(request: HttpRequest, detail: selectors.CaseDetail) -> HttpResponse:
    values = {"detail": detail, "case": detail.case, "steps": timeline(detail), "notice": detail.open_notice}
    response = render(request, "portal/progress.html", values)
    response["Cache-Control"] = "no-store, private"
    return response


@public
@never_cache
@require_http_methods(["GET", "POST"])
def progress_phone(request: HttpRequest) -> HttpResponse:
    """Number and mobile, then the code: POST without ``code`` sends one where both fit, with it shows the steps."""
    if request.method != "POST":
        return _ask_phone(request, request.GET.get("number", ""), "")
    number, typed = _number(request), request.POST.get("mobile", "")[:40]
    try:
        mobile = parse_mobile(typed)
        if not _NUMBER.fullmatch(number):
            raise Refusal("progress.number", _("请填写办件编号"), field="number", remedy=_("印在收件凭证和短信上"))
        code = half_width(request.POST.get("code", "")).strip()[:12]
        if not code:
            return _send_code(request, number, mobile)
        return _check_code(request, number, mobile, code)
    except (Refusal, TooMany) as refusal:
        wrong = {
            refusal.field or "mobile": f"{refusal.sentence}。{refusal.remedy}" if refusal.remedy else refusal.sentence
        }
        sent = bool(request.POST.get("code"))
        return _ask_phone(request, number, typed, wrong, sent=sent, status=refusal.status)


def _send_code(request: HttpRequest, number: str, mobile: str) -> HttpResponse:
    """A code goes out where the mobile is the applicant's; the page says the same either way."""
    codes.allow(mobile, address_of(request))
    if selectors.by_contact(number, blind_index("mobile", mobile)):
        codes.send(mobile, PURPOSE, Site(**getattr(settings, "SITE_NAMES", {})).name)
    return _ask_phone(request, number, mobile, sent=True)


def _check_code(request: HttpRequest, number: str, mobile: str, code: str) -> HttpResponse:
    WRONG_OF_NUMBER.check(number)
    detail = selectors.by_contact(number, blind_index("mobile", mobile))
    try:
        codes.check(mobile, PURPOSE, code)
    except Refusal:
        WRONG_OF_NUMBER.note(number)
        raise
    if detail is None:  # the applicant's mobile was changed between the two steps
        raise Refusal("code.wrong", _("验证码不对或已过期"), field="code")
    return _shown(request, detail)


def _ask_phone(
    request: HttpRequest,
    number: str,
    mobile: str,
    errors: dict[str, str] | None = None,
    *,
    sent: bool = False,
    status: int = 200,
) -> HttpResponse:
    wrong = errors or {}
    fields = [
        FieldView("number", _("办件编号"), value=number, error=wrong.get("number", ""), max_length=40, readonly=sent),
        FieldView(
            "mobile",
            _("申请时留的手机号"),
            kind="mobile",
            value=mobile,
            error=wrong.get("mobile", ""),
            readonly=sent,
        ),
    ]
    if sent:
        hint = _("编号和手机号对得上的，验证码已经发到手机上，10 分钟内有效")
        one = FieldView("code", _("短信验证码"), kind="one_time_code", hint=hint, error=wrong.get("code", ""))
        fields.append(one)
    values = {"fields": fields, "errors": error_links(fields), "sent": sent}
    return render(request, "portal/progress_phone.html", values, status=status)


def _empty(number: str, password: str) -> dict[str, str]:
    errors = {"number": "" if number else _("请填写办件编号"), "password": "" if password else _("请填写查询密码")}
    return {key: sentence for key, sentence in errors.items() if sentence}


def _ask(request: HttpRequest, number: str, errors: dict[str, str] | None = None, status: int = 200) -> HttpResponse:
    wrong = errors or {}
    fields = (
        FieldView(
            "number",
            _("办件编号"),
            value=number,
            hint=_("例如 YX2026-1122-000123，印在收件凭证上"),
            error=wrong.get("number", ""),
            max_length=40,
        ),
        FieldView(
            "password",
            _("查询密码"),
            kind="one_time_code",
            hint=_("6 位数字，提交时给您的，也印在收件凭证上"),
            error=wrong.get("password", ""),
            max_length=12,
        ),
    )
    values = {"fields": fields, "errors": error_links(fields)}
    return render(request, "portal/progress_ask.html", values, status=status)
