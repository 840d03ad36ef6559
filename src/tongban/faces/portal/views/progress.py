"""Progress without an account: case number and query password. The answer never says which of the two was wrong."""

from __future__ import annotations

import re
from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from tongban.faces.access import public
from tongban.faces.fields import FieldView, error_links
from tongban.faces.limits import Limit, address_of
from tongban.ground.errors import TooMany
from tongban.ground.identifiers import half_width
from tongban.procedures.cases import selectors
from tongban.procedures.cases.timeline import timeline

_NUMBER = re.compile(r"[0-9A-Z-]{1,40}", re.ASCII)
WRONG_OF_NUMBER = Limit("progress.number", 3, timedelta(minutes=10), "这个编号试错了 3 次")
WRONG_OF_ADDRESS = Limit("progress.address", 20, timedelta(minutes=10), "从您的网络试错的次数太多")


@public
@never_cache
@require_http_methods(["GET", "POST"])
def progress(request: HttpRequest) -> HttpResponse:
    """GET asks for number and password; POST shows the steps: no documents, no names, no identity numbers."""
    if request.method != "POST":
        return _ask(request, request.GET.get("number", ""))
    number = half_width(request.POST.get("number", "")).strip().upper()[:40]
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
    values = {"detail": detail, "case": detail.case, "steps": timeline(detail), "notice": detail.open_notice}
    response = render(request, "portal/progress.html", values)
    response["Cache-Control"] = "no-store, private"
    return response


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
