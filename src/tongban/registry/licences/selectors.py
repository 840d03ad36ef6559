"""Readers of the licence and seal register, among them the verification for web pages.

The web verifies by stored digests only: no PDF is parsed, no upload is kept (perf 6.3; checklist g6 line 21). The
command line's ``sealing.verify_pdf`` checks the signature itself.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet

from tongban.ground import moment
from tongban.ground.documents.codes import LENGTH, normalise_code
from tongban.ground.documents.models import Document
from tongban.ground.masking import mask_name
from tongban.ground.storage import store
from tongban.registry.licences.certificates import chain_is_trusted
from tongban.registry.licences.models import Licence, Seal, SealUse, StandingApproval
from tongban.registry.licences.verdicts import Found, Verdict, Verdicts, verdicts
from tongban.registry.parties.models import Department

MARK = "tongban-verify:"
_MARKED = re.compile(MARK.encode() + rb"([0-9A-Z]{%d})" % LENGTH)
_BYTE_RANGE = re.compile(rb"/ByteRange\s*\[\s*(\d{1,12})\s+(\d{1,12})\s+(\d{1,12})\s+(\d{1,12})\s*\]")
# A file of ours has one signature; more candidates than this are an attempt to keep the server busy.
MOST_SIGNATURES = 8


def active_seal(authority_id: int, kind: str = Seal.Kind.APPROVAL_SEAL) -> Seal | None:
    """The seal in use of an authority."""
    seals = Seal.objects.filter(authority_id=authority_id, kind=kind, state=Seal.State.ACTIVE)
    return seals.select_related("authority").order_by("-id").first()


def approvals_in_force(seal_id: UUID, document_kind: str, on: date) -> QuerySet[StandingApproval]:
    """Standing approvals that cover a kind of document on a day, whether or not their ceiling is reached."""
    approvals = StandingApproval.objects.filter(seal_id=seal_id, document_kind=document_kind, valid__contains=on)
    return approvals.order_by("id")


def licences_of(holder_kind: str, holder_id: UUID) -> QuerySet[Licence]:
    """A holder's licences, newest first (for *my space* and for reuse)."""
    mine = Licence.objects.filter(holder_kind=holder_kind, holder_id=holder_id).exclude(state=Licence.State.PREPARED)
    return mine.select_related("type", "issuer", "document__file").order_by("-id")


def shown_to(persons: Sequence[UUID], organisations: Sequence[UUID], most: int) -> tuple[Licence, ...]:
    """Licences with a sealed paper of all these holders, newest first; one query.

    Each has what a line shows, and ``type_name``.
    """
    given = {"persons": list(persons), "organisations": list(organisations), "most": most}
    return tuple(Licence.objects.raw(_SHOWN, given))


_SHOWN = """
SELECT licence.id, licence.type_id, holder_kind, holder_id, licence_number, licence.state, valid_until, document_id,
       type.name AS type_name
FROM licences_licence licence
JOIN licences_licencetype type ON type.code = licence.type_id
JOIN documents_document document ON document.id = licence.document_id AND document.state = 'sealed'
WHERE licence.state <> 'prepared' AND (holder_kind = 'person' AND holder_id = ANY(%(persons)s)
      OR holder_kind = 'organisation' AND holder_id = ANY(%(organisations)s))
ORDER BY licence.id DESC LIMIT %(most)s
"""


def licence_of_document(document_id: UUID) -> Licence | None:
    """The licence that a paper carries."""
    return Licence.objects.select_related("type", "issuer").filter(document_id=document_id).first()


def verify_by_code(typed: str) -> Verdicts:
    """The verdicts on our sealed original of a code, as a person typed it from paper.

    Signature and content speak of the original in our store: it is read and compared with its recorded hash.
    """
    found = _found(code=normalise_code(typed))
    if found is None or not found.file_hash:
        return verdicts("unknown", "unknown", "unknown", found, state_of(found))
    whole: Verdict = "ok" if _original_is_whole(found.file_hash) else "bad"
    return verdicts(_signature(found, whole), _certificate(found.file_hash), whole, found, state_of(found))


def verify_by_bytes(content: bytes) -> Verdicts:
    """The verdicts on an uploaded file, without parsing it; the upload is never stored.

    1. The whole file has the hash of a sealed original: everything is as we sealed it.
    2. The part that a signature covers has it: something was added after the sealing.
    3. Else the code inside leads to the record, and the file is not what we issued.
    """
    if found := _found(file_hash=_sha256(content)):
        return verdicts(_signature(found, "ok"), _certificate(found.file_hash), "ok", found, state_of(found))
    for length in _sealed_lengths(content):
        if found := _found(file_hash=_sha256(content[:length])):
            return verdicts("ok", _certificate(found.file_hash), "bad", found, state_of(found))
    marked = _MARKED.search(content)
    found = _found(code=marked[1].decode()) if marked else None
    signature = _claimed_signature(content)
    certificate: Verdict = "unknown"
    return verdicts(signature, certificate, "bad" if found or signature == "bad" else "unknown", found, state_of(found))


