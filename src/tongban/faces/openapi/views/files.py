"""Uploads: checked as at the portal, kept for the applications of the machine that sent them."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest
from ninja import File, Router, Schema, Status
from ninja.files import UploadedFile

from tongban.faces.openapi.applications import LIMITS
from tongban.faces.openapi.calling import caller
from tongban.faces.openapi.problems import SIGNED
from tongban.ground.storage import services as storage

router = Router(tags=["files"])


class Stored(Schema):
    """An upload that was taken: ``content_hash`` is its sha256 in hex, ``size`` in bytes."""

    id: UUID
    name: str
    media_type: str
    size: int
    pages: int | None
    content_hash: str


@router.post("/files", response={201: Stored, **SIGNED}, summary="上传文件", operation_id="upload_file")
def upload(request: HttpRequest, file: File[UploadedFile]) -> Status[Stored]:
    """One PDF, JPEG or PNG of at most 20 MB; type, size, pages and active content are checked."""
    principal = caller(request, "cases.case.submit")
    kept = storage.store(file, file.name or "", owner=principal.staff_id, limits=LIMITS)
    return Status(201, Stored.from_orm(kept))
