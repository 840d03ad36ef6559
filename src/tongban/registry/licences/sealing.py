"""Sealing: a typeset paper becomes the signed original (PAdES B-B, P-256). Runs in the jobs process only.

Order of one sealing, in one transaction: usable seal -> standing approval -> signature -> verification of what was just
made -> store -> record of the use. A failure leaves nothing behind; a repeated job gets the stored original.
The signature certifies the document against any later change, so an incremental edit is visible to every verifier.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F

from tongban.ground import moment
from tongban.ground.documents import services as documents
from tongban.ground.documents.codes import spaced_code
from tongban.ground.documents.models import Document
from tongban.ground.documents.typesetting import MissingGlyph, render
from tongban.ground.errors import Refusal
from tongban.ground.ledger.chain import SYSTEM, EventDraft
from tongban.ground.ledger.services import append
from tongban.ground.ledger.subjects import SubjectRef
from tongban.ground.storage.models import StoredFile
from tongban.ground.storage.selectors import open_file
from tongban.ground.storage.services import store_sealed
from tongban.registry.licences import rules
from tongban.registry.licences.certificates import chain_is_trusted
from tongban.registry.licences.models import Licence, Seal, SealUse, StandingApproval
from tongban.registry.licences.papers_data import licence_data
from tongban.registry.licences.selectors import MARK, active_seal, approvals_in_force
from tongban.registry.licences.services import date_licence
from tongban.registry.licences.signatures import judge, sign_pdf, verify_pdf

__all__ = ["make_document", "make_licence", "make_unsealed", "seal_document", "verify_pdf"]


class SealingFailed(RuntimeError):
    """The signature just made does not verify: nothing was stored, the operator must look at the key and the clock."""


def make_document(document_id: UUID, template: str, data: Mapping[str, Any], case_id: UUID, verify_url: str) -> bytes:
    """Typeset and seal one paper with the approval seal of its authority; returns the sealed original.

    :param data: keys of the paper's README; number, title, seal and verification are added here.
    :param verify_url: address of the verification page; the code is added to it.
    :raises MissingGlyph: the document waits with the reason.
    :raises Refusal: no usable seal or approval; the document waits with the reason.
    """
    document = Document.objects.select_related("file").get(pk=document_id)
    if document.file is not None:
        return open_file(document.file)
    try:
        seal = active_seal(document.authority_id)
        if seal is None:
            raise Refusal("seal.none", "制发机关没有启用的行政审批专用章", remedy="请印章管理员制章并启用后重试")
        pdf = render(template, _completed(document, data, seal, verify_url))
        return seal_document(document_id, pdf, seal, case_id)
    except (MissingGlyph, Refusal) as refusal:
        documents.wait(document_id, f"{refusal.sentence}。{refusal.remedy}")
        raise


def make_licence(licence_id: UUID, data: Mapping[str, Any], verify_url: str) -> bytes:
    """Date, typeset and seal a prepared licence: it is valid when this returns.

    :param data: what the case adds to the licence's own values (``conditions``, ``bases``, ...); may be empty.
    """
    licence = date_licence(licence_id)
    if licence.document_id is None:
        raise ValueError(f"licence {licence_id} has no document row to be sealed")
    values = {**licence_data(licence), **data}
    return make_document(licence.document_id, licence.type.template, values, licence.case_id, verify_url)


def seal_document(document_id: UUID, pdf: bytes, seal: Seal, case_id: UUID) -> bytes:
    """Seal a typeset paper and keep it; the same document again returns the stored original.

    :raises Refusal: the seal is not active, its certificate has ended, or no approval covers this use.
    :raises SealingFailed: the fresh signature does not verify.
    """
    with transaction.atomic():
        document = Document.objects.select_for_update().get(pk=document_id)
        if document.state == Document.State.SEALED and document.file is not None:
            return open_file(document.file)
        usable = _usable(seal)
        approval = _take_use(usable, document.kind)
        sealed = sign_pdf(pdf, usable.key_id, usable.certificate_pem)
        if judge(sealed, moment.now()) != ("ok", "ok", "ok"):
            raise SealingFailed(f"the signature of document {document_id} does not verify: nothing was stored")
        file = store_sealed(sealed, f"{document.title}.pdf")
        _record_use(usable, approval, document, file, case_id)
    return sealed


def _completed(document: Document, data: Mapping[str, Any], seal: Seal, verify_url: str) -> dict[str, Any]:
    """The paper's data with what only the register knows."""
    return {
        "number": document.number,
        "title": document.title,
        "authority": seal.authority.name,
        **data,
        "seal": {"svg": seal.impression},
        "verification": verification_of(document, verify_url),
    }


