"""Anybody verifies a licence or paper of ours: by the code on it, or by the file itself, which is never stored."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from tongban.faces.access import public
from tongban.faces.limits import Limit, address_of
from tongban.faces.portal.answers import see_other
from tongban.ground.documents.codes import normalise_code
from tongban.ground.errors import Refusal, TooMany
from tongban.registry.licences import selectors as licences
from tongban.registry.licences.verdicts import Verdicts

OF_ADDRESS = Limit("verify.address", 60, timedelta(minutes=10), "从您的网络核验的次数太多")
MOST_BYTES = 20 * 1024 * 1024
PDF_HEAD = b"%PDF-"
_LABEL = re.compile(r"^[^:：]{1,4}[:：]")
_CODE = re.compile(r"[0-9A-Z]{4,40}", re.ASCII)


@dataclass(frozen=True)
class VerdictLine:
    """One of the four verdicts: what was looked at, its word and colour, the sentence."""

    name: str
    word: str
    state: str
    sentence: str


@public
@never_cache
@require_http_methods(["GET", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """GET asks; POST takes a file, or a code and leads to its address."""
    if request.method != "POST":
        return _ask(request)
    try:
        if upload := request.FILES.get("file"):
            _spend(request)
            content = upload.read(MOST_BYTES + 1)
            _check(content)
            return _result(request, licences.verify_by_bytes(content), by_file=upload.name or "")
        code = normalise_code(request.POST.get("code", ""))
        if not code:
            raise Refusal("verify.empty", _("请填写核验码，或选择要核验的文件"), field="code")
        if not _CODE.fullmatch(code):
            raise Refusal("verify.code", _("核验码由 12 位数字和字母组成，请对照纸上的重新填写"), field="code")
        return see_other(reverse("portal:verify_code", args=[code]))
    except TooMany as refusal:
        return _ask(request, f"{refusal.sentence}。{refusal.remedy}", "code", 429)
    except Refusal as refusal:
        sentence = f"{refusal.sentence}。{refusal.remedy}" if refusal.remedy else refusal.sentence
        return _ask(request, sentence, refusal.field or "code", 422)


@public
@never_cache
@require_GET
def verify_code(request: HttpRequest, code: str) -> HttpResponse:
    """The verdicts on the paper of a code: what the QR code on it opens."""
    wanted = normalise_code(code)
    if wanted != code and wanted:
        return see_other(reverse("portal:verify_code", args=[wanted]))
    try:
        _spend(request)
    except TooMany as refusal:
        return _ask(request, f"{refusal.sentence}。{refusal.remedy}", "code", 429)
    return _result(request, licences.verify_by_code(code), code=code)


def _spend(request: HttpRequest) -> None:
    OF_ADDRESS.spend(address_of(request))


def _check(content: bytes) -> None:
    if len(content) > MOST_BYTES:
        raise Refusal("verify.too_large", _("文件超过 20 MB"), field="file", remedy=_("本平台发的文件都比这小得多"))
    if PDF_HEAD not in content[:1024]:
        sentence = _("这不是 PDF 文件")
        raise Refusal("verify.type", sentence, field="file", remedy=_("照片和扫描件请填上面印的核验码来核验"))


def _ask(request: HttpRequest, error: str = "", field: str = "", status: int = 200) -> HttpResponse:
    values = {
        "code": request.POST.get("code", ""),
        "code_error": error if field == "code" else "",
        "file_error": error if field == "file" else "",
        "errors": [{"href": f"#verify-{field}", "sentence": error}] if error else [],
    }
    return render(request, "portal/verify.html", values, status=status)


def _result(request: HttpRequest, found: Verdicts, *, code: str = "", by_file: str = "") -> HttpResponse:
    lines = [
        VerdictLine(name, *_word(verdict), _LABEL.sub("", sentence))
        for name, verdict, sentence in zip(
            (_("签名"), _("证书"), _("内容"), _("状态")),
            (found.signature, found.certificate, found.content, found.state),
            found.sentences,
            strict=True,
        )
    ]
    values = {
        "verdicts": found,
        "found": found.found,
        "lines": lines,
        "headline": _headline(found, by_code=bool(code)),
        "by_file": by_file,
        "code": code,
    }
    status = 404 if code and found.found is None else 200
    return render(request, "portal/verify_result.html", values, status=status)


def _word(verdict: str) -> tuple[str, str]:
    return {"ok": (_("通过"), "ok"), "bad": (_("不通过"), "bad")}.get(verdict, (_("无法判断"), ""))


def _headline(found: Verdicts, *, by_code: bool) -> tuple[str, str]:
    """State and words of the callout: one plain answer before the four details.

    A code speaks of the original in our store; only the file itself can prove what somebody holds in hand.
    """
    if found.genuine and by_code:
        return "ok", _("查到了，现在有效。请对照下面各项和您手里的是不是一样")
    if found.genuine:
        return "ok", _("是本平台签发的原件，没有改动，现在有效")
    if found.content == "bad":
        return "bad", _("内容被改动过，不要采信，以原件为准")
    if found.found is None:
        return "warn", _("没有查到这份证照或文书")
    if found.state == "bad":
        return "warn", _("查到了，但现在不是有效状态")
    return "warn", _("查到了登记，但有一项无法判断")
