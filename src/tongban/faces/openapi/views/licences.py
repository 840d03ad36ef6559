"""Verification of licences and papers, for everybody. An upload is never stored."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Literal

from django.http import HttpRequest
from ninja import File, Path, Router, Schema
from ninja.files import UploadedFile

from tongban.faces.limits import Limit, address_of
from tongban.faces.openapi.problems import PUBLIC
from tongban.ground.errors import NotFound, Refusal
from tongban.registry.licences import selectors as licences
from tongban.registry.licences.verdicts import Verdicts

router = Router(tags=["licences"])
OF_ADDRESS = Limit("verify.address", 60, timedelta(minutes=10), "从您的网络核验的次数太多")
MOST_BYTES = 20 * 1024 * 1024
PDF_HEAD = b"%PDF-"
Word = Literal["ok", "bad", "unknown"]


class Registered(Schema):
    """What our register says; the holder is masked."""

    kind: str
    title: str
    number: str
    holder: str
    issuer: str
    issued_on: str
    valid_until: str
    state: str
    state_words: str
    code: str


class Verification(Schema):
    """Four verdicts, each on its own; ``genuine`` when all are ok. ``sentences`` explain them in the same order."""

    signature: Word
    certificate: Word
    content: Word
    state: Word
    genuine: bool
    sentences: list[str]
    found: Registered | None


@router.post(
    "/licences/verify",
    auth=None,
    response={200: Verification, **PUBLIC},
    summary="按文件核验",
    operation_id="verify_licence",
)
def by_file(request: HttpRequest, file: File[UploadedFile]) -> Verification:
    """The verdicts on a PDF as it was received."""
    OF_ADDRESS.spend(address_of(request))
    content = file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise Refusal("verify.too_large", "文件超过 20 MB", field="file", remedy="本平台发的文件都比这小得多")
    if PDF_HEAD not in content[:1024]:
        raise Refusal("verify.type", "这不是 PDF 文件", field="file", remedy="照片和扫描件请用核验码核验")
    return _verification(licences.verify_by_bytes(content))


@router.get(
    "/licences/{code}",
    auth=None,
    response={200: Verification, **PUBLIC},
    summary="按核验码核验",
    operation_id="get_licence",
)
def by_code(
    request: HttpRequest, code: Annotated[str, Path(min_length=4, max_length=40, pattern=r"^[0-9A-Za-z -]+$")]
) -> Verification:
    """The verdicts on the sealed original of a code."""
    OF_ADDRESS.spend(address_of(request))
    verdicts = licences.verify_by_code(code)
    if verdicts.found is None:
        raise NotFound("licence.not_found", "没有查到这个核验码")
    return _verification(verdicts)


def _verification(verdicts: Verdicts) -> Verification:
    return Verification(
        signature=verdicts.signature,
        certificate=verdicts.certificate,
        content=verdicts.content,
        state=verdicts.state,
        genuine=verdicts.genuine,
        sentences=list(verdicts.sentences),
        found=Registered.from_orm(verdicts.found) if verdicts.found else None,
    )
