"""Writers of files."""

from __future__ import annotations

import tempfile
import unicodedata
from pathlib import Path, PurePosixPath
from typing import Protocol
from uuid import UUID

from tongban.ground import moment
from tongban.ground.errors import Refusal
from tongban.ground.storage import store as object_store
from tongban.ground.storage.images import check_image
from tongban.ground.storage.limits import Limits, words
from tongban.ground.storage.models import StoredFile
from tongban.ground.storage.pdfs import check_pdf
from tongban.ground.storage.scanning import scan, scan_file
from tongban.ground.storage.sniffing import EXTENSIONS, IMAGES, PDF, WORDS, foreign, media_type

NAME_LENGTH = 100
BLOCK = 1 << 20


class Readable(Protocol):
    """A file-like object, such as Django's ``UploadedFile``."""

    def read(self, size: int = -1, /) -> bytes: ...


def store(
    content: bytes | Readable,
    name: str,
    *,
    owner: UUID | None,
    limits: Limits | None = None,
    evidence_grade: str = StoredFile.EvidenceGrade.UPLOADED,
) -> StoredFile:
    """Check an upload from outside and keep it.

    :param owner: account that uploaded it; ``None`` for the system.
    :raises Refusal: too large, empty, of a wrong type, damaged, active, encrypted, too many pages or pixels, infected;
        the sentence names the file, the remedy says what to do.
    :raises Unavailable: the scanner does not answer.
    """
    bounds = limits or Limits()
    shown = clean_name(name)
    whole = _read(content, shown, bounds)
    kind = _type_of(whole, shown, bounds)
    if kind in IMAGES:
        check_image(whole, shown, bounds.max_pixels)
    pages = check_pdf(whole, shown, bounds.max_pages) if kind == PDF else None
    scan(whole, shown)
    return _keep(whole, shown, kind, pages, owner, evidence_grade)


def store_sealed(pdf: bytes, name: str, *, pages: int | None = None) -> StoredFile:
    """Keep a paper that the platform itself made and verified (evidence grade A)."""
    return _keep(pdf, clean_name(name), PDF, pages, None, StoredFile.EvidenceGrade.ISSUED)


def store_package(content: bytes, name: str) -> StoredFile:
    """Keep an archive package that the platform itself built and proved (evidence grade A)."""
    return StoredFile.objects.create(
        content_hash=object_store.put(content),
        size=len(content),
        media_type="application/zip",
        name=clean_name(name),
        pages=None,
        owner_account=None,
        created_at=moment.now(),
        evidence_grade=StoredFile.EvidenceGrade.ISSUED,
    )


def store_table(content: Readable, name: str, *, owner: UUID | None, max_bytes: int) -> StoredFile:
    """Keep a workbook or a text file of rows, piece by piece: it may be far larger than memory should hold.

    What it is stays open here; whoever reads its rows decides by its bytes. It is never served to a browser.

    :raises Refusal: ``file.too_large``, ``file.empty``, infected.
    :raises Unavailable: the scanner does not answer.
    """
    shown = clean_name(name)
    with tempfile.NamedTemporaryFile(prefix="tongban-table-") as file:
        size = 0
        while block := content.read(BLOCK):
            size += len(block)
            if size > max_bytes:
                sentence = f"文件“{shown}”超过 {words(max_bytes)}"
                raise Refusal("file.too_large", sentence, field="file", remedy="分成几个文件上传")
            file.write(block)
        if not size:
            sentence, remedy = f"文件“{shown}”是空的", "请检查原文件能否打开，再重新上传"
            raise Refusal("file.empty", sentence, field="file", remedy=remedy)
        file.flush()
        scan_file(Path(file.name), shown)
        return StoredFile.objects.create(
            content_hash=object_store.put_file(Path(file.name)),
            size=size,
            media_type="application/octet-stream",
            name=shown,
            pages=None,
            owner_account=owner,
            created_at=moment.now(),
            evidence_grade=StoredFile.EvidenceGrade.UPLOADED,
        )


def clean_name(name: str) -> str:
    """The file's own name without folders, control and direction characters, at most 100 characters long."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    visible = "".join(c for c in last if unicodedata.category(c)[0] != "C").strip(" .")
    if len(visible) > NAME_LENGTH:
        suffix = PurePosixPath(visible).suffix[:10]
        visible = visible[: NAME_LENGTH - len(suffix)] + suffix
    return visible or "未命名文件"


def _read(content: bytes | Readable, name: str, limits: Limits) -> bytes:
    """All bytes, but never more than the limit and one."""
    whole = content if isinstance(content, bytes) else content.read(limits.max_bytes + 1)
    if len(whole) > limits.max_bytes:
        raise Refusal(
            "file.too_large",
            f"文件“{name}”超过 {words(limits.max_bytes)}",
            field="file",
            remedy="请降低扫描分辨率（300 dpi 已足够清楚），或分成几个文件上传",
        )
    if not whole:
        raise Refusal("file.empty", f"文件“{name}”是空的", field="file", remedy="请检查原文件能否打开，再重新上传")
    return whole


def _type_of(content: bytes, name: str, limits: Limits) -> str:
    kind = media_type(content)
    if kind in limits.types:
        return str(kind)
    wanted = "、".join(WORDS.get(t, t) for t in limits.types)
    if kind is None:
        found, remedy = foreign(content)
    else:
        found, remedy = WORDS[kind], f"请上传{wanted}"
    raise Refusal("file.type", f"文件“{name}”实际是{found}，这里只收{wanted}", field="file", remedy=remedy)


def _keep(
    content: bytes, name: str, kind: str, pages: int | None, owner: UUID | None, evidence_grade: str
) -> StoredFile:
    """A wrong ending is corrected, so that the file opens on the desk of whoever downloads it."""
    if PurePosixPath(name).suffix.lower() not in EXTENSIONS[kind]:
        name += EXTENSIONS[kind][0]
    return StoredFile.objects.create(
        content_hash=object_store.put(content),
        size=len(content),
        media_type=kind,
        name=name,
        pages=pages,
        owner_account=owner,
        created_at=moment.now(),
        evidence_grade=evidence_grade,
    )
