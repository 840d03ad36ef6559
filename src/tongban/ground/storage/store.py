"""The object store: bytes under their fingerprint, ``aa/bb/<sha256>``, in Django's storage ``files``."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.core.files.base import ContentFile, File
from django.core.files.storage import Storage, storages


class Damaged(RuntimeError):
    """The bytes in the store are not those that were put in; restore the file from the backup."""


def backend() -> Storage:
    """Django's storage named ``files``: a folder by default, an S3-compatible service in production."""
    return storages["files"]


def fingerprint(content: bytes) -> str:
    """sha256 in hex."""
    return hashlib.sha256(content).hexdigest()


def path_of(content_hash: str) -> str:
    """Where bytes with this fingerprint lie."""
    return f"{content_hash[:2]}/{content_hash[2:4]}/{content_hash}"


def put(content: bytes) -> str:
    """Keep the bytes (once, however often they come) and return their fingerprint."""
    content_hash = fingerprint(content)
    store, path = backend(), path_of(content_hash)
    if store.exists(path):
        if store.size(path) == len(content):
            return content_hash
        # A process killed while writing left a piece; the name promises the whole.
        store.delete(path)
    saved = store.save(path, ContentFile(content))
    if saved != path:
        # Another process was faster with the same bytes: its copy stays.
        store.delete(saved)
    return content_hash


def get(content_hash: str) -> bytes:
    """The bytes of a fingerprint. Raises :class:`Damaged` when they no longer match it."""
    with backend().open(path_of(content_hash)) as file:
        content = bytes(file.read())
    if fingerprint(content) != content_hash:
        raise Damaged(f"stored file {content_hash} does not match its fingerprint: restore it from the backup")
    return content


def put_file(path: Path) -> str:
    """Keep a file of any size, read piece by piece, and return its fingerprint."""
    with path.open("rb") as source:
        content_hash = hashlib.file_digest(source, "sha256").hexdigest()
        store, name = backend(), path_of(content_hash)
        if store.exists(name):
            if store.size(name) == path.stat().st_size:
                return content_hash
            # A process killed while writing left a piece; the name promises the whole.
            store.delete(name)
        source.seek(0)
        saved = store.save(name, File(source))
    if saved != name:
        # Another process was faster with the same bytes: its copy stays.
        store.delete(saved)
    return content_hash


@contextmanager
def local_copy(content_hash: str) -> Iterator[Path]:
    """A path under which a program can read the bytes while the block runs; they are checked like those of :func:`get`.

    Raises :class:`Damaged`.
    """
    with tempfile.NamedTemporaryFile(prefix="tongban-file-") as copy:
        with backend().open(path_of(content_hash)) as file:
            shutil.copyfileobj(file, copy)
        copy.flush()
        path = Path(copy.name)
        with path.open("rb") as written:
            if hashlib.file_digest(written, "sha256").hexdigest() != content_hash:
                raise Damaged(f"stored file {content_hash} does not match its fingerprint: restore it from the backup")
        yield path
