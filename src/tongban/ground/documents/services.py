"""Writers of documents."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from tongban.ground.documents.models import Document
from tongban.ground.errors import Conflict
from tongban.ground.storage.models import StoredFile


def mark_sealed(document_id: UUID, file: StoredFile, at: datetime) -> None:
    """The sealed file is stored: the document has it from now on. A second sealing is a ``Conflict``."""
    changed = (
        Document.objects.filter(pk=document_id)
        .exclude(state=Document.State.SEALED)
        .update(state=Document.State.SEALED, file=file, content_hash=file.content_hash, sealed_at=at, waiting_reason="")
    )
    if not changed:
        raise Conflict("document.already_sealed", "这份文书已经盖章，不能再盖一次")


def wait(document_id: UUID, reason: str) -> None:
    """The document cannot be made yet; ``reason`` says what is missing and the remedy. A sealed one is left alone."""
    Document.objects.filter(pk=document_id).exclude(state=Document.State.SEALED).update(
        state=Document.State.WAITING, waiting_reason=reason
    )
