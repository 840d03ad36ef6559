"""Progress without an account: case number with the query password, or with a code sent to the applicant's phone."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from tongban.faces.access import public
from tongban.faces.fields import error_links
from tongban.faces.portal.look_up_fields import password_fields, phone_fields
from tongban.faces.portal.looking_up import CodeSent, LookUp, Refused, limits_of, number_of
from tongban.procedures.cases import selectors
from tongban.procedures.cases.selectors import CaseDetail
from tongban.procedures.cases.timeline import timeline

PURPOSE = "progress"
WRONG_OF_NUMBER, WRONG_OF_ADDRESS = limits_of(PURPOSE)
NUMBER_HINT = "例如 YX2026-1122-000123，印在收件凭证上"


def look_up() -> LookUp[CaseDetail]:
    """How a case is found by its number."""
    mismatch = _("办件编号和查询密码对不上。两样都印在收件凭证上，请对照检查；3 次不对要等 10 分钟")
    return LookUp(PURPOSE, _("办件编号"), mismatch, selectors.by_query_password, selectors.by_contact)


@public
@never_cache
@require_http_methods(["GET", "POST"])
def progress(request: HttpRequest) -> HttpResponse:
    """GET asks for number and password; POST shows the steps: no documents, no names, no identity numbers."""
    if request.method != "POST":
        return _ask(request, request.GET.get("number", ""))
    found = look_up().with_password(request)
    return _ask(request, number_of(request), found) if isinstance(found, Refused) else _shown(request, found)


def _shown(request: HttpRequest, detail: CaseDetail) -> HttpResponse:
    values = {
        "detail": detail,
        "case": detail.case,
        "steps": timeline(detail),
        "notice": detail.open_notice,
        "section": "progress",
    }
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
    found = look_up().with_phone(request)
    if isinstance(found, CodeSent):
        return _ask_phone(request, found.number, found.mobile, sent=True)
    if isinstance(found, Refused):
        return _ask_phone(request, number_of(request), request.POST.get("mobile", "")[:40], found, sent=found.sent)
    return _shown(request, found)


def _ask_phone(
    request: HttpRequest, number: str, mobile: str, refused: Refused | None = None, *, sent: bool = False
) -> HttpResponse:
    fields = phone_fields(_("办件编号"), _("申请时留的手机号"), number, mobile, refused, sent=sent)
    values = {"fields": fields, "errors": error_links(fields), "sent": sent, "section": "progress"}
    return render(request, "portal/progress_phone.html", values, status=refused.status if refused else 200)


def _ask(request: HttpRequest, number: str, refused: Refused | None = None) -> HttpResponse:
    hint = _("6 位数字，提交时给您的，也印在收件凭证上")
    fields = password_fields(_("办件编号"), _(NUMBER_HINT), hint, number, refused)
    values = {"fields": fields, "errors": error_links(fields), "section": "progress"}
    return render(request, "portal/progress_ask.html", values, status=refused.status if refused else 200)