def found_in(content: bytes) -> Found | None:
    """The record that a file belongs to: by the hash of the whole, of its sealed part, or by the code inside."""
    lengths = [len(content), *_sealed_lengths(content)]
    by_hash = (_found(file_hash=_sha256(content[:length])) for length in lengths)
    if hit := next((found for found in by_hash if found), None):
        return hit
    marked = _MARKED.search(content)
    return _found(code=marked[1].decode()) if marked else None


def sealed_at(file_hash: str) -> SealUse | None:
    """The use of a seal that made this file."""
    return SealUse.objects.select_related("seal").filter(document_hash=file_hash).first()


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _ranges(content: bytes) -> list[tuple[int, int, int, int]]:
    """Byte ranges of the signatures, last first: the shape ``[0 a b c]`` that covers all but the signature itself."""
    found = [tuple(int(n) for n in match.groups()) for match in _BYTE_RANGE.finditer(content)]
    whole = [(a, b, c, d) for a, b, c, d in found if a == 0 and b < c and c + d <= len(content)]
    return whole[-MOST_SIGNATURES:][::-1]


def _sealed_lengths(content: bytes) -> list[int]:
    return [start + length for _, _, start, length in _ranges(content)]


def _claimed_signature(content: bytes) -> Verdict:
    """``bad`` when the digest of the covered bytes is not in the signature: they were altered. Else: unknown here."""
    for _, first, start, length in _ranges(content)[:1]:
        digest = hashlib.sha256(content[:first] + content[start : start + length]).hexdigest()
        if digest.encode() not in content[first:start].lower():
            return "bad"
    return "unknown"


def _original_is_whole(file_hash: str) -> bool:
    try:
        store.get(file_hash)
    except (store.Damaged, FileNotFoundError):
        return False
    return True


def _signature(found: Found, whole: Verdict) -> Verdict:
    """A record or slip carries no seal: there is no signature to judge, only the stored original."""
    return whole if found.kind == "licence" or sealed_at(found.file_hash) else "unknown"


def _certificate(file_hash: str) -> Verdict:
    """The chain of the seal's certificate as it was when it sealed, against the roots that are trusted today."""
    use = sealed_at(file_hash)
    if use is None:
        return "unknown"
    return "ok" if chain_is_trusted(use.certificate_pem, use.used_at) else "bad"


def _found(*, code: str = "", file_hash: str = "") -> Found | None:
    if not code and not file_hash:
        return None
    key = Q(code=code) if code else Q(file_hash=file_hash)
    licence = Licence.objects.select_related("type", "issuer").filter(key).first()
    if licence is not None:
        return _of_licence(licence)
    key = Q(code=code) if code else Q(content_hash=file_hash)
    document = Document.objects.filter(key).first()
    if document is None:
        return None
    carried = licence_of_document(document.pk)
    return _of_licence(carried) if carried else _of_document(document)


def _of_licence(licence: Licence) -> Found:
    is_person = licence.holder_kind == Licence.HolderKind.PERSON
    state, words = licence.state, licence.get_state_display()
    if state == Licence.State.VALID and licence.valid_until and licence.valid_until < moment.today():
        # The nightly job has not come by yet: the date alone decides.
        state, words = Licence.State.EXPIRED, Licence.State.EXPIRED.label
    return Found(
        kind="licence",
        title=licence.type.name,
        number=licence.licence_number,
        holder=mask_name(licence.holder_name) if is_person else licence.holder_name,
        issuer=licence.issuer.name,
        issued_on=licence.issued_on.isoformat() if licence.issued_on else "",
        valid_until=licence.valid_until.isoformat() if licence.valid_until else "",
        state=str(state),
        state_words=str(words),
        code=licence.code,
        file_hash=licence.file_hash,
    )


def _of_document(document: Document) -> Found:
    authority = Department.objects.filter(pk=document.authority_id).first()
    return Found(
        kind="document",
        title=document.title,
        number=document.number,
        holder="",
        issuer=authority.name if authority else "",
        issued_on=moment.local(document.sealed_at).date().isoformat() if document.sealed_at else "",
        valid_until="",
        state=document.state,
        state_words=_document_words(document),
        code=document.code,
        file_hash=document.content_hash,
    )


def _document_words(document: Document) -> str:
    if document.state != Document.State.SEALED:
        return "还没有盖章"
    return "已盖章生效" if sealed_at(document.content_hash) else "已制作存档（记录、清单不盖章）"


def state_of(found: Found | None) -> Verdict:
    if found is None:
        return "unknown"
    good = Licence.State.VALID if found.kind == "licence" else Document.State.SEALED
    return "ok" if found.state == good else "bad"
