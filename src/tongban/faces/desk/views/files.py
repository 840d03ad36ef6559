"""Files, papers and whole personal values of a case: each checked on the case, each read on record."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from tongban.faces.access import staff
from tongban.faces.desk import casefile, forms
from tongban.faces.desk.looks import was_shown
from tongban.faces.desk.views import review, window
from tongban.faces.pictures import page_picture
from tongban.ground.errors import NotFound, Refusal
from tongban.ground.policy import Principal
from tongban.ground.storage.models import StoredFile
from tongban.ground.storage.selectors import open_file
from tongban.procedures.cases import selectors as cases
from tongban.registry.parties import services as parties

SHOWN_INLINE = frozenset({"application/pdf", "image/jpeg", "image/png"})
"""Types that a browser draws without running anything of theirs; every other type is a download."""


def _serve(stored: StoredFile, name: str) -> HttpResponse:
    inline = stored.media_type in SHOWN_INLINE
    response = HttpResponse(open_file(stored), content_type=stored.media_type if inline else "application/octet-stream")
    how = "inline" if inline else "attachment"
    response["Content-Disposition"] = f"{how}; filename*=UTF-8''{quote(name)}"
    response["Cache-Control"] = "no-store, private"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def serve_inline(stored: StoredFile) -> HttpResponse:
    """A file that the caller has checked, under its own name."""
    return _serve(stored, stored.name)


@staff("cases.case.view")
def file(request: HttpRequest, number: str, file: UUID) -> HttpResponse:
    """A file of one of the case's materials; a foreign one answers 404. The read is recorded."""
    principal: Principal = request.principal  # type: ignore[attr-defined]
    stored = cases.file_of(principal, number, file)
    return _serve(stored, stored.name)


@staff("cases.case.view")
def file_page(request: HttpRequest, number: str, file: UUID, page: int) -> HttpResponse:
    """One page of a PDF among the materials as a picture. The look is on record with the page that shows it."""
    principal: Principal = request.principal  # type: ignore[attr-defined]
    seen = was_shown(request.GET.get("look", ""), principal, file)
    stored = cases.file_of(principal, number, file, record=not seen)
    if stored.media_type != "application/pdf":
        raise NotFound("file.not_found", "没有找到这个文件")
    picture = page_picture(open_file(stored), str(page), stored.pages)
    response = HttpResponse(picture, content_type="image/png")
    response["Cache-Control"] = "no-store, private"
    return response


@staff("cases.case.view")
def paper(request: HttpRequest, paper: UUID) -> HttpResponse:
    """A sealed paper of a case of this post."""
    principal: Principal = request.principal  # type: ignore[attr-defined]
    document, _ = cases.paper_of(principal, paper)
    if document.file is None:
        raise NotFound("paper.not_ready", "这份文书还在制作，盖章后才能打开")
    return _serve(document.file, f"{document.title}.pdf")


@require_POST
@staff("cases.person.unmask")
def unmask(request: HttpRequest, number: str) -> HttpResponse:
    """Show one whole number, once, for a purpose; the look is one event that the person can read."""
    principal: Principal = request.principal  # type: ignore[attr-defined]
    opened = casefile.look_again(principal, number)
    person = opened.detail.person
    if person is None:
        raise NotFound()
    field = request.POST.get("field", "")
    try:
        value = parties.unmask(
            principal, person.id, field, request.POST.get("purpose", ""), opened.id, target=opened.unmask_target()
        )
    except Refusal as refusal:
        told = f"{refusal.sentence}。{refusal.remedy}" if refusal.remedy else refusal.sentence
        return _back(request, opened, refusal.status, unmask_problem=told)
    return _back(request, opened, 200, unmasked={"field": field, "value": value})


def _back(request: HttpRequest, opened: casefile.CaseFile, status: int, **more: Any) -> HttpResponse:
    if request.POST.get("page") == "review":
        decision = forms.default_decision(opened.content)
        return review.page(request, opened, forms.OpinionForm(), decision, status=status, **more)
    return window.page(request, opened, forms.AcceptanceForm(), status=status, **more)
