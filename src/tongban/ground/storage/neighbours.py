"""The object store and the virus scanner as ports of the connections page."""

from __future__ import annotations

import shutil
from pathlib import Path

from django.conf import settings
from django.core.files.storage import FileSystemStorage

from tongban.ground.errors import TongbanError
from tongban.ground.ports.registry import WELL, Port, register_port
from tongban.ground.storage import scanning, store

PROBE = b"tongban: is the store there?\n"
LEAST_FREE = 1_000_000_000


def register() -> None:
    """Store and scanner."""
    register_port(Port("storage.files", "文件存储", "申请材料、文书、证照的保存和读取", _adapter, _store))
    register_port(
        Port(
            "storage.scanner",
            "病毒扫描",
            "接收上传的文件",
            lambda: "命令行" if settings.SCANNER else "没有配置（文件不扫描）",
            _scanner,
        )
    )


def _folder() -> Path | None:
    backend = store.backend()
    return Path(backend.location) if isinstance(backend, FileSystemStorage) else None


def _adapter() -> str:
    return "本机文件夹" if _folder() else "对象存储（S3 接口）"


def _store() -> str:
    """Put the same small file and read it back; a full disk is told before it is full."""
    try:
        store.get(store.put(PROBE))
    except (OSError, store.Damaged) as error:
        return f"文件写不进去或读不出来（{type(error).__name__}）"
    folder = _folder()
    free = shutil.disk_usage(folder).free if folder else LEAST_FREE
    return WELL if free >= LEAST_FREE else f"磁盘只剩 {free // 1_000_000} MB，请尽快清理或扩容"


def _scanner() -> str:
    try:
        scanning.scan(PROBE, "probe.txt")
    except TongbanError as error:
        return error.sentence
    return WELL