def verification_of(document: Document, verify_url: str) -> dict[str, str]:
    """What a paper prints about its own verification: code, machine-readable mark, address."""
    return {
        "code": spaced_code(document.code),
        "mark": f"{MARK}{document.code}",
        "address": verify_url,
        "url": f"{verify_url}?code={document.code}",
    }


def make_unsealed(document_id: UUID, template: str, data: Mapping[str, Any], verify_url: str) -> bytes:
    """Typeset and keep a record or slip that no seal goes on; the same document again returns the stored original.

    :raises MissingGlyph: the document waits with the reason.
    """
    document = Document.objects.select_related("file").get(pk=document_id)
    if document.file is not None:
        return open_file(document.file)
    own = {"number": document.number, "title": document.title, "verification": verification_of(document, verify_url)}
    try:
        pdf = render(template, {**data, **own})
    except MissingGlyph as refusal:
        documents.wait(document_id, f"{refusal.sentence}。{refusal.remedy}")
        raise
    with transaction.atomic():
        locked = Document.objects.select_for_update(of=("self",)).select_related("file").get(pk=document_id)
        if locked.file is not None:
            return open_file(locked.file)
        documents.mark_sealed(document_id, store_sealed(pdf, f"{document.title}.pdf"), moment.now())
    return pdf


def _usable(seal: Seal) -> Seal:
    """The seal as it is now, locked: a seal that was stopped a moment ago seals nothing."""
    now = moment.now()
    fresh = Seal.objects.select_for_update(of=("self",), no_key=True).get(pk=seal.pk)
    if fresh.state != Seal.State.ACTIVE:
        raise Refusal(
            "seal.not_active",
            f"印章“{fresh.name}”现在是“{fresh.get_state_display()}”，不能用印",
            remedy="请印章管理员启用印章，文书会自动继续制作",
        )
    if not chain_is_trusted(fresh.certificate_pem, now):
        raise Refusal(
            "seal.certificate",
            f"印章“{fresh.name}”的证书不在有效期内或不受信任，不能用印",
            remedy="请印章管理员更新证书，文书会自动继续制作",
        )
    return fresh


def _take_use(seal: Seal, document_kind: str) -> StandingApproval:
    """Count one use under the first approval in force that has room."""
    in_force = approvals_in_force(seal.pk, document_kind, moment.today())
    for approval in in_force:
        if StandingApproval.objects.filter(pk=approval.pk, used__lt=F("ceiling")).update(used=F("used") + 1):
            approval.refresh_from_db(fields=["used"])
            return approval
    raise Refusal(
        "seal.no_approval",
        f"印章“{seal.name}”没有对这类文书的有效用印批准，或批准次数已用完",
        remedy="请印章管理员办理用印批准，文书会自动继续制作",
    )


def _record_use(seal: Seal, approval: StandingApproval, document: Document, file: StoredFile, case_id: UUID) -> None:
    """One use of an e-seal: one approval, one document, one case."""
    at = moment.now()
    SealUse.objects.create(
        seal=seal,
        approval=approval,
        document=document,
        document_hash=file.content_hash,
        certificate_pem=seal.certificate_pem,
        case_id=case_id,
        used_at=at,
        count=approval.used,
    )
    documents.mark_sealed(document.pk, file, at)
    body = {
        "document": str(document.pk),
        "document_hash": file.content_hash,
        "case": str(case_id),
        "approval": approval.pk,
        "count": approval.used,
    }
    append(SubjectRef("seal", seal.pk), [EventDraft("seal.used", body)], SYSTEM)
    for licence in Licence.objects.select_for_update().filter(document=document):
        _issue(licence, file, case_id)


def _issue(licence: Licence, file: StoredFile, case_id: UUID) -> None:
    """A prepared licence is valid from its sealing; its row has the hash that verification asks for."""
    transition = rules.step(rules.LICENCE, licence.state, "issue", "", licence.get_state_display())
    licence.state = transition.target
    licence.file_hash, licence.file_size = file.content_hash, file.size
    licence.save(update_fields=["state", "file_hash", "file_size"])
    body = {"document_hash": file.content_hash, "case": str(case_id), "licence_version": licence.version}
    append(SubjectRef("licence", licence.pk), [EventDraft(transition.event, body)], SYSTEM)
