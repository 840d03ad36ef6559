"""Uploads in parts, for networks that break: what has arrived stays, only the rest is sent again.

Parts lie outside the content store until they are whole; then the file is checked like any other upload. They belong to
one account, expire after a day, and never serve as a file of anything.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.core.files.base import ContentFile
from django.core.files.storage import storages

from tongban.ground import moment
from tongban.ground.errors import Refusal

FOLDER = "parts"
MOST_PARTS = 80
LARGEST_PART = 600 * 1024
LIFE = timedelta(days=1)
_KEY = re.compile(r"[0-9a-f]{16,64}")


def have(owner: UUID, key: str) -> tuple[int, ...]:
    """Numbers of the parts that have arrived, in order."""
    store, folder = storages["files"], _folder(owner, key)
    if not store.exists(folder):
        return ()
    _, names = store.listdir(folder)
    return tuple(sorted(int(name) for name in names if name.isdecimal()))


def put(owner: UUID, key: str, index: int, content: bytes) -> None:
    """Keep one part; sent again it changes nothing.

    :raises Refusal: a key or number that no page of ours makes, or a part that is too large.
    """
    if not 0 <= index < MOST_PARTS or len(content) > LARGEST_PART or not content:
        raise Refusal("file.part", "文件没有传完整", field="file", remedy="请再选一次这个文件")
    store, path = storages["files"], f"{_folder(owner, key)}/{index}"
    if not store.exists(path):
        store.save(path, ContentFile(content))


def whole(owner: UUID, key: str, total: int, size: int) -> bytes | None:
    """All parts joined, and gone from here; None while one is missing.

    :raises Refusal: they do not make up ``size`` bytes (a process was killed while it wrote one): all are sent anew.
    """
    if have(owner, key) != tuple(range(total)):
        return None
    store, folder = storages["files"], _folder(owner, key)
    content = b""
    for index in range(total):
        with store.open(f"{folder}/{index}") as part:
            content += part.read()
    for index in range(total):
        store.delete(f"{folder}/{index}")
    if len(content) != size:
        raise Refusal("file.part", "文件没有传完整", field="file", remedy="请再选一次这个文件")
    return content


def forget_old() -> int:
    """Delete parts that nobody completed within a day; returns how many."""
    store = storages["files"]
    if not store.exists(FOLDER):
        return 0
    before = moment.now() - LIFE
    gone = 0
    for owner in store.listdir(FOLDER)[0]:
        for key in store.listdir(f"{FOLDER}/{owner}")[0]:
            folder = f"{FOLDER}/{owner}/{key}"
            for name in store.listdir(folder)[1]:
                if _made(store.get_modified_time(f"{folder}/{name}")) < before:
                    store.delete(f"{folder}/{name}")
                    gone += 1
    return gone


def _made(at: datetime) -> datetime:
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _folder(owner: UUID, key: str) -> str:
    if not _KEY.fullmatch(key):
        raise Refusal("file.part", "文件没有传完整", field="file", remedy="请再选一次这个文件")
    return f"{FOLDER}/{owner}/{key}"
