"""Background work of cases: make and seal papers, then let the case go on."""

from __future__ import annotations

import logging
import uuid

from tongban.ground.documents.models import Document
from tongban.ground.documents.typesetting import MissingGlyph
from tongban.ground.errors import Refusal
from tongban.ground.jobs import Retry, defer, job
from tongban.procedures.cases import services
from tongban.procedures.cases.loading import load
from tongban.procedures.cases.papers_data import paper_data, verify_url
from tongban.procedures.cases.selectors import system_detail

logger = logging.getLogger(__name__)


@job("cases.seal_paper", queue="documents", retry=Retry(attempts=8))
def seal_paper(*, document_id: str) -> None:
    """Typeset and seal one paper; when it was the last one, the case goes on. A repeated run changes nothing.

    A paper that cannot be made (a character without glyph, a seal without approval) waits with its reason, and is
    tried again by ``retry_waiting``.
    """
    from tongban.registry.licences.sealing import make_document, make_licence

    document = Document.objects.get(id=uuid.UUID(document_id))
    if document.state != Document.State.SEALED:
        detail = system_detail(document.subject_id)
        try:
            if document.kind == "licence":
                licence = next(item for item in detail.licences if item.document_id == document.id)
                make_licence(licence.id, {"conditions": []}, verify_url())
            else:
                make_document(document.id, document.kind, paper_data(detail, document), detail.case.id, verify_url())
        except (MissingGlyph, Refusal) as waiting:
            logger.error("document %s waits: %s", document_id, waiting.code)
            return
    advance(document.subject_id)


def advance(case_id: uuid.UUID) -> None:
    """Do what the system owes the case now: issue a decided one, close a finished one, when its papers are sealed."""
    state = load(case_id)
    if any(paper.state != "sealed" for paper in state.papers):
        return
    try:
        if state.state == "decided":
            services.issue(case_id)
        elif state.state in ("delivered", "not_accepted", "withdrawn"):
            services.close(case_id)
    except Refusal as refusal:
        if refusal.code != "case.wrong_state":
            raise
        logger.info("case %s went on by itself", case_id)


@job("cases.advance", queue="documents", retry=Retry(attempts=8))
def advance_case(*, case_id: str) -> None:
    """See :func:`advance`."""
    advance(uuid.UUID(case_id))


def retry_waiting(limit: int = 200) -> int:
    """Order every paper that is not sealed once more (new font, new approval); gives how many."""
    waiting = Document.objects.exclude(state=Document.State.SEALED).filter(subject_kind="case").order_by("id")[:limit]
    return sum(defer(seal_paper, str(document.id), document_id=str(document.id)) for document in waiting)
