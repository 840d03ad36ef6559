"""Background work of cases: make and seal papers, then let the case go on."""

from __future__ import annotations

import logging
import uuid

from tongban.ground.documents.models import Document
from tongban.ground.documents.typesetting import MissingGlyph
from tongban.ground.errors import Refusal
from tongban.ground.jobs import Retry, defer, job, periodic
from tongban.procedures.cases import in_time, services
from tongban.procedures.cases.loading import load
from tongban.procedures.cases.papers_data import paper_data, verify_url
from tongban.procedures.cases.rules.archiving import RECEIPT
from tongban.procedures.cases.rules.paper_kinds import KINDS
from tongban.procedures.cases.rules.result import holds_issue
from tongban.procedures.cases.selectors import system_detail

logger = logging.getLogger(__name__)
ENDED = ("delivered", "not_accepted", "withdrawn", "terminated", "transferred", "void")


@job("cases.seal_paper", queue="documents", retry=Retry(attempts=8))
def seal_paper(*, document_id: str) -> None:
    """Typeset and seal one paper; when it was the last one, the case goes on. A repeated run changes nothing.

    A paper that cannot be made (a character without glyph, a seal without approval) waits with its reason, and is
    tried again by ``retry_waiting``.
    """
    from tongban.registry.licences.sealing import make_document, make_licence, make_unsealed

    document = Document.objects.get(id=uuid.UUID(document_id))
    if document.state != Document.State.SEALED:
        detail = system_detail(document.subject_id)
        if document.kind == "licence" and holds_issue(detail.state):
            logger.info("licence %s is withheld until the deferred materials have come", document_id)
            return
        try:
            if document.kind == "licence":
                licence = next(item for item in detail.licences if item.document_id == document.id)
                make_licence(licence.id, {"conditions": []}, verify_url())
            elif not KINDS[document.kind].sealed:
                make_unsealed(document.id, document.kind, paper_data(detail, document), verify_url())
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
        elif state.state in ENDED:
            services.close(case_id)
    except Refusal as refusal:
        # another act was quicker, or the law holds the case back (an open deferral): the act that frees it calls again
        logger.info("case %s does not go on: %s", case_id, refusal.code)


@job("cases.advance", queue="documents", retry=Retry(attempts=8))
def advance_case(*, case_id: str) -> None:
    """See :func:`advance`."""
    advance(uuid.UUID(case_id))


@job("cases.archive", queue="documents", retry=Retry(attempts=8))
def archive_case(*, case_id: str) -> None:
    """Pack a closed case and put it into the archive; a check that is still to be made is awaited.

    What happens to an archived case later (a breach, an annulment) follows in a supplement.
    """
    key = uuid.UUID(case_id)
    state = load(key)
    if state.state != "closed" or state.open_proceedings() or any(paper.state != "sealed" for paper in state.papers):
        return
    archived = any(paper.kind == RECEIPT for paper in state.papers)
    try:
        (services.supplement_by_system if archived else services.archive_by_system)(key)
    except Refusal as refusal:
        if refusal.code not in ("archive.done", "archive.nothing_new"):
            raise


@periodic("37 * * * *", name="cases.draw_for_checks", queue="clocks")
def draw_for_checks() -> None:
    """Every hour: sealed days that have not been drawn yet are drawn, drawn cases are checked (NTC-15)."""
    from tongban.procedures.cases import drawing

    drawing.draw_due()


@periodic("7 * * * *", name="cases.deem_renewals", queue="clocks")
def deem_renewals() -> None:
    """Every hour: licences that expired while their renewal, asked for, was not decided (art. 50)."""
    in_time.deem_renewals()


def order_open_papers(case_id: uuid.UUID) -> None:
    """Order what a deferral held back."""
    waiting = Document.objects.exclude(state=Document.State.SEALED).filter(subject_kind="case", subject_id=case_id)
    for document_id in waiting.values_list("id", flat=True):
        defer(seal_paper, str(document_id), document_id=str(document_id))


def retry_waiting(limit: int = 200) -> int:
    """Order every paper that is not sealed once more (new font, new approval); gives how many."""
    waiting = Document.objects.exclude(state=Document.State.SEALED).filter(subject_kind="case").order_by("id")[:limit]
    return sum(defer(seal_paper, str(document.id), document_id=str(document.id)) for document in waiting)
