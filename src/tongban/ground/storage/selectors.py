"""Readers of files. Whoever calls them has checked that the person may see the file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

from tongban.ground.errors import NotFound
from tongban.ground.storage import store
from tongban.ground.storage.models import StoredFile


def open_file(file: StoredFile) -> bytes:
    """The bytes, checked against their fingerprint (``store.Damaged`` when they do not match)."""
    return store.get(file.content_hash)


@contextmanager
def on_disk(file: StoredFile) -> Iterator[Path]:
    """A path to the bytes while the block runs, for a program that reads files; checked like :func:`open_file`."""
    with store.local_copy(file.content_hash) as path:
        yield path


def file_of(file_id: UUID, owner: UUID | None = None) -> StoredFile:
    """The file of an id; with ``owner``, only when this account uploaded it. Raises ``NotFound``."""
    files = StoredFile.objects.filter(pk=file_id)
    if owner is not None:
        files = files.filter(owner_account=owner)
    if (found := files.first()) is None:
        raise NotFound("file.not_found", "没有找到这个文件，可能已经移走")
    return found
