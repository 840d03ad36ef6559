"""Readers of documents."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from tongban.ground.documents.codes import normalise_code
from tongban.ground.documents.models import Document


def by_code(typed: str) -> Document | None:
    """The document of a verification code as a person typed it."""
    return Document.objects.filter(code=normalise_code(typed)).first()


def by_hash(content_hash: str) -> Document | None:
    """The document whose sealed file has this sha256."""
    return Document.objects.filter(content_hash=content_hash).first() if content_hash else None


def of_subject(kind: str, subject_id: UUID) -> QuerySet[Document]:
    """All papers of a case or another subject, in the order they were made."""
    return Document.objects.filter(subject_kind=kind, subject_id=subject_id).select_related("file").order_by("id")


def unsealed(limit: int) -> list[Document]:
    """Papers that wait for the document worker, oldest first."""
    return list(Document.objects.exclude(state=Document.State.SEALED).order_by("id")[:limit])
