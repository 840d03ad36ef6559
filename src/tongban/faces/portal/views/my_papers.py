"""A sealed paper of mine: the PDF, and its pages as pictures for phones that cannot open a PDF (WeChat)."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tongban.faces.access import signed_in
from tongban.faces.context import principal_of_request as principal_of
from tongban.faces.pictures import page_picture, possible
from tongban.faces.portal.answers import file_answer
from tongban.ground.documents.models import Document
from tongban.ground.errors import NotFound
from tongban.ground.storage import selectors as storage
from tongban.ground.storage.models import StoredFile
from tongban.procedures.cases import selectors


@signed_in
@require_GET
def paper(request: HttpRequest, paper: UUID) -> HttpResponse:
    """The sealed PDF; ``?save=1`` saves it instead of showing it."""
    document, stored = _sealed(request, paper)
    name = f"{document.title} {document.number}".strip() + ".pdf"
    return file_answer(storage.open_file(stored), stored.media_type, name, save=request.GET.get("save") == "1")


@signed_in
@require_GET
def paper_pictures(request: HttpRequest, paper: UUID) -> HttpResponse:
    """The pages one under the other; ``?page=1`` is the picture of one page."""
    document, stored = _sealed(request, paper)
    wanted = request.GET.get("page", "")
    if wanted:
        return file_answer(page_picture(storage.open_file(stored), wanted, stored.pages), "image/png", f"{wanted}.png")
    values = {
        "document": document,
        "pages": list(range(1, (stored.pages or 1) + 1)),
        "possible": possible(),
    }
    return render(request, "portal/my_paper_pictures.html", values)


def _sealed(request: HttpRequest, paper_id: UUID) -> tuple[Document, StoredFile]:
    document, _detail = selectors.paper_of(principal_of(request), paper_id)
    if document.file is None:
        raise NotFound("paper.not_sealed", "这份文书还在盖章，好了会通知您")
    return document, document.file
